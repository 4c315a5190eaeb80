/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>
#include <openssl/asn1.h>

#include "sign/resign.h"

/* --- kinds --------------------------------------------------------------- */

static const struct {
	const char *group, *digest, *name;
} curves[] = {
	{ "prime256v1", "SHA256", "P-256" },
	{ "secp384r1", "SHA384", "P-384" },
	{ "secp521r1", "SHA512", "P-521" },
};

/* The place in the table of a curve, by any of its names. */
static int
find_curve(const EVP_PKEY *key)
{
	char group[64] = "";
	size_t len = 0;

	if (EVP_PKEY_get_group_name(key, group, sizeof(group), &len) != 1)
		return -1;
	for (int i = 0; i < 3; i++) {
		if (strcmp(group, curves[i].group) == 0 ||
		    strcmp(group, curves[i].name) == 0)
			return i;
	}
	return -1;
}

bool
cardea_resign_digest(const EVP_PKEY *key, const char **ret_digest)
{
	int bits = EVP_PKEY_get_bits(key), curve;

	if (EVP_PKEY_is_a(key, "ED25519")) {
		*ret_digest = NULL;
		return true;
	}
	if (EVP_PKEY_is_a(key, "RSA")) {
		*ret_digest = "SHA256";
		return bits >= CARDEA_CERT_RSA_MIN &&
		    bits <= CARDEA_CERT_RSA_MAX;
	}
	if (!EVP_PKEY_is_a(key, "EC"))
		return false;
	curve = find_curve(key);
	if (curve < 0)
		return false;
	*ret_digest = curves[curve].digest;
	return true;
}

EVP_PKEY *
cardea_resign_stand_in(OSSL_LIB_CTX *context, const EVP_PKEY *key)
{
	int curve;

	if (EVP_PKEY_is_a(key, "ED25519"))
		return EVP_PKEY_Q_keygen(context, NULL, "ED25519");
	if (EVP_PKEY_is_a(key, "RSA"))
		return EVP_PKEY_Q_keygen(
		    context, NULL, "RSA", (size_t)CARDEA_CERT_RSA_MIN);
	if (!EVP_PKEY_is_a(key, "EC"))
		return NULL;
	curve = find_curve(key);
	return curve < 0
	    ? NULL
	    : EVP_PKEY_Q_keygen(context, NULL, "EC", curves[curve].name);
}

/* --- DER ----------------------------------------------------------------- */

/* One element with its head, *at moves on behind it. */
static bool
take(const unsigned char **at, const unsigned char *end, int tag,
    const unsigned char **ret_bytes, size_t *ret_len)
{
	const unsigned char *content = *at;
	int found = 0, class = 0;
	long len = 0;

	if (end - *at <= 0 ||
	    (ASN1_get_object(&content, &len, &found, &class, end - *at) &
		(0x80 | 1)) != 0 ||
	    found != tag || class != V_ASN1_UNIVERSAL || len < 0 ||
	    len > end - content)
		return false;
	*ret_bytes = *at;
	*ret_len = (size_t)(content + len - *at);
	*at = content + len;
	return true;
}

enum cardea_status
cardea_resign_cut(
    const unsigned char *der, size_t len, struct cardea_resign_parts *ret_parts)
{
	const unsigned char *at = der, *end = der + len, *whole, *bits;
	struct cardea_resign_parts parts;
	size_t whole_len, bits_len;
	int tag, class;
	long inner;

	if (len > LONG_MAX ||
	    !take(&at, end, V_ASN1_SEQUENCE, &whole, &whole_len) || at != end)
		return CARDEA_E_SYNTAX;
	at = der;
	(void)ASN1_get_object(&at, &inner, &tag, &class, (long)len);
	if (!take(&at, end, V_ASN1_SEQUENCE, &parts.body, &parts.body_len) ||
	    !take(&at, end, V_ASN1_SEQUENCE, &parts.algorithm,
		&parts.algorithm_len) ||
	    !take(&at, end, V_ASN1_BIT_STRING, &bits, &bits_len) || at != end)
		return CARDEA_E_SYNTAX;
	*ret_parts = parts;
	return CARDEA_OK;
}

static void
put(unsigned char **at, const unsigned char *bytes, size_t len)
{
	memcpy(*at, bytes, len);
	*at += len;
}

enum cardea_status
cardea_resign_join(const struct cardea_resign_parts *parts,
    const unsigned char *signature, size_t signature_len,
    unsigned char **ret_der, size_t *ret_len)
{
	size_t inner;
	unsigned char *der, *at;
	int bits_len, total;

	if (signature_len > CARDEA_CERT_SIGNATURE_MAX ||
	    parts->algorithm_len > CARDEA_CERT_SIGNATURE_MAX ||
	    parts->body_len > INT_MAX / 2)
		return CARDEA_E_RANGE;
	/* the byte in front says how many bits of the last one are unused */
	bits_len = ASN1_object_size(
	    0, (int)signature_len + 1, V_ASN1_BIT_STRING);
	inner = parts->body_len + parts->algorithm_len + (size_t)bits_len;
	total = ASN1_object_size(1, (int)inner, V_ASN1_SEQUENCE);
	der = at = malloc((size_t)total);
	if (der == NULL)
		return CARDEA_E_MEMORY;
	ASN1_put_object(&at, 1, (int)inner, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	put(&at, parts->body, parts->body_len);
	put(&at, parts->algorithm, parts->algorithm_len);
	ASN1_put_object(&at, 0, (int)signature_len + 1, V_ASN1_BIT_STRING,
	    V_ASN1_UNIVERSAL);
	*at++ = 0;
	put(&at, signature, signature_len);
	*ret_der = der; /* moved */
	*ret_len = (size_t)total;
	return CARDEA_OK;
}
