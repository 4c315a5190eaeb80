/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <time.h>

#include "attempt.h"
#include "base/text.h"
#include "harden.h"
#include "wire/channel.h"

static int64_t
now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
cardea_attempt_init(struct cardea_attempt *attempt, int fd)
{
	memset(attempt, 0, sizeof(*attempt));
	attempt->fd = fd;
	attempt->started_ms = now_ms();
}

void
cardea_attempt_clear(struct cardea_attempt *attempt)
{
	cardea_secret_clear(&attempt->stash);
	attempt->store = cardea_store_close(attempt->store);
	attempt->settings = NULL;
	attempt->policy = cardea_policy_free(attempt->policy);
}

uint32_t
cardea_attempt_took_ms(const struct cardea_attempt *attempt)
{
	int64_t took = now_ms() - attempt->started_ms - attempt->waited_ms;

	return took > 0 ? (uint32_t)took : 0;
}

bool
cardea_attempt_has_verified(const struct cardea_attempt *attempt)
{
	size_t i;

	for (i = 0; i < attempt->evidence.count; i++) {
		if (attempt->evidence.items[i].result == CARDEA_RESULT_VERIFIED)
			return true;
	}
	return false;
}

bool
cardea_attempt_is_met(const struct cardea_attempt *attempt)
{
	struct cardea_requirement residual;

	if (attempt->selection.denied || !attempt->selection.matched)
		return false;
	cardea_requirement_residual(&attempt->selection.requirement,
	    attempt->request.user, &attempt->evidence, &residual);
	return cardea_requirement_kind(&residual) == CARDEA_NODE_TRUE;
}

bool
cardea_attempt_is_maintenance(const struct cardea_attempt *attempt)
{
	return cardea_request_is_descent(&attempt->request);
}

static enum cardea_status
make_evidence(const struct cardea_attempt *attempt, enum cardea_factor factor,
    enum cardea_result result, struct cardea_evidence *ret_evidence)
{
	struct cardea_evidence evidence = {
		.version = CARDEA_EVIDENCE_VERSION,
		.factor = factor,
		.result = result,
		.time_s = attempt->clock.time_s,
	};

	if (cardea_text_copy(evidence.subject, sizeof(evidence.subject),
		attempt->request.user) != CARDEA_OK ||
	    cardea_text_copy(
		evidence.txn, sizeof(evidence.txn), attempt->txn) != CARDEA_OK)
		return CARDEA_E_RANGE;
	*ret_evidence = evidence;
	return CARDEA_OK;
}

enum cardea_status
cardea_attempt_note(struct cardea_attempt *attempt, enum cardea_factor factor,
    enum cardea_result result, const char *credential)
{
	return cardea_attempt_note_with(
	    attempt, factor, result, credential, NULL, 0);
}

enum cardea_status
cardea_attempt_note_with(struct cardea_attempt *attempt,
    enum cardea_factor factor, enum cardea_result result,
    const char *credential, const struct cardea_quality *qualities,
    size_t count)
{
	struct cardea_evidence evidence;
	enum cardea_status status;

	if (count > CARDEA_QUALITIES_MAX)
		return CARDEA_E_RANGE;
	status = make_evidence(attempt, factor, result, &evidence);
	if (status == CARDEA_OK)
		status = cardea_text_copy(evidence.credential,
		    sizeof(evidence.credential), credential);
	for (size_t i = 0; status == CARDEA_OK && i < count; i++)
		evidence.qualities[evidence.quality_count++] = qualities[i];
	if (status == CARDEA_OK)
		status = cardea_evidence_add(&attempt->evidence, &evidence);
	return status;
}

enum cardea_status
cardea_attempt_suppose(const struct cardea_attempt *attempt,
    unsigned int factors, enum cardea_result result,
    struct cardea_evidence_set *ret_set)
{
	enum cardea_status status = CARDEA_OK;

	*ret_set = attempt->evidence;
	for (int i = 0; i < CARDEA_FACTOR_COUNT && status == CARDEA_OK; i++) {
		struct cardea_evidence evidence;

		if ((factors & (1u << i)) == 0)
			continue;
		status = make_evidence(
		    attempt, (enum cardea_factor)i, result, &evidence);
		if (status == CARDEA_OK)
			status = cardea_evidence_add(ret_set, &evidence);
	}
	return status;
}

/* The answer moves from the packet into a secret; the packet is wiped. */
static enum cardea_status
take_answer(struct cardea_message *message, enum cardea_answer *ret_answer,
    struct cardea_secret *ret_text)
{
	enum cardea_status status = CARDEA_E_SYNTAX;
	char text[CARDEA_ANSWER_MAX + 1] = "";

	if (message->kind != CARDEA_MESSAGE_ANSWER || message->flags != 0)
		goto out;
	if (message->code > CARDEA_ANSWER_TOO_LONG)
		goto out;
	status = cardea_message_get_text(message, text, sizeof(text));
	if (status != CARDEA_OK)
		goto out;
	status = cardea_secret_set(ret_text, text, strlen(text));
	if (status != CARDEA_OK)
		goto out;
	*ret_answer = (enum cardea_answer)message->code;
out:
	CARDEA_WIPE(text);
	CARDEA_WIPE(message->body);
	return status;
}

enum cardea_status
cardea_attempt_hear(
    struct cardea_attempt *attempt, struct cardea_message *ret_message)
{
	int64_t since_ms = now_ms();
	enum cardea_status status;

	cardea_watchdog_wait(CARDEA_ANSWER_TIMEOUT_MS);
	status = cardea_channel_receive(
	    attempt->fd, ret_message, CARDEA_ANSWER_TIMEOUT_MS);
	cardea_watchdog_wait(attempt->wait_until_ms - now_ms());
	attempt->waited_ms += now_ms() - since_ms;
	return status;
}

enum cardea_status
cardea_attempt_ask(struct cardea_attempt *attempt, const char *prompt,
    enum cardea_answer *ret_answer, struct cardea_secret *ret_text)
{
	struct cardea_message message;
	enum cardea_status status;

	status = cardea_message_put_text(
	    &message, CARDEA_MESSAGE_ASK, 0, 0, prompt);
	if (status != CARDEA_OK)
		return status;
	status = cardea_channel_send(
	    attempt->fd, &message, CARDEA_REPLY_TIMEOUT_MS);
	if (status != CARDEA_OK)
		return status;

	status = cardea_attempt_hear(attempt, &message);
	if (status != CARDEA_OK)
		return status;
	return take_answer(&message, ret_answer, ret_text);
}

struct cardea_attempt_wait
cardea_attempt_wait(struct cardea_attempt *attempt, uint32_t ms)
{
	struct cardea_message message = { .kind = CARDEA_MESSAGE_WAIT,
		.code = ms < CARDEA_WAIT_MAX_MS ? ms : CARDEA_WAIT_MAX_MS };
	struct cardea_attempt_wait wait = { now_ms(), attempt->waited_ms };

	/* a module that does not hear it has gone, or will lose patience */
	(void)!cardea_channel_send(
	    attempt->fd, &message, CARDEA_REPLY_TIMEOUT_MS);
	attempt->wait_until_ms = wait.since_ms + message.code;
	cardea_watchdog_wait(message.code);
	return wait;
}

void
cardea_attempt_waited(
    struct cardea_attempt *attempt, const struct cardea_attempt_wait *wait)
{
	attempt->wait_until_ms = 0;
	attempt->waited_ms = wait->waited_ms + now_ms() - wait->since_ms;
	cardea_watchdog_work();
}

static void
send_text(struct cardea_attempt *attempt, uint32_t flags, const char *text)
{
	struct cardea_message message;

	if (cardea_message_put_text(
		&message, CARDEA_MESSAGE_TELL, 0, flags, text) != CARDEA_OK)
		return;
	if (cardea_channel_send(
		attempt->fd, &message, CARDEA_REPLY_TIMEOUT_MS) != CARDEA_OK)
		attempt->silent = true; /* nobody listens any more */
}

void
cardea_attempt_cue(struct cardea_attempt *attempt, const char *text)
{
	send_text(attempt, 0, text);
}

void
cardea_attempt_tell(
    struct cardea_attempt *attempt, uint32_t flags, const char *text)
{
	if (!attempt->silent)
		send_text(attempt, flags | CARDEA_FLAG_COURTESY, text);
}
