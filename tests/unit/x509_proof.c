/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/x509_scene.h"

/* The signature by the key of a certificate; paths: x509_path.c */

static void
X01_a_signature_by_the_key_and_a_path_verify(void **state)
{
	static const char *const keys[] = { "P-256", "P-384", "P-521",
		"ED25519", "RSA:2048", "RSA:3072" };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct x509_recipe recipe = leaf_recipe;

		recipe.key = keys[i];
		stage(&scene, x509_make(&recipe, scene.middle));
		prove(&scene, scene.leaf, NULL);
		is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	}
}

static void
X01_a_certificate_without_a_signature_is_refused(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	scene.question.proof = CARDEA_CERT_PROOF_NONE;
	is_why(&scene, CARDEA_CERT_NO_PROOF, "nothing was signed");
	prove(&scene, scene.leaf, NULL);
	scene.question.proof = CARDEA_CERT_PROOF_SSHD;
	is_why(&scene, CARDEA_CERT_WRONG_PROOF, "");
	scene.question.proof = (enum cardea_cert_proof)77;
	is_why(&scene, CARDEA_CERT_NO_PROOF, "");
	prove(&scene, scene.leaf, NULL);
	scene.question.signature.len = 0;
	is_why(&scene, CARDEA_CERT_NO_PROOF, "");
	prove(&scene, scene.leaf, NULL);
	scene.question.message.len = 0;
	is_why(&scene, CARDEA_CERT_NO_PROOF, "");
	assert_int_equal(scene.verdict.result, CARDEA_RESULT_REFUSED);
}

static void
X01_the_signature_of_another_key_or_message_is_refused(void **state)
{
	static const unsigned char others[] = "cardea device proog";
	struct scene scene;
	struct cardea_cert_bytes bytes;
	unsigned char copy[256];

	(void)state;
	stage_usual(&scene);
	prove(&scene, scene.middle, NULL);
	is_why(&scene, CARDEA_CERT_WRONG_PROOF, "");
	prove(&scene, scene.leaf, NULL);
	scene.question.message.data = others;
	is_why(&scene, CARDEA_CERT_WRONG_PROOF, "");
	prove(&scene, scene.leaf, NULL);
	bytes = scene.question.signature;
	memcpy(copy, bytes.data, bytes.len);
	copy[bytes.len] = 0;
	scene.question.signature.data = copy;
	scene.question.signature.len++;
	is_why(&scene, CARDEA_CERT_WRONG_PROOF, "");
	for (size_t i = 0; i < bytes.len; i++) {
		scene.question.signature.len = i;
		assert_int_equal(judged(&scene),
		    i == 0 ? CARDEA_CERT_NO_PROOF : CARDEA_CERT_WRONG_PROOF);
	}
	scene.question.signature.len = bytes.len;
	for (size_t i = 0; i < bytes.len; i++) {
		copy[i] ^= 1;
		assert_int_equal(judged(&scene), CARDEA_CERT_WRONG_PROOF);
		copy[i] ^= 1;
	}
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
}

static void
X01_each_key_has_one_digest(void **state)
{
	static const char *const wrong[][2] = { { "P-256", "SHA1" },
		{ "P-256", "SHA384" }, { "P-384", "SHA256" },
		{ "P-521", "SHA256" }, { "RSA:2048", "SHA1" },
		{ "RSA:2048", "SHA512" } };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct x509_recipe recipe = leaf_recipe;

		recipe.key = wrong[i][0];
		stage(&scene, x509_make(&recipe, scene.middle));
		prove(&scene, scene.leaf, wrong[i][1]);
		is_why(&scene, CARDEA_CERT_WRONG_PROOF, "");
	}
}

/* A PSS signature by an RSA key is none: nothing is negotiated. */
static void
X01_pss_is_not_taken_for_pkcs1(void **state)
{
	struct x509_recipe recipe = leaf_recipe;
	unsigned char signature[256];
	size_t len = sizeof(signature);
	struct scene scene;
	EVP_PKEY_CTX *pss = NULL;
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	(void)state;
	stage_usual(&scene);
	recipe.key = "RSA:2048";
	stage(&scene, x509_make(&recipe, scene.middle));
	assert_int_equal(EVP_DigestSignInit(context, &pss, EVP_sha256(), NULL,
			     scene.leaf->key),
	    1);
	assert_int_equal(
	    EVP_PKEY_CTX_set_rsa_padding(pss, RSA_PKCS1_PSS_PADDING), 1);
	assert_int_equal(
	    EVP_DigestSign(context, signature, &len, message.data, message.len),
	    1);
	EVP_MD_CTX_free(context);
	scene.question.proof = CARDEA_CERT_PROOF_SIGNATURE;
	scene.question.message = message;
	scene.question.signature.data = signature;
	scene.question.signature.len = len;
	is_why(&scene, CARDEA_CERT_WRONG_PROOF, "");
}

static size_t
put_string(unsigned char *target, const void *bytes, size_t len)
{
	target[0] = (unsigned char)(len >> 24);
	target[1] = (unsigned char)(len >> 16);
	target[2] = (unsigned char)(len >> 8);
	target[3] = (unsigned char)len;
	memcpy(target + 4, bytes, len);
	return 4 + len;
}

static void
X01_an_agents_signature_by_the_key_of_a_certificate_verifies(void **state)
{
	struct x509_recipe recipe = leaf_recipe;
	struct cardea_cert_bytes raw;
	unsigned char blob[512];
	struct scene scene;
	size_t len;

	(void)state;
	stage_usual(&scene);
	recipe.key = "ED25519";
	stage(&scene, x509_make(&recipe, scene.middle));
	prove(&scene, scene.leaf, NULL);
	raw = scene.question.signature;
	len = put_string(blob, "ssh-ed25519", strlen("ssh-ed25519"));
	len += put_string(blob + len, raw.data, raw.len);
	scene.question.signature.data = blob;
	scene.question.signature.len = len;
	is_why(&scene, CARDEA_CERT_WRONG_PROOF, "");
	scene.question.proof = CARDEA_CERT_PROOF_SSHSIG;
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	assert_true(
	    strncmp(scene.verdict.identity.ssh_fingerprint, "SHA256:", 7) == 0);
	blob[len - 1] ^= 1;
	is_why(&scene, CARDEA_CERT_WRONG_PROOF, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(X01_a_signature_by_the_key_and_a_path_verify),
		TEST(X01_a_certificate_without_a_signature_is_refused),
		TEST(X01_the_signature_of_another_key_or_message_is_refused),
		TEST(X01_each_key_has_one_digest),
		TEST(X01_pss_is_not_taken_for_pkcs1),
		TEST(
		    X01_an_agents_signature_by_the_key_of_a_certificate_verifies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
