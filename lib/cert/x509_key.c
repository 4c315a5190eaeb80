/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "cert/x509_key.h"

#define EXPONENT_BITS 33 /* 3 to 2^32 + 1; more is only slow */

/* What a key of this kind signs with, and no other. */
static const struct kind {
	int parameters; /* of its AlgorithmIdentifier */
	int curve;
	const char *digest;
	size_t signature_max;
} kinds[] = {
	{ V_ASN1_NULL, NID_undef, "SHA256", CARDEA_CERT_RSA_MAX / 8 },
	{ V_ASN1_OBJECT, NID_X9_62_prime256v1, "SHA256", 72 },
	{ V_ASN1_OBJECT, NID_secp384r1, "SHA384", 104 },
	{ V_ASN1_OBJECT, NID_secp521r1, "SHA512", 139 },
	{ V_ASN1_UNDEF, NID_undef, NULL, 64 },
};

enum { KIND_RSA, KIND_EC, KIND_ED25519 = 4, KIND_COUNT };

static bool
weak(struct cardea_x509_fault *fault, const char *what)
{
	return cardea_x509_fault_set(fault, CARDEA_CERT_WEAK, "%s", what);
}

/* By the identifier itself: OpenSSL would take explicit curve parameters
 * (CVE-2020-0601 in another library) and much else. */
static const struct kind *
kind_of(X509_PUBKEY *pubkey)
{
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *oid = NULL;
	const void *value = NULL;
	int type = V_ASN1_UNDEF, from = KIND_RSA, to = KIND_EC;
	X509_ALGOR *identifier = NULL;

	if (X509_PUBKEY_get0_param(NULL, NULL, NULL, &identifier, pubkey) != 1)
		return NULL;
	algorithm = identifier;
	X509_ALGOR_get0(&oid, &type, &value, algorithm);
	switch (OBJ_obj2nid(oid)) {
	case NID_rsaEncryption:
		break;
	case NID_X9_62_id_ecPublicKey:
		from = KIND_EC;
		to = KIND_ED25519;
		break;
	case NID_ED25519:
		from = KIND_ED25519;
		to = KIND_COUNT;
		break;
	default:
		return NULL;
	}
	for (int i = from; i < to; i++) {
		if (kinds[i].parameters == type &&
		    (type != V_ASN1_OBJECT ||
			OBJ_obj2nid(value) == kinds[i].curve))
			return &kinds[i];
	}
	return NULL;
}

static bool
rsa_holds(const EVP_PKEY *key, struct cardea_x509_fault *fault)
{
	BIGNUM *exponent = NULL;
	int bits = EVP_PKEY_get_bits(key);
	bool sane;

	if (bits < CARDEA_CERT_RSA_MIN || bits > CARDEA_CERT_RSA_MAX ||
	    bits % 8 != 0)
		return cardea_x509_fault_set(
		    fault, CARDEA_CERT_WEAK, "has an RSA key of %d bits", bits);
	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1)
		return cardea_x509_fault_set(
		    fault, CARDEA_CERT_MALFORMED, "has no usable key");
	sane = BN_is_odd(exponent) && !BN_is_one(exponent) &&
	    BN_num_bits(exponent) <= EXPONENT_BITS;
	BN_free(exponent);
	return sane || weak(fault, "has an RSA key with a bad exponent");
}

/* The key, if it is of a kind and strength that count; borrowed. */
static EVP_PKEY *
sound_key(X509_PUBKEY *pubkey, const struct kind **ret_kind,
    struct cardea_x509_fault *fault)
{
	const struct kind *kind = kind_of(pubkey);
	EVP_PKEY *key;

	if (kind == NULL) {
		(void)weak(fault, "has a key of a kind that is not taken");
		return NULL;
	}
	key = X509_PUBKEY_get0(pubkey);
	if (key == NULL) {
		(void)cardea_x509_fault_set(
		    fault, CARDEA_CERT_MALFORMED, "has no usable key");
		return NULL;
	}
	if (kind == &kinds[KIND_RSA] && !rsa_holds(key, fault))
		return NULL;
	*ret_kind = kind;
	return key;
}

bool
cardea_x509_key_holds(const X509 *certificate, struct cardea_x509_fault *fault)
{
	const struct kind *kind;

	return sound_key(X509_get_X509_PUBKEY(certificate), &kind, fault) !=
	    NULL;
}

static bool
is_strong_digest(int nid)
{
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

/* The digest of an AlgorithmIdentifier without parameters, or NULL for them
 * (RFC 4055, 2.1). */
static int
digest_of(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *oid = NULL;
	int type = V_ASN1_UNDEF;

	if (algorithm == NULL)
		return NID_undef;
	X509_ALGOR_get0(&oid, &type, NULL, algorithm);
	return type == V_ASN1_UNDEF || type == V_ASN1_NULL ? OBJ_obj2nid(oid)
							   : NID_undef;
}

/* RFC 4055, 3.1; what is left out is SHA-1. */
static bool
pss_holds(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *oid = NULL;
	const void *value = NULL;
	RSA_PSS_PARAMS *pss = NULL;
	X509_ALGOR *masked = NULL;
	bool holds = false;
	int type = 0, digest;

	X509_ALGOR_get0(NULL, &type, &value, algorithm);
	if (type != V_ASN1_SEQUENCE)
		return false;
	pss = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter);
	if (pss == NULL)
		return false;
	digest = digest_of(pss->hashAlgorithm);
	if (pss->maskGenAlgorithm == NULL || pss->trailerField != NULL)
		goto out;
	X509_ALGOR_get0(&oid, &type, &value, pss->maskGenAlgorithm);
	if (OBJ_obj2nid(oid) != NID_mgf1 || type != V_ASN1_SEQUENCE)
		goto out;
	masked = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(X509_ALGOR), pss->maskGenAlgorithm->parameter);
	holds = is_strong_digest(digest) && digest_of(masked) == digest;
out:
	X509_ALGOR_free(masked);
	RSA_PSS_PARAMS_free(pss);
	return holds;
}

bool
cardea_x509_algorithm_holds(
    const X509 *certificate, struct cardea_x509_fault *fault)
{
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *oid = NULL;
	int type = V_ASN1_UNDEF;
	bool holds;

	X509_get0_signature(NULL, &algorithm, certificate);
	X509_ALGOR_get0(&oid, &type, NULL, algorithm);
	switch (OBJ_obj2nid(oid)) {
	case NID_sha256WithRSAEncryption:
	case NID_sha384WithRSAEncryption:
	case NID_sha512WithRSAEncryption:
		holds = type == V_ASN1_NULL;
		break;
	case NID_ecdsa_with_SHA256:
	case NID_ecdsa_with_SHA384:
	case NID_ecdsa_with_SHA512:
	case NID_ED25519:
		holds = type == V_ASN1_UNDEF;
		break;
	case NID_rsassaPss:
		holds = pss_holds(algorithm);
		break;
	default:
		holds = false;
	}
	return holds ||
	    weak(fault, "is signed with an algorithm that is not taken");
}

static bool
verify(OSSL_LIB_CTX *context, EVP_PKEY *key, const struct kind *kind,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature)
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	bool holds = digest != NULL &&
	    EVP_DigestVerifyInit_ex(
		digest, NULL, kind->digest, context, NULL, key, NULL) == 1 &&
	    EVP_DigestVerify(digest, signature->data, signature->len,
		message->data, message->len) == 1;

	EVP_MD_CTX_free(digest);
	return holds;
}

bool
cardea_x509_signature_holds(OSSL_LIB_CTX *context,
    const struct cardea_cert_bytes *spki,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature)
{
	struct cardea_x509_fault fault = { 0 };
	X509_PUBKEY *pubkey = X509_PUBKEY_new_ex(context, NULL);
	const unsigned char *at = spki->data;
	const struct kind *kind = NULL;
	bool holds = false;
	EVP_PKEY *key;

	if (pubkey == NULL || spki->len > CARDEA_CERT_MAX ||
	    d2i_X509_PUBKEY(&pubkey, &at, (long)spki->len) == NULL ||
	    at != spki->data + spki->len)
		goto out;
	key = sound_key(pubkey, &kind, &fault);
	holds = key != NULL && signature->len > 0 &&
	    signature->len <= kind->signature_max &&
	    verify(context, key, kind, message, signature);
out:
	X509_PUBKEY_free(pubkey);
	return holds;
}
