/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "module.h"

#define POINT_MAX 256
#define MODULUS_MAX (CARDEA_CERT_RSA_MAX / 8 + 1)

/* --- finding ------------------------------------------------------------- */

static bool
find(struct cardea_holder *holder, const struct cardea_token *token,
    struct ck_attribute *wanted, size_t wanted_count,
    ck_object_handle_t objects[2], size_t *ret_count)
{
	unsigned long count = 0;
	ck_rv_t value;

	value = token->call->C_FindObjectsInit(
	    token->session, wanted, wanted_count);
	if (value != CKR_OK)
		return cardea_token_end(
		    holder, value, "the token cannot be searched");
	value = token->call->C_FindObjects(token->session, objects, 2, &count);
	(void)token->call->C_FindObjectsFinal(token->session);
	if (value != CKR_OK || count > 2)
		return cardea_token_end(
		    holder, value, "the token cannot be searched");
	*ret_count = count;
	return true;
}

bool
cardea_token_find(struct cardea_holder *holder,
    const struct cardea_token *token, ck_object_class_t class,
    ck_object_handle_t objects[2], size_t *ret_count)
{
	const struct cardea_token_uri *uri = &token->uri;
	struct ck_attribute wanted[3] = {
		{ CKA_CLASS, &class, sizeof(class) },
	};
	size_t count = 1;

	if (uri->object[0] != '\0')
		wanted[count++] = (struct ck_attribute){ CKA_LABEL,
			(void *)uri->object, strlen(uri->object) };
	if (uri->id_len > 0)
		wanted[count++] = (struct ck_attribute){ CKA_ID,
			(void *)uri->id, uri->id_len };
	return find(holder, token, wanted, count, objects, ret_count);
}

bool
cardea_token_find_by(struct cardea_holder *holder,
    const struct cardea_token *token, ck_object_class_t class,
    const struct ck_attribute *attribute, ck_object_handle_t objects[2],
    size_t *ret_count)
{
	struct ck_attribute wanted[2] = {
		{ CKA_CLASS, &class, sizeof(class) },
		*attribute,
	};

	return find(holder, token, wanted, 2, objects, ret_count);
}

size_t
cardea_token_attribute(const struct cardea_token *token,
    ck_object_handle_t object, ck_attribute_type_t type, void *value,
    size_t size)
{
	struct ck_attribute attribute = { type, value, size };

	if (token->call->C_GetAttributeValue(
		token->session, object, &attribute, 1) != CKR_OK ||
	    attribute.value_len > size)
		return 0;
	return attribute.value_len;
}

/* The public object beside the private one has its id. */
static bool
find_public(struct cardea_holder *holder, const struct cardea_token *token,
    ck_object_handle_t *ret_object)
{
	unsigned char id[CARDEA_TOKEN_ID_MAX];
	struct ck_attribute by_id = { CKA_ID, id,
		cardea_token_attribute(
		    token, token->key, CKA_ID, id, sizeof(id)) };
	ck_object_handle_t objects[2];
	size_t count = 0;

	if (by_id.value_len > 0) {
		if (!cardea_token_find_by(
			holder, token, CKO_PUBLIC_KEY, &by_id, objects, &count))
			return false;
	} else if (!cardea_token_find(
		       holder, token, CKO_PUBLIC_KEY, objects, &count)) {
		return false;
	}
	if (count == 0)
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "the token has no public part of the key");
	*ret_object = objects[0];
	return true;
}

/* --- public parts -------------------------------------------------------- */

static EVP_PKEY *
from_parameters(
    const struct cardea_holder *holder, const char *kind, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *making = EVP_PKEY_CTX_new_from_name(
	    holder->context, kind, NULL);
	EVP_PKEY *key = NULL;

	if (parameters == NULL || making == NULL ||
	    EVP_PKEY_fromdata_init(making) != 1 ||
	    EVP_PKEY_fromdata(making, &key, EVP_PKEY_PUBLIC_KEY, parameters) !=
		1)
		key = NULL;
	EVP_PKEY_CTX_free(making);
	OSSL_PARAM_free(parameters);
	return key;
}

/* CKA_EC_PARAMS is the curve's OID in DER. */
static const char *
read_curve(const unsigned char *der, size_t len)
{
	const unsigned char *at = der;
	ASN1_OBJECT *curve = d2i_ASN1_OBJECT(NULL, &at, (long)len);
	int nid = curve != NULL && at == der + len ? OBJ_obj2nid(curve)
						   : NID_undef;

	ASN1_OBJECT_free(curve);
	return nid == NID_undef ? NULL : OBJ_nid2sn(nid);
}

/* CKA_EC_POINT is an OCTET STRING in DER (PKCS #11 2.40, 2.3.3); some tokens
 * give the point as it is. */
static void
unwrap_point(const unsigned char **bytes, size_t *len)
{
	const unsigned char *at = *bytes;
	int tag = 0, class = 0;
	long inner = 0;

	if (ASN1_get_object(&at, &inner, &tag, &class, (long)*len) == 0 &&
	    tag == V_ASN1_OCTET_STRING && at + inner == *bytes + *len) {
		*bytes = at;
		*len = (size_t)inner;
	}
}

static EVP_PKEY *
read_ec(const struct cardea_holder *holder, const struct cardea_token *token,
    ck_object_handle_t object)
{
	unsigned char curve[64], wrapped[POINT_MAX];
	const unsigned char *point = wrapped;
	size_t curve_len = cardea_token_attribute(
	    token, object, CKA_EC_PARAMS, curve, sizeof(curve));
	size_t len = cardea_token_attribute(
	    token, object, CKA_EC_POINT, wrapped, sizeof(wrapped));
	const char *group = read_curve(curve, curve_len);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (len > 0)
		unwrap_point(&point, &len);
	if (len > 0 && group != NULL && build != NULL &&
	    OSSL_PARAM_BLD_push_utf8_string(
		build, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(
		build, OSSL_PKEY_PARAM_PUB_KEY, point, len) == 1)
		key = from_parameters(holder, "EC", build);
	OSSL_PARAM_BLD_free(build);
	return key;
}

static EVP_PKEY *
read_rsa(const struct cardea_holder *holder, const struct cardea_token *token,
    ck_object_handle_t object)
{
	unsigned char modulus[MODULUS_MAX], exponent[16];
	size_t len = cardea_token_attribute(
	    token, object, CKA_MODULUS, modulus, sizeof(modulus));
	size_t exponent_len = cardea_token_attribute(
	    token, object, CKA_PUBLIC_EXPONENT, exponent, sizeof(exponent));
	BIGNUM *n = BN_bin2bn(modulus, (int)len, NULL);
	BIGNUM *e = BN_bin2bn(exponent, (int)exponent_len, NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (len > 0 && exponent_len > 0 && n != NULL && e != NULL &&
	    build != NULL &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		key = from_parameters(holder, "RSA", build);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return key;
}

bool
cardea_token_publish(
    struct cardea_holder *holder, const struct cardea_token *token)
{
	ck_object_handle_t object;
	ck_key_type_t type = 0;
	unsigned char *der = NULL;
	EVP_PKEY *key = NULL;
	int len;
	bool good;

	if (!find_public(holder, token, &object))
		return false;
	if (cardea_token_attribute(token, object, CKA_KEY_TYPE, &type,
		sizeof(type)) != sizeof(type))
		type = ~0UL;
	if (type == CKK_EC)
		key = read_ec(holder, token, object);
	else if (type == CKK_RSA)
		key = read_rsa(holder, token, object);
	len = key != NULL ? i2d_PUBKEY(key, &der) : 0;
	EVP_PKEY_free(key);
	if (len <= 0)
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "the token's key is neither EC nor RSA");
	good = cardea_holder_publish(holder, der, (size_t)len);
	OPENSSL_free(der);
	return good;
}
