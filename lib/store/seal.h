/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_SEAL_H
#define CARDEA_STORE_SEAL_H

#include <cardea/diag.h>
#include <cardea/store.h>

#include "base/secret.h"
#include "store/crypto.h"

/*
 * Sealing: what a driver stores instead of a value.
 *
 *   format (1) | key id (8) | nonce (12) | AES-256-GCM of the value | tag (16)
 *
 * The associated data is format, key id and the record's whole key, so that a
 * row copied to another place, or kept from another key, does not open.  The
 * nonce is random for each write; 2^32 writes under one key stay below the
 * bound of NIST SP 800-38D, section 8.3.  The key file gives two keys by
 * HMAC-SHA-256, one to seal, one for keyed hashes.  What sealing does not do:
 * keys of records (kind, user name, id) stand in clear, and whoever can write
 * the whole store can put back an older copy of it.
 */
#define CARDEA_SEAL_FORMAT 1u
#define CARDEA_SEAL_ID 8
#define CARDEA_SEAL_KEY_FILE_MAX 128

struct cardea_seal {
	struct cardea_secret keys; /* seal key, then mac key */
	unsigned char id[CARDEA_SEAL_ID];
};

/* cardea_seal_load: from the key file: 64 hex digits and a newline, root's
 * alone. MISSING, UNSAFE, SYNTAX, IO. The caller clears. */
CARDEA_MUST_USE enum cardea_status cardea_seal_load(
    const char *path, struct cardea_seal *ret_seal, struct cardea_diag *diag);

/* cardea_seal_create: makes the key file, mode 0400. CONFLICT if anything
 * stands there; it is never replaced. */
CARDEA_MUST_USE enum cardea_status
cardea_seal_create(const char *path, struct cardea_diag *diag);

void cardea_seal_clear(struct cardea_seal *seal);

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

#endif
