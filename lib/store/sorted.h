/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_SORTED_H
#define CARDEA_STORE_SORTED_H

#include <cardea/store.h>

/* cardea_store_list_sorted: cardea_store_list in the order of memcmp on keys,
 * for lists that people read: an engine's own order may be none.  Holds all of
 * it in memory first, so it is not for a login. */
CARDEA_MUST_USE enum cardea_status cardea_store_list_sorted(
    struct cardea_store *store, const struct cardea_key *prefix,
    cardea_store_visit *visit, void *context, struct cardea_diag *diag);

#endif
