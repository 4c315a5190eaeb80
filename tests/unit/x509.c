/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cert/x509_key.h"
#include "cert/x509_room.h"
#include "unit/x509_fixture.h"

/* A root, an authority below it, and one question that is answered with yes. */
struct scene {
	struct x509_party *root, *middle, *leaf;
	struct cardea_authority authority, other;
	struct cardea_cert_question question;
	struct cardea_cert_verdict verdict;
};

static const unsigned char words[] = "cardea device proof";
static const struct cardea_cert_bytes message = { words, sizeof(words) };

static const struct x509_recipe root_recipe = { .name = "Root",
	.is_authority = true };
static const struct x509_recipe middle_recipe = { .name = "Issuing",
	.is_authority = true };
static const struct x509_recipe leaf_recipe = { .name = "laptop-7" };

static void
name_authority(struct cardea_authority *authority, const char *name)
{
	memset(authority, 0, sizeof(*authority));
	authority->kind = CARDEA_AUTHORITY_X509;
	authority->revocation = CARDEA_REVOCATION_BY_NONE;
	strncpy(authority->name, name, CARDEA_AUTHORITY_NAME_MAX);
}

/* Asks for the leaf, which was made by the middle one. */
static void
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

static void
stage_usual(struct scene *scene)
{
	memset(scene, 0, sizeof(*scene));
	scene->root = x509_make(&root_recipe, NULL);
	scene->middle = x509_make(&middle_recipe, scene->root);
	stage(scene, x509_make(&leaf_recipe, scene->middle));
}

static enum cardea_cert_why
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

static void
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

static void
prove(struct scene *scene, struct x509_party *by, const char *digest)
{
	scene->question.proof = CARDEA_CERT_PROOF_SIGNATURE;
	scene->question.message = message;
	scene->question.signature = x509_prove(by, &message, digest);
}

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
	is_why(&scene, CARDEA_CERT_NO_PROOF, "");
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

static void
X01_no_anchor_no_path(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	/* the issuing authority is no anchor by being sent */
	scene.question.trust[0].trust = x509_pem_of(
	    (struct x509_party *[]){ x509_make(&root_recipe, NULL) }, 1);
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no path");
	scene.question.chain_count = 0;
	scene.question.trust[0].trust = x509_pem_of(&scene.root, 1);
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no path");
	/* an anchor that does not end in itself is none */
	scene.question.trust[0].trust = x509_pem_of(&scene.middle, 1);
	assert_int_not_equal(judged(&scene), CARDEA_CERT_ACCEPTED);
	/* a certificate does not vouch for itself */
	scene.question.trust[0].trust = x509_pem_of(&scene.leaf, 1);
	assert_int_not_equal(judged(&scene), CARDEA_CERT_ACCEPTED);
	scene.question.trust_count = 0;
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no authority");
	scene.question.trust_count = 1;
	scene.authority.kind = CARDEA_AUTHORITY_SSH;
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no authority");
}

static void
X01_a_pinned_certificate_that_signed_itself_is_refused(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	stage(&scene, x509_make(&leaf_recipe, NULL));
	scene.question.trust[0].trust = x509_pem_of(&scene.leaf, 1);
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no path");
}

static void
anchors_of_one_authority_never_vouch_for_another(void **state)
{
	struct scene scene;
	struct x509_party *stranger;

	(void)state;
	stage_usual(&scene);
	stranger = x509_make(
	    &(struct x509_recipe){ .name = "Elsewhere", .is_authority = true },
	    NULL);
	name_authority(&scene.other, "elsewhere");
	scene.question.trust_count = 2;
	scene.question.trust[1] = scene.question.trust[0];
	scene.question.trust[0].authority = &scene.other;
	scene.question.trust[0].trust = x509_pem_of(&stranger, 1);
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	assert_string_equal(scene.verdict.identity.authority, "devices");
	/* and a refusal is that of the path which came furthest */
	scene.question.time_s = X509_NOW + 2 * X509_DAY;
	is_why(&scene, CARDEA_CERT_EXPIRED, "the certificate has expired");
	assert_string_equal(scene.verdict.identity.authority, "");
}

static void
a_damaged_file_of_anchors_is_trouble(void **state)
{
	static const unsigned char junk[] =
	    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	scene.question.trust[0].trust.data = junk;
	scene.question.trust[0].trust.len = sizeof(junk) - 1;
	is_why(&scene, CARDEA_CERT_FAILED, "anchors of devices");
	assert_int_equal(scene.verdict.result, CARDEA_RESULT_BROKEN);
	scene.question.trust[0].trust.len = 0;
	is_why(&scene, CARDEA_CERT_FAILED, "anchors of devices");
	/* another authority's answer is one all the same */
	name_authority(&scene.other, "whole");
	scene.question.trust_count = 2;
	scene.question.trust[1] = scene.question.trust[0];
	scene.question.trust[1].authority = &scene.other;
	scene.question.trust[1].trust = x509_pem_of(&scene.root, 1);
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	assert_string_equal(scene.verdict.identity.authority, "whole");
}

/* One change of a certificate, and why it is refused then. */
struct wrong {
	const char *what; /* in the detail */
	enum cardea_cert_why why;
	struct x509_recipe recipe;
};

#define CHANGE(nid, value) .change_count = 1, .changes = { { nid, value } }

static const struct wrong wrong_leaves[] = {
	{ "no subject alternative name", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_subject_alt_name, NULL) } },
	{ "no purpose", CARDEA_CERT_PURPOSE,
	    { CHANGE(NID_ext_key_usage, NULL) } },
	{ "not for this purpose", CARDEA_CERT_PURPOSE,
	    { CHANGE(NID_ext_key_usage, "serverAuth") } },
	{ "any purpose at all", CARDEA_CERT_PURPOSE,
	    { CHANGE(NID_ext_key_usage, "clientAuth,anyExtendedKeyUsage") } },
	{ "authority's", CARDEA_CERT_PROFILE,
	    { .is_authority = true,
		.change_count = 3,
		.changes = { { NID_ext_key_usage, "clientAuth" },
		    { NID_subject_alt_name, "DNS:a.example.org" },
		    { NID_key_usage, "digitalSignature,keyCertSign" } } } },
	{ "may not sign", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, "critical,keyEncipherment") } },
	{ "for nothing", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, "critical,DER:03020700") } },
	{ "is no authority", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, "digitalSignature,keyCertSign") } },
	{ "path length", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_basic_constraints, "CA:FALSE,pathlen:1") } },
	{ "constrains names", CARDEA_CERT_PROFILE,
	    { CHANGE(
		NID_name_constraints, "critical,permitted;DNS:example.org") } },
	{ "must not be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_authority_key_identifier, "critical,keyid") } },
	{ "must not be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_subject_key_identifier, "critical,hash") } },
	{ "must not be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_info_access,
		"critical,OCSP;URI:http://ocsp.example.org/") } },
	{ "issuer's key", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_authority_key_identifier, NULL) } },
	{ "not known", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_netscape_comment, "critical,hello") } },
	{ "serial number is zero", CARDEA_CERT_PROFILE, { .serial = "0" } },
	{ "serial number is negative", CARDEA_CERT_PROFILE,
	    { .serial = "-5" } },
	{ "longer than 20", CARDEA_CERT_PROFILE,
	    { .serial = "7f00000000000000000000000000000000000000aa" } },
	{ "longer than 20", CARDEA_CERT_PROFILE,
	    { .serial = "ff000000000000000000000000000000000000aa" } },
	{ "not of version 3", CARDEA_CERT_PROFILE, { .version = 2 } },
	{ "not of version 3", CARDEA_CERT_PROFILE, { .version = 1 } },
	{ "RSA key of 1024", CARDEA_CERT_WEAK, { .key = "RSA:1024" } },
	{ "RSA key of 2047", CARDEA_CERT_WEAK, { .key = "RSA:2047" } },
	{ "kind that is not taken", CARDEA_CERT_WEAK, { .key = "P-224" } },
	{ "kind that is not taken", CARDEA_CERT_WEAK, { .key = "secp256k1" } },
	{ "kind that is not taken", CARDEA_CERT_WEAK, { .key = "ED448" } },
	{ "algorithm", CARDEA_CERT_WEAK, { .digest = "SHA1" } },
	{ "algorithm", CARDEA_CERT_WEAK, { .digest = "SHA224" } },
	{ "algorithm", CARDEA_CERT_WEAK, { .digest = "SHA3-256" } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:.example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a..example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a_b.example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:-a.example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a*.example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a.*.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:*") } },
	{ "alternative name 2", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a.org,email:a@b@c.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "URI:laptop") } },
	{ "empty list of alternative", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DER:3000") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DER:30058703010203") } },
	{ "malformed", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_ext_key_usage, "DER:04023000") } },
	{ "is not DER", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_ext_key_usage, "DER:30800000") } },
	{ "is not DER", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_key_usage, "DER:030207800500") } },
	{ "purposes", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_ext_key_usage, "DER:3000") } },
	{ "extension authorityInfoAccess", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_info_access, "DER:3003020105") } },
	{ "half there", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_authority_key_identifier, "DER:3000") } },
	{ "policy twice", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_certificate_policies, "1.2.3.4,1.2.3.4") } },
};

static void
X04_a_certificate_outside_the_profile_is_refused(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(wrong_leaves) / sizeof(wrong_leaves[0]);
	     i++) {
		struct x509_recipe recipe = wrong_leaves[i].recipe;

		recipe.name = "laptop-7";
		stage(&scene, x509_make(&recipe, scene.middle));
		is_why(&scene, wrong_leaves[i].why, wrong_leaves[i].what);
		assert_int_equal(scene.verdict.result, CARDEA_RESULT_REFUSED);
	}
}

static const struct x509_recipe right_leaves[] = {
	{ CHANGE(NID_key_usage, NULL) },
	{ CHANGE(NID_basic_constraints, "CA:FALSE") },
	{ CHANGE(NID_basic_constraints, "critical,CA:FALSE") },
	{ CHANGE(NID_subject_key_identifier, NULL) },
	{ CHANGE(NID_ext_key_usage, "critical,serverAuth,clientAuth") },
	{ CHANGE(NID_netscape_comment, "hello") },
	{ CHANGE(NID_subject_alt_name,
	    "email:a@example.org,IP:192.0.2.1,URI:urn:uuid:1,IP:2001:db8::1") },
	{ CHANGE(NID_subject_alt_name,
	    "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@example.org") },
	{ .serial = "7f000000000000000000000000000000000000aa" },
	{ .serial = "1" },
	{ .key = "RSA:2048" },
	{ .key = "RSA:4096" },
	{ .digest = "SHA512" },
};

static void
X04_what_the_profile_allows_is_accepted(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(right_leaves) / sizeof(right_leaves[0]);
	     i++) {
		struct x509_recipe recipe = right_leaves[i];

		recipe.name = "laptop-7";
		stage(&scene, x509_make(&recipe, scene.middle));
		is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	}
}

static void
X04_an_empty_subject_wants_a_critical_name(void **state)
{
	struct x509_recipe recipe = { .name = NULL };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	stage(&scene, x509_make(&recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_PROFILE, "empty subject");
	recipe = (struct x509_recipe){ CHANGE(
	    NID_subject_alt_name, "critical,DNS:laptop-7.example.org") };
	stage(&scene, x509_make(&recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
}

static const struct wrong wrong_issuers[] = {
	{ "not marked as an authority's", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_basic_constraints, NULL) } },
	{ "not marked as an authority's", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_basic_constraints, "CA:TRUE") } },
	{ "not marked as an authority's", CARDEA_CERT_PROFILE,
	    { .change_count = 2,
		.changes = { { NID_basic_constraints, "critical,CA:FALSE" },
		    { NID_key_usage, "critical,keyCertSign" } } } },
	{ "may not sign", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, "critical,digitalSignature") } },
	{ "may not sign", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, NULL) } },
	{ "without a key identifier", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_subject_key_identifier, NULL) } },
	{ "must be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints, "permitted;DNS:example.org") } },
	{ "must be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_policy_constraints, "requireExplicitPolicy:9") } },
	{ "must be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_inhibit_any_policy, "9") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints, "critical,DER:3000") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints, "critical,DER:3004a000a100") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints,
		"critical,permitted;DNS:.example.org") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints,
		"critical,permitted;DNS:*.example.org") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints,
		"critical,excluded;email:a@b@example.org") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints,
		"critical,permitted;IP:10.0.0.0/255.0.255.0") } },
	{ "purpose", CARDEA_CERT_PURPOSE,
	    { CHANGE(NID_ext_key_usage, "serverAuth") } },
	{ "RSA key of 1024", CARDEA_CERT_WEAK, { .key = "RSA:1024" } },
	{ "kind that is not taken", CARDEA_CERT_WEAK, { .key = "P-224" } },
	{ "algorithm", CARDEA_CERT_WEAK, { .digest = "SHA1" } },
	{ "expired", CARDEA_CERT_EXPIRED, { .to_s = X509_NOW - 1 } },
	{ "not valid yet", CARDEA_CERT_NOT_YET, { .from_s = X509_NOW + 1 } },
};

static void
X04_an_issuer_outside_the_profile_is_refused(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(wrong_issuers) / sizeof(wrong_issuers[0]);
	     i++) {
		struct x509_recipe recipe = wrong_issuers[i].recipe;

		recipe.name = "Issuing";
		recipe.is_authority = true;
		scene.middle = x509_make(&recipe, scene.root);
		stage(&scene, x509_make(&leaf_recipe, scene.middle));
		is_why(&scene, wrong_issuers[i].why, wrong_issuers[i].what);
	}
}

/* A name constraint of the issuing authority, a name of the device. */
static const struct constrained {
	const char *constraint, *names;
	bool allowed;
} constrained[] = {
	{ "permitted;DNS:example.org", "DNS:a.example.org", true },
	{ "permitted;DNS:example.org", "DNS:example.org", true },
	{ "permitted;DNS:EXAMPLE.org", "DNS:a.example.ORG", true },
	{ "permitted;DNS:example.org", "DNS:aexample.org", false },
	{ "permitted;DNS:example.org", "DNS:a.example.org.net", false },
	{ "permitted;DNS:example.org", "DNS:a.example.org,DNS:b.net", false },
	{ "permitted;DNS:example.org", "email:a@example.net", true },
	{ "permitted;DNS:example.org", "DNS:*.example.org", true },
	{ "permitted;DNS:a.example.org", "DNS:*.example.org", false },
	{ "permitted;DNS:example.org,permitted;DNS:example.net",
	    "DNS:a.example.org,DNS:b.example.net", true },
	{ "excluded;DNS:example.org", "DNS:a.example.org", false },
	{ "excluded;DNS:example.org", "DNS:a.example.net", true },
	{ "excluded;DNS:a.example.org", "DNS:*.example.org", false },
	{ "excluded;DNS:b.a.example.org", "DNS:*.example.org", true },
	{ "permitted;DNS:example.org,excluded;DNS:a.example.org",
	    "DNS:b.a.example.org", false },
	{ "permitted;email:example.org", "email:a@example.org", true },
	{ "permitted;email:example.org", "email:a@b.example.org", false },
	{ "permitted;email:.example.org", "email:a@b.example.org", true },
	{ "permitted;email:.example.org", "email:a@example.org", false },
	{ "permitted;email:a@example.org", "email:a@example.org", true },
	{ "permitted;email:a@example.org", "email:A@example.org", false },
	{ "permitted;email:a@example.org", "email:a@EXAMPLE.org", true },
	{ "permitted;email:a@example.org", "email:b@example.org", false },
	{ "excluded;email:a@example.org", "email:b@example.org", true },
	{ "permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.2.77", true },
	{ "permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.3.77", false },
	{ "permitted;IP:192.0.2.0/255.255.255.0", "IP:2001:db8::1", false },
	{ "excluded;IP:192.0.2.0/255.255.255.0", "IP:2001:db8::1", true },
	{ "excluded;IP:0.0.0.0/0.0.0.0", "IP:192.0.2.1", false },
	{ "permitted;IP:2001:db8::/ffff:ffff::", "IP:2001:db8::1", true },
	{ "permitted;URI:example.org", "URI:https://example.org/x", true },
	{ "permitted;URI:example.org", "URI:https://example.org:44/x", true },
	/* OpenSSL takes "u@example.org" for the host */
	{ "permitted;URI:example.org", "URI:https://u@example.org/", false },
	{ "permitted;URI:example.org", "URI:https://a.example.org/", false },
	{ "permitted;URI:.example.org", "URI:https://a.example.org/", true },
	{ "permitted;URI:example.org", "URI:https://192.0.2.1/", false },
	{ "permitted;URI:example.org", "URI:urn:uuid:1", false },
	{ "excluded;URI:example.org", "URI:urn:uuid:1", false },
	{ "excluded;URI:example.org", "URI:https://[2001:db8::1]/", false },
	{ "permitted;RID:1.2.3", "RID:1.2.3", false },
	{ "permitted;RID:1.2.3", "DNS:a.example.org", true },
	{ "excluded;otherName:1.2.3;UTF8:x", "otherName:1.2.3;UTF8:y", false },
};

static void
X04_name_constraints_hold(void **state)
{
	struct scene scene;
	char text[256];

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(constrained) / sizeof(constrained[0]);
	     i++) {
		struct x509_recipe issuer = middle_recipe, leaf = leaf_recipe;

		snprintf(text, sizeof(text), "critical,%s",
		    constrained[i].constraint);
		issuer.change_count = leaf.change_count = 1;
		issuer.changes[0] = (struct x509_change){ NID_name_constraints,
			text };
		leaf.changes[0] = (struct x509_change){ NID_subject_alt_name,
			constrained[i].names };
		scene.middle = x509_make(&issuer, scene.root);
		stage(&scene, x509_make(&leaf, scene.middle));
		if ((judged(&scene) == CARDEA_CERT_ACCEPTED) !=
		    constrained[i].allowed)
			print_message("%s: %s: %s\n", constrained[i].constraint,
			    constrained[i].names, scene.verdict.detail);
		assert_int_equal(scene.verdict.why,
		    constrained[i].allowed ? CARDEA_CERT_ACCEPTED
					   : CARDEA_CERT_CONSTRAINT);
	}
}

static void
X04_an_address_in_the_subject_is_constrained_too(void **state)
{
	static const char *const mails[] = { "a@example.org", "a@example.net",
		"nonsense" };
	struct x509_recipe issuer = middle_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	issuer.change_count = 1;
	issuer.changes[0] = (struct x509_change){ NID_name_constraints,
		"critical,permitted;email:example.org" };
	scene.middle = x509_make(&issuer, scene.root);
	for (size_t i = 0; i < 3; i++) {
		struct x509_party *leaf = x509_make(&leaf_recipe, scene.middle);

		X509_NAME_add_entry_by_NID(
		    X509_get_subject_name(leaf->certificate),
		    NID_pkcs9_emailAddress, MBSTRING_ASC,
		    (const unsigned char *)mails[i], -1, -1, 0);
		x509_sign(leaf, scene.middle, NULL);
		stage(&scene, leaf);
		assert_int_equal(judged(&scene),
		    i == 0 ? CARDEA_CERT_ACCEPTED : CARDEA_CERT_CONSTRAINT);
	}
}

static void
X04_the_purpose_is_the_authoritys(void **state)
{
	struct x509_recipe recipe = leaf_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	recipe.change_count = 1;
	recipe.changes[0] = (struct x509_change){ NID_ext_key_usage,
		"1.3.6.1.4.1.99.7" };
	stage(&scene, x509_make(&recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_PURPOSE, "");
	strcpy(scene.authority.purpose, "1.3.6.1.4.1.99.7");
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	strcpy(scene.authority.purpose, "1.3.6.1.4.1.99.77");
	is_why(&scene, CARDEA_CERT_PURPOSE, "");
	/* "any" is no purpose of a login */
	strcpy(scene.authority.purpose, "any");
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	prove(&scene, scene.leaf, NULL);
	is_why(&scene, CARDEA_CERT_PURPOSE, "");
}

static void
X07_what_is_too_large_is_refused_unread(void **state)
{
	static unsigned char bytes[2 * CARDEA_CERT_MAX];
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	memcpy(bytes, scene.leaf->der.data, scene.leaf->der.len);
	scene.question.leaf.data = bytes;
	scene.question.leaf.len = CARDEA_CERT_MAX + 1;
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "16384");
	scene.question.leaf = scene.leaf->der;
	scene.question.chain[0].data = bytes;
	scene.question.chain[0].len = CARDEA_CERT_MAX + 1;
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "sent along");
	scene.question.chain[0] = scene.middle->der;
	scene.question.chain_count = CARDEA_CERT_CHAIN_MAX + 1;
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "more than 5");
}

static void
X07_every_octet_less_or_more_is_refused(void **state)
{
	unsigned char bytes[2048];
	struct scene scene;
	size_t len;

	(void)state;
	stage_usual(&scene);
	len = scene.leaf->der.len;
	memcpy(bytes, scene.leaf->der.data, len);
	bytes[len] = 0;
	scene.question.leaf.data = bytes;
	for (size_t i = 0; i < len; i += 7) {
		scene.question.leaf.len = i;
		is_why(&scene, CARDEA_CERT_MALFORMED, "no certificate in DER");
	}
	scene.question.leaf.len = len + 1;
	is_why(&scene, CARDEA_CERT_MALFORMED, "no certificate in DER");
	scene.question.leaf.len = len;
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= 0x20;
		assert_int_not_equal(judged(&scene), CARDEA_CERT_ACCEPTED);
		bytes[i] ^= 0x20;
	}
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
}

static void
X07_a_path_has_five_between_and_no_more(void **state)
{
	struct x509_party *levels[CARDEA_CERT_CHAIN_MAX + 1], *party;
	struct scene scene;
	char name[32];

	(void)state;
	stage_usual(&scene);
	party = scene.root;
	for (size_t i = 0; i <= CARDEA_CERT_CHAIN_MAX; i++) {
		struct x509_recipe recipe = middle_recipe;

		snprintf(name, sizeof(name), "Level %zu", i);
		recipe.name = name;
		levels[i] = party = x509_make(&recipe, party);
		stage(&scene, x509_make(&leaf_recipe, party));
		scene.question.chain_count = 0;
		scene.question.trust[0].intermediates = x509_pem_of(
		    levels, i + 1);
		if (i < CARDEA_CERT_CHAIN_MAX)
			is_why(&scene, CARDEA_CERT_ACCEPTED, "");
		else
			is_why(&scene, CARDEA_CERT_UNTRUSTED, "no path");
	}
}

static double
seconds_taken(struct scene *scene)
{
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	assert_int_not_equal(judged(scene), CARDEA_CERT_ACCEPTED);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Two hundred authorities with one name and one key, each signed by all: there
 * are 200 to the power of five paths, and none leads to the anchor. */
static void
X08_many_paths_end_in_time(void **state)
{
	static struct x509_party *crowd[200];
	struct x509_party *stranger;
	struct scene scene;
	double taken;

	(void)state;
	stage_usual(&scene);
	stranger = x509_make(&middle_recipe, NULL);
	for (size_t i = 0; i < 200; i++) {
		struct x509_recipe recipe = middle_recipe;

		recipe.same_key = stranger;
		crowd[i] = x509_make(&recipe, stranger);
	}
	stage(&scene, x509_make(&leaf_recipe, stranger));
	scene.question.chain_count = 0;
	scene.question.trust[0].intermediates = x509_pem_of(crowd, 200);
	taken = seconds_taken(&scene);
	print_message("200 authorities with one name and key: %.3f s\n", taken);
	assert_true(taken < CARDEA_CERT_CPU_S);
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "");
}

static void
X08_a_thousand_name_constraints_end_in_time(void **state)
{
	static char constraints[16000], names[16000];
	struct x509_recipe issuer = middle_recipe, leaf = leaf_recipe;
	struct scene scene;
	double taken;

	(void)state;
	stage_usual(&scene);
	strcpy(constraints, "critical");
	strcpy(names, "DNS:a.example.org");
	for (size_t i = 0; i < 600; i++) {
		snprintf(constraints + strlen(constraints), 32,
		    ",excluded;DNS:x%zu.org", i);
		snprintf(names + strlen(names), 32, ",DNS:a%zu.org", i);
	}
	issuer.change_count = leaf.change_count = 1;
	issuer.changes[0] = (struct x509_change){ NID_name_constraints,
		constraints };
	leaf.changes[0] = (struct x509_change){ NID_subject_alt_name, names };
	scene.middle = x509_make(&issuer, scene.root);
	stage(&scene, x509_make(&leaf, scene.middle));
	taken = seconds_taken(&scene);
	print_message("600 names, 600 constraints: %.3f s\n", taken);
	assert_true(taken < CARDEA_CERT_CPU_S);
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "alternative names");
	stage(&scene, x509_make(&leaf_recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "name constraints");
}

/* CVE-2023-0464: each authority maps each of many policies to all of them. */
static void
X08_a_tree_of_policies_ends_in_time(void **state)
{
	static char policies[4000], mappings[8000];
	struct x509_party *party, *levels[CARDEA_CERT_CHAIN_MAX];
	struct scene scene;
	double taken;
	char name[32];

	(void)state;
	stage_usual(&scene);
	strcpy(policies, "1.2.3.0");
	strcpy(mappings, "critical,1.2.3.0:1.2.3.0");
	for (size_t i = 0; i < 16; i++) {
		snprintf(policies + strlen(policies), 16, ",1.2.3.%zu", i + 1);
		for (size_t j = 0; j < 16; j++)
			snprintf(mappings + strlen(mappings), 32,
			    ",1.2.3.%zu:1.2.3.%zu", i + 1, j + 1);
	}
	party = scene.root;
	for (size_t i = 0; i < CARDEA_CERT_CHAIN_MAX; i++) {
		struct x509_recipe recipe = middle_recipe;

		snprintf(name, sizeof(name), "Level %zu", i);
		recipe.name = name;
		recipe.change_count = 2;
		recipe.changes[0] =
		    (struct x509_change){ NID_certificate_policies, policies };
		recipe.changes[1] = (struct x509_change){ NID_policy_mappings,
			mappings };
		levels[i] = party = x509_make(&recipe, party);
	}
	stage(&scene, x509_make(&leaf_recipe, party));
	scene.question.chain_count = 0;
	scene.question.trust[0].intermediates = x509_pem_of(
	    levels, CARDEA_CERT_CHAIN_MAX);
	scene.question.explicit_policy = true;
	taken = seconds_taken(&scene);
	print_message("5 levels of 256 mappings: %.3f s\n", taken);
	assert_true(taken < CARDEA_CERT_CPU_S);
}

static void
X09_the_last_second_is_not_valid_any_more(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	scene.question.time_s = X509_NOW + X509_DAY - 1;
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	scene.question.time_s = X509_NOW + X509_DAY;
	is_why(&scene, CARDEA_CERT_EXPIRED, "");
	scene.question.time_s = X509_NOW - X509_DAY;
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	scene.question.time_s = X509_NOW - X509_DAY - 1;
	is_why(&scene, CARDEA_CERT_NOT_YET, "");
	scene.question.time_s = 0;
	is_why(&scene, CARDEA_CERT_FAILED, "");
}

static void
another_path_is_found_where_one_fails(void **state)
{
	struct x509_recipe old = middle_recipe, narrow = middle_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	old.same_key = narrow.same_key = scene.middle;
	old.to_s = X509_NOW - 10;
	narrow.change_count = 1;
	narrow.changes[0] = (struct x509_change){ NID_name_constraints,
		"critical,permitted;DNS:example.net" };
	scene.question.chain[0] = x509_make(&old, scene.root)->der;
	is_why(&scene, CARDEA_CERT_EXPIRED, "");
	scene.question.chain[1] = x509_make(&narrow, scene.root)->der;
	scene.question.chain_count = 2;
	is_why(&scene, CARDEA_CERT_CONSTRAINT, "");
	scene.question.chain[2] = scene.middle->der;
	scene.question.chain_count = 3;
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
}

static void
a_forged_signature_of_the_issuer_is_refused(void **state)
{
	struct x509_recipe recipe = middle_recipe;
	struct x509_party *forger;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	/* the same name, and a key identifier that says it is the same key */
	forger = x509_make(&recipe, scene.root);
	stage(&scene, x509_make(&leaf_recipe, scene.middle));
	x509_sign(scene.leaf, forger, NULL);
	scene.question.leaf = scene.leaf->der;
	is_why(&scene, CARDEA_CERT_BAD_SIGNATURE, "certificate 0");
}

static void
policies_that_hold_are_told(void **state)
{
	struct x509_recipe issuer = middle_recipe, leaf = leaf_recipe;
	const char *wanted[] = { "1.2.3.4" };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	issuer.change_count = leaf.change_count = 1;
	issuer.changes[0] = (struct x509_change){ NID_certificate_policies,
		"1.2.3.4,1.2.3.5" };
	leaf.changes[0] = (struct x509_change){ NID_certificate_policies,
		"1.2.3.5,1.2.3.6" };
	scene.middle = x509_make(&issuer, scene.root);
	stage(&scene, x509_make(&leaf, scene.middle));
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	assert_int_equal(scene.verdict.identity.policy_count, 1);
	assert_string_equal(scene.verdict.identity.policies[0].text, "1.2.3.5");
	scene.question.explicit_policy = true;
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	scene.question.policies = wanted;
	scene.question.policy_count = 1;
	is_why(&scene, CARDEA_CERT_CONSTRAINT, "");
	assert_int_equal(scene.verdict.identity.policy_count, 0);
	wanted[0] = "1.2.3.5";
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
}

static void
an_anchors_policies_bind(void **state)
{
	struct x509_recipe root = root_recipe, leaf = leaf_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	root.change_count = 1;
	root.changes[0] = (struct x509_change){ NID_policy_constraints,
		"critical,requireExplicitPolicy:0" };
	scene.root = x509_make(&root, NULL);
	scene.middle = x509_make(&middle_recipe, scene.root);
	stage(&scene, x509_make(&leaf, scene.middle));
	is_why(&scene, CARDEA_CERT_CONSTRAINT, "policy");
}

static void
the_name_asked_for_is_matched(void **state)
{
	static const struct {
		const char *names, *wanted;
		bool matches;
	} cases[] = {
		{ "DNS:a.example.org", "dns:A.example.ORG", true },
		{ "DNS:a.example.org", "dns:b.example.org", false },
		{ "DNS:a.example.org", "email:a.example.org", false },
		{ "DNS:a.example.org", "a.example.org", false },
		{ "DNS:*.example.org", "dns:a.example.org", true },
		{ "DNS:*.example.org", "dns:b.a.example.org", false },
		{ "DNS:*.example.org", "dns:example.org", false },
		{ "DNS:*.org", "dns:example.org", false },
		{ "IP:192.0.2.1", "ip:192.0.2.1", true },
		{ "IP:192.0.2.1", "dns:192.0.2.1", false },
		{ "IP:2001:db8::1", "ip:2001:DB8:0::0001", true },
		{ "IP:2001:db8::1", "ip:2001:db8::2", false },
		{ "email:a@example.org", "email:a@EXAMPLE.org", true },
		{ "email:a@example.org", "email:A@example.org", false },
		{ "URI:urn:uuid:1", "uri:urn:uuid:1", true },
		{ "URI:urn:uuid:1", "uri:urn:uuid:2", false },
	};
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct x509_recipe leaf = leaf_recipe;

		leaf.change_count = 1;
		leaf.changes[0] = (struct x509_change){ NID_subject_alt_name,
			cases[i].names };
		stage(&scene, x509_make(&leaf, scene.middle));
		scene.question.name = cases[i].wanted;
		if (cases[i].matches)
			is_why(&scene, CARDEA_CERT_ACCEPTED, "");
		else
			is_why(&scene, CARDEA_CERT_NAME, "is not for");
	}
}

static void
the_identity_is_what_the_certificate_says(void **state)
{
	const struct cardea_cert_identity *identity;
	struct cardea_cert_identity described;
	struct x509_recipe recipe = leaf_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	recipe.name = "Jörgs Laptop";
	recipe.serial = "0ABC";
	recipe.change_count = 1;
	recipe.changes[0] = (struct x509_change){ NID_subject_alt_name,
		"DNS:l7.example.org,email:j@example.org,IP:192.0.2.7,"
		"otherName:1.3.6.1.4.1.311.20.2.3;UTF8:j@corp" };
	stage(&scene, x509_make(&recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	identity = &scene.verdict.identity;
	assert_int_equal(identity->kind, CARDEA_CERT_X509);
	assert_string_equal(identity->authority, "devices");
	assert_string_equal(identity->subject, "CN=Jörgs Laptop");
	assert_string_equal(identity->issuer, "CN=Issuing");
	assert_string_equal(identity->issuer_name, "Issuing");
	assert_string_equal(identity->serial, "0abc");
	assert_int_equal(identity->not_before_s, X509_NOW - X509_DAY);
	assert_int_equal(identity->not_after_s, X509_NOW + X509_DAY);
	assert_int_equal(identity->name_count, 4);
	assert_string_equal(identity->names[0].text, "dns:l7.example.org");
	assert_string_equal(identity->names[1].text, "email:j@example.org");
	assert_string_equal(identity->names[2].text, "ip:192.0.2.7");
	assert_string_equal(identity->names[3].text, "upn:j@corp");
	assert_int_equal(identity->purpose_count, 1);
	assert_string_equal(identity->purposes[0].text, "1.3.6.1.5.5.7.3.2");
	assert_int_equal(identity->revocation_s, 0);
	assert_int_equal(strlen(identity->fingerprint), 7 + 43);
	assert_int_equal(
	    cardea_x509_describe(&scene.leaf->der, &described, NULL),
	    CARDEA_OK);
	assert_string_equal(described.fingerprint, identity->fingerprint);
	assert_string_equal(described.authority, "");
	/* it is told of what is refused, too */
	scene.question.trust_count = 0;
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "");
	assert_string_equal(scene.verdict.identity.serial, "0abc");
}

/* S07: what would turn a line of the log around is left out. */
static void
names_that_cannot_be_shown_are_left_out(void **state)
{
	static const char *const names[] = { "a\nb", "a\x1b[2Jb",
		"a\xe2\x80\xae"
		"b",
		"a\xc2\x85"
		"b" };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct x509_recipe recipe = leaf_recipe;
		const char *c;

		recipe.name = names[i];
		stage(&scene, x509_make(&recipe, scene.middle));
		is_why(&scene, CARDEA_CERT_ACCEPTED, "");
		for (c = scene.verdict.identity.subject; *c != '\0'; c++)
			assert_true((unsigned char)*c >= 0x20 &&
			    (unsigned char)*c < 0x7f);
	}
}

static void
describe_judges_the_profile_alone(void **state)
{
	struct cardea_cert_identity identity, untouched;
	struct x509_recipe recipe = leaf_recipe;
	struct cardea_cert_bytes large;
	struct cardea_diag diag = { 0 };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	recipe.to_s = X509_NOW - 5;
	stage(&scene, x509_make(&recipe, NULL));
	assert_int_equal(
	    cardea_x509_describe(&scene.leaf->der, &identity, &diag),
	    CARDEA_OK);
	memset(&identity, 0x5a, sizeof(identity));
	untouched = identity;
	assert_int_equal(
	    cardea_x509_describe(&scene.root->der, &identity, &diag),
	    CARDEA_E_SYNTAX);
	assert_string_equal(
	    diag.reason, "the certificate is an authority's, not a device's");
	large = scene.leaf->der;
	large.len = CARDEA_CERT_MAX + 1;
	assert_int_equal(
	    cardea_x509_describe(&large, &identity, NULL), CARDEA_E_RANGE);
	assert_memory_equal(&identity, &untouched, sizeof(identity));
}

static enum cardea_status
pem_status(const char *text, size_t len, size_t max, size_t *count)
{
	const struct cardea_cert_bytes pem = { (const unsigned char *)text,
		len };
	struct cardea_cert_bytes items[8];
	unsigned char *heap = (unsigned char *)0x1;
	enum cardea_status status;

	*count = 99;
	status = cardea_x509_pem(&pem, max, items, count, &heap, NULL);
	if (status == CARDEA_OK) {
		free(heap);
	} else {
		assert_int_equal(*count, 99);
		assert_true(heap == (unsigned char *)0x1);
	}
	return status;
}

static void
pem_holds_certificates_and_nothing_else(void **state)
{
	struct scene scene;
	struct cardea_cert_bytes pem;
	char text[16384];
	size_t count, len;

	(void)state;
	stage_usual(&scene);
	pem = x509_pem_of(
	    (struct x509_party *[]){ scene.root, scene.middle }, 2);
	len = (size_t)snprintf(text, sizeof(text),
	    "Subject: the root\n%.*s\nand that was it\n", (int)pem.len,
	    (const char *)pem.data);
	assert_int_equal(pem_status(text, len, 8, &count), CARDEA_OK);
	assert_int_equal(count, 2);
	assert_int_equal(pem_status(text, len, 2, &count), CARDEA_OK);
	assert_int_equal(pem_status(text, len, 1, &count), CARDEA_E_RANGE);
	assert_int_equal(pem_status("", 0, 8, &count), CARDEA_E_SYNTAX);
	assert_int_equal(pem_status("no pem", 6, 8, &count), CARDEA_E_SYNTAX);
	/* cut in the second one */
	assert_int_equal(
	    pem_status((const char *)pem.data, pem.len - 40, 8, &count),
	    CARDEA_E_SYNTAX);
	memcpy(strstr(text, "CERTIFICATE"), "certificate", 11);
	assert_int_equal(pem_status(text, len, 8, &count), CARDEA_E_SYNTAX);
	len = (size_t)snprintf(text, sizeof(text),
	    "-----BEGIN PRIVATE KEY-----\nAAAA\n"
	    "-----END PRIVATE KEY-----\n%.*s",
	    (int)pem.len, (const char *)pem.data);
	assert_int_equal(pem_status(text, len, 8, &count), CARDEA_E_SYNTAX);
}

static int
drop(void **state)
{
	(void)state;
	x509_drop();
	return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, drop)

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
		TEST(X01_no_anchor_no_path),
		TEST(X01_a_pinned_certificate_that_signed_itself_is_refused),
		TEST(anchors_of_one_authority_never_vouch_for_another),
		TEST(a_damaged_file_of_anchors_is_trouble),
		TEST(X04_a_certificate_outside_the_profile_is_refused),
		TEST(X04_what_the_profile_allows_is_accepted),
		TEST(X04_an_empty_subject_wants_a_critical_name),
		TEST(X04_an_issuer_outside_the_profile_is_refused),
		TEST(X04_name_constraints_hold),
		TEST(X04_an_address_in_the_subject_is_constrained_too),
		TEST(X04_the_purpose_is_the_authoritys),
		TEST(X07_what_is_too_large_is_refused_unread),
		TEST(X07_every_octet_less_or_more_is_refused),
		TEST(X07_a_path_has_five_between_and_no_more),
		TEST(X08_many_paths_end_in_time),
		TEST(X08_a_thousand_name_constraints_end_in_time),
		TEST(X08_a_tree_of_policies_ends_in_time),
		TEST(X09_the_last_second_is_not_valid_any_more),
		TEST(another_path_is_found_where_one_fails),
		TEST(a_forged_signature_of_the_issuer_is_refused),
		TEST(policies_that_hold_are_told),
		TEST(an_anchors_policies_bind),
		TEST(the_name_asked_for_is_matched),
		TEST(the_identity_is_what_the_certificate_says),
		TEST(names_that_cannot_be_shown_are_left_out),
		TEST(describe_judges_the_profile_alone),
		TEST(pem_holds_certificates_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
