/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/otp_fixture.h"

static void
hotp_needs_no_clock_unless_it_has_dates(void **state)
{
	struct cardea_otp_token token = make_token(CARDEA_OTP_HOTP);
	char code[CARDEA_CODE_DIGITS_MAX + 1];

	(void)state;
	assert_int_equal(cardea_otp_code(&token, 0, code), CARDEA_OK);
	assert_int_equal(judge(&token, -1, code).why, CARDEA_OTP_ACCEPTED);
	token.not_after_s = NOW;
	assert_int_equal(judge(&token, -1, code).result, CARDEA_RESULT_BROKEN);
	assert_int_equal(judge(&token, NOW - 1, code).why, CARDEA_OTP_ACCEPTED);
	cardea_otp_token_clear(&token);
}

static void
hotp_looks_ahead_and_never_back(void **state)
{
	struct cardea_otp_token token = make_token(CARDEA_OTP_HOTP);

	(void)state;
	assert_int_equal(show(&token, NOW, 0), CARDEA_OTP_ACCEPTED);
	assert_int_equal(show(&token, NOW, 0), CARDEA_OTP_REPLAYED);
	assert_int_equal(show(&token, NOW, 10), CARDEA_OTP_ACCEPTED);
	assert_int_equal(token.watermark, 10);
	for (int64_t counter = 1; counter <= 10; counter++)
		assert_int_equal(
		    show(&token, NOW, counter), CARDEA_OTP_REPLAYED);
	/* too long ago to be told from a guess */
	assert_int_equal(show(&token, NOW, 0), CARDEA_OTP_WRONG);
	assert_int_equal(token.watermark, 10);
	cardea_otp_token_clear(&token);
}

static void
hotp_far_ahead_needs_two_codes_in_a_row(void **state)
{
	struct cardea_otp_token token = make_token(CARDEA_OTP_HOTP);

	(void)state;
	token.watermark = 4;
	assert_int_equal(show(&token, NOW, 14), CARDEA_OTP_ACCEPTED);
	assert_int_equal(show(&token, NOW, 25), CARDEA_OTP_RESYNC);
	assert_int_equal(token.watermark, 14);
	assert_int_equal(token.sync_at, 25);
	assert_int_equal(show(&token, NOW, 26), CARDEA_OTP_ACCEPTED);
	assert_int_equal(token.watermark, 26);
	assert_int_equal(token.sync_at, -1);

	/* the end of the search, and the follower beyond it */
	assert_int_equal(show(&token, NOW, 127), CARDEA_OTP_WRONG);
	assert_int_equal(show(&token, NOW, 126), CARDEA_OTP_RESYNC);
	assert_int_equal(show(&token, NOW, 127), CARDEA_OTP_ACCEPTED);
	cardea_otp_token_clear(&token);
}

static void
any_other_answer_forgets_a_far_code(void **state)
{
	static const struct {
		int64_t second; /* shown after 50 */
		enum cardea_otp_why why;
		int64_t sync_at;
	} cases[] = { { 50, CARDEA_OTP_RESYNC, 50 },
		{ 52, CARDEA_OTP_RESYNC, 52 }, { 49, CARDEA_OTP_RESYNC, 49 },
		{ 5000, CARDEA_OTP_WRONG, -1 }, { 3, CARDEA_OTP_REPLAYED, -1 },
		{ 6, CARDEA_OTP_ACCEPTED, -1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_otp_token token = make_token(CARDEA_OTP_HOTP);

		token.watermark = 4;
		assert_int_equal(show(&token, NOW, 50), CARDEA_OTP_RESYNC);
		assert_int_equal(
		    show(&token, NOW, cases[i].second), cases[i].why);
		assert_int_equal(token.sync_at, cases[i].sync_at);
		if (cases[i].sync_at != 50)
			assert_int_not_equal(
			    show(&token, NOW, 51), CARDEA_OTP_ACCEPTED);
		cardea_otp_token_clear(&token);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hotp_needs_no_clock_unless_it_has_dates),
		cmocka_unit_test(hotp_looks_ahead_and_never_back),
		cmocka_unit_test(hotp_far_ahead_needs_two_codes_in_a_row),
		cmocka_unit_test(any_other_answer_forgets_a_far_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
