/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "cli/verify.h"
#include "facts/process.h"
#include "store/relay.h"
#include "wire/channel.h"
#include "wire/launch.h"

/* One conversation; large, for it has room for a message. */
struct talk {
	struct cardea_admin *admin;
	int fd;
	struct cardea_begin begin;
	struct cardea_message message;
	/* patience with the verifier, and what it may ask for on top */
	int left_ms, allowance_ms;
	enum cardea_outcome outcome;
	struct cardea_verdict_body verdict;
};

static void
find_agent(char *agent, size_t size)
{
	static const char name[] = "SSH_AUTH_SOCK=";

	for (char **at = environ; at != NULL && *at != NULL; at++) {
		if (strncmp(*at, name, strlen(name)) == 0 &&
		    cardea_text_copy(agent, size, *at + strlen(name)) !=
			CARDEA_OK)
			agent[0] = '\0';
	}
}

static enum cardea_status
describe(struct cardea_begin *begin, const char *service, const char *user)
{
	char tty[CARDEA_NAME_MAX + 1] = "";
	enum cardea_status status;

	if (ttyname_r(STDIN_FILENO, tty, sizeof(tty)) != 0)
		tty[0] = '\0';
	cardea_admin_name(begin->ruser);
	find_agent(begin->agent, sizeof(begin->agent));
	status = cardea_text_copy(
	    begin->service, sizeof(begin->service), service);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    begin->user, sizeof(begin->user), user);
	if (status == CARDEA_OK)
		status = cardea_text_copy(begin->tty, sizeof(begin->tty), tty);
	return status;
}

/* Where there is no terminal the answers come from a pipe. */
static enum cardea_answer
ask_person(const char *prompt, struct cardea_secret *ret_text)
{
	enum cardea_status status = cardea_terminal_is_interactive()
	    ? cardea_terminal_ask_hidden(prompt, CARDEA_ANSWER_MAX, ret_text)
	    : cardea_terminal_ask(prompt, CARDEA_ANSWER_MAX, ret_text);

	if (status == CARDEA_OK)
		return CARDEA_ANSWER_TEXT;
	return status == CARDEA_E_RANGE ? CARDEA_ANSWER_TOO_LONG
					: CARDEA_ANSWER_NONE;
}

static enum cardea_status
carry_question(struct talk *talk)
{
	char prompt[CARDEA_PROMPT_MAX + 1];
	struct cardea_secret text = { 0 };
	enum cardea_answer answer;
	enum cardea_status status;

	status = cardea_message_get_text(
	    &talk->message, prompt, sizeof(prompt));
	if (status != CARDEA_OK)
		return status;
	answer = ask_person(prompt, &text);
	status = cardea_message_put_text(&talk->message, CARDEA_MESSAGE_ANSWER,
	    answer, 0,
	    answer == CARDEA_ANSWER_TEXT ? (const char *)text.data : "");
	cardea_secret_clear(&text);
	if (status != CARDEA_OK)
		return status;
	return cardea_channel_send(
	    talk->fd, &talk->message, CARDEA_REPLY_TIMEOUT_MS);
}

static void
tell_person(const struct cardea_message *message)
{
	char text[CARDEA_PROMPT_MAX + 1];

	if (cardea_message_get_text(message, text, sizeof(text)) != CARDEA_OK)
		return;
	fflush(stdout);
	cardea_terminal_write(stderr, text);
	fputc('\n', stderr);
}

static void
be_patient(struct talk *talk)
{
	int wanted_ms = (int)talk->message.code;

	if (wanted_ms > talk->allowance_ms)
		wanted_ms = talk->allowance_ms;
	talk->allowance_ms -= wanted_ms;
	talk->left_ms += wanted_ms;
}

static enum cardea_status
carry(struct talk *talk)
{
	switch (talk->message.kind) {
	case CARDEA_MESSAGE_WAIT:
		be_patient(talk);
		return CARDEA_OK;
	case CARDEA_MESSAGE_TELL:
		tell_person(&talk->message);
		return CARDEA_OK;
	case CARDEA_MESSAGE_ASK:
		return carry_question(talk);
	case CARDEA_MESSAGE_NONE:
	case CARDEA_MESSAGE_BEGIN:
	case CARDEA_MESSAGE_STASH:
	case CARDEA_MESSAGE_VERIFY:
	case CARDEA_MESSAGE_ANSWER:
	case CARDEA_MESSAGE_DECIDE:
	case CARDEA_MESSAGE_VERDICT:
		break;
	}
	return CARDEA_E_SYNTAX;
}

static enum cardea_status
receive(struct talk *talk)
{
	int64_t start_ms = cardea_channel_now_ms(), spent_ms;
	enum cardea_status status = cardea_channel_receive(
	    talk->fd, &talk->message, talk->left_ms);

	spent_ms = cardea_channel_now_ms() - start_ms;
	talk->left_ms -= spent_ms < talk->left_ms ? (int)spent_ms
						  : talk->left_ms;
	return status;
}

/* What stands in talk->message is sent; the verdict is in talk after that. */
static enum cardea_status
exchange(struct talk *talk)
{
	enum cardea_status status;

	talk->left_ms = CARDEA_REPLY_TIMEOUT_MS;
	talk->allowance_ms = CARDEA_WAIT_MAX_MS;
	talk->outcome = CARDEA_OUTCOME_BROKEN;
	status = cardea_channel_send(talk->fd, &talk->message, talk->left_ms);
	for (int said = 0; status == CARDEA_OK; said++) {
		status = receive(talk);
		if (status != CARDEA_OK ||
		    talk->message.kind == CARDEA_MESSAGE_VERDICT)
			break;
		status = said < CARDEA_QUESTIONS_MAX ? carry(talk)
						     : CARDEA_E_RANGE;
	}
	if (status == CARDEA_OK)
		status = cardea_message_get_verdict(
		    &talk->message, &talk->verdict);
	if (status == CARDEA_OK)
		talk->outcome = (enum cardea_outcome)talk->message.code;
	cardea_message_clear(&talk->message);
	return status;
}

static enum cardea_status
say(struct talk *talk, enum cardea_message_kind kind, uint32_t code)
{
	enum cardea_status status = cardea_message_put_text(
	    &talk->message, kind, code, 0, talk->begin.user);

	return status == CARDEA_OK ? exchange(talk) : status;
}

/* One whole phase.  A factor that is refused ends the questions, not the phase:
 * its decision is to be logged. */
static enum cardea_status
converse(struct talk *talk)
{
	static const enum cardea_factor factors[] = { CARDEA_FACTOR_DEVICE,
		CARDEA_FACTOR_FIDO2, CARDEA_FACTOR_TOTP };
	enum cardea_status status;

	status = cardea_message_put_begin(
	    &talk->message, CARDEA_PHASE_AUTH, 0, &talk->begin);
	if (status == CARDEA_OK)
		status = exchange(talk);
	if (status != CARDEA_OK || talk->outcome != CARDEA_OUTCOME_BEGUN)
		return status;
	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
		status = say(talk, CARDEA_MESSAGE_VERIFY, factors[i]);
		if (status != CARDEA_OK)
			return status;
		if (talk->outcome != CARDEA_OUTCOME_VERIFIED &&
		    talk->outcome != CARDEA_OUTCOME_NOT_NEEDED)
			break;
	}
	return say(talk, CARDEA_MESSAGE_DECIDE, 0);
}

/* What the phase has left, sealed, holds what was shown. */
static enum cardea_status
take_proof(const struct talk *talk, char ret_txn[CARDEA_TXN_MAX + 1],
    struct cardea_diag *diag)
{
	const struct cardea_relay relay = { .directory = CARDEA_PATH_RUN,
		.store = talk->admin->store };
	const struct cardea_clock clock = cardea_clock_read();
	struct cardea_txn *txn = calloc(1, sizeof(*txn));
	struct cardea_request *request = calloc(1, sizeof(*request));
	struct cardea_process self = { .pid = 0 };
	struct cardea_resumer resumer = { .phase = CARDEA_PHASE_ACCOUNT,
		.request = request };
	enum cardea_status status = CARDEA_E_MEMORY;

	if (txn == NULL || request == NULL)
		goto out;
	status = cardea_process_read(getpid(), &self, diag);
	if (status != CARDEA_OK)
		goto out;
	resumer.pid = self.pid;
	resumer.pid_start = self.start;
	request->caller_known = true;
	request->caller_uid = self.real_uid;
	request->source = cardea_address_parse("");
	memcpy(request->pam_user, talk->begin.user, sizeof(request->pam_user));
	memcpy(request->ruser, talk->begin.ruser, sizeof(request->ruser));
	memcpy(request->service, talk->begin.service, sizeof(request->service));
	status = cardea_relay_resume(
	    &relay, talk->verdict.resume, &resumer, &clock, txn, diag);
	if (status == CARDEA_OK &&
	    !cardea_evidence_shows_person(&txn->evidence, talk->begin.user))
		status = CARDEA_E_MISSING;
	if (status == CARDEA_OK)
		memcpy(ret_txn, txn->txn, sizeof(txn->txn));
out:
	free(request);
	free(txn);
	return status;
}

static const char *
reason_of(enum cardea_outcome outcome)
{
	switch (outcome) {
	case CARDEA_OUTCOME_OBSERVED:
		return "Cardea only looks on so far: nothing is proved";
	case CARDEA_OUTCOME_EXHAUSTED:
		return "too many tries: wait";
	case CARDEA_OUTCOME_BROKEN:
		return "something is broken: see the log";
	case CARDEA_OUTCOME_VERIFIED:
	case CARDEA_OUTCOME_NOT_NEEDED:
	case CARDEA_OUTCOME_BEGUN:
	case CARDEA_OUTCOME_REFUSED:
	case CARDEA_OUTCOME_DENIED:
	case CARDEA_OUTCOME_PERMITTED:
		break;
	}
	return "not proved";
}

static enum cardea_exit
judge(struct talk *talk, char ret_txn[CARDEA_TXN_MAX + 1])
{
	struct cardea_call *call = talk->admin->call;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (talk->outcome != CARDEA_OUTCOME_PERMITTED)
		return cardea_call_refuse(call,
		    talk->outcome == CARDEA_OUTCOME_BROKEN ? CARDEA_EXIT_TROUBLE
							   : CARDEA_EXIT_NO,
		    "%s: %s", talk->begin.user, reason_of(talk->outcome));
	status = take_proof(talk, ret_txn, &diag);
	if (status == CARDEA_E_MISSING)
		return cardea_call_refuse(call, CARDEA_EXIT_NO, "%s: %s",
		    talk->begin.user, reason_of(CARDEA_OUTCOME_REFUSED));
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	return CARDEA_EXIT_OK;
}

enum cardea_exit
cardea_verify_person(struct cardea_admin *admin, const char *service,
    const char *user, char ret_txn[CARDEA_TXN_MAX + 1])
{
	struct talk *talk = calloc(1, sizeof(*talk));
	struct cardea_diag diag = { 0 };
	enum cardea_status status = CARDEA_E_MEMORY;
	enum cardea_exit code;

	if (talk == NULL)
		return cardea_call_trouble(admin->call, status, &diag);
	talk->admin = admin;
	talk->fd = -1;
	status = describe(&talk->begin, service, user);
	if (status == CARDEA_OK)
		status = cardea_launch(CARDEA_VERIFIER, &talk->fd);
	if (status == CARDEA_OK)
		status = converse(talk);
	if (status != CARDEA_OK)
		(void)cardea_diag_set(&diag, status, "the verifier: %s",
		    cardea_status_text(status));
	code = status == CARDEA_OK
	    ? judge(talk, ret_txn)
	    : cardea_call_trouble(admin->call, status, &diag);
	if (talk->fd >= 0)
		close(talk->fd);
	cardea_message_clear(&talk->message);
	free(talk);
	return code;
}
