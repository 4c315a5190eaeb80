/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "holder.h"

/*
 * Keys in files: PEM, PKCS #8, encrypted or not.
 */

/* scrypt as RFC 7914 has it for files: 16 MiB, a blink of an eye */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 1

struct password {
	const struct cardea_secret *pin;
	bool asked;
};

static int
give_password(char *text, int size, int writing, void *context)
{
	struct password *password = context;

	(void)writing;
	password->asked = true;
	if (password->pin->len == 0 || size < 0 ||
	    password->pin->len > (size_t)size)
		return -1;
	memcpy(text, password->pin->data, password->pin->len);
	return (int)password->pin->len;
}

static bool
decode(struct cardea_holder *holder, const char *text, size_t len)
{
	struct password password = { .pin = &holder->request->pin };
	BIO *in = BIO_new_mem_buf(text, (int)len);

	if (in != NULL)
		holder->private_key = PEM_read_bio_PrivateKey_ex(
		    in, NULL, give_password, &password, holder->context, NULL);
	BIO_free(in);
	if (holder->private_key != NULL)
		return true;
	if (password.asked)
		return cardea_holder_end(holder, CARDEA_SIGN_WRONG_PIN,
		    password.pin->len == 0 ? "the file wants a password"
					   : "not the password of the file");
	if (strstr(text, "-----BEGIN TSS2 ") != NULL)
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "a key of a TPM: name it as tpm:/path");
	return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
	    "no private key in PEM (PKCS #8) is in the file");
}

static bool
publish(struct cardea_holder *holder, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	bool good;

	if (len <= 0)
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "the key has no public part");
	good = cardea_holder_publish(holder, der, (size_t)len);
	OPENSSL_free(der);
	return good;
}

bool
cardea_keyfile_open(struct cardea_holder *holder)
{
	char *text = NULL;
	size_t len = 0;
	bool good;

	if (!cardea_holder_read(holder, &text, &len))
		return false;
	good = decode(holder, text, len);
	cardea_wipe(text, len);
	free(text);
	holder->private_context = holder->context;
	holder->sign = cardea_holder_sign;
	return good && publish(holder, holder->private_key);
}

/* --- new ones ------------------------------------------------------------ */

static bool
encrypt(BIO *out, EVP_PKEY *key, const struct cardea_secret *pin)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
	X509_ALGOR *algorithm = PKCS5_pbe2_set_scrypt(
	    EVP_aes_256_cbc(), NULL, 0, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
	X509_SIG *sealed = NULL;
	bool good;

	if (plain != NULL && algorithm != NULL)
		sealed = PKCS8_set0_pbe(
		    (const char *)pin->data, (int)pin->len, plain, algorithm);
	if (sealed == NULL)
		X509_ALGOR_free(algorithm);
	good = sealed != NULL && PEM_write_bio_PKCS8(out, sealed) == 1;
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(plain);
	return good;
}

static bool
write_key(struct cardea_holder *holder, EVP_PKEY *key)
{
	const struct cardea_secret *pin = &holder->request->pin;
	BIO *out = BIO_new(BIO_s_secmem());
	char *text = NULL;
	long len;
	bool good;

	good = out != NULL &&
	    (pin->len > 0 ? encrypt(out, key, pin)
			  : PEM_write_bio_PKCS8PrivateKey(
				out, key, NULL, NULL, 0, NULL, NULL) == 1);
	if (!good) {
		BIO_free(out);
		return cardea_holder_end(
		    holder, CARDEA_SIGN_FAILED, "the key cannot be encoded");
	}
	len = BIO_get_mem_data(out, &text);
	good = len > 0 && cardea_holder_write(holder, text, (size_t)len);
	if (len > 0)
		cardea_wipe(text, (size_t)len);
	BIO_free(out);
	return good;
}

bool
cardea_keyfile_make(struct cardea_holder *holder)
{
	EVP_PKEY *key;
	bool good;

	if (cardea_holder_path(holder) == NULL)
		return false;
	key = cardea_holder_generate(holder, holder->context, NULL, NULL);
	if (key == NULL)
		return cardea_holder_end(
		    holder, CARDEA_SIGN_FAILED, "no key can be made");
	/* published first: what cannot be used is not written */
	good = publish(holder, key) && write_key(holder, key);
	EVP_PKEY_free(key);
	return good;
}
