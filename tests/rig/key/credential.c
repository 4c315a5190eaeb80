/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rig/key/credential.h"

#define NONCE_END 33 /* of algorithm and nonce */

/* COSE: labels and values of a key */
enum {
	COSE_TYPE = 1,
	COSE_ALGORITHM = 3,
	COSE_CURVE = -1,
	COSE_X = -2,
	COSE_Y = -3
};
enum { COSE_TYPE_OKP = 1, COSE_TYPE_EC2 = 2 };
enum { COSE_CURVE_P256 = 1, COSE_CURVE_ED25519 = 6 };

static void
derive(const unsigned char seed[HASH_LEN], const char *purpose,
    const unsigned char *id, const unsigned char rp_hash[HASH_LEN],
    unsigned char ret_derived[HASH_LEN])
{
	struct writer data = { .bytes = NULL };
	put_raw(&data, purpose, strlen(purpose));
	put_raw(&data, id, NONCE_END);
	put_raw(&data, rp_hash, HASH_LEN);
	keyed_hash(seed, &data, ret_derived);
	writer_clear(&data);
}

static void
derive_key(const unsigned char seed[HASH_LEN],
    const unsigned char rp_hash[HASH_LEN], struct credential *credential)
{
	unsigned char secret[HASH_LEN];
	derive(seed, "key", credential->id, rp_hash, secret);
	credential->algorithm = (enum algorithm)(-(int)credential->id[0]);
	credential->key = credential->algorithm == EDDSA
	    ? ed25519_from_seed(secret)
	    : p256_from_seed(secret);
}

void
credential_make(const unsigned char seed[HASH_LEN], enum algorithm algorithm,
    const unsigned char rp_hash[HASH_LEN], struct credential *ret_credential)
{
	unsigned char tag[HASH_LEN];
	unsigned char *id = ret_credential->id;
	id[0] = (unsigned char)-(int)algorithm;
	random_bytes(id + 1, NONCE_END - 1);
	derive(seed, "tag", id, rp_hash, tag);
	memcpy(id + NONCE_END, tag, CREDENTIAL_ID_LEN - NONCE_END);
	derive_key(seed, rp_hash, ret_credential);
}

bool
credential_open(const unsigned char seed[HASH_LEN], struct slice id,
    const unsigned char rp_hash[HASH_LEN], struct credential *ret_credential)
{
	unsigned char tag[HASH_LEN];
	if (id.len != CREDENTIAL_ID_LEN)
		return false;
	derive(seed, "tag", id.bytes, rp_hash, tag);
	if (!is_equal(tag, id.bytes + NONCE_END, CREDENTIAL_ID_LEN - NONCE_END))
		return false;
	memcpy(ret_credential->id, id.bytes, CREDENTIAL_ID_LEN);
	derive_key(seed, rp_hash, ret_credential);
	return true;
}

void
credential_clear(struct credential *credential)
{
	key_free(credential->key);
	credential->key = NULL;
}

void
put_point(struct writer *writer, enum algorithm algorithm,
    const unsigned char point[POINT_LEN])
{
	put_map(writer, 5);
	put_int(writer, COSE_TYPE);
	put_int(writer, COSE_TYPE_EC2);
	put_int(writer, COSE_ALGORITHM);
	put_int(writer, algorithm);
	put_int(writer, COSE_CURVE);
	put_int(writer, COSE_CURVE_P256);
	put_int(writer, COSE_X);
	put_bytes(writer, point, POINT_LEN / 2);
	put_int(writer, COSE_Y);
	put_bytes(writer, point + POINT_LEN / 2, POINT_LEN / 2);
}

void
put_credential_key(struct writer *writer, const struct credential *credential)
{
	if (credential->algorithm != EDDSA) {
		unsigned char point[POINT_LEN];
		p256_point(credential->key, point);
		put_point(writer, credential->algorithm, point);
		return;
	}
	unsigned char x[HASH_LEN];
	ed25519_public(credential->key, x);
	put_map(writer, 4);
	put_int(writer, COSE_TYPE);
	put_int(writer, COSE_TYPE_OKP);
	put_int(writer, COSE_ALGORITHM);
	put_int(writer, EDDSA);
	put_int(writer, COSE_CURVE);
	put_int(writer, COSE_CURVE_ED25519);
	put_int(writer, COSE_X);
	put_bytes(writer, x, sizeof x);
}
