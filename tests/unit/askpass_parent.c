/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/askpass/await.h"
#include "cli/askpass/parent.h"
#include "unit/test.h"

static void
versions_that_name_their_host_are_told_from_others(void **state)
{
	static const struct {
		const char *text;
		bool enough;
	} rows[] = {
		{ "OpenSSH_8.5p1", true },
		{ "OpenSSH_8.10p1", true },
		{ "OpenSSH_9.0", true },
		{ "OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19", true },
		{ "OpenSSH_10.0p2\n", true },
		{ "OpenSSH_8.4p1", false },
		{ "OpenSSH_7.9p1", false },
		{ "OpenSSH_0.9", false },
		{ "OpenSSH_8.", false },
		{ "OpenSSH_8", false },
		{ "OpenSSH_.9", false },
		{ "OpenSSH_-9.2", false },
		{ "OpenSSH_ 9.2", false },
		{ "OpenSSH_99999999999.9", false },
		{ "OpenSSH_9.99999999999", false },
		{ "openssh_9.2", false },
		{ " OpenSSH_9.2", false },
		{ "Dropbear v2022.83", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (cardea_parent_is_new_enough(rows[i].text) != rows[i].enough)
			fail_msg("%s", rows[i].text);
}

/* A test is started by make or a shell. */
static void
who_is_not_started_by_ssh_finds_none(void **state)
{
	struct cardea_process ssh = { .pid = 7 };
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(cardea_parent_find(&ssh, &diag), CARDEA_E_MISSING);
	assert_int_equal(ssh.pid, 7);
	assert_string_equal(diag.reason, "this was not started by ssh");
}

static void
a_process_that_is_another_one_is_not_watched(void **state)
{
	struct cardea_process self;
	int fd = -1;

	(void)state;
	assert_int_equal(cardea_process_read(getpid(), &self, NULL), CARDEA_OK);
	assert_int_equal(cardea_parent_watch(&self, &fd), CARDEA_OK);
	assert_int_equal(cardea_await(fd, cardea_clock_read().monotonic_ms, -1),
	    CARDEA_E_TIMEOUT);
	close(fd);

	fd = -1;
	self.start++;
	assert_int_equal(cardea_parent_watch(&self, &fd), CARDEA_E_MISSING);
	assert_int_equal(fd, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    versions_that_name_their_host_are_told_from_others),
		cmocka_unit_test(who_is_not_started_by_ssh_finds_none),
		cmocka_unit_test(a_process_that_is_another_one_is_not_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
