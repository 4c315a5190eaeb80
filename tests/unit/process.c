/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts/process.h"
#include "unit/test.h"

/* A child that waits under the given name, until it is killed. */
static pid_t
start_child(const char *name)
{
	int ready[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_NAME, name);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void
end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
the_kernel_tells_ids_parent_and_start(void **state)
{
	struct cardea_process self = { .pid = 0 }, child = { .pid = 0 };
	pid_t pid = start_child("plain");

	(void)state;
	assert_int_equal(cardea_process_read(getpid(), &self, NULL), CARDEA_OK);
	assert_int_equal(self.pid, getpid());
	assert_int_equal(self.parent, getppid());
	assert_int_equal(self.real_uid, getuid());
	assert_int_equal(self.effective_uid, geteuid());
	assert_true(self.start > 0);

	assert_int_equal(cardea_process_read(pid, &child, NULL), CARDEA_OK);
	assert_int_equal(child.parent, getpid());
	assert_true(child.start >= self.start);
	end_child(pid);
}

static void
I14_a_process_cannot_lie_by_its_name(void **state)
{
	static const char *const names[] = { ") R 1 (", "a b) S 0 0 0 0 0",
		"x\nUid:\t0\t0", "Uid:\t0", "))))))))", "" };
	struct cardea_process plain = { .pid = 0 };
	pid_t pid = start_child("plain");

	(void)state;
	assert_int_equal(cardea_process_read(pid, &plain, NULL), CARDEA_OK);
	end_child(pid);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct cardea_process got = { .pid = 0 };

		pid = start_child(names[i]);
		assert_int_equal(
		    cardea_process_read(pid, &got, NULL), CARDEA_OK);
		assert_int_equal(got.parent, getpid());
		assert_int_equal(got.real_uid, getuid());
		assert_true(
		    got.start >= plain.start && got.start < plain.start + 6000);
		end_child(pid);
	}
}

static void
a_process_that_is_gone_is_missing_and_nothing_is_told(void **state)
{
	struct cardea_process got = { .pid = 77, .real_uid = 88 };
	struct cardea_diag diag = { .line = 0 };
	pid_t pid = start_child("plain");

	(void)state;
	end_child(pid);
	assert_int_equal(
	    cardea_process_read(pid, &got, &diag), CARDEA_E_MISSING);
	assert_int_equal(cardea_process_read(0, &got, NULL), CARDEA_E_MISSING);
	assert_int_equal(cardea_process_read(-1, &got, NULL), CARDEA_E_MISSING);
	assert_int_equal(got.pid, 77);
	assert_int_equal(got.real_uid, 88);
	assert_string_equal(diag.reason, "cannot be opened");
}

static void
an_unset_audit_session_is_empty(void **state)
{
	char session[CARDEA_CREDENTIAL_MAX + 1] = "x", expected[32] = "";
	FILE *file = fopen("/proc/self/sessionid", "r");

	(void)state;
	if (file != NULL) {
		assert_non_null(fgets(expected, sizeof(expected), file));
		fclose(file);
	}
	if (strcmp(expected, CARDEA_PROCESS_NO_SESSION) == 0)
		expected[0] = '\0';
	assert_int_equal(
	    cardea_process_session(getpid(), session, NULL), CARDEA_OK);
	assert_string_equal(session, expected);
}

static void
a_program_is_known_by_its_file(void **state)
{
	static const char *const wrong[] = { "/nonexistent", "/bin/sh", "/" };
	char self[4096];
	const char *right[] = { "/nonexistent", self };
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	(void)state;
	assert_true(len > 0);
	self[len] = '\0';
	assert_true(cardea_process_runs(getpid(), right, 2));
	assert_false(cardea_process_runs(getpid(), right, 1));
	assert_false(cardea_process_runs(getpid(), wrong, 3));
	assert_false(cardea_process_runs(getpid(), wrong, 0));
	assert_false(cardea_process_runs(0, right, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_tells_ids_parent_and_start),
		cmocka_unit_test(I14_a_process_cannot_lie_by_its_name),
		cmocka_unit_test(
		    a_process_that_is_gone_is_missing_and_nothing_is_told),
		cmocka_unit_test(an_unset_audit_session_is_empty),
		cmocka_unit_test(a_program_is_known_by_its_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
