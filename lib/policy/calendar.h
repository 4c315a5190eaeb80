/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_CALENDAR_H
#define CARDEA_POLICY_CALENDAR_H

#include "policy/periods.h"

/*
 * When the events of a calendar are (RFC 5545), by the clock on the wall of
 * one time zone.  calendar_event.h alone includes libical, which is
 * only ever handed what calendar_scan.h let through.
 *
 * Days of events without a time of day are days in that zone; so are times
 * without a zone of their own.  Other times are placed by their instants: those
 * of a zone that the tz database knows by it, whatever the file says of the
 * zone, else by the file's own VTIMEZONE.  RRULE, RDATE, EXDATE and the
 * changes of single recurrences (RECURRENCE-ID) are followed from first_day up
 * to end_day; events outside are left out.  An event that is CANCELLED is none;
 * TRANSP says what a person's time is worth and does not count.
 *
 * For the command only, and one thread: while it runs, the process has another
 * environment (see facts/zonetime.h).
 */
struct cardea_calendar {
	const char *name; /* of the file, for the diag */
	const char *timezone;
	int64_t first_day, end_day; /* days since 1970 */
};

/* The periods of events are added to these; all of days are whole days.
 * last_day: the last one on which anything falls, even before first_day, or the
 * last one before end_day if more follows; never lowered. */
struct cardea_calendar_events {
	struct cardea_periods days, times;
	int64_t last_day;
};

/* cardea_calendar_read: SYNTAX, RANGE, MEMORY; the diag names file and line.
 * What was added before a failure stays. */
CARDEA_MUST_USE enum cardea_status cardea_calendar_read(
    const struct cardea_calendar *calendar, const char *text, size_t len,
    struct cardea_calendar_events *events, struct cardea_diag *diag);

#endif
