/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/moment.h"
#include "unit/test.h"

static void
an_instant_has_one_value_however_it_is_written(void **state)
{
	static const struct {
		const char *text;
		int64_t time_s;
	} cases[] = {
		{ "0", 0 },
		{ "59", 59 },
		{ "-1", -1 },
		{ "1792407600", 1792407600 },
		{ "1970-01-01", 0 },
		{ "2026-12-25", 1798156800 },
		{ "2026-12-25T10:00Z", 1798192800 },
		{ "2026-12-25T10:00:01Z", 1798192801 },
		{ "2026-12-25T10:00:00+01:00", 1798189200 },
		{ "2026-12-25T10:00:00-0330", 1798205400 },
		{ "2028-02-29T00:00:00Z", 1835395200 },
		{ "9223372036854775807", INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t time_s = 7;

		assert_int_equal(
		    cardea_moment_parse(cases[i].text, &time_s), CARDEA_OK);
		assert_int_equal(time_s, cases[i].time_s);
	}
}

static void
what_is_no_instant_is_refused_and_changes_nothing(void **state)
{
	static const char *const cases[] = { "", " ", "-", "+1", "1 ", "01",
		"9223372036854775808", "1e3", "0x10", "noon", "2026-12-25T",
		"2026-12-25T10", "2026-12-25T10:00", "2026-12-25 10:00Z",
		"2026-12-25T24:00Z", "2026-12-25T10:60Z",
		"2026-12-25T10:00:60Z", "2026-12-25T10:00ZZ",
		"2026-12-25T10:00+24:00", "2026-12-25T10:00+1:00",
		"2026-12-25T10:00:00.5Z", "2026-13-01", "2026-02-29",
		"2026-2-1", "26-12-25", "2026-12-25Z" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t time_s = 7;

		assert_int_not_equal(
		    cardea_moment_parse(cases[i], &time_s), CARDEA_OK);
		assert_int_equal(time_s, 7);
	}
}

static void
a_bare_day_as_an_end_counts_whole(void **state)
{
	int64_t time_s = 0;

	(void)state;
	assert_int_equal(
	    cardea_moment_parse_end("2026-12-25", &time_s), CARDEA_OK);
	assert_int_equal(time_s, 1798156800 + 86400);
	assert_int_equal(
	    cardea_moment_parse_end("2026-12-25T10:00Z", &time_s), CARDEA_OK);
	assert_int_equal(time_s, 1798192800);
}

static void
the_stamp_of_a_log_may_have_a_fraction_and_must_have_a_day(void **state)
{
	int64_t time_s = 7;

	(void)state;
	assert_int_equal(
	    cardea_moment_parse_log("100", &time_s), CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_moment_parse_log("2026-12-25", &time_s), CARDEA_E_SYNTAX);
	assert_int_equal(time_s, 7);
	assert_int_equal(cardea_moment_parse_log(
			     "2026-12-25T10:00:00.123456+01:00", &time_s),
	    CARDEA_OK);
	assert_int_equal(time_s, 1798189200);
}

static void
an_instant_is_written_in_utc(void **state)
{
	char text[CARDEA_MOMENT_TEXT_MAX + 1];

	(void)state;
	cardea_moment_format(1798189200, text);
	assert_string_equal(text, "2026-12-25T09:00:00Z");
	cardea_moment_format(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59Z");
	cardea_moment_format(INT64_MAX, text);
	assert_string_equal(text, "9223372036854775807");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_instant_has_one_value_however_it_is_written),
		cmocka_unit_test(
		    what_is_no_instant_is_refused_and_changes_nothing),
		cmocka_unit_test(a_bare_day_as_an_end_counts_whole),
		cmocka_unit_test(
		    the_stamp_of_a_log_may_have_a_fraction_and_must_have_a_day),
		cmocka_unit_test(an_instant_is_written_in_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
