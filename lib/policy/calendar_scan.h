/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_CALENDAR_SCAN_H
#define CARDEA_POLICY_CALENDAR_SCAN_H

#include <stddef.h>

#include <cardea/diag.h>

/*
 * A look at a calendar (RFC 5545) before libical reads it.  Libical forgives
 * too much and tells no lines: a file that was cut would be a calendar with
 * fewer holidays.  So here the components must be balanced and the lines
 * sound; and only what says when something is gets through: events and time
 * zones, and of them the lines about times.  Summaries, alarms and whatever
 * programs have invented never reach a parser.
 */
struct cardea_calendar_text {
	char *text;	     /* lines unfolded, each with a newline */
	unsigned int *lines; /* where each event begins, in their order */
	size_t event_count;
};

/* cardea_calendar_scan: SYNTAX, RANGE, MEMORY; the diag holds line and reason,
 * the caller adds the file.  Text need not end in a newline or NUL. */
CARDEA_MUST_USE enum cardea_status
cardea_calendar_scan(const char *text, size_t len,
    struct cardea_calendar_text *ret_text, struct cardea_diag *diag);

void cardea_calendar_text_clear(struct cardea_calendar_text *text);

#endif
