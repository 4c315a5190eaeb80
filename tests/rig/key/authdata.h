/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_AUTHDATA_H
#define RIG_KEY_AUTHDATA_H

#include "rig/key/credential.h"

struct softkey;

/*
 * Authenticator data (WebAuthn level 2, section 6.1) and its signature, with
 * the faults that the mode commands; they are signed like the truth.
 */
enum flag {
	FLAG_PRESENT = 0x01,
	FLAG_VERIFIED = 0x04,
	FLAG_BACKUP_ELIGIBLE = 0x08,
	FLAG_BACKED_UP = 0x10,
	FLAG_ATTESTED = 0x40,
};

/* present and verified, as far as the mode lets them stand */
unsigned int flags_told(const struct softkey *softkey, unsigned int flags);
/* the signature counter, one further or as the mode wants it */
uint32_t next_counter(const struct softkey *softkey);

/* credential is NULL in an assertion */
void put_authdata(const struct softkey *softkey, struct writer *writer,
    const unsigned char rp_hash[HASH_LEN], unsigned int flags,
    const struct credential *credential);

/* sign_told: a signature, wrong if the mode wants that */
void sign_told(const struct softkey *softkey, EVP_PKEY *key,
    const struct writer *data, struct writer *ret_signature);

#endif
