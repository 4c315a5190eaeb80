/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "policy/lint_grant.h"
#include "unit/test.h"

static void
a_code_or_a_key_is_enough_to_approve(void **state)
{
	static const char *const rows[] = { "totp", "hotp", "recovery", "fido2",
		"fido2(uv, agent)", "totp + fido2", "password | totp",
		"device(known) + totp", "sshkey | fido2" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *fault = cardea_lint_approver(rows[i]);

		if (fault != NULL)
			fail_msg("%s: %s", rows[i], fault);
	}
}

static void
less_proves_nobody(void **state)
{
	static const char *const rows[] = { "none", "password", "device",
		"device(host)", "sshkey", "sshcert", "password | device",
		"no requirement at all (" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *fault = cardea_lint_approver(rows[i]);

		assert_non_null(fault);
		assert_non_null(strstr(fault, "no code and no security key"));
	}
}

static void
what_only_a_login_shows_is_never_shown(void **state)
{
	static const char *const rows[] = { "password + totp",
		"(password | sshkey) + fido2", "sshcert + totp" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *fault = cardea_lint_approver(rows[i]);

		assert_non_null(fault);
		assert_non_null(strstr(fault, "only a login shows"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_or_a_key_is_enough_to_approve),
		cmocka_unit_test(less_proves_nobody),
		cmocka_unit_test(what_only_a_login_shows_is_never_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
