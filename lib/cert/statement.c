/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>

#include "cert/statement_keys.h"
#include "cert/x509_key.h"

/* JSON Web Signature: one algorithm for each kind of key. */

#define ES256_HALF 32

enum cardea_statement_algorithm
cardea_statement_algorithm_parse(const char *text)
{
	if (strcmp(text, "ES256") == 0)
		return CARDEA_STATEMENT_ES256;
	if (strcmp(text, "EdDSA") == 0)
		return CARDEA_STATEMENT_EDDSA;
	if (strcmp(text, "RS256") == 0)
		return CARDEA_STATEMENT_RS256;
	return CARDEA_STATEMENT_NONE;
}

/* RFC 7518, 3.4: R and S as numbers of 32 bytes, one behind the other; our
 * verifier, like OpenSSL, has them in DER.  The caller frees. */
static unsigned char *
der_of(const struct cardea_cert_bytes *signature, size_t *ret_len)
{
	ECDSA_SIG *pair = NULL;
	unsigned char *der = NULL;
	BIGNUM *r, *s;
	int len;

	if (signature->len != 2 * (size_t)ES256_HALF)
		return NULL;
	r = BN_bin2bn(signature->data, ES256_HALF, NULL);
	s = BN_bin2bn(signature->data + ES256_HALF, ES256_HALF, NULL);
	pair = ECDSA_SIG_new();
	if (r == NULL || s == NULL || pair == NULL ||
	    ECDSA_SIG_set0(pair, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		ECDSA_SIG_free(pair);
		return NULL;
	}
	len = i2d_ECDSA_SIG(pair, &der);
	ECDSA_SIG_free(pair);
	if (len <= 0)
		return NULL;
	*ret_len = (size_t)len;
	return der;
}

static bool
holds(const struct cardea_statement_keys *keys,
    const struct cardea_statement_key *key,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature)
{
	const struct cardea_cert_bytes spki = { key->spki, key->spki_len };
	struct cardea_cert_bytes der = *signature;
	unsigned char *heap = NULL;
	bool held;

	if (key->algorithm == CARDEA_STATEMENT_ES256) {
		heap = der_of(signature, &der.len);
		if (heap == NULL)
			return false;
		der.data = heap;
	}
	held = cardea_x509_signature_holds(
	    keys->room.context, &spki, message, &der);
	OPENSSL_free(heap);
	return held;
}

enum cardea_status
cardea_statement_verify(const struct cardea_statement_keys *keys,
    enum cardea_statement_algorithm algorithm,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature, int64_t time_s,
    char ret_signer[CARDEA_CERT_NAME_MAX + 1], struct cardea_diag *diag)
{
	for (size_t i = 0; i < keys->count; i++) {
		const struct cardea_statement_key *key = &keys->items[i];

		if (algorithm == CARDEA_STATEMENT_NONE ||
		    key->algorithm != algorithm ||
		    !cardea_statement_key_counts(key, time_s) ||
		    !holds(keys, key, message, signature))
			continue;
		memcpy(ret_signer, key->name, sizeof(key->name));
		return CARDEA_OK;
	}
	return cardea_diag_set(
	    diag, CARDEA_E_UNSAFE, "not signed by any of the pinned keys");
}
