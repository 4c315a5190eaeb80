/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_OTP_H
#define CARDEA_FACTOR_OTP_H

#include <stdbool.h>
#include <stdint.h>

#include <cardea/diag.h>
#include <cardea/evidence.h>
#include <cardea/limits.h>

#include "base/secret.h"

/*
 * One-time codes: HOTP (RFC 4226) and TOTP (RFC 6238).  Pure: the caller
 * gives the time and the token as stored, and gets back a result and the
 * token as it must be stored before anybody is told (invariant 3).  The only
 * unit that knows liboath, of which it uses code generation alone: its
 * validators measure the code by what was typed (security.md A3).
 *
 * Codes are exact ASCII digits of the token's own length, compared in
 * constant time over the whole window.
 */

enum cardea_otp_kind { CARDEA_OTP_NONE = 0, CARDEA_OTP_TOTP, CARDEA_OTP_HOTP };
enum cardea_otp_hash {
	CARDEA_OTP_SHA1 = 0, /* what every app speaks; RFC 4226 */
	CARDEA_OTP_SHA256,
	CARDEA_OTP_SHA512,
};

#define CARDEA_OTP_NO_WATERMARK (-1)

struct cardea_otp_token {
	char id[CARDEA_CREDENTIAL_MAX + 1];   /* random, names the record */
	char name[CARDEA_CREDENTIAL_MAX + 1]; /* what the person calls it */
	enum cardea_otp_kind kind;
	enum cardea_otp_hash hash;
	unsigned int digits; /* 6..8 */
	uint32_t period_s;   /* TOTP: 15..300 */
	struct cardea_secret key;
	int64_t watermark; /* last counter or step spent; only grows (R07) */
	int32_t drift; /* TOTP: steps the device is ahead of us; see judge */
	int64_t
	    sync_at; /* HOTP: counter that a first far code matched, or -1 */
	int64_t not_before_s; /* 0: no bound */
	int64_t not_after_s;  /* 0: no bound; the first second it is void */
	bool disabled;
	int64_t created_s;
	int64_t used_s; /* 0: never */
};

struct cardea_otp_window {
	uint32_t totp_steps; /* each side of now + drift */
	uint32_t hotp_ahead;
	uint32_t hotp_sync; /* searched when hotp_ahead found nothing */
};

/* Why, for the log and `cardea test`. */
enum cardea_otp_why {
	CARDEA_OTP_WHY_NONE = 0,
	CARDEA_OTP_ACCEPTED,
	CARDEA_OTP_MALFORMED, /* not digits, or another number of them */
	CARDEA_OTP_WRONG,
	CARDEA_OTP_REPLAYED, /* right once, at or below the watermark */
	CARDEA_OTP_RESYNC,   /* HOTP: far ahead; the next one settles it */
	CARDEA_OTP_DISABLED,
	CARDEA_OTP_EXPIRED,   /* outside its validity dates */
	CARDEA_OTP_BAD_TOKEN, /* key too short, digits or period out of range */
	CARDEA_OTP_BAD_TIME,  /* before 1970 (R09) */
	CARDEA_OTP_FAILED,    /* no code could be computed */
	CARDEA_OTP_WHY_COUNT, /* not a reason */
};

struct cardea_otp_verdict {
	enum cardea_result result; /* VERIFIED, REFUSED, BROKEN */
	enum cardea_otp_why why;
	int64_t counter; /* that matched, else -1 */
	/* what must be stored, whatever the result; equal to the token's own
	 * values if nothing changes */
	int64_t watermark;
	int32_t drift;
	int64_t sync_at;
};

/*
 * cardea_otp_judge: one code against one token.  Takes the same time for
 * every wrong code. ret_verdict is always filled: BROKEN if liboath fails, if
 * the window is beyond its ceilings, or if time_s is negative (a caller whose
 * clock cannot be trusted passes -1) and the token needs a time.
 *
 * TOTP: the window lies around now + drift.  An accepted code moves drift by
 * at most one step towards itself, and drift never leaves +-totp_steps: so a
 * device whose clock is right is never shut out by what was learnt.  HOTP:
 * the next hotp_ahead counters; a code found further on, up to hotp_sync, is
 * refused and noted (sync_at), and only the directly following one is then
 * accepted; any other answer forgets it.
 *
 * Digits that also belong to a counter at or below the watermark, within the
 * window, were seen before: REPLAYED, whatever else they match.  Of several
 * counters the highest is taken and spends those below it, so that the same
 * digits do not serve twice.
 */
void cardea_otp_judge(const struct cardea_otp_token *token,
    const struct cardea_otp_window *window, int64_t time_s, const char *code,
    struct cardea_otp_verdict *ret_verdict);

/* cardea_otp_code: the code of one counter (TOTP: time / period_s); for
 * enrolment and tests. SYNTAX for a token that check_token refuses, RANGE for
 * a counter out of range, INTERNAL if liboath fails. Wipe ret_code. */
CARDEA_MUST_USE enum cardea_status
cardea_otp_code(const struct cardea_otp_token *token, int64_t counter,
    char ret_code[CARDEA_CODE_DIGITS_MAX + 1]);

/* cardea_otp_check_token: every field within its range. SYNTAX with a diag
 * that never shows the key.  HOTP is HMAC-SHA-1 alone (RFC 4226, 5.2). */
CARDEA_MUST_USE enum cardea_status cardea_otp_check_token(
    const struct cardea_otp_token *token, struct cardea_diag *diag);

void cardea_otp_token_clear(struct cardea_otp_token *token);

const char *cardea_otp_why_text(enum cardea_otp_why why);
const char *cardea_otp_kind_text(enum cardea_otp_kind kind); /* "totp" */
const char *cardea_otp_hash_text(enum cardea_otp_hash hash); /* "SHA1" */

#endif
