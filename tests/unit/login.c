/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts/login.h"
#include "unit/test.h"

static void
a_process_is_found_among_those_it_descends_from(void **state)
{
	struct cardea_process self, parent;
	struct cardea_ancestry ancestry;

	(void)state;
	assert_int_equal(cardea_process_read(getpid(), &self, NULL), CARDEA_OK);
	cardea_ancestry_read(getpid(), &ancestry);
	assert_true(ancestry.count >= 1);
	assert_int_equal(
	    cardea_ancestry_find(&ancestry, self.pid, self.start), 0);
	/* the same number, another process */
	assert_int_equal(
	    cardea_ancestry_find(&ancestry, self.pid, self.start + 1),
	    ancestry.count);
	assert_int_equal(cardea_ancestry_find(&ancestry, 1, 0), ancestry.count);
	if (getppid() > 1) {
		assert_int_equal(
		    cardea_process_read(getppid(), &parent, NULL), CARDEA_OK);
		assert_int_equal(
		    cardea_ancestry_find(&ancestry, parent.pid, parent.start),
		    1);
	}
	cardea_ancestry_read(-1, &ancestry);
	assert_int_equal(ancestry.count, 0);
}

static void
a_process_that_is_gone_is_gone(void **state)
{
	struct cardea_process child;
	int hold[2];
	pid_t pid;
	char byte;

	(void)state;
	assert_int_equal(pipe(hold), 0);
	pid = fork();
	if (pid == 0) {
		close(hold[1]);
		_exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
	}
	assert_int_equal(cardea_process_read(pid, &child, NULL), CARDEA_OK);
	assert_true(cardea_process_is(pid, child.start));
	assert_false(cardea_process_is(pid, child.start + 1));
	close(hold[1]);
	close(hold[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(cardea_process_is(pid, child.start));
}

/* What a child with a login uid of its own finds; false: it may have none. */
static bool
begin_login(void)
{
	int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, "4242", 4) == 4;

	if (fd >= 0)
		close(fd);
	return done;
}

static int
judge_child(const char *before)
{
	char led[CARDEA_CREDENTIAL_MAX + 1], again[CARDEA_CREDENTIAL_MAX + 1];
	uid_t uid = 0;

	cardea_login_led(getpid(), before, false, led);
	if (led[0] != '\0')
		return 1; /* inherited */
	if (!begin_login())
		return 77;
	cardea_login_led(getpid(), before, false, led);
	cardea_login_led(getpid(), before, true, again);
	if (led[0] == '\0' || strcmp(led, again) != 0)
		return 2;
	if (cardea_process_login_uid(getpid(), &uid, NULL) != CARDEA_OK ||
	    uid != 4242)
		return 3;
	/* the number was noted after it began: the parent tells, but of sudo
	 * and su, which begin none */
	cardea_login_led(getpid(), led, false, again);
	if (strcmp(led, again) != 0)
		return 4;
	cardea_login_led(getpid(), led, true, again);
	return again[0] == '\0' ? 0 : 5;
}

static void
C06_a_session_is_led_by_the_process_that_began_it(void **state)
{
	char before[CARDEA_CREDENTIAL_MAX + 1];
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(
	    cardea_process_session(getpid(), before, NULL), CARDEA_OK);
	pid = fork();
	if (pid == 0)
		_exit(judge_child(before));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* no rights, or a kernel without audit */
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_process_is_found_among_those_it_descends_from),
		cmocka_unit_test(a_process_that_is_gone_is_gone),
		cmocka_unit_test(
		    C06_a_session_is_led_by_the_process_that_began_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
