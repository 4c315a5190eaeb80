/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_SOURCE_CALENDAR_H
#define CARDEA_POLICY_SOURCE_CALENDAR_H

#include "policy/calendar.h"
#include "policy/reader.h"

/* How many years before and after this one a calendar is followed.  By whole
 * years, so that the same sources give the same policy on every day of a year
 * and on every host. */
#define CARDEA_CALENDAR_YEARS_BEFORE 1
#define CARDEA_CALENDAR_YEARS_AFTER 3

/* cardea_read_calendars: the paths of a setting, read into events, for hours in
 * that zone; each becomes a source of the policy. *last_day falls to the last
 * day that the shortest of them tells of. */
CARDEA_MUST_USE enum cardea_status
cardea_read_calendars(struct cardea_reader *reader,
    const struct cardea_setting *setting, const char *timezone,
    struct cardea_calendar_events *events, uint32_t *last_day);

#endif
