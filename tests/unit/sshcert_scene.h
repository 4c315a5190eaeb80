/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SSHCERT_SCENE_H
#define TESTS_UNIT_SSHCERT_SCENE_H

#include "unit/sshmaker.h"
#include "unit/test.h"

/*
 * A user, an authority that vouches for it, and one question that is answered
 * with yes.
 */

#define NOW 1500

extern struct sshmaker_key *ca, *other_ca, *rsa_ca, *weak_ca, *leaf, *sk;
extern const unsigned char challenge[21];

/* A question about one certificate, below one authority without KRLs, with a
 * signature by its key. */
struct scene {
	struct sshmaker_cert make;
	struct sshmaker_bytes blob, signature;
	char trust[8192];
	struct cardea_authority authority, second;
	struct cardea_cert_question question;
	struct cardea_cert_verdict verdict;
};

extern struct scene *scene;

int make_keys(void **state);

int free_keys(void **state);

void trust_key(struct cardea_cert_trust *trust, const struct sshmaker_key *key);

int set_scene(void **state);

int end_scene(void **state);

enum cardea_cert_why judge_blob(void);

enum cardea_cert_why judge(void);

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_scene, end_scene)

#endif
