/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "module.h"

/*
 * A new key inside a token: it never was elsewhere and cannot be taken out.
 */

#define ID_BYTES 16

/* the curves' OIDs in DER (RFC 5480, 2.1.1.1) */
static const unsigned char p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
	0x03, 0x01, 0x07 };
static const unsigned char p384[] = { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00,
	0x22 };
static const unsigned char exponent[] = { 0x01, 0x00, 0x01 };

static unsigned char yes = 1, no = 0;

/* What the key is for. */
struct wish {
	struct ck_mechanism mechanism;
	struct ck_attribute public_part[8];
	size_t public_count;
	unsigned long bits;
};

static bool
fill_wish(struct wish *wish, enum cardea_sign_algorithm algorithm)
{
	bool is_rsa = algorithm == CARDEA_SIGN_RSA_2048 ||
	    algorithm == CARDEA_SIGN_RSA_3072;
	const unsigned char *curve = algorithm == CARDEA_SIGN_EC_P384 ? p384
								      : p256;
	size_t curve_len = algorithm == CARDEA_SIGN_EC_P384 ? sizeof(p384)
							    : sizeof(p256);

	if (algorithm == CARDEA_SIGN_ED25519)
		return false;
	wish->mechanism.mechanism = is_rsa ? CKM_RSA_PKCS_KEY_PAIR_GEN
					   : CKM_EC_KEY_PAIR_GEN;
	wish->bits = algorithm == CARDEA_SIGN_RSA_2048 ? 2048 : 3072;
	if (is_rsa) {
		wish->public_part[0] = (struct ck_attribute){ CKA_MODULUS_BITS,
			&wish->bits, sizeof(wish->bits) };
		wish->public_part[1] = (struct ck_attribute){
			CKA_PUBLIC_EXPONENT, (void *)exponent, sizeof(exponent)
		};
		wish->public_count = 2;
	} else {
		wish->public_part[0] = (struct ck_attribute){ CKA_EC_PARAMS,
			(void *)curve, curve_len };
		wish->public_count = 1;
	}
	return true;
}

/* Never a second one by that name: which of them signs would be chance. */
static bool
is_free(struct cardea_holder *holder, const struct cardea_token *token)
{
	const struct cardea_token_uri *uri = &token->uri;
	const struct ck_attribute by[] = {
		{ CKA_LABEL, (void *)uri->object, strlen(uri->object) },
		{ CKA_ID, (void *)uri->id, uri->id_len },
	};
	ck_object_handle_t objects[2];
	size_t count = 0;

	for (size_t i = 0; i < 2; i++) {
		if (!cardea_token_find_by(holder, token, CKO_PRIVATE_KEY,
			&by[i], objects, &count))
			return false;
		if (count > 0)
			return cardea_holder_end(holder, CARDEA_SIGN_FAILED,
			    "the token has a key of this name or id, and no "
			    "key is overwritten");
	}
	return true;
}

static bool
generate(
    struct cardea_holder *holder, struct cardea_token *token, struct wish *wish)
{
	const struct cardea_token_uri *uri = &token->uri;
	struct ck_attribute label = { CKA_LABEL, (void *)uri->object,
		strlen(uri->object) };
	struct ck_attribute id = { CKA_ID, (void *)uri->id, uri->id_len };
	struct ck_attribute private_part[] = {
		{ CKA_TOKEN, &yes, 1 },
		{ CKA_PRIVATE, &yes, 1 },
		{ CKA_SENSITIVE, &yes, 1 },
		{ CKA_EXTRACTABLE, &no, 1 },
		{ CKA_SIGN, &yes, 1 },
		label,
		id,
	};
	ck_object_handle_t public_key;
	ck_rv_t value;

	wish->public_part[wish->public_count++] =
	    (struct ck_attribute){ CKA_TOKEN, &yes, 1 };
	wish->public_part[wish->public_count++] =
	    (struct ck_attribute){ CKA_VERIFY, &yes, 1 };
	wish->public_part[wish->public_count++] = label;
	wish->public_part[wish->public_count++] = id;
	value = token->call->C_GenerateKeyPair(token->session, &wish->mechanism,
	    wish->public_part, wish->public_count, private_part,
	    sizeof(private_part) / sizeof(private_part[0]), &public_key,
	    &token->key);
	return value == CKR_OK ||
	    cardea_token_end(holder, value, "the token makes no such key");
}

bool
cardea_token_make(struct cardea_holder *holder)
{
	struct wish wish = { .public_count = 0 };
	struct cardea_token token = { .key = 0 };

	if (!fill_wish(&wish, holder->request->algorithm))
		return cardea_holder_end(holder, CARDEA_SIGN_UNSUPPORTED,
		    "Ed25519 is for files only");
	if (!cardea_token_enter(holder, &token, true))
		return false;
	if (token.uri.object[0] == '\0')
		return cardea_holder_end(holder, CARDEA_SIGN_NO_KEY,
		    "the name of a new key says object=...");
	if (token.uri.id_len == 0) {
		if (cardea_secret_random(token.uri.id, ID_BYTES) != CARDEA_OK)
			return false;
		token.uri.id_len = ID_BYTES;
	}
	return is_free(holder, &token) && generate(holder, &token, &wish) &&
	    cardea_token_publish(holder, &token);
}
