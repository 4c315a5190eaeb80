/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_SEAL_H
#define CARDEA_STORE_SEAL_H

#include <cardea/diag.h>
#include <cardea/store.h>

#include "base/secret.h"
#include "store/crypto.h"
#include "store/keyring.h"

/*
 * Sealing: what a driver stores instead of a value.
 *
 *   format (1) | key id (8) | nonce (12) | AES-256-GCM of the value | tag (16)
 *
 * The associated data is format, key id and the record's whole key, so that a
 * row copied to another place, or kept from another key, does not open.  The
 * nonce is random for each write; 2^32 writes under one key stay below the
 * bound of NIST SP 800-38D, section 8.3.  Each key of the key file (keyring.h)
 * gives one to seal with by HMAC-SHA-256; what names derive from gives one for
 * keyed hashes and one for the names of a shared store (names.h).
 *
 * Format 1 holds the value alone.  Format 2, of shared stores and exports, has
 * the record's own key before it, since it stands under another:
 *
 *   length (2) | key | value
 *
 * What sealing does not do: in a store of format 1 the keys of records (kind,
 * user name, id) stand in clear, and whoever can write the whole store can put
 * back an older copy of it.
 */
#define CARDEA_SEAL_FORMAT 1u
#define CARDEA_SEAL_FORMAT_NAMED 2u
#define CARDEA_SEAL_ID 8
#define CARDEA_SEAL_ID_TEXT (2 * CARDEA_SEAL_ID)
#define CARDEA_SEAL_KEYS_MAX (2 + CARDEA_KEYRING_OLD_MAX)

struct cardea_seal {
	struct cardea_secret keys; /* for hashes, for names, then of each id */
	size_t count;
	size_t use;    /* index of the one that seals */
	bool has_next; /* it is the second one; the current one is the first */
	unsigned char ids[CARDEA_SEAL_KEYS_MAX][CARDEA_SEAL_ID];
};

/* cardea_seal_load: from the key file. MISSING, UNSAFE, SYNTAX, IO. The caller
 * clears. */
CARDEA_MUST_USE enum cardea_status cardea_seal_load(
    const char *path, struct cardea_seal *ret_seal, struct cardea_diag *diag);

/* cardea_seal_derive: from a keyring that is loaded already. */
CARDEA_MUST_USE enum cardea_status cardea_seal_derive(
    const struct cardea_keyring *keyring, struct cardea_seal *ret_seal);

void cardea_seal_clear(struct cardea_seal *seal);

/* cardea_seal_prefer: seals under the key of this id from now on, whichever
 * the file has first. MISSING: the file has none. */
CARDEA_MUST_USE enum cardea_status cardea_seal_prefer(
    struct cardea_seal *seal, const unsigned char id[CARDEA_SEAL_ID]);

/* cardea_seal_find: the index of the key that a value is sealed under, by what
 * stands in clear before it. CORRUPT, VERSION; MISSING: under another key. */
CARDEA_MUST_USE enum cardea_status
cardea_seal_find(const struct cardea_seal *seal,
    const struct cardea_value *sealed, size_t *ret_index);

/* cardea_seal_value: ret_sealed on the heap, version 0. */
CARDEA_MUST_USE enum cardea_status
cardea_seal_value(const struct cardea_seal *seal, const struct cardea_key *key,
    const unsigned char *data, size_t len, struct cardea_value *ret_sealed);

/* cardea_seal_open: ret_value keeps the version of sealed. CORRUPT, or
 * VERSION for a format of another release. */
CARDEA_MUST_USE enum cardea_status
cardea_seal_open(const struct cardea_seal *seal, const struct cardea_key *key,
    const struct cardea_value *sealed, struct cardea_value *ret_value,
    struct cardea_diag *diag);

/* cardea_seal_named, cardea_seal_open_named: the same in format 2: what stands
 * under outer is the value of inner. */
CARDEA_MUST_USE enum cardea_status
cardea_seal_named(const struct cardea_seal *seal,
    const struct cardea_key *outer, const struct cardea_key *inner,
    const unsigned char *data, size_t len, struct cardea_value *ret_sealed);
CARDEA_MUST_USE enum cardea_status cardea_seal_open_named(
    const struct cardea_seal *seal, const struct cardea_key *outer,
    const struct cardea_value *sealed, struct cardea_key *ret_inner,
    struct cardea_value *ret_value, struct cardea_diag *diag);

/* cardea_store_seal: the seal of an open store, for records that are sealed as
 * its own are but kept elsewhere (relay.h). Borrowed. */
const struct cardea_seal *cardea_store_seal(const struct cardea_store *store);

CARDEA_MUST_USE enum cardea_status cardea_seal_mac(
    const struct cardea_seal *seal, const char *text, char ret_hex[17]);

/* cardea_seal_pseudonym: 32 bytes that stand for a name where others may read
 * them: the same for the same purpose and name on every host that shares the
 * key file, and saying nothing of the name to whoever has it not.  Each purpose
 * has a key of its own, so none of them shows what cardea_seal_mac shows. */
CARDEA_MUST_USE enum cardea_status
cardea_seal_pseudonym(const struct cardea_seal *seal, const char *purpose,
    const char *name, unsigned char ret_bytes[CARDEA_SHA256]);

/* cardea_seal_names_key: CARDEA_SHA256 bytes for names.c, borrowed. */
const unsigned char *cardea_seal_names_key(const struct cardea_seal *seal);

#endif
