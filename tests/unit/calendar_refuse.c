/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/calendar_fixture.h"
#include "unit/test.h"

/* Calendars that are broken, cut or too much. */

static void
what_is_broken_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *lines;
		unsigned int line;
		const char *reason;
	} cases[] = {
		/* the shape of the file */
		{ "BEGIN:VCALENDAR", 1, "the calendar is cut" },
		{ "BEGIN:VCALENDAR|END:VCALENDAR", 0, "no events in it" },
		{ "BEGIN:VCALENDAR|BEGIN:VTODO|DTSTART:20260101|END:VTODO|"
		  "END:VCALENDAR",
		    0, "no events in it" },
		{ "BEGIN:VCALENDAR|BEGIN:VEVENT|DTSTART;VALUE=DATE:20260101|"
		  "END:VCALENDAR",
		    4, "ends a component that is not the one at hand" },
		{ "BEGIN:VCALENDAR|BEGIN:VEVENT|DTSTART;VALUE=DATE:20260101|"
		  "BEGIN:VEVENT|END:VEVENT|END:VEVENT|END:VCALENDAR",
		    4, "an event inside another component" },
		{ "BEGIN:VCALENDAR|BEGIN:VEVENT |END:VEVENT |END:VCALENDAR", 2,
		    "expected the name of a component" },
		{ "BEGIN:VCALENDAR|what|END:VCALENDAR", 2,
		    "expected a line such as DTSTART:..." },
		{ "BEGIN:VCALENDAR|<html>:", 2, "expected a line" },
		{ "BEGIN:VCALENDAR|VERSION:1.0|END:VCALENDAR", 2,
		    "only version 2.0 can be read" },
		{ "BEGIN:VCALENDAR|CALSCALE:CHINESE|END:VCALENDAR", 2,
		    "only the Gregorian calendar" },
		{ "BEGIN:VCALENDAR|END:VCALENDAR|UID:x", 3,
		    "a calendar begins with BEGIN:VCALENDAR" },
		{ "BEGIN:VCALENDAR|END:VCALENDAR|BEGIN:VEVENT|END:VEVENT", 3,
		    "a calendar begins with BEGIN:VCALENDAR" },
		{ "BEGIN:VCALENDAR|BEGIN:A|BEGIN:A|BEGIN:A|BEGIN:A|BEGIN:A|"
		  "BEGIN:A|BEGIN:A|BEGIN:A",
		    9, "components are nested too deep" },
		/* events */
		{ "DTSTART;VALUE=DATE:2026\x01"
		  "1225",
		    5, "a control byte" },
		{ "SUMMARY:x", 3, "an event without DTSTART" },
		{ "DTSTART;VALUE=DATE:20261225|DTSTART;VALUE=DATE:20261226", 3,
		    "a second DTSTART" },
		{ "DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261226|DTEND;"
		  "VALUE=DATE:20261227",
		    3, "a second DTEND" },
		{ "DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261226|"
		  "DURATION:P1D",
		    3, "either DTEND or DURATION" },
		{ "DTSTART;VALUE=DATE:20261225|DTEND:20261226T000000Z", 3,
		    "its end is of another kind" },
		{ "DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261225", 3,
		    "ends before it begins" },
		{ "DTSTART:20261225T100000Z|DTEND:20261225T090000Z", 3,
		    "ends before it begins" },
		{ "DTSTART:20261225T100000Z|DURATION:-PT1H", 3,
		    "such a DURATION" },
		{ "DTSTART;VALUE=DATE:20261225|DURATION:PT12H", 3,
		    "such a DURATION" },
		{ "DTSTART;VALUE=DATE:20261225|DURATION:P0D", 3,
		    "such a DURATION" },
		{ "DTSTART;VALUE=DATE:20260230", 3, "there is no such time" },
		{ "DTSTART:20260228T250000", 3, "there is no such time" },
		{ "DTSTART;VALUE=DATE:18000101", 3, "there is no such time" },
		{ "DTSTART;VALUE=DATE:yesterday", 3, "" },
		{ "DTSTART;VALUE=DATE:", 3, "" },
		{ "DTSTART;VALUE=DATE:20261225|STATUS:", 3, "" },
		{ "DTSTART;VALUE=DATE:20261225|RRULE:FREQ=SOMETIMES", 3, "" },
		{ "DTSTART;VALUE=DATE:20261225|RRULE:FREQ=YEARLY;BYDAY=XX", 3,
		    "" },
		{ "DTSTART;TZID=Mars/Olympus:20261225T100000", 3,
		    "the time zone \"Mars/Olympus\" is neither" },
		{ "DTSTART;TZID=../../etc/passwd:20261225T100000", 3,
		    "the time zone \"../../etc/passwd\" is neither" },
		/* recurrences */
		{ "DTSTART;VALUE=DATE:20261225|RRULE:FREQ=HOURLY", 3,
		    "RRULE must be daily, weekly, monthly or yearly" },
		{ "DTSTART:20261225T100000Z|RRULE:FREQ=SECONDLY;BYMONTH=2;"
		  "BYMONTHDAY=30",
		    3, "RRULE must be" },
		{ "DTSTART;VALUE=DATE:20261225|RRULE:FREQ=YEARLY|RRULE:FREQ="
		  "DAILY",
		    3, "a second RRULE" },
		{ "DTSTART;VALUE=DATE:20261225|RRULE:RSCALE=CHINESE;FREQ="
		  "YEARLY",
		    3, "only the Gregorian calendar" },
		{ "DTSTART;VALUE=DATE:20261225|EXRULE:FREQ=YEARLY", 3,
		    "EXRULE" },
		{ "DTSTART;VALUE=DATE:20261225|RRULE:FREQ=YEARLY|EXDATE:"
		  "20261225T000000Z",
		    3, "EXDATE is of another kind" },
		{ "DTSTART;VALUE=DATE:20261225|RDATE:20261225T000000Z", 3,
		    "RDATE is of another kind" },
		{ "DTSTART:20261225T000000Z|RDATE;VALUE=PERIOD:"
		  "20261225T100000Z/20261225T090000Z",
		    3, "ends before it begins" },
		{ "DTSTART;VALUE=DATE:20261225|RECURRENCE-ID;RANGE="
		  "THISANDFUTURE;VALUE=DATE:20261225",
		    3, "RECURRENCE-ID with RANGE" },
		{ "DTSTART;VALUE=DATE:20261225|RECURRENCE-ID;VALUE=DATE:"
		  "20261225|RRULE:FREQ=YEARLY",
		    3, "an event with RECURRENCE-ID cannot recur" },
		/* the second event is the broken one */
		{ "DTSTART;VALUE=DATE:20261225|END:VEVENT|BEGIN:VEVENT|UID:b|"
		  "DTSTART;VALUE=DATE:20261232",
		    7, "there is no such time" },
		{ "DTSTART;VALUE=DATE:20261225|END:VEVENT|BEGIN:VEVENT|UID:b|"
		  "DTSTART;VALUE=DATE:xx",
		    7, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		refuse(cases[i].lines, CARDEA_E_SYNTAX, cases[i].line,
		    cases[i].reason);
	/* a NUL ends nothing early */
	{
		static const char text[] =
		    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:"
		    "20261225\nEND:VEVENT\nEND:VCALENDAR\n\0BEGIN";
		struct cardea_calendar calendar = calendar_in("UTC");
		struct cardea_calendar_events events = { .last_day = 0 };
		struct cardea_diag diag = { .line = 0 };

		assert_int_equal(cardea_calendar_read(&calendar, text,
				     sizeof(text), &events, &diag),
		    CARDEA_E_SYNTAX);
		assert_string_equal(diag.reason, "a NUL byte in a calendar");
	}
}

static void
too_much_is_refused(void **state)
{
	(void)state;
	slowness_ms = 10001;
	refuse("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=YEARLY", CARDEA_E_RANGE,
	    3, "its recurrences take too long to follow");
	slowness_ms = 0;
	refuse("DTSTART:20250101T080000Z|DURATION:PT1H|RRULE:FREQ=DAILY",
	    CARDEA_E_RANGE, 3,
	    "more than 1000 periods in the years that count");
	refuse("DTSTART:19000101T080000Z|DURATION:PT1S|RRULE:FREQ=DAILY;"
	       "BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,5",
	    CARDEA_E_RANGE, 3, "too many recurrences");
}

/* every cut of a good file: refused, unless nothing but blank is missing */
static void
a_calendar_that_is_cut_is_refused(void **state)
{
	static const char text[] =
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\n"
	    "DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;\r\n COUNT=3\r\n"
	    "END:VEVENT\r\nEND:VCALENDAR\r\n";
	struct cardea_calendar calendar = calendar_in("Europe/Berlin");

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct cardea_calendar_events events = { .last_day = 0 };
		struct cardea_diag diag = { .line = 0 };
		enum cardea_status status = cardea_calendar_read(
		    &calendar, text, len, &events, &diag);

		assert_int_equal(status,
		    len + 3 < sizeof(text) ? CARDEA_E_SYNTAX : CARDEA_OK);
		assert_int_equal(
		    events.days.count, status == CARDEA_OK ? 3 : 0);
		clear(&events);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_broken_is_refused_with_its_line),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(a_calendar_that_is_cut_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
