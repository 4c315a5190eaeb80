/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SK_KEY_H
#define TESTS_UNIT_SK_KEY_H

#include "factor/fido2.h"

/*
 * A security key of OpenSSH's kind, in a test: it signs whatever it is given,
 * with whatever flags and counter, and what was signed can be verified by
 * libcrypto alone.  Trouble ends the program.
 */
struct sk_key {
	struct cardea_fido2_credential credential;
	void *private_key;
};

/* sk_key_make: a new key; EDDSA or ES256. */
void sk_key_make(struct sk_key *key, enum cardea_fido2_algorithm algorithm,
    const char *application);
void sk_key_free(struct sk_key *key);

/* sk_key_sign: a signature blob (PROTOCOL.u2f); its length. */
size_t
sk_key_sign(const struct sk_key *key, const unsigned char *data, size_t len,
    uint8_t flags, uint32_t counter, unsigned char blob[CARDEA_SSH_BLOB_MAX]);

/* sk_verify: is the assertion's signature right? */
bool sk_verify(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion);

#endif
