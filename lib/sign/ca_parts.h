/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_SIGN_CA_PARTS_H
#define CARDEA_SIGN_CA_PARTS_H

#include <openssl/x509v3.h>

#include "sign/ca.h"

/*
 * What the files of the authority share.
 */
#define CARDEA_CA_SKEW_S 300 /* other hosts' clocks may be behind */
#define CARDEA_CA_DAY_S 86400

/* One signing: a context of our own, the issuer's public key, a throw-away key
 * of its kind with its digest. */
struct cardea_ca_work {
	OSSL_LIB_CTX *context;
	X509 *root; /* NULL for a root in the making */
	EVP_PKEY *issuer;
	EVP_PKEY *stand_in;
	EVP_MD *digest;
};

/* cardea_ca_begin: the issuer from ca->root, or from the bytes of a public key
 * if there is none yet.  Close it in any case. */
CARDEA_MUST_USE enum cardea_status
cardea_ca_begin(const struct cardea_ca *ca, const unsigned char *public_key,
    size_t public_len, struct cardea_ca_work *work, struct cardea_diag *diag);
void cardea_ca_end(struct cardea_ca_work *work);

/* cardea_ca_seal: what the stand-in signed, signed by the key. */
CARDEA_MUST_USE enum cardea_status
cardea_ca_seal(const struct cardea_ca *ca, const unsigned char *der, size_t len,
    unsigned char **ret_der, size_t *ret_len, struct cardea_diag *diag);

/* cardea_ca_finish: a certificate complete but for its issuer's signature. */
CARDEA_MUST_USE enum cardea_status cardea_ca_finish(const struct cardea_ca *ca,
    const struct cardea_ca_work *work, X509 *certificate,
    struct cardea_ca_made *ret_made, struct cardea_diag *diag);

/* cardea_ca_fill: version, serial, issuer, subject, key and life, and what
 * every certificate of ours has: who it is, who issued it. */
bool cardea_ca_fill(const struct cardea_ca_work *work,
    const struct cardea_ca_wish *wish, const X509_NAME *subject, EVP_PKEY *key,
    X509 *certificate);

/* An extension by its internal form. */
bool cardea_ca_extend(X509 *certificate, int nid, bool critical, void *value);

/* Bits of keyUsage (RFC 5280, 4.2.1.3). */
bool cardea_ca_extend_usage(X509 *certificate, const int *bits, size_t count);
bool cardea_ca_extend_basic(X509 *certificate, bool is_ca);

/* cardea_ca_authority: AuthorityKeyIdentifier by the root's own; the caller
 * frees. */
AUTHORITY_KEYID *cardea_ca_authority(const X509 *root);

/* cardea_ca_describe: all of made but the PEM. */
CARDEA_MUST_USE enum cardea_status cardea_ca_describe(
    X509 *certificate, struct cardea_ca_made *made, struct cardea_diag *diag);

/* cardea_ca_text: contents of a memory BIO as heap text. */
char *cardea_ca_text(BIO *out);

#endif
