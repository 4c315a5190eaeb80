/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "module/harness.h"

#define BEGUN "take\nverdict 13d78c2e\n"
#define VERIFIED "verdict 31a6c95b\n"
#define PERMITTED "verdict 788f2535 0123456789abcdef\n"
#define MANY 1000

extern char **environ;

static const struct harness_answer code = { .kind = ANSWER_TEXT,
	.text = "123456" };
static volatile sig_atomic_t children_seen;

/* --- what a host goes through ------------------------------------------ */

#define DIE " [success=ok ignore=ignore default=die] "

static void
use_whole_stack(void)
{
	harness_stack("auth" DIE "@context\nauth" DIE "@totp\n"
		      "auth" DIE "@decide\naccount" DIE "@context\n"
		      "account" DIE "@decide\nsession" DIE "@decide\n");
}

/* A login from end to end: PAM_SUCCESS, or the first code that is not. */
static int
log_in_and_out(void)
{
	static const char *const calls[] = { "auth", "account", "setcred",
		"session", "close" };
	pam_handle_t *pamh;
	int result = PAM_SUCCESS;

	use_whole_stack();
	harness_script(1,
	    BEGUN "take\ntell Hello.\nask Code: \ntake\n" VERIFIED
		  "take\n" PERMITTED);
	harness_script(2, BEGUN "take\n" PERMITTED);
	harness_script(3, BEGUN "take\n" PERMITTED);
	harness_script(4, BEGUN "take\n" PERMITTED);
	pamh = harness_start("alice");
	harness_answers(&code, 1);
	for (size_t i = 0; i < 5 && result == PAM_SUCCESS; i++)
		result = harness_call(pamh, calls[i], 0);
	harness_end(pamh, result);
	(void)harness_is_over();
	return result;
}

/* One failure of each kind; the code that it must end with. */
static const struct failure {
	const char *script;
	int code;
} failures[] = {
	{ BEGUN "take\nask Code: \ntake\nverdict 4a93d41c\n", PAM_AUTH_ERR },
	{ "take\nverdict 56e40b63\n", PAM_PERM_DENIED },
	{ BEGUN "take\nverdict 65b87ac8\n", PAM_MAXTRIES },
	{ "crash\n", PAM_AUTHINFO_UNAVAIL },
	{ BEGUN "take\nask Code: \ncrash\n", PAM_AUTHINFO_UNAVAIL },
	{ BEGUN "take\ngarbage 4096\n", PAM_AUTHINFO_UNAVAIL },
	{ "", PAM_AUTHINFO_UNAVAIL },
};
#define FAILURES (sizeof(failures) / sizeof(failures[0]))

static int
fail_to_log_in(const struct failure *failure)
{
	use_whole_stack();
	harness_script(1, failure->script);
	harness_answers(&code, 1);
	return harness_run("auth", 0);
}

/* --- what a host is ------------------------------------------------------ */

struct snapshot {
	mode_t umask;
	char cwd[4096];
	char environment[16384];
	char descriptors[16384];
	char locale[256];
	size_t threads;
	sigset_t mask;
	struct action {
		void (*handler)(int);
		int flags;
		bool masks[NSIG];
	} actions[NSIG];
	struct rlimit limits[RLIM_NLIMITS];
	struct itimerval timers[3];
};

static struct snapshot before, after;

static size_t
list(const char *path, char *text, size_t size, bool with_targets)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	size_t count = 0, used = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL) {
		char target[512] = "";

		if (entry->d_name[0] == '.')
			continue;
		count++;
		if (!with_targets ||
		    strtol(entry->d_name, NULL, 10) == dirfd(directory))
			continue;
		(void)!readlinkat(dirfd(directory), entry->d_name, target,
		    sizeof(target) - 1);
		used += (size_t)snprintf(
		    text + used, size - used, "%s %s\n", entry->d_name, target);
		assert_true(used < size);
	}
	(void)closedir(directory);
	return count;
}

/* Field by field: libc leaves the far end of the mask as it finds it. */
static void
note_action(int number, struct action *action)
{
	struct sigaction found;

	if (sigaction(number, NULL, &found) != 0)
		return;
	action->handler = found.sa_handler;
	action->flags = found.sa_flags;
	for (int masked = 1; masked < NSIG; masked++)
		action->masks[masked] = sigismember(&found.sa_mask, masked) ==
		    1;
}

static void
take_snapshot(struct snapshot *snapshot)
{
	size_t used = 0;

	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->umask = umask(0);
	(void)umask(snapshot->umask);
	assert_non_null(getcwd(snapshot->cwd, sizeof(snapshot->cwd)));
	for (char **at = environ; *at != NULL; at++)
		used += (size_t)snprintf(snapshot->environment + used,
		    sizeof(snapshot->environment) - used, "%s\n", *at);
	assert_true(used < sizeof(snapshot->environment));
	(void)list("/proc/self/fd", snapshot->descriptors,
	    sizeof(snapshot->descriptors), true);
	(void)snprintf(snapshot->locale, sizeof(snapshot->locale), "%s",
	    setlocale(LC_ALL, NULL));
	snapshot->threads = list("/proc/self/task", NULL, 0, false);
	(void)sigprocmask(SIG_SETMASK, NULL, &snapshot->mask);
	for (int number = 1; number < NSIG; number++)
		note_action(number, &snapshot->actions[number]);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		(void)getrlimit((__rlimit_resource_t)i, &snapshot->limits[i]);
	for (int i = 0; i < 3; i++)
		(void)getitimer((__itimer_which_t)i, &snapshot->timers[i]);
}

static void
assert_unchanged(void)
{
	take_snapshot(&after);
	assert_int_equal(after.umask, before.umask);
	assert_string_equal(after.cwd, before.cwd);
	assert_string_equal(after.environment, before.environment);
	assert_string_equal(after.descriptors, before.descriptors);
	assert_string_equal(after.locale, before.locale);
	assert_int_equal(after.threads, before.threads);
	assert_memory_equal(&after, &before, sizeof(after));
}

/* --- tests -----------------------------------------------------------------
 */

static void
P02_P04_P10_F02_a_login_leaves_the_host_as_it_was(void **state)
{
	(void)state;
	assert_int_equal(log_in_and_out(), PAM_SUCCESS);
	take_snapshot(&before);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(log_in_and_out(), PAM_SUCCESS);
		assert_unchanged();
	}
	assert_int_equal(harness_log(NULL), 0);
}

static void
P02_P03_P04_P10_F02_every_failure_leaves_the_host_as_it_was(void **state)
{
	struct sigaction pipe_action;

	(void)state;
	assert_int_equal(sigaction(SIGPIPE, NULL, &pipe_action), 0);
	assert_true(pipe_action.sa_handler == SIG_DFL);
	assert_int_equal(fail_to_log_in(&failures[0]), failures[0].code);
	take_snapshot(&before);
	for (size_t i = 0; i < FAILURES; i++) {
		assert_int_equal(
		    fail_to_log_in(&failures[i]), failures[i].code);
		assert_unchanged();
	}
	(void)harness_log(NULL);
}

static void
P18_a_stack_left_half_way_leaves_nothing_open(void **state)
{
	(void)state;
	harness_stack("auth required @context\nauth required @totp\n");
	harness_script(1, BEGUN "take\n" VERIFIED "hang\n");
	assert_int_equal(harness_run("auth", 0), PAM_SUCCESS);
	take_snapshot(&before);
	harness_script(1, BEGUN "take\n" VERIFIED "hang\n");
	assert_int_equal(harness_run("auth", 0), PAM_SUCCESS);
	assert_unchanged();
}

static void
count_child(int number)
{
	(void)number;
	children_seen = children_seen + 1;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
}

static void
P01_every_way_to_treat_children_sees_the_same_verdict(void **state)
{
	static const struct {
		void (*handler)(int);
		int flags;
		bool blocked;
	} rows[] = {
		{ SIG_DFL, 0, false },
		{ SIG_IGN, 0, false },
		{ SIG_DFL, SA_NOCLDWAIT, false },
		{ count_child, SA_RESTART, false },
		{ count_child, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct sigaction set = { .sa_handler = rows[i].handler,
			.sa_flags = rows[i].flags };
		struct sigaction saved;
		sigset_t child, pending;

		children_seen = 0;
		(void)sigemptyset(&child);
		(void)sigaddset(&child, SIGCHLD);
		assert_int_equal(sigaction(SIGCHLD, &set, &saved), 0);
		(void)sigprocmask(
		    rows[i].blocked ? SIG_BLOCK : SIG_UNBLOCK, &child, NULL);
		take_snapshot(&before);
		assert_int_equal(log_in_and_out(), PAM_SUCCESS);
		for (size_t j = 0; j < FAILURES; j++)
			assert_int_equal(
			    fail_to_log_in(&failures[j]), failures[j].code);
		assert_unchanged();
		assert_int_equal(children_seen, 0);
		assert_int_equal(sigpending(&pending), 0);
		assert_false(sigismember(&pending, SIGCHLD));
		assert_int_equal(waitpid(-1, NULL, WNOHANG | (int)__WALL), -1);
		(void)sigprocmask(SIG_UNBLOCK, &child, NULL);
		assert_int_equal(sigaction(SIGCHLD, &saved, NULL), 0);
	}
	(void)harness_log(NULL);
}

/* in_a_copy: runs what would hurt this process in a forked copy of it. */
static void
in_a_copy(int (*body)(void))
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(body());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int
all_as_expected(void)
{
	if (log_in_and_out() != PAM_SUCCESS)
		return 1;
	for (size_t i = 0; i < FAILURES; i++)
		if (fail_to_log_in(&failures[i]) != failures[i].code)
			return 10 + (int)i;
	return 0;
}

static int
with_files_for_descriptors(void)
{
	FILE *in = tmpfile(), *out = tmpfile();
	int result;

	if (in == NULL || out == NULL || fputs("typed\n", in) < 0 ||
	    fflush(in) != 0 || fseek(in, 0, SEEK_SET) != 0)
		return 90;
	if (dup2(fileno(in), 0) < 0 || dup2(fileno(out), 1) < 0 ||
	    dup2(fileno(out), 2) < 0)
		return 91;
	result = all_as_expected();
	if (lseek(0, 0, SEEK_CUR) != 0)
		return 92;
	return lseek(1, 0, SEEK_END) == 0 ? result : 93;
}

static void
P06_not_a_byte_goes_to_or_comes_from_the_standard_descriptors(void **state)
{
	(void)state;
	in_a_copy(with_files_for_descriptors);
	(void)harness_log(NULL);
}

static int
without_descriptors(void)
{
	for (int fd = 0; fd < 3; fd++)
		(void)close(fd);
	return all_as_expected();
}

static void
P07_works_with_0_1_and_2_closed(void **state)
{
	(void)state;
	in_a_copy(without_descriptors);
	(void)harness_log(NULL);
}

static long
resident_pages(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long size = 0, resident = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%ld %ld", &size, &resident), 2);
	(void)fclose(file);
	return resident;
}

/* The address sanitizer keeps what is freed, and tells leaks itself. */
extern void __asan_init(void) __attribute__((weak));

/* libpam loads and unloads the modules each time. */
static void
P08_P18_many_loads_and_failures_leave_memory_flat(void **state)
{
	long pages;

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(
		    fail_to_log_in(&failures[1]), failures[1].code);
	take_snapshot(&before);
	pages = resident_pages();
	for (int i = 0; i < MANY; i++)
		assert_int_equal(
		    fail_to_log_in(&failures[1]), failures[1].code);
	if (__asan_init == NULL)
		assert_true(resident_pages() - pages < 256);
	assert_unchanged();
}

static int
under_few_descriptors(void)
{
	for (rlim_t files = 3; files < 32; files++) {
		struct rlimit limit;
		pam_handle_t *pamh;
		int result;

		harness_stack_of("auth", "@context");
		harness_script(1, BEGUN);
		pamh = harness_start("alice");
		/* loaded already; what is left is ours */
		if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
			return 1;
		limit.rlim_cur = files;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			return 2;
		result = pam_authenticate(pamh, 0);
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			return 3;
		(void)pam_end(pamh, result);
		if (harness_is_over() ? result != PAM_SUCCESS
				      : result == PAM_SUCCESS)
			return (int)files;
	}
	return 0;
}

static void
C1_few_descriptors_are_a_denial_and_no_crash(void **state)
{
	(void)state;
	in_a_copy(under_few_descriptors);
	(void)harness_log(NULL);
}

static int
as_somebody_else(void)
{
	harness_stack_of("auth", "@context");
	harness_script(1, BEGUN);
	if (setresuid(12345, 12345, 12345) != 0)
		return 1;
	return harness_run("auth", 0) == PAM_AUTHINFO_UNAVAIL ? 0 : 2;
}

static void
V04_a_host_that_is_not_root_is_denied_with_one_line(void **state)
{
	(void)state;
	assert_int_equal(chmod("/dev/log", 0666), 0);
	in_a_copy(as_somebody_else);
	assert_false(harness_is_over());
	assert_int_equal(harness_log(NULL), 1);
}

static void
V04_a_verifier_that_cannot_be_trusted_or_run_denies_with_one_line(void **state)
{
	static const struct {
		mode_t mode;
		uid_t owner;
	} rows[] = { { 0775, 0 }, { 0757, 0 }, { 0755, 12345 }, { 0644, 0 } };

	(void)state;
	harness_stack_of("auth", "@context");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(chown(CARDEA_VERIFIER, rows[i].owner, 0), 0);
		assert_int_equal(chmod(CARDEA_VERIFIER, rows[i].mode), 0);
		assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
		assert_int_equal(harness_log(NULL), 1);
	}
	assert_int_equal(chown(CARDEA_VERIFIER, 0, 0), 0);
	assert_int_equal(chmod(CARDEA_VERIFIER, 0755), 0);
	assert_int_equal(rename(CARDEA_VERIFIER, CARDEA_VERIFIER ".away"), 0);
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(harness_log(NULL), 1);
	assert_int_equal(rename(CARDEA_VERIFIER ".away", CARDEA_VERIFIER), 0);
}

static void
C1_no_syslog_or_a_stuck_one_changes_no_verdict(void **state)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX,
		.sun_path = "/dev/log" };
	struct timespec start, end;
	int fd;

	(void)state;
	harness_stop_log();
	for (size_t i = 3; i < FAILURES; i++)
		assert_int_equal(
		    fail_to_log_in(&failures[i]), failures[i].code);
	harness_start_log();

	/* a reader that has stopped: its queue is full */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	while (send(fd, "full", 4, 0) == 4)
		continue;
	harness_stack_of("auth", "@context");
	harness_script(1, "crash\n");
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	assert_in_range(end.tv_sec - start.tv_sec, 0, 1);
	(void)close(fd);
	(void)harness_log(NULL);
}

static pam_handle_t *shared;

static int
go_on_in_the_copy(void)
{
	/* its own verifier, not the socket that it was born with */
	if (harness_call(shared, "auth", 0) != PAM_SUCCESS)
		return 1;
	return pam_end(shared, PAM_SUCCESS) == PAM_SUCCESS ? 0 : 2;
}

static int
end_in_the_copy(void)
{
	return pam_end(shared, PAM_SUCCESS) == PAM_SUCCESS ? 0 : 2;
}

static void
P20_a_forked_copy_neither_uses_nor_closes_the_socket(void **state)
{
	(void)state;
	harness_stack("auth required @totp\n");
	harness_script(
	    1, BEGUN "take\n" VERIFIED "take\n" VERIFIED "take\n" VERIFIED);
	harness_script(2, BEGUN "take\n" VERIFIED);
	shared = harness_start("alice");
	assert_int_equal(harness_call(shared, "auth", 0), PAM_SUCCESS);
	in_a_copy(end_in_the_copy);
	assert_int_equal(harness_call(shared, "auth", 0), PAM_SUCCESS);
	assert_false(access("/run/fake/script.2", F_OK) != 0);
	in_a_copy(go_on_in_the_copy);
	assert_int_equal(harness_call(shared, "auth", 0), PAM_SUCCESS);
	harness_end(shared, PAM_SUCCESS);
	assert_true(harness_is_over());
	assert_int_equal(harness_log(NULL), 0);
}

static void
I09_C06_a_hostile_environment_changes_no_verdict(void **state)
{
	static const char *const names[] = { "LD_PRELOAD", "TZ", "LANG",
		"LC_ALL", "TMPDIR", "PATH", "HOME", "CARDEA_TXN",
		"MALLOC_CHECK_", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY",
		"XRDP_SESSION", "DISPLAY", "TMUX" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(setenv(names[i], "/nowhere", 1), 0);
	take_snapshot(&before);
	assert_int_equal(all_as_expected(), 0);
	assert_unchanged();
	assert_null(strstr(harness_heard(), "nowhere"));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(unsetenv(names[i]), 0);
	(void)harness_log(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    P02_P04_P10_F02_a_login_leaves_the_host_as_it_was),
		cmocka_unit_test(
		    P02_P03_P04_P10_F02_every_failure_leaves_the_host_as_it_was),
		cmocka_unit_test(P18_a_stack_left_half_way_leaves_nothing_open),
		cmocka_unit_test(
		    P01_every_way_to_treat_children_sees_the_same_verdict),
		cmocka_unit_test(
		    P06_not_a_byte_goes_to_or_comes_from_the_standard_descriptors),
		cmocka_unit_test(P07_works_with_0_1_and_2_closed),
		cmocka_unit_test(
		    P08_P18_many_loads_and_failures_leave_memory_flat),
		cmocka_unit_test(C1_few_descriptors_are_a_denial_and_no_crash),
		cmocka_unit_test(
		    V04_a_host_that_is_not_root_is_denied_with_one_line),
		cmocka_unit_test(
		    V04_a_verifier_that_cannot_be_trusted_or_run_denies_with_one_line),
		cmocka_unit_test(
		    C1_no_syslog_or_a_stuck_one_changes_no_verdict),
		cmocka_unit_test(
		    P20_a_forked_copy_neither_uses_nor_closes_the_socket),
		cmocka_unit_test(
		    I09_C06_a_hostile_environment_changes_no_verdict),
	};

	return harness_main(tests, sizeof(tests) / sizeof(tests[0]));
}
