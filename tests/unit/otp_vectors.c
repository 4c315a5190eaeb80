/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "factor/otp.h"
#include "unit/vectors.h"

static const struct cardea_otp_window exact = { 0, 1, 1 };

static enum cardea_otp_hash
hash_of(const char *name)
{
	for (enum cardea_otp_hash hash = CARDEA_OTP_SHA1;
	     hash <= CARDEA_OTP_SHA512; hash++) {
		if (strcmp(cardea_otp_hash_text(hash), name) == 0)
			return hash;
	}
	fail_msg("no such hash: %s", name);
	return CARDEA_OTP_SHA1;
}

static struct cardea_otp_token
token_of(enum cardea_otp_kind kind, const char *secret_hex, unsigned int digits)
{
	struct cardea_otp_token token = { .kind = kind,
		.digits = digits,
		.watermark = CARDEA_OTP_NO_WATERMARK,
		.sync_at = -1 };

	assert_int_equal(
	    cardea_secret_resize(&token.key, strlen(secret_hex) / 2),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_text_unhex(token.key.data, token.key.len, secret_hex),
	    CARDEA_OK);
	return token;
}

static void
every_code_of_rfc_4226_appendix_d_is_made_and_accepted(void **state)
{
	json_t *root = load_vectors("otp-rfc/rfc4226.json"), *test;
	size_t i;

	(void)state;
	assert_int_equal(json_array_size(json_object_get(root, "tests")), 10);
	json_array_foreach(json_object_get(root, "tests"), i, test)
	{
		struct cardea_otp_token token = token_of(CARDEA_OTP_HOTP,
		    text_of(root, "secret_hex"),
		    (unsigned int)number_of(root, "digits"));
		struct cardea_otp_verdict verdict;
		char code[CARDEA_CODE_DIGITS_MAX + 1];
		int64_t counter = number_of(test, "counter");

		assert_int_equal(
		    cardea_otp_code(&token, counter, code), CARDEA_OK);
		assert_string_equal(code, text_of(test, "hotp"));
		token.watermark = counter - 1;
		cardea_otp_judge(
		    &token, &exact, -1, text_of(test, "hotp"), &verdict);
		assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
		assert_int_equal(verdict.counter, counter);
		assert_int_equal(verdict.watermark, counter);
		cardea_otp_token_clear(&token);
	}
	json_decref(root);
}

/* Returns whether the key was long enough for us. */
static bool
totp_case_holds(const json_t *test)
{
	struct cardea_otp_token token = token_of(CARDEA_OTP_TOTP,
	    text_of(test, "secret_hex"),
	    (unsigned int)number_of(test, "digits"));
	struct cardea_otp_verdict verdict;
	char code[CARDEA_CODE_DIGITS_MAX + 1] = "kept";
	int64_t time_s = number_of(test, "unix_time");
	bool long_enough = token.key.len >= CARDEA_OTP_KEY_MIN;

	token.hash = hash_of(text_of(test, "alg"));
	token.period_s = (uint32_t)number_of(test, "step");
	assert_int_equal(number_of(test, "t0"), 0);
	cardea_otp_judge(
	    &token, &exact, time_s, text_of(test, "totp"), &verdict);
	if (long_enough) {
		assert_int_equal(
		    cardea_otp_code(&token, time_s / token.period_s, code),
		    CARDEA_OK);
		assert_string_equal(code, text_of(test, "totp"));
		assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
		assert_int_equal(verdict.why, CARDEA_OTP_ACCEPTED);
		assert_int_equal(verdict.counter, time_s / token.period_s);
	} else {
		assert_int_equal(
		    cardea_otp_code(&token, time_s / token.period_s, code),
		    CARDEA_E_SYNTAX);
		assert_string_equal(code, "kept");
		assert_int_equal(verdict.result, CARDEA_RESULT_BROKEN);
		assert_int_equal(verdict.why, CARDEA_OTP_BAD_TOKEN);
	}
	cardea_otp_token_clear(&token);
	return long_enough;
}

static void
every_code_of_rfc_6238_appendix_b_is_made_and_accepted(void **state)
{
	json_t *root = load_vectors("otp-rfc/rfc6238.json"), *test;
	size_t i, held = 0;

	(void)state;
	json_array_foreach(json_object_get(root, "tests"), i, test)
	    held += totp_case_holds(test) ? 1 : 0;
	assert_int_equal(held, 18);
	json_decref(root);
}

/* Twelve of oathtool's cases have keys of 10 bytes.  RFC 4226, 4 (R6): "The
 * length of the shared secret MUST be at least 128 bits"; a token that short
 * is refused, whatever its code. */
static void
codes_that_oathtool_made_agree_and_short_keys_are_refused(void **state)
{
	json_t *root = load_vectors("otp-oathtool/generate.json"), *test;
	size_t i, held = 0;

	(void)state;
	json_array_foreach(root, i, test) held += totp_case_holds(test) ? 1 : 0;
	assert_int_equal(json_array_size(root), 120);
	assert_int_equal(held, 108);
	json_decref(root);
}

static bool
validation_holds(const json_t *test)
{
	struct cardea_otp_token token = token_of(CARDEA_OTP_TOTP,
	    text_of(test, "secret_hex"),
	    (unsigned int)number_of(test, "digits"));
	struct cardea_otp_window window = { (uint32_t)number_of(test, "window"),
		1, 1 };
	struct cardea_otp_verdict verdict;
	int64_t time_s = number_of(test, "unix_time");
	bool accept = json_is_true(json_object_get(test, "accept"));

	token.period_s = (uint32_t)number_of(test, "step");
	cardea_otp_judge(
	    &token, &window, time_s, text_of(test, "code"), &verdict);
	if (accept) {
		assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
		assert_int_equal(verdict.counter - time_s / token.period_s,
		    number_of(test, "offset"));
	} else {
		assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
		assert_int_equal(verdict.counter, -1);
		assert_int_equal(verdict.watermark, -1);
		assert_int_equal(verdict.why,
		    strcmp(text_of(test, "kind"), "plain") == 0 ||
			    strcmp(text_of(test, "kind"), "flip") == 0
			? CARDEA_OTP_WRONG
			: CARDEA_OTP_MALFORMED);
	}
	cardea_otp_token_clear(&token);
	return accept;
}

static void
windows_and_malformed_answers_are_judged_as_oathtool_does(void **state)
{
	json_t *root = load_vectors("otp-oathtool/validate.json"), *test;
	size_t i, accepted = 0;

	(void)state;
	json_array_foreach(root, i, test)
	    accepted += validation_holds(test) ? 1 : 0;
	assert_int_equal(json_array_size(root), 80);
	assert_int_equal(accepted, 23);
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_code_of_rfc_4226_appendix_d_is_made_and_accepted),
		cmocka_unit_test(
		    every_code_of_rfc_6238_appendix_b_is_made_and_accepted),
		cmocka_unit_test(
		    codes_that_oathtool_made_agree_and_short_keys_are_refused),
		cmocka_unit_test(
		    windows_and_malformed_answers_are_judged_as_oathtool_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
