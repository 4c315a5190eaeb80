/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_SIGN_RESIGN_H
#define CARDEA_SIGN_RESIGN_H

#include <stdbool.h>
#include <stddef.h>

#include <cardea/status.h>
#include <openssl/evp.h>

/*
 * Requests, certificates and lists that are signed by a key which is not here.
 * OpenSSL signs them with a throw-away key of the same kind, which writes the
 * name of the algorithm where it belongs; then the signature is replaced by
 * the real one.  Not for the verifier, which has no X.509.
 */

/* cardea_resign_digest: the digest that a key of this kind signs with, as
 * CARDEA_CERT_PROOF_SIGNATURE has it; *ret_digest NULL for Ed25519.  False for
 * kinds and sizes that are not used. */
bool cardea_resign_digest(const EVP_PKEY *key, const char **ret_digest);

/* cardea_resign_stand_in: the throw-away key; NULL for kinds that are not used.
 * The caller frees. */
EVP_PKEY *cardea_resign_stand_in(OSSL_LIB_CTX *context, const EVP_PKEY *key);

/* What was signed and the algorithm of SEQUENCE { that, algorithm, signature }:
 * borrowed. SYNTAX. */
struct cardea_resign_parts {
	const unsigned char *body, *algorithm;
	size_t body_len, algorithm_len;
};
CARDEA_MUST_USE enum cardea_status cardea_resign_cut(const unsigned char *der,
    size_t len, struct cardea_resign_parts *ret_parts);

/* cardea_resign_join: with the real signature; heap. */
CARDEA_MUST_USE enum cardea_status cardea_resign_join(
    const struct cardea_resign_parts *parts, const unsigned char *signature,
    size_t signature_len, unsigned char **ret_der, size_t *ret_len);

#endif
