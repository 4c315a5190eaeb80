/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "unit/calendar_fixture.h"
#include "unit/test.h"

struct cardea_calendar
calendar_in(const char *timezone)
{
	struct cardea_calendar calendar = { .name = "x.ics",
		.timezone = timezone,
		.first_day = cardea_text_days(2025, 1, 1),
		.end_day = cardea_text_days(2030, 1, 1) };

	return calendar;
}

void
clear(struct cardea_calendar_events *events)
{
	cardea_periods_clear(&events->days);
	cardea_periods_clear(&events->times);
}

void
write_calendar(char *text, size_t size, const char *lines)
{
	bool whole = strncmp(lines, "BEGIN:VCAL", 10) == 0;

	snprintf(text, size, "%s%s%s",
	    whole ? "" : "BEGIN:VCALENDAR|VERSION:2.0|BEGIN:VEVENT|UID:a|",
	    lines, whole ? "|" : "|END:VEVENT|END:VCALENDAR|");
	for (; *text != '\0'; text++) {
		if (*text == '|')
			*text = '\n';
	}
}

void
refuse(const char *lines, enum cardea_status status, unsigned int line,
    const char *reason)
{
	struct cardea_calendar calendar = calendar_in("Europe/Berlin");
	struct cardea_calendar_events events = { .last_day = 0 };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status got;
	char text[8192];

	write_calendar(text, sizeof(text), lines);
	got = cardea_calendar_read(
	    &calendar, text, strlen(text), &events, &diag);
	if (got != status || diag.line != line ||
	    strncmp(diag.reason, reason, strlen(reason)) != 0)
		fail_msg("%s\ngave %d, line %u: %s", text, (int)got, diag.line,
		    diag.reason);
	assert_string_equal(diag.file, "x.ics");
	clear(&events);
}

int64_t slowness_ms;

struct cardea_clock
cardea_clock_read(void)
{
	static struct cardea_clock clock;

	clock.monotonic_ms += slowness_ms;
	return clock;
}
