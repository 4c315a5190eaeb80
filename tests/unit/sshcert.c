/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "unit/sshcert_scene.h"

static void
a_certificate_that_holds_is_told_of(void **state)
{
	const struct cardea_cert_identity *identity = &scene->verdict.identity;

	(void)state;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_int_equal(scene->verdict.result, CARDEA_RESULT_VERIFIED);
	assert_int_equal(identity->kind, CARDEA_CERT_SSH);
	assert_string_equal(identity->authority, "people");
	assert_string_equal(identity->subject, "laptop-7 of alice");
	assert_string_equal(identity->serial, "7");
	assert_int_equal(identity->not_before_s, 1000);
	assert_int_equal(identity->not_after_s, 2000);
	assert_int_equal(identity->name_count, 2);
	assert_string_equal(identity->names[0].text, "alice");
	assert_string_equal(identity->names[1].text, "bob");
	assert_memory_equal(identity->fingerprint, "SHA256:", 7);
	assert_string_equal(identity->fingerprint, identity->ssh_fingerprint);
	assert_memory_equal(identity->issuer, "SHA256:", 7);
	assert_string_not_equal(identity->issuer, identity->fingerprint);
	assert_false(identity->security_key);
	assert_false(identity->needs_uv);
	assert_false(identity->forced);
}

static void
every_key_and_every_ca_may_be_of_every_type(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++) {
		struct sshmaker_key *key = sshmaker_key(
		    (enum cardea_sshpublic_type)i, 0);

		scene->signature.len = 0;
		scene->make.key = key;
		scene->make.ca = ca;
		trust_key(&scene->question.trust[0], ca);
		assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
		assert_int_equal(scene->verdict.identity.security_key,
		    cardea_sshpublic_is_sk(key->type));
		scene->signature.len = 0;
		scene->make.key = leaf;
		scene->make.ca = key;
		trust_key(&scene->question.trust[0], key);
		assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
		sshmaker_key_free(key);
	}
}

/* --- form ----------------------------------------------------------------- */

static void
S06_no_byte_of_a_certificate_may_be_another(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	len = scene->blob.len;
	for (size_t at = 0; at < len; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			scene->blob.data[at] ^= (unsigned char)(1u << bit);
			assert_int_not_equal(
			    judge_blob(), CARDEA_CERT_ACCEPTED);
			scene->blob.data[at] ^= (unsigned char)(1u << bit);
		}
	}
	for (scene->blob.len = 0; scene->blob.len < len; scene->blob.len++)
		assert_int_not_equal(judge_blob(), CARDEA_CERT_ACCEPTED);
	sshmaker_put_u8(&scene->blob, 0);
	assert_int_equal(judge_blob(), CARDEA_CERT_MALFORMED);
}

static void
an_option_out_of_order_or_twice_is_malformed(void **state)
{
	(void)state;
	sshmaker_put_option(&scene->make.extensions, "permit-pty", NULL);
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
	scene->make.extensions.len = 0;
	sshmaker_put_option(&scene->make.extensions, "permit-pty", NULL);
	sshmaker_put_option(&scene->make.extensions, "permit-X11", NULL);
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
	scene->make.extensions.len = 0;
	sshmaker_put_option(&scene->make.extensions, "permit-X11", NULL);
	sshmaker_put_option(&scene->make.extensions, "permit-pty", NULL);
	sshmaker_put_option(&scene->make.extensions, "permit-pty2", NULL);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	sshmaker_put_text(&scene->make.extensions, "z");
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
	scene->make.extensions.len = 0;
	sshmaker_put_option(
	    &scene->make.critical, "source-address", "192.0.2.0/24");
	sshmaker_put_option(
	    &scene->make.critical, "source-address", "0.0.0.0/0");
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
}

static void
reserved_bytes_are_none(void **state)
{
	(void)state;
	sshmaker_put_u8(&scene->make.reserved, 0);
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
}

static void
a_certificate_signs_no_certificate(void **state)
{
	struct sshmaker_cert above;
	struct sshmaker_bytes *nested = calloc(1, sizeof(*nested));

	(void)state;
	assert_non_null(nested);
	sshmaker_begin(&above, other_ca, ca);
	sshmaker_end(&above, nested);
	scene->make.ca = other_ca;
	scene->make.ca_blob = nested;
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
	/* nor does it when the authority's file holds it */
	scene->trust[0] = '\0';
	sshmaker_line(nested, scene->trust, sizeof(scene->trust));
	scene->question.trust[0].trust.len = strlen(scene->trust);
	scene->make.ca_blob = NULL;
	assert_int_equal(judge(), CARDEA_CERT_FAILED);
	free(nested);
}

static void
other_kinds_are_no_certificates(void **state)
{
	(void)state;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->question.kind = CARDEA_CERT_SSH_KEY;
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
	scene->question.kind = CARDEA_CERT_SSH;
	scene->blob = leaf->blob;
	assert_int_equal(judge_blob(), CARDEA_CERT_MALFORMED);
	scene->blob.len = 0;
	sshmaker_put_text(&scene->blob, "ssh-dss-cert-v01@openssh.com");
	assert_int_equal(judge_blob(), CARDEA_CERT_PROFILE);
	/* not at rest: PROTOCOL.certkeys has it for the wire alone */
	scene->blob.len = 0;
	sshmaker_put_text(&scene->blob, "rsa-sha2-512-cert-v01@openssh.com");
	assert_int_equal(judge_blob(), CARDEA_CERT_PROFILE);
	scene->question.kind = CARDEA_CERT_X509;
	assert_int_equal(judge(), CARDEA_CERT_FAILED);
	assert_int_equal(scene->verdict.result, CARDEA_RESULT_BROKEN);
}

static void
what_is_too_large_is_refused_as_such(void **state)
{
	unsigned char *bytes = calloc(1, CARDEA_CERT_MAX + 1);

	(void)state;
	assert_non_null(bytes);
	scene->question.leaf.data = bytes;
	scene->question.leaf.len = CARDEA_CERT_MAX + 1;
	cardea_sshcert_judge(&scene->question, &scene->verdict);
	assert_int_equal(scene->verdict.why, CARDEA_CERT_TOO_LARGE);
	free(bytes);
	scene->make.principals.len = 0;
	for (size_t i = 0; i < CARDEA_SSHCERT_PRINCIPALS_MAX - 1; i++)
		sshmaker_put_text(&scene->make.principals, "x");
	sshmaker_put_text(&scene->make.principals, "alice");
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_int_equal(
	    scene->verdict.identity.name_count, CARDEA_CERT_NAMES_MAX);
	sshmaker_put_text(&scene->make.principals, "x");
	assert_int_equal(judge(), CARDEA_CERT_TOO_LARGE);
}

/* --- who vouches ---------------------------------------------------------- */

static void
a_ca_that_nobody_named_vouches_for_nobody(void **state)
{
	(void)state;
	scene->make.ca = other_ca;
	assert_int_equal(judge(), CARDEA_CERT_UNTRUSTED);
	assert_string_equal(scene->verdict.identity.authority, "");
	/* that it says to be another one helps nobody */
	scene->make.ca_blob = &ca->blob;
	assert_int_equal(judge(), CARDEA_CERT_BAD_SIGNATURE);
	scene->make.ca_blob = NULL;
	scene->make.ca = ca;
	scene->question.trust_count = 0;
	assert_int_equal(judge(), CARDEA_CERT_UNTRUSTED);
	scene->question.trust_count = 1;
	scene->authority.kind = CARDEA_AUTHORITY_X509;
	assert_int_equal(judge(), CARDEA_CERT_UNTRUSTED);
	scene->authority.kind = CARDEA_AUTHORITY_SSH;
	/* as one that is being written */
	scene->question.trust[0].trust.len = 0;
	assert_int_equal(judge(), CARDEA_CERT_FAILED);
}

static void
a_line_that_cannot_be_read_spoils_its_file(void **state)
{
	char text[8192] = "# people\n\nssh-dss AAAAB3NzaC1kc3M=\n";
	size_t len = strlen(text);

	(void)state;
	scene->question.trust[0].trust.data = (const unsigned char *)text;
	sshmaker_line(&other_ca->blob, text, sizeof(text));
	sshmaker_line(&ca->blob, text, sizeof(text));
	scene->question.trust[0].trust.len = strlen(text);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	/* without the end of its last line, too */
	scene->question.trust[0].trust.len = strlen(text) - 1;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	text[len - 3] = '!';
	assert_int_equal(judge(), CARDEA_CERT_FAILED);
	assert_int_equal(scene->verdict.result, CARDEA_RESULT_BROKEN);
	assert_non_null(strstr(scene->verdict.detail, "line 3"));
	text[len - 3] = '\0';
	assert_int_equal(judge(), CARDEA_CERT_FAILED);
}

static void
S03_a_hosts_certificate_is_no_users(void **state)
{
	(void)state;
	scene->make.type = 2;
	assert_int_equal(judge(), CARDEA_CERT_PURPOSE);
	scene->make.type = 0;
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
	scene->make.type = 3;
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
}

static void
S03_valid_from_and_until_to_the_second(void **state)
{
	static const struct {
		int64_t time_s;
		enum cardea_cert_why why;
	} moments[] = { { 999, CARDEA_CERT_NOT_YET },
		{ 1000, CARDEA_CERT_ACCEPTED }, { 1999, CARDEA_CERT_ACCEPTED },
		{ 2000, CARDEA_CERT_EXPIRED }, { 2001, CARDEA_CERT_EXPIRED },
		{ 0, CARDEA_CERT_NOT_YET }, { -1, CARDEA_CERT_NOT_YET },
		{ INT64_MIN, CARDEA_CERT_NOT_YET },
		{ INT64_MAX, CARDEA_CERT_EXPIRED } };

	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		scene->question.time_s = moments[i].time_s;
		assert_int_equal(judge(), moments[i].why);
	}
	scene->make.after = 0;
	scene->make.before = UINT64_MAX; /* for ever */
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_int_equal(scene->verdict.identity.not_after_s, INT64_MAX);
	scene->question.time_s = -1;
	assert_int_equal(judge(), CARDEA_CERT_NOT_YET);
	scene->question.time_s = NOW;
	scene->make.after = UINT64_MAX - 1; /* no number below zero */
	assert_int_equal(judge(), CARDEA_CERT_NOT_YET);
	scene->make.after = 1800; /* ends before it begins */
	scene->make.before = 1200;
	for (int64_t at = 1100; at < 2000; at += 100) {
		scene->question.time_s = at;
		assert_int_not_equal(judge(), CARDEA_CERT_ACCEPTED);
	}
}

/* Of a session that is judged again. */
static void
S03_what_was_valid_when_it_was_shown_may_have_ended(void **state)
{
	(void)state;
	scene->question.time_s = INT64_MAX;
	scene->question.shown_s = NOW;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->question.shown_s = INT64_MAX;
	assert_int_equal(judge(), CARDEA_CERT_EXPIRED);
	scene->question.shown_s = -1;
	assert_int_equal(judge(), CARDEA_CERT_NOT_YET);
	scene->question.shown_s = 0;
	assert_int_equal(judge(), CARDEA_CERT_EXPIRED);
}

static void
S04_sha1_and_weak_keys_are_refused(void **state)
{
	(void)state;
	trust_key(&scene->question.trust[0], rsa_ca);
	scene->make.ca = rsa_ca;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->make.ca_algorithm = "rsa-sha2-256";
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->make.ca_algorithm = "ssh-rsa";
	assert_int_equal(judge(), CARDEA_CERT_WEAK);
	scene->make.ca_algorithm = NULL;
	trust_key(&scene->question.trust[0], weak_ca);
	scene->make.ca = weak_ca;
	assert_int_equal(judge(), CARDEA_CERT_WEAK);
	trust_key(&scene->question.trust[0], ca);
	scene->make.ca = ca;
	scene->make.key = weak_ca;
	scene->signature.len = 0;
	assert_int_equal(judge(), CARDEA_CERT_WEAK);
}

/* --- possession ----------------------------------------------------------- */

static void
S08_a_certificate_proves_nothing_without_its_key(void **state)
{
	(void)state;
	scene->question.proof = CARDEA_CERT_PROOF_NONE;
	assert_int_equal(judge(), CARDEA_CERT_NO_PROOF);
	scene->question.proof = CARDEA_CERT_PROOF_SIGNATURE;
	sshmaker_sign(
	    leaf, NULL, 1, challenge, sizeof(challenge), &scene->signature);
	assert_int_equal(judge(), CARDEA_CERT_WRONG_PROOF);
	scene->question.proof = (enum cardea_cert_proof)99;
	assert_int_equal(judge(), CARDEA_CERT_NO_PROOF);

	scene->question.proof = CARDEA_CERT_PROOF_SSHSIG;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->question.message.len--;
	assert_int_equal(judge(), CARDEA_CERT_WRONG_PROOF);
	scene->question.message.len = 0;
	assert_int_equal(judge(), CARDEA_CERT_NO_PROOF);
	scene->question.message.len = sizeof(challenge);
	sshmaker_sign(
	    other_ca, NULL, 1, challenge, sizeof(challenge), &scene->signature);
	assert_int_equal(judge(), CARDEA_CERT_WRONG_PROOF);
	/* the CA's own key is not the certificate's */
	sshmaker_sign(
	    ca, NULL, 1, challenge, sizeof(challenge), &scene->signature);
	assert_int_equal(judge(), CARDEA_CERT_WRONG_PROOF);
}

static void
S08_a_proof_makes_no_certificate_good(void **state)
{
	static const enum cardea_cert_proof proofs[] = { CARDEA_CERT_PROOF_SSHD,
		CARDEA_CERT_PROOF_OFFLINE, CARDEA_CERT_PROOF_SSHSIG };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		scene->question.proof = proofs[i];
		scene->question.time_s = NOW;
		assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
		scene->question.time_s = 3000;
		assert_int_equal(judge(), CARDEA_CERT_EXPIRED);
	}
}

static void
a_plain_key_is_possession_and_no_more(void **state)
{
	(void)state;
	scene->question.kind = CARDEA_CERT_SSH_KEY;
	scene->blob = leaf->blob;
	assert_int_equal(judge_blob(), CARDEA_CERT_ACCEPTED);
	assert_string_equal(scene->verdict.identity.authority, "");
	assert_int_equal(scene->verdict.identity.kind, CARDEA_CERT_SSH_KEY);
	assert_int_equal(scene->verdict.identity.name_count, 0);
	assert_int_equal(scene->verdict.identity.not_after_s, INT64_MAX);
	scene->question.proof = CARDEA_CERT_PROOF_NONE;
	assert_int_equal(judge_blob(), CARDEA_CERT_NO_PROOF);
	scene->question.proof = CARDEA_CERT_PROOF_SIGNATURE;
	assert_int_equal(judge_blob(), CARDEA_CERT_WRONG_PROOF);
	scene->question.proof = CARDEA_CERT_PROOF_SSHD;
	assert_int_equal(judge_blob(), CARDEA_CERT_ACCEPTED);
	scene->blob = weak_ca->blob;
	assert_int_equal(judge_blob(), CARDEA_CERT_WEAK);
	scene->blob.len--;
	assert_int_equal(judge_blob(), CARDEA_CERT_MALFORMED);
}

static void
a_blob_is_described_without_a_judgement(void **state)
{
	struct cardea_cert_identity identity = { .kind = CARDEA_CERT_X509 };
	struct cardea_diag diag = { 0 };
	struct cardea_cert_bytes lent;

	(void)state;
	scene->make.type = 2;
	sshmaker_end(&scene->make, &scene->blob);
	lent = sshmaker_lend(&scene->blob);
	assert_int_equal(
	    cardea_sshcert_describe(&lent, &identity, &diag), CARDEA_OK);
	assert_string_equal(identity.subject, "laptop-7 of alice");
	identity.kind = CARDEA_CERT_X509;
	lent.len--;
	assert_int_equal(
	    cardea_sshcert_describe(&lent, &identity, &diag), CARDEA_E_SYNTAX);
	assert_int_equal(identity.kind, CARDEA_CERT_X509);
	lent.len = CARDEA_CERT_MAX + 1;
	assert_int_equal(
	    cardea_sshcert_describe(&lent, &identity, NULL), CARDEA_E_RANGE);
	lent = (struct cardea_cert_bytes){
		(const unsigned char *)"\0\0\0\7ssh-dss", 11
	};
	assert_int_equal(
	    cardea_sshcert_describe(&lent, &identity, NULL), CARDEA_E_MISSING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(a_certificate_that_holds_is_told_of),
		SCENE(every_key_and_every_ca_may_be_of_every_type),
		SCENE(S06_no_byte_of_a_certificate_may_be_another),
		SCENE(an_option_out_of_order_or_twice_is_malformed),
		SCENE(reserved_bytes_are_none),
		SCENE(a_certificate_signs_no_certificate),
		SCENE(other_kinds_are_no_certificates),
		SCENE(what_is_too_large_is_refused_as_such),
		SCENE(a_ca_that_nobody_named_vouches_for_nobody),
		SCENE(a_line_that_cannot_be_read_spoils_its_file),
		SCENE(S03_a_hosts_certificate_is_no_users),
		SCENE(S03_valid_from_and_until_to_the_second),
		SCENE(S03_what_was_valid_when_it_was_shown_may_have_ended),
		SCENE(S04_sha1_and_weak_keys_are_refused),
		SCENE(S08_a_certificate_proves_nothing_without_its_key),
		SCENE(S08_a_proof_makes_no_certificate_good),
		SCENE(a_plain_key_is_possession_and_no_more),
		SCENE(a_blob_is_described_without_a_judgement),
	};

	return cmocka_run_group_tests_name(
	    "sshcert", tests, make_keys, free_keys);
}
