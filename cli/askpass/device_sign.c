/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/pem.h"
#include "base/text.h"
#include "cert/devproof.h"
#include "cli/askpass/device_agent.h"
#include "cli/askpass/device_place.h"
#include "cli/askpass/device_sign.h"
#include "factor/remote_text.h"
#include "sign/sign.h"

#define FILE_MAX_BYTES (8 * CARDEA_CERT_MAX)
#define PIN_MAX 255

_Static_assert(
    CARDEA_REMOTE_DEVICE_NONCE == CARDEA_DEVPROOF_NONCE, "one length of nonce");

/* One block at work; what is signed, and for whom. */
struct signing {
	const struct cardea_device_conf_block *block;
	const struct cardea_remote_question *question;
	struct cardea_person *person;
	struct cardea_remote_device_answer *answer;
	struct cardea_diag *diag;
	size_t message_len;
	unsigned char message[CARDEA_DEVPROOF_MAX];
};

static enum cardea_status
end_with(struct signing *signing, enum cardea_remote_device_no no,
    const char *reason)
{
	signing->answer->no = no;
	cardea_diag_set(signing->diag, CARDEA_E_MISSING, "%s", reason);
	return CARDEA_OK;
}

/* --- certificates --------------------------------------------------------- */

/* All of a file's, at the end of the answer's. */
static enum cardea_status
add_certificates(const char *text, struct cardea_remote_device_answer *answer,
    struct cardea_diag *diag)
{
	size_t before = answer->count, at = 0, len = 0;
	enum cardea_status status;

	for (size_t i = 0; i < answer->count; i++)
		at += answer->lens[i];
	for (;;) {
		status = cardea_pem_next(&text, answer->der + at,
		    sizeof(answer->der) - at, &len, diag);
		if (status == CARDEA_E_MISSING)
			break;
		if (status != CARDEA_OK)
			return status;
		if (answer->count == CARDEA_REMOTE_DEVICE_CERTS_MAX)
			return cardea_diag_set(
			    diag, CARDEA_E_RANGE, "too many certificates");
		answer->lens[answer->count++] = len;
		at += len;
	}
	return answer->count > before
	    ? CARDEA_OK
	    : cardea_diag_set(diag, CARDEA_E_SYNTAX, "no certificate in PEM");
}

static enum cardea_status
load_file(const char *path, struct cardea_remote_device_answer *answer,
    struct cardea_diag *diag)
{
	struct cardea_diag wrong = { .line = 0 };
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0;

	status = cardea_file_read(
	    path, CARDEA_FILE_CONFIG, FILE_MAX_BYTES, &text, &len, &wrong);
	if (status == CARDEA_OK) {
		status = strlen(text) == len
		    ? add_certificates(text, answer, &wrong)
		    : cardea_diag_set(&wrong, CARDEA_E_SYNTAX, "a NUL in it");
		cardea_wipe(text, len); /* somebody's key may stand there */
		free(text);
	}
	if (status != CARDEA_OK)
		cardea_diag_set(diag, status, "%s: %.160s", path,
		    wrong.reason[0] != '\0' ? wrong.reason
					    : cardea_status_text(status));
	return status;
}

/* The certificate, its chain, and the message in which it is named. */
static enum cardea_status
prepare(struct signing *signing)
{
	const struct cardea_device_conf_block *block = signing->block;
	const struct cardea_remote_question *question = signing->question;
	struct cardea_remote_device_answer *answer = signing->answer;
	const struct cardea_devproof proof = {
		.nonce = question->device.nonce,
		.way = "remote",
		.user = question->user,
		.service = question->device.service,
		.host = answer->host,
		.fingerprint = answer->fingerprint,
	};
	enum cardea_status status;

	memcpy(answer->user, question->user, sizeof(answer->user));
	memcpy(answer->host, question->host, sizeof(answer->host));
	cardea_remote_lower(answer->host);
	status = load_file(block->certificate, answer, signing->diag);
	if (status == CARDEA_OK && block->chain[0] != '\0')
		status = load_file(block->chain, answer, signing->diag);
	if (status == CARDEA_OK)
		status = cardea_remote_device_fingerprint(
		    answer->der, answer->lens[0], answer->fingerprint);
	if (status == CARDEA_OK)
		status = cardea_devproof_message(
		    &proof, signing->message, &signing->message_len);
	return status;
}

/* --- its key, by cardea-sign ---------------------------------------------- */

static enum cardea_remote_device_no
no_of(enum cardea_sign_why why)
{
	static const enum cardea_remote_device_no nos[] = {
		[CARDEA_SIGN_WHY_NONE] = CARDEA_REMOTE_DEVICE_FAILED,
		[CARDEA_SIGN_DONE] = CARDEA_REMOTE_DEVICE_PROOF,
		[CARDEA_SIGN_NO_KEY] = CARDEA_REMOTE_DEVICE_NO_KEY,
		[CARDEA_SIGN_UNSAFE] = CARDEA_REMOTE_DEVICE_NO_KEY,
		[CARDEA_SIGN_WRONG_PIN] = CARDEA_REMOTE_DEVICE_WRONG_PIN,
		[CARDEA_SIGN_LOCKED] = CARDEA_REMOTE_DEVICE_REFUSED,
		[CARDEA_SIGN_FOREIGN] = CARDEA_REMOTE_DEVICE_NO_KEY,
		[CARDEA_SIGN_UNREACHABLE] = CARDEA_REMOTE_DEVICE_NO_KEY,
		[CARDEA_SIGN_TIMEOUT] = CARDEA_REMOTE_DEVICE_TIMEOUT,
		[CARDEA_SIGN_UNSUPPORTED] = CARDEA_REMOTE_DEVICE_NO_KEY,
		[CARDEA_SIGN_FAILED] = CARDEA_REMOTE_DEVICE_FAILED,
	};

	return why < CARDEA_SIGN_WHY_COUNT ? nos[why]
					   : CARDEA_REMOTE_DEVICE_FAILED;
}

/* One line, whose end is not part of it. */
static enum cardea_status
read_pin(const char *path, struct cardea_secret *pin, struct cardea_diag *diag)
{
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0, end;

	status = cardea_file_read(
	    path, CARDEA_FILE_SECRET, PIN_MAX + 2, &text, &len, diag);
	if (status != CARDEA_OK)
		return status;
	end = strcspn(text, "\r\n");
	if (end == 0 || end > PIN_MAX ||
	    text[end + strspn(text + end, "\r\n")] != '\0' ||
	    strlen(text) != len)
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "%s: is not one line", path);
	else
		status = cardea_secret_set(pin, text, end);
	cardea_wipe(text, len);
	free(text);
	return status;
}

static enum cardea_status
sign_once(struct signing *signing, const struct cardea_secret *pin,
    struct cardea_sign_answer *ret_signed)
{
	const struct cardea_device_conf_block *block = signing->block;
	const struct cardea_sign_key key = {
		.uri = block->key,
		.tpm = block->tpm,
		.module = block->module,
		.pin = pin,
	};
	const struct cardea_cert_bytes message = {
		.data = signing->message,
		.len = signing->message_len,
	};

	return cardea_sign(
	    &key, &message, CARDEA_SIGN_MS, ret_signed, signing->diag);
}

/* Whether a PIN is needed only the key can say, so it is tried without. */
static enum cardea_status
sign_with_person(struct signing *signing, struct cardea_sign_answer *ret_signed)
{
	char prompt[CARDEA_DEVICE_CONF_NAME_MAX + 64];
	struct cardea_secret pin = { 0 };
	enum cardea_status status;

	status = sign_once(signing, NULL, ret_signed);
	if (status != CARDEA_OK || ret_signed->why != CARDEA_SIGN_WRONG_PIN)
		return status;
	status = cardea_text_print(prompt, sizeof(prompt),
	    "PIN or passphrase of the device key (%s): ", signing->block->name);
	if (status == CARDEA_OK &&
	    cardea_person_ask_hidden(signing->person, prompt, PIN_MAX, &pin))
		status = sign_once(signing, &pin, ret_signed);
	cardea_secret_clear(&pin);
	return status;
}

static enum cardea_status
sign_by_helper(struct signing *signing)
{
	struct cardea_remote_device_answer *answer = signing->answer;
	struct cardea_sign_answer done = { .why = CARDEA_SIGN_WHY_NONE };
	struct cardea_secret pin = { 0 };
	enum cardea_status status = CARDEA_OK;

	if (signing->block->pin_file[0] == '\0') {
		status = sign_with_person(signing, &done);
	} else {
		status = read_pin(
		    signing->block->pin_file, &pin, signing->diag);
		if (status == CARDEA_OK)
			status = sign_once(signing, &pin, &done);
		cardea_secret_clear(&pin);
	}
	if (status != CARDEA_OK)
		return status;
	if (done.why != CARDEA_SIGN_DONE) {
		cardea_diag_set(signing->diag, CARDEA_E_MISSING, "%s%s%s",
		    cardea_sign_why_text(done.why),
		    done.detail[0] != '\0' ? ": " : "", done.detail);
		return end_with(signing, no_of(done.why), "");
	}
	answer->form = CARDEA_REMOTE_DEVICE_RAW;
	answer->signature_len = done.signature_len;
	memcpy(answer->signature, done.signature, done.signature_len);
	return CARDEA_OK;
}

/* --- or by an agent ------------------------------------------------------- */

static enum cardea_status
sign_by_agent(struct signing *signing)
{
	unsigned char envelope[CARDEA_DEVPROOF_ENVELOPE_MAX];
	struct cardea_device_agent_call call = {
		.path = cardea_device_place_agent(),
		.der = signing->answer->der,
		.der_len = signing->answer->lens[0],
		.envelope = envelope,
		.deadline_ms = signing->person->deadline_ms,
		.hangup_fd = signing->person->hangup_fd,
	};
	enum cardea_status status;

	status = cardea_devproof_envelope(signing->message,
	    signing->message_len, envelope, &call.envelope_len);
	if (status != CARDEA_OK)
		return status;
	return cardea_device_agent_sign(&call, signing->answer, signing->diag);
}

enum cardea_status
cardea_device_sign(const struct cardea_device_conf_block *block,
    const struct cardea_remote_question *question, struct cardea_person *person,
    struct cardea_remote_device_answer *answer, struct cardea_diag *diag)
{
	struct signing signing = {
		.block = block,
		.question = question,
		.person = person,
		.answer = answer,
		.diag = diag,
	};
	enum cardea_status status = prepare(&signing);

	if (status == CARDEA_OK)
		status = block->agent ? sign_by_agent(&signing)
				      : sign_by_helper(&signing);
	if (status == CARDEA_E_CLOSED)
		return status;
	if (status != CARDEA_OK)
		return end_with(&signing, CARDEA_REMOTE_DEVICE_FAILED,
		    cardea_status_text(status));
	if (block->fingerprint)
		answer->count = 0;
	return CARDEA_OK;
}
