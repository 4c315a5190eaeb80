/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/sshcert_scene.h"

/* For whom a certificate is, from where and for what. */

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name(
	    "sshcert", tests, make_keys, free_keys);
}
