/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include <cardea/limits.h>

#include "policy/settings.h"
#include "store/tries.h"
#include "unit/test.h"

#define HOUR_S 3600
#define DAY_MS (INT64_C(24) * HOUR_S * 1000)
#define BOOT_A "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
#define BOOT_B "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
#define BOOT_C "00000000-0000-4000-8000-00000000000c"

#define TRIES 5
#define DELAY_S 30
#define DELAY_MAX_S (4 * HOUR_S)

static const struct cardea_limit shipped = { TRIES, DELAY_S, DELAY_MAX_S };

static struct cardea_moment
at(int64_t monotonic_ms, const char *boot_id)
{
	struct cardea_moment now = { 0 };

	now.clock.monotonic_ms = monotonic_ms;
	now.clock.time_s = 1800000000 + monotonic_ms / 1000;
	now.clock.plausible = true;
	snprintf(now.boot_id, sizeof(now.boot_id), "%s", boot_id);
	return now;
}

/* The same by another clock: so long after a moment of another boot. */
static struct cardea_moment
later_on(const struct cardea_moment *then, int64_t passed_s,
    int64_t monotonic_ms, const char *boot_id)
{
	struct cardea_moment now = at(monotonic_ms, boot_id);

	now.clock.time_s = then->clock.time_s + passed_s;
	return now;
}

/* A record of so many refusals, the last of them just now. */
static struct cardea_tries
refused(uint32_t count, const struct cardea_moment *now)
{
	struct cardea_tries tries = { .count = count,
		.last_s = now->clock.time_s,
		.last_monotonic_ms = now->clock.monotonic_ms };

	memcpy(tries.boot_id, now->boot_id, sizeof(tries.boot_id));
	return tries;
}

static void
delays_begin_after_the_allowed_tries_and_double_to_a_ceiling(void **state)
{
	static const int64_t delays_s[] = { 0, 0, 0, 0, 30, 60, 120, 240, 480,
		960, 1920, 3840, 7680, 14400, 14400, 14400 };
	struct cardea_tries tries = { 0 };
	struct cardea_moment now = at(DAY_MS, BOOT_A);

	(void)state;
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 0);
	for (size_t i = 0; i < sizeof(delays_s) / sizeof(delays_s[0]); i++) {
		cardea_tries_add(&tries, &shipped, &now);
		assert_int_equal(tries.count, i + 1);
		assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now),
		    delays_s[i] * 1000);
	}
}

static void
a_delay_ends_to_the_millisecond(void **state)
{
	struct cardea_moment now = at(DAY_MS, BOOT_A);
	struct cardea_tries tries = refused(TRIES - 1, &now);

	(void)state;
	cardea_tries_add(&tries, &shipped, &now);
	now.clock.monotonic_ms += DELAY_S * 1000 - 1;
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 1);
	now.clock.monotonic_ms += 1;
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 0);
}

static void
R08_a_step_of_the_wall_clock_changes_no_delay(void **state)
{
	static const int64_t steps[] = { -90, -86400, -1800000000,
		400 * INT64_C(86400) };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct cardea_moment now = at(DAY_MS, BOOT_A);
		struct cardea_tries tries = refused(TRIES, &now);

		cardea_tries_add(&tries, &shipped, &now);
		now.clock.time_s += steps[i];
		assert_int_equal(
		    cardea_tries_delay_ms(&tries, &shipped, &now), 60000);
		assert_int_equal(
		    cardea_tries_count(&tries, &shipped, &now), TRIES + 1);
	}
}

static void
R08_a_reboot_starts_the_remaining_delay_anew(void **state)
{
	struct cardea_moment then = at(DAY_MS, BOOT_A), now;
	struct cardea_tries tries = refused(TRIES, &then);

	(void)state;
	cardea_tries_add(&tries, &shipped, &then);
	now = later_on(&then, 3600, 10000, BOOT_B);
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 50000);
	now = later_on(&then, 3600, 60000, BOOT_B);
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 0);
}

/* Two hosts that are up for a month: by the clock of the one, what the other
 * has counted is a month ago.  It is not. */
static void
R08_a_second_host_neither_shortens_a_delay_nor_forgets(void **state)
{
	struct cardea_moment then = at(30 * DAY_MS, BOOT_A), now;
	struct cardea_tries tries = refused(TRIES, &then);

	(void)state;
	cardea_tries_add(&tries, &shipped, &then);
	now = later_on(&then, 10, 30 * DAY_MS, BOOT_B);
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 50000);
	assert_int_equal(cardea_tries_count(&tries, &shipped, &now), TRIES + 1);
	cardea_tries_add(&tries, &shipped, &now);
	assert_int_equal(tries.count, TRIES + 2);
	/* a clock that is behind, and one that cannot be right, wait in full */
	now = later_on(&then, -5, 30 * DAY_MS, BOOT_C);
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 120000);
	now = later_on(&then, 3600, 30 * DAY_MS, BOOT_C);
	now.clock.plausible = false;
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 120000);
	/* and quiet time counts wherever it is looked at */
	now = later_on(&then, 10 + 3 * DELAY_MAX_S, 30 * DAY_MS, BOOT_C);
	assert_int_equal(cardea_tries_count(&tries, &shipped, &now), TRIES - 1);
}

static void
R08_an_unknown_boot_never_shortens_a_delay(void **state)
{
	struct cardea_moment then = at(DAY_MS, ""), now = then;
	struct cardea_tries tries = refused(TRIES, &now);

	(void)state;
	cardea_tries_add(&tries, &shipped, &now);
	now = at(DAY_MS + 10000, "");
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 50000);
	now = later_on(&then, 10, 10000, "");
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 50000);
	now = at(DAY_MS + 10000, BOOT_A);
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 50000);
	/* nor does a host that is up for longer */
	now = later_on(&then, 10, 30 * DAY_MS, BOOT_A);
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 50000);
	now = later_on(&then, 10, 30 * DAY_MS, "");
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 50000);
	/* a monotonic clock that goes back (it does not) waits in full */
	now = at(DAY_MS, BOOT_A);
	tries = refused(TRIES + 2, &now);
	now = at(DAY_MS - 1, BOOT_A);
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now), 120000);
}

static void
quiet_time_forgets_one_refusal_for_each_longest_delay(void **state)
{
	static const struct {
		int64_t quiet_s;
		uint32_t count;
	} cases[] = { { 0, 7 }, { DELAY_MAX_S - 1, 7 }, { DELAY_MAX_S, 6 },
		{ 2 * DELAY_MAX_S, 5 }, { 6 * DELAY_MAX_S, 1 },
		{ 7 * DELAY_MAX_S, 0 }, { 70 * DELAY_MAX_S, 0 } };
	struct cardea_moment then = at(DAY_MS, BOOT_A);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_tries tries = refused(6, &then);
		struct cardea_moment now = at(
		    DAY_MS + cases[i].quiet_s * 1000, BOOT_A);

		cardea_tries_add(&tries, &shipped, &then);
		assert_int_equal(
		    cardea_tries_count(&tries, &shipped, &now), cases[i].count);
		cardea_tries_add(&tries, &shipped, &now);
		assert_int_equal(tries.count, cases[i].count + 1);
	}
}

static void
P15_counts_and_delays_do_not_wrap(void **state)
{
	struct cardea_limit odd = { 0, 0, DELAY_MAX_S };
	struct cardea_limit huge = { 1, UINT32_MAX, UINT32_MAX };
	struct cardea_limit ceiling = { CARDEA_TRIES_MAX, CARDEA_DELAY_MAX_S,
		CARDEA_DELAY_MAX_S };
	struct cardea_moment now = at(DAY_MS, BOOT_A);
	struct cardea_tries tries = refused(UINT32_MAX, &now);

	(void)state;
	cardea_tries_add(&tries, &shipped, &now);
	assert_int_equal(tries.count, UINT32_MAX);
	assert_int_equal(cardea_tries_delay_ms(&tries, &shipped, &now),
	    (int64_t)DELAY_MAX_S * 1000);
	assert_int_equal(cardea_tries_delay_ms(&tries, &odd, &now), 0);
	assert_true(cardea_tries_delay_ms(&tries, &huge, &now) ==
	    (int64_t)UINT32_MAX * 1000);
	/* settings and clock at their ceilings, and a boot ago */
	tries.last_monotonic_ms = INT64_MAX;
	now = at(INT64_MAX / 1000000, BOOT_A);
	now.clock.monotonic_ms = INT64_MAX;
	assert_true(cardea_tries_delay_ms(&tries, &ceiling, &now) ==
	    (int64_t)CARDEA_DELAY_MAX_S * 1000);
	now = at(0, BOOT_B);
	assert_true(cardea_tries_delay_ms(&tries, &ceiling, &now) ==
	    (int64_t)CARDEA_DELAY_MAX_S * 1000);
	now = at(INT64_MAX / 1000000, BOOT_B);
	now.clock.monotonic_ms = INT64_MAX;
	now.clock.time_s = INT64_MAX / 1000;
	assert_int_equal(cardea_tries_delay_ms(&tries, &ceiling, &now), 0);
	assert_int_equal(cardea_tries_count(&tries, &ceiling, &now), 0);
}

/* Guesses that get judged within a day when every chance is used. */
static unsigned int
guesses_of_a_day(const struct cardea_limit *limit, struct cardea_tries *tries,
    int64_t start_ms)
{
	struct cardea_moment now = at(start_ms, BOOT_A);
	unsigned int guesses = 0;

	while (now.clock.monotonic_ms < start_ms + DAY_MS) {
		int64_t delay_ms = cardea_tries_delay_ms(tries, limit, &now);

		if (delay_ms > 0) {
			now.clock.monotonic_ms += delay_ms;
			continue;
		}
		cardea_tries_add(tries, limit, &now);
		guesses++;
	}
	return guesses;
}

static struct cardea_limit
default_limit(uint32_t tries)
{
	struct cardea_settings settings = cardea_settings_default();

	return (struct cardea_limit){ tries, settings.delay_s,
		settings.delay_max_s };
}

/* 6 digits: a million codes, of which so many are right at any time. */
static void
by_default_a_strangers_chance_is_below_1_in_10000_a_day(void **state)
{
	struct cardea_settings settings = cardea_settings_default();
	struct cardea_limit user = default_limit(settings.user_tries);
	struct cardea_limit source = default_limit(settings.tries);
	struct cardea_tries all = { 0 }, here = { 0 };
	unsigned int totp = 2 * settings.totp_window + 1;
	unsigned int first, later, one_source;

	(void)state;
	first = guesses_of_a_day(&user, &all, DAY_MS);
	later = guesses_of_a_day(&user, &all, 2 * DAY_MS);
	one_source = guesses_of_a_day(&source, &here, DAY_MS);
	printf("# judged guesses a day, from any number of strange sources: "
	       "%u the first day, %u each later one\n",
	    first, later);
	printf("# from one source alone: %u the first day\n", one_source);
	printf("# chance a day of a stranger, one token of 6 digits: totp %u, "
	       "hotp %u in 1,000,000\n",
	    first * totp, first * settings.hotp_window);
	assert_int_equal(first, 23);
	assert_int_equal(later, 6);
	assert_int_equal(one_source, 18);
	assert_true(first * totp <= 100);
	assert_true(first * settings.hotp_window <= 100);
}

/* Waiting between bursts gains nothing over guessing at every chance. */
static void
no_pause_lets_more_than_one_guess_each_longest_delay_through(void **state)
{
	struct cardea_limit user = default_limit(
	    cardea_settings_default().user_tries);

	(void)state;
	for (int64_t pause_h = 1; pause_h <= 96; pause_h++) {
		struct cardea_tries tries = { 0 };
		int64_t pause_ms = pause_h * HOUR_S * 1000, now_ms = DAY_MS;
		unsigned int guesses = 0;

		for (; now_ms < 101 * DAY_MS; now_ms += pause_ms) {
			struct cardea_moment now = at(now_ms, BOOT_A);

			while (
			    cardea_tries_delay_ms(&tries, &user, &now) == 0) {
				cardea_tries_add(&tries, &user, &now);
				guesses++;
			}
		}
		assert_true(guesses <= 23 + 100 * 6);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    delays_begin_after_the_allowed_tries_and_double_to_a_ceiling),
		cmocka_unit_test(a_delay_ends_to_the_millisecond),
		cmocka_unit_test(R08_a_step_of_the_wall_clock_changes_no_delay),
		cmocka_unit_test(R08_a_reboot_starts_the_remaining_delay_anew),
		cmocka_unit_test(
		    R08_a_second_host_neither_shortens_a_delay_nor_forgets),
		cmocka_unit_test(R08_an_unknown_boot_never_shortens_a_delay),
		cmocka_unit_test(
		    quiet_time_forgets_one_refusal_for_each_longest_delay),
		cmocka_unit_test(P15_counts_and_delays_do_not_wrap),
		cmocka_unit_test(
		    by_default_a_strangers_chance_is_below_1_in_10000_a_day),
		cmocka_unit_test(
		    no_pause_lets_more_than_one_guess_each_longest_delay_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
