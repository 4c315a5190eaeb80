/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include "store/crypto.h"

/*
 * What libcrypto found for us.  The one object of this library that changes
 * after the start of the program: it is written once, under pthread_once,
 * and holds nothing but handles, because a fetch costs more than all the work
 * done with its result.  A library context of our own, since the default one
 * belongs to the host and reads OPENSSL_CONF (P09).
 */
struct toolbox {
	OSSL_LIB_CTX *context;
	OSSL_PROVIDER *provider;
	EVP_MD *sha256;
	EVP_MAC *hmac;
	EVP_CIPHER *gcm;
	bool ready;
};

static struct toolbox toolbox;
static pthread_once_t toolbox_once = PTHREAD_ONCE_INIT;

static void
fill_toolbox(void)
{
	struct toolbox *box = &toolbox;

	/* EVP looks for engines on each use and would read the default
	 * configuration for them, whatever context the digest came from */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return;
	box->context = OSSL_LIB_CTX_new();
	if (!box->context)
		return;
	box->provider = OSSL_PROVIDER_load(box->context, "default");
	if (!box->provider)
		return;
	box->sha256 = EVP_MD_fetch(box->context, "SHA256", NULL);
	box->hmac = EVP_MAC_fetch(box->context, "HMAC", NULL);
	box->gcm = EVP_CIPHER_fetch(box->context, "AES-256-GCM", NULL);
	box->ready = box->sha256 && box->hmac && box->gcm;
}

/* The handles, or NULL.  ERR_set_mark keeps what the host's own calls left in
 * the queue; ours are dropped by leave(). */
static const struct toolbox *
enter(void)
{
	(void)ERR_set_mark();
	if (pthread_once(&toolbox_once, fill_toolbox) != 0 || !toolbox.ready)
		return NULL;
	return &toolbox;
}

static void
leave(void)
{
	(void)ERR_pop_to_mark();
}

enum cardea_status
cardea_crypto_sha256(
    const void *bytes, size_t len, unsigned char ret_digest[CARDEA_SHA256])
{
	const struct toolbox *box = enter();
	unsigned char digest[CARDEA_SHA256];
	enum cardea_status status = CARDEA_E_INTERNAL;

	if (box && EVP_Digest(bytes, len, digest, NULL, box->sha256, NULL) == 1)
		status = CARDEA_OK;
	leave();

	if (status == CARDEA_OK)
		memcpy(ret_digest, digest, sizeof(digest));
	OPENSSL_cleanse(digest, sizeof(digest));
	return status;
}

/* Fetched here and not into the toolbox: few logins need it, and all of them
 * would wait for the fetch. */
enum cardea_status
cardea_crypto_sha512(
    const void *bytes, size_t len, unsigned char ret_digest[CARDEA_SHA512])
{
	const struct toolbox *box = enter();
	EVP_MD *sha512 = NULL;
	unsigned char digest[CARDEA_SHA512];
	enum cardea_status status = CARDEA_E_INTERNAL;

	if (box)
		sha512 = EVP_MD_fetch(box->context, "SHA512", NULL);
	if (sha512 && EVP_Digest(bytes, len, digest, NULL, sha512, NULL) == 1) {
		memcpy(ret_digest, digest, sizeof(digest));
		status = CARDEA_OK;
	}
	EVP_MD_free(sha512);
	OPENSSL_cleanse(digest, sizeof(digest));
	leave();
	return status;
}

static enum cardea_status
compute_mac(EVP_MAC_CTX *mac, const void *key, size_t key_len,
    const void *bytes, size_t len, unsigned char digest[CARDEA_SHA256])
{
	char name[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
		    OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	size_t got = 0;

	if (EVP_MAC_init(mac, key, key_len, params) != 1 ||
	    EVP_MAC_update(mac, bytes, len) != 1 ||
	    EVP_MAC_final(mac, digest, &got, CARDEA_SHA256) != 1 ||
	    got != CARDEA_SHA256)
		return CARDEA_E_INTERNAL;
	return CARDEA_OK;
}

enum cardea_status
cardea_crypto_hmac_sha256(const void *key, size_t key_len, const void *bytes,
    size_t len, unsigned char ret_mac[CARDEA_SHA256])
{
	const struct toolbox *box = enter();
	EVP_MAC_CTX *mac = NULL;
	unsigned char digest[CARDEA_SHA256];
	enum cardea_status status = CARDEA_E_INTERNAL;

	if (!box)
		goto out;
	mac = EVP_MAC_CTX_new(box->hmac);
	if (!mac) {
		status = CARDEA_E_MEMORY;
		goto out;
	}
	/* EVP takes a NULL key for "as before" */
	status = compute_mac(mac, key ? key : "", key_len, bytes, len, digest);
	if (status == CARDEA_OK)
		memcpy(ret_mac, digest, sizeof(digest));
out:
	EVP_MAC_CTX_free(mac);
	OPENSSL_cleanse(digest, sizeof(digest));
	leave();
	return status;
}

enum cardea_status
cardea_crypto_seal(const unsigned char key[CARDEA_GCM_KEY],
    const unsigned char nonce[CARDEA_GCM_NONCE], const void *aad,
    size_t aad_len, const unsigned char *plain, size_t len,
    unsigned char *ret_sealed)
{
	const struct toolbox *box = enter();
	EVP_CIPHER_CTX *gcm = NULL;
	enum cardea_status status = CARDEA_E_INTERNAL;
	int done = 0;

	if (!box || aad_len > INT_MAX || len > INT_MAX - CARDEA_GCM_TAG)
		goto out;
	gcm = EVP_CIPHER_CTX_new();
	if (!gcm) {
		status = CARDEA_E_MEMORY;
		goto out;
	}
	if (EVP_EncryptInit_ex2(gcm, box->gcm, key, nonce, NULL) != 1 ||
	    EVP_EncryptUpdate(gcm, NULL, &done, aad, (int)aad_len) != 1)
		goto out;
	if (len > 0 &&
	    EVP_EncryptUpdate(gcm, ret_sealed, &done, plain, (int)len) != 1)
		goto out;
	if (EVP_EncryptFinal_ex(gcm, ret_sealed + len, &done) != 1 ||
	    EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_GET_TAG, CARDEA_GCM_TAG,
		ret_sealed + len) != 1)
		goto out;
	status = CARDEA_OK;
out:
	EVP_CIPHER_CTX_free(gcm);
	leave();
	return status;
}

enum cardea_status
cardea_crypto_open(const unsigned char key[CARDEA_GCM_KEY],
    const unsigned char nonce[CARDEA_GCM_NONCE], const void *aad,
    size_t aad_len, const unsigned char *sealed, size_t len,
    unsigned char *ret_plain)
{
	const struct toolbox *box = enter();
	EVP_CIPHER_CTX *gcm = NULL;
	enum cardea_status status = CARDEA_E_INTERNAL;
	unsigned char tag[CARDEA_GCM_TAG], end[CARDEA_GCM_TAG];
	size_t plain_len = 0;
	int done = 0;

	if (!box || aad_len > INT_MAX || len > INT_MAX)
		goto out;
	if (len < CARDEA_GCM_TAG) {
		status = CARDEA_E_CORRUPT;
		goto out;
	}
	plain_len = len - CARDEA_GCM_TAG;
	memcpy(tag, sealed + plain_len, sizeof(tag));
	gcm = EVP_CIPHER_CTX_new();
	if (!gcm) {
		status = CARDEA_E_MEMORY;
		goto out;
	}
	if (EVP_DecryptInit_ex2(gcm, box->gcm, key, nonce, NULL) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		gcm, EVP_CTRL_AEAD_SET_TAG, CARDEA_GCM_TAG, tag) != 1 ||
	    EVP_DecryptUpdate(gcm, NULL, &done, aad, (int)aad_len) != 1)
		goto out;
	if (plain_len > 0 &&
	    EVP_DecryptUpdate(gcm, ret_plain, &done, sealed, (int)plain_len) !=
		1)
		goto out;
	/* the tag is compared here: before it, nothing decrypted is true */
	status = EVP_DecryptFinal_ex(gcm, end, &done) == 1 ? CARDEA_OK
							   : CARDEA_E_CORRUPT;
out:
	if (status != CARDEA_OK && plain_len > 0)
		OPENSSL_cleanse(ret_plain, plain_len);
	EVP_CIPHER_CTX_free(gcm);
	leave();
	return status;
}
