/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/policies.h"
#include "unit/random.h"

/*
 * Hours against a model that walks over the wall clock minute by minute and
 * paints what is open: the week first, then what is open besides, then what is
 * shut.  It knows no window, only minutes.
 */
#define DAYS 24 /* from FIRST on, with a few before and behind */
#define MINUTES 1440
#define STEP 15 /* everything begins and ends on a quarter */
#define HOURS 8 /* blocks of one policy */
#define POLICIES 40

static const int first_year = 2028, first_month = 2, first_day = 20;

struct model {
	bool open[DAYS * MINUTES];
	bool date[DAYS]; /* excepted */
	char text[2048]; /* the block */
};

static int
random_time(struct random *random, int end)
{
	return (int)random_below(random, (unsigned int)(end / STEP)) * STEP;
}

static void add_text(struct model *model, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
add_text(struct model *model, const char *format, ...)
{
	size_t at = strlen(model->text);
	va_list args;

	va_start(args, format);
	vsnprintf(model->text + at, sizeof(model->text) - at, format, args);
	va_end(args);
}

/* "2028-02-29", of a day of the model */
static void
add_date(struct model *model, int day)
{
	static const int lengths[] = { 31, 29, 31 };
	int month = first_month, of_month = first_day + day;

	while (of_month > lengths[month - 1])
		of_month -= lengths[month++ - 1];
	add_text(model, "%04d-%02d-%02d", first_year, month, of_month);
}

static void
add_moment(struct model *model, int minute)
{
	add_date(model, minute / MINUTES);
	add_text(model, " %02d:%02d", minute % MINUTES / 60, minute % 60);
}

static void
paint(struct model *model, int from, int to, bool open, bool around_dates)
{
	for (int at = from; at < to && at < DAYS * MINUTES; at++) {
		if (!around_dates || !model->date[at / MINUTES])
			model->open[at] = open;
	}
}

static void
make_week(struct model *model, struct random *random)
{
	static const char *const names[] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	int weekday = cardea_text_weekday(first_year, first_month, first_day);
	unsigned int days = 1 + random_below(random, 127);
	int windows = 1 + (int)random_below(random, 3);
	const char *between = "";

	add_text(model, "days = \"");
	for (int i = 0; i < 7; i++) {
		if ((days & (1u << i)) != 0)
			add_text(model, "%s%s", between, names[i]);
		if ((days & (1u << i)) != 0)
			between = ",";
	}
	add_text(model, "\"; times = \"");
	for (int i = 0; i < windows; i++) {
		int from = random_time(random, MINUTES);
		int to = random_time(random, MINUTES + STEP);

		if (from == to)
			to = from == 0 ? MINUTES : 0;
		add_text(model, "%s%02d:%02d-%02d:%02d", i > 0 ? "," : "",
		    from / 60, from % 60, to / 60, to % 60);
		if (to < from)
			to += MINUTES;
		for (int day = 0; day < DAYS; day++) {
			if ((days & (1u << (weekday + day) % 7)) != 0 &&
			    !model->date[day])
				paint(model, day * MINUTES + from,
				    day * MINUTES + to, true, false);
		}
	}
	add_text(model, "\"; ");
}

/* one of three ways to write a window; its minutes */
static void
make_period(
    struct model *model, struct random *random, int *ret_from, int *ret_to)
{
	int from = random_time(random, (DAYS - 2) * MINUTES);
	int to = from + STEP + random_time(random, 2 * MINUTES - STEP);

	switch (random_below(random, 3)) {
	case 0:
		add_moment(model, from);
		add_text(model, "/");
		add_moment(model, to);
		break;
	case 1:
		from -= from % MINUTES;
		add_date(model, from / MINUTES);
		add_text(model, "/");
		add_date(model, to / MINUTES);
		to += MINUTES - to % MINUTES;
		break;
	default:
		add_moment(model, from);
		add_text(model, "/");
		add_date(model, to / MINUTES);
		to += MINUTES - to % MINUTES;
		break;
	}
	*ret_from = from;
	*ret_to = to;
}

static void
make_also(struct model *model, struct random *random)
{
	int from, to;

	add_text(model, "also = [ ");
	for (int i = (int)random_below(random, 4); i >= 0; i--) {
		add_text(model, "\"");
		if (random_one_in(random, 4)) {
			from = (int)random_below(random, DAYS - 2);
			add_date(model, from);
			from *= MINUTES;
			to = from + MINUTES;
		} else {
			make_period(model, random, &from, &to);
		}
		add_text(model, "\"%s", i > 0 ? ", " : " ]; ");
		paint(model, from, to, true, true);
	}
}

static void
make_except(struct model *model, struct random *random, const int *dates,
    int date_count)
{
	int periods = (int)random_below(random, 4), from, to;

	if (date_count + periods == 0)
		return;
	add_text(model, "except = [ ");
	for (int i = 0; i < date_count + periods; i++) {
		add_text(model, "%s\"", i > 0 ? ", " : "");
		if (i < date_count) {
			add_date(model, dates[i]);
		} else {
			make_period(model, random, &from, &to);
			paint(model, from, to, false, false);
		}
		add_text(model, "\"");
	}
	add_text(model, " ]; ");
}

/* dates first, for what is open depends on them; last what shuts all */
static void
make_hours(struct model *model, struct random *random)
{
	int date_count = (int)random_below(random, 4), dates[4];
	unsigned int kind = random_below(random, 3);

	memset(model, 0, sizeof(*model));
	for (int i = 0; i < date_count; i++) {
		dates[i] = (int)random_below(random, DAYS - 2);
		model->date[dates[i]] = true;
	}
	if (kind != 0)
		make_week(model, random);
	if (kind != 1)
		make_also(model, random);
	make_except(model, random, dates, date_count);
}

static void
compare(const struct written *written, const struct model *models)
{
	static struct cardea_request request;
	struct cardea_local_time *local = &request.local[0];

	request.time_known = true;
	request.local_count = 1;
	memcpy(local->zone, "UTC", 4);
	local->known = true;
	local->year = first_year;
	/* the day before the first is not painted; nothing runs into it */
	for (int at = MINUTES; at < (DAYS - 2) * MINUTES; at += STEP) {
		int day = first_day + at / MINUTES;

		local->month = day > 29 ? first_month + 1 : first_month;
		local->day = day > 29 ? day - 29 : day;
		/* in turn the first second of a quarter and its last one */
		local->second = at % MINUTES * 60 +
		    (at / STEP % 2 == 0 ? 0 : STEP * 60 - 1);
		for (size_t i = 0; i < HOURS; i++) {
			enum cardea_truth truth = CARDEA_MAYBE;

			assert_int_equal(cardea_policy_match(written->policy, i,
					     &request, &truth),
			    CARDEA_OK);
			if (truth !=
			    (models[i].open[at] ? CARDEA_TRUE : CARDEA_FALSE))
				fail_msg("{ %s} in February %d, minute %d: %d",
				    models[i].text, day, at % MINUTES,
				    (int)truth);
		}
	}
}

static void
judge_policy(struct random *random)
{
	static struct model models[HOURS];
	static char text[HOURS * 4096];
	struct written written;
	size_t at = 0;

	at += (size_t)snprintf(text, sizeof(text), "hours: { ");
	for (int i = 0; i < HOURS; i++) {
		make_hours(&models[i], random);
		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "h%d = { %s timezone = \"UTC\"; }; ", i, models[i].text);
	}
	at += (size_t)snprintf(text + at, sizeof(text) - at, "}; rules = ( ");
	for (int i = 0; i < HOURS; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "%s{ name = \"r%d\"; deny = \"d\"; when = { hours = "
		    "\"h%d\"; }; }",
		    i > 0 ? ", " : "", i, i);
	snprintf(text + at, sizeof(text) - at, " );");
	written = write_policy("", text);
	compare(&written, models);
	drop_policy(&written);
}

static void
C08_hours_are_what_a_walk_over_the_wall_paints(void **state)
{
	struct random random = { 20261125 };

	(void)state;
	for (int i = 0; i < POLICIES; i++)
		judge_policy(&random);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    C08_hours_are_what_a_walk_over_the_wall_paints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
