/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

static void
text_is_never_cut(void **state)
{
	char target[4] = "old";

	(void)state;
	assert_int_equal(cardea_text_copy(target, 4, "abcd"), CARDEA_E_RANGE);
	assert_string_equal(target, "old");
	assert_int_equal(cardea_text_copy(target, 4, "abc"), CARDEA_OK);
	assert_string_equal(target, "abc");
	assert_int_equal(cardea_text_copy(target, 4, NULL), CARDEA_OK);
	assert_string_equal(target, "");
	assert_int_equal(
	    cardea_text_print(target, 4, "%d", 1234), CARDEA_E_RANGE);
	assert_string_equal(target, "");
}

static void
uuids_have_one_form(void **state)
{
	static const char *const bad[] = { "",
		"ee882879721c491397753dfcce97072a",
		"ee882879-721c-4913-9775-3dfcce97072",
		"ee882879-721c-4913-9775-3dfcce97072a0",
		"ee88287-9721c-4913-9775-3dfcce97072a",
		"ee882879-721c-4913-9775-3dfcce97072g",
		"{ee882879-721c-4913-9775-3dfcce9707}" };
	char text[CARDEA_TEXT_UUID + 1];
	unsigned char bytes[16] = { 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    cardea_text_parse_uuid(bytes, bad[i]), CARDEA_E_SYNTAX);
	assert_int_equal(bytes[0], 7);
	assert_int_equal(cardea_text_parse_uuid(
			     bytes, "EE882879-721c-4913-9775-3dfcce97072a"),
	    CARDEA_OK);
	assert_int_equal(bytes[0], 0xee);
	assert_int_equal(bytes[15], 0x2a);
	cardea_text_uuid(text, bytes);
	assert_string_equal(text, "ee882879-721c-4913-9775-3dfcce97072a");
}

static void
numbers_are_plain_decimal_or_refused(void **state)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "01",
		"0x1", "1e3", "1.", "\xd9\xa1", "18446744073709551616",
		"99999999999999999999999" };
	uint64_t number = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(
		    cardea_text_number(bad[i], 0, UINT64_MAX, &number),
		    CARDEA_OK);
	assert_int_equal(number, 77);
	assert_int_equal(
	    cardea_text_number("18446744073709551615", 0, UINT64_MAX, &number),
	    CARDEA_OK);
	assert_true(number == UINT64_MAX);
	assert_int_equal(cardea_text_number("0", 0, 0, &number), CARDEA_OK);
	assert_int_equal(number, 0);
	assert_int_equal(
	    cardea_text_number("5", 6, 8, &number), CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_text_number("9", 6, 8, &number), CARDEA_E_RANGE);
}

static void
P15_durations_need_a_unit_and_have_a_ceiling(void **state)
{
	static const struct {
		const char *text;
		enum cardea_status status;
		uint32_t seconds;
	} cases[] = { { "45s", CARDEA_OK, 45 }, { "15m", CARDEA_OK, 900 },
		{ "10h", CARDEA_OK, 36000 }, { "7d", CARDEA_OK, 604800 },
		{ "0s", CARDEA_OK, 0 }, { "15", CARDEA_E_SYNTAX, 0 },
		{ "m", CARDEA_E_SYNTAX, 0 }, { "", CARDEA_E_SYNTAX, 0 },
		{ "1w", CARDEA_E_SYNTAX, 0 }, { "-1s", CARDEA_E_SYNTAX, 0 },
		{ "1 s", CARDEA_E_SYNTAX, 0 }, { "366d", CARDEA_E_RANGE, 0 },
		{ "365d", CARDEA_OK, 31536000 },
		{ "31536001s", CARDEA_E_RANGE, 0 },
		{ "4294967295d", CARDEA_E_RANGE, 0 },
		{ "4294967296s", CARDEA_E_RANGE, 0 },
		{ "99999999999999999s", CARDEA_E_SYNTAX, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t seconds = 0;

		assert_int_equal(
		    cardea_text_duration(cases[i].text, 365 * 86400, &seconds),
		    cases[i].status);
		assert_int_equal(seconds, cases[i].seconds);
	}
}

static void
dates_must_exist(void **state)
{
	static const char *const bad[] = { "2026-02-29", "2100-02-29",
		"2026-13-01", "2026-00-10", "2026-04-31", "2026-4-3",
		"26-12-25", "2026/12/25", "1969-12-31", "2026-12-25 ",
		"2026-12-2x" };
	int year = 0, month = 0, day = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(
		    cardea_text_date(bad[i], &year, &month, &day), CARDEA_OK);
	assert_int_equal(year, 0);
	assert_int_equal(
	    cardea_text_date("2024-02-29", &year, &month, &day), CARDEA_OK);
	assert_int_equal(year * 10000 + month * 100 + day, 20240229);
}

static void
days_and_weekdays_agree_with_known_dates(void **state)
{
	(void)state;
	assert_int_equal(cardea_text_days(1970, 1, 1), 0);
	assert_int_equal(cardea_text_days(2000, 3, 1), 11017);
	assert_int_equal(cardea_text_days(1969, 12, 31), -1);
	assert_int_equal(cardea_text_days(2026, 11, 23), 20780);
	assert_int_equal(cardea_text_weekday(1970, 1, 1), 3);
	assert_int_equal(cardea_text_weekday(2026, 11, 23), 0);
	assert_int_equal(cardea_text_weekday(2024, 2, 29), 3);
}

static void
days_count_on_by_one(void **state)
{
	int64_t expected = cardea_text_days(1970, 1, 1);
	char text[16];
	int y, m, d;

	(void)state;
	for (int year = 1970; year < 2110; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= 31; day++) {
				assert_int_equal(
				    cardea_text_print(text, sizeof(text),
					"%04d-%02d-%02d", year, month, day),
				    CARDEA_OK);
				if (cardea_text_date(text, &y, &m, &d) !=
				    CARDEA_OK)
					continue;
				assert_true(cardea_text_days(
						year, month, day) == expected);
				expected++;
			}
}

static void
hex_goes_there_and_back(void **state)
{
	const unsigned char bytes[4] = { 0x00, 0x7f, 0x80, 0xff };
	unsigned char back[4] = { 1, 2, 3, 4 };
	char hex[9];

	(void)state;
	cardea_text_hex(hex, bytes, 4);
	assert_string_equal(hex, "007f80ff");
	assert_int_equal(cardea_text_unhex(back, 4, "007F80fF"), CARDEA_OK);
	assert_memory_equal(back, bytes, 4);
	back[0] = 9;
	assert_int_equal(
	    cardea_text_unhex(back, 4, "007f80fg"), CARDEA_E_SYNTAX);
	assert_int_equal(cardea_text_unhex(back, 4, "007f80"), CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_text_unhex(back, 4, "007f80ff0"), CARDEA_E_SYNTAX);
	assert_int_equal(back[0], 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_never_cut),
		cmocka_unit_test(uuids_have_one_form),
		cmocka_unit_test(numbers_are_plain_decimal_or_refused),
		cmocka_unit_test(P15_durations_need_a_unit_and_have_a_ceiling),
		cmocka_unit_test(dates_must_exist),
		cmocka_unit_test(days_and_weekdays_agree_with_known_dates),
		cmocka_unit_test(days_count_on_by_one),
		cmocka_unit_test(hex_goes_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
