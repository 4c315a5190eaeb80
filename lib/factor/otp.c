/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <liboath/oath.h>

#include "base/text.h"
#include "factor/otp.h"

/* The counters of a range whose code is the one typed; -1: none. */
struct span {
	int64_t lowest;
	int64_t highest;
};

static int
flags_of(enum cardea_otp_hash hash)
{
	switch (hash) {
	case CARDEA_OTP_SHA1:
		return 0;
	case CARDEA_OTP_SHA256:
		return OATH_TOTP_HMAC_SHA256;
	case CARDEA_OTP_SHA512:
		return OATH_TOTP_HMAC_SHA512;
	}
	return -1;
}

/* RFC 6238, 4.2: TOTP = HOTP(K, T).  With a step of one second from second
 * zero the time is the counter itself, so one generator serves both kinds and
 * all hashes. */
static bool
generate(const struct cardea_otp_token *token, int64_t counter, char *code)
{
	return oath_totp_generate2((const char *)token->key.data,
		   token->key.len, (time_t)counter, 1, 0, token->digits,
		   flags_of(token->hash), code) == OATH_OK;
}

/* Looks at every counter of [from, to] whatever it finds (no early exit);
 * false if a code could not be computed. */
static bool
search(const struct cardea_otp_token *token, int64_t from, int64_t to,
    const char *code, struct span *ret_span)
{
	char candidate[CARDEA_CODE_DIGITS_MAX + 1];
	struct span span = { -1, -1 };
	bool sound = true;

	if (from < 0)
		from = 0; /* liboath would wrap: R09 */
	for (int64_t counter = from; counter <= to; counter++) {
		if (!generate(token, counter, candidate)) {
			sound = false;
			break;
		}
		if (cardea_secret_equal(
			candidate, token->digits, code, token->digits)) {
			if (span.lowest < 0)
				span.lowest = counter;
			span.highest = counter;
		}
	}
	CARDEA_WIPE(candidate);
	if (sound)
		*ret_span = span;
	return sound;
}

static void
refuse(struct cardea_otp_verdict *verdict, enum cardea_otp_why why,
    int64_t counter)
{
	verdict->result = CARDEA_RESULT_REFUSED;
	verdict->why = why;
	verdict->counter = counter;
}

static void
accept_counter(struct cardea_otp_verdict *verdict, int64_t counter)
{
	verdict->result = CARDEA_RESULT_VERIFIED;
	verdict->why = CARDEA_OTP_ACCEPTED;
	verdict->counter = counter;
	verdict->watermark = counter;
	verdict->sync_at = -1;
}

static void
break_off(struct cardea_otp_verdict *verdict, enum cardea_otp_why why)
{
	verdict->result = CARDEA_RESULT_BROKEN;
	verdict->why = why;
}

/* Near the expected counter: false if nothing matched there. */
static bool
settle(const struct cardea_otp_token *token, const struct span *span,
    struct cardea_otp_verdict *verdict)
{
	if (span->highest < 0)
		return false;
	if (span->lowest <= token->watermark)
		refuse(verdict, CARDEA_OTP_REPLAYED, span->lowest);
	else
		accept_counter(verdict, span->highest);
	return true;
}

static int32_t
clamp(int32_t value, int32_t bound)
{
	if (value > bound)
		return bound;
	return value < -bound ? -bound : value;
}

static void
judge_totp(const struct cardea_otp_token *token, uint32_t steps, int64_t time_s,
    const char *code, struct cardea_otp_verdict *verdict)
{
	int32_t bound = (int32_t)steps, drift = clamp(token->drift, bound);
	int64_t centre = time_s / token->period_s + drift;
	struct span span;

	if (!search(token, centre - bound, centre + bound, code, &span)) {
		break_off(verdict, CARDEA_OTP_FAILED);
		return;
	}
	if (!settle(token, &span, verdict)) {
		refuse(verdict, CARDEA_OTP_WRONG, -1);
		return;
	}
	if (verdict->result != CARDEA_RESULT_VERIFIED)
		return;
	if (verdict->counter > centre)
		verdict->drift = clamp(drift + 1, bound);
	else if (verdict->counter < centre)
		verdict->drift = clamp(drift - 1, bound);
	else
		verdict->drift = drift;
}

/* A far code proves little (hotp_sync chances in a million); two in a row do
 * (RFC 4226, 7.4). */
static void
judge_far(const struct cardea_otp_token *token, const struct span *far,
    const struct span *next, struct cardea_otp_verdict *verdict)
{
	if (token->sync_at >= 0 && next->highest >= 0) {
		accept_counter(verdict, next->highest);
		return;
	}
	refuse(verdict, far->highest < 0 ? CARDEA_OTP_WRONG : CARDEA_OTP_RESYNC,
	    far->highest);
	verdict->sync_at = far->highest;
}

static void
judge_hotp(const struct cardea_otp_token *token,
    const struct cardea_otp_window *window, const char *code,
    struct cardea_otp_verdict *verdict)
{
	int64_t mark = token->watermark, follower = token->sync_at + 1;
	struct span near, far, next;

	if (!search(token, mark - window->hotp_ahead + 1,
		mark + window->hotp_ahead, code, &near) ||
	    !search(token, mark + window->hotp_ahead + 1,
		mark + window->hotp_sync, code, &far) ||
	    !search(token, follower, follower, code, &next)) {
		break_off(verdict, CARDEA_OTP_FAILED);
		return;
	}
	verdict->sync_at = -1;
	if (!settle(token, &near, verdict))
		judge_far(token, &far, &next, verdict);
}

static bool
is_shape(const struct cardea_otp_token *token, const char *code)
{
	return code != NULL && cardea_text_digits(code) &&
	    strlen(code) == token->digits;
}

static bool
needs_time(const struct cardea_otp_token *token)
{
	return token->kind == CARDEA_OTP_TOTP || token->not_before_s != 0 ||
	    token->not_after_s != 0;
}

static bool
is_expired(const struct cardea_otp_token *token, int64_t time_s)
{
	return (token->not_before_s != 0 && time_s < token->not_before_s) ||
	    (token->not_after_s != 0 && time_s >= token->not_after_s);
}

static bool
window_is_sane(const struct cardea_otp_window *window)
{
	return window->totp_steps <= CARDEA_TOTP_WINDOW_MAX &&
	    window->hotp_ahead <= CARDEA_HOTP_WINDOW_MAX &&
	    window->hotp_sync <= CARDEA_HOTP_SYNC_MAX;
}

/* What the token brings along, and a verdict of nothing. */
static struct cardea_otp_verdict
unjudged(const struct cardea_otp_token *token)
{
	return (struct cardea_otp_verdict){
		.counter = -1,
		.watermark = token->watermark,
		.drift = token->drift,
		.sync_at = token->sync_at,
	};
}

/* A token that is off is judged all the same, so that it takes as long as
 * another, and its state stays as it was. */
static void
overrule(const struct cardea_otp_token *token, int64_t time_s,
    struct cardea_otp_verdict *verdict)
{
	bool off = token->disabled || is_expired(token, time_s);

	if (!off || verdict->result == CARDEA_RESULT_BROKEN)
		return;
	*verdict = unjudged(token);
	refuse(verdict,
	    token->disabled ? CARDEA_OTP_DISABLED : CARDEA_OTP_EXPIRED, -1);
}

void
cardea_otp_judge(const struct cardea_otp_token *token,
    const struct cardea_otp_window *window, int64_t time_s, const char *code,
    struct cardea_otp_verdict *ret_verdict)
{
	struct cardea_otp_verdict verdict = unjudged(token);

	if (cardea_otp_check_token(token, NULL) != CARDEA_OK)
		break_off(&verdict, CARDEA_OTP_BAD_TOKEN);
	else if (!window_is_sane(window) || oath_init() != OATH_OK)
		break_off(&verdict, CARDEA_OTP_FAILED);
	else if (!is_shape(token, code))
		refuse(&verdict, CARDEA_OTP_MALFORMED, -1);
	else if (needs_time(token) && time_s < 0)
		break_off(&verdict, CARDEA_OTP_BAD_TIME);
	else if (token->kind == CARDEA_OTP_TOTP)
		judge_totp(token, window->totp_steps, time_s, code, &verdict);
	else
		judge_hotp(token, window, code, &verdict);

	overrule(token, time_s, &verdict);
	*ret_verdict = verdict;
}

enum cardea_status
cardea_otp_code(const struct cardea_otp_token *token, int64_t counter,
    char ret_code[CARDEA_CODE_DIGITS_MAX + 1])
{
	char code[CARDEA_CODE_DIGITS_MAX + 1];
	enum cardea_status status;

	status = cardea_otp_check_token(token, NULL);
	if (status != CARDEA_OK)
		return status;
	if (counter < 0 || counter > CARDEA_OTP_COUNTER_MAX)
		return CARDEA_E_RANGE;
	if (oath_init() != OATH_OK || !generate(token, counter, code))
		return CARDEA_E_INTERNAL;
	memcpy(ret_code, code, token->digits + 1);
	CARDEA_WIPE(code);
	return CARDEA_OK;
}

static const char *
check_shape(const struct cardea_otp_token *token)
{
	if (token->kind != CARDEA_OTP_TOTP && token->kind != CARDEA_OTP_HOTP)
		return "neither totp nor hotp";
	if (flags_of(token->hash) < 0)
		return "unknown hash";
	if (token->kind == CARDEA_OTP_HOTP && token->hash != CARDEA_OTP_SHA1)
		return "hotp is defined for SHA1 alone";
	if (token->digits < CARDEA_CODE_DIGITS_MIN ||
	    token->digits > CARDEA_CODE_DIGITS_MAX)
		return "digits are 6 to 8";
	if (token->kind == CARDEA_OTP_TOTP &&
	    (token->period_s < CARDEA_OTP_PERIOD_MIN_S ||
		token->period_s > CARDEA_OTP_PERIOD_MAX_S))
		return "the period is 15 to 300 seconds";
	if (token->key.data == NULL || token->key.len < CARDEA_OTP_KEY_MIN)
		return "the key is shorter than 16 bytes";
	if (token->key.len > CARDEA_OTP_KEY_MAX)
		return "the key is longer than 128 bytes";
	return NULL;
}

static const char *
check_state(const struct cardea_otp_token *token)
{
	if (token->watermark < CARDEA_OTP_NO_WATERMARK ||
	    token->watermark > CARDEA_OTP_COUNTER_MAX)
		return "the watermark is out of range";
	if (token->drift < -CARDEA_TOTP_WINDOW_MAX ||
	    token->drift > CARDEA_TOTP_WINDOW_MAX)
		return "the drift is out of range";
	if (token->sync_at < -1 || token->sync_at > CARDEA_OTP_COUNTER_MAX)
		return "the resync counter is out of range";
	if (token->kind == CARDEA_OTP_HOTP && token->sync_at >= 0 &&
	    token->sync_at <= token->watermark)
		return "the resync counter is not above the watermark";
	if (token->not_before_s < 0 || token->not_after_s < 0)
		return "a validity date lies before 1970";
	if (token->not_after_s != 0 &&
	    token->not_after_s <= token->not_before_s)
		return "valid until before it is valid";
	return NULL;
}

enum cardea_status
cardea_otp_check_token(
    const struct cardea_otp_token *token, struct cardea_diag *diag)
{
	const char *fault = check_shape(token);

	if (fault == NULL)
		fault = check_state(token);
	if (fault == NULL)
		return CARDEA_OK;
	return cardea_diag_set(diag, CARDEA_E_SYNTAX, "%s", fault);
}

void
cardea_otp_token_clear(struct cardea_otp_token *token)
{
	cardea_secret_clear(&token->key);
	*token = (struct cardea_otp_token){ 0 };
}

const char *
cardea_otp_why_text(enum cardea_otp_why why)
{
	switch (why) {
	case CARDEA_OTP_WHY_NONE:
		return "none";
	case CARDEA_OTP_ACCEPTED:
		return "accepted";
	case CARDEA_OTP_MALFORMED:
		return "malformed";
	case CARDEA_OTP_WRONG:
		return "wrong";
	case CARDEA_OTP_REPLAYED:
		return "replayed";
	case CARDEA_OTP_RESYNC:
		return "resync";
	case CARDEA_OTP_DISABLED:
		return "disabled";
	case CARDEA_OTP_EXPIRED:
		return "expired";
	case CARDEA_OTP_BAD_TOKEN:
		return "bad-token";
	case CARDEA_OTP_BAD_TIME:
		return "bad-time";
	case CARDEA_OTP_FAILED:
		return "failed";
	case CARDEA_OTP_WHY_COUNT:
		break;
	}
	return "none";
}

const char *
cardea_otp_kind_text(enum cardea_otp_kind kind)
{
	switch (kind) {
	case CARDEA_OTP_TOTP:
		return "totp";
	case CARDEA_OTP_HOTP:
		return "hotp";
	case CARDEA_OTP_NONE:
		break;
	}
	return "none";
}

const char *
cardea_otp_hash_text(enum cardea_otp_hash hash)
{
	switch (hash) {
	case CARDEA_OTP_SHA1:
		return "SHA1";
	case CARDEA_OTP_SHA256:
		return "SHA256";
	case CARDEA_OTP_SHA512:
		return "SHA512";
	}
	return "none";
}
