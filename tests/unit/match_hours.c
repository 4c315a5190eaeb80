/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "unit/match_fixture.h"

/* Hours at their edges. */

/* wall clocks in Berlin against one hours block */
static void
judge_hours(const char *hours, const char *wall, bool inside)
{
	struct cardea_request request = alice();
	struct cardea_local_time *local = &request.local[0];
	char text[1024];
	struct written written;
	enum cardea_truth truth;

	local->year = (int)strtol(wall, NULL, 10);
	local->month = (int)strtol(wall + 5, NULL, 10);
	local->day = (int)strtol(wall + 8, NULL, 10);
	local->second = (int)(strtol(wall + 11, NULL, 10) * 3600 +
	    strtol(wall + 14, NULL, 10) * 60 + strtol(wall + 17, NULL, 10));
	snprintf(text, sizeof(text),
	    "hours: { h = { %s timezone = \"Europe/Berlin\"; }; }; rules = ( "
	    "{ name = \"r\"; when = { hours = \"h\"; }; deny = \"d\"; } );",
	    hours);
	written = write_policy("", text);
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	if (truth != (inside ? CARDEA_TRUE : CARDEA_FALSE))
		fail_msg("%s at %s gave %d", hours, wall, (int)truth);
	drop_policy(&written);
}

#define WORK "days = \"mon-fri\"; times = \"07:30-19:00\";"
#define NIGHT "days = \"fri\"; times = \"22:00-06:00\";"
#define WRAP "days = \"sat-mon\"; times = \"00:00-24:00\";"
#define TWO                                                                    \
	"days = [ \"tue\", \"thu,sun\" ]; times = [ \"08:00-09:00\", "         \
	"\"10:00-11:00, 23:00-24:00\" ];"
#define EVE                                                                    \
	"days = \"mon-sun\"; times = \"20:00-04:00\"; except = [ "             \
	"\"2026-12-24\", \"2026-12-31\" ];"

static void
C09_hours_begin_inclusive_end_exclusive_and_belong_to_their_day(void **state)
{
	static const struct {
		const char *hours, *wall;
		bool inside;
	} cases[] = {
		{ WORK, "2026-11-25 07:29:59", false },
		{ WORK, "2026-11-25 07:30:00", true },
		{ WORK, "2026-11-25 18:59:59", true },
		{ WORK, "2026-11-25 19:00:00", false },
		{ WORK, "2026-11-28 12:00:00", false }, /* Saturday */
		{ WORK, "2026-11-30 12:00:00", true },	/* Monday */
		{ NIGHT, "2026-11-27 21:59:59", false },
		{ NIGHT, "2026-11-27 22:00:00", true }, /* Friday */
		{ NIGHT, "2026-11-28 00:00:00", true },
		{ NIGHT, "2026-11-28 05:59:59", true },
		{ NIGHT, "2026-11-28 06:00:00", false },
		{ NIGHT, "2026-11-28 22:00:00", false },
		{ NIGHT, "2026-11-27 05:00:00", false }, /* of Thursday */
		{ WRAP, "2026-11-28 00:00:00", true },
		{ WRAP, "2026-11-29 23:59:59", true },
		{ WRAP, "2026-11-30 12:00:00", true },
		{ WRAP, "2026-12-01 00:00:00", false },
		{ WRAP, "2026-11-27 23:59:59", false },
		{ TWO, "2026-11-24 08:30:00", true },
		{ TWO, "2026-11-24 09:30:00", false },
		{ TWO, "2026-11-26 10:30:00", true },
		{ TWO, "2026-11-29 23:59:59", true },
		{ TWO, "2026-11-30 00:00:00", false },
		{ EVE, "2026-12-23 21:00:00", true },
		{ EVE, "2026-12-24 03:00:00", true },
		{ EVE, "2026-12-24 21:00:00", false },
		{ EVE, "2026-12-25 03:00:00", false },
		{ EVE, "2026-12-25 21:00:00", true },
		{ EVE, "2027-01-01 03:00:00", false },
		{ EVE, "2027-01-01 20:00:00", true },
		{ EVE, "2028-02-29 20:00:00", true },
		{ EVE, "2028-03-01 03:59:59", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		judge_hours(cases[i].hours, cases[i].wall, cases[i].inside);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    C09_hours_begin_inclusive_end_exclusive_and_belong_to_their_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
