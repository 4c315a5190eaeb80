/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_CALENDAR_EVENT_H
#define CARDEA_POLICY_CALENDAR_EVENT_H

#include <libical/ical.h>

#include "policy/calendar.h"
#include "policy/calendar_scan.h"

/*
 * One event as libical read it, in numbers: calendar.c says what it covers.
 * All refusals name the line at which the event begins.
 */

/* A zone is the file's own (theirs) or one of the tz database. */
struct cardea_calendar_zone {
	icaltimezone *theirs;
	const char *name;
};

/* A time as the file writes it. */
struct cardea_calendar_moment {
	int64_t wall; /* on its own wall */
	bool whole_day;
	struct cardea_calendar_zone zone;
};

/* How long it lasts: days as the wall counts them, then seconds. */
struct cardea_calendar_event {
	icalcomponent *component;
	const char *uid; /* NULL if it has none */
	struct cardea_calendar_moment start;
	int64_t days, seconds;
};

/* A file that is being read. */
struct cardea_calendar_reading {
	const struct cardea_calendar *calendar;
	const struct cardea_calendar_text *text;
	struct cardea_calendar_events *events;
	icalcomponent *whole; /* the VCALENDAR at hand */
	size_t index;	      /* of the event at hand, in the file */
	size_t recurring, steps;
	int64_t began_ms; /* by the monotonic clock */
	struct cardea_diag *diag;
};

enum cardea_status
cardea_calendar_refuse(const struct cardea_calendar_reading *reading,
    enum cardea_status status, const char *format, ...) CARDEA_PRINTF(3, 4);

/* Plain arithmetic between libical's times and the wall: no zone is asked. */
int64_t cardea_calendar_wall(const struct icaltimetype *time);
struct icaltimetype cardea_calendar_time(int64_t wall, bool whole_day);

/* cardea_calendar_is_time: libical takes 20260230T250000 for a time. */
bool cardea_calendar_is_time(const struct icaltimetype *time);

/* between the wall of a zone and the instant; false if it is not known here */
bool cardea_calendar_to_instant(
    const struct cardea_calendar_zone *zone, int64_t wall, int64_t *ret_time_s);
bool cardea_calendar_to_wall(
    const struct cardea_calendar_zone *zone, int64_t time_s, int64_t *ret_wall);

/* cardea_calendar_single: the property of that kind, NULL for none; a second
 * one is refused. */
CARDEA_MUST_USE enum cardea_status cardea_calendar_single(
    const struct cardea_calendar_reading *reading, icalcomponent *component,
    icalproperty_kind kind, icalproperty **ret_property);

/* cardea_calendar_moment: a time that stands in a property */
CARDEA_MUST_USE enum cardea_status cardea_calendar_moment(
    const struct cardea_calendar_reading *reading, icalproperty *property,
    const struct icaltimetype *time, struct cardea_calendar_moment *ret_moment);

/* cardea_calendar_until and cardea_calendar_for: how long the event lasts whose
 * start stands in it, by its end or by a duration */
CARDEA_MUST_USE enum cardea_status
cardea_calendar_until(const struct cardea_calendar_reading *reading,
    const struct cardea_calendar_moment *end,
    struct cardea_calendar_event *event);
CARDEA_MUST_USE enum cardea_status
cardea_calendar_for(const struct cardea_calendar_reading *reading,
    const struct icaldurationtype *duration,
    struct cardea_calendar_event *event);

CARDEA_MUST_USE enum cardea_status
cardea_calendar_event(const struct cardea_calendar_reading *reading,
    icalcomponent *component, struct cardea_calendar_event *ret_event);

#endif
