/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"
#include "module/harness.h"

#define BEGUN "take\nverdict 13d78c2e\n"
#define SPLIT(digits) "take\nverdict 13d78c2e - 0 " digits "\n"
#define ABSENT "verdict 56e40b63\n" /* what follows from nobody answering */
#define VERIFIED "verdict 31a6c95b\n"

#define KIND_NONE "\n4 0 0 0 \n"
#define KIND_PASSWORD "\n4 2 0 0 \n"
#define KIND_TOO_LONG "\n4 3 0 0 \n"

/* ask_once: one prompt of the totp line, one answer; what was heard of it. */
static const char *
ask_once(const struct harness_answer *answer, int flags)
{
	harness_stack_of("auth", "@totp");
	harness_script(1, BEGUN "take\nask Code: \ntake\n" ABSENT);
	harness_answers(answer, 1);
	(void)harness_heard();
	assert_int_equal(harness_run("auth", flags), PAM_PERM_DENIED);
	assert_true(harness_is_over());
	assert_int_equal(harness_log(NULL), 0);
	return harness_heard();
}

static void
I10_I11_P12_answers_of_every_length_arrive_whole_or_not_at_all(void **state)
{
	static const size_t whole[] = { 0, 1, 6, 510, 511 };
	static const size_t beyond[] = { 512, 513, 1023, 65536, 1048576 };

	(void)state;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		const struct harness_answer answer = { .kind = ANSWER_LONG,
			.len = whole[i] };
		char text[512], expected[640];

		memset(text, 'x', sizeof(text));
		(void)snprintf(expected, sizeof(expected), "\n4 1 0 %zu %.*s\n",
		    whole[i], (int)whole[i], text);
		assert_non_null(strstr(ask_once(&answer, 0), expected));
	}
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
		const struct harness_answer answer = { .kind = ANSWER_LONG,
			.len = beyond[i] };
		const char *heard = ask_once(&answer, 0);

		assert_non_null(strstr(heard, KIND_TOO_LONG));
		assert_null(strstr(heard, "xx"));
	}
}

static void
V15_no_answer_is_told_as_none(void **state)
{
	static const enum harness_answer_kind kinds[] = { ANSWER_NULL,
		ANSWER_NOTHING, ANSWER_FAILURE, ANSWER_ERROR };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct harness_answer answer = { .kind = kinds[i] };

		assert_non_null(strstr(ask_once(&answer, 0), KIND_NONE));
	}
}

static void
V14_an_error_at_any_prompt_is_none_and_the_verdict_stands(void **state)
{
	static const struct harness_answer fine = { .kind = ANSWER_TEXT,
		.text = "000000" };
	static const struct harness_answer error = { .kind = ANSWER_ERROR };

	(void)state;
	harness_stack("auth [success=ok ignore=ignore default=die] @totp\n"
		      "auth [success=ok ignore=ignore default=die] @decide\n");
	for (size_t bad = 0; bad < 3; bad++) {
		struct harness_answer answers[3] = { fine, fine, fine };
		const char *heard;

		answers[bad] = error;
		harness_script(1,
		    BEGUN "take\nask 1: \ntake\nask 2: \ntake\nask 3: \n"
			  "take\n" ABSENT);
		harness_answers(answers, 3);
		(void)harness_heard();
		assert_int_equal(harness_run("auth", 0), PAM_PERM_DENIED);
		heard = harness_heard();
		assert_non_null(strstr(heard, KIND_NONE));
		assert_non_null(strstr(heard, "\n4 1 0 6 000000\n"));
	}
}

/* What the person types below; written so that the text itself stands nowhere
 * in this program. */
static const char hidden[] = { -'N', -'e', -'e', -'d', -'l', -'e', -'-', -'7',
	-'3', -'9', -'1', -'8', -'4', -'-', -'h', -'a', -'y' };

static bool
holds_hidden(const unsigned char *bytes, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		at = bytes[i] == (unsigned char)-hidden[at] ? at + 1 : 0;
		if (at == sizeof(hidden))
			return true;
	}
	return false;
}

/* Every writable page of this process: heap, stacks, data of libraries. */
static bool
memory_holds_hidden(void)
{
	static unsigned char page[4096 + sizeof(hidden)];
	FILE *maps = fopen("/proc/self/maps", "re");
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	char line[512];
	bool found = false;

	assert_non_null(maps);
	assert_true(memory >= 0);
	while (!found && fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from, to;
		char read, write;

		assert_int_equal(
		    sscanf(line, "%lx-%lx %c%c", &from, &to, &read, &write), 4);
		/* so large only the sanitizers' own are */
		if (write != 'w' || to - from > 1ul << 28)
			continue;
		for (unsigned long at = from; at < to; at += 4096) {
			ssize_t len = pread(
			    memory, page, sizeof(page), (off_t)at);

			found |= len > 0 && holds_hidden(page, (size_t)len);
		}
	}
	CARDEA_WIPE(page);
	(void)close(memory);
	(void)fclose(maps);
	return found;
}

static void
P13_nothing_of_an_answer_stays_in_the_memory_of_the_host(void **state)
{
	static const struct harness_answer answer = {
		.kind = ANSWER_HIDDEN, .text = hidden, .len = sizeof(hidden)
	};
	char *copy = malloc(sizeof(hidden));
	pam_handle_t *pamh;

	(void)state;
	assert_non_null(copy);
	for (size_t i = 0; i < sizeof(hidden); i++)
		copy[i] = (char)-hidden[i];
	assert_true(memory_holds_hidden()); /* it would be found */
	cardea_wipe(copy, sizeof(hidden));
	free(copy);
	assert_false(memory_holds_hidden());

	harness_stack_of("auth", "@totp");
	harness_script(1, BEGUN "take\nask Code: \ntake\n" VERIFIED);
	pamh = harness_start("alice");
	harness_answers(&answer, 1);
	assert_int_equal(harness_call(pamh, "auth", 0), PAM_SUCCESS);
	assert_false(memory_holds_hidden());
	harness_end(pamh, PAM_SUCCESS);
	assert_false(memory_holds_hidden());
	assert_non_null(strstr(harness_heard(), "739184"));
}

/* What sshd's PAM child does: no environment, and no pam_end. */
static void
log_in_and_leave(void)
{
	static const struct harness_answer answer = {
		.kind = ANSWER_HIDDEN, .text = hidden, .len = sizeof(hidden)
	};

	if (clearenv() != 0)
		_exit(1);
	harness_stack("auth required @context\nauth required @totp\n");
	harness_script(1, BEGUN "take\nask Code: \ntake\n" VERIFIED "hang\n");
	harness_answers(&answer, 1);
	if (harness_call(harness_start("alice"), "auth", 0) != PAM_SUCCESS)
		_exit(2);
	_exit(memory_holds_hidden() ? 3 : 0);
}

static void
P11_a_host_that_just_leaves_leaves_nothing_behind(void **state)
{
	int status = -1;
	pid_t host;

	(void)state;
	(void)harness_heard();
	/* the verifier becomes ours when its host has gone */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	host = fork();
	assert_true(host >= 0);
	if (host == 0)
		log_in_and_leave();
	assert_int_equal(waitpid(host, &status, 0), host);
	assert_int_equal(status, 0);
	(void)alarm(20);
	assert_true(waitpid(-1, &status, (int)__WALL) > 0);
	(void)alarm(0);
	assert_int_equal(status, 0);
	assert_int_equal(waitpid(-1, &status, (int)__WALL), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
	assert_non_null(strstr(harness_heard(), "739184"));
	assert_int_equal(harness_log(NULL), 0);
}

static void
I12_junk_answers_travel_as_they_are_and_are_never_shown_or_logged(void **state)
{
	static const struct harness_answer junk = { .kind = ANSWER_TEXT,
		.text = "\b\n\r\177INCORRECT" };

	(void)state;
	assert_non_null(strstr(
	    ask_once(&junk, 0), "\n4 1 0 13 \\x08\\x0a\\x0d\\x7fINCORRECT\n"));
	assert_null(strstr(harness_said(), "INCORRECT"));
}

static void
prompts_and_messages_keep_their_style(void **state)
{
	static const struct harness_answer codes[2] = {
		{ .kind = ANSWER_TEXT, .text = "1" },
		{ .kind = ANSWER_TEXT, .text = "2" },
	};

	(void)state;
	harness_stack_of("auth", "@totp");
	harness_script(1,
	    BEGUN "take\ntell Wait.\ncourtesy Hello.\nerror Oh.\n"
		  "ask Hidden: \ntake\necho Shown: \ntake\n" VERIFIED);
	harness_answers(codes, 2);
	assert_int_equal(harness_run("auth", 0), PAM_SUCCESS);
	assert_string_equal(harness_said(),
	    "4 Wait.\n4 Hello.\n3 Oh.\n1 Hidden: \n2 Shown: \n");
}

static void
silent_drops_courtesies_and_nothing_else(void **state)
{
	static const struct harness_answer code = { .kind = ANSWER_TEXT,
		.text = "1" };

	(void)state;
	harness_stack_of("auth", "@totp");
	harness_script(1,
	    BEGUN
	    "take\ntell Touch.\ncourtesy Hello.\nask Code: \ntake\n" VERIFIED);
	harness_answers(&code, 1);
	(void)harness_heard();
	assert_int_equal(harness_run("auth", PAM_SILENT), PAM_SUCCESS);
	assert_string_equal(harness_said(), "4 Touch.\n1 Code: \n");
	assert_int_equal(strncmp(harness_heard(), "1 1 1 ", 6), 0);
}

/* with_authtok: the context line gets the password, totp asks for a code. */
static const char *
with_authtok(const char *begin, const char *typed, const char *code)
{
	const struct harness_answer answers[2] = {
		{ .kind = ANSWER_TEXT, .text = typed },
		{ .kind = ANSWER_TEXT, .text = code },
	};
	char script[512];

	(void)snprintf(script, sizeof(script),
	    "%stake\nask Code: \ntake\n" VERIFIED "take\nverdict 788f2535\n",
	    begin);
	harness_stack("auth required @context split=authtok\n"
		      "auth required @totp after=password\n"
		      "auth required @decide after=password\n");
	harness_script(1, script);
	harness_answers(answers, 2);
	(void)harness_heard();
	assert_int_equal(harness_run("auth", 0), PAM_SUCCESS);
	assert_true(harness_is_over());
	return harness_heard();
}

static void
an_answer_equal_to_the_password_is_no_answer_to_us(void **state)
{
	const char *heard;

	(void)state;
	heard = with_authtok(SPLIT("6"), "hunter two", "hunter two");
	assert_non_null(strstr(heard, KIND_PASSWORD));
	assert_null(strstr(heard, "hunter"));
	heard = with_authtok(SPLIT("6"), "hunter two", "hunter tw");
	assert_non_null(strstr(heard, "\n4 1 0 9 hunter\\x20tw\n"));
}

static void
after_password_is_believed_beside_a_password(void **state)
{
	const char *heard;

	(void)state;
	heard = with_authtok(SPLIT("6"), "hunter two", "1");
	assert_non_null(strstr(heard, "\n3 2 2 5 alice\n"));
	assert_non_null(strstr(heard, "\n5 0 2 5 alice\n"));
	heard = with_authtok(SPLIT("6"), "", "1");
	assert_non_null(strstr(heard, "\n3 2 0 5 alice\n"));
	assert_non_null(strstr(heard, "\n5 0 0 5 alice\n"));
}

#define STASHED SPLIT("6") "take\nverdict 13d78c2e\n"

static void
split_takes_the_code_off_the_typed_string(void **state)
{
	const char *heard;

	(void)state;
	heard = with_authtok(STASHED, "hunter2123456", "hunter2");
	assert_non_null(strstr(heard, "\n2 0 0 6 123456\n"));
	/* what is left is the password, as an answer equal to it shows */
	assert_non_null(strstr(heard, KIND_PASSWORD));
	assert_null(strstr(heard, "hunter2"));
	heard = with_authtok(
	    SPLIT("8") "take\nverdict 13d78c2e\n", "x12345678", "x");
	assert_non_null(strstr(heard, "\n2 0 0 8 12345678\n"));
	assert_non_null(strstr(heard, KIND_PASSWORD));
}

static void
split_leaves_whole_what_does_not_end_in_a_code(void **state)
{
	static const struct {
		const char *begin, *typed;
	} rows[] = {
		{ SPLIT("6"), "123456" }, /* nothing would be left */
		{ SPLIT("6"), "hunter12345" },
		{ SPLIT("6"), "hunter123456 " },
		{ SPLIT("8"), "hunter1234567" },
		{ SPLIT("0"), "hunter123456" },
		{ SPLIT("6"), "hunter12345\xd9\xa6" }, /* a digit, not ASCII */
		{ SPLIT("6"), "\b\n\r\177INCORRECT" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *heard = with_authtok(
		    rows[i].begin, rows[i].typed, rows[i].typed);

		assert_null(strstr(heard, "\n2 0 0 "));
		assert_non_null(strstr(heard, KIND_PASSWORD));
	}
}

static void
split_without_a_password_denies(void **state)
{
	static const struct harness_answer error = { .kind = ANSWER_FAILURE };

	(void)state;
	harness_stack("auth required @context split=authtok\n");
	harness_script(1, SPLIT("6"));
	harness_answers(&error, 1);
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(harness_log(NULL), 1);
}

static void
the_facts_of_the_handle_reach_the_verifier(void **state)
{
	pam_handle_t *pamh;

	(void)state;
	harness_stack_of("auth", "@context");
	harness_script(1, BEGUN);
	(void)harness_heard();
	assert_int_equal(setenv("SSH_AUTH_INFO_0", "forged", 1), 0);
	pamh = harness_start("alice");
	assert_int_equal(pam_set_item(pamh, PAM_RUSER, "bob"), PAM_SUCCESS);
	assert_int_equal(
	    pam_set_item(pamh, PAM_RHOST, "192.0.2.7"), PAM_SUCCESS);
	assert_int_equal(pam_set_item(pamh, PAM_TTY, "ssh"), PAM_SUCCESS);
	assert_int_equal(
	    pam_putenv(pamh, "SSH_AUTH_INFO_0=publickey k\n"), PAM_SUCCESS);
	assert_int_equal(harness_call(pamh, "auth", 0), PAM_SUCCESS);
	harness_end(pamh, PAM_SUCCESS);
	assert_int_equal(unsetenv("SSH_AUTH_INFO_0"), 0);
	assert_string_equal(harness_heard(),
	    "1 1 0 68 \\x04\\x00\\x00\\x00door\\x05\\x00\\x00\\x00alice"
	    "\\x03\\x00\\x00\\x00bob\\x09\\x00\\x00\\x00192.0.2.7"
	    "\\x03\\x00\\x00\\x00ssh\\x00\\x00\\x00\\x00"
	    "\\x0c\\x00\\x00\\x00publickey\\x20k\\x0a\\x00\\x00\\x00\\x00\n");
}

static void
I02_I06_a_fact_that_is_too_long_denies_and_is_never_cut(void **state)
{
	static const int items[] = { PAM_USER, PAM_RUSER, PAM_RHOST, PAM_TTY };
	static const size_t lengths[] = { 256, 100000 };
	static char text[100001];

	(void)state;
	harness_stack_of("account", "@decide");
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 2; j++) {
			pam_handle_t *pamh = harness_start("alice");
			int code;

			memset(text, 'a', lengths[j]);
			text[lengths[j]] = '\0';
			assert_int_equal(
			    pam_set_item(pamh, items[i], text), PAM_SUCCESS);
			code = harness_call(pamh, "account", 0);
			/* libpam itself cannot audit the longest */
			if (code != PAM_SYSTEM_ERR || j == 0)
				assert_int_equal(code, PAM_PERM_DENIED);
			harness_end(pamh, code);
			assert_int_equal(harness_log(NULL), 1);
		}
	assert_string_equal(harness_heard(), "");
}

static void
a_fact_of_full_length_passes(void **state)
{
	char user[256], info[16384 + 17] = "SSH_AUTH_INFO_0=";
	pam_handle_t *pamh;

	(void)state;
	memset(user, 'a', 255);
	user[255] = '\0';
	memset(info + 16, 'k', 16383);
	harness_stack_of("auth", "@context");
	harness_script(1, BEGUN);
	pamh = harness_start(user);
	assert_int_equal(pam_putenv(pamh, info), PAM_SUCCESS);
	assert_int_equal(harness_call(pamh, "auth", 0), PAM_SUCCESS);
	harness_end(pamh, PAM_SUCCESS);
	assert_int_equal(strncmp(harness_heard(), "1 1 0 1667", 10), 0);

	info[16 + 16383] = 'k';
	pamh = harness_start(user);
	assert_int_equal(pam_putenv(pamh, info), PAM_SUCCESS);
	assert_int_equal(harness_call(pamh, "auth", 0), PAM_PERM_DENIED);
	harness_end(pamh, PAM_PERM_DENIED);
	assert_int_equal(harness_log(NULL), 1);
}

static void
I01_odd_names_travel_as_bytes(void **state)
{
	static const char *const names[] = { "../../x", "a/b", "..", "%s%n",
		"a\nb", "\xff", "-x", "a b=c" };

	(void)state;
	harness_stack_of("auth", "@context");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		pam_handle_t *pamh = harness_start(names[i]);

		harness_script(1, "take\nverdict 56e40b63\n");
		assert_int_equal(
		    harness_call(pamh, "auth", 0), PAM_PERM_DENIED);
		harness_end(pamh, PAM_PERM_DENIED);
		assert_int_equal(harness_log(NULL), 0);
	}
	(void)harness_heard();
}

static void
I01_an_empty_or_missing_name_denies(void **state)
{
	static const struct harness_answer nobody = { .kind = ANSWER_TEXT,
		.text = "" };
	pam_handle_t *pamh;

	(void)state;
	harness_stack_of("account", "@decide");
	pamh = harness_start(NULL);
	assert_int_equal(
	    harness_call(pamh, "account", 0), PAM_AUTHINFO_UNAVAIL);
	harness_end(pamh, PAM_AUTHINFO_UNAVAIL);
	harness_stack_of("auth", "@decide");
	pamh = harness_start(NULL);
	harness_answers(&nobody, 1);
	assert_int_not_equal(harness_call(pamh, "auth", 0), PAM_SUCCESS);
	harness_end(pamh, PAM_AUTHINFO_UNAVAIL);
	(void)harness_log(NULL);
}

static void
I03_a_name_that_changes_within_a_phase_denies(void **state)
{
	static const struct harness_answer change = { .kind = ANSWER_RENAME,
		.text = "mallory" };
	static const char *const lines[] = { "@totp", "@decide" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char stack[256];
		pam_handle_t *pamh;
		const char *text;

		(void)snprintf(stack, sizeof(stack),
		    "auth required @context\nauth required @totp\n"
		    "auth required %s\n",
		    lines[i]);
		harness_stack(stack);
		harness_script(1, BEGUN "take\nask Code: \ntake\n" VERIFIED);
		pamh = harness_start("alice");
		harness_answers(&change, 1);
		(void)harness_heard();
		assert_int_equal(
		    harness_call(pamh, "auth", 0), PAM_PERM_DENIED);
		harness_end(pamh, PAM_PERM_DENIED);
		assert_null(strstr(harness_heard(), "mallory"));
		assert_int_equal(harness_log(&text), 1);
		assert_non_null(strstr(text, "PAM_USER changed"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    I10_I11_P12_answers_of_every_length_arrive_whole_or_not_at_all),
		cmocka_unit_test(V15_no_answer_is_told_as_none),
		cmocka_unit_test(
		    V14_an_error_at_any_prompt_is_none_and_the_verdict_stands),
		cmocka_unit_test(
		    P13_nothing_of_an_answer_stays_in_the_memory_of_the_host),
		cmocka_unit_test(
		    P11_a_host_that_just_leaves_leaves_nothing_behind),
		cmocka_unit_test(
		    I12_junk_answers_travel_as_they_are_and_are_never_shown_or_logged),
		cmocka_unit_test(prompts_and_messages_keep_their_style),
		cmocka_unit_test(silent_drops_courtesies_and_nothing_else),
		cmocka_unit_test(
		    an_answer_equal_to_the_password_is_no_answer_to_us),
		cmocka_unit_test(after_password_is_believed_beside_a_password),
		cmocka_unit_test(split_takes_the_code_off_the_typed_string),
		cmocka_unit_test(
		    split_leaves_whole_what_does_not_end_in_a_code),
		cmocka_unit_test(split_without_a_password_denies),
		cmocka_unit_test(the_facts_of_the_handle_reach_the_verifier),
		cmocka_unit_test(
		    I02_I06_a_fact_that_is_too_long_denies_and_is_never_cut),
		cmocka_unit_test(a_fact_of_full_length_passes),
		cmocka_unit_test(I01_odd_names_travel_as_bytes),
		cmocka_unit_test(I01_an_empty_or_missing_name_denies),
		cmocka_unit_test(I03_a_name_that_changes_within_a_phase_denies),
	};

	return harness_main(tests, sizeof(tests) / sizeof(tests[0]));
}
