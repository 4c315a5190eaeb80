/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "base/clock.h"
#include "store/retry.h"
#include "unit/test.h"

/* The clock that the loop reads. */
static int64_t now_ms;

struct cardea_clock
cardea_clock_read(void)
{
	return (struct cardea_clock){ .monotonic_ms = now_ms };
}

/* Loses so many times, each of which takes so long, and then ends. */
struct contest {
	int losses, tries;
	int64_t step_ms;
	enum cardea_status end;
};

static enum cardea_status
contend(void *context, struct cardea_diag *diag)
{
	struct contest *contest = context;

	now_ms += contest->step_ms;
	/* what an earlier try said is not in the way of this one */
	assert_string_equal(diag->reason, "");
	contest->tries++;
	if (contest->tries <= contest->losses)
		return cardea_diag_set(
		    diag, CARDEA_E_CONFLICT, "lost %d", contest->tries);
	if (contest->end != CARDEA_OK)
		return cardea_diag_set(diag, contest->end, "ended so");
	return CARDEA_OK;
}

static void
the_first_success_ends_it(void **state)
{
	struct contest contest = { .losses = 0 };
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(cardea_retry(contend, &contest, &diag), CARDEA_OK);
	assert_int_equal(contest.tries, 1);
	assert_string_equal(diag.reason, "");
}

static void
a_lost_commit_is_tried_again_and_leaves_no_word(void **state)
{
	struct contest contest = { .losses = 1000 };
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(cardea_retry(contend, &contest, &diag), CARDEA_OK);
	assert_int_equal(contest.tries, 1001);
	assert_string_equal(diag.reason, "");
}

static void
trouble_is_told_at_once_and_as_it_is(void **state)
{
	struct contest contest = { .losses = 2, .end = CARDEA_E_CORRUPT };
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_retry(contend, &contest, &diag), CARDEA_E_CORRUPT);
	assert_int_equal(contest.tries, 3);
	assert_string_equal(diag.reason, "ended so");
}

static void
who_loses_until_the_deadline_has_timed_out(void **state)
{
	struct contest contest = { .losses = 1 << 20, .step_ms = 1000 };
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_retry(contend, &contest, &diag), CARDEA_E_TIMEOUT);
	assert_int_equal(contest.tries, CARDEA_STORE_TIMEOUT_MS / 1000);
	assert_non_null(strstr(diag.reason, "until the deadline"));
}

static void
one_try_there_is_however_long_it_takes(void **state)
{
	struct contest contest = { .step_ms = 10 * CARDEA_STORE_TIMEOUT_MS };

	(void)state;
	assert_int_equal(cardea_retry(contend, &contest, NULL), CARDEA_OK);
	assert_int_equal(contest.tries, 1);
	contest.losses = 2;
	assert_int_equal(
	    cardea_retry(contend, &contest, NULL), CARDEA_E_TIMEOUT);
	assert_int_equal(contest.tries, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_success_ends_it),
		cmocka_unit_test(
		    a_lost_commit_is_tried_again_and_leaves_no_word),
		cmocka_unit_test(trouble_is_told_at_once_and_as_it_is),
		cmocka_unit_test(who_loses_until_the_deadline_has_timed_out),
		cmocka_unit_test(one_try_there_is_however_long_it_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
