/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SSHMAKER_H
#define TESTS_UNIT_SSHMAKER_H

#include <openssl/evp.h>

#include "cert/sshpublic.h"

/*
 * Keys, signatures, certificates and revocation lists of OpenSSH for tests,
 * sound ones or with one thing wrong.  Whatever fails here ends the test.
 */
#define SSHMAKER_MAX 16384

struct sshmaker_bytes {
	unsigned char data[SSHMAKER_MAX];
	size_t len;
};

struct sshmaker_key {
	EVP_PKEY *pair;
	enum cardea_sshpublic_type type;
	struct sshmaker_bytes blob; /* plain; application "ssh:" */
};

/* sshmaker_key: a fresh pair; RSA has bits, 2048 if that is 0. */
struct sshmaker_key *sshmaker_key(enum cardea_sshpublic_type type, int bits);
void sshmaker_key_free(struct sshmaker_key *key);

/* sshmaker_sign: a signature blob.  algorithm NULL: the usual one; flags are
 * those of a security key. */
void sshmaker_sign(const struct sshmaker_key *key, const char *algorithm,
    unsigned char flags, const void *message, size_t len,
    struct sshmaker_bytes *ret_signature);

/* Builders of raw parts. */
void sshmaker_put(struct sshmaker_bytes *bytes, const void *data, size_t len);
void sshmaker_put_u8(struct sshmaker_bytes *bytes, unsigned int value);
void sshmaker_put_u32(struct sshmaker_bytes *bytes, uint32_t value);
void sshmaker_put_u64(struct sshmaker_bytes *bytes, uint64_t value);
void
sshmaker_put_string(struct sshmaker_bytes *bytes, const void *data, size_t len);
void sshmaker_put_text(struct sshmaker_bytes *bytes, const char *text);
void sshmaker_put_bytes(
    struct sshmaker_bytes *bytes, const struct sshmaker_bytes *string);
/* name, and text as a string in a string; NULL: empty data */
void sshmaker_put_option(
    struct sshmaker_bytes *bytes, const char *name, const char *text);

struct sshmaker_cert {
	const struct sshmaker_key *key, *ca;
	uint64_t serial;
	uint32_t type; /* 1 user, 2 host */
	const char *key_id;
	uint64_t after, before;
	struct sshmaker_bytes principals, critical, extensions, reserved;
	const struct sshmaker_bytes *ca_blob; /* NULL: the CA's */
	const char *ca_algorithm;	      /* NULL: the usual one */
};

/* sshmaker_begin: for alice and bob, from 1000 to 2000, serial 7, nothing
 * else. */
void sshmaker_begin(struct sshmaker_cert *cert, const struct sshmaker_key *key,
    const struct sshmaker_key *ca);
void
sshmaker_end(const struct sshmaker_cert *cert, struct sshmaker_bytes *ret_blob);

/* sshmaker_line: "TYPE BASE64 comment\n" behind what stands in text. */
void sshmaker_line(const struct sshmaker_bytes *blob, char *text, size_t size);

/* sshmaker_krl: the header; sections are put behind it. */
void sshmaker_krl(struct sshmaker_bytes *krl, uint64_t date);
void sshmaker_section(struct sshmaker_bytes *krl, unsigned int type,
    const struct sshmaker_bytes *data);
void
sshmaker_krl_sign(struct sshmaker_bytes *krl, const struct sshmaker_key *key);

static inline struct cardea_cert_bytes
sshmaker_lend(const struct sshmaker_bytes *bytes)
{
	return (struct cardea_cert_bytes){ bytes->data, bytes->len };
}

#endif
