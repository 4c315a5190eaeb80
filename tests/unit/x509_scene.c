/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/x509_scene.h"

static const unsigned char words[] = "cardea device proof";
const struct cardea_cert_bytes message = { words, sizeof(words) };

const struct x509_recipe root_recipe = { .name = "Root", .is_authority = true };
const struct x509_recipe middle_recipe = { .name = "Issuing",
	.is_authority = true };
const struct x509_recipe leaf_recipe = { .name = "laptop-7" };

void
name_authority(struct cardea_authority *authority, const char *name)
{
	memset(authority, 0, sizeof(*authority));
	authority->kind = CARDEA_AUTHORITY_X509;
	authority->revocation = CARDEA_REVOCATION_BY_NONE;
	strncpy(authority->name, name, CARDEA_AUTHORITY_NAME_MAX);
}

void
stage(struct scene *scene, struct x509_party *leaf)
{
	struct cardea_cert_question *question = &scene->question;

	memset(question, 0, sizeof(*question));
	name_authority(&scene->authority, "devices");
	scene->leaf = leaf;
	question->kind = CARDEA_CERT_X509;
	question->leaf = leaf->der;
	question->time_s = X509_NOW;
	question->chain_count = 1;
	question->chain[0] = scene->middle->der;
	question->trust_count = 1;
	question->trust[0].authority = &scene->authority;
	question->trust[0].trust = x509_pem_of(&scene->root, 1);
	question->proof = CARDEA_CERT_PROOF_OFFLINE;
}

void
stage_usual(struct scene *scene)
{
	memset(scene, 0, sizeof(*scene));
	scene->root = x509_make(&root_recipe, NULL);
	scene->middle = x509_make(&middle_recipe, scene->root);
	stage(scene, x509_make(&leaf_recipe, scene->middle));
}

enum cardea_cert_why
judged(struct scene *scene)
{
	memset(&scene->verdict, 0xee, sizeof(scene->verdict));
	cardea_cert_judge(&scene->question, &scene->verdict);
	if (scene->verdict.why == CARDEA_CERT_ACCEPTED)
		assert_int_equal(scene->verdict.result, CARDEA_RESULT_VERIFIED);
	else
		assert_int_not_equal(
		    scene->verdict.result, CARDEA_RESULT_VERIFIED);
	return scene->verdict.why;
}

void
is_why(struct scene *scene, enum cardea_cert_why why, const char *detail)
{
	enum cardea_cert_why got = judged(scene);

	if (got != why || strstr(scene->verdict.detail, detail) == NULL)
		print_message("%s: %s (wanted %s: %s)\n",
		    cardea_cert_why_text(got), scene->verdict.detail,
		    cardea_cert_why_text(why), detail);
	assert_int_equal(got, why);
	assert_non_null(strstr(scene->verdict.detail, detail));
}

void
prove(struct scene *scene, struct x509_party *by, const char *digest)
{
	scene->question.proof = CARDEA_CERT_PROOF_SIGNATURE;
	scene->question.message = message;
	scene->question.signature = x509_prove(by, &message, digest);
}

int
drop(void **state)
{
	(void)state;
	x509_drop();
	return 0;
}
