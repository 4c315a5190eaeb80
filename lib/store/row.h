/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_ROW_H
#define CARDEA_STORE_ROW_H

#include <stdint.h>

#include "store/driver.h"

/*
 * A row: what the lmdb driver keeps under a key.
 *
 *   check (8) | version (8) | next key (4 + n) | value (4 + n)
 *
 * check is the beginning of a SHA-256 over the rest and the row's own key; it
 * finds damage, the seal inside finds forgery.  next names the key that
 * follows, so that the rows form a chain: "there is no such record" is
 * believed only when the row before the gap says so.  Without it a damaged
 * page would turn "locked" into "nothing known of a lock".
 */
#define CARDEA_ROW_OVERHEAD (8 + 8 + 4 + 4 + CARDEA_KEY_MAX)

struct cardea_row {
	uint64_t version;
	const unsigned char *next; /* next_len 0: the last row */
	size_t next_len;
	const unsigned char *data;
	size_t len;
};

/* cardea_row_encode: heap bytes, to be freed. */
CARDEA_MUST_USE enum cardea_status
cardea_row_encode(const struct cardea_key *key, const struct cardea_row *row,
    unsigned char **ret_bytes, size_t *ret_len);

/* cardea_row_decode: pointers into bytes. CORRUPT. */
CARDEA_MUST_USE enum cardea_status
cardea_row_decode(const struct cardea_key *key, const unsigned char *bytes,
    size_t len, struct cardea_row *ret_row);

/* cardea_row_order: memcmp of keys, the shorter first. */
int cardea_row_order(
    const unsigned char *a, size_t a_len, const unsigned char *b, size_t b_len);

#endif
