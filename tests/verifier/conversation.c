/* SPDX-License-Identifier: BSD-2-Clause */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/test.h"
#include "verifier/world.h"

#define PROVED CARDEA_FLAG_PASSWORD_PROVED
#define TEXT CARDEA_ANSWER_TEXT

/* From BEGIN to the gate, in auth, with the right password. */
static enum cardea_outcome
log_in(const char *user, const char *code, char resume[CARDEA_TXN_MAX + 1])
{
	struct talk talk = talk_start();
	enum cardea_outcome outcome;

	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", user, "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	(void)talk_verify(&talk, user, PROVED, TEXT, code);
	outcome = talk_decide(&talk, user, 0);
	if (resume != NULL)
		memcpy(resume, talk.resume, CARDEA_TXN_MAX + 1);
	assert_int_equal(talk_end(&talk), 0);
	return outcome;
}

static enum cardea_outcome
pass(enum cardea_phase phase, const char *user, char resume[CARDEA_TXN_MAX + 1])
{
	struct talk talk = talk_start();
	enum cardea_outcome outcome;

	talk_begin(&talk, phase, "sshd", user, resume);
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	outcome = talk_decide(&talk, user, 0);
	memcpy(resume, talk.resume, CARDEA_TXN_MAX + 1);
	assert_int_equal(talk_end(&talk), 0);
	return outcome;
}

static void
V21_a_password_and_a_code_open_the_gate_and_the_log_says_so(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_verify(&talk, "alice", PROVED, TEXT, world_code('a', 0)),
	    CARDEA_OUTCOME_VERIFIED);
	assert_int_equal(
	    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_PERMITTED);
	assert_int_equal(strlen(talk.resume), CARDEA_TXN_MAX);
	assert_int_equal(talk.fail_delay_ms, 0);
	assert_int_equal(talk_end(&talk), 0);

	assert_int_equal(world_log_count(""), 3);
	assert_int_equal(world_log_count("factor=password result=verified"), 1);
	assert_int_equal(world_log_count("factor=totp result=verified"), 1);
	assert_int_equal(
	    world_log_count("rule=all decision=permit reason=requirement-met"),
	    1);
	assert_int_equal(world_log_severity("decision=permit"), 6);
	assert_int_equal(world_log_count(" user=alice service=sshd phase=auth "
					 "rhost=192.0.2.7 tty=ssh "),
	    3);
}

/* How long a person types is no work of ours, and no business of the log. */
static void
the_time_that_is_told_is_not_the_persons(void **state)
{
	const char *took;
	struct talk talk;

	(void)state;
	world_reset();
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	(void)poll(NULL, 0, 1000); /* a password is typed */
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_REFUSED);
	talk_end(&talk);
	took = strstr(world_log_line("event=decision"), "took_ms=");
	assert_non_null(took);
	assert_in_range(strtol(took + 8, NULL, 10), 0, 999);
}

static void
R01_a_code_is_good_once(void **state)
{
	char code[CARDEA_CODE_DIGITS_MAX + 1];

	(void)state;
	world_reset();
	(void)snprintf(code, sizeof(code), "%s", world_code('a', 0));
	assert_int_equal(log_in("alice", code, NULL), CARDEA_OUTCOME_PERMITTED);
	world_log_clear();
	assert_int_equal(log_in("alice", code, NULL), CARDEA_OUTCOME_REFUSED);
	assert_int_equal(world_log_count("factor=totp result=refused"), 1);
	assert_int_equal(
	    world_log_count("decision=deny reason=factor-refused"), 1);
	assert_int_equal(world_log_severity("decision=deny"), 5);
}

static void
account_and_session_resume_what_auth_left(void **state)
{
	char resume[CARDEA_TXN_MAX + 1], used[CARDEA_TXN_MAX + 1];

	(void)state;
	world_reset();
	assert_int_equal(log_in("alice", world_code('a', 0), resume),
	    CARDEA_OUTCOME_PERMITTED);
	memcpy(used, resume, sizeof(used));
	assert_int_equal(pass(CARDEA_PHASE_ACCOUNT, "alice", resume),
	    CARDEA_OUTCOME_PERMITTED);
	assert_string_not_equal(resume, used);
	assert_int_equal(pass(CARDEA_PHASE_SESSION, "alice", resume),
	    CARDEA_OUTCOME_PERMITTED);
	/* of the session's record, by which it is closed */
	assert_int_equal(strlen(resume), CARDEA_TXN_MAX);
	assert_int_equal(world_log_count("decision=permit"), 3);
}

static void
I04_an_id_serves_once_and_only_whom_it_was_left_for(void **state)
{
	char resume[CARDEA_TXN_MAX + 1], used[CARDEA_TXN_MAX + 1];

	(void)state;
	world_reset();
	assert_int_equal(log_in("alice", world_code('a', 0), resume),
	    CARDEA_OUTCOME_PERMITTED);
	memcpy(used, resume, sizeof(used));
	assert_int_equal(
	    pass(CARDEA_PHASE_ACCOUNT, "bob", resume), CARDEA_OUTCOME_DENIED);
	memcpy(resume, used, sizeof(used));
	(void)pass(CARDEA_PHASE_ACCOUNT, "alice", resume);
	memcpy(resume, used, sizeof(used));
	assert_int_equal(
	    pass(CARDEA_PHASE_ACCOUNT, "alice", resume), CARDEA_OUTCOME_DENIED);
	(void)snprintf(
	    resume, sizeof(resume), "00000000000000000000000000000000");
	assert_int_equal(
	    pass(CARDEA_PHASE_ACCOUNT, "alice", resume), CARDEA_OUTCOME_DENIED);
}

static void
V22_a_policy_that_changed_between_two_phases_denies(void **state)
{
	char resume[CARDEA_TXN_MAX + 1];

	(void)state;
	world_reset();
	assert_int_equal(log_in("alice", world_code('a', 0), resume),
	    CARDEA_OUTCOME_PERMITTED);
	world_policy("totp_window = 2;", WORLD_PASSWORD_AND_CODE);
	assert_int_equal(
	    pass(CARDEA_PHASE_ACCOUNT, "alice", resume), CARDEA_OUTCOME_DENIED);
	assert_int_equal(world_log_count("decision=deny reason=changed"), 1);
}

static void
V18_a_code_without_its_password_is_neither_judged_nor_spent(void **state)
{
	char code[CARDEA_CODE_DIGITS_MAX + 1];
	struct talk talk;

	(void)state;
	world_reset();
	(void)snprintf(code, sizeof(code), "%s", world_code('a', 0));
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_verify(&talk, "alice", 0, TEXT, code), CARDEA_OUTCOME_REFUSED);
	assert_int_equal(
	    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_DENIED);
	talk_end(&talk);
	assert_int_equal(log_in("alice", code, NULL), CARDEA_OUTCOME_PERMITTED);
}

static void
V16_a_user_without_a_token_is_denied(void **state)
{
	(void)state;
	world_reset();
	assert_int_equal(log_in("bob", "000000", NULL), CARDEA_OUTCOME_DENIED);
	assert_int_equal(world_log_count("result=absent"), 1);
	assert_int_equal(world_log_count("reason=factor-absent"), 1);
}

static void
I05_two_names_of_one_uid_share_nothing(void **state)
{
	(void)state;
	world_reset();
	world_policy(NULL,
	    "rules = ( { name = \"all\"; require = \"password + totp\"; } );");
	assert_int_equal(
	    log_in("twin", world_code('a', 0), NULL), CARDEA_OUTCOME_DENIED);
	assert_int_equal(log_in("alice", world_code('a', 0), NULL),
	    CARDEA_OUTCOME_PERMITTED);
}

static void
I03_a_user_that_changes_within_a_phase_is_denied(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_verify(&talk, "alice", PROVED, TEXT, world_code('a', 0)),
	    CARDEA_OUTCOME_VERIFIED);
	assert_int_equal(talk_decide(&talk, "bob", 0), CARDEA_OUTCOME_DENIED);
	assert_string_equal(talk.resume, "");
	talk_end(&talk);
	assert_int_equal(world_log_count("decision=deny reason=changed"), 1);

	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	talk_send(
	    &talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP, PROVED, "root");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_DENIED);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_REFUSED);
	talk_end(&talk);
}

static void
a_locked_user_is_asked_like_all_and_denied_in_every_phase(void **state)
{
	char resume[CARDEA_TXN_MAX + 1];
	struct talk talk;

	(void)state;
	world_reset();
	assert_int_equal(log_in("alice", world_code('a', 0), resume),
	    CARDEA_OUTCOME_PERMITTED);
	world_lock("alice");
	assert_int_equal(
	    pass(CARDEA_PHASE_ACCOUNT, "alice", resume), CARDEA_OUTCOME_DENIED);
	assert_int_equal(world_log_count("decision=deny reason=locked"), 1);
	assert_int_equal(world_log_severity("reason=locked"), 4);

	world_log_clear();
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_verify(&talk, "alice", PROVED, TEXT, world_code('a', 1)),
	    CARDEA_OUTCOME_REFUSED);
	assert_int_equal(talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_DENIED);
	talk_end(&talk);
	assert_int_equal(world_log_count("reason=\"user locked\""), 1);

	/* the store still takes the code once the lock is gone: not spent */
	resume[0] = '\0';
	assert_int_equal(
	    pass(CARDEA_PHASE_SESSION, "alice", resume), CARDEA_OUTCOME_DENIED);
}

static void
a_session_is_recorded_and_its_end_changes_nothing_R12(void **state)
{
	char resume[CARDEA_TXN_MAX + 1];
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(NULL,
	    "rules = ( { name = \"all\"; require = \"password + totp\";"
	    " session = \"10h\"; } );");
	assert_int_equal(log_in("alice", world_code('a', 0), resume),
	    CARDEA_OUTCOME_PERMITTED);
	assert_int_equal(pass(CARDEA_PHASE_SESSION, "alice", resume),
	    CARDEA_OUTCOME_PERMITTED);
	assert_int_equal(strlen(resume), CARDEA_TXN_MAX);
	world_log_clear();
	for (int i = 0; i < 2; i++) {
		talk = talk_start();
		talk_begin(
		    &talk, CARDEA_PHASE_SESSION, "sshd", "alice", resume);
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
		assert_int_equal(
		    talk_decide(&talk, "alice", CARDEA_FLAG_CLOSE_SESSION),
		    CARDEA_OUTCOME_PERMITTED);
		assert_string_equal(talk.resume, "");
		talk_end(&talk);
	}
	assert_int_equal(world_log_count(""), 0);
	assert_int_equal(
	    pass(CARDEA_PHASE_SESSION, "alice", resume), CARDEA_OUTCOME_DENIED);
}

static void
V20_what_ssh_shows_counts_only_from_sshd(void **state)
{
	struct cardea_begin begin = { .service = "sshd",
		.user = "alice",
		.rhost = "192.0.2.7",
		.sshauth = "publickey ssh-ed25519 "
			   "AAAAC3NzaC1lZDI1NTE5AAAAIAol8Uy79OarUrfkS4T8lOQQw3"
			   "F6vYmtquLZVPGYTwED\n" };
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(
	    NULL, "rules = ( { name = \"all\"; require = \"sshkey\"; } );");
	talk = talk_start();
	talk_begin_as(&talk, CARDEA_PHASE_SESSION, &begin);
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_DENIED);
	talk_end(&talk);
	assert_int_equal(world_log_count("factor=sshkey"), 0);
	assert_int_equal(
	    world_log_count("reason=factor-missing missing=sshkey"), 1);

	/* nor is a denial in account left to session for anybody else */
	begin.sshauth[0] = '\0';
	world_file(
	    "/etc/pam.d/sshd", "session required pam_cardea_decide.so\n");
	talk = talk_start();
	talk_begin_as(&talk, CARDEA_PHASE_ACCOUNT, &begin);
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(talk_decide(&talk, "alice", CARDEA_FLAG_DEFER_SESSION),
	    CARDEA_OUTCOME_DENIED);
	talk_end(&talk);
}

static void
looking_on_enforces_nothing_and_tells_what_it_would(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(
	    "observe = { until = \"2199-01-01\"; };", WORLD_PASSWORD_AND_CODE);
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "carol", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_OBSERVED);
	talk_send(
	    &talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP, PROVED, "carol");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_OBSERVED);
	assert_int_equal(
	    talk_decide(&talk, "carol", PROVED), CARDEA_OUTCOME_OBSERVED);
	talk_end(&talk);
	assert_int_equal(world_log_count("observe=would-deny"), 1);
	assert_int_equal(world_log_count("decision="), 0);

	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_OBSERVED);
	assert_int_equal(
	    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_OBSERVED);
	talk_end(&talk);
	assert_int_equal(world_log_count("observe=would-ask"), 1);
}

static void
a_rule_that_looks_on_is_told_and_the_next_one_decides(void **state)
{
	(void)state;
	world_reset();
	world_policy(NULL,
	    "rules = ( { name = \"soon\"; require = \"fido2\";"
	    " mode = \"observe\"; observe_until = \"2199-01-01\"; },"
	    " { name = \"all\"; require = \"password + totp\"; } );");
	assert_int_equal(log_in("alice", world_code('a', 0), NULL),
	    CARDEA_OUTCOME_PERMITTED);
	assert_int_equal(world_log_count("event=observe"), 1);
	assert_int_equal(world_log_count("rule=soon observe=would-ask"), 1);
	assert_int_equal(world_log_count("rule=all decision=permit"), 1);
}

static void
an_alert_is_a_line_of_its_own(void **state)
{
	(void)state;
	world_reset();
	world_policy(NULL,
	    "rules = ( { name = \"glass\"; require = \"password + totp\";"
	    " alert = true; } );");
	assert_int_equal(log_in("alice", world_code('a', 0), NULL),
	    CARDEA_OUTCOME_PERMITTED);
	assert_int_equal(world_log_count("event=alert"), 1);
	assert_int_equal(world_log_severity("event=alert"), 4);
}

static void
R03_too_many_tries_are_not_judged_any_more(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	world_policy("tries = 2; user_tries = 2;", WORLD_PASSWORD_AND_CODE);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    log_in("alice", "000000", NULL), CARDEA_OUTCOME_REFUSED);
	world_log_clear();
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_verify(&talk, "alice", PROVED, TEXT, world_code('a', 0)),
	    CARDEA_OUTCOME_EXHAUSTED);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_EXHAUSTED);
	talk_end(&talk);
	assert_int_equal(world_log_count("decision=deny reason=locked"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    V21_a_password_and_a_code_open_the_gate_and_the_log_says_so),
		cmocka_unit_test(the_time_that_is_told_is_not_the_persons),
		cmocka_unit_test(R01_a_code_is_good_once),
		cmocka_unit_test(account_and_session_resume_what_auth_left),
		cmocka_unit_test(
		    I04_an_id_serves_once_and_only_whom_it_was_left_for),
		cmocka_unit_test(
		    V22_a_policy_that_changed_between_two_phases_denies),
		cmocka_unit_test(
		    V18_a_code_without_its_password_is_neither_judged_nor_spent),
		cmocka_unit_test(V16_a_user_without_a_token_is_denied),
		cmocka_unit_test(I05_two_names_of_one_uid_share_nothing),
		cmocka_unit_test(
		    I03_a_user_that_changes_within_a_phase_is_denied),
		cmocka_unit_test(
		    a_locked_user_is_asked_like_all_and_denied_in_every_phase),
		cmocka_unit_test(
		    a_session_is_recorded_and_its_end_changes_nothing_R12),
		cmocka_unit_test(V20_what_ssh_shows_counts_only_from_sshd),
		cmocka_unit_test(
		    looking_on_enforces_nothing_and_tells_what_it_would),
		cmocka_unit_test(
		    a_rule_that_looks_on_is_told_and_the_next_one_decides),
		cmocka_unit_test(an_alert_is_a_line_of_its_own),
		cmocka_unit_test(R03_too_many_tries_are_not_judged_any_more),
	};
	const char *why = world_enter();

	if (why != NULL) {
		printf("1..0 # SKIP %s\n", why);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
