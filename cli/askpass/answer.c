/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/askpass/answer.h"
#include "cli/askpass/device.h"
#include "cli/askpass/keep.h"
#include "cli/askpass/key.h"
#include "cli/askpass/parent.h"

/* Less than sshd's LoginGraceTime, so that the reason arrives. */
#define TOUCH_MS 60000

static bool
print(const char *text)
{
	return fputs(text, stdout) >= 0 && fputc('\n', stdout) != EOF &&
	    fflush(stdout) == 0;
}

/* What the server's log says of how it ended. */
static enum cardea_remote_no
no_of(enum cardea_touch_end end)
{
	static const enum cardea_remote_no nos[] = {
		[CARDEA_TOUCH_FAILED] = CARDEA_REMOTE_FAILED,
		[CARDEA_TOUCH_DONE] = CARDEA_REMOTE_PROOF,
		[CARDEA_TOUCH_NO_KEY] = CARDEA_REMOTE_NO_KEY,
		[CARDEA_TOUCH_NOT_HELD] = CARDEA_REMOTE_NO_KEY,
		[CARDEA_TOUCH_REFUSED] = CARDEA_REMOTE_REFUSED,
		[CARDEA_TOUCH_TIMEOUT] = CARDEA_REMOTE_TIMEOUT,
		[CARDEA_TOUCH_CANCELLED] = CARDEA_REMOTE_REFUSED,
		[CARDEA_TOUCH_NO_UV] = CARDEA_REMOTE_NO_UV,
		[CARDEA_TOUCH_NO_PIN] = CARDEA_REMOTE_REFUSED,
		[CARDEA_TOUCH_WRONG_PIN] = CARDEA_REMOTE_REFUSED,
		[CARDEA_TOUCH_BLOCKED] = CARDEA_REMOTE_NO_UV,
		[CARDEA_TOUCH_EXISTS] = CARDEA_REMOTE_FAILED,
	};

	return end < CARDEA_TOUCH_END_COUNT ? nos[end] : CARDEA_REMOTE_FAILED;
}

static enum cardea_status
write_parts(const struct cardea_remote_question *question,
    const struct cardea_touch_answer *touched,
    struct cardea_remote_parts *ret_parts)
{
	const struct cardea_fido2_assertion *assertion = &touched->assertion;
	struct cardea_remote_answer answer = { .no = no_of(touched->end) };

	if (answer.no == CARDEA_REMOTE_PROOF) {
		answer.handle = touched->handle;
		memcpy(answer.user, question->user, sizeof(answer.user));
		memcpy(answer.host, question->host, sizeof(answer.host));
		answer.auth_data_len = assertion->auth_data_len;
		memcpy(answer.auth_data, assertion->auth_data,
		    sizeof(answer.auth_data));
		answer.signature_len = assertion->signature_len;
		memcpy(answer.signature, assertion->signature,
		    sizeof(answer.signature));
	}
	return cardea_remote_write(&answer, ret_parts);
}

/* The answer of the keys here, as parts. CLOSED if nobody waits for it. */
static enum cardea_status
ask_key(const struct cardea_remote_question *question,
    struct cardea_person *person, struct cardea_remote_parts *ret_parts,
    struct cardea_diag *diag)
{
	struct cardea_touch_answer touched = { .end = CARDEA_TOUCH_FAILED };
	enum cardea_status status;

	status = cardea_key_sign(question, person, TOUCH_MS, &touched, diag);
	if (status != CARDEA_OK)
		return status;
	if (touched.end == CARDEA_TOUCH_CANCELLED)
		return CARDEA_E_CLOSED;
	if (touched.end != CARDEA_TOUCH_DONE)
		cardea_diag_set(diag, CARDEA_E_MISSING, "%s",
		    cardea_key_end_words(touched.end));
	return write_parts(question, &touched, ret_parts);
}

/* What is about to be signed is said before anything is asked. */
static enum cardea_status
ask_person(const struct cardea_remote_question *question, int watched_fd,
    struct cardea_remote_parts *ret_parts, struct cardea_diag *diag)
{
	bool is_device = question->kind == CARDEA_REMOTE_DEVICE;
	char matter[2 * CARDEA_NAME_MAX + 32];
	struct cardea_person person;
	enum cardea_status status;

	status = cardea_text_print(matter, sizeof(matter),
	    is_device ? "Signing in to %s as %s:" : "Sign in to %s as %s?",
	    question->host, question->user);
	if (status == CARDEA_OK)
		status = cardea_person_open(
		    &person, matter, watched_fd, TOUCH_MS);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "nobody can be asked");
	status = is_device
	    ? cardea_device_ask(question, &person, ret_parts, diag)
	    : ask_key(question, &person, ret_parts, diag);
	cardea_person_close(&person);
	return status;
}

/* What was tried and went wrong is told to both ends: the server's log says
 * that it failed here, the person reads how. */
static bool
print_failed(enum cardea_remote_kind kind)
{
	const struct cardea_remote_answer answer = {
		.no = CARDEA_REMOTE_FAILED
	};
	static const struct cardea_remote_device_answer device = {
		.no = CARDEA_REMOTE_DEVICE_FAILED
	};
	struct cardea_remote_parts parts = { 0 };
	enum cardea_status status = kind == CARDEA_REMOTE_DEVICE
	    ? cardea_remote_device_write(&device, &parts)
	    : cardea_remote_write(&answer, &parts);

	return status == CARDEA_OK && print(parts.texts[0]);
}

bool
cardea_answer_challenge(const struct cardea_remote_question *question)
{
	struct cardea_remote_parts parts = { 0 };
	struct cardea_process ssh;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	int watched_fd = -1;

	if (cardea_parent_find(&ssh, &diag) != CARDEA_OK ||
	    cardea_parent_check(&ssh, &diag) != CARDEA_OK)
		return cardea_person_refuse(&diag);
	if (cardea_parent_watch(&ssh, &watched_fd) != CARDEA_OK)
		return false;
	status = ask_person(question, watched_fd, &parts, &diag);
	close(watched_fd);
	if (status == CARDEA_E_CLOSED)
		return false;
	if (status == CARDEA_OK)
		status = cardea_keep_write(&ssh, &parts, &diag);
	if (status != CARDEA_OK)
		cardea_diag_set(
		    &diag, status, "%s", cardea_status_text(status));
	if (diag.reason[0] != '\0')
		(void)cardea_person_refuse(&diag);
	return status == CARDEA_OK ? print(parts.texts[0])
				   : print_failed(question->kind);
}

bool
cardea_answer_more(const struct cardea_remote_question *question)
{
	char text[CARDEA_PROOF_CHUNK_MAX + 1];
	struct cardea_process ssh;
	struct cardea_diag diag = { 0 };

	if (cardea_parent_find(&ssh, &diag) != CARDEA_OK ||
	    cardea_keep_take(&ssh, question->part, text, &diag) != CARDEA_OK)
		return cardea_person_refuse(&diag);
	return print(text);
}
