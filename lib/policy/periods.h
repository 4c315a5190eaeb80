/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_PERIODS_H
#define CARDEA_POLICY_PERIODS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/build.h"

/*
 * One-off windows of hours, by the clock on the wall: seconds since
 * 1970-01-01 00:00:00 as the wall counts them (facts/walltime.h).  Ends are
 * exclusive.
 */
struct cardea_period {
	int64_t from, to;
};

/* zeroed at first; freed by clear */
struct cardea_periods {
	struct cardea_period *items;
	size_t count, room;
};

/* cardea_periods_add: nothing for an empty one. RANGE beyond
 * CARDEA_PERIODS_MAX, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_periods_add(struct cardea_periods *periods, struct cardea_period period);

void cardea_periods_clear(struct cardea_periods *periods);

/* cardea_periods_parse: "2026-11-28", which is the whole day, or
 * "2026-11-28 09:00/2026-11-28 17:00"; a date alone stands for its beginning
 * before the stroke and for its end behind it.  *ret_date: it was a date and
 * nothing else. */
bool cardea_periods_parse(
    const char *text, struct cardea_period *ret_period, bool *ret_date);

/* cardea_periods_join: sorted, and joined where they meet */
void cardea_periods_join(struct cardea_periods *periods);

/* cardea_periods_write: joined, as they stand in an image: four values each */
void cardea_periods_write(struct cardea_build *build,
    struct cardea_periods *periods, uint32_t *ret_first, uint32_t *ret_count);

#endif
