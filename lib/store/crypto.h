/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_CRYPTO_H
#define CARDEA_STORE_CRYPTO_H

#include <stddef.h>

#include <cardea/status.h>

/*
 * The few primitives that sealing, digests and recovery codes need, from
 * OpenSSL's libcrypto in a library context of our own (P09) that loads no
 * configuration file.  Each algorithm is fetched once, when first used.
 */
#define CARDEA_SHA256 32
#define CARDEA_SHA512 64
#define CARDEA_GCM_KEY 32
#define CARDEA_GCM_NONCE 12
#define CARDEA_GCM_TAG 16

CARDEA_MUST_USE enum cardea_status cardea_crypto_sha256(
    const void *bytes, size_t len, unsigned char ret_digest[CARDEA_SHA256]);

CARDEA_MUST_USE enum cardea_status cardea_crypto_sha512(
    const void *bytes, size_t len, unsigned char ret_digest[CARDEA_SHA512]);

CARDEA_MUST_USE enum cardea_status
cardea_crypto_hmac_sha256(const void *key, size_t key_len, const void *bytes,
    size_t len, unsigned char ret_mac[CARDEA_SHA256]);

/* seal: output is len bytes plus the tag. */
CARDEA_MUST_USE enum cardea_status
cardea_crypto_seal(const unsigned char key[CARDEA_GCM_KEY],
    const unsigned char nonce[CARDEA_GCM_NONCE], const void *aad,
    size_t aad_len, const unsigned char *plain, size_t len,
    unsigned char *ret_sealed);

/* open: len counts the tag; CORRUPT if it does not fit, output wiped. */
CARDEA_MUST_USE enum cardea_status
cardea_crypto_open(const unsigned char key[CARDEA_GCM_KEY],
    const unsigned char nonce[CARDEA_GCM_NONCE], const void *aad,
    size_t aad_len, const unsigned char *sealed, size_t len,
    unsigned char *ret_plain);

#endif
