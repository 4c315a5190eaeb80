/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_CALENDAR_FIXTURE_H
#define TESTS_UNIT_CALENDAR_FIXTURE_H

#include "policy/calendar.h"

/* A calendar in a file of its own, and how long looking at it takes. */

/* 2025 to 2029, as a policy installed in 2026 has it */
struct cardea_calendar calendar_in(const char *timezone);

void clear(struct cardea_calendar_events *events);

/* lines are parted by bars; what is not a whole calendar becomes one event */
void write_calendar(char *text, size_t size, const char *lines);

void refuse(const char *lines, enum cardea_status status, unsigned int line,
    const char *reason);

/* each reading of the clock is so much later than the one before */
extern int64_t slowness_ms;

#endif
