/* SPDX-License-Identifier: BSD-2-Clause */
#include <time.h>

#include "base/text.h"
#include "policy/lint_hours.h"

#define DAY_S 86400

/* in time to fetch next year's holidays */
#define WARN_DAYS 30

static void
tell_calendar(uint32_t last_day, cardea_lint_passing *tell, void *context)
{
	time_t time = (time_t)last_day * DAY_S;
	char text[160];
	struct tm tm;

	if (gmtime_r(&time, &tm) != NULL &&
	    cardea_text_print(text, sizeof(text),
		"a calendar of theirs tells of nothing after %04d-%02d-%02d: "
		"renew it, and install the policy again",
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) == CARDEA_OK)
		tell(text, context);
}

/* no wall is further behind UTC */
#define BEHIND_S (12 * 3600)

static bool
are_over(const struct cardea_policy *policy,
    const struct cardea_image_hours *hours, int64_t now_s)
{
	const uint32_t *last;

	if (hours->window_count != 0)
		return false;
	if (hours->also_count == 0)
		return true;
	last = cardea_image_slice(policy, CARDEA_PART_VALUES,
	    hours->also + 4 * (hours->also_count - 1), 4);
	return last != NULL &&
	    (int64_t)last[2] * DAY_S + last[3] + BEHIND_S <= now_s;
}

void
cardea_lint_hours(const struct cardea_policy *policy,
    const struct cardea_image_hours *hours, int64_t now_s,
    cardea_lint_passing *tell, void *context)
{
	if (hours->last_day != 0 && now_s / DAY_S + WARN_DAYS > hours->last_day)
		tell_calendar(hours->last_day, tell, context);
	if (are_over(policy, hours, now_s))
		tell("all of their windows are over", context);
}
