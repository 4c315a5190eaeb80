/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cert/sshcert_form.h"
#include "unit/sshmaker.h"
#include "unit/test.h"

#define NOW 1500

static struct sshmaker_key *ca, *other_ca, *rsa_ca, *weak_ca, *leaf, *sk;
static const unsigned char challenge[] = "a message of our own";

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
static struct scene *scene;

static int
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

static int
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

static void
trust_key(struct cardea_cert_trust *trust, const struct sshmaker_key *key)
{
	scene->trust[0] = '\0';
	sshmaker_line(&key->blob, scene->trust, sizeof(scene->trust));
	trust->trust.data = (const unsigned char *)scene->trust;
	trust->trust.len = strlen(scene->trust);
}

static int
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

static int
end_scene(void **state)
{
	(void)state;
	free(scene);
	scene = NULL;
	return 0;
}

static enum cardea_cert_why
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

static enum cardea_cert_why
judge(void)
{
	sshmaker_end(&scene->make, &scene->blob);
	return judge_blob();
}

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
	assert_int_equal(judge(), CARDEA_CERT_UNTRUSTED);
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
	scene->question.trust[0].trust.len = 0;
	assert_int_equal(judge(), CARDEA_CERT_UNTRUSTED);
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

/* --- principals ----------------------------------------------------------- */

static enum cardea_cert_why
judge_for(const char *user, const char *pattern)
{
	scene->question.user = user;
	(void)snprintf(scene->authority.principals[0],
	    sizeof(scene->authority.principals[0]), "%s", pattern);
	return judge();
}

static void
principals_are_compared_as_bytes(void **state)
{
	(void)state;
	assert_int_equal(judge_for("bob", "%u"), CARDEA_CERT_ACCEPTED);
	assert_int_equal(judge_for("carol", "%u"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for("Alice", "%u"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for("alic", "%u"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for("alicex", "%u"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for("al*", "%u"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for("", "%u"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for("carol", "alice"), CARDEA_CERT_ACCEPTED);
	assert_int_equal(judge_for("carol", "al*"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for("ali", "%uce"), CARDEA_CERT_ACCEPTED);
	assert_int_equal(judge_for("lice", "a%u"), CARDEA_CERT_ACCEPTED);
	assert_int_equal(judge_for("%u", "%u"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for("alice", ""), CARDEA_CERT_NAME);
	scene->authority.principal_count = 0;
	assert_int_equal(judge_for("alice", "%u"), CARDEA_CERT_NAME);
	scene->authority.principal_count = 2;
	assert_int_equal(judge_for("alice", "no"), CARDEA_CERT_NAME);
	memcpy(scene->authority.principals[1], "%u", 3);
	assert_int_equal(judge_for("alice", "no"), CARDEA_CERT_ACCEPTED);
}

static void
a_wild_principal_is_a_name_like_any_other(void **state)
{
	(void)state;
	scene->make.principals.len = 0;
	sshmaker_put_text(&scene->make.principals, "*");
	sshmaker_put_text(&scene->make.principals, "%u");
	sshmaker_put_text(&scene->make.principals, "?lice");
	assert_int_equal(judge(), CARDEA_CERT_NAME);
}

static void
no_principal_is_nobody(void **state)
{
	(void)state;
	assert_int_equal(judge_for(NULL, "%u"), CARDEA_CERT_ACCEPTED);
	scene->make.principals.len = 0;
	assert_int_equal(judge_for("alice", "%u"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for(NULL, "%u"), CARDEA_CERT_NAME);
	sshmaker_put_text(&scene->make.principals, "");
	assert_int_equal(judge_for("", "%u"), CARDEA_CERT_NAME);
	assert_int_equal(judge_for("alice", ""), CARDEA_CERT_NAME);
}

static void
S07_names_of_strangers_are_shown_whole_or_not_at_all(void **state)
{
	static const char *const hidden[] = { "a\tb", "a\nb", "\x1b[2J",
		"a\x7f", "\xc2\x9b",
		"\xe2\x80\xae"
		"drowssap",
		"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"\xe2\x80", "\xef\xbb\xbf" };

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		scene->make.key_id = hidden[i];
		scene->make.principals.len = 0;
		sshmaker_put_text(&scene->make.principals, hidden[i]);
		sshmaker_put_text(&scene->make.principals, "alice");
		assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
		assert_string_equal(scene->verdict.identity.subject, "");
		assert_int_equal(scene->verdict.identity.name_count, 1);
		assert_string_equal(
		    scene->verdict.identity.names[0].text, "alice");
		/* and are matched as what they are */
		assert_int_equal(
		    judge_for(hidden[i], "%u"), CARDEA_CERT_ACCEPTED);
		scene->question.user = "alice";
	}
	scene->make.key_id = "J\xc3\xb6rg's \"laptop\" %s %n;";
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_string_equal(
	    scene->verdict.identity.subject, scene->make.key_id);
}

static void
S07_a_nul_ends_no_name(void **state)
{
	(void)state;
	scene->make.principals.len = 0;
	sshmaker_put_string(&scene->make.principals, "alice\0x", 7);
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
	scene->make.principals.len = 0;
	sshmaker_put_string(&scene->make.principals, "alice\0", 6);
	assert_int_equal(judge(), CARDEA_CERT_MALFORMED);
}

/* --- critical options ----------------------------------------------------- */

static enum cardea_cert_why
judge_option(const char *name, const char *text)
{
	scene->make.critical.len = 0;
	sshmaker_put_option(&scene->make.critical, name, text);
	return judge();
}

static void
S01_a_critical_option_that_is_not_known_refuses(void **state)
{
	(void)state;
	assert_int_equal(judge_option("", NULL), CARDEA_CERT_OPTION);
	assert_int_equal(
	    judge_option("unknown@example.org", "x"), CARDEA_CERT_OPTION);
	assert_int_equal(
	    judge_option("Source-address", "0.0.0.0/0"), CARDEA_CERT_OPTION);
	assert_int_equal(judge_option("permit-pty", NULL), CARDEA_CERT_OPTION);
	/* hidden behind one that is */
	scene->make.critical.len = 0;
	sshmaker_put_option(
	    &scene->make.critical, "source-address", "192.0.2.0/24");
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	sshmaker_put_option(&scene->make.critical, "zz@example.org", NULL);
	assert_int_equal(judge(), CARDEA_CERT_OPTION);
}

static void
S01_an_extension_that_is_not_known_does_not(void **state)
{
	(void)state;
	sshmaker_put_option(
	    &scene->make.extensions, "unknown@example.org", "x");
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	/* one that is has no data */
	scene->make.extensions.len = 0;
	sshmaker_put_option(&scene->make.extensions, "permit-pty", "");
	assert_int_equal(judge(), CARDEA_CERT_OPTION);
}

static enum cardea_cert_why
judge_from(const char *source, const char *list)
{
	scene->question.source = source;
	return judge_option("source-address", list);
}

static void
S02_source_address_is_obeyed(void **state)
{
	static const struct {
		const char *source, *list;
		enum cardea_cert_why why;
	} cases[] = {
		{ "192.0.2.7", "192.0.2.0/24", CARDEA_CERT_ACCEPTED },
		{ "192.0.2.7", "10.0.0.0/8,192.0.2.7", CARDEA_CERT_ACCEPTED },
		{ "192.0.2.7", "192.0.2.7/32", CARDEA_CERT_ACCEPTED },
		{ "192.0.2.8", "192.0.2.7/32", CARDEA_CERT_SOURCE },
		{ "192.0.3.7", "192.0.2.0/24", CARDEA_CERT_SOURCE },
		{ "2001:db8::1", "2001:db8::/32", CARDEA_CERT_ACCEPTED },
		{ "2001:db9::1", "2001:db8::/32", CARDEA_CERT_SOURCE },
		{ "::ffff:192.0.2.7", "192.0.2.0/24", CARDEA_CERT_ACCEPTED },
		/* a list of the other family says nothing */
		{ "192.0.2.7", "::/0", CARDEA_CERT_SOURCE },
		{ "2001:db8::1", "0.0.0.0/0", CARDEA_CERT_SOURCE },
		{ "192.0.2.7", "0.0.0.0/0", CARDEA_CERT_ACCEPTED },
		/* who knows where from? */
		{ NULL, "0.0.0.0/0,::/0", CARDEA_CERT_SOURCE },
		{ "", "0.0.0.0/0,::/0", CARDEA_CERT_SOURCE },
		{ "host.example", "0.0.0.0/0,::/0", CARDEA_CERT_SOURCE },
		/* damaged lists, also behind an entry that fits */
		{ "192.0.2.7", "", CARDEA_CERT_OPTION },
		{ "192.0.2.7", "192.0.2.0/24,", CARDEA_CERT_OPTION },
		{ "192.0.2.7", "192.0.2.0/24,x", CARDEA_CERT_OPTION },
		{ "192.0.2.7", "192.0.2.0/24, 10.0.0.0/8", CARDEA_CERT_OPTION },
		{ "192.0.2.7", "!10.0.0.0/8", CARDEA_CERT_OPTION },
		{ "192.0.2.7", "192.0.2.7/24", CARDEA_CERT_OPTION },
		{ "192.0.2.7", "192.0.2.0/33", CARDEA_CERT_OPTION },
		{ "192.0.2.7", "192.0.2.*", CARDEA_CERT_OPTION },
		{ "192.0.2.7", "example.org", CARDEA_CERT_OPTION },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (judge_from(cases[i].source, cases[i].list) != cases[i].why)
			fail_msg("%s from %s: %s", cases[i].list,
			    cases[i].source == NULL ? "nowhere"
						    : cases[i].source,
			    cardea_cert_why_text(scene->verdict.why));
	}
	/* data that is no string in a string */
	scene->make.critical.len = 0;
	sshmaker_put_text(&scene->make.critical, "source-address");
	sshmaker_put_text(&scene->make.critical, "192.0.2.0/24");
	assert_int_equal(judge(), CARDEA_CERT_OPTION);
}

static void
S02_force_command_counts_with_sshd_alone(void **state)
{
	(void)state;
	assert_int_equal(
	    judge_option("force-command", "/bin/true"), CARDEA_CERT_OPTION);
	assert_true(scene->verdict.identity.forced);
	scene->question.proof = CARDEA_CERT_PROOF_SSHD;
	assert_int_equal(
	    judge_option("force-command", "/bin/true"), CARDEA_CERT_ACCEPTED);
	assert_true(scene->verdict.identity.forced);
	assert_int_equal(
	    judge_option("force-command", NULL), CARDEA_CERT_OPTION);
	scene->question.proof = CARDEA_CERT_PROOF_NONE;
	assert_int_equal(
	    judge_option("force-command", "/bin/true"), CARDEA_CERT_OPTION);
}

static void
S02_verify_required_wants_a_verified_person(void **state)
{
	(void)state;
	/* a plain key can verify nobody, and sshd would not mind */
	assert_int_equal(
	    judge_option("verify-required", NULL), CARDEA_CERT_OPTION);
	scene->question.proof = CARDEA_CERT_PROOF_SSHD;
	assert_int_equal(
	    judge_option("verify-required", NULL), CARDEA_CERT_OPTION);
	scene->make.key = sk;
	assert_int_equal(
	    judge_option("verify-required", NULL), CARDEA_CERT_ACCEPTED);
	assert_true(scene->verdict.identity.needs_uv);
	assert_int_equal(
	    judge_option("verify-required", "x"), CARDEA_CERT_OPTION);
	scene->question.proof = CARDEA_CERT_PROOF_SSHSIG;
	scene->signature.len = 0; /* touched, no more */
	assert_int_equal(
	    judge_option("verify-required", NULL), CARDEA_CERT_WRONG_PROOF);
	sshmaker_sign(
	    sk, NULL, 0x05, challenge, sizeof(challenge), &scene->signature);
	assert_int_equal(
	    judge_option("verify-required", NULL), CARDEA_CERT_ACCEPTED);
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

/* --- several authorities, and revocation ---------------------------------- */

static void
put_krl(
    size_t trust, struct sshmaker_bytes *krl, uint64_t serial, uint64_t date)
{
	struct cardea_cert_trust *to = &scene->question.trust[trust];
	static struct sshmaker_bytes part, list;

	sshmaker_krl(krl, date);
	part.len = list.len = 0;
	sshmaker_put_bytes(&part, &ca->blob);
	sshmaker_put_u32(&part, 0);
	sshmaker_put_u64(&list, serial);
	sshmaker_section(&part, 0x20, &list);
	sshmaker_section(krl, 1, &part);
	to->lists[to->list_count++] = sshmaker_lend(krl);
}

static void
S05_a_krl_that_is_wanted_must_be_there_and_whole(void **state)
{
	static struct sshmaker_bytes krl;
	struct cardea_cert_trust *trust = &scene->question.trust[0];

	(void)state;
	scene->authority.revocation = CARDEA_REVOCATION_BY_ANY;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	assert_int_equal(scene->verdict.result, CARDEA_RESULT_BROKEN);
	put_krl(0, &krl, 6, 1400);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_int_equal(scene->verdict.identity.revocation_s, 1400);
	/* a file that is missing, empty, cut */
	for (trust->lists[0].len = 0; trust->lists[0].len < krl.len;
	     trust->lists[0].len++) {
		/* ssh-keygen takes the header alone for a list, as it is */
		if (trust->lists[0].len == 53)
			continue;
		assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
		assert_int_equal(scene->verdict.identity.revocation_s, 0);
	}
	trust->list_count = CARDEA_AUTHORITY_LISTS_MAX + 1;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	/* the second of two */
	trust->list_count = 1;
	put_krl(0, &krl, 6, 1400);
	trust->lists[0].len = krl.len;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	trust->lists[1].len--;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
}

static void
S05_what_is_revoked_is_refused(void **state)
{
	static struct sshmaker_bytes krl, other;

	(void)state;
	scene->authority.revocation = CARDEA_REVOCATION_BY_ANY;
	put_krl(0, &krl, 7, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	assert_int_equal(scene->verdict.result, CARDEA_RESULT_REFUSED);
	/* the other list cannot be read, or knows nothing */
	put_krl(0, &other, 6, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	scene->question.trust[0].lists[1] = scene->question.trust[0].lists[0];
	scene->question.trust[0].lists[0] = sshmaker_lend(&other);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	scene->question.trust[0].lists[0].len = 0;
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	/* and none is asked where none is wanted */
	scene->authority.revocation = CARDEA_REVOCATION_BY_NONE;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_int_equal(scene->verdict.identity.revocation_s, 0);
}

static void
S05_a_krl_grows_old(void **state)
{
	static struct sshmaker_bytes krl;

	(void)state;
	scene->authority.revocation = CARDEA_REVOCATION_BY_ANY;
	put_krl(0, &krl, 6, 1400);
	scene->authority.max_age_s = 100; /* now it is 1500 */
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->authority.max_age_s = 99;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
	assert_int_equal(scene->verdict.result, CARDEA_RESULT_BROKEN);
	/* the narrower of the authority's and the rule's word */
	scene->authority.max_age_s = 0;
	scene->question.revocation_s = 99;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
	scene->authority.max_age_s = 1000;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
	scene->question.revocation_s = 1000;
	scene->authority.max_age_s = 99;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
	scene->authority.max_age_s = 100;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	/* revoked is revoked, however old the news are */
	scene->authority.max_age_s = 1;
	scene->question.trust[0].list_count = 0;
	put_krl(0, &krl, 7, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	/* from the future: some other clock */
	scene->question.trust[0].list_count = 0;
	put_krl(0, &krl, 6, NOW + 300);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->question.trust[0].list_count = 0;
	put_krl(0, &krl, 6, NOW + 301);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	/* without a date, when it came here */
	scene->question.trust[0].list_count = 0;
	put_krl(0, &krl, 6, 0);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	scene->authority.max_age_s = 100;
	scene->question.trust[0].list_times_s[0] = 1400;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->question.trust[0].list_times_s[0] = 1399;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
}

static void
S05_a_krl_is_signed_where_signers_are_named(void **state)
{
	static struct sshmaker_bytes krl;
	struct cardea_cert_trust *trust = &scene->question.trust[0];
	char signers[8192] = "";

	(void)state;
	scene->authority.revocation = CARDEA_REVOCATION_BY_ANY;
	put_krl(0, &krl, 6, 1400);
	sshmaker_line(&other_ca->blob, signers, sizeof(signers));
	trust->list_keys.data = (const unsigned char *)signers;
	trust->list_keys.len = strlen(signers);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	/* by another than who may */
	sshmaker_krl_sign(&krl, ca);
	trust->lists[0] = sshmaker_lend(&krl);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	sshmaker_krl_sign(&krl, other_ca);
	trust->lists[0] = sshmaker_lend(&krl);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	/* a setting whose file is gone is no setting that is not there */
	trust->list_keys.len = 0;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	memcpy(scene->authority.list_keys, "/etc/x", 7);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
}

static void
what_one_authority_revokes_no_other_makes_good(void **state)
{
	static struct sshmaker_bytes krl;
	struct cardea_cert_trust *second = &scene->question.trust[1];

	(void)state;
	scene->second = scene->authority;
	memcpy(scene->second.name, "second", 7);
	*second = scene->question.trust[0];
	second->authority = &scene->second;
	scene->question.trust_count = 2;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_string_equal(scene->verdict.identity.authority, "people");
	/* the first one has no such principal, the second does */
	memcpy(scene->authority.principals[0], "root", 5);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_string_equal(scene->verdict.identity.authority, "second");
	memcpy(scene->second.principals[0], "toor", 5);
	assert_int_equal(judge(), CARDEA_CERT_NAME);
	assert_string_equal(scene->verdict.identity.authority, "people");
	memcpy(scene->authority.principals[0], "%u", 3);
	memcpy(scene->second.principals[0], "%u", 3);
	scene->second.revocation = CARDEA_REVOCATION_BY_ANY;
	put_krl(1, &krl, 6, 1400);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	second->list_count = 0;
	put_krl(1, &krl, 7, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
}

/* Who is meant is one question, what is revoked another: the authority that has
 * no such principal still has the list. */
static void
S05_what_is_revoked_for_others_is_revoked(void **state)
{
	static struct sshmaker_bytes krl;
	struct cardea_cert_trust *second = &scene->question.trust[1];

	(void)state;
	scene->second = scene->authority;
	memcpy(scene->second.name, "second", 7);
	memcpy(scene->second.principals[0], "root", 5);
	scene->second.revocation = CARDEA_REVOCATION_BY_ANY;
	*second = scene->question.trust[0];
	second->authority = &scene->second;
	scene->question.trust_count = 2;
	put_krl(1, &krl, 7, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	/* its trouble is its own, and its refusal says what it is about */
	second->list_count = 0;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_string_equal(scene->verdict.identity.authority, "people");
	memcpy(scene->authority.principals[0], "toor", 5);
	assert_int_equal(judge(), CARDEA_CERT_NAME);
	scene->question.trust_count = 1;
	scene->question.trust[0] = *second;
	assert_int_equal(judge(), CARDEA_CERT_NAME);
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

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_scene, end_scene)

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
		SCENE(principals_are_compared_as_bytes),
		SCENE(a_wild_principal_is_a_name_like_any_other),
		SCENE(no_principal_is_nobody),
		SCENE(S07_names_of_strangers_are_shown_whole_or_not_at_all),
		SCENE(S07_a_nul_ends_no_name),
		SCENE(S01_a_critical_option_that_is_not_known_refuses),
		SCENE(S01_an_extension_that_is_not_known_does_not),
		SCENE(S02_source_address_is_obeyed),
		SCENE(S02_force_command_counts_with_sshd_alone),
		SCENE(S02_verify_required_wants_a_verified_person),
		SCENE(S08_a_certificate_proves_nothing_without_its_key),
		SCENE(S08_a_proof_makes_no_certificate_good),
		SCENE(a_plain_key_is_possession_and_no_more),
		SCENE(S05_a_krl_that_is_wanted_must_be_there_and_whole),
		SCENE(S05_what_is_revoked_is_refused),
		SCENE(S05_a_krl_grows_old),
		SCENE(S05_a_krl_is_signed_where_signers_are_named),
		SCENE(what_one_authority_revokes_no_other_makes_good),
		SCENE(S05_what_is_revoked_for_others_is_revoked),
		SCENE(a_blob_is_described_without_a_judgement),
	};

	return cmocka_run_group_tests_name(
	    "sshcert", tests, make_keys, free_keys);
}
