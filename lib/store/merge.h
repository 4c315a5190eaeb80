/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_MERGE_H
#define CARDEA_STORE_MERGE_H

#include <cardea/store.h>

/*
 * Two records under one key: that of a store in use, and that of an export.
 * What was spent on either side stays spent: a watermark, a signature counter,
 * a used recovery code, a disabled token, a lock take what refuses more.  Where
 * the two are different enrolments, the one made later stands, and with it its
 * own mark, which whoever merges has to look up (mark.h).  Where nothing
 * says which is newer, the store's own stands and that is a conflict.
 */
enum cardea_merge {
	CARDEA_MERGE_KEPT = 0, /* the store's own stands, and is the newer */
	CARDEA_MERGE_CONFLICT, /* the store's own stands, and nobody knows */
	CARDEA_MERGE_CHANGED,  /* ret_value is to be put */
};

/* cardea_merge_record: pure; statuses are those of decoding and encoding. The
 * caller clears ret_value. */
CARDEA_MUST_USE enum cardea_status
cardea_merge_record(const struct cardea_key *key,
    const struct cardea_value *own, const struct cardea_value *other,
    enum cardea_merge *ret_merge, struct cardea_value *ret_value);

#endif
