/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "module/harness.h"

#define FOLDER "/run/fake/"
#define STACKS FOLDER "stacks"
#define SERVICE "door"
#define NO_BOX 125

static const char *build, *source;
static const struct harness_answer *answers;
static size_t answers_left;
static char said[65536], heard[65536], logged[65536];
static unsigned int delay_us;
static pam_handle_t *handle; /* the one in use */
static int log_fd = -1;

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* --- stacks and scripts ---------------------------------------------- */

void
harness_stack(const char *lines)
{
	char text[8192];
	size_t used = 0;

	for (const char *at = lines; *at != '\0'; at++) {
		size_t word = strcspn(at + 1, " \n");

		assert_true(used + 4096 < sizeof(text));
		if (*at != '@') {
			text[used++] = *at;
			continue;
		}
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s/modules/.libs/pam_cardea_%.*s.so", build, (int)word,
		    at + 1);
		at += word;
	}
	text[used] = '\0';
	write_file(STACKS "/" SERVICE, text);
}

void
harness_stack_of(const char *phase, const char *line)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "%s [success=ok ignore=1 default=die] %s\n"
	    "%s sufficient pam_permit.so\n"
	    "%s required %s/tests/rig/.libs/pam_after.so\n",
	    phase, line, phase, phase, build);
	harness_stack(text);
}

void
harness_script(int start, const char *steps)
{
	char path[64];

	(void)snprintf(path, sizeof(path), FOLDER "script.%d", start);
	write_file(path, steps);
}

bool
harness_is_over(void)
{
	bool over = true;

	for (int start = 1; start < 10; start++) {
		char path[64];

		(void)snprintf(path, sizeof(path), FOLDER "script.%d", start);
		if (unlink(path) == 0)
			over = false;
	}
	return over;
}

const char *
harness_heard(void)
{
	FILE *file = fopen(FOLDER "heard", "re");
	size_t len = 0;

	memset(heard, 0, sizeof(heard)); /* answers, too (P13) */
	if (file != NULL) {
		len = fread(heard, 1, sizeof(heard) - 1, file);
		(void)fclose(file);
		(void)unlink(FOLDER "heard");
	}
	heard[len] = '\0';
	return heard;
}

/* --- the person ------------------------------------------------------- */

void
harness_answers(const struct harness_answer *list, size_t count)
{
	answers = list;
	answers_left = count;
	said[0] = '\0';
}

const char *
harness_said(void)
{
	return said;
}

static char *
make_text(const struct harness_answer *answer)
{
	char *text;

	if (answer->kind == ANSWER_TEXT)
		return strdup(answer->text);
	if (answer->kind == ANSWER_NULL)
		return NULL;
	if (answer->kind == ANSWER_RENAME) {
		assert_int_equal(
		    pam_set_item(handle, PAM_USER, answer->text), PAM_SUCCESS);
		return strdup("0");
	}
	text = malloc(answer->len + 1);
	assert_non_null(text);
	memset(text, 'x', answer->len);
	for (size_t i = 0; answer->kind == ANSWER_HIDDEN && i < answer->len;
	     i++)
		text[i] = (char)-answer->text[i];
	text[answer->len] = '\0';
	return text;
}

static int
answer_prompt(int count, const struct pam_message **messages,
    struct pam_response **responses, void *data)
{
	static const struct harness_answer error = { .kind = ANSWER_ERROR };
	const struct harness_answer *answer = &error;
	size_t used = strlen(said);

	(void)data;
	if (count != 1) /* I10: programs disagree on what several mean */
		return PAM_CONV_ERR;
	(void)snprintf(said + used, sizeof(said) - used, "%d %s\n",
	    messages[0]->msg_style, messages[0]->msg);
	if (messages[0]->msg_style == PAM_TEXT_INFO ||
	    messages[0]->msg_style == PAM_ERROR_MSG) {
		*responses = calloc(1, sizeof(**responses));
		return PAM_SUCCESS;
	}
	if (answers_left > 0) {
		answers_left--;
		answer = answers++;
	}
	if (answer->kind == ANSWER_NOTHING)
		return PAM_SUCCESS;
	if (answer->kind == ANSWER_FAILURE)
		return PAM_CONV_ERR;
	*responses = calloc(1, sizeof(**responses));
	assert_non_null(*responses);
	if (answer->kind == ANSWER_ERROR) {
		free(*responses); /* and leaves the pointer: must not be used */
		return PAM_CONV_ERR;
	}
	(*responses)->resp = make_text(answer);
	return PAM_SUCCESS;
}

bool harness_conversing;

static int
converse(int count, const struct pam_message **messages,
    struct pam_response **responses, void *data)
{
	int code;

	harness_conversing = true;
	code = answer_prompt(count, messages, responses, data);
	harness_conversing = false;
	return code;
}

/* --- syslog ----------------------------------------------------------- */

void
harness_start_log(void)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX,
		.sun_path = "/dev/log" };

	(void)unlink("/dev/log");
	log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(log_fd >= 0);
	assert_int_equal(
	    bind(log_fd, (const struct sockaddr *)&address, sizeof(address)),
	    0);
}

void
harness_stop_log(void)
{
	(void)close(log_fd);
	(void)unlink("/dev/log");
	log_fd = -1;
}

size_t
harness_log(const char **ret_text)
{
	char line[16384];
	size_t lines = 0, used = 0;
	ssize_t len;

	logged[0] = '\0';
	while ((len = recv(log_fd, line, sizeof(line) - 1, 0)) > 0) {
		line[len] = '\0';
		if (strstr(line, ">cardea[") == NULL)
			continue;
		lines++;
		used += (size_t)snprintf(
		    logged + used, sizeof(logged) - used, "%s\n", line);
		assert_true(used < sizeof(logged));
	}
	if (ret_text != NULL)
		*ret_text = logged;
	return lines;
}

/* --- PAM -------------------------------------------------------------- */

static void
note_delay(int code, unsigned int microseconds, void *data)
{
	(void)code;
	(void)data;
	delay_us = microseconds;
}

unsigned int
harness_delay(void)
{
	return delay_us;
}

pam_handle_t *
harness_start(const char *user)
{
	static const struct pam_conv conversation = { .conv = converse };
	union { /* as libpam takes a function for an item */
		void (*function)(int, unsigned int, void *);
		void *item;
	} delay = { .function = note_delay };
	pam_handle_t *pamh = NULL;

	delay_us = 0;
	said[0] = '\0';
	assert_int_equal(
	    pam_start_confdir(SERVICE, user, &conversation, STACKS, &pamh),
	    PAM_SUCCESS);
	assert_int_equal(
	    pam_set_item(pamh, PAM_FAIL_DELAY, delay.item), PAM_SUCCESS);
	handle = pamh;
	return pamh;
}

void
harness_end(pam_handle_t *pamh, int code)
{
	assert_int_equal(pam_end(pamh, code), PAM_SUCCESS);
}

int
harness_call(pam_handle_t *pamh, const char *call, int flags)
{
	static const struct {
		const char *name;
		int (*function)(pam_handle_t *pamh, int flags);
	} calls[] = {
		{ "auth", pam_authenticate },
		{ "setcred", pam_setcred },
		{ "account", pam_acct_mgmt },
		{ "session", pam_open_session },
		{ "close", pam_close_session },
		{ "password", pam_chauthtok },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, call) == 0)
			return calls[i].function(pamh, flags);
	fail();
	return PAM_ABORT;
}

int
harness_run(const char *call, int flags)
{
	pam_handle_t *pamh = harness_start("alice");
	int code = harness_call(pamh, call, flags);

	harness_end(pamh, code);
	return code;
}

/* --- the box ---------------------------------------------------------- */

static void
make_folders(const char *path)
{
	char part[4096];

	for (const char *at = strchr(path + 1, '/'); at != NULL;
	     at = strchr(at + 1, '/')) {
		(void)snprintf(
		    part, sizeof(part), "%.*s", (int)(at - path), path);
		(void)mkdir(part, 0755);
	}
}

static int
furnish(void **state)
{
	char command[16384];

	(void)state;
	(void)umask(022);
	make_folders(CARDEA_VERIFIER);
	make_folders(STACKS "/");
	(void)snprintf(command, sizeof(command),
	    "install -m 0755 '%s/tests/rig/fake_verifier' '%s'", build,
	    CARDEA_VERIFIER);
	if (system(command) != 0)
		return -1;
	write_file(STACKS "/other",
	    "auth required pam_deny.so\naccount required pam_deny.so\n"
	    "session required pam_deny.so\npassword required pam_deny.so\n");
	harness_start_log();
	return 0;
}

/* enter_box: this program again, in a box; tells if there can be none. */
static int
enter_box(void)
{
	char script[4096], self[4096] = "", bind[8192];
	/* below a shell: the first process of a box inherits its orphans */
	char shell[] = "/bin/sh", option[] = "-c", line[] = "\"$0\"; exit $?";
	char *const command[] = { script, shell, option, line, self, NULL };
	int status = 0;
	pid_t pid;

	(void)snprintf(script, sizeof(script), "%s/tests/rig/box.sh", source);
	(void)snprintf(bind, sizeof(bind), "%s %s", source, build);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	(void)setenv("HARNESS_INSIDE", "yes", 1);
	(void)setenv("BOX_NET", "host", 1);
	(void)setenv("BOX_BIND", bind, 1);
	pid = fork();
	if (pid == 0) {
		(void)execv(script, command);
		_exit(NO_BOX);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	if (!WIFEXITED(status))
		return 1;
	if (WEXITSTATUS(status) != NO_BOX)
		return WEXITSTATUS(status);
	(void)puts("1..0 # SKIP no box can be made here");
	return 0;
}

int
harness_main(const struct CMUnitTest *tests, size_t count)
{
	build = getenv("BUILDDIR");
	source = getenv("SRCDIR");
	if (build == NULL || source == NULL) {
		(void)fputs("BUILDDIR and SRCDIR are not set\n", stderr);
		return 1;
	}
	if (geteuid() != 0) {
		(void)puts("1..0 # SKIP the verifier is started by root only");
		return 0;
	}
	if (getenv("HARNESS_INSIDE") == NULL)
		return enter_box();
	return _cmocka_run_group_tests("module", tests, count, furnish, NULL);
}
