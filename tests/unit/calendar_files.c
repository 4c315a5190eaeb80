/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "base/clock.h"
#include "base/text.h"
#include "policy/lint.h"
#include "unit/policies.h"
#include "unit/scratch.h"

/* the clock of this program */
static struct cardea_clock now;

struct cardea_clock
cardea_clock_read(void)
{
	return now;
}

static char folder[1024];

static const char *
in_folder(const char *name)
{
	static char path[2048];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
put(const char *name, const char *text)
{
	FILE *file = fopen(in_folder(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(in_folder(name), 0644), 0);
}

#define EVENT(lines) "BEGIN:VEVENT\nUID:x\n" lines "END:VEVENT\n"
#define CALENDAR(events)                                                       \
	"BEGIN:VCALENDAR\nVERSION:2.0\n" events "END:VCALENDAR\n"

static const char holidays[] = CALENDAR(
    EVENT("DTSTART;VALUE=DATE:20201225\nDTEND;VALUE=DATE:20201227\n"
	  "RRULE:FREQ=YEARLY\n") EVENT("DTSTART;VALUE=DATE:20261126\n"));

static const char freeze[] = CALENDAR(
    EVENT("DTSTART:20261219T170000Z\nDTEND:20270104T070000Z\n"));

static int
set_up(void **state)
{
	(void)state;
	now = (struct cardea_clock){ .time_s = 1795604400, .plausible = true };
	snprintf(
	    folder, sizeof(folder), "%s/calendars.XXXXXX", getenv("BUILDDIR"));
	scratch_make(folder);
	assert_int_equal(chmod(folder, 0755), 0);
	put("holidays.ics", holidays);
	put("freeze.ics", freeze);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

/* Hours by the name of a calendar: at work but for the holidays, and frozen. */
static void
print_policy(char *text, size_t size, const char *except, const char *also)
{
	char work[1200] = "", frozen[1200] = "";

	if (except[0] != '\0')
		snprintf(work, sizeof(work), "except_calendars = \"%s/%s\";",
		    folder, except);
	if (also[0] != '\0')
		snprintf(frozen, sizeof(frozen),
		    "also_calendars = [ \"%s/%s\" ];", folder, also);
	snprintf(text, size,
	    "hours: {\n work = { days = \"mon-fri\"; times = "
	    "\"08:00-18:00,22:00-02:00\"; %s timezone = \"Europe/Berlin\"; };"
	    "\n frozen = { timezone = \"Europe/Berlin\"; also = "
	    "\"2026-11-28\"; %s }; }; rules = ( { name = \"root\"; require = "
	    "\"none\"; reason = \"r\"; when = { caller = \"root\"; service = "
	    "[ \"su\", \"sudo\" ]; }; }, { name = \"a\"; deny = \"d\"; when = "
	    "{ hours = \"work\"; }; }, { name = \"b\"; deny = \"d\"; when = { "
	    "hours = \"frozen\"; }; } );",
	    work, frozen);
}

static enum cardea_truth
judge(const struct written *written, size_t rule, const char *wall)
{
	static struct cardea_request request;
	struct cardea_local_time *local = &request.local[0];
	enum cardea_truth truth = CARDEA_MAYBE;

	request.time_known = true;
	request.local_count = 1;
	memcpy(local->zone, "Europe/Berlin", 14);
	local->known = true;
	local->year = (int)strtol(wall, NULL, 10);
	local->month = (int)strtol(wall + 5, NULL, 10);
	local->day = (int)strtol(wall + 8, NULL, 10);
	local->second = (int)(strtol(wall + 11, NULL, 10) * 3600 +
	    strtol(wall + 14, NULL, 10) * 60);
	assert_int_equal(
	    cardea_policy_match(written->policy, rule, &request, &truth),
	    CARDEA_OK);
	return truth;
}

static void
calendars_open_and_shut(void **state)
{
	static const struct {
		size_t rule;
		const char *wall;
		bool inside;
	} cases[] = {
		{ 1, "2026-11-25 12:00", true }, /* Wednesday */
		{ 1, "2026-11-25 23:00", true },
		/* of the day on which it began, which is no holiday */
		{ 1, "2026-11-26 01:00", true },
		{ 1, "2026-11-26 12:00", false },
		{ 1, "2026-11-26 23:00", false },
		/* of the holiday */
		{ 1, "2026-11-27 01:00", false },
		{ 1, "2026-11-27 12:00", true },
		{ 1, "2026-12-24 12:00", true },
		{ 1, "2026-12-25 12:00", false }, /* Friday */
		{ 1, "2028-12-25 12:00", false },
		{ 1, "2028-12-26 12:00", false },
		{ 1, "2028-12-27 12:00", true },
		{ 2, "2026-11-27 23:59", false },
		{ 2, "2026-11-28 00:00", true },
		{ 2, "2026-11-29 00:00", false },
		{ 2, "2026-12-19 17:59", false },
		{ 2, "2026-12-19 18:00", true },
		{ 2, "2027-01-04 07:59", true },
		{ 2, "2027-01-04 08:00", false },
	};
	struct written written;
	char text[4096];

	(void)state;
	print_policy(text, sizeof(text), "holidays.ics", "freeze.ics");
	written = write_policy("", text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (judge(&written, cases[i].rule, cases[i].wall) !=
		    (cases[i].inside ? CARDEA_TRUE : CARDEA_FALSE))
			fail_msg("%zu at %s", cases[i].rule, cases[i].wall);
	}
	drop_policy(&written);
}

static void
a_calendar_is_a_source_of_the_policy(void **state)
{
	struct cardea_policy_source source;
	struct written written;
	char text[4096];

	(void)state;
	print_policy(text, sizeof(text), "holidays.ics", "");
	written = write_policy("", text);
	assert_int_equal(cardea_policy_source_count(written.policy), 1);
	assert_int_equal(
	    cardea_policy_source(written.policy, 0, &source), CARDEA_OK);
	assert_string_equal(source.path, in_folder("holidays.ics"));
	assert_int_equal(source.size, strlen(holidays));
	assert_null(cardea_policy_stale(written.policy));
	put("holidays.ics", freeze);
	assert_string_equal(
	    cardea_policy_stale(written.policy), in_folder("holidays.ics"));
	unlink(in_folder("holidays.ics"));
	assert_string_equal(
	    cardea_policy_stale(written.policy), in_folder("holidays.ics"));
	drop_policy(&written);
}

/* what is said of a calendar that cannot be read, in the folder */
static void
refuse(const char *name, enum cardea_status expected, const char *said)
{
	struct cardea_diag diag = { .line = 0 };
	char text[4096], got[1024], wanted[4096];
	void *image = NULL;
	size_t len = 0;

	print_policy(text, sizeof(text), "", name);
	assert_int_equal(
	    cardea_source_text("", text, &image, &len, &diag), expected);
	assert_null(image);
	cardea_diag_format(&diag, got, sizeof(got));
	snprintf(wanted, sizeof(wanted), "%s%s", in_folder(name), said);
	if (strncmp(got, wanted, strlen(wanted)) != 0)
		fail_msg("said: %s", got);
}

static void
F06_a_calendar_that_is_not_safe_is_refused(void **state)
{
	(void)state;
	refuse("no.ics", CARDEA_E_MISSING, ": No such file");
	assert_int_equal(symlink("holidays.ics", in_folder("link.ics")), 0);
	refuse("link.ics", CARDEA_E_UNSAFE, ": ");
	assert_int_equal(mkfifo(in_folder("fifo.ics"), 0600), 0);
	refuse("fifo.ics", CARDEA_E_UNSAFE, ": ");
	assert_int_equal(mkdir(in_folder("folder.ics"), 0700), 0);
	refuse("folder.ics", CARDEA_E_UNSAFE, ": ");
	assert_int_equal(chmod(in_folder("freeze.ics"), 0664), 0);
	refuse("freeze.ics", CARDEA_E_UNSAFE, ": ");
	assert_int_equal(chmod(in_folder("freeze.ics"), 0644), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(in_folder("freeze.ics"), 1, 0), 0);
		refuse("freeze.ics", CARDEA_E_UNSAFE, ": ");
	}
}

static void
a_calendar_that_is_broken_or_too_large_is_refused(void **state)
{
	char *text = malloc(CARDEA_CALENDAR_MAX + 2);

	(void)state;
	put("b.ics", "");
	refuse("b.ics", CARDEA_E_SYNTAX,
	    ": a calendar begins with BEGIN:VCALENDAR");
	put("b.ics", "<!DOCTYPE html>\n");
	refuse("b.ics", CARDEA_E_SYNTAX,
	    ":1: expected a line such as DTSTART:...");
	put("b.ics",
	    CALENDAR(EVENT("DTSTART;VALUE=DATE:20261225\n")
		    EVENT("DTSTART;VALUE=DATE:20261325\n")));
	refuse("b.ics", CARDEA_E_SYNTAX,
	    ":7: there is no such time as in DTSTART");
	assert_non_null(text);
	memset(text, '\n', CARDEA_CALENDAR_MAX + 1);
	text[CARDEA_CALENDAR_MAX + 1] = '\0';
	put("b.ics", text);
	refuse("b.ics", CARDEA_E_RANGE, ": ");
	free(text);
}

static void
too_many_dates_are_refused(void **state)
{
	struct cardea_diag diag = { .line = 0 };
	char text[4096], got[1024];
	void *image = NULL;
	size_t len = 0;

	(void)state;
	put("b.ics",
	    CALENDAR(EVENT("DTSTART;VALUE=DATE:20260101\nDURATION:P1000D\n")));
	print_policy(text, sizeof(text), "b.ics", "");
	assert_int_equal(
	    cardea_source_text("", text, &image, &len, NULL), CARDEA_OK);
	free(image);
	image = NULL;
	put("b.ics",
	    CALENDAR(EVENT("DTSTART;VALUE=DATE:20260101\nDURATION:P1001D\n")));
	assert_int_equal(
	    cardea_source_text("", text, &image, &len, &diag), CARDEA_E_RANGE);
	cardea_diag_format(&diag, got, sizeof(got));
	assert_string_equal(
	    got, "policy.conf:2: hours.work: more than 1000 dates excepted");
	assert_null(image);
}

static void
R09_without_a_clock_no_calendar_is_read(void **state)
{
	struct cardea_diag diag = { .line = 0 };
	char text[4096];
	void *image = NULL;
	size_t len = 0;

	(void)state;
	now.plausible = false;
	print_policy(text, sizeof(text), "holidays.ics", "");
	assert_int_equal(
	    cardea_source_text("", text, &image, &len, &diag), CARDEA_E_SYNTAX);
	assert_non_null(strstr(diag.reason, "the clock of this machine"));
	print_policy(text, sizeof(text), "", "");
	assert_int_equal(
	    cardea_source_text("", text, &image, &len, NULL), CARDEA_OK);
	free(image);
}

static void
the_same_sources_are_the_same_policy_all_year(void **state)
{
	struct written one, two;
	char text[4096];

	(void)state;
	print_policy(text, sizeof(text), "holidays.ics", "freeze.ics");
	now.time_s = cardea_text_days(2026, 1, 1) * 86400;
	one = write_policy("", text);
	now.time_s = cardea_text_days(2027, 1, 1) * 86400 - 1;
	two = write_policy("", text);
	assert_string_equal(
	    cardea_policy_digest(one.policy), cardea_policy_digest(two.policy));
	drop_policy(&two);
	now.time_s++;
	two = write_policy("", text);
	assert_string_not_equal(
	    cardea_policy_digest(one.policy), cardea_policy_digest(two.policy));
	/* and goes a year further */
	assert_int_equal(judge(&one, 1, "2030-12-25 12:00"), CARDEA_TRUE);
	assert_int_equal(judge(&two, 1, "2030-12-25 12:00"), CARDEA_FALSE);
	drop_policy(&one);
	drop_policy(&two);
}

static void
note(const struct cardea_diag *warning, void *context)
{
	char *text = context;

	cardea_diag_format(warning, text, 512);
}

static void
a_calendar_that_ends_soon_is_told(void **state)
{
	static const char said[] =
	    "policy.conf:3: frozen: a calendar of theirs tells of nothing "
	    "after 2027-01-04: renew it, and install the policy again";
	int64_t last = cardea_text_days(2027, 1, 4) * 86400;
	struct written written;
	char text[4096], got[512] = "";

	(void)state;
	print_policy(text, sizeof(text), "holidays.ics", "freeze.ics");
	written = write_policy("", text);
	assert_int_equal(
	    cardea_lint(written.policy, last - 30 * 86400, note, got),
	    CARDEA_OK);
	assert_string_equal(got, "");
	assert_int_equal(
	    cardea_lint(written.policy, last - 29 * 86400, note, got),
	    CARDEA_OK);
	assert_string_equal(got, said);
	drop_policy(&written);
}

int
main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(calendars_open_and_shut),
		IN_FOLDER(a_calendar_is_a_source_of_the_policy),
		IN_FOLDER(F06_a_calendar_that_is_not_safe_is_refused),
		IN_FOLDER(a_calendar_that_is_broken_or_too_large_is_refused),
		IN_FOLDER(too_many_dates_are_refused),
		IN_FOLDER(R09_without_a_clock_no_calendar_is_read),
		IN_FOLDER(the_same_sources_are_the_same_policy_all_year),
		IN_FOLDER(a_calendar_that_ends_soon_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
