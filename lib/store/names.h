/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_NAMES_H
#define CARDEA_STORE_NAMES_H

#include "store/seal.h"

/*
 * The names of a shared store.  Those who run a cluster, and its backups, see
 * the keys of what is in it; so owner and id are replaced by pseudonyms:
 *
 *   kind NUL pseudonym of (kind, owner) NUL pseudonym of (kind, owner, id)
 *
 * in hex, 128 bits of HMAC-SHA-256 each; an empty part stays empty.  The kind
 * stays, since the cluster's roles are granted by it.  One user's records look
 * unrelated from kind to kind, and so do equal ids of two users.  All of a
 * kind, and all of an owner in a kind, still lie together; their order is no
 * order.
 */

/* cardea_names_outer: of a key, or of a prefix for a list. SYNTAX for what is
 * neither. */
CARDEA_MUST_USE enum cardea_status
cardea_names_outer(const struct cardea_seal *seal,
    const struct cardea_key *inner, struct cardea_key *ret_outer);

#endif
