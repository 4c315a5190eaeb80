/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/text.h"
#include "facts/walltime.h"
#include "unit/test.h"

#define HALF_S 1800
#define POINTS 20 /* half hours around a change */

static int64_t
wall_at(const char *zone, int64_t time_s)
{
	int64_t wall = INT64_MIN;

	assert_true(cardea_walltime_at(zone, time_s, &wall));
	return wall;
}

static int64_t
wall(int year, int month, int day, int minute)
{
	return cardea_text_days(year, month, day) * 86400 + minute * 60;
}

/* All changes of the table lie on half hours, so between two of them the wall
 * counts on: what it shows is known from both ends of each half hour. */
static void
compare_spans(const char *zone, int64_t change)
{
	int64_t start = change - POINTS / 2 * HALF_S;
	int64_t first[POINTS], last[POINTS];

	for (int i = 0; i < POINTS; i++) {
		first[i] = wall_at(zone, start + i * HALF_S);
		last[i] = wall_at(zone, start + (i + 1) * HALF_S - 1);
	}
	for (int i = 0; i < POINTS; i += 3) {
		int64_t low = first[i], high = last[i];

		for (int k = i; k < POINTS; k++) {
			int64_t from = 0, to = 0;

			low = first[k] < low ? first[k] : low;
			high = last[k] > high ? last[k] : high;
			if ((i + k) % 2 != 0)
				continue;
			assert_true(
			    cardea_walltime_shown(zone, start + i * HALF_S,
				start + (k + 1) * HALF_S, &from, &to));
			if (from != low || to != high + 1)
				fail_msg("%s at %lld, half hours %d to %d",
				    zone, (long long)change, i, k);
		}
	}
}

/* the first instant that shows the wall; through a gap it counts on */
static void
compare_instants(const char *zone, int64_t change)
{
	int64_t start = change - POINTS / 2 * HALF_S;
	int64_t before = wall_at(zone, change - 1) - (change - 1);

	for (int i = 0; i < POINTS; i++) {
		int64_t at = start + i * HALF_S, found = 0;
		int64_t shown = wall_at(zone, at), expected = at;

		for (int64_t t = start; t < at && expected == at; t += HALF_S) {
			if (wall_at(zone, t) == shown)
				expected = t;
		}
		assert_true(cardea_walltime_instant(zone, shown, &found));
		assert_int_equal(found, expected);
		/* and as if the change had not come */
		if (at < change || wall_at(zone, at) < at + before)
			continue;
		assert_true(cardea_walltime_instant(zone, at + before, &found));
		if (at + before < wall_at(zone, change))
			assert_int_equal(found, at);
	}
}

static void
C09_walls_and_instants_agree_at_every_change(void **state)
{
	char path[4096];
	json_error_t error;
	json_t *table, *row;
	size_t index, count = 0;

	(void)state;
	snprintf(path, sizeof(path),
	    "%s/tests/vectors/tz-edges/gaps-and-repeats.json",
	    getenv("SRCDIR"));
	table = json_load_file(path, 0, &error);
	if (table == NULL)
		fail_msg("%s: %s", path, error.text);
	json_array_foreach(table, index, row)
	{
		const char *zone = json_string_value(
		    json_object_get(row, "zone"));
		int64_t change = json_integer_value(
		    json_object_get(row, "at_unix"));

		/* the last years, and the day that Apia never had */
		if (change < INT64_C(1700000000) &&
		    json_integer_value(json_object_get(row, "seconds")) < 86400)
			continue;
		compare_spans(zone, change);
		compare_instants(zone, change);
		count++;
	}
	assert_in_range(count, 20, 200);
	json_decref(table);
	/* two hours at once */
	compare_spans("Antarctica/Troll", 1774746000);
	compare_instants("Antarctica/Troll", 1774746000);
	compare_spans("Antarctica/Troll", 1792890000);
	compare_instants("Antarctica/Troll", 1792890000);
}

static void
C09_the_day_that_was_skipped_is_reached_from_before(void **state)
{
	int64_t found = 0, from = 0, to = 0;

	(void)state;
	/* noon of 2011-12-30 in Apia never was: noon of the 31st */
	assert_true(cardea_walltime_instant(
	    "Pacific/Apia", wall(2011, 12, 30, 720), &found));
	assert_int_equal(
	    wall_at("Pacific/Apia", found), wall(2011, 12, 31, 720));
	assert_true(cardea_walltime_shown(
	    "Pacific/Apia", found - 3 * 86400, found, &from, &to));
	assert_int_equal(from, wall(2011, 12, 27, 720));
	assert_int_equal(to, wall(2011, 12, 31, 720));
}

static void
what_has_no_date_or_zone_is_unknown(void **state)
{
	int64_t one = 12345, two = 12345;

	(void)state;
	assert_false(cardea_walltime_at("No/Such", 0, &one));
	assert_false(cardea_walltime_instant("No/Such", 0, &one));
	assert_false(cardea_walltime_shown("No/Such", 0, 1, &one, &two));
	assert_false(cardea_walltime_at("UTC", INT64_MAX, &one));
	assert_false(
	    cardea_walltime_instant("UTC", INT64_C(253402300800), &one));
	assert_false(cardea_walltime_shown("UTC", 5, 5, &one, &two));
	assert_false(cardea_walltime_shown("UTC", 5, 4, &one, &two));
	assert_int_equal(one, 12345);
	assert_int_equal(two, 12345);
	assert_true(cardea_walltime_shown("UTC", 5, 6, &one, &two));
	assert_int_equal(one, 5);
	assert_int_equal(two, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(C09_walls_and_instants_agree_at_every_change),
		cmocka_unit_test(
		    C09_the_day_that_was_skipped_is_reached_from_before),
		cmocka_unit_test(what_has_no_date_or_zone_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
