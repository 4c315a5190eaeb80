/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "unit/test.h"

/* A person without eyes: the other end of a terminal whose session leader asks
 * for a PIN. */
struct person {
	int terminal; /* our end */
	int line;     /* the program's end, to look at its mode */
	int shown_len;
	char shown[512]; /* all that the terminal has shown */
	pid_t program;
};

#define PROMPT "PIN: "
#define PATIENCE_MS 10000

/* What ends a program, by default. */
static const int enders[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM };
#define ENDERS (sizeof(enders) / sizeof(enders[0]))

/* 10 and the length, or the status; the PIN itself must be "1234". */
static int
ask(void)
{
	struct cardea_secret pin = { 0 };
	enum cardea_status status = cardea_terminal_ask_hidden(PROMPT, 8, &pin);
	int code = status == CARDEA_OK ? 10 + (int)pin.len : -(int)status;

	if (pin.len == 4 && memcmp(pin.data, "1234", 4) != 0)
		code = 9;
	cardea_secret_clear(&pin);
	return code;
}

static int
set_up(void **state)
{
	struct person *person = calloc(1, sizeof(*person));

	assert_non_null(person);
	person->terminal = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(person->terminal >= 0);
	assert_int_equal(grantpt(person->terminal), 0);
	assert_int_equal(unlockpt(person->terminal), 0);
	person->line = open(ptsname(person->terminal), O_RDWR | O_NOCTTY);
	assert_true(person->line >= 0);
	person->program = fork();
	assert_true(person->program >= 0);
	if (person->program == 0) {
		setsid();
		/* under nohup(1), or as a job of a shell, some are ignored */
		for (size_t i = 0; i < ENDERS; i++)
			signal(enders[i], SIG_DFL);
		ioctl(person->line, TIOCSCTTY, 0);
		for (int fd = 0; fd < 3; fd++)
			dup2(person->line, fd);
		close(person->terminal);
		close(person->line);
		_exit(ask());
	}
	*state = person;
	return 0;
}

static int
tear_down(void **state)
{
	struct person *person = *state;

	kill(person->program, SIGKILL);
	waitpid(person->program, NULL, 0);
	close(person->terminal);
	close(person->line);
	free(person);
	return 0;
}

static bool
has_echo(const struct person *person)
{
	struct termios mode;

	assert_int_equal(tcgetattr(person->line, &mode), 0);
	return (mode.c_lflag & ECHO) != 0;
}

/* Reads on until so many prompts stand there. */
static void
await_prompts(struct person *person, int count)
{
	for (;;) {
		struct pollfd polled = { .fd = person->terminal,
			.events = POLLIN };
		const char *at = person->shown;
		int found = 0;
		ssize_t got;

		while ((at = strstr(at, PROMPT)) != NULL) {
			found++;
			at++;
		}
		if (found == count)
			return;
		assert_int_equal(poll(&polled, 1, PATIENCE_MS), 1);
		got = read(person->terminal, person->shown + person->shown_len,
		    sizeof(person->shown) - 1 - (size_t)person->shown_len);
		assert_true(got > 0);
		person->shown_len += (int)got;
	}
}

static void
type(struct person *person, const char *keys)
{
	assert_int_equal(
	    write(person->terminal, keys, strlen(keys)), (int)strlen(keys));
}

/* The program has ended or stopped; what is left of its output is read. */
static int
await_change(struct person *person)
{
	struct pollfd polled = { .fd = person->terminal, .events = POLLIN };
	int change = 0;

	assert_int_equal(
	    waitpid(person->program, &change, WUNTRACED), person->program);
	while (poll(&polled, 1, 0) == 1 && (polled.revents & POLLIN) != 0) {
		ssize_t got = read(person->terminal,
		    person->shown + person->shown_len,
		    sizeof(person->shown) - 1 - (size_t)person->shown_len);

		assert_true(got > 0);
		person->shown_len += (int)got;
	}
	return change;
}

static void
a_pin_is_read_and_not_shown(void **state)
{
	struct person *person = *state;
	int change;

	await_prompts(person, 1);
	assert_false(has_echo(person));
	type(person, "1234\r");
	change = await_change(person);
	assert_true(WIFEXITED(change));
	assert_int_equal(WEXITSTATUS(change), 10 + 4);
	assert_true(has_echo(person));
	assert_string_equal(person->shown, PROMPT "\r\n");
}

static void
nothing_typed_is_an_answer_and_the_end_is_none(void **state)
{
	struct person *person = *state;
	int change;

	await_prompts(person, 1);
	type(person, "\r");
	change = await_change(person);
	assert_int_equal(WEXITSTATUS(change), 10);
	tear_down(state);
	set_up(state);
	person = *state;
	await_prompts(person, 1);
	type(person, "\004");
	change = await_change(person);
	assert_true(WIFEXITED(change));
	assert_int_equal(WEXITSTATUS(change), -CARDEA_E_CLOSED);
	assert_true(has_echo(person));
}

static void
a_pin_too_long_is_refused_and_the_echo_comes_back(void **state)
{
	struct person *person = *state;
	int change;

	await_prompts(person, 1);
	type(person, "123456789\r");
	change = await_change(person);
	assert_true(WIFEXITED(change));
	assert_int_equal(WEXITSTATUS(change), -CARDEA_E_RANGE);
	assert_true(has_echo(person));
}

static void
whatever_ends_the_program_the_echo_comes_back(void **state)
{
	for (size_t i = 0; i < ENDERS; i++) {
		struct person *person = *state;
		int change;

		await_prompts(person, 1);
		type(person, "12"); /* in the middle of it */
		assert_false(has_echo(person));
		assert_int_equal(kill(person->program, enders[i]), 0);
		change = await_change(person);
		assert_true(WIFSIGNALED(change));
		assert_int_equal(WTERMSIG(change), enders[i]);
		assert_true(has_echo(person));
		assert_string_equal(person->shown, PROMPT "\r\n");
		tear_down(state);
		set_up(state);
	}
}

static void
a_key_of_the_terminal_ends_it_as_well(void **state)
{
	struct person *person = *state;
	int change;

	await_prompts(person, 1);
	type(person, "12\003");
	change = await_change(person);
	assert_true(WIFSIGNALED(change));
	assert_int_equal(WTERMSIG(change), SIGINT);
	assert_true(has_echo(person));
}

static void
stopped_and_continued_it_asks_again(void **state)
{
	struct person *person = *state;
	int change;

	await_prompts(person, 1);
	assert_int_equal(kill(person->program, SIGSTOP), 0);
	change = await_change(person);
	assert_true(WIFSTOPPED(change));
	assert_int_equal(kill(person->program, SIGCONT), 0);
	type(person, "99");
	/* that one nobody can hold back; this one is */
	assert_int_equal(kill(person->program, SIGTSTP), 0);
	/* an orphaned group is not stopped (POSIX, 11.1.4): it goes on */
	await_prompts(person, 2);
	assert_false(has_echo(person));
	type(person, "1234\r");
	change = await_change(person);
	assert_true(WIFEXITED(change));
	assert_int_equal(WEXITSTATUS(change), 10 + 4);
	assert_true(has_echo(person));
}

static void
what_was_typed_before_the_prompt_is_dropped(void **state)
{
	struct person *person = *state;
	int change;

	type(person, "99");
	await_prompts(person, 1);
	type(person, "\0251234\r"); /* should it have come late: a new line */
	change = await_change(person);
	assert_int_equal(WEXITSTATUS(change), 10 + 4);
}

#define PERSON_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PERSON_TEST(a_pin_is_read_and_not_shown),
		PERSON_TEST(nothing_typed_is_an_answer_and_the_end_is_none),
		PERSON_TEST(a_pin_too_long_is_refused_and_the_echo_comes_back),
		PERSON_TEST(whatever_ends_the_program_the_echo_comes_back),
		PERSON_TEST(a_key_of_the_terminal_ends_it_as_well),
		PERSON_TEST(stopped_and_continued_it_asks_again),
		PERSON_TEST(what_was_typed_before_the_prompt_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
