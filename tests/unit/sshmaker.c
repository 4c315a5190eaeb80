/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include "base/base64.h"
#include "unit/sshmaker.h"
#include "unit/test.h"

#define APPLICATION "ssh:"

void
sshmaker_put(struct sshmaker_bytes *bytes, const void *data, size_t len)
{
	assert_true(len <= sizeof(bytes->data) - bytes->len);
	if (len > 0)
		memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
}

void
sshmaker_put_u8(struct sshmaker_bytes *bytes, unsigned int value)
{
	const unsigned char byte = (unsigned char)value;

	sshmaker_put(bytes, &byte, 1);
}

void
sshmaker_put_u32(struct sshmaker_bytes *bytes, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		sshmaker_put_u8(bytes, value >> shift & 0xff);
}

void
sshmaker_put_u64(struct sshmaker_bytes *bytes, uint64_t value)
{
	sshmaker_put_u32(bytes, (uint32_t)(value >> 32));
	sshmaker_put_u32(bytes, (uint32_t)value);
}

void
sshmaker_put_string(struct sshmaker_bytes *bytes, const void *data, size_t len)
{
	sshmaker_put_u32(bytes, (uint32_t)len);
	sshmaker_put(bytes, data, len);
}

void
sshmaker_put_text(struct sshmaker_bytes *bytes, const char *text)
{
	sshmaker_put_string(bytes, text, strlen(text));
}

void
sshmaker_put_bytes(
    struct sshmaker_bytes *bytes, const struct sshmaker_bytes *string)
{
	sshmaker_put_string(bytes, string->data, string->len);
}

void
sshmaker_put_option(
    struct sshmaker_bytes *bytes, const char *name, const char *text)
{
	sshmaker_put_text(bytes, name);
	if (text == NULL) {
		sshmaker_put_u32(bytes, 0);
		return;
	}
	sshmaker_put_u32(bytes, (uint32_t)strlen(text) + 4);
	sshmaker_put_text(bytes, text);
}

static void
put_mpint(struct sshmaker_bytes *bytes, const BIGNUM *number)
{
	unsigned char data[2100] = { 0 };
	int len = BN_bn2bin(number, data + 1);
	size_t skip = (data[1] & 0x80) == 0;

	sshmaker_put_string(bytes, data + skip, (size_t)len + 1 - skip);
}

static const char *
curve_of(enum cardea_sshpublic_type type)
{
	return type == CARDEA_SSHPUBLIC_P521 ? "nistp521"
	    : type == CARDEA_SSHPUBLIC_P384  ? "nistp384"
					     : "nistp256";
}

static void
put_rsa(struct sshmaker_bytes *bytes, const EVP_PKEY *pair)
{
	BIGNUM *e = NULL, *n = NULL;

	assert_int_equal(
	    EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_E, &e), 1);
	assert_int_equal(
	    EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	put_mpint(bytes, e);
	put_mpint(bytes, n);
	BN_free(e);
	BN_free(n);
}

static void
put_fields(struct sshmaker_bytes *bytes, const struct sshmaker_key *key)
{
	unsigned char point[200];
	size_t len = sizeof(point);

	if (EVP_PKEY_is_a(key->pair, "RSA")) {
		put_rsa(bytes, key->pair);
	} else if (EVP_PKEY_is_a(key->pair, "EC")) {
		assert_int_equal(
		    EVP_PKEY_get_octet_string_param(key->pair,
			OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &len),
		    1);
		sshmaker_put_text(bytes, curve_of(key->type));
		sshmaker_put_string(bytes, point, len);
	} else {
		assert_int_equal(
		    EVP_PKEY_get_raw_public_key(key->pair, point, &len), 1);
		sshmaker_put_string(bytes, point, len);
	}
	if (cardea_sshpublic_is_sk(key->type))
		sshmaker_put_text(bytes, APPLICATION);
}

struct sshmaker_key *
sshmaker_key(enum cardea_sshpublic_type type, int bits)
{
	struct sshmaker_key *key = calloc(1, sizeof(*key));

	assert_non_null(key);
	key->type = type;
	if (type == CARDEA_SSHPUBLIC_RSA)
		key->pair = EVP_RSA_gen((unsigned int)(bits > 0 ? bits : 2048));
	else if (type == CARDEA_SSHPUBLIC_ED25519 ||
	    type == CARDEA_SSHPUBLIC_SK_ED25519)
		key->pair = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		key->pair = EVP_EC_gen(type == CARDEA_SSHPUBLIC_P521 ? "P-521"
			: type == CARDEA_SSHPUBLIC_P384		     ? "P-384"
								     : "P-256");
	assert_non_null(key->pair);
	sshmaker_put_text(&key->blob, cardea_sshpublic_name(type));
	put_fields(&key->blob, key);
	return key;
}

void
sshmaker_key_free(struct sshmaker_key *key)
{
	if (key != NULL)
		EVP_PKEY_free(key->pair);
	free(key);
}

static const char *
digest_of(const struct sshmaker_key *key, const char *algorithm)
{
	if (EVP_PKEY_is_a(key->pair, "RSA"))
		return strcmp(algorithm, "ssh-rsa") == 0     ? "SHA1"
		    : strcmp(algorithm, "rsa-sha2-256") == 0 ? "SHA256"
							     : "SHA512";
	if (EVP_PKEY_is_a(key->pair, "ED25519"))
		return NULL;
	return key->type == CARDEA_SSHPUBLIC_P384 ? "SHA384"
	    : key->type == CARDEA_SSHPUBLIC_P521  ? "SHA512"
						  : "SHA256";
}

/* The bytes of a signature, ECDSA's as two mpints. */
static void
make_signature(const struct sshmaker_key *key, const char *digest,
    const void *message, size_t len, struct sshmaker_bytes *string)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char bytes[2100];
	const unsigned char *at = bytes;
	size_t made = sizeof(bytes);

	assert_int_equal(EVP_DigestSignInit_ex(context, NULL, digest, NULL,
			     NULL, key->pair, NULL),
	    1);
	assert_int_equal(
	    EVP_DigestSign(context, bytes, &made, message, len), 1);
	EVP_MD_CTX_free(context);
	if (EVP_PKEY_is_a(key->pair, "EC")) {
		ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)made);

		assert_non_null(pair);
		put_mpint(string, ECDSA_SIG_get0_r(pair));
		put_mpint(string, ECDSA_SIG_get0_s(pair));
		ECDSA_SIG_free(pair);
		return;
	}
	sshmaker_put(string, bytes, made);
}

void
sshmaker_sign(const struct sshmaker_key *key, const char *algorithm,
    unsigned char flags, const void *message, size_t len,
    struct sshmaker_bytes *ret_signature)
{
	struct sshmaker_bytes *string = calloc(1, sizeof(*string));
	unsigned char covered[69];
	const char *name = algorithm;

	assert_non_null(string);
	ret_signature->len = 0;
	if (name == NULL)
		name = key->type == CARDEA_SSHPUBLIC_RSA
		    ? "rsa-sha2-512"
		    : cardea_sshpublic_name(key->type);
	if (cardea_sshpublic_is_sk(key->type)) {
		SHA256((const unsigned char *)APPLICATION, strlen(APPLICATION),
		    covered);
		memcpy(covered + 32, &flags, 1);
		memcpy(covered + 33, "\0\0\0\x09", 4);
		SHA256(message, len, covered + 37);
		message = covered;
		len = sizeof(covered);
	}
	make_signature(key, digest_of(key, name), message, len, string);
	sshmaker_put_text(ret_signature, name);
	sshmaker_put_bytes(ret_signature, string);
	if (cardea_sshpublic_is_sk(key->type))
		sshmaker_put(ret_signature, covered + 32, 5);
	free(string);
}

void
sshmaker_begin(struct sshmaker_cert *cert, const struct sshmaker_key *key,
    const struct sshmaker_key *ca)
{
	memset(cert, 0, sizeof(*cert));
	cert->key = key;
	cert->ca = ca;
	cert->serial = 7;
	cert->type = 1;
	cert->key_id = "laptop-7 of alice";
	cert->after = 1000;
	cert->before = 2000;
	sshmaker_put_text(&cert->principals, "alice");
	sshmaker_put_text(&cert->principals, "bob");
	sshmaker_put_option(&cert->extensions, "permit-pty", NULL);
}

void
sshmaker_end(const struct sshmaker_cert *cert, struct sshmaker_bytes *ret_blob)
{
	static const char tail[] = "-cert-v01@openssh.com";
	struct sshmaker_bytes *signature = calloc(1, sizeof(*signature));
	char name[128];

	assert_non_null(signature);
	ret_blob->len = 0;
	(void)snprintf(
	    name, sizeof(name), "%s", cardea_sshpublic_name(cert->key->type));
	name[strcspn(name, "@")] = '\0';
	(void)snprintf(
	    name + strlen(name), sizeof(name) - strlen(name), "%s", tail);
	sshmaker_put_text(ret_blob, name);
	sshmaker_put_text(ret_blob, "a nonce of 32 bytes, near enough");
	put_fields(ret_blob, cert->key);
	sshmaker_put_u64(ret_blob, cert->serial);
	sshmaker_put_u32(ret_blob, cert->type);
	sshmaker_put_text(ret_blob, cert->key_id);
	sshmaker_put_bytes(ret_blob, &cert->principals);
	sshmaker_put_u64(ret_blob, cert->after);
	sshmaker_put_u64(ret_blob, cert->before);
	sshmaker_put_bytes(ret_blob, &cert->critical);
	sshmaker_put_bytes(ret_blob, &cert->extensions);
	sshmaker_put_bytes(ret_blob, &cert->reserved);
	sshmaker_put_bytes(
	    ret_blob, cert->ca_blob != NULL ? cert->ca_blob : &cert->ca->blob);
	sshmaker_sign(cert->ca, cert->ca_algorithm, 1, ret_blob->data,
	    ret_blob->len, signature);
	sshmaker_put_bytes(ret_blob, signature);
	free(signature);
}

void
sshmaker_line(const struct sshmaker_bytes *blob, char *text, size_t size)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string name;
	size_t at = strlen(text);

	cardea_sshwire_read(&reader, blob->data, blob->len);
	name = cardea_sshwire_get_string(&reader);
	assert_true(name.len + CARDEA_BASE64_LEN(blob->len) + at + 16 < size);
	memcpy(text + at, name.bytes, name.len);
	at += name.len;
	text[at++] = ' ';
	assert_int_equal(cardea_base64_encode(CARDEA_BASE64, blob->data,
			     blob->len, text + at, size - at),
	    CARDEA_OK);
	memcpy(text + strlen(text), " comment\n", sizeof(" comment\n"));
}

void
sshmaker_krl(struct sshmaker_bytes *krl, uint64_t date)
{
	krl->len = 0;
	sshmaker_put(krl, "SSHKRL\n\0", 8);
	sshmaker_put_u32(krl, 1);
	sshmaker_put_u64(krl, 3);
	sshmaker_put_u64(krl, date);
	sshmaker_put_u64(krl, 0);
	sshmaker_put_u32(krl, 0);
	sshmaker_put_text(krl, "a comment");
}

void
sshmaker_section(struct sshmaker_bytes *krl, unsigned int type,
    const struct sshmaker_bytes *data)
{
	sshmaker_put_u8(krl, type);
	sshmaker_put_bytes(krl, data);
}

void
sshmaker_krl_sign(struct sshmaker_bytes *krl, const struct sshmaker_key *key)
{
	struct sshmaker_bytes *signature = calloc(1, sizeof(*signature));

	assert_non_null(signature);
	sshmaker_section(krl, 4, &key->blob);
	sshmaker_sign(key, NULL, 1, krl->data, krl->len, signature);
	sshmaker_put_bytes(krl, signature);
	free(signature);
}
