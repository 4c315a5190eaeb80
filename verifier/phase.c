/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "code.h"
#include "device.h"
#include "gate.h"
#include "grants.h"
#include "key.h"
#include "phase.h"
#include "report.h"
#include "start.h"
#include "wire/channel.h"

enum state {
	STATE_OVER = 0,
	STATE_NEW,   /* nothing yet */
	STATE_BEGUN, /* facts are known */
	STATE_GOING, /* the first line was answered: no stash any more */
};

/* An exchange: fills outcome and body, or fails and ends it all. */
typedef enum cardea_status
exchange(struct cardea_attempt *attempt, const struct cardea_message *message,
    enum cardea_outcome *outcome, struct cardea_verdict_body *body);

static enum cardea_status
take_begin(struct cardea_attempt *attempt, const struct cardea_message *message,
    enum cardea_outcome *outcome, struct cardea_verdict_body *body)
{
	enum cardea_status status;

	status = cardea_start_hear(attempt, message);
	if (status != CARDEA_OK)
		return status;
	*outcome = cardea_start_run(attempt);
	if (attempt->settings != NULL)
		body->split_digits = attempt->settings->split_digits;
	return CARDEA_OK;
}

static enum cardea_status
take_stash(struct cardea_attempt *attempt, const struct cardea_message *message,
    enum cardea_outcome *outcome, struct cardea_verdict_body *body)
{
	enum cardea_status status;

	(void)body;
	if (attempt->phase != CARDEA_PHASE_AUTH || message->flags != 0)
		return CARDEA_E_SYNTAX;
	status = cardea_code_stash(attempt, message);
	if (status != CARDEA_OK)
		return status;
	*outcome = attempt->observing ? CARDEA_OUTCOME_OBSERVED
				      : CARDEA_OUTCOME_BEGUN;
	return CARDEA_OK;
}

static enum cardea_status
take_verify(struct cardea_attempt *attempt,
    const struct cardea_message *message, enum cardea_outcome *outcome,
    struct cardea_verdict_body *body)
{
	enum cardea_status status;

	(void)body;
	if (attempt->phase == CARDEA_PHASE_SESSION ||
	    (message->code != CARDEA_FACTOR_TOTP &&
		message->code != CARDEA_FACTOR_FIDO2 &&
		message->code != CARDEA_FACTOR_DEVICE) ||
	    (message->flags & ~(uint32_t)CARDEA_FLAG_PASSWORD_PROVED) != 0)
		return CARDEA_E_SYNTAX;
	status = cardea_gate_hear(attempt, message);
	if (status != CARDEA_OK)
		return status;
	if (attempt->broken)
		*outcome = CARDEA_OUTCOME_BROKEN;
	else if (attempt->observing)
		*outcome = CARDEA_OUTCOME_OBSERVED;
	else if (attempt->changed || attempt->denied_early)
		*outcome = CARDEA_OUTCOME_DENIED;
	else if (message->code == CARDEA_FACTOR_FIDO2)
		*outcome = cardea_key_verify(attempt, &status);
	else if (message->code == CARDEA_FACTOR_DEVICE)
		*outcome = cardea_device_verify(attempt, &status);
	else
		*outcome = cardea_code_verify(attempt, &status);
	return status;
}

static enum cardea_status
take_decide(struct cardea_attempt *attempt,
    const struct cardea_message *message, enum cardea_outcome *outcome,
    struct cardea_verdict_body *body)
{
	const uint32_t known = CARDEA_FLAG_PASSWORD_PROVED |
	    CARDEA_FLAG_DEFER_SESSION | CARDEA_FLAG_CLOSE_SESSION;
	enum cardea_status status;

	if ((message->flags & ~known) != 0 || message->code != 0)
		return CARDEA_E_SYNTAX;
	if ((message->flags & CARDEA_FLAG_CLOSE_SESSION) != 0 &&
	    attempt->phase != CARDEA_PHASE_SESSION)
		return CARDEA_E_SYNTAX;
	status = cardea_gate_hear(attempt, message);
	if (status != CARDEA_OK)
		return status;
	*outcome = cardea_gate_decide(attempt, message->flags, body);
	return CARDEA_OK;
}

static const struct turn {
	enum state from;
	enum cardea_message_kind kind;
	exchange *run;
	enum state to;
} turns[] = {
	{ STATE_NEW, CARDEA_MESSAGE_BEGIN, take_begin, STATE_BEGUN },
	{ STATE_BEGUN, CARDEA_MESSAGE_STASH, take_stash, STATE_GOING },
	{ STATE_BEGUN, CARDEA_MESSAGE_VERIFY, take_verify, STATE_GOING },
	{ STATE_BEGUN, CARDEA_MESSAGE_DECIDE, take_decide, STATE_OVER },
	{ STATE_GOING, CARDEA_MESSAGE_VERIFY, take_verify, STATE_GOING },
	{ STATE_GOING, CARDEA_MESSAGE_DECIDE, take_decide, STATE_OVER },
};

static const struct turn *
find_turn(enum state state, enum cardea_message_kind kind)
{
	size_t i;

	for (i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
		if (turns[i].from == state && turns[i].kind == kind)
			return &turns[i];
	}
	return NULL;
}

static bool
is_no(enum cardea_outcome outcome)
{
	switch (outcome) {
	case CARDEA_OUTCOME_VERIFIED:
	case CARDEA_OUTCOME_NOT_NEEDED:
	case CARDEA_OUTCOME_BEGUN:
	case CARDEA_OUTCOME_OBSERVED:
	case CARDEA_OUTCOME_PERMITTED:
		return false;
	case CARDEA_OUTCOME_BROKEN:
	case CARDEA_OUTCOME_REFUSED:
	case CARDEA_OUTCOME_DENIED:
	case CARDEA_OUTCOME_EXHAUSTED:
		break;
	}
	return true;
}

static enum cardea_status
answer(struct cardea_attempt *attempt, enum cardea_outcome outcome,
    struct cardea_verdict_body *body)
{
	struct cardea_message message;
	enum cardea_status status;

	if (is_no(outcome)) {
		attempt->objected = true;
		if (attempt->settings != NULL)
			body->fail_delay_ms = attempt->settings->fail_delay_ms;
	}
	status = cardea_message_put_verdict(&message, outcome, body);
	if (status != CARDEA_OK)
		return status;
	return cardea_channel_send(
	    attempt->fd, &message, CARDEA_REPLY_TIMEOUT_MS);
}

/* One message and its verdict.  Whatever cannot be gone on with is answered
 * with "broken", as far as anybody still listens. */
static enum state
take_turn(struct cardea_attempt *attempt, enum state state)
{
	struct cardea_message message = { .kind = CARDEA_MESSAGE_NONE };
	struct cardea_verdict_body body = { .resume = "" };
	enum cardea_outcome outcome = CARDEA_OUTCOME_BROKEN;
	const struct turn *turn = NULL;
	enum cardea_status status;

	status = cardea_attempt_hear(attempt, &message);
	if (status == CARDEA_E_CLOSED)
		return STATE_OVER;
	if (status == CARDEA_OK)
		turn = find_turn(state, message.kind);
	status = turn == NULL ? CARDEA_E_SYNTAX
			      : turn->run(attempt, &message, &outcome, &body);
	CARDEA_WIPE(message.body);
	if (status != CARDEA_OK) {
		memset(&body, 0, sizeof(body));
		outcome = CARDEA_OUTCOME_BROKEN;
	}
	if (answer(attempt, outcome, &body) != CARDEA_OK || status != CARDEA_OK)
		return STATE_OVER;
	return turn->to;
}

void
cardea_phase_run(int fd)
{
	struct cardea_attempt *attempt = malloc(sizeof(*attempt));
	enum state state = STATE_NEW;

	if (attempt == NULL)
		return;
	cardea_attempt_init(attempt, fd);
	while (state != STATE_OVER)
		state = take_turn(attempt, state);
	cardea_gate_abandon(attempt);
	cardea_report_stale(attempt);
	cardea_grants_settle(attempt);
	cardea_attempt_clear(attempt);
	free(attempt);
}
