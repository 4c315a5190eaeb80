/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "unit/sshcert_scene.h"

struct sshmaker_key *ca, *other_ca, *rsa_ca, *weak_ca, *leaf, *sk;
const unsigned char challenge[] = "a message of our own";
struct scene *scene;

int
make_keys(void **state)
{
	(void)state;
	ca = sshmaker_key(CARDEA_SSHPUBLIC_ED25519, 0);
	other_ca = sshmaker_key(CARDEA_SSHPUBLIC_P256, 0);
	rsa_ca = sshmaker_key(CARDEA_SSHPUBLIC_RSA, 2048);
	weak_ca = sshmaker_key(CARDEA_SSHPUBLIC_RSA, 1024);
	leaf = sshmaker_key(CARDEA_SSHPUBLIC_P256, 0);
	sk = sshmaker_key(CARDEA_SSHPUBLIC_SK_ED25519, 0);
	return 0;
}

int
free_keys(void **state)
{
	(void)state;
	sshmaker_key_free(ca);
	sshmaker_key_free(other_ca);
	sshmaker_key_free(rsa_ca);
	sshmaker_key_free(weak_ca);
	sshmaker_key_free(leaf);
	sshmaker_key_free(sk);
	return 0;
}

void
trust_key(struct cardea_cert_trust *trust, const struct sshmaker_key *key)
{
	scene->trust[0] = '\0';
	sshmaker_line(&key->blob, scene->trust, sizeof(scene->trust));
	trust->trust.data = (const unsigned char *)scene->trust;
	trust->trust.len = strlen(scene->trust);
}

int
set_scene(void **state)
{
	struct cardea_cert_question *question;

	(void)state;
	scene = calloc(1, sizeof(*scene));
	assert_non_null(scene);
	question = &scene->question;
	scene->authority.kind = CARDEA_AUTHORITY_SSH;
	scene->authority.revocation = CARDEA_REVOCATION_BY_NONE;
	memcpy(scene->authority.name, "people", 7);
	memcpy(scene->authority.principals[0], "%u", 3);
	scene->authority.principal_count = 1;
	question->kind = CARDEA_CERT_SSH;
	question->time_s = NOW;
	question->user = "alice";
	question->source = "192.0.2.7";
	question->trust_count = 1;
	question->trust[0].authority = &scene->authority;
	question->message.data = challenge;
	question->message.len = sizeof(challenge);
	question->proof = CARDEA_CERT_PROOF_SSHSIG;
	trust_key(&question->trust[0], ca);
	sshmaker_begin(&scene->make, leaf, ca);
	return 0;
}

int
end_scene(void **state)
{
	(void)state;
	free(scene);
	scene = NULL;
	return 0;
}

enum cardea_cert_why
judge_blob(void)
{
	scene->question.leaf = sshmaker_lend(&scene->blob);
	if (scene->signature.len == 0 &&
	    scene->question.proof == CARDEA_CERT_PROOF_SSHSIG)
		sshmaker_sign(scene->make.key, NULL, 1, challenge,
		    sizeof(challenge), &scene->signature);
	scene->question.signature = sshmaker_lend(&scene->signature);
	cardea_sshcert_judge(&scene->question, &scene->verdict);
	assert_int_equal(scene->verdict.result == CARDEA_RESULT_VERIFIED,
	    scene->verdict.why == CARDEA_CERT_ACCEPTED);
	assert_int_equal(scene->verdict.detail[0] == '\0',
	    scene->verdict.why == CARDEA_CERT_ACCEPTED);
	return scene->verdict.why;
}

enum cardea_cert_why
judge(void)
{
	sshmaker_end(&scene->make, &scene->blob);
	return judge_blob();
}
