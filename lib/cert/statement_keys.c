/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/sshwire.h"
#include "cert/statement_keys.h"
#include "cert/x509_key.h"
#include "cert/x509_name.h"
#include "store/crypto.h"

/* ---- one key ---- */

static enum cardea_statement_algorithm
algorithm_of(const EVP_PKEY *key)
{
	char curve[32] = "";

	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		return CARDEA_STATEMENT_RS256;
	case EVP_PKEY_ED25519:
		return CARDEA_STATEMENT_EDDSA;
	case EVP_PKEY_EC:
		if (EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) ==
			1 &&
		    strcmp(curve, SN_X9_62_prime256v1) == 0)
			return CARDEA_STATEMENT_ES256;
		break;
	default:
		break;
	}
	return CARDEA_STATEMENT_NONE;
}

static bool
name_by_fingerprint(struct cardea_statement_key *key)
{
	unsigned char digest[CARDEA_SHA256];
	char text[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1];

	if (cardea_crypto_sha256(key->spki, key->spki_len, digest) !=
		CARDEA_OK ||
	    cardea_sshwire_fingerprint(digest, text) != CARDEA_OK)
		return false;
	memcpy(key->name, text, strlen(text) + 1);
	return true;
}

static bool
read_time(const ASN1_TIME *time, int64_t *ret_time_s)
{
	struct tm moment = { 0 };

	if (ASN1_TIME_to_tm(time, &moment) != 1)
		return false;
	*ret_time_s = timegm(&moment);
	return true;
}

/* The judge of keys takes certificates, so a bare key gets one around it. */
static bool
is_sound(const struct cardea_x509_room *room, const EVP_PKEY *key,
    struct cardea_x509_fault *fault)
{
	X509 *around = X509_new_ex(room->context, NULL);
	bool sound = around != NULL &&
	    X509_set_pubkey(around, (EVP_PKEY *)key) == 1 &&
	    cardea_x509_key_holds(around, fault);

	X509_free(around);
	return sound;
}

static bool
keep_key(const struct cardea_x509_room *room, struct cardea_statement_key *key,
    const EVP_PKEY *public_key, struct cardea_x509_fault *fault)
{
	unsigned char *spki = NULL;
	int len;

	if (public_key == NULL || !is_sound(room, public_key, fault))
		return false;
	len = i2d_PUBKEY(public_key, &spki);
	if (len <= 0)
		return false;
	key->spki = spki; /* moved */
	key->spki_len = (size_t)len;
	key->algorithm = algorithm_of(public_key);
	return true;
}

static bool
take_certificate(struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *der, struct cardea_x509_fault *fault)
{
	struct cardea_statement_key *key = &keys->items[keys->count];

	key->certificate = cardea_x509_read(&keys->room, der, true, fault);
	if (key->certificate == NULL)
		return false;
	keys->count++;
	cardea_x509_name_text(
	    X509_get_subject_name(key->certificate), key->name);
	return keep_key(&keys->room, key, X509_get0_pubkey(key->certificate),
		   fault) &&
	    read_time(X509_get0_notBefore(key->certificate), &key->from_s) &&
	    read_time(X509_get0_notAfter(key->certificate), &key->to_s) &&
	    (key->name[0] != '\0' || name_by_fingerprint(key));
}

static bool
take_public(struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *der, struct cardea_x509_fault *fault)
{
	struct cardea_statement_key *key = &keys->items[keys->count];
	const unsigned char *at = der->data;
	EVP_PKEY *public_key;
	bool taken;

	public_key = d2i_PUBKEY_ex(
	    NULL, &at, (long)der->len, keys->room.context, NULL);
	keys->count++;
	key->from_s = INT64_MIN;
	key->to_s = INT64_MAX;
	taken = public_key != NULL && at == der->data + der->len &&
	    keep_key(&keys->room, key, public_key, fault) &&
	    name_by_fingerprint(key);
	EVP_PKEY_free(public_key);
	return taken;
}

bool
cardea_statement_key_counts(
    const struct cardea_statement_key *key, int64_t time_s)
{
	return time_s >= key->from_s && time_s <= key->to_s;
}

bool
cardea_statement_key_is(
    const struct cardea_statement_key *key, const X509 *certificate)
{
	unsigned char *spki = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
	bool same = len > 0 && (size_t)len == key->spki_len &&
	    memcmp(spki, key->spki, key->spki_len) == 0;

	OPENSSL_free(spki);
	return same;
}

/* ---- the file ---- */

static enum cardea_status
take_block(struct cardea_statement_keys *keys, const char *name,
    const struct cardea_cert_bytes *der, struct cardea_diag *diag)
{
	struct cardea_x509_fault fault = { .text = "cannot be read" };
	size_t number = keys->count + 1;
	bool taken;

	if (keys->count == CARDEA_STATEMENT_KEYS_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "more than %d keys", CARDEA_STATEMENT_KEYS_MAX);
	if (strcmp(name, PEM_STRING_X509) == 0)
		taken = take_certificate(keys, der, &fault);
	else if (strcmp(name, PEM_STRING_PUBLIC) == 0)
		taken = take_public(keys, der, &fault);
	else
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "block %zu is neither a certificate nor a public key",
		    number);
	if (taken)
		return CARDEA_OK;
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "key %zu %s", number, fault.text);
}

/* PEM_read_bio says in the same way that there is no more and that a block is
 * damaged; the reason tells them apart. */
static enum cardea_status
read_blocks(
    struct cardea_statement_keys *keys, BIO *file, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	unsigned long error;

	while (status == CARDEA_OK) {
		char *name = NULL, *header = NULL;
		struct cardea_cert_bytes der;
		unsigned char *data = NULL;
		long len = 0;

		if (PEM_read_bio(file, &name, &header, &data, &len) != 1)
			break;
		der = (struct cardea_cert_bytes){ data, (size_t)len };
		status = take_block(keys, name, &der, diag);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(data);
	}
	error = ERR_peek_last_error();
	if (status == CARDEA_OK &&
	    (ERR_GET_LIB(error) != ERR_LIB_PEM ||
		ERR_GET_REASON(error) != PEM_R_NO_START_LINE))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "block %zu is damaged", keys->count + 1);
	if (status == CARDEA_OK && keys->count == 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "no certificate and no public key in it");
	return status;
}

enum cardea_status
cardea_statement_keys_load(const struct cardea_cert_bytes *pem,
    struct cardea_statement_keys **ret_keys, struct cardea_diag *diag)
{
	struct cardea_statement_keys *keys;
	enum cardea_status status = CARDEA_E_MEMORY;
	BIO *file = NULL;

	if (pem->len > CARDEA_CERT_FILE_MAX)
		return CARDEA_E_RANGE;
	keys = calloc(1, sizeof(*keys));
	if (keys == NULL)
		return CARDEA_E_MEMORY;
	if (cardea_x509_room_open(&keys->room))
		file = BIO_new_mem_buf(pem->data, (int)pem->len);
	if (file != NULL)
		status = read_blocks(keys, file, diag);
	BIO_free(file);
	if (status == CARDEA_OK)
		*ret_keys = keys; /* moved */
	else
		(void)cardea_statement_keys_free(keys);
	return status;
}

struct cardea_statement_keys *
cardea_statement_keys_free(struct cardea_statement_keys *keys)
{
	if (keys == NULL)
		return NULL;
	for (size_t i = 0; i < keys->count; i++) {
		X509_free(keys->items[i].certificate);
		OPENSSL_free(keys->items[i].spki);
	}
	cardea_x509_room_close(&keys->room);
	free(keys);
	return NULL;
}
