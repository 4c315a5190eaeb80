/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "module/harness.h"

/* What the line of the security keys does beside what every line does. */

#define BEGUN "take\nverdict 13d78c2e\n"
#define VERIFIED "verdict 31a6c95b\n"

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* The caller's agent is an address that travels, never a fact. */
static void
the_address_of_the_callers_agent_is_carried_on_if_a_socket_can_have_it(
    void **state)
{
	static const struct {
		const char *path;
		bool carried;
	} rows[] = {
		{ "/tmp/ssh-x/agent.7", true },
		{ "/tmp/" HUNDRED "/12", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(setenv("SSH_AUTH_SOCK", rows[i].path, 1), 0);
		harness_stack_of("auth", "@fido2");
		harness_script(1, BEGUN "take\n" VERIFIED);
		(void)harness_heard();
		assert_int_equal(harness_run("auth", 0), PAM_SUCCESS);
		assert_true((strstr(harness_heard(), rows[i].path) != NULL) ==
		    rows[i].carried);
	}
	assert_int_equal(unsetenv("SSH_AUTH_SOCK"), 0);
}

/* Nine seconds are for work; a key may take longer to be found and touched, if
 * the verifier says so. */
static void
K09_a_touch_is_waited_for_as_long_as_was_announced_and_no_longer(void **state)
{
	(void)state;
	harness_stack_of("auth", "@fido2");
	harness_script(1, BEGUN "take\nwait 4000\nsleep 11\n" VERIFIED);
	assert_int_equal(harness_run("auth", 0), PAM_SUCCESS);
	harness_script(1, BEGUN "take\nwait 1000\nsleep 12\n" VERIFIED);
	assert_int_equal(harness_run("auth", 0), PAM_AUTHINFO_UNAVAIL);
	assert_int_equal(harness_log(NULL), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_address_of_the_callers_agent_is_carried_on_if_a_socket_can_have_it),
		cmocka_unit_test(
		    K09_a_touch_is_waited_for_as_long_as_was_announced_and_no_longer),
	};

	return harness_main(tests, sizeof(tests) / sizeof(tests[0]));
}
