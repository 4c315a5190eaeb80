/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_CRYPTO_H
#define RIG_KEY_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/types.h>

#include "rig/key/cbor.h"

/*
 * What the key needs of OpenSSL, which is seen here and in certificate.c only.
 */
#define HASH_LEN 32
#define POINT_LEN 64 /* x and y of a point on P-256 */
#define AES_BLOCK 16

void random_bytes(unsigned char *ret_bytes, size_t len);
void hash(const void *bytes, size_t len, unsigned char ret_hash[HASH_LEN]);
/* HMAC-SHA256 of what the writer holds */
void keyed_hash(const unsigned char key[HASH_LEN], const struct writer *data,
    unsigned char ret_hash[HASH_LEN]);
bool is_equal(const void *a, const void *b, size_t len);

/* A private key from 32 bytes that say which; never NULL. */
EVP_PKEY *p256_from_seed(const unsigned char seed[HASH_LEN]);
EVP_PKEY *p256_random(void);
EVP_PKEY *ed25519_from_seed(const unsigned char seed[HASH_LEN]);
void p256_point(const EVP_PKEY *key, unsigned char ret_point[POINT_LEN]);
void ed25519_public(const EVP_PKEY *key, unsigned char ret_public[HASH_LEN]);
void key_free(EVP_PKEY *key);

/* Appends the signature: ECDSA over SHA-256 as DER, or Ed25519's 64 bytes. */
void sign(EVP_PKEY *key, const struct writer *data, struct writer *signature);

/* SHA-256 of the x coordinate of the common point (CTAP2, 6.5.6); false if the
 * other side sent no point. */
bool agree(EVP_PKEY *own, const unsigned char other[POINT_LEN],
    unsigned char ret_secret[HASH_LEN]);
/* AES-256-CBC with an initialization vector of zeros, len in whole blocks */
void encrypt(const unsigned char key[HASH_LEN], const unsigned char *bytes,
    size_t len, unsigned char *ret_bytes);
void decrypt(const unsigned char key[HASH_LEN], const unsigned char *bytes,
    size_t len, unsigned char *ret_bytes);

#endif
