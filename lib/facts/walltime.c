/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts/walltime.h"
#include "base/text.h"
#include "facts/zonetime.h"

#define DAY_S 86400

/* no clock is set back by more these days (Troll: two hours) */
#define REPEAT_S (3 * 3600)

bool
cardea_walltime_at(const char *zone, int64_t time_s, int64_t *ret_wall)
{
	struct cardea_local_time local;

	cardea_zonetime(zone, time_s, &local);
	if (!local.known)
		return false;
	*ret_wall = cardea_text_days(local.year, local.month, local.day) *
		DAY_S +
	    local.second;
	return true;
}

/* what the wall is ahead of the instant */
static bool
offset_at(const char *zone, int64_t time_s, int64_t *ret_offset)
{
	int64_t wall;

	if (!cardea_walltime_at(zone, time_s, &wall))
		return false;
	*ret_offset = wall - time_s;
	return true;
}

/* A day before and a day after, whatever the offset, lie on both sides of any
 * change that matters.  The offset of before comes first: it gives the earlier
 * of two instants, and it is the one that counts on through a gap. */
bool
cardea_walltime_instant(const char *zone, int64_t wall, int64_t *ret_time_s)
{
	int64_t before, after, shown;

	if (!offset_at(zone, wall - DAY_S, &before) ||
	    !offset_at(zone, wall + DAY_S, &after) ||
	    !cardea_walltime_at(zone, wall - after, &shown))
		return false;
	if (before != after && shown == wall) {
		int64_t earlier;

		if (!cardea_walltime_at(zone, wall - before, &earlier))
			return false;
		if (earlier != wall)
			before = after;
	}
	*ret_time_s = wall - before;
	return true;
}

/* the first instant after low whose offset is no longer that of low; high has
 * another one */
static bool
find_change(const char *zone, int64_t low, int64_t high, int64_t *ret_time_s)
{
	int64_t before, offset;

	if (!offset_at(zone, low, &before))
		return false;
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (!offset_at(zone, middle, &offset))
			return false;
		if (offset == before)
			low = middle;
		else
			high = middle;
	}
	*ret_time_s = high;
	return true;
}

/* the instant in [low, high] from which on clocks were set back; high + 1 if
 * they were not */
static bool
find_back(const char *zone, int64_t low, int64_t high, int64_t *ret_time_s)
{
	int64_t before, after;

	if (!offset_at(zone, low, &before) || !offset_at(zone, high, &after))
		return false;
	if (after >= before) {
		*ret_time_s = high + 1;
		return true;
	}
	return find_change(zone, low, high, ret_time_s);
}

bool
cardea_walltime_shown(const char *zone, int64_t from_s, int64_t to_s,
    int64_t *ret_from, int64_t *ret_to)
{
	int64_t last = to_s - 1, early, late, from, to, other;

	if (to_s <= from_s)
		return false;
	early = last - from_s > REPEAT_S ? from_s + REPEAT_S : last;
	late = last - from_s > REPEAT_S ? last - REPEAT_S : from_s;
	if (!cardea_walltime_at(zone, from_s, &from) ||
	    !cardea_walltime_at(zone, last, &to) ||
	    !find_back(zone, from_s, early, &early) ||
	    !find_back(zone, late, last, &late))
		return false;
	/* set back soon after the beginning: the wall shows earlier times */
	if (!cardea_walltime_at(zone, early, &other))
		return false;
	if (early <= last && other < from)
		from = other;
	/* set back shortly before the end: it has shown later ones */
	if (!cardea_walltime_at(zone, late - 1, &other))
		return false;
	if (other > to)
		to = other;
	*ret_from = from;
	*ret_to = to + 1;
	return true;
}
