/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "policy/reader.h"

#define DAY_S 86400u

struct hours_draft {
	struct cardea_image_hours hours;
	uint32_t windows[2 * CARDEA_WINDOWS_MAX];
	uint32_t excepts[CARDEA_EXCEPT_MAX];
	bool has_timezone;
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

	draft->has_timezone = true;
	return cardea_reader_timezone(reader, setting, &draft->hours.timezone);
}

static enum cardea_status
read_except(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct hours_draft *draft = target;
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_items(
	    reader, setting, CARDEA_EXCEPT_MAX, &count);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = cardea_reader_date(
		    reader, cardea_reader_item(setting, i), &draft->excepts[i]);
	if (status == CARDEA_OK)
		draft->hours.except_count = (uint32_t)count;
	return status;
}

static const struct cardea_reader_key hours_keys[] = {
	{ "days", read_days },
	{ "times", read_times },
	{ "timezone", read_timezone },
	{ "except", read_except },
};

static enum cardea_status
judge_hours(struct cardea_reader *reader, const struct cardea_setting *setting,
    const struct hours_draft *draft)
{
	if (draft->hours.days == 0)
		return cardea_reader_refuse(reader, setting, "hours need days");
	if (draft->hours.window_count == 0)
		return cardea_reader_refuse(
		    reader, setting, "hours need times");
	if (!draft->has_timezone)
		return cardea_reader_refuse(
		    reader, setting, "hours need a timezone");
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
	if (status != CARDEA_OK)
		return status;
	hours->windows = cardea_build_values(
	    reader->build, draft->windows, 2 * (size_t)hours->window_count);
	hours->excepts = cardea_build_values(
	    reader->build, draft->excepts, hours->except_count);
	cardea_build_hours(reader->build, *hours);
	return CARDEA_OK;
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
	}
	return status;
}
