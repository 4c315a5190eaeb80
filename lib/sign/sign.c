/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "helper/spawn.h"
#include "sign/talk.h"

const char *
cardea_sign_why_text(enum cardea_sign_why why)
{
	switch (why) {
	case CARDEA_SIGN_DONE:
		return "done";
	case CARDEA_SIGN_NO_KEY:
		return "there is no such key";
	case CARDEA_SIGN_UNSAFE:
		return "the key is not kept safe";
	case CARDEA_SIGN_WRONG_PIN:
		return "a PIN or password is wrong or missing";
	case CARDEA_SIGN_LOCKED:
		return "the PIN is locked";
	case CARDEA_SIGN_FOREIGN:
		return "the key belongs to another TPM";
	case CARDEA_SIGN_UNREACHABLE:
		return "the TPM or token cannot be reached";
	case CARDEA_SIGN_TIMEOUT:
		return "no answer in time";
	case CARDEA_SIGN_UNSUPPORTED:
		return "a kind of key that is not used";
	case CARDEA_SIGN_FAILED:
		return "failed";
	case CARDEA_SIGN_WHY_NONE:
	case CARDEA_SIGN_WHY_COUNT:
		break;
	}
	return "no reason";
}

/* --- one exchange -------------------------------------------------------- */

struct exchange {
	struct cardea_helper process;
	struct cardea_sign_request *request;
	struct cardea_sign_reply *reply;
	unsigned char *packet;
	int64_t deadline_ms;
};

static enum cardea_status
explain(struct cardea_diag *diag, enum cardea_status status, const char *reason)
{
	if (status != CARDEA_OK)
		(void)cardea_diag_set(diag, status, "%s", reason);
	return status;
}

static void
end(struct exchange *exchange, enum cardea_sign_why why, const char *detail)
{
	struct cardea_sign_answer *answer = &exchange->reply->answer;

	memset(exchange->reply, 0, sizeof(*exchange->reply));
	answer->why = why;
	(void)snprintf(answer->detail, sizeof(answer->detail), "%s", detail);
}

/* True when there is something to read: a reply, or the helper's end. */
static bool
await(const struct exchange *exchange)
{
	struct pollfd polled = { .fd = exchange->process.fd, .events = POLLIN };

	for (;;) {
		int64_t left_ms = exchange->deadline_ms -
		    cardea_clock_read().monotonic_ms;
		int ready;

		if (left_ms <= 0)
			return false;
		ready = poll(&polled, 1, (int)left_ms);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

static void
hear(struct exchange *exchange)
{
	enum cardea_status status;
	size_t len = 0;

	if (!await(exchange)) {
		end(exchange, CARDEA_SIGN_TIMEOUT,
		    "what holds the key did not answer in time");
		return;
	}
	status = cardea_helper_receive(exchange->process.fd, exchange->packet,
	    CARDEA_SIGN_PACKET_MAX, &len);
	if (status == CARDEA_E_CLOSED) {
		end(exchange, CARDEA_SIGN_FAILED,
		    "cardea-sign ended without an answer");
		return;
	}
	if (status == CARDEA_OK)
		status = cardea_sign_unpack_reply(exchange->packet, len,
		    exchange->request->task, exchange->reply);
	if (status != CARDEA_OK)
		end(exchange, CARDEA_SIGN_FAILED,
		    "cardea-sign gave no valid answer");
}

static enum cardea_status
ask(struct exchange *exchange, struct cardea_diag *diag)
{
	enum cardea_status status;
	size_t len = 0;

	status = cardea_sign_pack_request(
	    exchange->request, exchange->packet, CARDEA_SIGN_PACKET_MAX, &len);
	if (status == CARDEA_OK)
		status = cardea_helper_spawn_apart(
		    CARDEA_SIGN_HELPER, &exchange->process, diag);
	if (status == CARDEA_OK)
		status = cardea_helper_send(
		    exchange->process.fd, exchange->packet, len);
	cardea_wipe(exchange->packet, CARDEA_SIGN_PACKET_MAX);
	/* one that ends at once is heard of all the same */
	if (status == CARDEA_OK || status == CARDEA_E_CLOSED) {
		hear(exchange);
		status = CARDEA_OK;
	}
	/* who has answered may put things away; who has not has had its time */
	cardea_helper_reap(&exchange->process,
	    exchange->reply->answer.why == CARDEA_SIGN_TIMEOUT
		? 0
		: CARDEA_HELPER_GRACE_MS);
	return explain(diag, status, "the helper cannot be asked");
}

static void
close_exchange(struct exchange *exchange)
{
	if (exchange->request != NULL)
		cardea_secret_clear(&exchange->request->pin);
	free(exchange->request);
	free(exchange->reply);
	free(exchange->packet);
}

static enum cardea_status
fill_key(struct cardea_sign_request *request, const struct cardea_sign_key *key)
{
	enum cardea_status status;

	status = cardea_text_copy(request->uri, sizeof(request->uri), key->uri);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    request->tpm, sizeof(request->tpm), key->tpm);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    request->module, sizeof(request->module), key->module);
	if (status == CARDEA_OK && key->pin != NULL && key->pin->len > 0)
		status = cardea_secret_set(
		    &request->pin, key->pin->data, key->pin->len);
	return status;
}

static enum cardea_status
open_exchange(struct exchange *exchange, const struct cardea_sign_key *key,
    enum cardea_sign_task task, int timeout_ms, struct cardea_diag *diag)
{
	*exchange = (struct exchange){
		.process = CARDEA_HELPER_NONE,
		.request = calloc(1, sizeof(*exchange->request)),
		.reply = calloc(1, sizeof(*exchange->reply)),
		.packet = malloc(CARDEA_SIGN_PACKET_MAX),
		.deadline_ms = cardea_clock_read().monotonic_ms + timeout_ms,
	};
	if (exchange->request == NULL || exchange->reply == NULL ||
	    exchange->packet == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "a signature");
	exchange->request->task = task;
	exchange->request->timeout_ms = timeout_ms > 0 ? (uint32_t)timeout_ms
						       : 0;
	return explain(diag, fill_key(exchange->request, key),
	    "the name of the key, or its PIN, is too long");
}

/* --- the calls ----------------------------------------------------------- */

enum cardea_status
cardea_sign(const struct cardea_sign_key *key,
    const struct cardea_cert_bytes *message, int timeout_ms,
    struct cardea_sign_answer *ret_answer, struct cardea_diag *diag)
{
	struct exchange exchange;
	enum cardea_status status;

	status = open_exchange(
	    &exchange, key, CARDEA_SIGN_TASK_SIGN, timeout_ms, diag);
	if (status == CARDEA_OK &&
	    (message->len == 0 || message->len > CARDEA_SIGN_LIST_MAX))
		status = cardea_diag_set(
		    diag, CARDEA_E_RANGE, "too much to be signed");
	if (status == CARDEA_OK) {
		memcpy(exchange.request->message, message->data, message->len);
		exchange.request->message_len = message->len;
		status = ask(&exchange, diag);
	}
	if (status == CARDEA_OK)
		*ret_answer = exchange.reply->answer;
	close_exchange(&exchange);
	return status;
}

enum cardea_status
cardea_sign_make(const struct cardea_sign_key *key,
    enum cardea_sign_algorithm algorithm, int timeout_ms,
    struct cardea_sign_answer *ret_answer, struct cardea_diag *diag)
{
	struct exchange exchange;
	enum cardea_status status;

	status = open_exchange(
	    &exchange, key, CARDEA_SIGN_TASK_MAKE, timeout_ms, diag);
	if (status == CARDEA_OK) {
		exchange.request->algorithm = algorithm;
		status = ask(&exchange, diag);
	}
	if (status == CARDEA_OK)
		*ret_answer = exchange.reply->answer;
	close_exchange(&exchange);
	return status;
}

static enum cardea_status
fill_names(struct cardea_sign_request *request, const char *subject,
    const struct cardea_cert_name *names, size_t name_count)
{
	enum cardea_status status;

	if (name_count > CARDEA_CERT_NAMES_MAX)
		return CARDEA_E_RANGE;
	status = cardea_text_copy(
	    request->subject, sizeof(request->subject), subject);
	for (size_t i = 0; i < name_count; i++)
		request->names[i] = names[i];
	request->name_count = name_count;
	return status;
}

enum cardea_status
cardea_sign_request(const struct cardea_sign_key *key, const char *subject,
    const struct cardea_cert_name *names, size_t name_count, int timeout_ms,
    char **ret_pem, struct cardea_sign_answer *ret_answer,
    struct cardea_diag *diag)
{
	struct exchange exchange;
	enum cardea_status status;
	char *pem = NULL;

	status = open_exchange(
	    &exchange, key, CARDEA_SIGN_TASK_REQUEST, timeout_ms, diag);
	if (status == CARDEA_OK)
		status = explain(diag,
		    fill_names(exchange.request, subject, names, name_count),
		    "too many names, or too long ones");
	if (status == CARDEA_OK)
		status = ask(&exchange, diag);
	if (status == CARDEA_OK &&
	    exchange.reply->answer.why == CARDEA_SIGN_DONE) {
		pem = strdup(exchange.reply->pem);
		if (pem == NULL)
			status = cardea_diag_set(
			    diag, CARDEA_E_MEMORY, "a request");
	}
	if (status == CARDEA_OK) {
		*ret_answer = exchange.reply->answer;
		*ret_pem = pem; /* moved; NULL unless DONE */
	}
	close_exchange(&exchange);
	return status;
}
