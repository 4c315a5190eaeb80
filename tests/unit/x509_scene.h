/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_X509_SCENE_H
#define TESTS_UNIT_X509_SCENE_H

#include "unit/x509_fixture.h"

/* A root, an authority below it, and one question that is answered with yes. */
struct scene {
	struct x509_party *root, *middle, *leaf;
	struct cardea_authority authority, other;
	struct cardea_cert_question question;
	struct cardea_cert_verdict verdict;
};

extern const struct cardea_cert_bytes message;

extern const struct x509_recipe root_recipe;
extern const struct x509_recipe middle_recipe;
extern const struct x509_recipe leaf_recipe;

void name_authority(struct cardea_authority *authority, const char *name);

/* Asks for the leaf, which was made by the middle one. */
void stage(struct scene *scene, struct x509_party *leaf);

void stage_usual(struct scene *scene);

enum cardea_cert_why judged(struct scene *scene);

void is_why(struct scene *scene, enum cardea_cert_why why, const char *detail);

void prove(struct scene *scene, struct x509_party *by, const char *digest);

int drop(void **state);

#define TEST(name) cmocka_unit_test_teardown(name, drop)

#endif
