/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_STATEMENT_SIGNER_H
#define TESTS_UNIT_STATEMENT_SIGNER_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "cert/statement.h"
#include "unit/test.h"

/* Managers: keys that sign statements, and what a settings file pins of them.
 */
#define SIGNED_AT INT64_C(1800000000)

/* signer_key: "P-256", "P-384", "ED25519", "RSA2048", "RSA1024"; the test
 * frees it. */
EVP_PKEY *signer_key(const char *kind);

/* signer_certificate: self-signed, CN=name, good from a day before SIGNED_AT
 * to a day after it; of another key than it names if told so. */
X509 *signer_certificate(EVP_PKEY *key, const char *name);

/* signer_pem: the public key, or the certificate, behind what stands in text;
 * text has room for 16384. */
void signer_pem_key(EVP_PKEY *key, char *text);
void signer_pem_certificate(X509 *certificate, char *text);
struct cardea_statement_keys *signer_pin(const char *pem);

/* signer_jws: compact, heap; alg is what the header says, and what is done
 * follows from the key. */
char *signer_jws(EVP_PKEY *key, const char *header, const char *payload);

/* signer_cms: DER, heap (OPENSSL_free); flags as CMS_sign has them. */
unsigned char *signer_cms(EVP_PKEY *key, X509 *certificate, const char *text,
    unsigned int flags, const char *digest, size_t *ret_len);

#endif
