/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "facts/walltime.h"
#include "policy/calendar_event.h"

#define DAY_S 86400

enum cardea_status
cardea_calendar_refuse(const struct cardea_calendar_reading *reading,
    enum cardea_status status, const char *format, ...)
{
	char text[sizeof(((struct cardea_diag *)NULL)->reason)];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (reading->index < reading->text->event_count)
		cardea_diag_place(reading->diag, NULL,
		    reading->text->lines[reading->index], NULL);
	return cardea_diag_set(reading->diag, status, "%s", text);
}

int64_t
cardea_calendar_wall(const struct icaltimetype *time)
{
	int64_t day = cardea_text_days(time->year, time->month, time->day);

	if (time->is_date)
		return day * DAY_S;
	return day * DAY_S + (time->hour * 60 + time->minute) * 60 +
	    time->second;
}

struct icaltimetype
cardea_calendar_time(int64_t wall, bool whole_day)
{
	/* as if the wall were in UTC: plain arithmetic, no zone is looked at */
	struct icaltimetype time = icaltime_from_timet_with_zone(
	    (time_t)wall, whole_day, NULL);

	time.zone = NULL;
	return time;
}

bool
cardea_calendar_to_instant(
    const struct cardea_calendar_zone *zone, int64_t wall, int64_t *ret_time_s)
{
	if (zone->theirs == NULL)
		return cardea_walltime_instant(zone->name, wall, ret_time_s);
	*ret_time_s = (int64_t)icaltime_as_timet_with_zone(
	    cardea_calendar_time(wall, false), zone->theirs);
	return true;
}

bool
cardea_calendar_to_wall(
    const struct cardea_calendar_zone *zone, int64_t time_s, int64_t *ret_wall)
{
	struct icaltimetype time;

	if (zone->theirs == NULL)
		return cardea_walltime_at(zone->name, time_s, ret_wall);
	time = icaltime_from_timet_with_zone(
	    (time_t)time_s, false, zone->theirs);
	*ret_wall = cardea_calendar_wall(&time);
	return true;
}

bool
cardea_calendar_is_time(const struct icaltimetype *time)
{
	return time->year >= 1900 && time->year <= 9999 && time->month >= 1 &&
	    time->month <= 12 && time->day >= 1 &&
	    time->day <= icaltime_days_in_month(time->month, time->year) &&
	    (time->is_date ||
		(time->hour >= 0 && time->hour <= 23 && time->minute >= 0 &&
		    time->minute <= 59 && time->second >= 0 &&
		    time->second <= 60));
}

/* RFC 5545, 3.2.19: an id that begins with a stroke is global; what follows
 * the name of who made it is as a rule that of the tz database. */
static const char *
known_zone(const char *tzid)
{
	const char *name = tzid;
	int64_t wall;

	while (name != NULL && !cardea_walltime_at(name, 0, &wall)) {
		name = tzid[0] == '/' ? strchr(name + 1, '/') : NULL;
		if (name != NULL && cardea_walltime_at(name + 1, 0, &wall))
			return name + 1;
	}
	return name;
}

static enum cardea_status
find_zone(const struct cardea_calendar_reading *reading, icalproperty *property,
    const struct icaltimetype *time, struct cardea_calendar_zone *ret_zone)
{
	struct cardea_calendar_zone zone = {
		.name = reading->calendar->timezone
	};
	icalparameter *parameter = icalproperty_get_first_parameter(
	    property, ICAL_TZID_PARAMETER);
	const char *tzid = parameter != NULL ? icalparameter_get_tzid(parameter)
					     : NULL;

	if (icaltime_is_utc(*time)) {
		zone.name = "UTC";
	} else if (tzid != NULL && !time->is_date) {
		zone.name = known_zone(tzid);
		if (zone.name == NULL)
			zone.theirs = icalcomponent_get_timezone(
			    reading->whole, tzid);
		if (zone.name == NULL && zone.theirs == NULL)
			return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
			    "the time zone \"%s\" is neither in the file nor "
			    "in the time zone database",
			    tzid);
	}
	*ret_zone = zone;
	return CARDEA_OK;
}

enum cardea_status
cardea_calendar_moment(const struct cardea_calendar_reading *reading,
    icalproperty *property, const struct icaltimetype *time,
    struct cardea_calendar_moment *ret_moment)
{
	struct cardea_calendar_moment moment = { .whole_day = time->is_date !=
		    0 };
	enum cardea_status status;

	if (!cardea_calendar_is_time(time))
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "there is no such time as in %s",
		    icalproperty_get_property_name(property));
	status = find_zone(reading, property, time, &moment.zone);
	if (status != CARDEA_OK)
		return status;
	moment.wall = cardea_calendar_wall(time);
	*ret_moment = moment;
	return CARDEA_OK;
}

/* the property of that kind; NULL for none; a second one is refused */
enum cardea_status
cardea_calendar_single(const struct cardea_calendar_reading *reading,
    icalcomponent *component, icalproperty_kind kind,
    icalproperty **ret_property)
{
	icalproperty *property = icalcomponent_get_first_property(
	    component, kind);

	if (property != NULL &&
	    icalcomponent_get_next_property(component, kind) != NULL)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "a second %s", icalproperty_kind_to_string(kind));
	*ret_property = property;
	return CARDEA_OK;
}

enum cardea_status
cardea_calendar_until(const struct cardea_calendar_reading *reading,
    const struct cardea_calendar_moment *end,
    struct cardea_calendar_event *event)
{
	int64_t from, to;

	event->days = event->seconds = 0;
	if (end->whole_day != event->start.whole_day)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "its end is of another kind than its beginning");
	if (end->whole_day) {
		event->days = (end->wall - event->start.wall) / DAY_S;
	} else {
		/* RFC 5545, 3.8.5.3: by its end, the exact time counts */
		if (!cardea_calendar_to_instant(
			&event->start.zone, event->start.wall, &from) ||
		    !cardea_calendar_to_instant(&end->zone, end->wall, &to))
			return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
			    "its time zone is not known here");
		event->seconds = to - from;
	}
	if (event->seconds < 0 || (end->whole_day && event->days < 1))
		return cardea_calendar_refuse(
		    reading, CARDEA_E_SYNTAX, "ends before it begins");
	return CARDEA_OK;
}

enum cardea_status
cardea_calendar_for(const struct cardea_calendar_reading *reading,
    const struct icaldurationtype *duration,
    struct cardea_calendar_event *event)
{
	event->days = (int64_t)duration->weeks * 7 + duration->days;
	event->seconds = (int64_t)duration->hours * 3600 +
	    (int64_t)duration->minutes * 60 + duration->seconds;
	if (duration->is_neg || icaldurationtype_is_bad_duration(*duration) ||
	    (event->start.whole_day &&
		(event->seconds != 0 || event->days == 0)))
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "such a DURATION is none of this event");
	return CARDEA_OK;
}

static enum cardea_status
take_end(const struct cardea_calendar_reading *reading, icalproperty *property,
    struct cardea_calendar_event *event)
{
	struct icaltimetype time = icalproperty_get_dtend(property);
	struct cardea_calendar_moment end;
	enum cardea_status status = cardea_calendar_moment(
	    reading, property, &time, &end);

	return status == CARDEA_OK ? cardea_calendar_until(reading, &end, event)
				   : status;
}

static enum cardea_status
take_length(const struct cardea_calendar_reading *reading,
    struct cardea_calendar_event *event)
{
	icalproperty *end = NULL, *duration = NULL;
	struct icaldurationtype length;
	enum cardea_status status;

	status = cardea_calendar_single(
	    reading, event->component, ICAL_DTEND_PROPERTY, &end);
	if (status == CARDEA_OK)
		status = cardea_calendar_single(reading, event->component,
		    ICAL_DURATION_PROPERTY, &duration);
	if (status != CARDEA_OK)
		return status;
	if (end != NULL && duration != NULL)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "either DTEND or DURATION, not both");
	if (end != NULL)
		return take_end(reading, end, event);
	if (duration != NULL) {
		length = icalproperty_get_duration(duration);
		return cardea_calendar_for(reading, &length, event);
	}
	event->days = event->start.whole_day ? 1 : 0;
	return CARDEA_OK;
}

enum cardea_status
cardea_calendar_event(const struct cardea_calendar_reading *reading,
    icalcomponent *component, struct cardea_calendar_event *ret_event)
{
	struct cardea_calendar_event event = { .component = component,
		.uid = icalcomponent_get_uid(component) };
	icalproperty *start = NULL;
	struct icaltimetype time;
	enum cardea_status status;

	status = cardea_calendar_single(
	    reading, component, ICAL_DTSTART_PROPERTY, &start);
	if (status != CARDEA_OK)
		return status;
	if (start == NULL)
		return cardea_calendar_refuse(
		    reading, CARDEA_E_SYNTAX, "an event without DTSTART");
	if (icalcomponent_get_first_property(component, ICAL_EXRULE_PROPERTY) !=
	    NULL)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "EXRULE is not part of RFC 5545 and not read");
	time = icalproperty_get_dtstart(start);
	status = cardea_calendar_moment(reading, start, &time, &event.start);
	if (status == CARDEA_OK)
		status = take_length(reading, &event);
	if (status == CARDEA_OK)
		*ret_event = event;
	return status;
}
