/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/calendar.h"

/*
 * Bytes as a calendar.  It is refused with a reason, or gives periods that do
 * not end before they begin, within the years that were asked for; days are
 * whole days.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

#define DAY_S 86400
#define FIRST 20089 /* 2025-01-01 */
#define END 21915   /* 2030-01-01 */

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static void
judge(const struct cardea_periods *periods, int64_t unit)
{
	for (size_t i = 0; i < periods->count; i++) {
		const struct cardea_period *period = &periods->items[i];

		must(period->from < period->to);
		must(period->from >= (int64_t)FIRST * DAY_S);
		must(period->to <= (int64_t)END * DAY_S);
		must(period->from % unit == 0 && period->to % unit == 0);
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	static const struct cardea_calendar calendar = { "x.ics",
		"Europe/Berlin", FIRST, END };
	struct cardea_calendar_events events = { .last_day = 0 };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = cardea_calendar_read(
	    &calendar, (const char *)bytes, len, &events, &diag);

	must((status == CARDEA_OK) == (diag.reason[0] == '\0'));
	must(events.last_day < END);
	judge(&events.days, DAY_S);
	judge(&events.times, 1);
	cardea_periods_clear(&events.days);
	cardea_periods_clear(&events.times);
	return 0;
}
