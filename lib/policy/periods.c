/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/periods.h"
#include "policy/reader.h"

#define DAY_S 86400

enum cardea_status
cardea_periods_add(struct cardea_periods *periods, struct cardea_period period)
{
	if (period.from >= period.to)
		return CARDEA_OK;
	if (periods->count == CARDEA_PERIODS_MAX)
		return CARDEA_E_RANGE;
	if (periods->count == periods->room) {
		size_t room = periods->room != 0 ? 2 * periods->room : 16;
		struct cardea_period *items = realloc(
		    periods->items, room * sizeof(*items));

		if (items == NULL)
			return CARDEA_E_MEMORY;
		periods->items = items;
		periods->room = room;
	}
	periods->items[periods->count++] = period;
	return CARDEA_OK;
}

void
cardea_periods_clear(struct cardea_periods *periods)
{
	free(periods->items);
	memset(periods, 0, sizeof(*periods));
}

/* "2026-11-28" or "2026-11-28 09:00" */
static bool
parse_moment(const char *text, size_t len, bool end, int64_t *ret_wall)
{
	char date[11];
	int year, month, day;
	uint32_t second = end ? DAY_S : 0;

	if (len != 10 && (len != 16 || text[10] != ' '))
		return false;
	memcpy(date, text, 10);
	date[10] = '\0';
	if (cardea_text_date(date, &year, &month, &day) != CARDEA_OK ||
	    (len == 16 && !cardea_reader_clock(text + 11, 5, &second)))
		return false;
	*ret_wall = cardea_text_days(year, month, day) * DAY_S + second;
	return true;
}

bool
cardea_periods_parse(
    const char *text, struct cardea_period *ret_period, bool *ret_date)
{
	size_t len = strcspn(text, "/");
	bool alone = text[len] == '\0';
	const char *end = alone ? text : text + len + 1;
	struct cardea_period period;

	if ((alone && len != 10) ||
	    !parse_moment(text, len, false, &period.from) ||
	    !parse_moment(end, strlen(end), true, &period.to) ||
	    period.from >= period.to)
		return false;
	*ret_period = period;
	*ret_date = alone;
	return true;
}

static int
compare(const void *a, const void *b)
{
	const struct cardea_period *left = a, *right = b;

	return (left->from > right->from) - (left->from < right->from);
}

void
cardea_periods_join(struct cardea_periods *periods)
{
	size_t kept = 0;

	if (periods->count > 1)
		qsort(periods->items, periods->count, sizeof(*periods->items),
		    compare);
	for (size_t i = 0; i < periods->count; i++) {
		struct cardea_period next = periods->items[i];
		struct cardea_period *last = &periods->items[kept];

		if (kept > 0 && next.from <= (--last)->to) {
			if (next.to > last->to)
				last->to = next.to;
			continue;
		}
		periods->items[kept++] = next;
	}
	periods->count = kept;
}

void
cardea_periods_write(struct cardea_build *build, struct cardea_periods *periods,
    uint32_t *ret_first, uint32_t *ret_count)
{
	uint32_t first = cardea_build_values(build, NULL, 0);

	cardea_periods_join(periods);
	for (size_t i = 0; i < periods->count; i++) {
		const struct cardea_period *period = &periods->items[i];
		uint32_t values[4] = {
			(uint32_t)(period->from / DAY_S),
			(uint32_t)(period->from % DAY_S),
			(uint32_t)(period->to / DAY_S),
			(uint32_t)(period->to % DAY_S),
		};

		(void)cardea_build_values(build, values, 4);
	}
	*ret_first = first;
	*ret_count = (uint32_t)periods->count;
}
