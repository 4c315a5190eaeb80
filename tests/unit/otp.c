/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/otp_fixture.h"

static void
the_window_ends_where_it_says(void **state)
{
	static const struct {
		int64_t offset;
		enum cardea_otp_why why;
	} cases[] = { { -2, CARDEA_OTP_WRONG }, { -1, CARDEA_OTP_ACCEPTED },
		{ 0, CARDEA_OTP_ACCEPTED }, { 1, CARDEA_OTP_ACCEPTED },
		{ 2, CARDEA_OTP_WRONG } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int64_t second = 0; second < 30; second += 29) {
			struct cardea_otp_token token = make_token(
			    CARDEA_OTP_TOTP);

			assert_int_equal(
			    show(&token, NOW + second, STEP + cases[i].offset),
			    cases[i].why);
			cardea_otp_token_clear(&token);
		}
	}
}

static void
I15_only_exact_ascii_digits_of_the_tokens_length_are_an_answer(void **state)
{
	struct cardea_otp_token token = make_token(CARDEA_OTP_TOTP);
	char good[CARDEA_CODE_DIGITS_MAX + 1], bad[64];
	static const char *const forms[] = { " %s", "%s ", "%s\n", "+%s", "-%s",
		"0%s", "%s0", "%.5s", "%.3s %s", "", "%s%s", "\xef\xbc\x91%.5s",
		"%.5sa", "0x%.4s", "%.5s\x7f", "\b\n\r\177INCORRECT" };

	(void)state;
	assert_int_equal(cardea_otp_code(&token, STEP, good), CARDEA_OK);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct cardea_otp_verdict verdict;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(bad, sizeof(bad), forms[i], good, good);
#pragma GCC diagnostic pop
		verdict = judge(&token, NOW, bad);
		if (verdict.why != CARDEA_OTP_MALFORMED)
			fail_msg("not malformed: \"%s\"", bad);
		assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
		assert_int_equal(verdict.counter, -1);
		assert_int_equal(verdict.watermark, -1);
	}
	assert_int_equal(judge(&token, NOW, NULL).why, CARDEA_OTP_MALFORMED);
	assert_int_equal(judge(&token, NOW, good).why, CARDEA_OTP_ACCEPTED);
	cardea_otp_token_clear(&token);
}

/* An eight-digit token is not met by six right digits. */
static void
shorter_codes_of_a_longer_token_are_refused(void **state)
{
	struct cardea_otp_token token = make_token(CARDEA_OTP_TOTP);
	char code[CARDEA_CODE_DIGITS_MAX + 1];

	(void)state;
	token.digits = 8;
	assert_int_equal(cardea_otp_code(&token, STEP, code), CARDEA_OK);
	assert_int_equal(
	    judge(&token, NOW, code + 2).why, CARDEA_OTP_MALFORMED);
	assert_int_equal(
	    judge(&token, NOW, code + 1).why, CARDEA_OTP_MALFORMED);
	assert_int_equal(judge(&token, NOW, code).why, CARDEA_OTP_ACCEPTED);
	cardea_otp_token_clear(&token);
}

static void
R07_a_clock_that_steps_never_reopens_a_code(void **state)
{
	static const int64_t steps[] = { -90, -DAY, -NOW, 400 * DAY, 90, 30,
		-30, DAY };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct cardea_otp_token token = make_token(CARDEA_OTP_TOTP);
		int64_t there = NOW + steps[i], mark;

		assert_int_equal(show(&token, NOW, STEP), CARDEA_OTP_ACCEPTED);
		/* wherever the clock goes, the code spent stays spent */
		assert_int_not_equal(
		    show(&token, there, STEP), CARDEA_OTP_ACCEPTED);
		assert_int_equal(token.watermark, STEP);
		if (there / 30 > STEP) {
			assert_int_equal(show(&token, there, there / 30),
			    CARDEA_OTP_ACCEPTED);
		} else {
			assert_int_equal(show(&token, there, there / 30),
			    CARDEA_OTP_REPLAYED);
		}
		/* and back again: nothing below the mark, until time is past */
		mark = token.watermark;
		assert_int_equal(show(&token, NOW, STEP), CARDEA_OTP_REPLAYED);
		assert_int_equal(token.watermark, mark);
		assert_int_equal(show(&token, (mark + 1) * 30, mark + 1),
		    CARDEA_OTP_ACCEPTED);
		cardea_otp_token_clear(&token);
	}
}

static void
R09_a_time_before_1970_is_broken_not_wrapped(void **state)
{
	static const int64_t times[] = { -1, -100, -DAY, INT64_MIN };
	struct cardea_otp_token token = make_token(CARDEA_OTP_TOTP);
	char code[CARDEA_CODE_DIGITS_MAX + 1];

	(void)state;
	assert_int_equal(cardea_otp_code(&token, 0, code), CARDEA_OK);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_int_equal(
		    judge(&token, times[i], code).result, CARDEA_RESULT_BROKEN);
		assert_int_equal(
		    judge(&token, times[i], code).why, CARDEA_OTP_BAD_TIME);
	}
	/* the very first steps have no window below them; this is the code of
	 * counter 2^64 - 1, where -1 would wrap to */
	assert_int_equal(judge(&token, 0, "094451").why, CARDEA_OTP_WRONG);
	assert_int_equal(judge(&token, 0, code).why, CARDEA_OTP_ACCEPTED);
	assert_int_equal(judge(&token, 59, code).why, CARDEA_OTP_ACCEPTED);
	assert_int_equal(judge(&token, 60, code).why, CARDEA_OTP_WRONG);
	cardea_otp_token_clear(&token);
}

static void
drift_follows_one_step_at_a_time_within_the_window(void **state)
{
	struct cardea_otp_token token = make_token(CARDEA_OTP_TOTP);

	(void)state;
	/* a device 2 steps ahead is found by way of 1 */
	assert_int_equal(show(&token, NOW, STEP + 2), CARDEA_OTP_WRONG);
	assert_int_equal(token.drift, 0);
	assert_int_equal(show(&token, NOW, STEP + 1), CARDEA_OTP_ACCEPTED);
	assert_int_equal(token.drift, 1);
	assert_int_equal(show(&token, NOW, STEP + 2), CARDEA_OTP_ACCEPTED);
	assert_int_equal(token.drift, 1);
	assert_int_equal(show(&token, NOW, STEP + 3), CARDEA_OTP_WRONG);
	/* and back: what is right now is always in reach */
	assert_int_equal(
	    show(&token, NOW + 300, STEP + 10), CARDEA_OTP_ACCEPTED);
	assert_int_equal(token.drift, 0);
	assert_int_equal(
	    show(&token, NOW + 600, STEP + 19), CARDEA_OTP_ACCEPTED);
	assert_int_equal(token.drift, -1);
	assert_int_equal(
	    show(&token, NOW + 900, STEP + 28), CARDEA_OTP_ACCEPTED);
	assert_int_equal(token.drift, -1);
	assert_int_equal(
	    show(&token, NOW + 900, STEP + 30), CARDEA_OTP_ACCEPTED);
	assert_int_equal(token.drift, 0);
	cardea_otp_token_clear(&token);
}

static void
a_device_whose_clock_is_right_is_never_shut_out_by_drift(void **state)
{
	(void)state;
	for (int32_t drift = -CARDEA_TOTP_WINDOW_MAX;
	     drift <= CARDEA_TOTP_WINDOW_MAX; drift++) {
		for (uint32_t steps = 0; steps <= CARDEA_TOTP_WINDOW_MAX;
		     steps++) {
			struct cardea_otp_window window = { steps, 1, 1 };
			struct cardea_otp_token token = make_token(
			    CARDEA_OTP_TOTP);
			struct cardea_otp_verdict verdict;
			char code[CARDEA_CODE_DIGITS_MAX + 1];

			token.drift = drift;
			assert_int_equal(
			    cardea_otp_code(&token, STEP, code), CARDEA_OK);
			cardea_otp_judge(&token, &window, NOW, code, &verdict);
			assert_int_equal(verdict.why, CARDEA_OTP_ACCEPTED);
			assert_true(verdict.drift <= (int32_t)steps &&
			    verdict.drift >= -(int32_t)steps);
			cardea_otp_token_clear(&token);
		}
	}
}

static void
disabled_and_expired_tokens_are_refused_and_left_as_they_are(void **state)
{
	static const struct {
		int64_t from, until;
		bool disabled;
		enum cardea_otp_why why;
	} cases[] = { { 0, 0, true, CARDEA_OTP_DISABLED },
		{ NOW + 1, 0, false, CARDEA_OTP_EXPIRED },
		{ NOW, 0, false, CARDEA_OTP_ACCEPTED },
		{ 0, NOW, false, CARDEA_OTP_EXPIRED },
		{ 0, NOW + 1, false, CARDEA_OTP_ACCEPTED },
		{ NOW, NOW + 1, false, CARDEA_OTP_ACCEPTED },
		{ NOW, NOW + 1, true, CARDEA_OTP_DISABLED } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_otp_token token = make_token(CARDEA_OTP_TOTP);
		int64_t mark;

		token.not_before_s = cases[i].from;
		token.not_after_s = cases[i].until;
		token.disabled = cases[i].disabled;
		assert_int_equal(show(&token, NOW, STEP), cases[i].why);
		mark = cases[i].why == CARDEA_OTP_ACCEPTED ? STEP : -1;
		assert_int_equal(token.watermark, mark);
		cardea_otp_token_clear(&token);
	}
}

static void
tokens_out_of_range_are_never_judged(void **state)
{
	struct cardea_otp_token good[2], bad;
	struct cardea_diag diag;

	(void)state;
	good[0] = make_token(CARDEA_OTP_TOTP);
	good[1] = make_token(CARDEA_OTP_HOTP);
	for (unsigned int i = 0; i < 22; i++) {
		bad = good[i >= 16];
		switch (i) {
		case 0:
			bad.kind = CARDEA_OTP_NONE;
			break;
		case 1:
			bad.kind = (enum cardea_otp_kind)3;
			break;
		case 2:
			bad.hash = (enum cardea_otp_hash)3;
			break;
		case 3:
			bad.digits = 5;
			break;
		case 4:
			bad.digits = 9;
			break;
		case 5:
			bad.period_s = 0;
			break;
		case 6:
			bad.period_s = 14;
			break;
		case 7:
			bad.period_s = 301;
			break;
		case 8:
			bad.key.len = 15;
			break;
		case 9:
			bad.key.len = 0;
			break;
		case 10:
			bad.key.data = NULL;
			break;
		case 11:
			bad.key.len = 129;
			break;
		case 12:
			bad.watermark = -2;
			break;
		case 13:
			bad.drift = 11;
			break;
		case 14:
			bad.drift = -11;
			break;
		case 15:
			bad.not_after_s = -1;
			break;
		case 16:
			bad.hash = CARDEA_OTP_SHA256;
			break;
		case 17:
			bad.watermark = INT64_MAX;
			break;
		case 18:
			bad.sync_at = -2;
			break;
		case 19:
			bad.watermark = bad.sync_at = 7;
			break;
		case 20:
			bad.not_before_s = bad.not_after_s = NOW;
			break;
		default:
			bad.not_before_s = -5;
			break;
		}
		diag = (struct cardea_diag){ 0 };
		assert_int_equal(
		    cardea_otp_check_token(&bad, &diag), CARDEA_E_SYNTAX);
		assert_string_not_equal(diag.reason, "");
		assert_int_equal(
		    judge(&bad, NOW, "123456").result, CARDEA_RESULT_BROKEN);
		assert_int_equal(
		    judge(&bad, NOW, "123456").why, CARDEA_OTP_BAD_TOKEN);
	}
	cardea_otp_token_clear(&good[0]);
	cardea_otp_token_clear(&good[1]);
}

static void
windows_beyond_their_ceilings_are_broken(void **state)
{
	static const struct cardea_otp_window windows[] = {
		{ CARDEA_TOTP_WINDOW_MAX + 1, 10, 100 },
		{ 1, CARDEA_HOTP_WINDOW_MAX + 1, 100 },
		{ 1, 10, CARDEA_HOTP_SYNC_MAX + 1 },
		{ UINT32_MAX, UINT32_MAX, UINT32_MAX },
	};
	struct cardea_otp_token token = make_token(CARDEA_OTP_TOTP);
	struct cardea_otp_verdict verdict;
	char code[CARDEA_CODE_DIGITS_MAX + 1] = "kept";

	(void)state;
	assert_int_equal(cardea_otp_code(&token, -1, code), CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_otp_code(&token, CARDEA_OTP_COUNTER_MAX + 1, code),
	    CARDEA_E_RANGE);
	assert_string_equal(code, "kept");
	assert_int_equal(cardea_otp_code(&token, STEP, code), CARDEA_OK);
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		cardea_otp_judge(&token, &windows[i], NOW, code, &verdict);
		assert_int_equal(verdict.result, CARDEA_RESULT_BROKEN);
		assert_int_equal(verdict.why, CARDEA_OTP_FAILED);
	}
	cardea_otp_token_clear(&token);
}

/* xorshift64: the same sequence at every run */
static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* The model: a set of counters ever accepted is one number; a code passes if
 * and only if its counter lies in the window and above that number. */
static void
whatever_the_order_no_counter_passes_twice(void **state)
{
	uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);

	(void)state;
	for (unsigned int run = 0; run < 200; run++) {
		struct cardea_otp_token token = make_token(CARDEA_OTP_TOTP);
		int64_t now = NOW, mark = -1;

		for (unsigned int i = 0; i < 60; i++) {
			int64_t centre, counter;
			bool fits;

			now += (int64_t)(next_random(&seed) % 181) - 60;
			centre = now / 30 + token.drift;
			counter = now / 30 + (int64_t)(next_random(&seed) % 9) -
			    4;
			fits = counter >= centre - 1 && counter <= centre + 1;
			if (fits && counter > mark) {
				assert_int_equal(show(&token, now, counter),
				    CARDEA_OTP_ACCEPTED);
				mark = counter;
			} else {
				assert_int_equal(show(&token, now, counter),
				    fits ? CARDEA_OTP_REPLAYED
					 : CARDEA_OTP_WRONG);
			}
			assert_int_equal(token.watermark, mark);
		}
		cardea_otp_token_clear(&token);
	}
}

static void
digits_that_belong_to_a_spent_counter_do_not_pass_for_another(void **state)
{
	struct cardea_otp_token token = make_token(CARDEA_OTP_HOTP);
	struct cardea_otp_window wide = { 1, 100, 1000 };
	struct cardea_otp_verdict verdict;
	char first[9], other[9];
	int64_t counter, twin = -1;

	(void)state;
	/* two counters within a hundred whose codes are the same */
	for (counter = 0; twin < 0 && counter < 200000; counter++) {
		assert_int_equal(
		    cardea_otp_code(&token, counter, first), CARDEA_OK);
		for (int64_t ahead = 1; twin < 0 && ahead <= 90; ahead++) {
			assert_int_equal(
			    cardea_otp_code(&token, counter + ahead, other),
			    CARDEA_OK);
			if (strcmp(first, other) == 0)
				twin = counter + ahead;
		}
	}
	counter--;
	assert_true(twin > counter);
	/* both ahead: the higher is taken, so both are spent */
	token.watermark = counter - 1;
	cardea_otp_judge(&token, &wide, NOW, other, &verdict);
	assert_int_equal(verdict.why, CARDEA_OTP_ACCEPTED);
	assert_int_equal(verdict.watermark, twin);
	/* one spent: the digits are known to whoever saw them */
	token.watermark = counter;
	cardea_otp_judge(&token, &wide, NOW, other, &verdict);
	assert_int_equal(verdict.why, CARDEA_OTP_REPLAYED);
	assert_int_equal(verdict.counter, counter);
	cardea_otp_token_clear(&token);
}

static void
every_name_is_its_own(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < CARDEA_OTP_WHY_COUNT; i++) {
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(
			    cardea_otp_why_text((enum cardea_otp_why)i),
			    cardea_otp_why_text((enum cardea_otp_why)j));
	}
	assert_string_equal(
	    cardea_otp_why_text((enum cardea_otp_why)99), "none");
	assert_string_equal(cardea_otp_kind_text(CARDEA_OTP_TOTP), "totp");
	assert_string_equal(cardea_otp_kind_text(CARDEA_OTP_HOTP), "hotp");
	assert_string_equal(cardea_otp_kind_text(CARDEA_OTP_NONE), "none");
	assert_string_equal(cardea_otp_hash_text(CARDEA_OTP_SHA512), "SHA512");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_window_ends_where_it_says),
		cmocka_unit_test(
		    I15_only_exact_ascii_digits_of_the_tokens_length_are_an_answer),
		cmocka_unit_test(shorter_codes_of_a_longer_token_are_refused),
		cmocka_unit_test(R07_a_clock_that_steps_never_reopens_a_code),
		cmocka_unit_test(R09_a_time_before_1970_is_broken_not_wrapped),
		cmocka_unit_test(
		    drift_follows_one_step_at_a_time_within_the_window),
		cmocka_unit_test(
		    a_device_whose_clock_is_right_is_never_shut_out_by_drift),
		cmocka_unit_test(
		    disabled_and_expired_tokens_are_refused_and_left_as_they_are),
		cmocka_unit_test(tokens_out_of_range_are_never_judged),
		cmocka_unit_test(windows_beyond_their_ceilings_are_broken),
		cmocka_unit_test(whatever_the_order_no_counter_passes_twice),
		cmocka_unit_test(
		    digits_that_belong_to_a_spent_counter_do_not_pass_for_another),
		cmocka_unit_test(every_name_is_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
