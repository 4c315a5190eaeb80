/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include <cardea/limits.h>

#include "module/harness.h"

#define BEGUN "take\nverdict 13d78c2e\n"
#define OBSERVED "take\nverdict 2c68f391\n"
#define PERMIT "verdict 788f2535"
#define ID "0123456789abcdef0123456789abcdef"
#define OTHER_ID "fedcba9876543210fedcba9876543210"

/* What each line makes of each outcome: the whole table, both ways. */
static const struct {
	unsigned int outcome;
	int context, factor, decide;
} table[] = {
	{ 0, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
	/* verified */
	{ 0x31a6c95b, PAM_AUTHINFO_UNAVAIL, PAM_SUCCESS, PAM_AUTHINFO_UNAVAIL },
	/* not needed */
	{ 0x0d5932f6, PAM_AUTHINFO_UNAVAIL, HARNESS_IGNORED,
	    PAM_AUTHINFO_UNAVAIL },
	/* begun */
	{ 0x13d78c2e, PAM_SUCCESS, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
	/* observed */
	{ 0x2c68f391, HARNESS_IGNORED, HARNESS_IGNORED, HARNESS_IGNORED },
	/* refused, denied, exhausted */
	{ 0x4a93d41c, PAM_AUTH_ERR, PAM_AUTH_ERR, PAM_AUTH_ERR },
	{ 0x56e40b63, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_PERM_DENIED },
	{ 0x65b87ac8, PAM_MAXTRIES, PAM_MAXTRIES, PAM_MAXTRIES },
	/* permitted */
	{ 0x788f2535, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_SUCCESS },
	/* no outcome at all, and one bit off */
	{ 1, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
	{ 0x788f2534, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL,
	    PAM_AUTHINFO_UNAVAIL },
	{ 0xffffffff, PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL,
	    PAM_AUTHINFO_UNAVAIL },
};

static void
judge(const char *phase, const char *line, unsigned int outcome, int expected)
{
	char script[256];
	int code;

	(void)snprintf(script, sizeof(script), "%stake\nverdict %x\n",
	    strcmp(line, "@context") == 0 ? ""
		: outcome == 0x2c68f391	  ? OBSERVED
					  : BEGUN,
	    outcome);
	harness_stack_of(phase, line);
	harness_script(1, script);
	code = harness_run(phase, 0);
	if (code != expected)
		print_error("%s %s: outcome %x\n", phase, line, outcome);
	assert_int_equal(code, expected);
	assert_true(harness_is_over());
}

static void
V02_V18_V26_every_outcome_has_its_one_code(void **state)
{
	static const char *const phases[] = { "auth", "account", "session" };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (size_t phase = 0; phase < 3; phase++) {
			judge(phases[phase], "@context", table[i].outcome,
			    table[i].context);
			judge(phases[phase], "@decide", table[i].outcome,
			    table[i].decide);
			if (phase == 2)
				continue;
			judge(phases[phase], "@totp", table[i].outcome,
			    table[i].factor);
			judge(phases[phase], "@fido2", table[i].outcome,
			    table[i].factor);
			judge(phases[phase], "@device", table[i].outcome,
			    table[i].factor);
		}
}

static void
V03_a_stack_in_which_all_is_ignored_denies(void **state)
{
	(void)state;
	harness_stack("auth required @context\nauth required @totp\n"
		      "auth required @decide\n");
	harness_script(1, OBSERVED OBSERVED OBSERVED);
	assert_int_equal(harness_run("auth", 0), PAM_PERM_DENIED);
	harness_stack("auth [success=ok default=die] @totp\n"
		      "auth required pam_permit.so\n");
	harness_script(1, BEGUN "take\nverdict 0d5932f6\n");
	assert_int_not_equal(harness_run("auth", 0), PAM_SUCCESS);
	(void)harness_log(NULL);
}

static void
V03_looking_on_is_broken_in_a_phase_that_began_in_earnest(void **state)
{
	static const char *const lines[] = { "@totp", "@fido2", "@device",
		"@decide" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		harness_stack_of("auth", lines[i]);
		harness_script(1, BEGUN OBSERVED);
		assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
		assert_int_equal(harness_log(NULL), 1);
	}
}

static void
the_whole_stack_permits_when_all_is_well(void **state)
{
	static const struct harness_answer code = { .kind = ANSWER_TEXT,
		.text = "123456" };

	(void)state;
	harness_stack("auth [success=ok ignore=ignore default=die] @context\n"
		      "auth [success=ok ignore=ignore default=die] @totp\n"
		      "auth [success=ok ignore=ignore default=die] @decide\n");
	harness_script(1,
	    BEGUN "take\nask Code: \ntake\nverdict 31a6c95b\n"
		  "take\n" PERMIT " " ID "\n");
	harness_answers(&code, 1);
	(void)harness_heard();
	assert_int_equal(harness_run("auth", 0), PAM_SUCCESS);
	assert_non_null(strstr(harness_heard(),
	    "\n3 2 0 5 alice\n4 1 0 6 123456\n5 0 0 5 alice\n"));
	assert_int_equal(harness_log(NULL), 0);
	assert_true(harness_is_over());
}

static void
V21_a_refusal_asks_for_the_delay_that_the_verifier_named(void **state)
{
	(void)state;
	harness_stack_of("auth", "@context");
	harness_script(1, "take\nverdict 4a93d41c - 400\n");
	assert_int_equal(harness_run("auth", 0), PAM_AUTH_ERR);
	/* libpam adds or takes off up to a quarter or so */
	assert_in_range(harness_delay(), 200000, 600000);
	harness_script(1, "take\nverdict 4a93d41c\n");
	assert_int_equal(harness_run("auth", 0), PAM_AUTH_ERR);
	assert_int_equal(harness_delay(), 0);
	/* beyond the ceiling it is malformed */
	harness_script(1, "take\nverdict 4a93d41c - 5001\n");
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(harness_log(NULL), 1);
}

static void
V04_trouble_with_the_verifier_denies_with_one_line(void **state)
{
	static const char *const scripts[] = {
		"crash\n",
		"take\ncrash\n",
		"garbage 1\n",
		"take\ngarbage 1\n",
		"take\ngarbage 20\n",
		"take\ngarbage 512\n",
		"take\ngarbage 24576\n",
		"take\ngarbage 24577\n",
		"take\ngarbage 100000\n",
		"",
		/* out of turn and beyond the vocabulary */
		BEGUN "take\nverdict 12345678\n",
		/* ids that do not belong into an environment */
		"take\nverdict 13d78c2e A=B\n",
		"take\nverdict 13d78c2e xyz\n",
		/* one digit too many */
		"take\nverdict 13d78c2e - 0 9\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		const char *text;

		harness_stack_of("auth", "@totp");
		harness_script(1, scripts[i]);
		assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
		assert_int_equal(harness_log(&text), 1);
		assert_non_null(strstr(text, "<83>cardea["));
		assert_non_null(strstr(text, "event=error"));
		assert_non_null(strstr(text, "service=door phase=auth"));
		assert_non_null(strstr(text, "reason=broken"));
		assert_null(strstr(text, "alice"));
	}
}

static void
V04_a_crash_at_any_message_denies(void **state)
{
	static const char *const steps[] = { "take\n", "verdict 13d78c2e\n",
		"take\n", "tell Wait\n", "ask Code: \n", "take\n",
		"ask Again: \n", "take\n", "verdict 31a6c95b\n", "take\n" };
	static const struct harness_answer codes[2] = {
		{ .kind = ANSWER_TEXT, .text = "123456" },
		{ .kind = ANSWER_TEXT, .text = "654321" },
	};

	(void)state;
	harness_stack("auth [success=ok ignore=ignore default=die] @totp\n"
		      "auth [success=ok ignore=ignore default=die] @decide\n");
	for (size_t alive = 0; alive <= sizeof(steps) / sizeof(steps[0]);
	     alive++) {
		char script[512] = "";

		for (size_t i = 0; i < alive; i++)
			(void)strncat(script, steps[i],
			    sizeof(script) - strlen(script) - 1);
		(void)strncat(
		    script, "crash\n", sizeof(script) - strlen(script) - 1);
		harness_script(1, script);
		harness_answers(codes, 2);
		assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
		assert_int_equal(harness_log(NULL), 1);
	}
}

static void
V04_V05_a_verifier_that_hangs_denies_in_time(void **state)
{
	struct timespec start, end;

	(void)state;
	harness_stack_of("auth", "@context");
	harness_script(1, "take\nhang\n");
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	assert_in_range(
	    end.tv_sec - start.tv_sec, 0, CARDEA_REPLY_TIMEOUT_MS / 1000 + 1);
	assert_int_equal(harness_log(NULL), 1);
}

/* One deadline a phase, and no yes of a verifier that has not seen it all. */
static void
V04_V05_a_verifier_that_is_lost_is_not_followed_by_another(void **state)
{
	(void)state;
	harness_stack("auth [success=ok ignore=ignore default=die] @context\n"
		      "auth required @totp\n"
		      "auth [success=ok default=die] @decide\n");
	harness_script(1, BEGUN "take\ncrash\n");
	harness_script(2, BEGUN "take\n" PERMIT " " ID "\n");
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(harness_log(NULL), 1);
	assert_false(harness_is_over());

	harness_stack("auth required @totp\nauth required @decide\n");
	harness_script(1, BEGUN "take\ncrash\n");
	harness_script(2, BEGUN "take\n" PERMIT " " ID "\n");
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(harness_log(NULL), 1);
	assert_false(harness_is_over());
}

static void
a_verifier_that_never_comes_to_an_end_denies(void **state)
{
	char script[4096] = BEGUN "take\n";

	(void)state;
	for (int i = 0; i < 65; i++)
		(void)strncat(
		    script, "tell More\n", sizeof(script) - strlen(script) - 1);
	(void)strncat(
	    script, "verdict 31a6c95b\n", sizeof(script) - strlen(script) - 1);
	harness_stack_of("auth", "@totp");
	harness_script(1, script);
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(harness_log(NULL), 1);
}

static void
V02_an_unknown_argument_refuses_with_one_line(void **state)
{
	static const struct {
		const char *phase, *line;
	} rows[] = {
		{ "auth", "@fido2 device=/dev/hidraw0" },
		{ "auth", "@device split=authtok" },
		{ "account", "@device after=password" },
		{ "auth", "@device key=/etc/key.pem" },
		{ "auth", "@fido2 split=authtok" },
		{ "account", "@fido2 after=password" },
		{ "auth", "@totp debug" },
		{ "auth", "@totp nullok" },
		{ "auth", "@totp after=totp" },
		{ "auth", "@totp after=password after=password" },
		{ "auth", "@totp split=authtok" },
		{ "auth", "@context after=password" },
		{ "account", "@context split=authtok" },
		{ "account", "@totp after=password" },
		{ "auth", "@decide defer=session" },
		{ "session", "@decide defer=session" },
		{ "account", "@decide defer=" },
		{ "account", "@decide Defer=session" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		harness_stack_of(rows[i].phase, rows[i].line);
		assert_int_equal(harness_run(rows[i].phase, 0), PAM_SYSTEM_ERR);
		assert_int_equal(harness_log(NULL), 1);
	}
	harness_stack_of("auth", "@totp nullok");
	assert_int_equal(harness_run("setcred", 0), PAM_SYSTEM_ERR);
}

static void
setcred_succeeds_where_auth_would_not_have_failed(void **state)
{
	static const char *const lines[] = { "@context split=authtok",
		"@totp after=password", "@decide after=password" };
	char stack[256];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(
		    stack, sizeof(stack), "auth required %s\n", lines[i]);
		harness_stack(stack);
		assert_int_equal(harness_run("setcred", 0), PAM_SUCCESS);
		assert_int_equal(
		    harness_run("setcred", PAM_DELETE_CRED), PAM_SUCCESS);
		assert_string_equal(harness_said(), "");
		assert_int_equal(harness_log(NULL), 0);
	}
}

static void
the_gate_leaves_an_id_and_account_and_session_resume_it(void **state)
{
	pam_handle_t *pamh;
	const char *text;

	(void)state;
	harness_stack("auth required @decide\naccount required @decide\n"
		      "session required @decide\n");
	(void)harness_heard();
	harness_script(1, BEGUN "take\n" PERMIT " " ID "\n");
	harness_script(2, BEGUN "take\n" PERMIT " " OTHER_ID "\n");
	harness_script(3, BEGUN "take\n" PERMIT " " ID "\n");
	harness_script(4, BEGUN "take\n" PERMIT "\n");
	pamh = harness_start("alice");
	assert_int_equal(harness_call(pamh, "auth", 0), PAM_SUCCESS);
	assert_string_equal(pam_getenv(pamh, "CARDEA_TXN"), ID);
	assert_null(strstr(harness_heard(), ID));

	assert_int_equal(harness_call(pamh, "account", 0), PAM_SUCCESS);
	assert_string_equal(pam_getenv(pamh, "CARDEA_TXN"), OTHER_ID);
	text = harness_heard();
	assert_ptr_equal(strstr(text, "1 2 "), text);
	assert_non_null(strstr(text, ID));

	assert_int_equal(harness_call(pamh, "session", 0), PAM_SUCCESS);
	assert_null(pam_getenv(pamh, "CARDEA_TXN"));
	text = harness_heard();
	assert_ptr_equal(strstr(text, "1 3 "), text);
	assert_non_null(strstr(text, OTHER_ID));

	assert_int_equal(harness_call(pamh, "close", 0), PAM_SUCCESS);
	text = harness_heard();
	assert_non_null(strstr(text, ID));
	assert_non_null(strstr(text, "\n5 0 8 5 alice\n"));
	assert_int_equal(harness_call(pamh, "close", 0), PAM_SUCCESS);
	assert_string_equal(harness_heard(), "");
	harness_end(pamh, PAM_SUCCESS);
	assert_true(harness_is_over());
}

static void
the_id_crosses_to_another_process_by_the_pam_environment(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	harness_stack("session required @decide\n");
	harness_script(1, BEGUN "take\n" PERMIT "\n");
	(void)harness_heard();
	pamh = harness_start("alice");
	assert_int_equal(pam_putenv(pamh, "CARDEA_TXN=" ID), PAM_SUCCESS);
	assert_int_equal(harness_call(pamh, "session", 0), PAM_SUCCESS);
	assert_non_null(strstr(harness_heard(), ID));
	assert_null(pam_getenv(pamh, "CARDEA_TXN"));
	harness_end(pamh, PAM_SUCCESS);
}

static void
a_new_attempt_drops_what_the_last_one_left(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	harness_stack("auth required @context\nauth required @decide\n"
		      "account required @decide\n");
	harness_script(1, BEGUN "take\n" PERMIT " " ID "\n");
	harness_script(2, BEGUN "take\nverdict 56e40b63\n");
	harness_script(3, BEGUN "take\nverdict 56e40b63\n");
	pamh = harness_start("alice");
	assert_int_equal(harness_call(pamh, "auth", 0), PAM_SUCCESS);
	(void)harness_heard();
	assert_int_equal(harness_call(pamh, "auth", 0), PAM_PERM_DENIED);
	assert_null(pam_getenv(pamh, "CARDEA_TXN"));
	assert_int_equal(harness_call(pamh, "account", 0), PAM_PERM_DENIED);
	assert_null(strstr(harness_heard(), ID));
	harness_end(pamh, PAM_PERM_DENIED);
	assert_true(harness_is_over());
}

static void
closing_never_fails(void **state)
{
	static const char *const scripts[] = { "crash\n",
		BEGUN "take\nverdict 56e40b63 - 3000\n", "take\nverdict 0\n" };

	(void)state;
	harness_stack("session required @context\nsession required @decide\n");
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		pam_handle_t *pamh;

		harness_script(1, BEGUN "take\n" PERMIT " " ID "\n");
		harness_script(2, scripts[i]);
		pamh = harness_start("alice");
		assert_int_equal(harness_call(pamh, "session", 0), PAM_SUCCESS);
		assert_int_equal(harness_call(pamh, "close", 0), PAM_SUCCESS);
		assert_int_equal(harness_delay(), 0);
		harness_end(pamh, PAM_SUCCESS);
		assert_true(harness_is_over());
	}
	(void)harness_log(NULL);
}

static void
the_update_of_a_password_repeats_what_its_preliminary_pass_said(void **state)
{
	(void)state;
	harness_stack("password required @context\npassword required @totp\n"
		      "password required @decide\n");
	harness_script(1, BEGUN "take\nverdict 31a6c95b\ntake\n" PERMIT "\n");
	(void)harness_heard();
	assert_int_equal(harness_run("password", 0), PAM_SUCCESS);
	assert_int_equal(strncmp(harness_heard(), "1 4 ", 4), 0);
	harness_script(
	    1, BEGUN "take\nverdict 31a6c95b\ntake\nverdict 56e40b63\n");
	assert_int_equal(harness_run("password", 0), PAM_PERM_DENIED);
	assert_true(harness_is_over());
	assert_int_equal(harness_log(NULL), 0);

	/* a stack that does not care what we say: no yes in the update */
	harness_stack("password optional @decide\n");
	harness_script(1, "crash\n");
	assert_int_not_equal(harness_run("password", 0), PAM_SUCCESS);
	(void)harness_log(NULL);
}

static void
defer_and_after_reach_the_verifier_from_where_they_may_stand(void **state)
{
	(void)state;
	harness_stack("account required @decide defer=session\n");
	harness_script(1, BEGUN "take\n" PERMIT "\n");
	(void)harness_heard();
	assert_int_equal(harness_run("account", 0), PAM_SUCCESS);
	assert_non_null(strstr(harness_heard(), "\n5 0 4 5 alice\n"));
	/* nobody typed a password: after=password is not believed */
	harness_stack("auth required @decide after=password\n");
	harness_script(1, BEGUN "take\n" PERMIT "\n");
	assert_int_equal(harness_run("auth", 0), PAM_SUCCESS);
	assert_non_null(strstr(harness_heard(), "\n5 0 0 5 alice\n"));
}

/* cut_module: so many bytes of a module.  Cut further on, the loader itself may
 * end its host: packages put a module in place by rename alone. */
static void
cut_module(const char *path, size_t len)
{
	static unsigned char bytes[1 << 20];
	char whole[4096];
	FILE *from, *to;
	size_t found;

	(void)snprintf(whole, sizeof(whole),
	    "%s/modules/.libs/pam_cardea_decide.so", getenv("BUILDDIR"));
	from = fopen(whole, "re");
	to = fopen(path, "we");
	assert_non_null(from);
	assert_non_null(to);
	found = fread(bytes, 1, sizeof(bytes), from);
	assert_true(found > len && found < sizeof(bytes));
	assert_int_equal(fwrite(bytes, 1, len, to), len);
	assert_int_equal(fclose(to), 0);
	(void)fclose(from);
}

static void
all_calls_fail(void)
{
	static const char *const calls[] = { "auth", "account", "session" };

	for (size_t i = 0; i < 3; i++) {
		assert_int_not_equal(harness_run(calls[i], 0), PAM_SUCCESS);
		(void)harness_log(NULL); /* libpam's own lines; few fit */
	}
}

static void
V10_a_module_that_is_missing_or_cut_denies(void **state)
{
	static const size_t lengths[] = { 0, 1, 63, 64 };

	(void)state;
	(void)harness_is_over();
	harness_stack(
	    "auth [success=ok ignore=ignore default=die] /run/cut.so\n"
	    "auth required pam_permit.so\n"
	    "account [success=ok default=die] /run/cut.so\n"
	    "account required pam_permit.so\n"
	    "session required /run/cut.so\n"
	    "session required pam_permit.so\n");
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		cut_module("/run/cut.so", lengths[i]);
		all_calls_fail();
	}
	assert_int_equal(remove("/run/cut.so"), 0);
	all_calls_fail();
}

static void
P05_the_hosts_own_log_keeps_its_name_and_facility(void **state)
{
	const char *text = NULL;

	(void)state;
	/* so named that the harness takes its lines for ours */
	openlog("host>cardea[", 0, LOG_LOCAL3);
	harness_stack_of("auth", "@context");
	harness_script(1, "crash\n");
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(harness_log(&text), 1);
	assert_ptr_equal(strstr(text, "<83>cardea["), text); /* authpriv.err */
	syslog(LOG_INFO, "still here");
	assert_int_equal(harness_log(&text), 1);
	assert_ptr_equal(strstr(text, "<158>"), text); /* local3.info */
	assert_non_null(strstr(text, " host>cardea[: still here"));
	closelog();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(V02_V18_V26_every_outcome_has_its_one_code),
		cmocka_unit_test(V03_a_stack_in_which_all_is_ignored_denies),
		cmocka_unit_test(
		    V03_looking_on_is_broken_in_a_phase_that_began_in_earnest),
		cmocka_unit_test(the_whole_stack_permits_when_all_is_well),
		cmocka_unit_test(
		    V21_a_refusal_asks_for_the_delay_that_the_verifier_named),
		cmocka_unit_test(
		    V04_trouble_with_the_verifier_denies_with_one_line),
		cmocka_unit_test(V04_a_crash_at_any_message_denies),
		cmocka_unit_test(V04_V05_a_verifier_that_hangs_denies_in_time),
		cmocka_unit_test(
		    V04_V05_a_verifier_that_is_lost_is_not_followed_by_another),
		cmocka_unit_test(a_verifier_that_never_comes_to_an_end_denies),
		cmocka_unit_test(V02_an_unknown_argument_refuses_with_one_line),
		cmocka_unit_test(
		    setcred_succeeds_where_auth_would_not_have_failed),
		cmocka_unit_test(
		    the_gate_leaves_an_id_and_account_and_session_resume_it),
		cmocka_unit_test(
		    the_id_crosses_to_another_process_by_the_pam_environment),
		cmocka_unit_test(a_new_attempt_drops_what_the_last_one_left),
		cmocka_unit_test(closing_never_fails),
		cmocka_unit_test(
		    the_update_of_a_password_repeats_what_its_preliminary_pass_said),
		cmocka_unit_test(
		    defer_and_after_reach_the_verifier_from_where_they_may_stand),
		cmocka_unit_test(V10_a_module_that_is_missing_or_cut_denies),
		cmocka_unit_test(
		    P05_the_hosts_own_log_keeps_its_name_and_facility),
	};

	return harness_main(tests, sizeof(tests) / sizeof(tests[0]));
}
