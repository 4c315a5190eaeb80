/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "factor/otpauth.h"
#include "unit/test.h"

#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define TOTP "otpauth://totp/"
#define HOTP "otpauth://hotp/"

static void
a_plain_totp_uri_has_the_usual_defaults(void **state)
{
	struct cardea_otp_token token = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_otpauth_parse(
		TOTP "Example:alice%40host?secret=" SECRET, &token, NULL),
	    CARDEA_OK);
	assert_int_equal(token.kind, CARDEA_OTP_TOTP);
	assert_int_equal(token.hash, CARDEA_OTP_SHA1);
	assert_int_equal(token.digits, 6);
	assert_int_equal(token.period_s, 30);
	assert_int_equal(token.watermark, CARDEA_OTP_NO_WATERMARK);
	assert_int_equal(token.sync_at, -1);
	assert_string_equal(token.name, "Example:alice@host");
	assert_string_equal(token.id, "");
	assert_int_equal(token.key.len, 20);
	assert_memory_equal(token.key.data, "12345678901234567890", 20);
	cardea_otp_token_clear(&token);
}

static void
every_parameter_is_read(void **state)
{
	struct cardea_otp_token token = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_otpauth_parse(TOTP "a?period=60&digits=8&algorithm=SHA512"
				      "&issuer=A%20B&secret=" SECRET,
		&token, NULL),
	    CARDEA_OK);
	assert_int_equal(token.hash, CARDEA_OTP_SHA512);
	assert_int_equal(token.digits, 8);
	assert_int_equal(token.period_s, 60);
	cardea_otp_token_clear(&token);

	assert_int_equal(
	    cardea_otpauth_parse(
		HOTP "a?secret=" SECRET "&counter=0", &token, NULL),
	    CARDEA_OK);
	assert_int_equal(token.kind, CARDEA_OTP_HOTP);
	assert_int_equal(token.watermark, -1);
	cardea_otp_token_clear(&token);

	assert_int_equal(
	    cardea_otpauth_parse(
		HOTP "a?secret=" SECRET "&counter=42", &token, NULL),
	    CARDEA_OK);
	assert_int_equal(token.watermark, 41);
	cardea_otp_token_clear(&token);
}

static void
bad_uris_are_refused_with_a_reason_that_keeps_the_secret(void **state)
{
	static const struct {
		const char *uri;
		enum cardea_status status;
		const char *key;
	} bad[] = {
		{ "", CARDEA_E_SYNTAX, "" },
		{ "otpauth:/totp/a?secret=" SECRET, CARDEA_E_SYNTAX, "" },
		{ "OTPAUTH://totp/a?secret=" SECRET, CARDEA_E_SYNTAX, "" },
		{ "otpauth://steam/a?secret=" SECRET, CARDEA_E_SYNTAX, "" },
		{ "otpauth://totp?secret=" SECRET, CARDEA_E_SYNTAX, "" },
		{ TOTP "a", CARDEA_E_SYNTAX, "" },
		{ TOTP "a?", CARDEA_E_SYNTAX, "" },
		{ TOTP "a?issuer=b", CARDEA_E_SYNTAX, "" },
		{ TOTP "?secret=" SECRET, CARDEA_E_SYNTAX, "label" },
		{ TOTP "a%0a?secret=" SECRET, CARDEA_E_SYNTAX, "label" },
		{ TOTP "a%00b?secret=" SECRET, CARDEA_E_SYNTAX, "label" },
		{ TOTP "a%4?secret=" SECRET, CARDEA_E_SYNTAX, "label" },
		{ TOTP "a%zz?secret=" SECRET, CARDEA_E_SYNTAX, "label" },
		{ TOTP "0123456789012345678901234567890123456789012345678901234"
		       "567890123?secret=" SECRET,
		    CARDEA_E_RANGE, "label" },
		{ TOTP "a?secret=" SECRET "#x", CARDEA_E_SYNTAX, "" },
		{ TOTP "a b?secret=" SECRET, CARDEA_E_SYNTAX, "" },
		{ TOTP "a?secret=" SECRET "&secret=" SECRET, CARDEA_E_SYNTAX,
		    "secret" },
		{ TOTP "a?secret=" SECRET "&", CARDEA_E_SYNTAX, "" },
		{ TOTP "a?secret=" SECRET "&&digits=6", CARDEA_E_SYNTAX, "" },
		{ TOTP "a?secret=" SECRET "&encoder=steam", CARDEA_E_SYNTAX,
		    "" },
		{ TOTP "a?secret=" SECRET "&Digits=6", CARDEA_E_SYNTAX, "" },
		{ TOTP "a?secret=" SECRET "&digit=6", CARDEA_E_SYNTAX, "" },
		{ TOTP "a?secret=" SECRET "&=6", CARDEA_E_SYNTAX, "" },
		{ TOTP "a?secret=", CARDEA_E_SYNTAX, "" },
		{ TOTP "a?secret=GEZDGNBVGY3TQOJQ", CARDEA_E_SYNTAX, "" },
		{ TOTP "a?secret=" SECRET "1", CARDEA_E_SYNTAX, "secret" },
		{ TOTP "a?secret=" SECRET "&digits=5", CARDEA_E_RANGE,
		    "digits" },
		{ TOTP "a?secret=" SECRET "&digits=9", CARDEA_E_RANGE,
		    "digits" },
		{ TOTP "a?secret=" SECRET "&digits=06", CARDEA_E_SYNTAX,
		    "digits" },
		{ TOTP "a?secret=" SECRET "&period=0", CARDEA_E_RANGE,
		    "period" },
		{ TOTP "a?secret=" SECRET "&period=14", CARDEA_E_RANGE,
		    "period" },
		{ TOTP "a?secret=" SECRET "&period=301", CARDEA_E_RANGE,
		    "period" },
		{ TOTP "a?secret=" SECRET "&algorithm=MD5", CARDEA_E_SYNTAX,
		    "algorithm" },
		{ TOTP "a?secret=" SECRET "&algorithm=sha1", CARDEA_E_SYNTAX,
		    "algorithm" },
		{ TOTP "a?secret=" SECRET "&counter=1", CARDEA_E_SYNTAX, "" },
		{ HOTP "a?secret=" SECRET, CARDEA_E_SYNTAX, "" },
		{ HOTP "a?secret=" SECRET "&counter=1&period=30",
		    CARDEA_E_SYNTAX, "" },
		{ HOTP "a?secret=" SECRET "&counter=-1", CARDEA_E_SYNTAX,
		    "counter" },
		{ HOTP "a?secret=" SECRET "&counter=4611686018427387905",
		    CARDEA_E_RANGE, "counter" },
		{ HOTP "a?secret=" SECRET "&counter=1&algorithm=SHA256",
		    CARDEA_E_SYNTAX, "" },
	};
	struct cardea_otp_token token = { .name = "kept" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cardea_diag diag = { 0 };
		char text[600];

		if (cardea_otpauth_parse(bad[i].uri, &token, &diag) !=
		    bad[i].status)
			fail_msg("status of %s: %s", bad[i].uri, diag.reason);
		assert_string_equal(diag.key, bad[i].key);
		assert_string_not_equal(diag.reason, "");
		cardea_diag_format(&diag, text, sizeof(text));
		assert_null(strstr(text, "GEZDG"));
		assert_string_equal(token.name, "kept");
		assert_null(token.key.data);
	}
}

static void
a_uri_longer_than_the_ceiling_is_refused(void **state)
{
	char uri[CARDEA_OTPAUTH_MAX + 2];
	struct cardea_otp_token token = { 0 };

	(void)state;
	memset(uri, 'a', sizeof(uri));
	uri[sizeof(uri) - 1] = '\0';
	assert_int_equal(
	    cardea_otpauth_parse(uri, &token, NULL), CARDEA_E_RANGE);
}

static void
what_is_formatted_parses_back_to_the_same_token(void **state)
{
	static const char *const uris[] = {
		TOTP "A%20B%3Aalice?secret=" SECRET
		     "&algorithm=SHA256&digits=7&period=45",
		HOTP "alice?secret=" SECRET "&counter=7",
		TOTP "%c3%a9t%c3%a9?secret=" SECRET,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		struct cardea_otp_token token = { 0 }, back = { 0 };
		char uri[CARDEA_OTPAUTH_MAX + 1];

		assert_int_equal(
		    cardea_otpauth_parse(uris[i], &token, NULL), CARDEA_OK);
		assert_int_equal(
		    cardea_otpauth_format(&token, "", token.name, uri),
		    CARDEA_OK);
		assert_int_equal(
		    cardea_otpauth_parse(uri, &back, NULL), CARDEA_OK);
		assert_int_equal(back.kind, token.kind);
		assert_int_equal(back.hash, token.hash);
		assert_int_equal(back.digits, token.digits);
		assert_int_equal(back.period_s, token.period_s);
		assert_int_equal(back.watermark, token.watermark);
		assert_string_equal(back.name, token.name);
		assert_int_equal(back.key.len, token.key.len);
		assert_memory_equal(
		    back.key.data, token.key.data, token.key.len);
		cardea_otp_token_clear(&token);
		cardea_otp_token_clear(&back);
	}
}

static void
the_uri_is_written_as_authenticator_apps_expect(void **state)
{
	struct cardea_otp_token token = { 0 };
	char uri[CARDEA_OTPAUTH_MAX + 1], kept[CARDEA_OTPAUTH_MAX + 1] = "kept";
	char longest[CARDEA_OTPAUTH_MAX + 1];

	(void)state;
	assert_int_equal(
	    cardea_otpauth_parse(TOTP "a?secret=" SECRET, &token, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_otpauth_format(&token, "A B", "alice@h", uri), CARDEA_OK);
	assert_string_equal(uri,
	    TOTP "A%20B:alice%40h?secret=" SECRET
		 "&algorithm=SHA1&digits=6&period=30&issuer=A%20B");
	assert_int_equal(
	    cardea_otpauth_format(&token, "", "", kept), CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_otpauth_format(&token, "", "a\nb", kept), CARDEA_E_SYNTAX);
	memset(longest, '@', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(
	    cardea_otpauth_format(&token, "", longest, kept), CARDEA_E_RANGE);
	token.digits = 5;
	assert_int_equal(
	    cardea_otpauth_format(&token, "", "a", kept), CARDEA_E_SYNTAX);
	assert_string_equal(kept, "kept");
	cardea_otp_token_clear(&token);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_totp_uri_has_the_usual_defaults),
		cmocka_unit_test(every_parameter_is_read),
		cmocka_unit_test(
		    bad_uris_are_refused_with_a_reason_that_keeps_the_secret),
		cmocka_unit_test(a_uri_longer_than_the_ceiling_is_refused),
		cmocka_unit_test(
		    what_is_formatted_parses_back_to_the_same_token),
		cmocka_unit_test(
		    the_uri_is_written_as_authenticator_apps_expect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
