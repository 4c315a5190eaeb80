/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "policy/reader.h"
#include "policy/source_calendar.h"

#define DAY_S 86400u

struct hours_draft {
	struct cardea_image_hours hours;
	uint32_t windows[2 * CARDEA_WINDOWS_MAX];
	/* What is open or shut besides: windows, and whole days.  Of what is
	 * open a whole day is a window like any other. */
	struct cardea_calendar_events open, shut;
	const struct cardea_setting *open_calendars, *shut_calendars;
	const char *timezone; /* NULL: none yet */
};

/* calls take for each part between commas, blanks around it dropped */
typedef bool take_part(const char *part, size_t len, void *target);

static bool
split_commas(const char *text, take_part *take, void *target)
{
	for (;;) {
		size_t len = strcspn(text, ","), blank = strspn(text, " ");
		size_t end = len;

		while (end > blank && text[end - 1] == ' ')
			end--;
		if (blank >= end || !take(text + blank, end - blank, target))
			return false;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

/* 0 Monday .. 6 Sunday, -1 for anything else */
static int
parse_day(const char *text, size_t len)
{
	static const char names[] = "montuewedthufrisatsun";

	for (int day = 0; len == 3 && day < 7; day++) {
		if (memcmp(names + (size_t)day * 3, text, 3) == 0)
			return day;
	}
	return -1;
}

/* "mon", or "fri-mon": a range may run over the end of the week */
static bool
take_days(const char *part, size_t len, void *target)
{
	struct hours_draft *draft = target;
	int first = parse_day(part, len == 7 ? 3 : len);
	int last = first;

	if (len == 7)
		last = part[3] == '-' ? parse_day(part + 4, 3) : -1;
	if (first < 0 || last < 0)
		return false;
	for (int day = first;; day = (day + 1) % 7) {
		draft->hours.days |= 1u << day;
		if (day == last)
			return true;
	}
}

/* "22:00-06:00" belongs to the day on which it begins and ends on the next */
static bool
take_window(const char *part, size_t len, void *target)
{
	struct hours_draft *draft = target;
	uint32_t from, to;

	if (len != 11 || part[5] != '-' ||
	    !cardea_reader_clock(part, 5, &from) ||
	    !cardea_reader_clock(part + 6, 5, &to) || from == to ||
	    from == DAY_S || draft->hours.window_count == CARDEA_WINDOWS_MAX)
		return false;
	if (to < from)
		to += DAY_S;
	draft->windows[2 * draft->hours.window_count] = from;
	draft->windows[2 * draft->hours.window_count + 1] = to;
	draft->hours.window_count++;
	return true;
}

static enum cardea_status
read_parts(struct cardea_reader *reader, const struct cardea_setting *setting,
    take_part *take, struct hours_draft *draft, const char *expected)
{
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_items(
	    reader, setting, CARDEA_WINDOWS_MAX, &count);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		const struct cardea_setting *item = cardea_reader_item(
		    setting, i);
		const char *text;

		status = cardea_reader_text(
		    reader, item, CARDEA_TEXT_MAX, &text);
		if (status == CARDEA_OK && !split_commas(text, take, draft))
			status = cardea_reader_refuse(reader, item, expected);
	}
	return status;
}

static enum cardea_status
read_days(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	return read_parts(reader, setting, take_days, target,
	    "expected days such as \"mon-fri\" or \"sat,sun\"");
}

static enum cardea_status
read_times(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	return read_parts(reader, setting, take_window, target,
	    "expected times such as \"07:30-19:00\" or \"22:00-06:00\", at "
	    "most 64, none of them empty (a whole day is \"00:00-24:00\")");
}

static enum cardea_status
read_timezone(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct hours_draft *draft = target;

	draft->timezone = cardea_tree_text(setting);
	return cardea_reader_timezone(reader, setting, &draft->hours.timezone);
}

static enum cardea_status
read_period(struct cardea_reader *reader, const struct cardea_setting *item,
    struct cardea_calendar_events *events)
{
	struct cardea_period period;
	const char *text;
	enum cardea_status status;
	bool is_date;

	status = cardea_reader_text(reader, item, 63, &text);
	if (status != CARDEA_OK)
		return status;
	if (!cardea_periods_parse(text, &period, &is_date))
		return cardea_reader_refuse(reader, item,
		    "expected a date such as \"2026-12-25\", or a period such "
		    "as \"2026-12-24 12:00/2026-12-27\" that does not end "
		    "before it begins");
	status = cardea_periods_add(
	    is_date ? &events->days : &events->times, period);
	if (status != CARDEA_OK)
		return cardea_tree_refuse(reader->tree, item, status,
		    reader->diag, "more than %d periods", CARDEA_PERIODS_MAX);
	return CARDEA_OK;
}

static enum cardea_status
read_periods(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct cardea_calendar_events *events)
{
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_items(
	    reader, setting, CARDEA_EXCEPT_MAX, &count);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_period(
		    reader, cardea_reader_item(setting, i), events);
	return status;
}

static enum cardea_status
read_also(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct hours_draft *draft = target;

	return read_periods(reader, setting, &draft->open);
}

static enum cardea_status
read_except(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct hours_draft *draft = target;

	return read_periods(reader, setting, &draft->shut);
}

/* Calendars wait until the time zone of the hours is known. */
static enum cardea_status
keep_also_calendars(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct hours_draft *draft = target;

	(void)reader;
	draft->open_calendars = setting;
	return CARDEA_OK;
}

static enum cardea_status
keep_except_calendars(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct hours_draft *draft = target;

	(void)reader;
	draft->shut_calendars = setting;
	return CARDEA_OK;
}

static const struct cardea_reader_key hours_keys[] = {
	{ "days", read_days },
	{ "times", read_times },
	{ "timezone", read_timezone },
	{ "also", read_also },
	{ "except", read_except },
	{ "also_calendars", keep_also_calendars },
	{ "except_calendars", keep_except_calendars },
};

static enum cardea_status
judge_hours(struct cardea_reader *reader, const struct cardea_setting *setting,
    const struct hours_draft *draft)
{
	bool days = draft->hours.days != 0;
	bool times = draft->hours.window_count != 0;
	bool also = draft->open.days.count + draft->open.times.count != 0 ||
	    draft->open_calendars != NULL;

	if (!days && !times && !also)
		return cardea_reader_refuse(
		    reader, setting, "hours need days and times, or also");
	if (!days && times)
		return cardea_reader_refuse(reader, setting, "hours need days");
	if (days && !times)
		return cardea_reader_refuse(
		    reader, setting, "hours need times");
	if (draft->timezone == NULL)
		return cardea_reader_refuse(
		    reader, setting, "hours need a timezone");
	return CARDEA_OK;
}

static enum cardea_status
read_calendars(struct cardea_reader *reader, struct hours_draft *draft)
{
	enum cardea_status status = CARDEA_OK;

	if (draft->open_calendars != NULL)
		status = cardea_read_calendars(reader, draft->open_calendars,
		    draft->timezone, &draft->open, &draft->hours.last_day);
	if (status == CARDEA_OK && draft->shut_calendars != NULL)
		status = cardea_read_calendars(reader, draft->shut_calendars,
		    draft->timezone, &draft->shut, &draft->hours.last_day);
	return status;
}

/* whole days that are shut, one by one */
static enum cardea_status
write_dates(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct hours_draft *draft)
{
	struct cardea_periods *days = &draft->shut.days;
	struct cardea_image_hours *hours = &draft->hours;

	hours->excepts = cardea_build_values(reader->build, NULL, 0);
	cardea_periods_join(days);
	for (size_t i = 0; i < days->count; i++) {
		int64_t at = days->items[i].from;

		for (; at < days->items[i].to; at += DAY_S) {
			uint32_t day = (uint32_t)(at / DAY_S);

			if (hours->except_count++ == CARDEA_EXCEPT_MAX)
				return cardea_tree_refuse(reader->tree, setting,
				    CARDEA_E_RANGE, reader->diag,
				    "more than %d dates excepted",
				    CARDEA_EXCEPT_MAX);
			(void)cardea_build_values(reader->build, &day, 1);
		}
	}
	return CARDEA_OK;
}

static enum cardea_status
write_hours(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct hours_draft *draft)
{
	struct cardea_image_hours *hours = &draft->hours;
	const struct cardea_periods *days = &draft->open.days;
	enum cardea_status status = write_dates(reader, setting, draft);

	for (size_t i = 0; i < days->count && status == CARDEA_OK; i++) {
		status = cardea_periods_add(&draft->open.times, days->items[i]);
		if (status != CARDEA_OK)
			status = cardea_tree_refuse(reader->tree, setting,
			    status, reader->diag, "more than %d periods",
			    CARDEA_PERIODS_MAX);
	}
	if (status != CARDEA_OK)
		return status;
	hours->windows = cardea_build_values(
	    reader->build, draft->windows, 2 * (size_t)hours->window_count);
	cardea_periods_write(reader->build, &draft->open.times, &hours->also,
	    &hours->also_count);
	cardea_periods_write(reader->build, &draft->shut.times, &hours->closed,
	    &hours->closed_count);
	cardea_build_hours(reader->build, *hours);
	return CARDEA_OK;
}

static enum cardea_status
read_one(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct hours_draft *draft)
{
	struct cardea_image_hours *hours = &draft->hours;
	enum cardea_status status;

	hours->name = cardea_build_text(
	    reader->build, cardea_tree_key(setting));
	hours->file = cardea_build_text(
	    reader->build, cardea_tree_name(reader->tree));
	hours->line = cardea_tree_line(setting);
	if (cardea_build_find_hours(reader->build, hours->name) != UINT32_MAX)
		return cardea_reader_refuse(
		    reader, setting, "hours of this name exist already");
	status = cardea_reader_group(reader, setting, hours_keys,
	    sizeof(hours_keys) / sizeof(hours_keys[0]), draft);
	if (status == CARDEA_OK)
		status = judge_hours(reader, setting, draft);
	if (status == CARDEA_OK)
		status = read_calendars(reader, draft);
	return status == CARDEA_OK ? write_hours(reader, setting, draft)
				   : status;
}

static void
clear_draft(struct hours_draft *draft)
{
	cardea_periods_clear(&draft->open.days);
	cardea_periods_clear(&draft->open.times);
	cardea_periods_clear(&draft->shut.days);
	cardea_periods_clear(&draft->shut.times);
}

enum cardea_status
cardea_read_hours(
    struct cardea_reader *reader, const struct cardea_setting *hours)
{
	enum cardea_status status = CARDEA_OK;
	size_t count = cardea_tree_count(hours);
	struct hours_draft draft;

	if (cardea_tree_kind(hours) != CARDEA_TREE_GROUP)
		return cardea_reader_refuse(
		    reader, hours, "expected a block { ... }");
	if (count > CARDEA_HOURS_MAX)
		return cardea_tree_refuse(reader->tree, hours, CARDEA_E_RANGE,
		    reader->diag, "more than %d hours", CARDEA_HOURS_MAX);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		memset(&draft, 0, sizeof(draft));
		status = read_one(reader, cardea_tree_at(hours, i), &draft);
		clear_draft(&draft);
	}
	return status;
}
