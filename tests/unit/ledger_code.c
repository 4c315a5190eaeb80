/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/ledger_code_fixture.h"

static void
R01_a_code_is_spent_before_anybody_is_told(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_otp_token token;
	struct cardea_spend spend;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	spend = ledger_show(ledger, "phone", STEP);
	expect(spend, CARDEA_RESULT_VERIFIED, "accepted");
	assert_int_equal(spend.factor, CARDEA_FACTOR_TOTP);
	assert_string_equal(spend.credential, "phone");
	assert_true(spend.enrolled);
	/* what another process finds on the disk */
	cardea_store_close(ledger->store);
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
	token = ledger_token(ledger, "alice", "phone");
	assert_int_equal(token.watermark, STEP);
	assert_int_equal(token.used_s, NOW);
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_REFUSED,
	    "replayed");
	assert_int_equal(ledger_tries(ledger, "alice", "192.0.2.1"), 1);
	assert_int_equal(ledger_tries(ledger, "alice", "*"), 1);
}

static void
R07_a_clock_that_steps_never_reopens_a_code(void **state)
{
	static const int64_t steps[] = { -90, -86400, -NOW, 400 * 86400 };
	struct ledger *ledger = *state;

	ledger->settings.tries = ledger->settings.user_tries = 1000;
	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_VERIFIED,
	    "accepted");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		ledger->clock.time_s = NOW + steps[i];
		assert_int_equal(ledger_show(ledger, "phone", STEP).result,
		    CARDEA_RESULT_REFUSED);
		ledger->clock.time_s = NOW;
		expect(ledger_show(ledger, "phone", STEP),
		    CARDEA_RESULT_REFUSED, "replayed");
		assert_int_equal(
		    ledger_token(ledger, "alice", "phone").watermark, STEP);
	}
}

static void
R09_a_clock_in_trouble_breaks_totp_but_not_recovery(void **state)
{
	struct ledger *ledger = *state;
	char texts[2][CARDEA_RECOVERY_TEXT_MAX + 1];
	struct cardea_recovery_set set;
	struct cardea_value value = { 0 };
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT };
	struct cardea_spend spend;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	assert_int_equal(
	    cardea_recovery_generate(2, NOW, &set, texts), CARDEA_OK);
	assert_int_equal(
	    cardea_record_encode_recovery(&set, &value), CARDEA_OK);
	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_RECOVERY, "alice", "", &change.key),
	    CARDEA_OK);
	change.data = value.data;
	change.len = value.len;
	assert_int_equal(
	    cardea_store_commit(ledger->store, &change, 1, NULL), CARDEA_OK);
	cardea_value_clear(&value);

	ledger->clock.plausible = false;
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_BROKEN,
	    "bad-time");
	ledger->clock.plausible = true;
	ledger->clock.synchronised = false;
	ledger->settings.require_synchronised_clock = true;
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_BROKEN,
	    "bad-time");
	assert_int_equal(refusals(ledger), 0);

	spend = ledger_spend(ledger, texts[1]);
	expect(spend, CARDEA_RESULT_VERIFIED, "accepted");
	assert_int_equal(spend.factor, CARDEA_FACTOR_RECOVERY);
	assert_int_equal(spend.left, 1);
	spend = ledger_spend(ledger, texts[1]);
	expect(spend, CARDEA_RESULT_REFUSED, "wrong");
	assert_int_equal(spend.left, 1);
	assert_int_equal(ledger_tries(ledger, "alice", "192.0.2.1"), 1);
	expect(
	    ledger_spend(ledger, texts[0]), CARDEA_RESULT_VERIFIED, "accepted");
	/* none left: as good as none enrolled */
	expect(ledger_spend(ledger, texts[0]), CARDEA_RESULT_ABSENT,
	    "not-enrolled");
	ledger->settings.require_synchronised_clock = false;
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_VERIFIED,
	    "accepted");
}

static void
R02_of_all_tokens_the_one_that_fits_is_tried_and_spent(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_spend spend;

	ledger_enrol(ledger, "alice", "a-phone", CARDEA_OTP_TOTP);
	ledger_enrol(ledger, "alice", "b-fob", CARDEA_OTP_HOTP);
	ledger_enrol(ledger, "alice", "c-tablet", CARDEA_OTP_TOTP);
	ledger_enrol(ledger, "bob", "d-other", CARDEA_OTP_TOTP);
	spend = ledger_show(ledger, "b-fob", 2);
	expect(spend, CARDEA_RESULT_VERIFIED, "accepted");
	assert_int_equal(spend.factor, CARDEA_FACTOR_HOTP);
	assert_string_equal(spend.credential, "b-fob");
	expect(ledger_show(ledger, "c-tablet", STEP), CARDEA_RESULT_VERIFIED,
	    "accepted");
	assert_int_equal(
	    ledger_token(ledger, "alice", "a-phone").watermark, -1);
	assert_int_equal(ledger_token(ledger, "alice", "b-fob").watermark, 2);
	assert_int_equal(
	    ledger_token(ledger, "alice", "c-tablet").watermark, STEP);
	expect(ledger_show(ledger, "d-other", STEP), CARDEA_RESULT_REFUSED,
	    "wrong");
	assert_int_equal(ledger_token(ledger, "bob", "d-other").watermark, -1);
}

/* Somebody has enrolled one secret twice, or two codes happen to be equal. */
static void
R01_a_code_that_two_tokens_show_is_accepted_once(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_otp_token token = { 0 };
	struct cardea_value value = { 0 };
	struct cardea_key key;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_TOKEN, "alice", "phone", &key),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_store_get(ledger->store, &key, &value, NULL), CARDEA_OK);
	assert_int_equal(cardea_record_decode_token(&value, &token), CARDEA_OK);
	cardea_value_clear(&value);
	strcpy(token.id, "again");
	ledger_put_token(ledger, "alice", &token);
	cardea_otp_token_clear(&token);
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_VERIFIED,
	    "accepted");
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_REFUSED,
	    "replayed");
	assert_int_equal(
	    ledger_token(ledger, "alice", "phone").watermark, STEP);
	assert_int_equal(
	    ledger_token(ledger, "alice", "again").watermark, STEP);
}

static void
a_token_of_a_kind_not_asked_for_is_left_alone(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_spend spend;
	char code[9];

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger_enrol(ledger, "alice", "the-fob", CARDEA_OTP_HOTP);
	ledger_code("the-fob", 0, code);
	assert_int_equal(
	    cardea_ledger_spend_code(ledger->store, &ledger->settings,
		&ledger->request, &ledger->clock, BIT(CARDEA_FACTOR_TOTP), code,
		&spend, NULL),
	    CARDEA_OK);
	expect(spend, CARDEA_RESULT_REFUSED, "wrong");
	assert_int_equal(
	    ledger_token(ledger, "alice", "the-fob").watermark, -1);
	assert_int_equal(
	    cardea_ledger_spend_code(ledger->store, &ledger->settings,
		&ledger->request, &ledger->clock, 0, code, &spend, NULL),
	    CARDEA_OK);
	expect(spend, CARDEA_RESULT_ABSENT, "malformed");
	assert_false(spend.enrolled);
}

static void
two_hotp_codes_in_a_row_resynchronise_through_the_store(void **state)
{
	struct ledger *ledger = *state;

	ledger_enrol(ledger, "alice", "fob", CARDEA_OTP_HOTP);
	expect(ledger_show(ledger, "fob", 40), CARDEA_RESULT_REFUSED, "resync");
	assert_int_equal(ledger_token(ledger, "alice", "fob").sync_at, 40);
	expect(
	    ledger_show(ledger, "fob", 99999), CARDEA_RESULT_REFUSED, "wrong");
	assert_int_equal(ledger_token(ledger, "alice", "fob").sync_at, -1);
	expect(ledger_show(ledger, "fob", 41), CARDEA_RESULT_REFUSED, "resync");
	/* what is no answer at all does not come between */
	(void)ledger_spend(ledger, "hunter2");
	expect(
	    ledger_show(ledger, "fob", 42), CARDEA_RESULT_VERIFIED, "accepted");
	assert_int_equal(ledger_token(ledger, "alice", "fob").watermark, 42);
	assert_int_equal(ledger_tries(ledger, "alice", "*"), 3);
}

static void
disabled_and_expired_tokens_count_as_not_enrolled(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_otp_token token = { .id = "phone",
		.name = "my phone",
		.kind = CARDEA_OTP_TOTP,
		.digits = 6,
		.period_s = 30,
		.watermark = -1,
		.sync_at = -1,
		.disabled = true };
	struct cardea_spend spend;

	assert_int_equal(
	    cardea_secret_set(&token.key, "phone               ", 20),
	    CARDEA_OK);
	ledger_put_token(ledger, "alice", &token);
	spend = ledger_show(ledger, "phone", STEP);
	expect(spend, CARDEA_RESULT_ABSENT, "disabled");
	assert_false(spend.enrolled);
	assert_string_equal(spend.credential, "my phone");
	token.disabled = false;
	token.not_after_s = NOW;
	ledger_put_token(ledger, "alice", &token);
	spend = ledger_show(ledger, "phone", STEP);
	expect(spend, CARDEA_RESULT_ABSENT, "expired");
	assert_false(spend.enrolled);
	assert_int_equal(ledger_tries(ledger, "alice", "*"), 2);
	token.not_after_s = NOW + 1;
	ledger_put_token(ledger, "alice", &token);
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_VERIFIED,
	    "accepted");
	cardea_otp_token_clear(&token);
}

static void
V08_a_damaged_record_is_trouble_and_no_answer(void **state)
{
	static const char *const kinds[] = { CARDEA_KIND_TOKEN,
		CARDEA_KIND_RECOVERY, CARDEA_KIND_TRIES, CARDEA_KIND_KNOWN };
	static const char *const ids[] = { "torn", "", "192.0.2.1",
		"192.0.2.1" };
	struct ledger *ledger = *state;
	struct cardea_spend spend = { .why = "kept" };
	char code[9];

	ledger_code("phone", STEP, code);
	for (size_t i = 0; i < 4; i++) {
		char user[16];

		snprintf(user, sizeof(user), "user%zu", i);
		ledger_enrol(ledger, user, "phone", CARDEA_OTP_TOTP);
		ledger_put_bytes(ledger, kinds[i], user, ids[i], "junk");
		strcpy(ledger->request.user, user);
		assert_int_not_equal(
		    cardea_ledger_spend_code(ledger->store, &ledger->settings,
			&ledger->request, &ledger->clock, CODES, code, &spend,
			NULL),
		    CARDEA_OK);
		assert_string_equal(spend.why, "kept");
		assert_int_equal(
		    ledger_token(ledger, user, "phone").watermark, -1);
	}
}

static void
more_tokens_than_allowed_are_trouble_and_not_cut(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_spend spend;
	char id[16], code[9];

	for (unsigned int i = 0; i <= CARDEA_TOKENS_MAX; i++) {
		snprintf(id, sizeof(id), "token%u", i);
		ledger_enrol(ledger, "alice", id, CARDEA_OTP_TOTP);
	}
	ledger_code("token0", STEP, code);
	assert_int_equal(
	    cardea_ledger_spend_code(ledger->store, &ledger->settings,
		&ledger->request, &ledger->clock, CODES, code, &spend, NULL),
	    CARDEA_E_RANGE);
}

static void
eight_tokens_and_recovery_codes_fit_one_commit(void **state)
{
	struct ledger *ledger = *state;
	char id[16];

	for (unsigned int i = 0; i < CARDEA_TOKENS_MAX; i++) {
		snprintf(id, sizeof(id), "token%u", i);
		ledger_enrol(ledger, "alice", id, CARDEA_OTP_TOTP);
	}
	wrong_codes(ledger, 3);
	for (unsigned int i = 1; i <= 4; i++) {
		snprintf(id, sizeof(id), "198.51.100.%u", i);
		ledger_from(ledger, id);
		wrong_codes(ledger, 1);
	}
	ledger_from(ledger, "192.0.2.1");
	ledger_pass(ledger, 10 * ledger->settings.delay_max_s);
	expect(ledger_show(ledger, "token5", ledger->clock.time_s / 30),
	    CARDEA_RESULT_VERIFIED, "accepted");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(R01_a_code_is_spent_before_anybody_is_told),
		LEDGER_TEST(R07_a_clock_that_steps_never_reopens_a_code),
		LEDGER_TEST(
		    R09_a_clock_in_trouble_breaks_totp_but_not_recovery),
		LEDGER_TEST(
		    R02_of_all_tokens_the_one_that_fits_is_tried_and_spent),
		LEDGER_TEST(R01_a_code_that_two_tokens_show_is_accepted_once),
		LEDGER_TEST(a_token_of_a_kind_not_asked_for_is_left_alone),
		LEDGER_TEST(
		    two_hotp_codes_in_a_row_resynchronise_through_the_store),
		LEDGER_TEST(disabled_and_expired_tokens_count_as_not_enrolled),
		LEDGER_TEST(V08_a_damaged_record_is_trouble_and_no_answer),
		LEDGER_TEST(more_tokens_than_allowed_are_trouble_and_not_cut),
		LEDGER_TEST(eight_tokens_and_recovery_codes_fit_one_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
