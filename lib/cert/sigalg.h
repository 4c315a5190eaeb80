/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SIGALG_H
#define CARDEA_CERT_SIGALG_H

#include <openssl/types.h>

#include "cert/der.h"

/*
 * Signatures of lists and OCSP answers: the AlgorithmIdentifiers that count,
 * and their check over a digest, so that what was signed need not be there.
 * SHA-1, MD5 and DSA do not count (S04), nor does any parameter that is not as
 * its standard has it (RFC 4055, 5758, 8410).
 */
enum cardea_sigalg_kind {
	CARDEA_SIGALG_NONE = 0,
	CARDEA_SIGALG_RSA, /* PKCS #1 1.5 */
	CARDEA_SIGALG_PSS, /* MGF1 with the same digest, salt as long as it */
	CARDEA_SIGALG_ECDSA,
	CARDEA_SIGALG_ED25519,
};

struct cardea_sigalg {
	enum cardea_sigalg_kind kind;
	const char *digest; /* of Ed25519 the one that an index is named by */
	size_t digest_len;
};

#define CARDEA_SIGALG_DIGEST_MAX 64

/* cardea_sigalg_read: of an AlgorithmIdentifier. MISSING for one that does not
 * count. */
CARDEA_MUST_USE enum cardea_status cardea_sigalg_read(
    const struct cardea_cert_bytes *identifier, struct cardea_sigalg *ret);

CARDEA_MUST_USE bool cardea_sigalg_digest(OSSL_LIB_CTX *libctx,
    const struct cardea_sigalg *algorithm,
    const struct cardea_cert_bytes *message,
    unsigned char ret_digest[CARDEA_SIGALG_DIGEST_MAX]);

/* cardea_sigalg_verify: over the message. */
CARDEA_MUST_USE bool cardea_sigalg_verify(OSSL_LIB_CTX *libctx,
    const struct cardea_sigalg *algorithm, EVP_PKEY *key,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature);

/* cardea_sigalg_verify_digest: over its digest.  Ed25519 signs the message
 * itself, twice over (RFC 8032): false. */
CARDEA_MUST_USE bool cardea_sigalg_verify_digest(OSSL_LIB_CTX *libctx,
    const struct cardea_sigalg *algorithm, EVP_PKEY *key,
    const unsigned char *digest, const struct cardea_cert_bytes *signature);

/* cardea_sigalg_key_hash: SHA-256 of a key's SubjectPublicKeyInfo. */
CARDEA_MUST_USE bool
cardea_sigalg_key_hash(const EVP_PKEY *key, unsigned char ret_hash[32]);

#endif
