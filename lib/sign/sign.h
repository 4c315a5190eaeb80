/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_SIGN_SIGN_H
#define CARDEA_SIGN_SIGN_H

#include "base/secret.h"
#include "cert/cert.h"

/*
 * A device's own key, wherever it is:
 *
 *   /path or file:/path     PEM, PKCS #8, optionally encrypted
 *   tpm:/path               a TPM 2.0 key file ("TSS2 PRIVATE KEY")
 *   tpm:0x81000100          a persistent handle
 *   pkcs11:...              RFC 7512
 *
 * What talks to TPMs and tokens is other people's code that may hang or crash,
 * so it runs in a process of its own, cardea-sign, with the rights of whoever
 * asks and a deadline; that process is ended with its whole group.
 */
struct cardea_sign_key {
	const char *uri;
	const char *tpm;    /* TCTI, "" or NULL: device:/dev/tpmrm0 */
	const char *module; /* PKCS #11 module: never p11-kit's whole list */
	const struct cardea_secret
	    *pin; /* PIN or password; NULL or empty: none */
};

enum cardea_sign_why {
	CARDEA_SIGN_WHY_NONE = 0,
	CARDEA_SIGN_DONE,
	CARDEA_SIGN_NO_KEY,	 /* no such file, token or object */
	CARDEA_SIGN_UNSAFE,	 /* a key file that others may read */
	CARDEA_SIGN_WRONG_PIN,	 /* or none given where one is needed */
	CARDEA_SIGN_LOCKED,	 /* the token has had too many wrong ones */
	CARDEA_SIGN_FOREIGN,	 /* a TPM key file of another TPM */
	CARDEA_SIGN_UNREACHABLE, /* no TPM, no token, no module */
	CARDEA_SIGN_TIMEOUT,
	CARDEA_SIGN_UNSUPPORTED, /* a kind of key that we do not use */
	CARDEA_SIGN_FAILED,
	CARDEA_SIGN_WHY_COUNT,
};
const char *cardea_sign_why_text(enum cardea_sign_why why);

struct cardea_sign_answer {
	enum cardea_sign_why why; /* DONE, or why not */
	char detail[CARDEA_CERT_DETAIL_MAX + 1];
	size_t signature_len;
	unsigned char signature[CARDEA_CERT_SIGNATURE_MAX];
	size_t public_len; /* SubjectPublicKeyInfo */
	unsigned char public_key[2048];
};

/* cardea_sign: a signature of CARDEA_CERT_PROOF_SIGNATURE's form over message.
 * OK however it ended, unless our own machinery failed. */
CARDEA_MUST_USE enum cardea_status
cardea_sign(const struct cardea_sign_key *key,
    const struct cardea_cert_bytes *message, int timeout_ms,
    struct cardea_sign_answer *ret_answer, struct cardea_diag *diag);

/* A new key. */
enum cardea_sign_algorithm {
	CARDEA_SIGN_EC_P256 = 0, /* the default: every TPM and token has it */
	CARDEA_SIGN_EC_P384,
	CARDEA_SIGN_ED25519, /* files only */
	CARDEA_SIGN_RSA_2048,
	CARDEA_SIGN_RSA_3072,
};

/* cardea_sign_make: makes the key at key->uri (a path is created, never
 * overwritten; a pkcs11 URI names token, object and id) and gives its public
 * part. */
CARDEA_MUST_USE enum cardea_status
cardea_sign_make(const struct cardea_sign_key *key,
    enum cardea_sign_algorithm algorithm, int timeout_ms,
    struct cardea_sign_answer *ret_answer, struct cardea_diag *diag);

/* cardea_sign_request: a PKCS #10 request in PEM, signed by the key; names as
 * in cardea_cert_name. Heap. */
CARDEA_MUST_USE enum cardea_status
cardea_sign_request(const struct cardea_sign_key *key, const char *subject,
    const struct cardea_cert_name *names, size_t name_count, int timeout_ms,
    char **ret_pem, struct cardea_sign_answer *ret_answer,
    struct cardea_diag *diag);

#endif
