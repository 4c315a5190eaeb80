/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "cert/sshpublic.h"
#include "cert/sshroom.h"

/* Public keys from SSH's form to OpenSSL's, and back from a
 * SubjectPublicKeyInfo. */

/* what OpenSSL calls the curves */
static const struct curve {
	enum cardea_sshpublic_type type;
	const char *group;
	size_t point_len;
} curves[] = {
	{ CARDEA_SSHPUBLIC_P256, "prime256v1", 65 },
	{ CARDEA_SSHPUBLIC_P384, "secp384r1", 97 },
	{ CARDEA_SSHPUBLIC_P521, "secp521r1", 133 },
};
#define CURVES (sizeof(curves) / sizeof(curves[0]))

static EVP_PKEY *
make(OSSL_LIB_CTX *context, const char *kind, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(context, kind, NULL);
	EVP_PKEY *pkey = NULL;

	if (maker != NULL && EVP_PKEY_fromdata_init(maker) == 1 &&
	    EVP_PKEY_fromdata(maker, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(maker);
	return pkey;
}

static EVP_PKEY *
make_rsa(OSSL_LIB_CTX *context, const struct cardea_sshpublic *key)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_bin2bn(key->n.bytes, (int)key->n.len, NULL);
	BIGNUM *e = BN_bin2bn(key->e.bytes, (int)key->e.len, NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *pkey = NULL;

	if (builder != NULL && n != NULL && e != NULL &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		params = OSSL_PARAM_BLD_to_param(builder);
	if (params != NULL)
		pkey = make(context, "RSA", params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	BN_free(n);
	BN_free(e);
	return pkey;
}

static EVP_PKEY *
make_ec(OSSL_LIB_CTX *context, const char *group,
    const struct cardea_sshpublic *key)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
		    OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
		    (void *)(uintptr_t)key->point.bytes, key->point.len),
		OSSL_PARAM_construct_end(),
	};

	return make(context, "EC", params);
}

EVP_PKEY *
cardea_sshpublic_pkey(OSSL_LIB_CTX *context, const struct cardea_sshpublic *key)
{
	switch (key->type) {
	case CARDEA_SSHPUBLIC_RSA:
		return make_rsa(context, key);
	case CARDEA_SSHPUBLIC_P256:
	case CARDEA_SSHPUBLIC_SK_P256:
		return make_ec(context, curves[0].group, key);
	case CARDEA_SSHPUBLIC_P384:
		return make_ec(context, curves[1].group, key);
	case CARDEA_SSHPUBLIC_P521:
		return make_ec(context, curves[2].group, key);
	case CARDEA_SSHPUBLIC_ED25519:
	case CARDEA_SSHPUBLIC_SK_ED25519:
		return EVP_PKEY_new_raw_public_key_ex(
		    context, "ED25519", NULL, key->point.bytes, key->point.len);
	case CARDEA_SSHPUBLIC_NONE:
	case CARDEA_SSHPUBLIC_COUNT:
		break;
	}
	return NULL;
}

bool
cardea_sshpublic_holds(const struct cardea_sshpublic *key)
{
	OSSL_LIB_CTX *context = cardea_sshroom_enter();
	EVP_PKEY *pkey = NULL;
	bool holds;

	if (context != NULL)
		pkey = cardea_sshpublic_pkey(context, key);
	holds = pkey != NULL;
	EVP_PKEY_free(pkey);
	cardea_sshroom_leave();
	return holds;
}

/* The DER of a SubjectPublicKeyInfo, which OPENSSL_free frees; NULL. */
static unsigned char *
make_spki(OSSL_LIB_CTX *context, const struct cardea_sshpublic *key, int *len)
{
	EVP_PKEY *pkey = cardea_sshpublic_pkey(context, key);
	unsigned char *der = NULL;

	*len = pkey == NULL ? 0 : i2d_PUBKEY(pkey, &der);
	EVP_PKEY_free(pkey);
	return *len > 0 ? der : NULL;
}

enum cardea_status
cardea_sshpublic_spki_hash(
    const struct cardea_sshpublic *key, unsigned char ret_hash[32])
{
	OSSL_LIB_CTX *context;
	enum cardea_status status = CARDEA_E_SYNTAX;
	unsigned char *der = NULL;
	int len = 0;

	if (cardea_sshpublic_is_sk(key->type))
		return CARDEA_E_MISSING;
	context = cardea_sshroom_enter();
	if (context != NULL)
		der = make_spki(context, key, &len);
	if (der != NULL)
		status = cardea_sshroom_digest(
		    "SHA256", der, (size_t)len, ret_hash, 32);
	OPENSSL_free(der);
	cardea_sshroom_leave();
	return status;
}

/* Big enough for the numbers of any key that SSH has a blob for. */
struct numbers {
	unsigned char n[CARDEA_SSHPUBLIC_MAX], e[CARDEA_SSHPUBLIC_MAX];
	unsigned char point[133];
};

/* An mpint: with a zero byte in front where the first bit is set. */
static bool
put_number(const EVP_PKEY *pkey, const char *name, unsigned char *bytes,
    size_t size, struct cardea_sshwire_string *ret_number)
{
	BIGNUM *number = NULL;
	bool fits;
	int len;

	if (EVP_PKEY_get_bn_param(pkey, name, &number) != 1)
		return false;
	len = BN_num_bytes(number);
	fits = !BN_is_zero(number) && (size_t)len < size;
	if (fits) {
		bytes[0] = 0;
		(void)BN_bn2bin(number, bytes + 1);
		ret_number->bytes = (bytes[1] & 0x80) != 0 ? bytes : bytes + 1;
		ret_number->len = (size_t)len + (ret_number->bytes == bytes);
	}
	BN_free(number);
	return fits;
}

static bool
take_ec(
    const EVP_PKEY *pkey, struct numbers *numbers, struct cardea_sshpublic *key)
{
	char group[32];
	size_t i, len;

	if (EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME,
		group, sizeof(group), NULL) != 1)
		return false;
	for (i = 0; i < CURVES; i++) {
		if (strcmp(curves[i].group, group) == 0)
			break;
	}
	if (i == CURVES ||
	    EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY,
		numbers->point, sizeof(numbers->point), &len) != 1)
		return false;
	key->type = curves[i].type;
	key->point.bytes = numbers->point;
	key->point.len = len;
	return len == curves[i].point_len;
}

static bool
take_key(
    const EVP_PKEY *pkey, struct numbers *numbers, struct cardea_sshpublic *key)
{
	size_t len = 32;

	if (EVP_PKEY_is_a(pkey, "RSA")) {
		key->type = CARDEA_SSHPUBLIC_RSA;
		return put_number(pkey, OSSL_PKEY_PARAM_RSA_N, numbers->n,
			   sizeof(numbers->n), &key->n) &&
		    put_number(pkey, OSSL_PKEY_PARAM_RSA_E, numbers->e,
			sizeof(numbers->e), &key->e);
	}
	if (EVP_PKEY_is_a(pkey, "EC"))
		return take_ec(pkey, numbers, key);
	if (!EVP_PKEY_is_a(pkey, "ED25519") ||
	    EVP_PKEY_get_raw_public_key(pkey, numbers->point, &len) != 1)
		return false;
	key->type = CARDEA_SSHPUBLIC_ED25519;
	key->point.bytes = numbers->point;
	key->point.len = len;
	return true;
}

enum cardea_status
cardea_sshpublic_of_spki(const struct cardea_cert_bytes *spki,
    unsigned char *blob, size_t size, size_t *ret_len)
{
	OSSL_LIB_CTX *context = cardea_sshroom_enter();
	enum cardea_status status = CARDEA_E_MISSING;
	const unsigned char *at = spki->data;
	struct cardea_sshpublic key = { 0 };
	struct numbers numbers;
	unsigned char *again = NULL;
	EVP_PKEY *pkey = NULL;
	int len = 0;

	if (context == NULL || spki->len > CARDEA_CERT_MAX)
		goto out;
	pkey = d2i_PUBKEY_ex(NULL, &at, (long)spki->len, context, NULL);
	if (pkey == NULL || !take_key(pkey, &numbers, &key))
		goto out;
	/* one key has one SubjectPublicKeyInfo and one blob: a point in another
	 * form, a curve spelled out or bytes behind it are none of ours */
	again = make_spki(context, &key, &len);
	if (again != NULL && (size_t)len == spki->len &&
	    memcmp(again, spki->data, spki->len) == 0)
		status = cardea_sshpublic_write(&key, blob, size, ret_len);
out:
	OPENSSL_free(again);
	EVP_PKEY_free(pkey);
	cardea_sshroom_leave();
	return status;
}
