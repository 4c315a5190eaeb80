/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include "base/file.h"
#include "holder.h"
#include "sign/resign.h"

#define KEY_FILE_MAX 65536

bool
cardea_holder_end(struct cardea_holder *holder, enum cardea_sign_why why,
    const char *format, ...)
{
	struct cardea_sign_answer *answer = holder->answer;
	va_list args;

	if (answer->why != CARDEA_SIGN_WHY_NONE)
		return false;
	answer->why = why;
	va_start(args, format);
	(void)vsnprintf(answer->detail, sizeof(answer->detail), format, args);
	va_end(args);
	for (char *at = answer->detail; *at != '\0'; at++) {
		if (*at < 0x20 || *at == 0x7f)
			*at = '?';
	}
	return false;
}

/* --- public parts -------------------------------------------------------- */

bool
cardea_holder_publish(
    struct cardea_holder *holder, const unsigned char *der, size_t len)
{
	struct cardea_sign_answer *answer = holder->answer;
	const unsigned char *at = der;
	const char *digest;

	if (len > sizeof(answer->public_key))
		return cardea_holder_end(
		    holder, CARDEA_SIGN_UNSUPPORTED, "the key is too large");
	holder->public_key = d2i_PUBKEY_ex(
	    NULL, &at, (long)len, holder->context, NULL);
	if (holder->public_key == NULL || at != der + len)
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "its public part cannot be read");
	if (!cardea_resign_digest(holder->public_key, &digest))
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "not P-256, P-384, P-521, Ed25519, nor RSA of %d to %d "
		    "bits",
		    CARDEA_CERT_RSA_MIN, CARDEA_CERT_RSA_MAX);
	memcpy(answer->public_key, der, len);
	answer->public_len = len;
	return true;
}

/* --- files --------------------------------------------------------------- */

const char *
cardea_holder_path(struct cardea_holder *holder)
{
	const char *uri = holder->request->uri, *colon = strchr(uri, ':');
	const char *path = uri[0] == '/' || colon == NULL ? uri : colon + 1;

	if (path[0] == '/')
		return path;
	(void)cardea_holder_end(
	    holder, CARDEA_SIGN_NO_KEY, "the path is not absolute");
	return NULL;
}

static bool
end_by_file(struct cardea_holder *holder, enum cardea_status status,
    const struct cardea_diag *diag)
{
	enum cardea_sign_why why = CARDEA_SIGN_FAILED;

	if (status == CARDEA_E_MISSING)
		why = CARDEA_SIGN_NO_KEY;
	else if (status == CARDEA_E_UNSAFE)
		why = CARDEA_SIGN_UNSAFE;
	return cardea_holder_end(holder, why, "%.180s",
	    diag->reason[0] != '\0' ? diag->reason
				    : cardea_status_text(status));
}

bool
cardea_holder_read(
    struct cardea_holder *holder, char **ret_text, size_t *ret_len)
{
	const char *path = cardea_holder_path(holder);
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (path == NULL)
		return false;
	status = cardea_file_read(
	    path, CARDEA_FILE_SECRET, KEY_FILE_MAX, ret_text, ret_len, &diag);
	if (status != CARDEA_OK)
		return end_by_file(holder, status, &diag);
	return true;
}

bool
cardea_holder_write(struct cardea_holder *holder, const char *text, size_t len)
{
	const char *path = cardea_holder_path(holder);
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (path == NULL)
		return false;
	status = cardea_file_create(path, text, len, 0600, &diag);
	if (status == CARDEA_E_CONFLICT)
		return cardea_holder_end(holder, CARDEA_SIGN_FAILED,
		    "a file of this name exists, and no key is overwritten");
	if (status != CARDEA_OK)
		return end_by_file(holder, status, &diag);
	return true;
}

/* --- keys of providers --------------------------------------------------- */

bool
cardea_holder_sign(struct cardea_holder *holder,
    const struct cardea_cert_bytes *message, unsigned char *signature,
    size_t *len)
{
	EVP_MD_CTX *digesting = EVP_MD_CTX_new();
	const char *digest = NULL;
	bool good;

	good = digesting != NULL &&
	    cardea_resign_digest(holder->public_key, &digest) &&
	    EVP_DigestSignInit_ex(digesting, NULL, digest,
		holder->private_context, holder->properties,
		holder->private_key, NULL) == 1 &&
	    EVP_DigestSign(
		digesting, signature, len, message->data, message->len) == 1;
	EVP_MD_CTX_free(digesting);
	return good;
}

static const char *
group_of(enum cardea_sign_algorithm algorithm)
{
	return algorithm == CARDEA_SIGN_EC_P384 ? "P-384" : "P-256";
}

static bool
set_kind(EVP_PKEY_CTX *making, enum cardea_sign_algorithm algorithm)
{
	switch (algorithm) {
	case CARDEA_SIGN_EC_P256:
	case CARDEA_SIGN_EC_P384:
		return EVP_PKEY_CTX_set_group_name(
			   making, group_of(algorithm)) == 1;
	case CARDEA_SIGN_RSA_2048:
	case CARDEA_SIGN_RSA_3072: {
		size_t bits = algorithm == CARDEA_SIGN_RSA_2048 ? 2048 : 3072;
		const OSSL_PARAM parameters[] = {
			OSSL_PARAM_construct_size_t(
			    OSSL_PKEY_PARAM_RSA_BITS, &bits),
			OSSL_PARAM_construct_end(),
		};

		return EVP_PKEY_CTX_set_params(making, parameters) == 1;
	}
	case CARDEA_SIGN_ED25519:
		return true;
	}
	return false;
}

static const char *
name_of(enum cardea_sign_algorithm algorithm)
{
	switch (algorithm) {
	case CARDEA_SIGN_EC_P256:
	case CARDEA_SIGN_EC_P384:
		return "EC";
	case CARDEA_SIGN_RSA_2048:
	case CARDEA_SIGN_RSA_3072:
		return "RSA";
	case CARDEA_SIGN_ED25519:
		break;
	}
	return "ED25519";
}

EVP_PKEY *
cardea_holder_generate(const struct cardea_holder *holder,
    OSSL_LIB_CTX *context, const char *properties, const char *pin_parameter)
{
	enum cardea_sign_algorithm algorithm = holder->request->algorithm;
	const struct cardea_secret *pin = &holder->request->pin;
	EVP_PKEY_CTX *making = EVP_PKEY_CTX_new_from_name(
	    context, name_of(algorithm), properties);
	OSSL_PARAM parameters[2] = { OSSL_PARAM_construct_end(),
		OSSL_PARAM_construct_end() };
	EVP_PKEY *key = NULL;

	if (pin_parameter != NULL && pin->len > 0)
		parameters[0] = OSSL_PARAM_construct_utf8_string(
		    pin_parameter, (char *)pin->data, 0);
	if (making == NULL || EVP_PKEY_keygen_init(making) != 1 ||
	    !set_kind(making, algorithm) ||
	    (parameters[0].key != NULL &&
		EVP_PKEY_CTX_set_params(making, parameters) != 1) ||
	    EVP_PKEY_generate(making, &key) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(making);
	return key;
}

/* --- which --------------------------------------------------------------- */

static bool
begins(const char *text, const char *head)
{
	return strncmp(text, head, strlen(head)) == 0;
}

static bool
dispatch(struct cardea_holder *holder, bool (*by_file)(struct cardea_holder *),
    bool (*by_tpm)(struct cardea_holder *),
    bool (*by_token)(struct cardea_holder *))
{
	const char *uri = holder->request->uri;

	holder->context = OSSL_LIB_CTX_new();
	if (holder->context == NULL)
		return cardea_holder_end(holder, CARDEA_SIGN_FAILED, "memory");
	if (uri[0] == '/' || begins(uri, "file:"))
		return by_file(holder);
	if (begins(uri, "tpm:"))
		return by_tpm(holder);
	if (begins(uri, "pkcs11:"))
		return by_token(holder);
	return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
	    "a key is /path, file:/path, tpm:... or pkcs11:...");
}

bool
cardea_holder_open(struct cardea_holder *holder)
{
	return dispatch(
	    holder, cardea_keyfile_open, cardea_tpm_open, cardea_token_open);
}

bool
cardea_holder_make(struct cardea_holder *holder)
{
	return dispatch(
	    holder, cardea_keyfile_make, cardea_tpm_make, cardea_token_make);
}

void
cardea_holder_close(struct cardea_holder *holder)
{
	EVP_PKEY_free(holder->private_key);
	EVP_PKEY_free(holder->public_key);
	if (holder->private_context != holder->context)
		OSSL_LIB_CTX_free(holder->private_context);
	OSSL_LIB_CTX_free(holder->context);
}
