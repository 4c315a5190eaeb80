/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_KRL_SCENE_H
#define TESTS_UNIT_KRL_SCENE_H

#include <openssl/sha.h>

#include "cert/krl.h"
#include "unit/sshmaker.h"

/* A list of revoked keys, and what it says of a certificate. */

enum {
	CERTIFICATES = 1,
	KEYS = 2,
	SHA1S = 3,
	SIGNATURE = 4,
	SHA256S = 5,
	EXTENSION = 255,
	LIST = 0x20,
	RANGE = 0x21,
	BITMAP = 0x22,
	KEY_ID = 0x23,
	CERT_EXTENSION = 0x39,
};

extern struct sshmaker_key *ca, *other_ca, *leaf;
extern struct sshmaker_bytes krl, part, section, blob;

int make_keys(void **state);

int free_keys(void **state);

enum cardea_status
open_krl(struct cardea_krl **ret_krl, struct cardea_krl_info *ret_info);

/* The answer of the list about a certificate of ca, or "no list". */
enum answer { FREE, REVOKED, NO_LIST };

enum answer ask_blob(const struct sshmaker_bytes *of);

enum answer ask(uint64_t serial, const char *key_id);

/* A list with one certificates section of ca, and one section in it. */
void begin(const struct sshmaker_key *of);

void end(unsigned int type);

#endif
