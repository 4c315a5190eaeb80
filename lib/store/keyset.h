/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_KEYSET_H
#define CARDEA_STORE_KEYSET_H

#include <cardea/store.h>

/*
 * Keys that were seen on a walk, so that nobody has to be asked for each of
 * them again.  Holds copies on the heap, as long as the keys are; not for a
 * login. The zero value is empty.
 */
struct cardea_keyset {
	size_t count, cap;
	struct cardea_keyset_item **items;
	bool sorted;
};

/* cardea_keyset_add: each key once. MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_keyset_add(struct cardea_keyset *set, const struct cardea_key *key);

/* cardea_keyset_has: sorts what was added since the last time. */
bool cardea_keyset_has(struct cardea_keyset *set, const struct cardea_key *key);

void cardea_keyset_clear(struct cardea_keyset *set);

#endif
