/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_OCSP_JUDGE_H
#define CARDEA_CERT_OCSP_JUDGE_H

#include <openssl/types.h>

#include "cert/ocsp.h"
#include "cert/ocsp_read.h"

/* What cardea_ocsp_judge does where OpenSSL is at work already. */
struct cardea_ocsp_case {
	OSSL_LIB_CTX *libctx;
	X509 *certificate, *issuer;
	struct cardea_cert_bytes response, request;
	int64_t time_s;
	uint32_t max_age_s;
};

CARDEA_MUST_USE enum cardea_ocsp_answer
cardea_ocsp_judge_case(const struct cardea_ocsp_case *ocsp, int64_t *ret_date_s,
    struct cardea_diag *diag);

/* cardea_ocsp_is_signed: by the issuer, or by whom it appointed. UNSAFE with
 * the reason. */
CARDEA_MUST_USE enum cardea_status
cardea_ocsp_is_signed(const struct cardea_ocsp_case *ocsp,
    const struct cardea_ocsp_response *response, struct cardea_diag *diag);

/* cardea_ocsp_hash: "SHA1" or "SHA2-256" of bytes. */
#define CARDEA_OCSP_HASH_MAX 32
CARDEA_MUST_USE bool
cardea_ocsp_hash(OSSL_LIB_CTX *libctx, const char *digest, const void *bytes,
    size_t len, unsigned char ret_hash[CARDEA_OCSP_HASH_MAX], size_t *ret_len);

/* A CertID (4.1.1): of the issuer's name as the certificate has it, and of the
 * bits of the issuer's key. */
struct cardea_ocsp_id {
	size_t hash_len;
	unsigned char name_hash[CARDEA_OCSP_HASH_MAX];
	unsigned char key_hash[CARDEA_OCSP_HASH_MAX];
};

CARDEA_MUST_USE bool cardea_ocsp_id_of(OSSL_LIB_CTX *libctx, const char *digest,
    const X509 *certificate, const X509 *issuer, struct cardea_ocsp_id *ret_id);

#endif
