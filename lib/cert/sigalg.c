/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include "cert/sigalg.h"
#include "store/crypto.h"

struct known {
	unsigned char oid[9];
	unsigned char oid_len;
	unsigned char has_null; /* parameters: NULL, or none at all */
	struct cardea_sigalg algorithm;
};

#define RSA_ARC 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01
#define ECDSA_ARC 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03

static const struct known known[] = {
	{ { RSA_ARC, 11 }, 9, 1, { CARDEA_SIGALG_RSA, "SHA2-256", 32 } },
	{ { RSA_ARC, 12 }, 9, 1, { CARDEA_SIGALG_RSA, "SHA2-384", 48 } },
	{ { RSA_ARC, 13 }, 9, 1, { CARDEA_SIGALG_RSA, "SHA2-512", 64 } },
	{ { ECDSA_ARC, 2 }, 8, 0, { CARDEA_SIGALG_ECDSA, "SHA2-256", 32 } },
	{ { ECDSA_ARC, 3 }, 8, 0, { CARDEA_SIGALG_ECDSA, "SHA2-384", 48 } },
	{ { ECDSA_ARC, 4 }, 8, 0, { CARDEA_SIGALG_ECDSA, "SHA2-512", 64 } },
	{ { 0x2b, 0x65, 0x70 }, 3, 0,
	    { CARDEA_SIGALG_ED25519, "SHA2-256", 32 } },
};

/* id-RSASSA-PSS (RFC 4055, 3.1): its defaults are SHA-1, so all three
 * parameters are written; the NULL of a hash is there or not (2.1) */
static const unsigned char pss_oid[] = { RSA_ARC, 10 };
static const unsigned char hash_arc[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
	0x04, 0x02 };
static const unsigned char mgf1_oid[] = { RSA_ARC, 8 };

static bool
is_bytes(const struct cardea_cert_bytes *bytes, const void *wanted, size_t len)
{
	return bytes->len == len && memcmp(bytes->data, wanted, len) == 0;
}

/* AlgorithmIdentifier: an identifier, then what is left */
static bool
open_identifier(struct cardea_cert_bytes bytes, struct cardea_cert_bytes *oid,
    struct cardea_cert_bytes *ret_rest)
{
	struct cardea_der outer, name;

	if (!cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &outer) ||
	    bytes.len != 0)
		return false;
	*ret_rest = outer.content;
	if (!cardea_der_take(ret_rest, CARDEA_DER_OID, &name))
		return false;
	*oid = name.content;
	return true;
}

static bool
is_null(const struct cardea_cert_bytes *bytes)
{
	return bytes->len == 2 && bytes->data[0] == CARDEA_DER_NULL;
}

/* SHA-2 of 256, 384 or 512 bits: the table's algorithm of that digest */
static const struct cardea_sigalg *
read_hash(struct cardea_cert_bytes bytes)
{
	struct cardea_cert_bytes oid, rest;

	if (!open_identifier(bytes, &oid, &rest) ||
	    (rest.len != 0 && !is_null(&rest)) || oid.len != 9 ||
	    memcmp(oid.data, hash_arc, 8) != 0 || oid.data[8] < 1 ||
	    oid.data[8] > 3)
		return NULL;
	return &known[oid.data[8] - 1].algorithm;
}

static bool
read_pss(struct cardea_cert_bytes bytes, struct cardea_sigalg *ret)
{
	struct cardea_cert_bytes oid, rest;
	struct cardea_der parameters, hash, mask, salt, number;
	const struct cardea_sigalg *digest;

	if (!cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &parameters) ||
	    bytes.len != 0)
		return false;
	bytes = parameters.content;
	if (!cardea_der_take(&bytes, 0xa0, &hash) ||
	    !cardea_der_take(&bytes, 0xa1, &mask) ||
	    !cardea_der_take(&bytes, 0xa2, &salt) || bytes.len != 0)
		return false;
	digest = read_hash(hash.content);
	if (digest == NULL || !open_identifier(mask.content, &oid, &rest) ||
	    !is_bytes(&oid, mgf1_oid, sizeof(mgf1_oid)) ||
	    read_hash(rest) != digest)
		return false;
	rest = salt.content;
	if (!cardea_der_take(&rest, CARDEA_DER_INTEGER, &number) ||
	    rest.len != 0 || number.content.len != 1 ||
	    number.content.data[0] != digest->digest_len)
		return false;
	*ret = *digest;
	ret->kind = CARDEA_SIGALG_PSS;
	return true;
}

enum cardea_status
cardea_sigalg_read(
    const struct cardea_cert_bytes *identifier, struct cardea_sigalg *ret)
{
	struct cardea_cert_bytes oid, rest;

	if (!cardea_der_is_one(identifier) ||
	    !open_identifier(*identifier, &oid, &rest))
		return CARDEA_E_SYNTAX;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!is_bytes(&oid, known[i].oid, known[i].oid_len))
			continue;
		if (known[i].has_null ? !is_null(&rest) : rest.len != 0)
			return CARDEA_E_SYNTAX;
		*ret = known[i].algorithm;
		return CARDEA_OK;
	}
	return is_bytes(&oid, pss_oid, sizeof(pss_oid)) && read_pss(rest, ret)
	    ? CARDEA_OK
	    : CARDEA_E_MISSING;
}

bool
cardea_sigalg_digest(OSSL_LIB_CTX *libctx,
    const struct cardea_sigalg *algorithm,
    const struct cardea_cert_bytes *message,
    unsigned char ret_digest[CARDEA_SIGALG_DIGEST_MAX])
{
	size_t len = 0;

	return EVP_Q_digest(libctx, algorithm->digest, NULL, message->data,
		   message->len, ret_digest, &len) == 1 &&
	    len == algorithm->digest_len;
}

static bool
fits_key(enum cardea_sigalg_kind kind, const EVP_PKEY *key)
{
	switch (kind) {
	case CARDEA_SIGALG_RSA:
		return EVP_PKEY_is_a(key, "RSA") == 1;
	case CARDEA_SIGALG_PSS:
		return EVP_PKEY_is_a(key, "RSA") == 1 ||
		    EVP_PKEY_is_a(key, "RSA-PSS") == 1;
	case CARDEA_SIGALG_ECDSA:
		return EVP_PKEY_is_a(key, "EC") == 1;
	case CARDEA_SIGALG_ED25519:
		return EVP_PKEY_is_a(key, "ED25519") == 1;
	case CARDEA_SIGALG_NONE:
		break;
	}
	return false;
}

/* by name, so that OpenSSL fetches them in the key's own context */
static bool
set_parameters(EVP_PKEY_CTX *context, const struct cardea_sigalg *algorithm)
{
	char *digest = (char *)(uintptr_t)algorithm->digest;
	int salt = (int)algorithm->digest_len;
	OSSL_PARAM parameters[5], *next = parameters;

	*next++ = OSSL_PARAM_construct_utf8_string(
	    OSSL_SIGNATURE_PARAM_DIGEST, digest, 0);
	if (algorithm->kind == CARDEA_SIGALG_RSA)
		*next++ = OSSL_PARAM_construct_utf8_string(
		    OSSL_SIGNATURE_PARAM_PAD_MODE,
		    (char *)(uintptr_t)OSSL_PKEY_RSA_PAD_MODE_PKCSV15, 0);
	if (algorithm->kind == CARDEA_SIGALG_PSS) {
		*next++ = OSSL_PARAM_construct_utf8_string(
		    OSSL_SIGNATURE_PARAM_PAD_MODE,
		    (char *)(uintptr_t)OSSL_PKEY_RSA_PAD_MODE_PSS, 0);
		*next++ = OSSL_PARAM_construct_utf8_string(
		    OSSL_SIGNATURE_PARAM_MGF1_DIGEST, digest, 0);
		*next++ = OSSL_PARAM_construct_int(
		    OSSL_SIGNATURE_PARAM_PSS_SALTLEN, &salt);
	}
	*next = OSSL_PARAM_construct_end();
	return EVP_PKEY_CTX_set_params(context, parameters) == 1;
}

bool
cardea_sigalg_verify_digest(OSSL_LIB_CTX *libctx,
    const struct cardea_sigalg *algorithm, EVP_PKEY *key,
    const unsigned char *digest, const struct cardea_cert_bytes *signature)
{
	EVP_PKEY_CTX *context;
	bool holds;

	if (algorithm->kind == CARDEA_SIGALG_ED25519 ||
	    !fits_key(algorithm->kind, key))
		return false;
	context = EVP_PKEY_CTX_new_from_pkey(libctx, key, NULL);
	holds = context != NULL && EVP_PKEY_verify_init(context) == 1 &&
	    set_parameters(context, algorithm) &&
	    EVP_PKEY_verify(context, signature->data, signature->len, digest,
		algorithm->digest_len) == 1;
	EVP_PKEY_CTX_free(context);
	return holds;
}

static bool
verify_ed25519(OSSL_LIB_CTX *libctx, EVP_PKEY *key,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool holds = context != NULL &&
	    EVP_DigestVerifyInit_ex(
		context, NULL, NULL, libctx, NULL, key, NULL) == 1 &&
	    EVP_DigestVerify(context, signature->data, signature->len,
		message->data, message->len) == 1;

	EVP_MD_CTX_free(context);
	return holds;
}

bool
cardea_sigalg_verify(OSSL_LIB_CTX *libctx,
    const struct cardea_sigalg *algorithm, EVP_PKEY *key,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature)
{
	unsigned char digest[CARDEA_SIGALG_DIGEST_MAX];

	if (algorithm->kind == CARDEA_SIGALG_ED25519)
		return fits_key(algorithm->kind, key) &&
		    verify_ed25519(libctx, key, message, signature);
	return cardea_sigalg_digest(libctx, algorithm, message, digest) &&
	    cardea_sigalg_verify_digest(
		libctx, algorithm, key, digest, signature);
}

bool
cardea_sigalg_key_hash(const EVP_PKEY *key, unsigned char ret_hash[32])
{
	unsigned char *spki = NULL;
	int len = i2d_PUBKEY(key, &spki);
	bool done = len > 0 &&
	    cardea_crypto_sha256(spki, (size_t)len, ret_hash) == CARDEA_OK;

	OPENSSL_free(spki);
	return done;
}
