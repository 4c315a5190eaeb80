/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_CREDENTIAL_H
#define RIG_KEY_CREDENTIAL_H

#include <stdbool.h>

#include "rig/key/crypto.h"

/*
 * Credentials that need no room: the id holds a nonce and a tag that only this
 * key could make for this relying party, and the private key is derived from
 * the seed, the id and the relying party.  The same id works over CTAP2 and
 * U2F.
 *
 *   id = algorithm (1) | nonce (32) | tag (31)
 */
#define CREDENTIAL_ID_LEN 64

enum algorithm { /* COSE */
	ES256 = -7,
	EDDSA = -8,
	ECDH_ES_HKDF = -25,
};

struct credential {
	unsigned char id[CREDENTIAL_ID_LEN];
	enum algorithm algorithm;
	EVP_PKEY *key;
};

/* The caller clears what these return. */
void
credential_make(const unsigned char seed[HASH_LEN], enum algorithm algorithm,
    const unsigned char rp_hash[HASH_LEN], struct credential *ret_credential);
/* credential_open: false if the id is not of this key and relying party */
bool credential_open(const unsigned char seed[HASH_LEN], struct slice id,
    const unsigned char rp_hash[HASH_LEN], struct credential *ret_credential);
void credential_clear(struct credential *credential);

/* The public key in COSE (RFC 8152, section 13). */
void
put_credential_key(struct writer *writer, const struct credential *credential);
void put_point(struct writer *writer, enum algorithm algorithm,
    const unsigned char point[POINT_LEN]);

#endif
