/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "rig/key/crypto.h"
#include "rig/key/need.h"

/* a point as OpenSSL and U2F write it: 4, x, y */
#define OCTETS_LEN (1 + POINT_LEN)

void
random_bytes(unsigned char *ret_bytes, size_t len)
{
	need(RAND_bytes(ret_bytes, (int)len) == 1, "random bytes");
}

void
hash(const void *bytes, size_t len, unsigned char ret_hash[HASH_LEN])
{
	need(SHA256(bytes, len, ret_hash) != NULL, "SHA-256");
}

void
keyed_hash(const unsigned char key[HASH_LEN], const struct writer *data,
    unsigned char ret_hash[HASH_LEN])
{
	need(HMAC(EVP_sha256(), key, HASH_LEN, data->bytes, data->len, ret_hash,
		 NULL) != NULL,
	    "HMAC");
}

bool
is_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

/* --- key pairs ----------------------------------------------------------- */

static EVP_PKEY *
p256_build(OSSL_PARAM_BLD *build, int selection)
{
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (params == NULL || EVP_PKEY_fromdata_init(context) <= 0 ||
	    EVP_PKEY_fromdata(context, &key, selection, params) <= 0)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *
p256_pair(const BIGNUM *scalar, const unsigned char octets[OCTETS_LEN])
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	need(OSSL_PARAM_BLD_push_utf8_string(
		 build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
		OSSL_PARAM_BLD_push_BN(
		    build, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(
		    build, OSSL_PKEY_PARAM_PUB_KEY, octets, OCTETS_LEN) == 1,
	    "parameters");
	EVP_PKEY *key = p256_build(build, EVP_PKEY_KEYPAIR);
	OSSL_PARAM_BLD_free(build);
	need(key != NULL, "a key pair");
	return key;
}

EVP_PKEY *
p256_from_seed(const unsigned char seed[HASH_LEN])
{
	unsigned char scalar[HASH_LEN], octets[OCTETS_LEN];
	memcpy(scalar, seed, sizeof scalar);
	scalar[0] &= 0x7f; /* below the order of the group */

	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = EC_POINT_new(group);
	BIGNUM *number = BN_bin2bn(scalar, sizeof scalar, NULL);
	need(EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
		EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
		    octets, sizeof octets, NULL) == sizeof octets,
	    "a point");
	EVP_PKEY *key = p256_pair(number, octets);
	BN_free(number);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return key;
}

EVP_PKEY *
p256_random(void)
{
	unsigned char seed[HASH_LEN];
	random_bytes(seed, sizeof seed);
	return p256_from_seed(seed);
}

/* NULL if that is no point of the curve. */
static EVP_PKEY *
p256_public(const unsigned char point[POINT_LEN])
{
	unsigned char octets[OCTETS_LEN] = { POINT_CONVERSION_UNCOMPRESSED };
	memcpy(octets + 1, point, POINT_LEN);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	need(OSSL_PARAM_BLD_push_utf8_string(
		 build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(
		    build, OSSL_PKEY_PARAM_PUB_KEY, octets, sizeof octets) == 1,
	    "parameters");
	EVP_PKEY *key = p256_build(build, EVP_PKEY_PUBLIC_KEY);
	OSSL_PARAM_BLD_free(build);
	return key;
}

EVP_PKEY *
ed25519_from_seed(const unsigned char seed[HASH_LEN])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, HASH_LEN);
	need(key != NULL, "a key pair");
	return key;
}

static void
p256_coordinate(
    const EVP_PKEY *key, const char *name, unsigned char ret_bytes[HASH_LEN])
{
	BIGNUM *number = NULL;
	need(EVP_PKEY_get_bn_param(key, name, &number) == 1 &&
		BN_bn2binpad(number, ret_bytes, HASH_LEN) == HASH_LEN,
	    "a coordinate");
	BN_free(number);
}

void
p256_point(const EVP_PKEY *key, unsigned char ret_point[POINT_LEN])
{
	p256_coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X, ret_point);
	p256_coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y, ret_point + HASH_LEN);
}

void
ed25519_public(const EVP_PKEY *key, unsigned char ret_public[HASH_LEN])
{
	size_t len = HASH_LEN;
	need(EVP_PKEY_get_raw_public_key(key, ret_public, &len) == 1,
	    "a public key");
}

void
key_free(EVP_PKEY *key)
{
	EVP_PKEY_free(key);
}

/* --- what is done with them ---------------------------------------------- */

void
sign(EVP_PKEY *key, const struct writer *data, struct writer *signature)
{
	unsigned char bytes[128];
	size_t len = sizeof bytes;
	const EVP_MD *digest = EVP_sha256();
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519)
		digest = NULL; /* it hashes by itself */

	EVP_MD_CTX *context = EVP_MD_CTX_new();
	need(EVP_DigestSignInit(context, NULL, digest, NULL, key) == 1 &&
		EVP_DigestSign(context, bytes, &len, data->bytes, data->len) ==
		    1,
	    "a signature");
	EVP_MD_CTX_free(context);
	put_raw(signature, bytes, len);
}

bool
agree(EVP_PKEY *own, const unsigned char other[POINT_LEN],
    unsigned char ret_secret[HASH_LEN])
{
	unsigned char x[HASH_LEN];
	size_t len = sizeof x;
	EVP_PKEY *peer = p256_public(other);
	if (peer == NULL)
		return false;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
	bool agreed = EVP_PKEY_derive_init(context) == 1 &&
	    EVP_PKEY_derive_set_peer(context, peer) == 1 &&
	    EVP_PKEY_derive(context, x, &len) == 1;
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(peer);
	if (agreed)
		hash(x, sizeof x, ret_secret);
	return agreed;
}

static void
cipher(const unsigned char key[HASH_LEN], struct slice in, int encrypting,
    unsigned char *ret_bytes)
{
	static const unsigned char zeros[AES_BLOCK];
	int len = 0;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	need(EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, key, zeros,
		 encrypting) == 1 &&
		EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
		EVP_CipherUpdate(
		    context, ret_bytes, &len, in.bytes, (int)in.len) == 1,
	    "AES");
	EVP_CIPHER_CTX_free(context);
}

void
encrypt(const unsigned char key[HASH_LEN], const unsigned char *bytes,
    size_t len, unsigned char *ret_bytes)
{
	cipher(key, (struct slice){ bytes, len }, 1, ret_bytes);
}

void
decrypt(const unsigned char key[HASH_LEN], const unsigned char *bytes,
    size_t len, unsigned char *ret_bytes)
{
	cipher(key, (struct slice){ bytes, len }, 0, ret_bytes);
}
