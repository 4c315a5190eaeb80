/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_SIGN_HOLDER_H
#define CARDEA_VERIFIER_SIGN_HOLDER_H

#include <openssl/evp.h>

#include "sign/talk.h"

/*
 * What holds a key: a file, a TPM, a token.  One a process, so nothing is put
 * back but what would stay behind elsewhere: objects in a TPM.
 *
 * All of these are true, or false with the reason in the answer.
 */
struct cardea_holder {
	const struct cardea_sign_request *request;
	struct cardea_sign_answer *answer;
	OSSL_LIB_CTX *context; /* our own, which reads no configuration */
	EVP_PKEY *public_key;  /* as plain software has it, in context */
	EVP_PKEY *private_key; /* file and TPM */
	OSSL_LIB_CTX *private_context;
	const char *properties; /* which provider signs */
	/* over the whole message: what the digest is, the key tells */
	bool (*sign)(struct cardea_holder *holder,
	    const struct cardea_cert_bytes *message, unsigned char *signature,
	    size_t *len);
};

/* cardea_holder_open: what request->uri names; cardea_holder_make: the new key,
 * which is not opened. */
bool cardea_holder_open(struct cardea_holder *holder);
bool cardea_holder_make(struct cardea_holder *holder);
void cardea_holder_close(struct cardea_holder *holder);

/* cardea_holder_end: false, for callers to return; the first reason stays. What
 * it says is one line of ASCII, whatever a token's library wrote. */
bool cardea_holder_end(struct cardea_holder *holder, enum cardea_sign_why why,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* cardea_holder_publish: the public key, from SubjectPublicKeyInfo in DER;
 * UNSUPPORTED for a kind that is not used. */
bool cardea_holder_publish(
    struct cardea_holder *holder, const unsigned char *der, size_t len);

/* cardea_holder_path: of "/path", "file:/path" or "tpm:/path": NULL, with the
 * reason, unless it is absolute. */
const char *cardea_holder_path(struct cardea_holder *holder);

/* cardea_holder_read: a key file that nobody else can read; wiped and freed by
 * the caller. */
bool cardea_holder_read(
    struct cardea_holder *holder, char **ret_text, size_t *ret_len);
bool
cardea_holder_write(struct cardea_holder *holder, const char *text, size_t len);

/* cardea_holder_sign: by private_key, in private_context. */
bool cardea_holder_sign(struct cardea_holder *holder,
    const struct cardea_cert_bytes *message, unsigned char *signature,
    size_t *len);

/* cardea_holder_generate: a new key pair by a provider; NULL without a reason
 * given. */
EVP_PKEY *cardea_holder_generate(const struct cardea_holder *holder,
    OSSL_LIB_CTX *context, const char *properties, const char *pin_parameter);

bool cardea_keyfile_open(struct cardea_holder *holder);
bool cardea_keyfile_make(struct cardea_holder *holder);
bool cardea_tpm_open(struct cardea_holder *holder);
bool cardea_tpm_make(struct cardea_holder *holder);
bool cardea_token_open(struct cardea_holder *holder);
bool cardea_token_make(struct cardea_holder *holder);

#endif
