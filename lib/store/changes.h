/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_CHANGES_H
#define CARDEA_STORE_CHANGES_H

#include <cardea/store.h>

/*
 * The changes of one commit, collected with the bytes they write.  The zero
 * value is no change; clear wipes and frees, any number of times.  RANGE
 * beyond CARDEA_CHANGES_MAX.
 */
struct cardea_changes {
	size_t count;
	struct cardea_change items[CARDEA_CHANGES_MAX];
	struct cardea_value values[CARDEA_CHANGES_MAX];
};

/* cardea_changes_put: value is moved in, on failure too. */
CARDEA_MUST_USE enum cardea_status
cardea_changes_put(struct cardea_changes *changes, const struct cardea_key *key,
    uint64_t version, struct cardea_value *value);

CARDEA_MUST_USE enum cardea_status
cardea_changes_delete(struct cardea_changes *changes,
    const struct cardea_key *key, uint64_t version);

CARDEA_MUST_USE enum cardea_status
cardea_changes_check(struct cardea_changes *changes,
    const struct cardea_key *key, uint64_t version);

/* cardea_changes_has: is the record among them? No commit may name it twice. */
bool cardea_changes_has(
    const struct cardea_changes *changes, const struct cardea_key *key);

/* cardea_changes_room: how many more fit. */
size_t cardea_changes_room(const struct cardea_changes *changes);

void cardea_changes_clear(struct cardea_changes *changes);

#endif
