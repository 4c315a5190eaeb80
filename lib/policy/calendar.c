/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "base/clock.h"
#include "facts/walltime.h"
#include "policy/calendar_event.h"

#define DAY_S 86400

/* what one file may cost */
#define RECURRING_MAX 1000 /* events with RRULE or RDATE */
#define STEPS_MAX 200000   /* recurrences looked at */
#define TIME_MAX_MS 10000  /* libical seeks long for what never comes */

/* instants, or walls of events that are whole days */
struct keys {
	int64_t *items;
	size_t count, room;
};

/* the instants of an event that begins then, cut at the horizon with a day to
 * spare, for the wall of the hours may be half a day off */
static bool
find_span(const struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event,
    const struct cardea_calendar_moment *start, int64_t *ret_from,
    int64_t *ret_to)
{
	int64_t low = (reading->calendar->first_day - 1) * DAY_S;
	int64_t high = (reading->calendar->end_day + 1) * DAY_S;
	int64_t from, to;

	if (!cardea_calendar_to_instant(&start->zone, start->wall, &from) ||
	    !cardea_calendar_to_instant(
		&start->zone, start->wall + event->days * DAY_S, &to))
		return false;
	to += event->seconds;
	*ret_from = from < low ? low : from;
	*ret_to = to > high ? high : to;
	return true;
}

static enum cardea_status
add_period(const struct cardea_calendar_reading *reading,
    struct cardea_periods *periods, int64_t from, int64_t to)
{
	int64_t low = reading->calendar->first_day * DAY_S;
	int64_t high = reading->calendar->end_day * DAY_S;
	struct cardea_period period = { from < low ? low : from,
		to > high ? high : to };
	enum cardea_status status = cardea_periods_add(periods, period);

	if (status == CARDEA_E_RANGE)
		return cardea_calendar_refuse(reading, status,
		    "more than %d periods in the years that count",
		    CARDEA_PERIODS_MAX);
	if (status != CARDEA_OK)
		return cardea_calendar_refuse(reading, status, "out of memory");
	return CARDEA_OK;
}

/* does it come near the days that count?  Notes how far the calendar goes. */
static bool
is_near(const struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event,
    const struct cardea_calendar_moment *start)
{
	const struct cardea_calendar *calendar = reading->calendar;
	int64_t length = event->days * DAY_S + event->seconds;
	int64_t last = (start->wall + (length > 0 ? length - 1 : 0)) / DAY_S;

	if (last >= calendar->end_day)
		last = calendar->end_day - 1;
	if (last > reading->events->last_day)
		reading->events->last_day = last;
	return length > 0 && last >= calendar->first_day - 1 &&
	    start->wall / DAY_S <= calendar->end_day;
}

static enum cardea_status
place(const struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event,
    const struct cardea_calendar_moment *start)
{
	struct cardea_calendar_events *events = reading->events;
	int64_t from, to;

	if (!is_near(reading, event, start))
		return CARDEA_OK;
	if (start->whole_day)
		return add_period(reading, &events->days, start->wall,
		    start->wall + event->days * DAY_S);
	if (!find_span(reading, event, start, &from, &to))
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "its time zone is not known here");
	if (from >= to)
		return CARDEA_OK;
	if (!cardea_walltime_shown(
		reading->calendar->timezone, from, to, &from, &to))
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "the time zone \"%s\" is not known here",
		    reading->calendar->timezone);
	return add_period(reading, &events->times, from, to);
}

/* what names one recurrence among the others: its day or instant */
static bool
key_of(const struct cardea_calendar_moment *moment, int64_t *ret_key)
{
	*ret_key = moment->wall;
	return moment->whole_day ||
	    cardea_calendar_to_instant(&moment->zone, moment->wall, ret_key);
}

static enum cardea_status
add_key(const struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event, icalproperty *property,
    struct keys *keys)
{
	struct icaltimetype time = icalvalue_get_datetime(
	    icalproperty_get_value(property));
	struct cardea_calendar_moment moment;
	enum cardea_status status = cardea_calendar_moment(
	    reading, property, &time, &moment);

	if (status != CARDEA_OK)
		return status;
	if (moment.whole_day != event->start.whole_day)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "%s is of another kind than DTSTART",
		    icalproperty_get_property_name(property));
	if (keys->count == keys->room) {
		size_t room = keys->room != 0 ? 2 * keys->room : 16;
		int64_t *items = realloc(keys->items, room * sizeof(*items));

		if (items == NULL)
			return cardea_calendar_refuse(
			    reading, CARDEA_E_MEMORY, "out of memory");
		keys->items = items;
		keys->room = room;
	}
	if (!key_of(&moment, &keys->items[keys->count]))
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "its time zone is not known here");
	keys->count++;
	return CARDEA_OK;
}

/* Recurrences that are not there: EXDATE, and those which another event of the
 * same name replaces. */
static enum cardea_status
find_missing(const struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event, struct keys *keys)
{
	enum cardea_status status = CARDEA_OK;
	icalcompiter other = icalcomponent_begin_component(
	    reading->whole, ICAL_VEVENT_COMPONENT);
	icalproperty *property = icalcomponent_get_first_property(
	    event->component, ICAL_EXDATE_PROPERTY);

	for (; property != NULL && status == CARDEA_OK;
	     property = icalcomponent_get_next_property(
		 event->component, ICAL_EXDATE_PROPERTY))
		status = add_key(reading, event, property, keys);
	for (; status == CARDEA_OK && event->uid != NULL &&
	     icalcompiter_deref(&other) != NULL;
	     icalcompiter_next(&other)) {
		icalcomponent *component = icalcompiter_deref(&other);
		const char *uid = icalcomponent_get_uid(component);

		property = icalcomponent_get_first_property(
		    component, ICAL_RECURRENCEID_PROPERTY);
		if (property != NULL && uid != NULL &&
		    strcmp(uid, event->uid) == 0)
			status = add_key(reading, event, property, keys);
	}
	return status;
}

static enum cardea_status
place_recurrence(struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event,
    const struct cardea_calendar_moment *start, const struct keys *missing)
{
	int64_t key;

	if (++reading->steps > STEPS_MAX)
		return cardea_calendar_refuse(
		    reading, CARDEA_E_RANGE, "too many recurrences");
	if (!is_near(reading, event, start))
		return CARDEA_OK;
	if (!key_of(start, &key))
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "its time zone is not known here");
	for (size_t i = 0; i < missing->count; i++) {
		if (missing->items[i] == key)
			return CARDEA_OK;
	}
	return place(reading, event, start);
}

/* RFC 5545, 3.3.10: UNTIL is in UTC where DTSTART has a zone, and the rule is
 * judged on the wall of that zone.  A rule without an end ends at the horizon,
 * and so does the search for what never comes, such as 30 February. */
static enum cardea_status
bound_rule(const struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event, struct icalrecurrencetype *rule)
{
	int64_t limit = (reading->calendar->end_day + 1) * DAY_S, until;

	if (!icaltime_is_null_time(rule->until)) {
		if (!cardea_calendar_is_time(&rule->until))
			return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
			    "there is no such time as in RRULE");
		until = cardea_calendar_wall(&rule->until);
		if (rule->until.is_date)
			until += DAY_S - 1;
		else if (icaltime_is_utc(rule->until) &&
		    !event->start.whole_day &&
		    !cardea_calendar_to_wall(&event->start.zone, until, &until))
			return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
			    "its time zone is not known here");
		if (until < limit)
			limit = until;
	}
	rule->until = cardea_calendar_time(limit, event->start.whole_day);
	return CARDEA_OK;
}

static enum cardea_status
follow_rule(struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event, struct icalrecurrencetype rule,
    const struct keys *missing)
{
	enum cardea_status status = bound_rule(reading, event, &rule);
	struct cardea_calendar_moment start = event->start;
	icalrecur_iterator *iterator;
	int left = rule.count;
	bool counted = rule.count > 0;

	if (status != CARDEA_OK)
		return status;
	rule.count = 0; /* ours: it and an end cannot both be libical's */
	iterator = icalrecur_iterator_new(
	    rule, cardea_calendar_time(start.wall, start.whole_day));
	if (iterator == NULL)
		return cardea_calendar_refuse(
		    reading, CARDEA_E_SYNTAX, "its RRULE has no recurrences");
	while (status == CARDEA_OK && (!counted || left-- > 0)) {
		struct icaltimetype time = icalrecur_iterator_next(iterator);

		if (icaltime_is_null_time(time))
			break;
		start.wall = cardea_calendar_wall(&time);
		if (start.wall != event->start.wall)
			status = place_recurrence(
			    reading, event, &start, missing);
	}
	icalrecur_iterator_free(iterator);
	return status;
}

static enum cardea_status
expand_rule(struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event, icalproperty *property,
    const struct keys *missing)
{
	struct icalrecurrencetype rule = icalproperty_get_rrule(property);

	if (rule.rscale != NULL)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "only the Gregorian calendar can be read");
	if (rule.freq != ICAL_DAILY_RECURRENCE &&
	    rule.freq != ICAL_WEEKLY_RECURRENCE &&
	    rule.freq != ICAL_MONTHLY_RECURRENCE &&
	    rule.freq != ICAL_YEARLY_RECURRENCE)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "RRULE must be daily, weekly, monthly or yearly");
	return follow_rule(reading, event, rule, missing);
}

/* RDATE: a time, or a period with a length of its own */
static enum cardea_status
expand_date(struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event, icalproperty *property,
    const struct keys *missing)
{
	struct icaldatetimeperiodtype date = icalproperty_get_rdate(property);
	bool is_period = icaltime_is_null_time(date.time);
	struct icaltimetype time = is_period ? date.period.start : date.time;
	struct cardea_calendar_event one = *event;
	struct cardea_calendar_moment end;
	enum cardea_status status = cardea_calendar_moment(
	    reading, property, &time, &one.start);

	if (status == CARDEA_OK &&
	    one.start.whole_day != event->start.whole_day)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "RDATE is of another kind than DTSTART");
	if (status == CARDEA_OK && is_period) {
		if (icaltime_is_null_time(date.period.end)) {
			status = cardea_calendar_for(
			    reading, &date.period.duration, &one);
		} else {
			status = cardea_calendar_moment(
			    reading, property, &date.period.end, &end);
			if (status == CARDEA_OK)
				status = cardea_calendar_until(
				    reading, &end, &one);
		}
	}
	return status == CARDEA_OK
	    ? place_recurrence(reading, &one, &one.start, missing)
	    : status;
}

static enum cardea_status
judge_cost(struct cardea_calendar_reading *reading)
{
	if (++reading->recurring > RECURRING_MAX)
		return cardea_calendar_refuse(reading, CARDEA_E_RANGE,
		    "more than %d events that recur", RECURRING_MAX);
	if (cardea_clock_read().monotonic_ms - reading->began_ms > TIME_MAX_MS)
		return cardea_calendar_refuse(reading, CARDEA_E_RANGE,
		    "its recurrences take too long to follow");
	return CARDEA_OK;
}

static enum cardea_status
expand(struct cardea_calendar_reading *reading,
    const struct cardea_calendar_event *event, icalproperty *rule)
{
	struct keys missing = { NULL, 0, 0 };
	enum cardea_status status = judge_cost(reading);
	icalproperty *date;

	if (status == CARDEA_OK)
		status = find_missing(reading, event, &missing);
	if (status == CARDEA_OK)
		status = place_recurrence(
		    reading, event, &event->start, &missing);
	if (status == CARDEA_OK && rule != NULL)
		status = expand_rule(reading, event, rule, &missing);
	/* libical keeps its place in the component: nothing else may ask */
	date = icalcomponent_get_first_property(
	    event->component, ICAL_RDATE_PROPERTY);
	for (; date != NULL && status == CARDEA_OK;
	     date = icalcomponent_get_next_property(
		 event->component, ICAL_RDATE_PROPERTY))
		status = expand_date(reading, event, date, &missing);
	free(missing.items);
	return status;
}

/* An event that takes the place of one recurrence is that one and no other. */
static enum cardea_status
judge_replacement(const struct cardea_calendar_reading *reading,
    icalproperty *id, bool recurs)
{
	if (recurs)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "an event with RECURRENCE-ID cannot recur itself");
	if (icalproperty_get_first_parameter(id, ICAL_RANGE_PARAMETER) != NULL)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "RECURRENCE-ID with RANGE is not read");
	return CARDEA_OK;
}

static enum cardea_status
read_event(struct cardea_calendar_reading *reading, icalcomponent *component)
{
	struct cardea_calendar_event event;
	icalproperty *rule = NULL, *id = NULL;
	bool recurs;
	enum cardea_status status = cardea_calendar_event(
	    reading, component, &event);

	if (status == CARDEA_OK)
		status = cardea_calendar_single(
		    reading, component, ICAL_RRULE_PROPERTY, &rule);
	if (status == CARDEA_OK)
		status = cardea_calendar_single(
		    reading, component, ICAL_RECURRENCEID_PROPERTY, &id);
	recurs = rule != NULL ||
	    icalcomponent_get_first_property(component, ICAL_RDATE_PROPERTY) !=
		NULL;
	if (status == CARDEA_OK && id != NULL)
		status = judge_replacement(reading, id, recurs);
	if (status != CARDEA_OK ||
	    icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED)
		return status;
	return recurs ? expand(reading, &event, rule)
		      : place(reading, &event, &event.start);
}

/* What libical could not read stands in the tree as a property of its own. */
static enum cardea_status
judge_errors(struct cardea_calendar_reading *reading, icalcomponent *component)
{
	icalproperty *error = icalcomponent_get_first_property(
	    component, ICAL_XLICERROR_PROPERTY);
	icalcompiter inner = icalcomponent_begin_component(
	    component, ICAL_ANY_COMPONENT);
	bool is_event = icalcomponent_isa(component) == ICAL_VEVENT_COMPONENT;
	enum cardea_status status = CARDEA_OK;

	if (error != NULL)
		return cardea_calendar_refuse(reading, CARDEA_E_SYNTAX,
		    "%.150s", icalproperty_get_xlicerror(error));
	for (; icalcompiter_deref(&inner) != NULL && status == CARDEA_OK;
	     icalcompiter_next(&inner))
		status = judge_errors(reading, icalcompiter_deref(&inner));
	if (is_event && status == CARDEA_OK)
		reading->index++;
	return status;
}

static enum cardea_status
read_calendar(struct cardea_calendar_reading *reading, icalcomponent *calendar)
{
	icalcompiter event = icalcomponent_begin_component(
	    calendar, ICAL_VEVENT_COMPONENT);
	enum cardea_status status = CARDEA_OK;

	reading->whole = calendar;
	for (; icalcompiter_deref(&event) != NULL && status == CARDEA_OK;
	     icalcompiter_next(&event)) {
		status = read_event(reading, icalcompiter_deref(&event));
		if (status == CARDEA_OK)
			reading->index++;
	}
	return status;
}

/* root is one VCALENDAR, or holds several */
static enum cardea_status
read_all(struct cardea_calendar_reading *reading, icalcomponent *root)
{
	enum cardea_status status = judge_errors(reading, root);
	icalcompiter inner;

	if (status == CARDEA_OK && reading->index != reading->text->event_count)
		return cardea_calendar_refuse(
		    reading, CARDEA_E_SYNTAX, "an event was lost in reading");
	if (status != CARDEA_OK)
		return status;
	reading->index = 0;
	if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
		return read_calendar(reading, root);
	inner = icalcomponent_begin_component(root, ICAL_VCALENDAR_COMPONENT);
	for (; icalcompiter_deref(&inner) != NULL && status == CARDEA_OK;
	     icalcompiter_next(&inner))
		status = read_calendar(reading, icalcompiter_deref(&inner));
	return status;
}

/* Libical asks for a table of zones and, through ICU, what TZ and
 * /etc/localtime say.  Nothing lies below /dev/null, and of the environment it
 * sees a zone that means nothing (C07). */
static enum cardea_status
parse(struct cardea_calendar_reading *reading)
{
	static char zone[] = "TZ=UTC";
	char *own[] = { zone, NULL };
	char **saved = environ;
	icalcomponent *root;
	enum cardea_status status;

	environ = own;
	tzset();
	icalerror_set_errors_are_fatal(0);
	icaltimezone_set_builtin_tzdata(1);
	set_zone_directory("/dev/null");
	root = icalparser_parse_string(reading->text->text);
	status = root != NULL ? read_all(reading, root)
			      : cardea_calendar_refuse(
				    reading, CARDEA_E_SYNTAX, "not a calendar");
	if (root != NULL)
		icalcomponent_free(root);
	icalmemory_free_ring();
	free_zone_directory();
	environ = saved;
	tzset();
	return status;
}

enum cardea_status
cardea_calendar_read(const struct cardea_calendar *calendar, const char *text,
    size_t len, struct cardea_calendar_events *events, struct cardea_diag *diag)
{
	struct cardea_calendar_text scanned;
	struct cardea_calendar_reading reading = { .calendar = calendar,
		.text = &scanned,
		.events = events,
		.began_ms = cardea_clock_read().monotonic_ms,
		.diag = diag };
	enum cardea_status status = cardea_calendar_scan(
	    text, len, &scanned, diag);

	if (status == CARDEA_OK) {
		status = parse(&reading);
		cardea_calendar_text_clear(&scanned);
	}
	if (status != CARDEA_OK)
		cardea_diag_place(diag, calendar->name, 0, NULL);
	return status;
}
