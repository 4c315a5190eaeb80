/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SSHPUBLIC_H
#define CARDEA_CERT_SSHPUBLIC_H

#include <openssl/types.h>

#include "base/sshwire.h"
#include "cert/sshcert.h"

/*
 * Public keys as SSH writes them: RSA (RFC 4253, 6.6), ECDSA (RFC 5656, 3.1),
 * Ed25519 (RFC 8709, 4) and OpenSSH's security keys (PROTOCOL.u2f).  A key has
 * one form only: what is parsed here is written back to the very same bytes, so
 * that a fingerprint, an entry of a revocation list and a key are one to one.
 * DSA and all else is of another type and never a key of ours.
 */
enum cardea_sshpublic_type {
	CARDEA_SSHPUBLIC_NONE = 0,
	CARDEA_SSHPUBLIC_RSA,
	CARDEA_SSHPUBLIC_P256,
	CARDEA_SSHPUBLIC_P384,
	CARDEA_SSHPUBLIC_P521,
	CARDEA_SSHPUBLIC_ED25519,
	CARDEA_SSHPUBLIC_SK_P256,
	CARDEA_SSHPUBLIC_SK_ED25519,
	CARDEA_SSHPUBLIC_COUNT,
};

struct cardea_sshpublic { /* borrowed */
	enum cardea_sshpublic_type type;
	struct cardea_sshwire_string e, n;  /* RSA: mpints above zero */
	struct cardea_sshwire_string point; /* 04 x y, or Ed25519's 32 bytes */
	struct cardea_sshwire_string application; /* of a security key */
};

#define CARDEA_SSHPUBLIC_MAX 2560 /* bytes of one: RSA of 16384 bits */

/* cardea_sshpublic_type: by the name in front of a plain key or, with is_cert,
 * of a certificate.  NONE for another. */
enum cardea_sshpublic_type
cardea_sshpublic_type(struct cardea_sshwire_string name, bool is_cert);

/* "ssh-ed25519" ... */
const char *cardea_sshpublic_name(enum cardea_sshpublic_type type);
bool cardea_sshpublic_is_sk(enum cardea_sshpublic_type type);

/* cardea_sshpublic_fields: what follows the name, also in a certificate.  The
 * reader has failed if they are malformed; a point is not looked at. */
void cardea_sshpublic_fields(struct cardea_sshwire_reader *reader,
    enum cardea_sshpublic_type type, struct cardea_sshpublic *ret_key);

/* cardea_sshpublic_parse: a whole blob.  MISSING for another type, SYNTAX. */
CARDEA_MUST_USE enum cardea_status cardea_sshpublic_parse(
    const unsigned char *blob, size_t len, struct cardea_sshpublic *ret_key);

/* cardea_sshpublic_write: RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_sshpublic_write(const struct cardea_sshpublic *key, unsigned char *blob,
    size_t size, size_t *ret_len);

/* cardea_sshpublic_is_weak: RSA outside CARDEA_CERT_RSA_MIN and _MAX, or with
 * an exponent that is even or 1, by which anybody signs. */
bool cardea_sshpublic_is_weak(const struct cardea_sshpublic *key);

/* cardea_sshpublic_pkey: for OpenSSL, in the room that is entered; NULL if it
 * is no key, such as a point beside its curve.  The caller frees. */
CARDEA_MUST_USE EVP_PKEY *cardea_sshpublic_pkey(
    OSSL_LIB_CTX *context, const struct cardea_sshpublic *key);

/* cardea_sshpublic_holds: is it one that OpenSSL takes? */
bool cardea_sshpublic_holds(const struct cardea_sshpublic *key);

/* cardea_sshpublic_fingerprint: "SHA256:..." of the plain blob. */
CARDEA_MUST_USE enum cardea_status
cardea_sshpublic_fingerprint(const struct cardea_sshpublic *key,
    char ret_text[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1]);

/* cardea_sshpublic_spki_hash: SHA-256 of the SubjectPublicKeyInfo; MISSING for
 * a security key, which has none. */
CARDEA_MUST_USE enum cardea_status cardea_sshpublic_spki_hash(
    const struct cardea_sshpublic *key, unsigned char ret_hash[32]);

#endif
