/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "facts/zonetime.h"
#include "unit/test.h"

/* one byte longer than a zone may be */
#define LONG_NAME                                                              \
	"012345678901234567890123456789012345678901234567890123456789"         \
	"0123"

static struct cardea_local_time
local_of(const char *zone, int64_t time_s)
{
	struct cardea_local_time local;

	memset(&local, 0x55, sizeof(local));
	cardea_zonetime(zone, time_s, &local);
	return local;
}

/* assert_shows: local is "2026-03-29T01:59:59" */
static void
assert_shows(const struct cardea_local_time *local, const char *expected)
{
	char text[64];

	assert_true(local->known);
	(void)snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d",
	    local->year, local->month, local->day, local->second / 3600,
	    local->second / 60 % 60, local->second % 60);
	assert_string_equal(text, expected);
}

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
	"Sat", "Sun" };

static size_t
compare_with_table(void)
{
	char path[4096];
	json_error_t error;
	json_t *table, *row;
	size_t index;

	(void)snprintf(path, sizeof(path),
	    "%s/tests/vectors/tz-edges/local-times.json", getenv("SRCDIR"));
	table = json_load_file(path, 0, &error);
	if (table == NULL)
		fail_msg("%s: %s", path, error.text);
	json_array_foreach(table, index, row)
	{
		const char *zone = json_string_value(
		    json_object_get(row, "zone"));
		int64_t time_s = json_integer_value(
		    json_object_get(row, "unix_time"));
		struct cardea_local_time local = local_of(zone, time_s);

		assert_string_equal(local.zone, zone);
		assert_shows(
		    &local, json_string_value(json_object_get(row, "local")));
		assert_in_range(local.weekday, 0, 6);
		assert_string_equal(weekdays[local.weekday],
		    json_string_value(json_object_get(row, "weekday")));
	}
	index = json_array_size(table);
	json_decref(table);
	return index;
}

static void
C09_every_edge_of_the_table_is_shown_right(void **state)
{
	(void)state;
	assert_int_equal(compare_with_table(), 4204);
}

static void
C07_the_callers_zone_and_locale_do_not_matter(void **state)
{
	static const char *const hostile[] = { "Asia/Tokyo", "wrong", "",
		":/etc/shadow", ":/dev/zero", "EST5EDT,M3.2.0,M11.1.0",
		"../../../etc/passwd", "\xff" };
	struct cardea_local_time local;

	(void)state;
	assert_int_equal(setenv("TZDIR", "/nonexistent", 1), 0);
	assert_int_equal(setenv("LC_ALL", "tr_TR.UTF-8", 1), 0);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		assert_int_equal(setenv("TZ", hostile[i], 1), 0);
		tzset();
		local = local_of("Europe/Berlin", 1774746000);
		assert_shows(&local, "2026-03-29T03:00:00");
		assert_string_equal(getenv("TZ"), hostile[i]);
		assert_string_equal(getenv("TZDIR"), "/nonexistent");
	}
	assert_int_equal(unsetenv("TZDIR"), 0);
	assert_int_equal(unsetenv("LC_ALL"), 0);
	assert_int_equal(unsetenv("TZ"), 0);
}

static void
P10_the_process_has_its_own_zone_back_afterwards(void **state)
{
	time_t time = 1774746000;
	char **before = environ;
	struct tm tm;

	(void)state;
	assert_int_equal(setenv("TZ", "Asia/Tokyo", 1), 0);
	tzset();
	before = environ;
	(void)local_of("Europe/Berlin", time);
	(void)local_of("No/Such", time);
	assert_ptr_equal(environ, before);
	assert_string_equal(tzname[0], "JST");
	assert_non_null(localtime_r(&time, &tm));
	assert_int_equal(tm.tm_hour, 10);
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
}

static void
a_zone_that_is_not_there_is_unknown(void **state)
{
	static const char *const bad[] = { "", "/", "No/Such", "Europe",
		"Europe/", "Europe/Berlin/x", "Europe/berlin2", "zone.tab",
		"tzdata.zi", "../../../etc/passwd", "..", ".",
		"/usr/share/zoneinfo/Europe/Berlin", "Europe/../Europe/Berlin",
		":Europe/Berlin", "CET-1CEST,M3.5.0", "Europe/Berlin ",
		"Europe/Berlin\n", "Europe\\Berlin", "\xff", "%n%s",
		LONG_NAME };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cardea_local_time local = local_of(bad[i], 1774746000);

		assert_false(local.known);
		assert_int_equal(local.year, 0);
		assert_int_equal(local.second, 0);
		if (strlen(bad[i]) <= CARDEA_TIMEZONE_MAX)
			assert_string_equal(local.zone, bad[i]);
		else
			assert_string_equal(local.zone, "");
	}
}

static void
utc_needs_no_database(void **state)
{
	struct cardea_local_time local;

	(void)state;
	cardea_zonetime_in("/nonexistent", "UTC", 0, &local);
	assert_shows(&local, "1970-01-01T00:00:00");
	assert_int_equal(local.weekday, 3);
	cardea_zonetime_in("/nonexistent", "UTC", -1, &local);
	assert_shows(&local, "1969-12-31T23:59:59");
	assert_int_equal(local.weekday, 2);
	cardea_zonetime_in("/nonexistent", "UTC", 1709251199, &local);
	assert_shows(&local, "2024-02-29T23:59:59");
	cardea_zonetime_in("/nonexistent", "Europe/Berlin", 0, &local);
	assert_false(local.known);
}

static void
an_instant_without_a_date_is_unknown(void **state)
{
	static const int64_t times[] = { INT64_MAX, INT64_MIN, INT64_C(1) << 60,
		INT64_C(253402300800) };
	struct cardea_local_time local;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		local = local_of("UTC", times[i]);
		assert_false(local.known && local.year > 9999);
		local = local_of("Europe/Berlin", times[i]);
		assert_false(local.known && local.year > 9999);
	}
	assert_false(local_of("UTC", INT64_MAX).known);
	assert_false(local_of("UTC", INT64_C(253402300800)).known);
	local = local_of("UTC", INT64_C(253402300799));
	assert_shows(&local, "9999-12-31T23:59:59");
	local = local_of("UTC", INT64_C(2147483648));
	assert_shows(&local, "2038-01-19T03:14:08");
}

static void
write_file(const char *name, const void *bytes, size_t len)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void
F06_a_file_that_is_no_zone_is_unknown(void **state)
{
	char folder[2048];
	char name[2060];
	char zone[8192];
	struct cardea_local_time local;
	size_t len;
	FILE *file;

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/zonetime-%ld",
	    getenv("BUILDDIR"), (long)getpid());
	assert_int_equal(mkdir(folder, 0700), 0);
	(void)snprintf(name, sizeof(name), "%s/Fifo", folder);
	assert_int_equal(mkfifo(name, 0600), 0);
	cardea_zonetime_in(folder, "Fifo", 0, &local);
	assert_false(local.known);
	(void)unlink(name);

	(void)snprintf(name, sizeof(name), "%s/Zone", folder);
	file = fopen(CARDEA_ZONEINFO "/Europe/Berlin", "r");
	assert_non_null(file);
	len = fread(zone, 1, sizeof(zone), file);
	(void)fclose(file);
	assert_in_range(len, 100, sizeof(zone) - 1);
	write_file(name, zone, len);
	cardea_zonetime_in(folder, "Zone", 0, &local);
	assert_shows(&local, "1970-01-01T01:00:00");
	cardea_zonetime_in("zoneinfo", "Zone", 0, &local);
	assert_false(local.known);
	/* cut off anywhere: nothing, not UTC */
	for (size_t cut = 0; cut < len; cut += cut < 60 ? 1 : 97) {
		write_file(name, zone, cut);
		cardea_zonetime_in(folder, "Zone", 0, &local);
		if (local.known)
			assert_shows(&local, "1970-01-01T01:00:00");
		assert_false(local.known && cut < 60);
	}
	zone[3] = 'x';
	write_file(name, zone, len);
	cardea_zonetime_in(folder, "Zone", 0, &local);
	assert_false(local.known);
	(void)unlink(name);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(C09_every_edge_of_the_table_is_shown_right),
		cmocka_unit_test(C07_the_callers_zone_and_locale_do_not_matter),
		cmocka_unit_test(
		    P10_the_process_has_its_own_zone_back_afterwards),
		cmocka_unit_test(a_zone_that_is_not_there_is_unknown),
		cmocka_unit_test(utc_needs_no_database),
		cmocka_unit_test(an_instant_without_a_date_is_unknown),
		cmocka_unit_test(F06_a_file_that_is_no_zone_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
