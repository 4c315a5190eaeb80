/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_OTP_FIXTURE_H
#define TESTS_UNIT_OTP_FIXTURE_H

#include <string.h>

#include "factor/otp.h"
#include "unit/test.h"

/* A token of six digits, and the code of one of its counters. */

#define NOW INT64_C(1800000000) /* the first second of a step */
#define STEP (NOW / 30)
#define DAY INT64_C(86400)

static const struct cardea_otp_window usual = { 1, 10, 100 };

static inline struct cardea_otp_token
make_token(enum cardea_otp_kind kind)
{
	struct cardea_otp_token token = { .kind = kind,
		.digits = 6,
		.period_s = 30,
		.watermark = CARDEA_OTP_NO_WATERMARK,
		.sync_at = -1 };

	assert_int_equal(
	    cardea_secret_set(&token.key, "12345678901234567890", 20),
	    CARDEA_OK);
	return token;
}

static inline struct cardea_otp_verdict
judge(const struct cardea_otp_token *token, int64_t time_s, const char *code)
{
	struct cardea_otp_verdict verdict;

	memset(&verdict, 0xee, sizeof(verdict));
	cardea_otp_judge(token, &usual, time_s, code, &verdict);
	return verdict;
}

/* Shows the code of a counter and stores what the verdict says, as the
 * ledger would. */
static inline enum cardea_otp_why
show(struct cardea_otp_token *token, int64_t time_s, int64_t counter)
{
	struct cardea_otp_verdict verdict;
	char code[CARDEA_CODE_DIGITS_MAX + 1];

	assert_int_equal(cardea_otp_code(token, counter, code), CARDEA_OK);
	verdict = judge(token, time_s, code);
	assert_true(verdict.watermark >= token->watermark);
	assert_int_equal(verdict.result == CARDEA_RESULT_VERIFIED,
	    verdict.why == CARDEA_OTP_ACCEPTED);
	token->watermark = verdict.watermark;
	token->drift = verdict.drift;
	token->sync_at = verdict.sync_at;
	return verdict.why;
}

#endif
