/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/test.h"
#include "wire/launch.h"

#define WAIT_MS 20000
#define CALLER 12345

static char program[4096]; /* report_state, where it was built */
static char folder[4096];  /* a scratch folder of this test */
static char report[16384];
static volatile sig_atomic_t children_seen;

/* take_report: what the started program says of itself */
static void
take_report(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	ssize_t len;

	assert_int_equal(poll(&pollfd, 1, WAIT_MS), 1);
	len = recv(fd, report, sizeof(report) - 1, 0);
	assert_true(len > 0);
	report[len] = '\0';
}

static void
start_and_hear(void)
{
	int fd = -1;

	assert_int_equal(cardea_launch(program, &fd), CARDEA_OK);
	assert_true(fd > 2);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	take_report(fd);
	assert_int_equal(close(fd), 0);
}

static void
assert_reports(const char *line)
{
	if (strstr(report, line) == NULL)
		print_error("no \"%s\" in:\n%s", line, report);
	assert_non_null(strstr(report, line));
}

static size_t
count_entries(const char *path)
{
	DIR *directory = opendir(path);
	size_t count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	(void)closedir(directory);
	return count;
}

/* No child of any kind is left to this process. */
static void
assert_no_child(void)
{
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG | (int)__WALL), -1);
	assert_int_equal(errno, ECHILD);
}

/* in_a_copy: runs what would hurt this process in a forked copy of it. */
static void
in_a_copy(void (*body)(void))
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
count_child(int number)
{
	(void)number;
	children_seen = children_seen + 1;
}

static void
the_verifier_is_born_clean(void **state)
{
	(void)state;
	start_and_hear();
	assert_reports("Uid:\t0\t0\t0\t0\n");
	assert_reports("Gid:\t0\t0\t0\t0\n");
	assert_reports("Groups:\t \n");
	assert_reports("SigBlk:\t0000000000000000\n");
	assert_reports("environment 0\n");
	assert_reports("cwd /\n");
	assert_reports("umask 77\n");
	assert_reports("arguments 1 cardea-verify\n");
	assert_reports("limit core 0\n");
	assert_reports("limit nofile 256\n");
}

static void
the_verifier_stays_in_the_foreground_of_its_host(void **state)
{
	char line[64];

	(void)state;
	start_and_hear();
	(void)snprintf(line, sizeof(line), "group %ld\n", (long)getpgrp());
	assert_reports(line);
	(void)snprintf(line, sizeof(line), "login %ld\n", (long)getsid(0));
	assert_reports(line);
}

static void
P01_no_host_ever_sees_a_child(void **state)
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
		struct sigaction set = { .sa_handler = rows[i].handler,
			.sa_flags = rows[i].flags };
		struct sigaction before, after;
		sigset_t mask, left, pending, child;

		/* the kernel fills the first of their bytes only */
		memset(&mask, 0, sizeof(mask));
		memset(&left, 0, sizeof(left));
		children_seen = 0;
		(void)sigemptyset(&child);
		(void)sigaddset(&child, SIGCHLD);
		assert_int_equal(sigaction(SIGCHLD, &set, &before), 0);
		if (rows[i].blocked)
			assert_int_equal(
			    sigprocmask(SIG_BLOCK, &child, NULL), 0);
		assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &mask), 0);

		start_and_hear();
		assert_no_child();
		assert_reports("SigBlk:\t0000000000000000\n");
		assert_null(strstr(report, "SigIgn:\t0000000000010000\n"));

		assert_int_equal(sigpending(&pending), 0);
		assert_false(sigismember(&pending, SIGCHLD));
		assert_int_equal(children_seen, 0);
		assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &left), 0);
		assert_memory_equal(&mask, &left, sizeof(mask));
		assert_int_equal(sigprocmask(SIG_UNBLOCK, &child, NULL), 0);
		assert_int_equal(sigaction(SIGCHLD, &before, &after), 0);
		assert_ptr_equal(after.sa_handler, rows[i].handler);
		assert_int_equal(after.sa_flags & (SA_NOCLDWAIT | SA_RESTART),
		    rows[i].flags);
	}
}

static void
signals_that_the_host_ignores_or_blocks_are_not_inherited(void **state)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	sigset_t usr1, mask;

	(void)state;
	(void)sigemptyset(&usr1);
	(void)sigaddset(&usr1, SIGUSR1);
	assert_int_equal(sigaction(SIGTERM, &ignore, &before), 0);
	assert_int_equal(sigprocmask(SIG_BLOCK, &usr1, &mask), 0);
	start_and_hear();
	assert_int_equal(sigprocmask(SIG_SETMASK, &mask, NULL), 0);
	assert_int_equal(sigaction(SIGTERM, &before, NULL), 0);
	assert_reports("SigBlk:\t0000000000000000\n");
	assert_reports("SigIgn:\t0000000000000000\n");
	assert_reports("SigCgt:\t0000000000000000\n");
}

static void
P02_no_thread_is_started(void **state)
{
	size_t before = count_entries("/proc/self/task");

	(void)state;
	start_and_hear();
	assert_int_equal(count_entries("/proc/self/task"), before);
	assert_reports("Threads:\t1\n");
}

static void
assert_four_descriptors(void)
{
	assert_reports("fd 0 /dev/nul\n");
	assert_reports("fd 1 /dev/nul\n");
	assert_reports("fd 2 /dev/nul\n");
	assert_reports("fd 3 socket:[\n");
	assert_null(strstr(report, "fd 4"));
	assert_null(strstr(report, "fd 5"));
	assert_null(strstr(report, "fd 100"));
}

static void
F02_no_descriptor_of_the_host_reaches_the_verifier(void **state)
{
	size_t before = count_entries("/proc/self/fd");
	int low, high;

	(void)state;
	low = open("/etc/passwd", O_RDONLY);
	assert_true(low >= 0);
	high = fcntl(low, F_DUPFD, 100);
	assert_int_equal(high, 100);
	start_and_hear();
	assert_four_descriptors();
	assert_int_equal(close(low), 0);
	assert_int_equal(close(high), 0);
	assert_int_equal(count_entries("/proc/self/fd"), before);
}

static void
check_closed(int fd, bool closed)
{
	int flags = fcntl(fd, F_GETFD);

	if (closed ? flags >= 0 : flags < 0)
		_exit(20 + fd);
}

static void
start_without_standard_descriptors(void)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int closed = 1; closed < 8; closed++) {
		int fd = -1;

		for (int number = 0; number < 3; number++)
			(void)dup2(null_fd, number);
		for (int number = 0; number < 3; number++)
			if ((closed & (1 << number)) != 0)
				(void)close(number);
		if (cardea_launch(program, &fd) != CARDEA_OK || fd < 3)
			_exit(closed);
		take_report(fd);
		if (strstr(report, "fd 3 socket:[") == NULL ||
		    strstr(report, "fd 4") != NULL)
			_exit(10 + closed);
		for (int number = 0; number < 3; number++)
			check_closed(number, (closed & (1 << number)) != 0);
		(void)close(fd);
	}
}

static void
P07_works_with_any_of_0_1_2_closed(void **state)
{
	(void)state;
	in_a_copy(start_without_standard_descriptors);
}

static void
start_as_sudo_does(void)
{
	static const gid_t groups[] = { 4242, 4243 };

	if (setgroups(2, groups) != 0 || setresgid(CALLER, 0, 0) != 0 ||
	    setresuid(CALLER, 0, 0) != 0)
		_exit(1);
	(void)umask(0);
	(void)setenv("LD_PRELOAD", "/nowhere.so", 1);
	start_and_hear();
	assert_reports("Uid:\t0\t0\t0\t0\n");
	assert_reports("Gid:\t0\t0\t0\t0\n");
	assert_reports("Groups:\t \n");
	assert_reports("umask 77\n");
	assert_reports("environment 0\n");
	if (getuid() != CALLER || getgid() != CALLER ||
	    getgroups(0, NULL) != 2 || umask(0) != 0)
		_exit(2);
}

static void
F04_F05_ids_and_groups_of_the_caller_stay_behind(void **state)
{
	(void)state;
	in_a_copy(start_as_sudo_does);
}

/* What a container may take from root. */
static void
give_up(int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) != 0)
		_exit(90);
	data[0].effective &= ~(1u << capability);
	data[0].permitted &= ~(1u << capability);
	data[0].inheritable &= ~(1u << capability);
	if (syscall(SYS_capset, &header, data) != 0)
		_exit(91);
}

static void
start_without_the_right_to_set_groups(void)
{
	static const gid_t group = 4242;
	int fd = 77;

	if (setgroups(1, &group) != 0)
		_exit(1);
	give_up(CAP_SETGID);
	if (cardea_launch(program, &fd) != CARDEA_E_IO || errno != EPERM ||
	    fd != 77)
		_exit(2);
}

static void
F04_groups_that_cannot_be_dropped_start_no_verifier(void **state)
{
	(void)state;
	in_a_copy(start_without_the_right_to_set_groups);
}

static void
start_without_root(void)
{
	int fd = 77;

	if (setresuid(CALLER, CALLER, CALLER) != 0)
		_exit(1);
	if (cardea_launch(program, &fd) != CARDEA_E_UNSAFE || fd != 77)
		_exit(2);
}

static void
a_host_that_is_not_root_is_refused(void **state)
{
	(void)state;
	in_a_copy(start_without_root);
}

/* Soft limits only: without CAP_SYS_RESOURCE nobody can raise a hard one. */
static void
lower(__rlimit_resource_t resource, rlim_t soft)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) != 0)
		_exit(1);
	limit.rlim_cur = soft;
	if (setrlimit(resource, &limit) != 0)
		_exit(1);
}

static void
start_under_small_limits(void)
{
	lower(RLIMIT_FSIZE, 0);
	lower(RLIMIT_NPROC, 0);
	lower(RLIMIT_CORE, 4096);
	start_and_hear();
	if (strstr(report, "limit fsize 0\n") != NULL ||
	    strstr(report, "limit core 0\n") == NULL)
		_exit(2);
}

static void
limits_of_the_caller_are_not_inherited(void **state)
{
	(void)state;
	in_a_copy(start_under_small_limits);
}

static void
start_with_few_descriptors(void)
{
	for (rlim_t files = 1; files < 9; files++) {
		const struct rlimit few = { files, 4096 };
		enum cardea_status status;
		int fd = 77;

		if (setrlimit(RLIMIT_NOFILE, &few) != 0)
			_exit(1);
		status = cardea_launch(program, &fd);
		if (status == CARDEA_OK)
			(void)close(fd);
		else if (status != CARDEA_E_IO || errno != EMFILE || fd != 77)
			_exit(2);
	}
}

static void
few_descriptors_are_a_status(void **state)
{
	(void)state;
	in_a_copy(start_with_few_descriptors);
}

static const char *
make_file(const char *name, mode_t mode, uid_t owner, const char *text)
{
	static char path[8192];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chown(path, owner, owner), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static void
a_verifier_that_others_may_have_written_is_not_run(void **state)
{
	static const struct {
		mode_t mode;
		uid_t owner;
		enum cardea_status status;
	} rows[] = {
		{ 0775, 0, CARDEA_E_UNSAFE }, { 0757, 0, CARDEA_E_UNSAFE },
		{ 0755, CALLER, CARDEA_E_UNSAFE }, { 0644, 0, CARDEA_E_UNSAFE },
		{ 0755, 0, CARDEA_E_IO }, /* a text, no program: ENOEXEC */
	};
	size_t before = count_entries("/proc/self/fd");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *path = make_file(
		    "file", rows[i].mode, rows[i].owner, "text\n");
		int fd = 77;

		errno = 0;
		assert_int_equal(cardea_launch(path, &fd), rows[i].status);
		assert_int_equal(fd, 77);
		if (rows[i].status == CARDEA_E_IO)
			assert_int_equal(errno, ENOEXEC);
		assert_int_equal(unlink(path), 0);
		assert_no_child();
	}
	assert_int_equal(count_entries("/proc/self/fd"), before);
}

static void
a_verifier_that_is_no_regular_file_is_not_run(void **state)
{
	char path[8192];
	int fd = 77;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/none", folder);
	assert_int_equal(cardea_launch(path, &fd), CARDEA_E_MISSING);
	assert_int_equal(cardea_launch(folder, &fd), CARDEA_E_UNSAFE);
	assert_int_equal(symlink(program, path), 0);
	assert_int_equal(cardea_launch(path, &fd), CARDEA_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0755), 0);
	assert_int_equal(cardea_launch(path, &fd), CARDEA_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(fd, 77);
}

static void
P18_many_starts_leave_nothing_behind(void **state)
{
	size_t before = count_entries("/proc/self/fd");

	(void)state;
	for (int i = 0; i < 200; i++) {
		int fd = -1;

		assert_int_equal(cardea_launch(program, &fd), CARDEA_OK);
		assert_int_equal(close(fd), 0);
	}
	assert_int_equal(count_entries("/proc/self/fd"), before);
	assert_no_child();
}

static int
make_folder(void **state)
{
	const char *build = getenv("BUILDDIR");

	(void)state;
	(void)snprintf(program, sizeof(program), "%s/tests/rig/report_state",
	    build != NULL ? build : ".");
	(void)snprintf(folder, sizeof(folder), "%s/launch-XXXXXX",
	    build != NULL ? build : ".");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_verifier_is_born_clean),
		cmocka_unit_test(
		    the_verifier_stays_in_the_foreground_of_its_host),
		cmocka_unit_test(P01_no_host_ever_sees_a_child),
		cmocka_unit_test(
		    signals_that_the_host_ignores_or_blocks_are_not_inherited),
		cmocka_unit_test(P02_no_thread_is_started),
		cmocka_unit_test(
		    F02_no_descriptor_of_the_host_reaches_the_verifier),
		cmocka_unit_test(P07_works_with_any_of_0_1_2_closed),
		cmocka_unit_test(
		    F04_F05_ids_and_groups_of_the_caller_stay_behind),
		cmocka_unit_test(
		    F04_groups_that_cannot_be_dropped_start_no_verifier),
		cmocka_unit_test(a_host_that_is_not_root_is_refused),
		cmocka_unit_test(limits_of_the_caller_are_not_inherited),
		cmocka_unit_test(few_descriptors_are_a_status),
		cmocka_unit_test(
		    a_verifier_that_others_may_have_written_is_not_run),
		cmocka_unit_test(a_verifier_that_is_no_regular_file_is_not_run),
		cmocka_unit_test(P18_many_starts_leave_nothing_behind),
	};

	if (geteuid() != 0) {
		(void)puts("1..0 # SKIP the verifier is started by root only");
		return 0;
	}
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
