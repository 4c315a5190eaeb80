/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "device_way.h"
#include "factor/remote_device.h"
#include "far_end.h"

/*
 * The certificate of the device at the far end of ssh.  Everybody is asked the
 * same, whoever has a device and whichever that is: the challenge names none,
 * and the laptop says what it has (factor/remote_device.h).  So a decoy is this
 * very question, and only what becomes of the answer differs.
 */

#define NOBODY                                                                 \
	"No device answered. Is cardea-askpass the SSH_ASKPASS of your ssh?"

_Static_assert(
    CARDEA_REMOTE_DEVICE_SIGNATURE_MAX == CARDEA_DEVICE_SIGNATURE_MAX,
    "what is read can be judged");

/* A conversation with the far end, which is too large for the stack. */
struct talk {
	struct cardea_remote_device_challenge challenge;
	struct cardea_remote_parts parts;
	struct cardea_remote_device_answer answer;
	char prompt[CARDEA_PROMPT_MAX + 1];
};

static enum cardea_status
make_challenge(struct cardea_device_try *try, struct talk *talk)
{
	struct cardea_remote_device_challenge *challenge = &talk->challenge;
	enum cardea_status status;

	status = cardea_secret_random(
	    challenge->nonce, sizeof(challenge->nonce));
	if (status == CARDEA_OK)
		status = cardea_text_copy(challenge->service,
		    sizeof(challenge->service), try->attempt->begin.service);
	if (status == CARDEA_OK)
		status = cardea_remote_device_prompt(
		    challenge, talk->prompt, sizeof(talk->prompt));
	return status;
}

static enum cardea_status
hear_answer(struct cardea_device_try *try, struct talk *talk)
{
	enum cardea_status status = cardea_far_end_hear(try->attempt,
	    &cardea_remote_device_form, talk->prompt, sizeof(talk->prompt),
	    &talk->parts);

	return status == CARDEA_OK
	    ? cardea_remote_device_join(&talk->parts, &talk->answer)
	    : status;
}

static enum cardea_device_step
end_without_proof(
    struct cardea_device_try *try, enum cardea_remote_device_no no)
{
	static const struct {
		enum cardea_result result;
		const char *why;
	} ends[CARDEA_REMOTE_DEVICE_NO_COUNT] = {
		[CARDEA_REMOTE_DEVICE_NONE] = { CARDEA_RESULT_ABSENT,
		    "far end: no certificate for this host" },
		[CARDEA_REMOTE_DEVICE_NO_KEY] = { CARDEA_RESULT_ABSENT,
		    "far end: the certificate's key cannot be used" },
		[CARDEA_REMOTE_DEVICE_REFUSED] = { CARDEA_RESULT_REFUSED,
		    "far end: refused" },
		[CARDEA_REMOTE_DEVICE_WRONG_PIN] = { CARDEA_RESULT_REFUSED,
		    "far end: wrong PIN, or none" },
		[CARDEA_REMOTE_DEVICE_TIMEOUT] = { CARDEA_RESULT_ABSENT,
		    "far end: no signature in time" },
		[CARDEA_REMOTE_DEVICE_FAILED] = { CARDEA_RESULT_ABSENT,
		    "far end: failed" },
	};

	return cardea_device_end(try, ends[no].result, ends[no].why);
}

/* As the table knows a key by its hash. */
static enum cardea_status
key_identity(const struct cardea_remote_device_answer *answer,
    char text[CARDEA_DEVICE_IDENTITY_MAX + 1])
{
	char hash[2 * sizeof(answer->key_hash) + 1];
	enum cardea_status status;

	if (answer->form == CARDEA_REMOTE_DEVICE_SSHSIG) {
		status = cardea_sshwire_fingerprint(answer->key_hash, hash);
		return status == CARDEA_OK
		    ? cardea_text_print(text, CARDEA_DEVICE_IDENTITY_MAX + 1,
			  "ssh-key:%s", hash)
		    : status;
	}
	cardea_text_hex(hash, answer->key_hash, sizeof(answer->key_hash));
	return cardea_text_print(
	    text, CARDEA_DEVICE_IDENTITY_MAX + 1, "x509-key:%s", hash);
}

/* The chain of the device that is known so, if it begins with that very
 * certificate: a device may have several, and one fingerprint was signed. */
static enum cardea_status
recall_by(struct cardea_device_try *try, const char *identity,
    const char *fingerprint)
{
	char kept[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1];
	enum cardea_status status = cardea_device_recall(try, identity);

	if (status == CARDEA_OK)
		status = cardea_remote_device_fingerprint(
		    try->chain.der, try->chain.lens[0], kept);
	if (status == CARDEA_OK && strcmp(kept, fingerprint) != 0)
		status = CARDEA_E_MISSING;
	return status;
}

static enum cardea_status
recall_chain(struct cardea_device_try *try,
    const struct cardea_remote_device_answer *answer)
{
	char identity[CARDEA_DEVICE_IDENTITY_MAX + 1];
	enum cardea_status status;

	status = key_identity(answer, identity);
	if (status == CARDEA_OK)
		status = recall_by(try, identity, answer->fingerprint);
	if (status != CARDEA_E_MISSING)
		return status;
	status = cardea_text_print(
	    identity, sizeof(identity), "x509:%s", answer->fingerprint);
	return status == CARDEA_OK
	    ? recall_by(try, identity, answer->fingerprint)
	    : status;
}

/* The certificates that were sent, or those that the named one stands for. */
static enum cardea_status
take_chain(struct cardea_device_try *try,
    const struct cardea_remote_device_answer *answer)
{
	const unsigned char *der = answer->der;
	enum cardea_status status;

	for (size_t i = 0; i < answer->count; i++) {
		status = cardea_device_show(try, der, answer->lens[i]);
		if (status != CARDEA_OK)
			return status;
		der += answer->lens[i];
	}
	return answer->count > 0 ? CARDEA_OK : recall_chain(try, answer);
}

/* What must have been signed, from our own challenge and what the far end says
 * that it is called; nothing else of the answer gets into it. */
static enum cardea_status
take_message(struct cardea_device_try *try, const struct talk *talk)
{
	const struct cardea_remote_device_answer *answer = &talk->answer;
	const struct cardea_devproof proof = {
		.nonce = talk->challenge.nonce,
		.way = "remote",
		.user = answer->user,
		.service = talk->challenge.service,
		.host = answer->host,
		.fingerprint = answer->fingerprint,
	};
	unsigned char message[CARDEA_DEVPROOF_MAX];
	enum cardea_status status;
	size_t len = 0;

	status = cardea_devproof_message(&proof, message, &len);
	if (status != CARDEA_OK)
		return status;
	if (answer->form == CARDEA_REMOTE_DEVICE_SSHSIG) {
		try->proof = CARDEA_CERT_PROOF_SSHSIG;
		return cardea_devproof_envelope(
		    message, len, try->message, &try->message_len);
	}
	try->proof = CARDEA_CERT_PROOF_SIGNATURE;
	memcpy(try->message, message, len);
	try->message_len = len;
	return CARDEA_OK;
}

static enum cardea_device_step
take_proof(struct cardea_device_try *try, const struct talk *talk)
{
	const struct cardea_remote_device_answer *answer = &talk->answer;
	enum cardea_status status;

	if (answer->no != CARDEA_REMOTE_DEVICE_PROOF)
		return end_without_proof(try, answer->no);
	if (!cardea_far_end_is_our_name(try->attempt, answer->host)) {
		if (cardea_text_print(try->detail, sizeof(try->detail),
			"signed for %.200s", answer->host) != CARDEA_OK)
			try->detail[0] = '\0';
		return cardea_device_end(
		    try, CARDEA_RESULT_REFUSED, "signed for another host");
	}
	if (strcmp(answer->user, try->attempt->begin.user) != 0)
		return cardea_device_end(
		    try, CARDEA_RESULT_REFUSED, "signed for another user");
	status = take_chain(try, answer);
	if (status == CARDEA_E_MISSING)
		return cardea_device_end(try, CARDEA_RESULT_REFUSED,
		    "a certificate that is not enrolled");
	if (status == CARDEA_E_RANGE)
		return cardea_device_end(
		    try, CARDEA_RESULT_REFUSED, "too many certificates");
	if (status == CARDEA_OK)
		status = take_message(try, talk);
	if (status != CARDEA_OK)
		return cardea_device_end(try, CARDEA_RESULT_BROKEN, "store");
	try->kind = CARDEA_CERT_X509;
	try->signature_len = answer->signature_len;
	memcpy(try->signature, answer->signature, answer->signature_len);
	return CARDEA_DEVICE_SHOWN;
}

static enum cardea_device_step
run(struct cardea_device_try *try, struct talk *talk)
{
	if (make_challenge(try, talk) != CARDEA_OK)
		return cardea_device_end(
		    try, CARDEA_RESULT_BROKEN, "no challenge can be made");
	switch (hear_answer(try, talk)) {
	case CARDEA_OK:
		return take_proof(try, talk);
	case CARDEA_E_CLOSED:
		return CARDEA_DEVICE_GONE;
	case CARDEA_E_MISSING:
		cardea_attempt_tell(try->attempt, 0, NOBODY);
		return cardea_device_end(
		    try, CARDEA_RESULT_ABSENT, "nobody answered");
	case CARDEA_E_SYNTAX:
	case CARDEA_E_RANGE:
		return cardea_device_end(try, CARDEA_RESULT_ABSENT,
		    "not an answer of cardea-askpass");
	case CARDEA_E_INTERNAL:
	case CARDEA_E_MEMORY:
	case CARDEA_E_IO:
	case CARDEA_E_FULL:
	case CARDEA_E_TIMEOUT:
	case CARDEA_E_UNSAFE:
	case CARDEA_E_CORRUPT:
	case CARDEA_E_VERSION:
	case CARDEA_E_CONFLICT:
		break;
	}
	return cardea_device_end(try, CARDEA_RESULT_BROKEN, "conversation");
}

enum cardea_device_step
cardea_device_by_remote(struct cardea_device_try *try)
{
	struct talk *talk = calloc(1, sizeof(*talk));
	enum cardea_device_step step;

	if (talk == NULL)
		return cardea_device_end(try, CARDEA_RESULT_BROKEN, "memory");
	step = run(try, talk);
	free(talk);
	return step;
}
