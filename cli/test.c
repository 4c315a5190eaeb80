/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/moment.h"
#include "cli/question.h"
#include "cli/verbs.h"
#include "factor/otp.h"
#include "factor/otpauth.h"

/*
 * `cardea test totp|hotp`: one proof judged offline by the very function that
 * judges logins.  No store, no policy, no log: what would be remembered is in
 * the answer.  The answer is JSON in any case, one object a proof.
 */

#define LINE_MAX_BYTES 8191

/* the steps and counters that cardea.conf defaults to */
#define TOTP_STEPS 1
#define HOTP_AHEAD 4
#define HOTP_SYNC 100

/* What was asked, as text; NULL where nothing was said. */
struct question {
	const char *id; /* of a batch line, echoed */
	const char *uri;
	const char *at;
	const char *code;
	const char *watermark;
	const char *window;
};

static const struct cardea_option test_options[] = {
	{ "uri", "URI", "the token, as otpauth://totp/... or hotp", false },
	{ "at", "TIME", "the instant: seconds or ISO 8601 (totp: now)", false },
	{ "code", "CODE", "the code to judge", false },
	{ "watermark", "N", "last counter or step spent, -1 for none", false },
	{ "window", "N", "steps on each side (1), counters ahead (10)", false },
	{ "batch", NULL, "cases as JSON lines on stdin instead", false },
	{ NULL, NULL, NULL, false },
};

static enum cardea_otp_kind
kind_of(const struct cardea_call *call)
{
	return strcmp(call->command->name, "test totp") == 0 ? CARDEA_OTP_TOTP
							     : CARDEA_OTP_HOTP;
}

static enum cardea_status
parse_watermark(
    const char *text, int64_t *ret_watermark, struct cardea_diag *diag)
{
	uint64_t number = 0;

	if (text == NULL)
		return CARDEA_OK;
	if (strcmp(text, "-1") == 0) {
		*ret_watermark = CARDEA_OTP_NO_WATERMARK;
		return CARDEA_OK;
	}
	if (cardea_text_number(text, 0, INT64_MAX, &number) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "watermark: wants a counter from 0, or -1");
	*ret_watermark = (int64_t)number;
	return CARDEA_OK;
}

static enum cardea_status
parse_window(const char *text, enum cardea_otp_kind kind,
    struct cardea_otp_window *ret_window, struct cardea_diag *diag)
{
	bool totp = kind == CARDEA_OTP_TOTP;
	uint64_t number = totp ? TOTP_STEPS : HOTP_AHEAD,
		 high = totp ? 10 : 100;

	if (text != NULL &&
	    cardea_text_number(text, 0, high, &number) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "window: wants a number from 0 to %d", (int)high);
	ret_window->totp_steps = totp ? (uint32_t)number : TOTP_STEPS;
	ret_window->hotp_ahead = totp ? HOTP_AHEAD : (uint32_t)number;
	ret_window->hotp_sync = HOTP_SYNC;
	return CARDEA_OK;
}

/* An HOTP token knows no time; a TOTP one without --at is judged as of now. */
static enum cardea_status
parse_time(const char *text, int64_t *ret_time_s, struct cardea_diag *diag)
{
	if (text == NULL) {
		*ret_time_s = cardea_clock_read().time_s;
		return CARDEA_OK;
	}
	if (cardea_moment_parse(text, ret_time_s) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "at: wants seconds, or a time like 2026-12-25T10:00:00Z");
	return CARDEA_OK;
}

/* SYNTAX means the question is no question; the verdict is untouched then. */
static enum cardea_status
judge(const struct question *question, enum cardea_otp_kind kind,
    struct cardea_otp_verdict *ret_verdict, struct cardea_diag *diag)
{
	struct cardea_otp_token token = { 0 };
	struct cardea_otp_window window = { 0 };
	enum cardea_status status = CARDEA_E_INTERNAL;
	int64_t time_s = 0;

	if (question->uri == NULL || question->code == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "wants a uri and a code");
	status = cardea_otpauth_parse(question->uri, &token, diag);
	if (status != CARDEA_OK)
		goto out;
	if (token.kind != kind) {
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "uri: is of the other kind");
		goto out;
	}
	status = parse_watermark(question->watermark, &token.watermark, diag);
	if (status == CARDEA_OK)
		status = parse_window(question->window, kind, &window, diag);
	if (status == CARDEA_OK)
		status = parse_time(question->at, &time_s, diag);
	if (status == CARDEA_OK)
		cardea_otp_judge(
		    &token, &window, time_s, question->code, ret_verdict);
out:
	cardea_otp_token_clear(&token);
	return status;
}

static void
put_verdict(struct cardea_json *json, const struct cardea_otp_verdict *verdict)
{
	cardea_json_text(json, "result", cardea_result_text(verdict->result));
	cardea_json_text(json, "why", cardea_otp_why_text(verdict->why));
	cardea_json_number(json, "counter", verdict->counter);
	cardea_json_number(json, "watermark", verdict->watermark);
	cardea_json_number(json, "drift", verdict->drift);
	cardea_json_number(json, "sync_at", verdict->sync_at);
}

/* Fills json with the answer to one question. */
static enum cardea_exit
answer(struct cardea_json *json, const struct question *question,
    enum cardea_otp_kind kind, struct cardea_diag *diag)
{
	struct cardea_otp_verdict verdict = { 0 };

	if (question->id != NULL)
		cardea_json_text(json, "id", question->id);
	cardea_json_text(json, "factor", cardea_otp_kind_text(kind));
	if (judge(question, kind, &verdict, diag) == CARDEA_OK) {
		put_verdict(json, &verdict);
		return cardea_question_exit(verdict.result);
	}
	return cardea_question_bad(json, diag);
}

static enum cardea_exit
answer_line(
    struct cardea_json *json, const char *line, const struct cardea_call *call)
{
	static const char *const known[] = { "id", "uri", "at", "code",
		"watermark", "window", NULL };
	struct cardea_json_object object = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	char numbers[4][24];
	struct question question = { 0 };

	if (cardea_json_parse(line, &object, &diag) == CARDEA_OK &&
	    cardea_question_keys(&object, known, &diag)) {
		question.id = cardea_json_find_text(&object, "id", numbers[0]);
		question.uri = cardea_json_find_text(&object, "uri", NULL);
		question.code = cardea_json_find_text(&object, "code", NULL);
		question.at = cardea_json_find_text(&object, "at", numbers[1]);
		question.watermark = cardea_json_find_text(
		    &object, "watermark", numbers[2]);
		question.window = cardea_json_find_text(
		    &object, "window", numbers[3]);
		code = answer(json, &question, kind_of(call), &diag);
	} else {
		code = cardea_question_bad(json, &diag);
	}
	cardea_json_object_clear(&object);
	return code;
}

static enum cardea_exit
run_test(struct cardea_call *call)
{
	static const struct cardea_question lines = { LINE_MAX_BYTES,
		answer_line };
	const struct question question = {
		.uri = cardea_call_text(call, "uri"),
		.at = cardea_call_text(call, "at"),
		.code = cardea_call_text(call, "code"),
		.watermark = cardea_call_text(call, "watermark"),
		.window = cardea_call_text(call, "window"),
	};
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;

	if (cardea_call_has(call, "batch")) {
		if (call->option_count > (call->json ? 2u : 1u))
			return cardea_call_refuse(
			    call, CARDEA_EXIT_USAGE, "--batch: stands alone");
		return cardea_question_batch(call, &lines);
	}
	code = answer(&call->out, &question, kind_of(call), &diag);
	return cardea_question_finish(call, code, &diag);
}

const struct cardea_command cardea_verb_test_totp = {
	"test totp",
	"",
	0,
	0,
	"judge one time-based code offline",
	false,
	test_options,
	run_test,
};

const struct cardea_command cardea_verb_test_hotp = {
	"test hotp",
	"",
	0,
	0,
	"judge one counter-based code offline",
	false,
	test_options,
	run_test,
};
