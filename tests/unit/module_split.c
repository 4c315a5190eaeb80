/* SPDX-License-Identifier: BSD-2-Clause */
#include "modules/split.h"
#include "unit/test.h"

static void
a_code_is_taken_off_only_where_one_stands(void **state)
{
	static const struct {
		const char *typed;
		size_t digits, code_len;
	} rows[] = {
		{ "secret123456", 6, 6 }, { "s123456", 6, 6 },
		{ "secret12345678", 8, 8 },
		{ "1234567", 6, 6 },	   /* a password of one digit */
		{ "secret1234567", 6, 6 }, /* the last six are the code */
		{ "123456", 6, 0 },	   /* nothing would be left */
		{ "12345", 6, 0 }, { "", 6, 0 }, { "secret", 6, 0 },
		{ "secret12345", 6, 0 }, { "secret123456 ", 6, 0 },
		{ "secret12345\n", 6, 0 }, { "secret-12345", 6, 0 },
		{ "secret+12345", 6, 0 },
		{ "secret12345\xb2", 6, 0 }, /* superscript two, Latin-1 */
		{ "secret123456", 0, 0 },    /* switched off */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    cardea_split_code_len(rows[i].typed, rows[i].digits),
		    rows[i].code_len);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_taken_off_only_where_one_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
