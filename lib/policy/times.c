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
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (excepts[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && excepts[low] == day;
}

/* the two halves of one moment on the wall, in its order */
static bool
is_after(const uint32_t moment[2], int64_t day, uint32_t second)
{
	return moment[0] != day ? moment[0] > day : moment[1] > second;
}

/* They are apart, so only the last that has begun can hold. */
static bool
is_within(const uint32_t *periods, uint32_t count, int64_t day, uint32_t second)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (is_after(periods + 4 * (size_t)middle, day, second))
			high = middle;
		else
			low = middle + 1;
	}
	return low > 0 &&
	    is_after(periods + 4 * (size_t)(low - 1) + 2, day, second);
}

static const uint32_t *
values_of(const struct cardea_policy *policy, uint32_t first, uint32_t count,
    uint32_t width, uint32_t max)
{
	if (count > max)
		return NULL;
	return cardea_image_slice(
	    policy, CARDEA_PART_VALUES, first, count * width);
}

/* in a window of the week that no date takes away */
static bool
is_in_week(const struct cardea_image_hours *hours, const uint32_t *windows,
    const uint32_t *excepts, int64_t day, uint32_t now)
{
	bool today = on_weekday(hours, day) &&
	    !is_excepted(excepts, hours->except_count, day);
	/* a window over midnight belongs to the day on which it began */
	bool yesterday = on_weekday(hours, day - 1) &&
	    !is_excepted(excepts, hours->except_count, day - 1);

	for (uint32_t i = 0; i < hours->window_count; i++) {
		uint32_t from = windows[2 * i], to = windows[2 * i + 1];

		if ((today && now >= from && now < to) ||
		    (yesterday && now + DAY_S >= from && now + DAY_S < to))
			return true;
	}
	return false;
}

enum cardea_truth
cardea_times_hours(const struct cardea_policy *policy,
    const struct cardea_image_hours *hours,
    const struct cardea_local_time *local, bool *ret_damaged)
{
	const uint32_t *windows = values_of(
	    policy, hours->windows, hours->window_count, 2, CARDEA_WINDOWS_MAX);
	const uint32_t *excepts = values_of(
	    policy, hours->excepts, hours->except_count, 1, CARDEA_EXCEPT_MAX);
	const uint32_t *also = values_of(
	    policy, hours->also, hours->also_count, 4, CARDEA_PERIODS_MAX);
	const uint32_t *closed = values_of(
	    policy, hours->closed, hours->closed_count, 4, CARDEA_PERIODS_MAX);
	uint32_t now;
	int64_t day;

	if (windows == NULL || excepts == NULL || also == NULL ||
	    closed == NULL) {
		*ret_damaged = true;
		return CARDEA_MAYBE;
	}
	if (!wall_day(local, &day))
		return CARDEA_MAYBE;
	now = (uint32_t)local->second;
	if (is_within(closed, hours->closed_count, day, now))
		return CARDEA_FALSE;
	if (is_in_week(hours, windows, excepts, day, now))
		return CARDEA_TRUE;
	/* of a one-off window a date takes away what falls on it */
	return is_within(also, hours->also_count, day, now) &&
		!is_excepted(excepts, hours->except_count, day)
	    ? CARDEA_TRUE
	    : CARDEA_FALSE;
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
