/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_CERTIFICATE_H
#define RIG_KEY_CERTIFICATE_H

#include "rig/key/crypto.h"

/*
 * The certificates of an attestation (WebAuthn level 2, section 8.2.1): a root
 * of the maker, and the certificate of a batch of keys of one model, which says
 * its AAGUID.  Keys of the same maker have the same root, of whatever state
 * folder; a maker is no more than a name.
 */
#define AAGUID_LEN 16

struct certificates {
	EVP_PKEY *batch_key;
	struct writer batch; /* DER */
	struct writer root_pem, batch_pem;
};

/* The program ends with what they hold. */
void
certificates_make(const char *maker, const unsigned char aaguid[AAGUID_LEN],
    struct certificates *ret_certificates);

#endif
