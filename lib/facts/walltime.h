/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_WALLTIME_H
#define CARDEA_FACTS_WALLTIME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Clocks on the wall as plain numbers: seconds since 1970-01-01 00:00:00 as
 * the wall counts them, so that a day has 86400 of them whatever summer time
 * does.  And the way back, from the wall to the instant.  By facts/zonetime.h,
 * whose warnings hold here too.  All are false, outputs untouched, if the zone
 * is not known or there is no date.
 */

bool cardea_walltime_at(const char *zone, int64_t time_s, int64_t *ret_wall);

/* cardea_walltime_instant: a wall clock that is shown twice means the first
 * time, one that is skipped counts on from before (RFC 5545, 3.3.5). */
bool
cardea_walltime_instant(const char *zone, int64_t wall, int64_t *ret_time_s);

/* cardea_walltime_shown: the least span of the wall that holds all that it
 * shows from one instant up to another (exclusive).  Where clocks are set back
 * on the way the span is longer than the time. */
bool cardea_walltime_shown(const char *zone, int64_t from_s, int64_t to_s,
    int64_t *ret_from, int64_t *ret_to);

#endif
