/* SPDX-License-Identifier: BSD-2-Clause */
#include <security/pam_modules.h>

#include "modules/code.h"
#include "unit/test.h"

static const struct {
	uint32_t outcome;
	int code;
} table[] = {
	{ CARDEA_OUTCOME_BROKEN, PAM_AUTHINFO_UNAVAIL },
	{ CARDEA_OUTCOME_VERIFIED, PAM_SUCCESS },
	{ CARDEA_OUTCOME_NOT_NEEDED, PAM_IGNORE },
	{ CARDEA_OUTCOME_BEGUN, PAM_SUCCESS },
	{ CARDEA_OUTCOME_OBSERVED, PAM_IGNORE },
	{ CARDEA_OUTCOME_REFUSED, PAM_AUTH_ERR },
	{ CARDEA_OUTCOME_DENIED, PAM_PERM_DENIED },
	{ CARDEA_OUTCOME_EXHAUSTED, PAM_MAXTRIES },
	{ CARDEA_OUTCOME_PERMITTED, PAM_SUCCESS },
	{ CARDEA_OUTCOME_MISUSED, PAM_SYSTEM_ERR },
	{ CARDEA_OUTCOME_IDLE, PAM_SUCCESS },
};
#define ROWS (sizeof(table) / sizeof(table[0]))

static void
V02_every_outcome_has_its_one_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		assert_int_equal(cardea_code(table[i].outcome), table[i].code);
}

static void
V26_no_one_or_two_flipped_bits_make_another_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		for (int a = 0; a < 32; a++)
			for (int b = a; b < 32; b++)
				assert_int_equal(
				    cardea_code(table[i].outcome ^ 1u << a ^
					(a == b ? 0 : 1u << b)),
				    PAM_AUTHINFO_UNAVAIL);
}

static void
V26_small_numbers_are_broken(void **state)
{
	(void)state;
	for (uint32_t number = 0; number < 65536; number++) {
		assert_int_equal(cardea_code(number), PAM_AUTHINFO_UNAVAIL);
		assert_int_equal(
		    cardea_code(0u - number), PAM_AUTHINFO_UNAVAIL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(V02_every_outcome_has_its_one_code),
		cmocka_unit_test(
		    V26_no_one_or_two_flipped_bits_make_another_outcome),
		cmocka_unit_test(V26_small_numbers_are_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
