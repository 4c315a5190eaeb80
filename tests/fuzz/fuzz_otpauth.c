/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "factor/otpauth.h"
#include "factor/recovery.h"

/*
 * What people type and import.  A URI that parses is written and read back
 * as the same token; base32 that decodes has one canonical form; and of all
 * answers only the code itself is ever accepted.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static void
try_uri(const char *text)
{
	struct cardea_otp_token token = { 0 }, back = { 0 };
	struct cardea_diag diag = { 0 };
	char uri[CARDEA_OTPAUTH_MAX + 1];

	if (cardea_otpauth_parse(text, &token, &diag) != CARDEA_OK) {
		must(diag.reason[0] != '\0');
		must(token.key.data == NULL);
		return;
	}
	must(cardea_otp_check_token(&token, NULL) == CARDEA_OK);
	/* percent codes may make it longer than a URI can be */
	if (cardea_otpauth_format(&token, "", token.name, uri) == CARDEA_OK) {
		must(cardea_otpauth_parse(uri, &back, NULL) == CARDEA_OK);
		must(back.kind == token.kind && back.hash == token.hash &&
		    back.digits == token.digits &&
		    back.period_s == token.period_s &&
		    back.watermark == token.watermark &&
		    strcmp(back.name, token.name) == 0);
		must(cardea_secret_equal(back.key.data, back.key.len,
		    token.key.data, token.key.len));
		cardea_otp_token_clear(&back);
	}
	cardea_otp_token_clear(&token);
}

static void
try_base32(const char *text, size_t len)
{
	struct cardea_secret plain = { 0 }, again = { 0 };
	char *canonical;

	if (cardea_base32_decode(text, &plain) != CARDEA_OK)
		return;
	must(plain.len <= len * 5 / 8);
	canonical = malloc(len + 8);
	must(canonical != NULL);
	must(cardea_base32_encode(plain.data, plain.len, canonical, len + 8) ==
	    CARDEA_OK);
	must(cardea_base32_decode(canonical, &again) == CARDEA_OK);
	must(cardea_secret_equal(plain.data, plain.len, again.data, again.len));
	free(canonical);
	cardea_secret_clear(&plain);
	cardea_secret_clear(&again);
}

static void
try_answer(const char *text)
{
	static const struct cardea_otp_window window = { 0, 1, 1 };
	unsigned char key[] = "12345678901234567890";
	struct cardea_otp_token token = { .kind = CARDEA_OTP_TOTP,
		.digits = 8,
		.period_s = 30,
		.key = { .data = key, .len = 20 },
		.watermark = CARDEA_OTP_NO_WATERMARK,
		.sync_at = -1 };
	struct cardea_recovery_set none = { 0 };
	struct cardea_otp_verdict verdict;
	size_t index;

	/* RFC 6238, appendix B */
	cardea_otp_judge(&token, &window, 59, text, &verdict);
	must((verdict.result == CARDEA_RESULT_VERIFIED) ==
	    (strcmp(text, "94287082") == 0));
	must(cardea_recovery_judge(&none, text, &index) ==
	    CARDEA_RESULT_REFUSED);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	char *text = malloc(len + 1);

	if (text == NULL)
		return 0;
	memcpy(text, bytes, len);
	text[len] = '\0';
	try_uri(text);
	try_base32(text, len);
	try_answer(text);
	free(text);
	return 0;
}
