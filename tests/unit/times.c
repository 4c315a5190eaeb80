/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "facts/zonetime.h"
#include "unit/policies.h"

/*
 * Rules about times in the zones of the table, at the instants of the table:
 * every change of summer time, every leap day and year's end since 1992.  What
 * the rule must say is read off the table's own text, never computed from an
 * offset.
 */
static struct cardea_policy *
policy_for(const char *zone, struct written *ret_written)
{
	char text[2048];

	snprintf(text, sizeof(text),
	    "hours: {"
	    "day = { days = \"mon-fri\"; times = \"08:00-18:00\"; timezone = "
	    "\"%s\"; };"
	    "edge = { days = \"mon-sun\"; times = \"01:30-02:30\"; timezone = "
	    "\"%s\"; };"
	    "night = { days = \"sat\"; times = \"23:00-03:00\"; timezone = "
	    "\"%s\"; };"
	    "year = { days = \"mon-sun\"; times = \"00:00-24:00\"; timezone = "
	    "\"%s\"; }; };"
	    "rules = ("
	    "{ name = \"a\"; deny = \"d\"; when = { hours = \"day\"; }; },"
	    "{ name = \"b\"; deny = \"d\"; when = { hours = \"edge\"; }; },"
	    "{ name = \"c\"; deny = \"d\"; when = { hours = \"night\"; }; },"
	    "{ name = \"d\"; deny = \"d\"; when = { hours = \"year\"; }; },"
	    "{ name = \"e\"; deny = \"d\"; when = { from = \"2008-02-29 "
	    "02:30\"; until = \"2020-12-31\"; timezone = \"%s\"; }; } );",
	    zone, zone, zone, zone, zone);
	*ret_written = write_policy("", text);
	return ret_written->policy;
}

/* what the five rules must say at "2026-03-29T01:59:59" on a "Sun" */
static void
read_off(const char *local, const char *weekday, bool expected[5])
{
	const char *clock = local + 11;
	bool weekend = strcmp(weekday, "Sat") == 0 ||
	    strcmp(weekday, "Sun") == 0;

	expected[0] = !weekend && strcmp(clock, "08:00:00") >= 0 &&
	    strcmp(clock, "18:00:00") < 0;
	expected[1] = strcmp(clock, "01:30:00") >= 0 &&
	    strcmp(clock, "02:30:00") < 0;
	expected[2] = (strcmp(weekday, "Sat") == 0 &&
			  strcmp(clock, "23:00:00") >= 0) ||
	    (strcmp(weekday, "Sun") == 0 && strcmp(clock, "03:00:00") < 0);
	expected[3] = true;
	expected[4] = strcmp(local, "2008-02-29T02:30:00") >= 0 &&
	    strcmp(local, "2021-01-01T00:00:00") < 0;
}

static void
judge_row(const struct cardea_policy *policy, const json_t *row)
{
	const char *local = json_string_value(json_object_get(row, "local"));
	const char *weekday = json_string_value(
	    json_object_get(row, "weekday"));
	static struct cardea_request request;
	bool expected[5];

	request.time_known = true;
	request.time_s = json_integer_value(json_object_get(row, "unix_time"));
	request.local_count = 1;
	cardea_zonetime(json_string_value(json_object_get(row, "zone")),
	    request.time_s, &request.local[0]);
	read_off(local, weekday, expected);
	for (size_t i = 0; i < 5; i++) {
		enum cardea_truth truth = CARDEA_MAYBE;

		assert_int_equal(
		    cardea_policy_match(policy, i, &request, &truth),
		    CARDEA_OK);
		if (truth != (expected[i] ? CARDEA_TRUE : CARDEA_FALSE))
			fail_msg(
			    "rule %zu at %s gave %d", i, local, (int)truth);
	}
}

static void
C09_rules_about_times_are_right_at_every_edge_of_the_table(void **state)
{
	struct written written = { NULL, NULL, 0 };
	const struct cardea_policy *policy = NULL;
	char path[4096], zone[64] = "";
	json_error_t error;
	json_t *table, *row;
	size_t index;

	(void)state;
	snprintf(path, sizeof(path),
	    "%s/tests/vectors/tz-edges/local-times.json", getenv("SRCDIR"));
	table = json_load_file(path, 0, &error);
	if (table == NULL)
		fail_msg("%s: %s", path, error.text);
	json_array_foreach(table, index, row)
	{
		const char *name = json_string_value(
		    json_object_get(row, "zone"));

		if (policy == NULL || strcmp(zone, name) != 0) {
			drop_policy(&written);
			snprintf(zone, sizeof(zone), "%s", name);
			policy = policy_for(zone, &written);
		}
		judge_row(policy, row);
	}
	assert_int_equal(json_array_size(table), 4204);
	json_decref(table);
	drop_policy(&written);
}

/* Two hours: one open for exactly a span of the wall, one always but then. */
static struct written
policy_around(const char *zone, const char *from, const char *to)
{
	char text[1024];

	snprintf(text, sizeof(text),
	    "hours: { open = { also = \"%.10s %.5s/%.10s %.5s\"; timezone = "
	    "\"%s\"; }; shut = { days = \"mon-sun\"; times = "
	    "\"00:00-24:00\"; except = \"%.10s %.5s/%.10s %.5s\"; timezone "
	    "= \"%s\"; }; };"
	    "rules = ("
	    "{ name = \"a\"; deny = \"d\"; when = { hours = \"open\"; }; },"
	    "{ name = \"b\"; deny = \"d\"; when = { hours = \"shut\"; }; } "
	    ");",
	    from, from + 11, to, to + 11, zone, from, from + 11, to, to + 11,
	    zone);
	return write_policy("", text);
}

static void
judge_around(const struct written *written, const char *zone, int64_t time_s,
    bool within)
{
	static struct cardea_request request;

	request.time_known = true;
	request.time_s = time_s;
	request.local_count = 1;
	cardea_zonetime(zone, time_s, &request.local[0]);
	for (size_t i = 0; i < 2; i++) {
		enum cardea_truth truth = CARDEA_MAYBE;

		assert_int_equal(
		    cardea_policy_match(written->policy, i, &request, &truth),
		    CARDEA_OK);
		if (truth != ((i == 0) == within ? CARDEA_TRUE : CARDEA_FALSE))
			fail_msg("rule %zu in %s at %lld gave %d", i, zone,
			    (long long)time_s, (int)truth);
	}
}

/* A span of the wall that is skipped holds at no instant; one that comes twice
 * holds both times, and not a second longer. */
static void
judge_span(const json_t *row)
{
	const char *zone = json_string_value(json_object_get(row, "zone"));
	int64_t change = json_integer_value(json_object_get(row, "at_unix"));
	int64_t seconds = json_integer_value(json_object_get(row, "seconds"));
	bool twice = strcmp(json_string_value(json_object_get(row, "kind")),
			 "twice") == 0;
	struct written written = policy_around(zone,
	    json_string_value(json_object_get(row, "from")),
	    json_string_value(json_object_get(row, "to")));

	judge_around(&written, zone, change - seconds - 1, false);
	judge_around(&written, zone, change - seconds, twice);
	judge_around(&written, zone, change - 1, twice);
	judge_around(&written, zone, change, twice);
	judge_around(&written, zone, change + seconds - 1, twice);
	judge_around(&written, zone, change + seconds, false);
	drop_policy(&written);
}

static void
C09_one_off_windows_are_right_in_every_gap_and_repeat(void **state)
{
	char path[4096];
	json_error_t error;
	json_t *table, *row;
	size_t index;

	(void)state;
	snprintf(path, sizeof(path),
	    "%s/tests/vectors/tz-edges/gaps-and-repeats.json",
	    getenv("SRCDIR"));
	table = json_load_file(path, 0, &error);
	if (table == NULL)
		fail_msg("%s: %s", path, error.text);
	json_array_foreach(table, index, row) judge_span(row);
	assert_int_equal(json_array_size(table), 681);
	json_decref(table);
}

/* what the caller's environment says of time zones changes nothing */
static void
C07_one_off_windows_stand_in_the_policys_zone_alone(void **state)
{
	static const char *const hostile[] = { "Asia/Tokyo", "wrong",
		":/etc/shadow", "EST5EDT,M3.2.0,M11.1.0", "" };
	struct written written;

	(void)state;
	assert_int_equal(setenv("TZDIR", "/nonexistent", 1), 0);
	assert_int_equal(setenv("LC_ALL", "tr_TR.UTF-8", 1), 0);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		assert_int_equal(setenv("TZ", hostile[i], 1), 0);
		/* 2026-11-28 09:00 to 17:00 in Berlin is 08:00Z to 16:00Z */
		written = policy_around("Europe/Berlin", "2026-11-28T09:00:00",
		    "2026-11-28T17:00:00");
		judge_around(&written, "Europe/Berlin", 1795852799, false);
		judge_around(&written, "Europe/Berlin", 1795852800, true);
		judge_around(&written, "Europe/Berlin", 1795881599, true);
		judge_around(&written, "Europe/Berlin", 1795881600, false);
		drop_policy(&written);
	}
	assert_int_equal(unsetenv("TZDIR"), 0);
	assert_int_equal(unsetenv("LC_ALL"), 0);
	assert_int_equal(unsetenv("TZ"), 0);
}

/* facts that no calendar holds are no facts */
static void
a_wall_clock_that_shows_nonsense_is_unknown(void **state)
{
	static const struct cardea_local_time walls[] = {
		{ .known = true, .year = 2026, .month = 0, .day = 1 },
		{ .known = true, .year = 2026, .month = 13, .day = 1 },
		{ .known = true, .year = 2026, .month = 1, .day = 0 },
		{ .known = true, .year = 2026, .month = 1, .day = 32 },
		{ .known = true,
		    .year = 2026,
		    .month = 1,
		    .day = 1,
		    .second = -1 },
		{ .known = true,
		    .year = 2026,
		    .month = 1,
		    .day = 1,
		    .second = 86400 },
		{ .known = true, .year = 1969, .month = 12, .day = 31 },
		{ .known = true, .year = -5, .month = 12, .day = 31 },
		{ .known = true, .year = 2000000000, .month = 1, .day = 1 },
		{ .known = false, .year = 2026, .month = 1, .day = 1 },
	};
	struct written written;
	struct cardea_policy *policy = policy_for("UTC", &written);
	static struct cardea_request request;

	(void)state;
	request.time_known = true;
	request.local_count = 1;
	for (size_t i = 0; i < sizeof(walls) / sizeof(walls[0]); i++) {
		request.local[0] = walls[i];
		memcpy(request.local[0].zone, "UTC", 4);
		for (size_t rule = 0; rule < 5; rule++) {
			enum cardea_truth truth = CARDEA_TRUE;

			assert_int_equal(
			    cardea_policy_match(policy, rule, &request, &truth),
			    CARDEA_OK);
			assert_int_equal(truth, CARDEA_MAYBE);
		}
	}
	drop_policy(&written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    C09_rules_about_times_are_right_at_every_edge_of_the_table),
		cmocka_unit_test(
		    C09_one_off_windows_are_right_in_every_gap_and_repeat),
		cmocka_unit_test(
		    C07_one_off_windows_stand_in_the_policys_zone_alone),
		cmocka_unit_test(a_wall_clock_that_shows_nonsense_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
