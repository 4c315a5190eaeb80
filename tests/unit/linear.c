/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge of histories must be able to say no. */
#include "random.h"
#include "rig/linear/text.h"
#include "test.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DONE LINEAR_DONE
#define REFUSED LINEAR_REFUSED
#define UNKNOWN LINEAR_UNKNOWN

#define CAS(begin, end, outcome, was, is)                                      \
	{                                                                      \
		begin, end, LINEAR_CAS, outcome, was, is                       \
	}
#define READ(begin, end, what)                                                 \
	{                                                                      \
		begin, end, LINEAR_READ, DONE, what, 0                         \
	}
#define WRITE(begin, end, outcome, what)                                       \
	{                                                                      \
		begin, end, LINEAR_WRITE, outcome, what, 0                     \
	}
#define ADD(begin, end, outcome, sum)                                          \
	{                                                                      \
		begin, end, LINEAR_ADD, outcome, sum, 0                        \
	}
#define YES(events)                                                            \
	assert_int_equal(linear_check(events, COUNT(events)), LINEAR_YES)
#define NO(events)                                                             \
	assert_int_equal(linear_check(events, COUNT(events)), LINEAR_NO)

static void
nothing_happened(void **state)
{
	const struct linear_event first[] = { READ(1, 2, 0) };
	const struct linear_event other[] = { READ(1, 2, 7) };

	(void)state;
	assert_int_equal(linear_check(first, 0), LINEAR_YES);
	YES(first);
	NO(other);
}

static void
a_code_is_spent_once(void **state)
{
	const struct linear_event one[] = { CAS(1, 9, DONE, 0, 11),
		CAS(2, 8, REFUSED, 0, 12), CAS(3, 7, REFUSED, 0, 13) };
	const struct linear_event both[] = { CAS(1, 9, DONE, 0, 11),
		CAS(2, 8, DONE, 0, 12) };
	const struct linear_event none[] = { CAS(1, 9, REFUSED, 0, 11),
		CAS(2, 8, REFUSED, 0, 12) };
	const struct linear_event too_early[] = { CAS(1, 2, REFUSED, 0, 11),
		CAS(3, 4, DONE, 0, 12) };

	(void)state;
	YES(one);
	NO(both);
	NO(none);
	NO(too_early);
}

static void
what_was_never_told_may_have_happened_or_not(void **state)
{
	const struct linear_event happened[] = { CAS(1, 2, UNKNOWN, 0, 11),
		CAS(3, 4, REFUSED, 0, 12), READ(5, 6, 11) };
	const struct linear_event did_not[] = { CAS(1, 2, UNKNOWN, 0, 11),
		CAS(3, 4, DONE, 0, 12), READ(5, 6, 12) };
	const struct linear_event late[] = { CAS(1, 2, UNKNOWN, 0, 11),
		READ(3, 4, 0), READ(5, 6, 11) };
	const struct linear_event not_before[] = { READ(1, 2, 11),
		CAS(3, 4, UNKNOWN, 0, 11) };
	const struct linear_event and_undone[] = { CAS(1, 2, UNKNOWN, 0, 11),
		READ(3, 4, 11), READ(5, 6, 0) };
	const struct linear_event accepted_and_lost[] = {
		CAS(1, 2, DONE, 0, 11), READ(3, 4, 0)
	};

	(void)state;
	YES(happened);
	YES(did_not);
	YES(late);
	NO(not_before);
	NO(and_undone);
	NO(accepted_and_lost);
}

static void
an_old_value_is_seen_beside_a_change_not_after_it(void **state)
{
	const struct linear_event beside[] = { WRITE(1, 9, DONE, 5),
		READ(2, 3, 0), READ(4, 5, 5), READ(6, 7, 5) };
	const struct linear_event back[] = { WRITE(1, 9, DONE, 5),
		READ(2, 3, 5), READ(4, 5, 0) };
	const struct linear_event stale[] = { WRITE(1, 2, DONE, 5),
		READ(3, 4, 0) };
	const struct linear_event touching[] = { WRITE(1, 3, DONE, 5),
		READ(3, 4, 0) };

	(void)state;
	YES(beside);
	NO(back);
	NO(stale);
	YES(touching);
}

static void
a_counter_loses_nothing(void **state)
{
	const struct linear_event right[] = { ADD(1, 5, DONE, 2),
		ADD(2, 4, DONE, 1), READ(6, 7, 2), ADD(6, 9, DONE, 3) };
	const struct linear_event lost[] = { ADD(1, 5, DONE, 1),
		ADD(2, 4, DONE, 1) };
	const struct linear_event hidden[] = { ADD(1, 2, DONE, 1),
		ADD(3, 4, UNKNOWN, 0), ADD(5, 6, DONE, 3) };
	const struct linear_event skipped[] = { ADD(1, 2, DONE, 1),
		ADD(5, 6, DONE, 3) };

	(void)state;
	YES(right);
	NO(lost);
	YES(hidden);
	NO(skipped);
}

static void
a_lock_holds_from_its_answer_on(void **state)
{
	const struct linear_event held[] = { WRITE(1, 4, DONE, 1),
		READ(2, 3, 0), READ(5, 6, 1), WRITE(7, 8, DONE, 0),
		READ(9, 10, 0) };
	const struct linear_event missed[] = { WRITE(1, 4, DONE, 1),
		READ(5, 6, 1), READ(7, 8, 0) };

	(void)state;
	YES(held);
	NO(missed);
}

/* A history that is made by putting each operation at a moment of its own. */
#define LONG 400
static void
make_long(struct linear_event *events, struct random *random)
{
	int64_t value = 0;

	for (size_t i = 0; i < LONG; i++) {
		int64_t moment = (int64_t)(i + 1) * 100;
		struct linear_event *event = &events[i];

		*event = (struct linear_event){
			.begin = moment - random_below(random, 400),
			.end = moment + random_below(random, 400),
			.op = (enum linear_op)(random_below(random, 4)),
		};
		event->first = value;
		event->second = moment;
		if (event->op == LINEAR_CAS && random_below(random, 2) == 0) {
			event->first = value + 1;
			event->outcome = LINEAR_REFUSED;
		} else if (event->op == LINEAR_CAS) {
			value = moment;
		} else if (event->op == LINEAR_WRITE) {
			value = event->first = moment;
		} else if (event->op == LINEAR_ADD) {
			event->first = ++value;
		}
		if (i % 29 == 28 && event->op == LINEAR_CAS &&
		    event->outcome == LINEAR_DONE)
			event->outcome = LINEAR_UNKNOWN;
	}
}

static void
long_ones_are_decided(void **state)
{
	struct linear_event events[LONG];
	struct random random = { 20300311 };

	(void)state;
	for (int round = 0; round < 20; round++) {
		make_long(events, &random);
		assert_int_equal(linear_check(events, LONG), LINEAR_YES);
		/* one read of what never was */
		events[LONG / 2].op = LINEAR_READ;
		events[LONG / 2].outcome = LINEAR_DONE;
		events[LONG / 2].first = -1;
		assert_int_equal(linear_check(events, LONG), LINEAR_NO);
	}
}

static void
what_is_too_much_is_not_decided(void **state)
{
	struct linear_event events[41];

	/* any of 2^40 orders, and none is right */
	(void)state;
	for (size_t i = 0; i < 40; i++)
		events[i] = (struct linear_event)WRITE(
		    1, 100, UNKNOWN, (int64_t)i + 1);
	events[40] = (struct linear_event)READ(101, 102, 99);
	assert_int_equal(linear_check(events, 41), LINEAR_UNDECIDED);
}

static void
text_comes_back(void **state)
{
	static const char *const bad[] = { "", "a 1 2 3 cas done 4",
		"a 1 3 2 cas done 4 5", "a 1 2 3 swap done 4 5",
		"a 1 2 3 cas maybe 4 5", "a 1 2 3 cas done 4 5 6",
		"a b 2 3 cas done 4 5" };
	const char *text = "counter-3 7 100 200 add unknown -1 0\n";
	struct linear_line line;
	char again[128] = "";
	FILE *to = fmemopen(again, sizeof(again), "w");

	(void)state;
	assert_int_equal(linear_parse(text, &line), 0);
	assert_non_null(to);
	linear_print(to, &line);
	fclose(to);
	assert_string_equal(again, text);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(linear_parse(bad[i], &line), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_happened),
		cmocka_unit_test(a_code_is_spent_once),
		cmocka_unit_test(what_was_never_told_may_have_happened_or_not),
		cmocka_unit_test(
		    an_old_value_is_seen_beside_a_change_not_after_it),
		cmocka_unit_test(a_counter_loses_nothing),
		cmocka_unit_test(a_lock_holds_from_its_answer_on),
		cmocka_unit_test(long_ones_are_decided),
		cmocka_unit_test(what_is_too_much_is_not_decided),
		cmocka_unit_test(text_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
