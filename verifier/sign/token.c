/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>

#include "module.h"
#include "sign/resign.h"

/*
 * A signature by a token: of the digest, which we make, since every token can
 * sign one and few know all digests.
 */

static struct cardea_token token;

/* DigestInfo of SHA-256 without the digest (RFC 8017, 9.2, note 1) */
static const unsigned char sha256_info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
	0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
	0x20 };

static bool
find_key(struct cardea_holder *holder)
{
	ck_object_handle_t objects[2];
	unsigned char asks = 0;
	size_t count = 0;

	if (!cardea_token_find(
		holder, &token, CKO_PRIVATE_KEY, objects, &count))
		return false;
	if (count != 1)
		return cardea_holder_end(holder, CARDEA_SIGN_NO_KEY,
		    count == 0 ? "the token has no such private key"
			       : "several keys of the token fit the name");
	token.key = objects[0];
	token.always_asks = cardea_token_attribute(&token, token.key,
				CKA_ALWAYS_AUTHENTICATE, &asks, 1) == 1 &&
	    asks != 0;
	return true;
}

/* --- signing ------------------------------------------------------------- */

static bool
sign_bytes(struct cardea_holder *holder, ck_mechanism_type_t type,
    unsigned char *bytes, size_t len, unsigned char *signature,
    unsigned long *signature_len)
{
	const struct cardea_secret *pin = &holder->request->pin;
	struct ck_mechanism mechanism = { .mechanism = type };
	ck_rv_t value;

	value = token.call->C_SignInit(token.session, &mechanism, token.key);
	if (value == CKR_OK && token.always_asks)
		value = token.call->C_Login(
		    token.session, CKU_CONTEXT_SPECIFIC, pin->data, pin->len);
	if (value == CKR_OK)
		value = token.call->C_Sign(
		    token.session, bytes, len, signature, signature_len);
	return value == CKR_OK ||
	    cardea_token_end(holder, value, "the token does not sign");
}

/* The two numbers side by side become SEQUENCE { r, s } (RFC 3279, 2.2.3). */
static bool
encode_ecdsa(const unsigned char *raw, size_t raw_len, unsigned char *signature,
    size_t *len)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw, (int)(raw_len / 2), NULL);
	BIGNUM *s = BN_bin2bn(raw + raw_len / 2, (int)(raw_len / 2), NULL);
	unsigned char *der = NULL;
	int der_len = -1;

	if (pair == NULL || r == NULL || s == NULL || raw_len == 0 ||
	    raw_len % 2 != 0 || ECDSA_SIG_set0(pair, r, s) != 1) {
		BN_free(r);
		BN_free(s);
	} else {
		der_len = i2d_ECDSA_SIG(pair, &der);
	}
	ECDSA_SIG_free(pair);
	if (der_len > 0 && (size_t)der_len <= *len) {
		memcpy(signature, der, (size_t)der_len);
		*len = (size_t)der_len;
	} else {
		der_len = -1;
	}
	OPENSSL_free(der);
	return der_len > 0;
}

static bool
sign(struct cardea_holder *holder, const struct cardea_cert_bytes *message,
    unsigned char *signature, size_t *len)
{
	unsigned char bytes[sizeof(sha256_info) + EVP_MAX_MD_SIZE];
	unsigned char raw[CARDEA_CERT_SIGNATURE_MAX];
	unsigned char *digest = bytes + sizeof(sha256_info);
	unsigned long raw_len = sizeof(raw);
	const char *name = NULL;
	size_t digest_len = EVP_MAX_MD_SIZE;

	if (!cardea_resign_digest(holder->public_key, &name) || name == NULL ||
	    EVP_Q_digest(holder->context, name, NULL, message->data,
		message->len, digest, &digest_len) != 1)
		return false;
	if (EVP_PKEY_is_a(holder->public_key, "EC"))
		return sign_bytes(holder, CKM_ECDSA, digest, digest_len, raw,
			   &raw_len) &&
		    encode_ecdsa(raw, raw_len, signature, len);
	memcpy(bytes, sha256_info, sizeof(sha256_info));
	if (!sign_bytes(holder, CKM_RSA_PKCS, bytes,
		sizeof(sha256_info) + digest_len, raw, &raw_len) ||
	    raw_len > *len)
		return false;
	memcpy(signature, raw, raw_len);
	*len = raw_len;
	return true;
}

bool
cardea_token_open(struct cardea_holder *holder)
{
	holder->sign = sign;
	return cardea_token_enter(holder, &token, false) && find_key(holder) &&
	    cardea_token_publish(holder, &token);
}
