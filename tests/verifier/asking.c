/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/test.h"
#include "verifier/world.h"

/* What is asked, and what a no tells. */

#define PROVED CARDEA_FLAG_PASSWORD_PROVED
#define TEXT CARDEA_ANSWER_TEXT

/* Everybody is asked the same, and every no before anything was shown is the
 * same no; the log tells them apart. */
static void
P17_every_no_looks_the_same_until_something_is_verified(void **state)
{
	static const struct {
		const char *user;
		uint32_t flags;
		enum cardea_answer answer;
		const char *text;
		const char *log;
	} cases[] = {
		{ "alice", 0, TEXT, "000000", "reason=\"no password\"" },
		{ "alice", 0, TEXT, "right", "reason=\"no password\"" },
		{ "bob", 0, TEXT, "000000", "reason=\"no password\"" },
		{ "carol", 0, TEXT, "000000", "reason=\"not helpful\"" },
		{ "nobody-here", 0, TEXT, "000000", "reason=\"unknown user\"" },
		{ "twin", 0, TEXT, "right", "reason=\"not helpful\"" },
		{ "alice", 0, CARDEA_ANSWER_NONE, "", "result=absent" },
		{ "alice", 0, CARDEA_ANSWER_PASSWORD, "", "result=absent" },
		{ "alice", 0, CARDEA_ANSWER_TOO_LONG, "", "result=absent" },
		{ "alice", 0, TEXT, "", "result=absent" },
		{ "alice", 0, TEXT, "12345", "result=absent" },
		{ "alice", 0, TEXT, "123456789", "result=absent" },
		{ "alice", 0, TEXT, " 123456", "result=absent" },
		{ "alice", 0, TEXT, "12345\xb9", "result=absent" },
		{ "alice", 0, TEXT, "\b\n\r\177INCORRECT", "result=absent" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = cases[i].text;
		struct talk talk;

		world_reset();
		if (strcmp(text, "right") == 0)
			text = world_code('a', 0);
		talk = talk_start();
		talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", cases[i].user, "");
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
		assert_int_equal(talk_verify(&talk, cases[i].user,
				     cases[i].flags, cases[i].answer, text),
		    CARDEA_OUTCOME_REFUSED);
		assert_int_equal(talk.fail_delay_ms, 2000);
		assert_int_equal(talk_decide(&talk, cases[i].user, 0),
		    CARDEA_OUTCOME_REFUSED);
		assert_int_equal(talk.fail_delay_ms, 2000);
		assert_string_equal(talk.resume, "");
		assert_int_equal(talk_end(&talk), 0);
		assert_int_equal(world_log_count(cases[i].log), 1);
		assert_int_equal(world_log_count("event=verification"), 1);
		assert_int_equal(world_log_count("decision=deny"), 1);
		assert_int_equal(world_log_count("permit"), 0);
		assert_int_equal(world_log_count("INCORRECT"), 0);
	}
}

/* What the line asks, if it does, and what it says to an empty answer. */
static bool
asks(struct talk *talk, enum cardea_factor factor, uint32_t flags,
    enum cardea_outcome *ret_outcome)
{
	bool asked = false;

	talk_send(talk, CARDEA_MESSAGE_VERIFY, factor, flags, "bob");
	while (talk_next(talk) != CARDEA_MESSAGE_VERDICT) {
		assert_int_not_equal(talk->message.kind, CARDEA_MESSAGE_NONE);
		if (talk->message.kind != CARDEA_MESSAGE_ASK)
			continue;
		asked = true;
		talk_send(talk, CARDEA_MESSAGE_ANSWER, TEXT, 0, "");
	}
	*ret_outcome = (enum cardea_outcome)talk->message.code;
	return asked;
}

/* bob has no key, so with the right password he is refused as well. */
struct told {
	bool asked_key, asked_code;
	enum cardea_outcome key, code;
};

static struct told
hear_bob(const char *rule, uint32_t flags)
{
	char rules[512];
	struct told told;
	struct talk talk;

	(void)snprintf(rules, sizeof(rules),
	    "rules = ( { name = \"a\"; when = { user = \"alice\"; };"
	    " require = \"password + totp\"; },"
	    "{ name = \"b\"; when = { user = \"bob\"; }; %s; },"
	    "{ name = \"c\"; require = \"fido2\"; } );",
	    rule);
	world_policy(NULL, rules);
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "bob", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	told.asked_key = asks(&talk, CARDEA_FACTOR_FIDO2, flags, &told.key);
	told.asked_code = asks(&talk, CARDEA_FACTOR_TOTP, flags, &told.code);
	talk_end(&talk);
	return told;
}

/* Whatever the rules of other people ask. */
static void
P17_a_no_does_not_tell_that_the_password_was_right(void **state)
{
	static const struct {
		const char *rule;
		bool asks_code;
	} rules[] = {
		{ "require = \"password + fido2\"", false },
		{ "require = \"password + totp\"", true },
		{ "require = \"password + fido2 + totp\"", true },
		{ "require = \"password + (fido2 | totp)\"", true },
		{ "require = \"fido2 | password + totp\"", true },
	};
	struct told wrong, right;

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		world_reset();
		wrong = hear_bob(rules[i].rule, 0);
		right = hear_bob(rules[i].rule, PROVED);
		assert_int_equal(wrong.asked_key, right.asked_key);
		assert_int_equal(wrong.key, right.key);
		assert_int_equal(wrong.asked_code, rules[i].asks_code);
		assert_int_equal(right.asked_code, rules[i].asks_code);
		assert_int_equal(wrong.code, right.code);
	}
	/* somebody whom the rules refuse looks like somebody else */
	world_reset();
	wrong = hear_bob("deny = \"no\"", 0);
	right = hear_bob("deny = \"no\"", PROVED);
	assert_int_equal(wrong.asked_key, right.asked_key);
	assert_int_equal(wrong.asked_code, right.asked_code);
	assert_int_equal(wrong.key, right.key);
	assert_int_equal(wrong.code, right.code);
}

static void
the_stashed_code_serves_once_in_place_of_a_prompt(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	talk_send(&talk, CARDEA_MESSAGE_STASH, 0, 0, world_code('a', 0));
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	talk_send(
	    &talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP, PROVED, "alice");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_VERIFIED);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_PERMITTED);
	talk_end(&talk);

	/* and is not asked for again when it was wrong */
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	talk_send(&talk, CARDEA_MESSAGE_STASH, 0, 0, "000000");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	for (int i = 0; i < 2; i++) {
		talk_send(&talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP,
		    PROVED, "alice");
		assert_int_not_equal(
		    talk_outcome(&talk), CARDEA_OUTCOME_VERIFIED);
	}
	talk_end(&talk);
}

static void
a_stack_that_ends_at_our_no_is_told_as_a_denial(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(talk_verify(&talk, "alice", PROVED, TEXT, "000000"),
	    CARDEA_OUTCOME_REFUSED);
	assert_int_equal(talk_end(&talk), 0);
	assert_int_equal(
	    world_log_count("decision=deny reason=factor-refused"), 1);

	/* one that ends before anything of ours said no is not ours to tell */
	world_log_clear();
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(talk_end(&talk), 0);
	assert_int_equal(world_log_count(""), 0);
}

static void
a_rule_of_places_denies_early_and_of_people_late(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(NULL,
	    "zones = { bad = { networks = [ \"192.0.2.0/24\" ]; }; };"
	    "rules = ( { name = \"place\"; when = { zone = \"bad\"; };"
	    " deny = \"not from there\"; },"
	    " { name = \"all\"; require = \"password + totp\"; } );");
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_next(&talk), CARDEA_MESSAGE_TELL);
	assert_string_equal(talk.text, "not from there");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_DENIED);
	talk_send(&talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP, 0, "alice");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_DENIED);
	assert_int_equal(
	    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_DENIED);
	talk_end(&talk);
	assert_int_equal(world_log_count("event=decision"), 1);
	assert_int_equal(
	    world_log_count("rule=place decision=deny reason=denied-by-rule"),
	    1);

	world_policy(NULL,
	    "rules = ( { name = \"person\"; when = { user = \"alice\"; };"
	    " deny = \"not you\"; },"
	    " { name = \"all\"; require = \"password + totp\"; } );");
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_verify(&talk, "alice", 0, TEXT, world_code('a', 0)),
	    CARDEA_OUTCOME_REFUSED);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_REFUSED);
	talk_end(&talk);
}

static void
nobody_is_asked_where_nothing_is_required(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(NULL,
	    "rules = ( { name = \"root-descends\"; when = { caller = \"root\";"
	    " service = [ \"su\", \"sudo\" ]; }; require = \"none\";"
	    " reason = \"x\"; },"
	    " { name = \"all\"; require = \"password + totp\"; } );");
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "su", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	talk_send(&talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP, 0, "alice");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_NOT_NEEDED);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_PERMITTED);
	talk_end(&talk);

	/* the same words of a person who is not root */
	world_caller(1002);
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "su", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_verify(&talk, "alice", PROVED, TEXT, world_code('a', 0)),
	    CARDEA_OUTCOME_VERIFIED);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_PERMITTED);
	talk_end(&talk);
	world_caller(0);
	assert_int_equal(world_log_count("rule=root-descends"), 1);
	assert_int_equal(world_log_count("rule=all"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    P17_every_no_looks_the_same_until_something_is_verified),
		cmocka_unit_test(
		    P17_a_no_does_not_tell_that_the_password_was_right),
		cmocka_unit_test(
		    the_stashed_code_serves_once_in_place_of_a_prompt),
		cmocka_unit_test(
		    a_stack_that_ends_at_our_no_is_told_as_a_denial),
		cmocka_unit_test(
		    a_rule_of_places_denies_early_and_of_people_late),
		cmocka_unit_test(nobody_is_asked_where_nothing_is_required),
	};
	const char *why = world_enter();

	if (why != NULL) {
		printf("1..0 # SKIP %s\n", why);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
