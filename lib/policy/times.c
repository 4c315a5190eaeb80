/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/times.h"
#include "base/text.h"

#define DAY_S 86400u

/* days since 1970 of what the wall clock shows; false if it shows nonsense */
static bool
wall_day(const struct cardea_local_time *local, int64_t *ret_day)
{
	if (local == NULL || !local->known || local->second < 0 ||
	    local->second >= (int)DAY_S || local->month < 1 ||
	    local->month > 12 || local->day < 1 || local->day > 31)
		return false;
	*ret_day = cardea_text_days(local->year, local->month, local->day);
	return *ret_day >= 1 && *ret_day < UINT32_MAX;
}

/* 1970-01-01 was a Thursday, Monday is bit 0 */
static bool
on_weekday(const struct cardea_image_hours *hours, int64_t day)
{
	return (hours->days & (1u << ((day + 3) % 7))) != 0;
}

static bool
is_excepted(const uint32_t *excepts, uint32_t count, int64_t day)
{
	for (uint32_t i = 0; i < count; i++) {
		if (excepts[i] == day)
			return true;
	}
	return false;
}

enum cardea_truth
cardea_times_hours(const struct cardea_policy *policy,
    const struct cardea_image_hours *hours,
    const struct cardea_local_time *local, bool *ret_damaged)
{
	const uint32_t *windows = NULL, *excepts;
	bool today, yesterday;
	int64_t day;

	if (hours->window_count <= CARDEA_WINDOWS_MAX)
		windows = cardea_image_slice(policy, CARDEA_PART_VALUES,
		    hours->windows, 2 * hours->window_count);
	excepts = cardea_image_slice(
	    policy, CARDEA_PART_VALUES, hours->excepts, hours->except_count);
	if (windows == NULL || excepts == NULL) {
		*ret_damaged = true;
		return CARDEA_MAYBE;
	}
	if (!wall_day(local, &day))
		return CARDEA_MAYBE;
	today = on_weekday(hours, day) &&
	    !is_excepted(excepts, hours->except_count, day);
	/* a window over midnight belongs to the day on which it began */
	yesterday = on_weekday(hours, day - 1) &&
	    !is_excepted(excepts, hours->except_count, day - 1);
	for (uint32_t i = 0; i < hours->window_count; i++) {
		uint32_t from = windows[2 * i], to = windows[2 * i + 1];
		uint32_t now = (uint32_t)local->second;

		if ((today && now >= from && now < to) ||
		    (yesterday && now + DAY_S >= from && now + DAY_S < to))
			return CARDEA_TRUE;
	}
	return CARDEA_FALSE;
}

enum cardea_truth
cardea_times_reached(
    const struct cardea_local_time *local, uint32_t day, uint32_t second)
{
	int64_t today;

	if (!wall_day(local, &today))
		return CARDEA_MAYBE;
	if (today != day)
		return today > day ? CARDEA_TRUE : CARDEA_FALSE;
	return local->second >= 0 && (uint32_t)local->second >= second
	    ? CARDEA_TRUE
	    : CARDEA_FALSE;
}
