/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "unit/calendar_fixture.h"
#include "unit/test.h"

#define DAY_S 86400

static size_t
print_wall(char *text, size_t size, int64_t wall, bool clock)
{
	time_t time = (time_t)wall;
	struct tm tm;

	assert_non_null(gmtime_r(&time, &tm));
	return strftime(
	    text, size, clock ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d", &tm);
}

/* "DATE+DAYS DATE+DAYS; DATE CLOCK/DATE CLOCK" */
static void
print_events(char *text, size_t size, struct cardea_calendar_events *events)
{
	size_t at = 0;

	cardea_periods_join(&events->days);
	cardea_periods_join(&events->times);
	text[0] = '\0';
	for (size_t i = 0; i < events->days.count && at + 64 < size; i++) {
		const struct cardea_period *days = &events->days.items[i];

		if (at > 0)
			text[at++] = ' ';
		at += print_wall(text + at, size - at, days->from, false);
		at += (size_t)snprintf(text + at, size - at, "+%d",
		    (int)((days->to - days->from) / DAY_S));
	}
	for (size_t i = 0; i < events->times.count && at + 64 < size; i++) {
		const struct cardea_period *period = &events->times.items[i];

		if (at > 0)
			text[at++] = ' ';
		at += print_wall(text + at, size - at, period->from, true);
		text[at++] = '/';
		at += print_wall(text + at, size - at, period->to, true);
	}
}

static void
expect(const char *timezone, const char *lines, const char *expected)
{
	struct cardea_calendar calendar = calendar_in(timezone);
	struct cardea_calendar_events events = { .last_day = 0 };
	struct cardea_diag diag = { .line = 0 };
	char text[8192], got[8192];

	write_calendar(text, sizeof(text), lines);
	if (cardea_calendar_read(
		&calendar, text, strlen(text), &events, &diag) != CARDEA_OK)
		fail_msg("%s\nrefused: %u: %s", text, diag.line, diag.reason);
	print_events(got, sizeof(got), &events);
	if (strcmp(got, expected) != 0)
		fail_msg("%s\ngave %s\nnot  %s", text, got, expected);
	clear(&events);
}

struct event_case {
	const char *lines;
	const char *expected;
};

static void
days_without_a_time_are_days_of_the_hours_zone(void **state)
{
	static const struct event_case cases[] = {
		{ "DTSTART;VALUE=DATE:20261225", "2026-12-25+1" },
		{ "DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261226",
		    "2026-12-25+1" },
		{ "DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261227",
		    "2026-12-25+2" },
		{ "DTSTART;VALUE=DATE:20261225|DURATION:P3D", "2026-12-25+3" },
		{ "DTSTART;VALUE=DATE:20261221|DURATION:P2W", "2026-12-21+14" },
		{ "DTSTART;VALUE=DATE:20280229", "2028-02-29+1" },
		/* of no zone but that of the hours, whatever it says */
		{ "DTSTART;TZID=Asia/Tokyo;VALUE=DATE:20261225",
		    "2026-12-25+1" },
		/* a line that goes on, in any place */
		{ "DTSTART;VAL| UE=DATE:2026|\t1225", "2026-12-25+1" },
		/* what says nothing about time, in any state */
		{ "DTSTART;VALUE=DATE:20261225|SUMMARY:|DESCRIPTION;X=\"a:b\":"
		  "c|LOCATION:\x01|X-NOTHING;;;::|BEGIN:VALARM|TRIGGER:-PT15M|"
		  "DURATION:PT99H|DTSTART:19700101|END:VALARM",
		    "2026-12-25+1" },
		{ "dtstart;value=date:20261225|dtend;value=date:20261226",
		    "2026-12-25+1" },
		{ "DTSTART;VALUE=DATE:20261225|TRANSP:TRANSPARENT",
		    "2026-12-25+1" },
		{ "DTSTART;VALUE=DATE:20261225|STATUS:TENTATIVE",
		    "2026-12-25+1" },
		{ "DTSTART;VALUE=DATE:20261225|STATUS:CANCELLED", "" },
		/* outside of the years that count, and half outside */
		{ "DTSTART;VALUE=DATE:20241231", "" },
		{ "DTSTART;VALUE=DATE:20241231|DURATION:P2D", "2025-01-01+1" },
		{ "DTSTART;VALUE=DATE:20291231|DURATION:P2D", "2029-12-31+1" },
		{ "DTSTART;VALUE=DATE:20300101", "" },
		{ "DTSTART;VALUE=DATE:99991231|DURATION:P7000000W", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		expect("Europe/Berlin", cases[i].lines, cases[i].expected);
		expect("Pacific/Apia", cases[i].lines, cases[i].expected);
	}
}

static void
C09_times_are_placed_by_their_instants(void **state)
{
	static const struct {
		const char *timezone, *lines, *expected;
	} cases[] = {
		{ "Europe/Berlin", "DTSTART:20261128T080000Z|DURATION:PT2H",
		    "2026-11-28 09:00:00/2026-11-28 11:00:00" },
		{ "Europe/Berlin",
		    "DTSTART;TZID=America/New_York:20261128T230000|DTEND;TZID="
		    "America/New_York:20261129T010000",
		    "2026-11-29 05:00:00/2026-11-29 07:00:00" },
		/* floating: where the hours are */
		{ "Asia/Tokyo", "DTSTART:20261128T080000|DURATION:PT2H",
		    "2026-11-28 08:00:00/2026-11-28 10:00:00" },
		/* ends where another clock shows less */
		{ "UTC",
		    "DTSTART;TZID=Asia/Tokyo:20261128T080000|DTEND;TZID="
		    "Europe/Berlin:20261128T003000",
		    "2026-11-27 23:00:00/2026-11-27 23:30:00" },
		/* from a zone's name with the name of its maker before it */
		{ "UTC",
		    "DTSTART;TZID=/example.org/Tzfile/Europe/Berlin:"
		    "20260701T120000|DURATION:PT1H",
		    "2026-07-01 10:00:00/2026-07-01 11:00:00" },
		/* a reminder covers no time */
		{ "UTC", "DTSTART:20261128T080000Z", "" },
		{ "UTC", "DTSTART:20261128T080000Z|DTEND:20261128T080000Z",
		    "" },
		/* half an hour that the wall shows twice is shut both times:
		 * 00:45Z is 02:45, 01:15Z is 02:15 again */
		{ "Europe/Berlin",
		    "DTSTART:20261025T004500Z|DTEND:20261025T011500Z",
		    "2026-10-25 02:00:00/2026-10-25 03:00:00" },
		{ "Europe/Berlin",
		    "DTSTART:20261024T000000Z|DTEND:20261025T011500Z",
		    "2026-10-24 02:00:00/2026-10-25 03:00:00" },
		{ "Europe/Berlin",
		    "DTSTART:20261025T004500Z|DTEND:20261026T000000Z",
		    "2026-10-25 02:00:00/2026-10-26 01:00:00" },
		/* and one that it never shows is none */
		{ "Europe/Berlin",
		    "DTSTART:20260329T003000Z|DTEND:20260329T010000Z",
		    "2026-03-29 01:30:00/2026-03-29 02:00:00" },
		{ "Europe/Berlin",
		    "DTSTART:20260329T010000Z|DTEND:20260329T013000Z",
		    "2026-03-29 03:00:00/2026-03-29 03:30:00" },
		/* 3.3.5: in the gap it counts on from before, of two the
		 * first */
		{ "UTC",
		    "DTSTART;TZID=Europe/Berlin:20260329T023000|DURATION:PT1H",
		    "2026-03-29 01:30:00/2026-03-29 02:30:00" },
		{ "UTC",
		    "DTSTART;TZID=Europe/Berlin:20261025T023000|DURATION:PT1H",
		    "2026-10-25 00:30:00/2026-10-25 01:30:00" },
		/* a day is a day of the wall, 24 hours are 24 hours */
		{ "Europe/Berlin",
		    "DTSTART;TZID=Europe/Berlin:20261024T120000|DURATION:P1D",
		    "2026-10-24 12:00:00/2026-10-25 12:00:00" },
		{ "Europe/Berlin",
		    "DTSTART;TZID=Europe/Berlin:20261024T120000|DURATION:"
		    "PT24H",
		    "2026-10-24 12:00:00/2026-10-25 11:00:00" },
		/* over the edge of the years that count */
		{ "Europe/Berlin",
		    "DTSTART:20241231T220000Z|DTEND:20250101T000000Z",
		    "2025-01-01 00:00:00/2025-01-01 01:00:00" },
		{ "Pacific/Apia",
		    "DTSTART:20291231T000000Z|DTEND:20300101T000000Z",
		    "2029-12-31 13:00:00/2030-01-01 00:00:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i].timezone, cases[i].lines, cases[i].expected);
}

static void
recurrences_are_followed(void **state)
{
	static const struct event_case cases[] = {
		{ "DTSTART;VALUE=DATE:19701225|RRULE:FREQ=YEARLY",
		    "2025-12-25+1 2026-12-25+1 2027-12-25+1 2028-12-25+1 "
		    "2029-12-25+1" },
		{ "DTSTART;VALUE=DATE:20240229|RRULE:FREQ=YEARLY",
		    "2028-02-29+1" },
		{ "DTSTART;VALUE=DATE:20251127|RRULE:FREQ=YEARLY;BYMONTH=11;"
		  "BYDAY=4TH",
		    "2025-11-27+1 2026-11-26+1 2027-11-25+1 2028-11-23+1 "
		    "2029-11-22+1" },
		{ "DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY;COUNT=3",
		    "2026-01-01+3" },
		{ "DTSTART;VALUE=DATE:20260101|RRULE:FREQ=WEEKLY;UNTIL="
		  "20260115",
		    "2026-01-01+1 2026-01-08+1 2026-01-15+1" },
		{ "DTSTART;VALUE=DATE:20260101|RRULE:FREQ=WEEKLY;UNTIL="
		  "20260115T000000Z",
		    "2026-01-01+1 2026-01-08+1 2026-01-15+1" },
		/* a count counts what lies before the years that count */
		{ "DTSTART;VALUE=DATE:20200101|RRULE:FREQ=YEARLY;COUNT=7",
		    "2025-01-01+1 2026-01-01+1" },
		{ "DTSTART;VALUE=DATE:20260131|RRULE:FREQ=MONTHLY;COUNT=3",
		    "2026-01-31+1 2026-03-31+1 2026-05-31+1" },
		{ "DTSTART;VALUE=DATE:20261225|RRULE:FREQ=DAILY;COUNT=4|"
		  "EXDATE;VALUE=DATE:20261226,20261227",
		    "2026-12-25+1 2026-12-28+1" },
		{ "DTSTART;VALUE=DATE:20261225|EXDATE;VALUE=DATE:20261225|"
		  "RDATE;VALUE=DATE:20261227,20270101",
		    "2026-12-27+1 2027-01-01+1" },
		/* the day that never comes */
		{ "DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY;BYMONTH=2;"
		  "BYMONTHDAY=30",
		    "2026-01-01+1" },
		/* UNTIL is an instant, the rule runs on the wall: 09:00 in
		 * Berlin is 08:00Z in winter */
		{ "DTSTART;TZID=Europe/Berlin:20260326T090000|DURATION:PT1H|"
		  "RRULE:FREQ=DAILY;UNTIL=20260330T070000Z",
		    "2026-03-26 09:00:00/2026-03-26 10:00:00 2026-03-27 "
		    "09:00:00/2026-03-27 10:00:00 2026-03-28 09:00:00/"
		    "2026-03-28 10:00:00 2026-03-29 09:00:00/2026-03-29 "
		    "10:00:00 2026-03-30 09:00:00/2026-03-30 10:00:00" },
		{ "DTSTART;TZID=America/New_York:20260307T180000|DURATION:"
		  "PT1H|RRULE:FREQ=DAILY;COUNT=2",
		    "2026-03-08 00:00:00/2026-03-08 01:00:00 2026-03-08 "
		    "23:00:00/2026-03-09 00:00:00" },
		{ "DTSTART:20260101T080000Z|DURATION:PT1H|RDATE;VALUE=PERIOD:"
		  "20260105T080000Z/20260105T083000Z,20260106T080000Z/PT2H|"
		  "EXDATE:20260101T080000Z",
		    "2026-01-05 09:00:00/2026-01-05 09:30:00 2026-01-06 "
		    "09:00:00/2026-01-06 11:00:00" },
		{ "DTSTART;TZID=Europe/Berlin:20260101T090000|DURATION:PT1H|"
		  "RRULE:FREQ=DAILY;COUNT=3|EXDATE:20260102T080000Z",
		    "2026-01-01 09:00:00/2026-01-01 10:00:00 2026-01-03 "
		    "09:00:00/2026-01-03 10:00:00" },
		/* one recurrence is moved, one is cancelled, and another
		 * event's are left alone */
		{ "BEGIN:VCALENDAR|VERSION:2.0|BEGIN:VEVENT|UID:a|DTSTART;"
		  "VALUE=DATE:20260101|RRULE:FREQ=DAILY;COUNT=4|END:VEVENT|"
		  "BEGIN:VEVENT|UID:a|RECURRENCE-ID;VALUE=DATE:20260102|"
		  "DTSTART;VALUE=DATE:20260110|END:VEVENT|BEGIN:VEVENT|UID:a|"
		  "RECURRENCE-ID;VALUE=DATE:20260103|DTSTART;VALUE=DATE:"
		  "20260103|STATUS:CANCELLED|END:VEVENT|BEGIN:VEVENT|UID:b|"
		  "RECURRENCE-ID;VALUE=DATE:20260104|DTSTART;VALUE=DATE:"
		  "20260120|END:VEVENT|END:VCALENDAR",
		    "2026-01-01+1 2026-01-04+1 2026-01-10+1 2026-01-20+1" },
		/* two calendars in one file */
		{ "BEGIN:VCALENDAR|BEGIN:VEVENT|DTSTART;VALUE=DATE:20260101|"
		  "END:VEVENT|END:VCALENDAR||BEGIN:VCALENDAR|BEGIN:VTODO|"
		  "DTSTART:xx|END:VTODO|BEGIN:VEVENT|DTSTART;VALUE=DATE:"
		  "20260103|END:VEVENT|END:VCALENDAR",
		    "2026-01-01+1 2026-01-03+1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect("Europe/Berlin", cases[i].lines, cases[i].expected);
}

#define OWN_ZONE                                                               \
	"BEGIN:VTIMEZONE|TZID:Our Zone|BEGIN:STANDARD|DTSTART:16011028T030000" \
	"|RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10|TZOFFSETFROM:+0200|"         \
	"TZOFFSETTO:+0100|END:STANDARD|BEGIN:DAYLIGHT|DTSTART:16010325T020000" \
	"|RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3|TZOFFSETFROM:+0100|"          \
	"TZOFFSETTO:+0200|END:DAYLIGHT|END:VTIMEZONE|"

static void
a_zone_that_the_file_brings_is_used_where_the_database_has_none(void **state)
{
	static const char events[] =
	    "BEGIN:VEVENT|UID:a|DTSTART;TZID=Our Zone:20260115T120000|"
	    "DURATION:PT1H|END:VEVENT|BEGIN:VEVENT|UID:b|DTSTART;TZID=\"Our "
	    "Zone\":20260715T120000|DTEND;TZID=Our Zone:20260715T130000|"
	    "RRULE:FREQ=DAILY;UNTIL=20260716T100000Z|END:VEVENT|END:VCALENDAR";
	char lines[2048];

	(void)state;
	snprintf(
	    lines, sizeof(lines), "BEGIN:VCALENDAR|%s%s", OWN_ZONE, events);
	expect("UTC", lines,
	    "2026-01-15 11:00:00/2026-01-15 12:00:00 2026-07-15 10:00:00/"
	    "2026-07-15 11:00:00 2026-07-16 10:00:00/2026-07-16 11:00:00");
	snprintf(lines, sizeof(lines), "BEGIN:VCALENDAR|%s", events);
	refuse(lines, CARDEA_E_SYNTAX, 2,
	    "the time zone \"Our Zone\" is neither in the file nor in the "
	    "time zone database");
}

static int64_t
last_day(const char *lines)
{
	struct cardea_calendar calendar = calendar_in("Europe/Berlin");
	struct cardea_calendar_events events = { .last_day = 0 };
	char text[1024];

	write_calendar(text, sizeof(text), lines);
	assert_int_equal(
	    cardea_calendar_read(&calendar, text, strlen(text), &events, NULL),
	    CARDEA_OK);
	clear(&events);
	return events.last_day;
}

static void
how_far_a_calendar_tells_is_known(void **state)
{
	(void)state;
	assert_int_equal(last_day("DTSTART;VALUE=DATE:20261225|DURATION:P2D"),
	    cardea_text_days(2026, 12, 26));
	assert_int_equal(last_day("DTSTART;VALUE=DATE:20101225"),
	    cardea_text_days(2010, 12, 25));
	assert_int_equal(
	    last_day("DTSTART;VALUE=DATE:20101225|RRULE:FREQ=YEARLY"),
	    cardea_text_days(2029, 12, 25));
	assert_int_equal(last_day("DTSTART;VALUE=DATE:20331225"),
	    cardea_text_days(2029, 12, 31));
	assert_int_equal(last_day("DTSTART:20261225T220000Z|DURATION:PT2H"),
	    cardea_text_days(2026, 12, 25));
}

static void
C07_the_callers_zone_and_locale_do_not_matter(void **state)
{
	static const char *const hostile[] = { "Asia/Tokyo", "wrong", "",
		":/etc/shadow", ":/dev/zero", "EST5EDT,M3.2.0,M11.1.0",
		"../../../etc/passwd", "\xff" };

	(void)state;
	assert_int_equal(setenv("TZDIR", "/nonexistent", 1), 0);
	assert_int_equal(setenv("LC_ALL", "tr_TR.UTF-8", 1), 0);
	assert_int_equal(setenv("ICU_DATA", "/nonexistent", 1), 0);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		char **before = environ;

		assert_int_equal(setenv("TZ", hostile[i], 1), 0);
		tzset();
		before = environ;
		expect("Europe/Berlin",
		    "DTSTART:20261128T080000|DURATION:PT2H|RRULE:FREQ=YEARLY;"
		    "UNTIL=20271128T070000Z",
		    "2026-11-28 08:00:00/2026-11-28 10:00:00 2027-11-28 "
		    "08:00:00/2027-11-28 10:00:00");
		assert_ptr_equal(environ, before);
		assert_string_equal(getenv("TZ"), hostile[i]);
	}
	assert_int_equal(unsetenv("TZDIR"), 0);
	assert_int_equal(unsetenv("LC_ALL"), 0);
	assert_int_equal(unsetenv("ICU_DATA"), 0);
	assert_int_equal(unsetenv("TZ"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    days_without_a_time_are_days_of_the_hours_zone),
		cmocka_unit_test(C09_times_are_placed_by_their_instants),
		cmocka_unit_test(recurrences_are_followed),
		cmocka_unit_test(
		    a_zone_that_the_file_brings_is_used_where_the_database_has_none),
		cmocka_unit_test(how_far_a_calendar_tells_is_known),
		cmocka_unit_test(C07_the_callers_zone_and_locale_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
