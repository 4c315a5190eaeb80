/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "agent_talk.h"
#include "base/sshwire.h"
#include "base/text.h"
#include "device_ssh.h"
#include "device_table.h"
#include "device_trust.h"
#include "key_way.h"

/*
 * Behind the caller's agent.  Only what could be a device, or could be
 * certified, is asked to sign: a certificate of an authority that the rule
 * would take, then a key that the device table knows.
 */

#define CUE "Touch your security key."

struct search {
	struct cardea_device_try *try;
	struct cardea_agent_talk talk;
	char fingerprint[CARDEA_CERT_FINGERPRINT_MAX + 1];
};

/* Marks it: one that was refused leaves it to the next. */
static bool
is_new(struct search *search, const struct cardea_cert_bytes *blob)
{
	struct cardea_device_try *try = search->try;

	if (cardea_device_fingerprint(blob, search->fingerprint) != CARDEA_OK)
		return false;
	for (size_t i = 0; i < try->asked_count; i++) {
		if (strcmp(try->asked[i], search->fingerprint) == 0)
			return false;
	}
	return try->asked_count < CARDEA_AGENT_KEYS_MAX;
}

static void
mark(struct search *search)
{
	memcpy(search->try->asked[search->try->asked_count++],
	    search->fingerprint, sizeof(search->fingerprint));
}

static bool
is_candidate_certificate(
    struct search *search, const struct cardea_cert_bytes *blob)
{
	struct cardea_cert_bytes authority;

	return cardea_device_ssh_authority(blob, &authority) &&
	    cardea_device_is_vouched(search->try, &authority);
}

static bool
is_candidate_key(struct search *search)
{
	const struct cardea_device_try *try = search->try;
	struct cardea_device device;

	return cardea_device_want_way(&try->wanted, CARDEA_FACTOR_DEVICE,
		   CARDEA_DEVICE_WAY_AGENT, false) &&
	    cardea_device_look_up_by(try->attempt,
		"ssh-key:", search->fingerprint, &device, NULL) == CARDEA_OK;
}

static bool
show(struct search *search, const struct cardea_cert_bytes *blob)
{
	struct cardea_device_try *try = search->try;
	struct cardea_agent_talk *talk = &search->talk;
	bool shown;

	if (talk->blob_len > sizeof(try->signature))
		return false;
	memcpy(try->signature, talk->blob, talk->blob_len);
	try->signature_len = talk->blob_len;
	try->proof = CARDEA_CERT_PROOF_SSHSIG;
	if (cardea_device_ssh_is_certificate(blob)) {
		try->kind = CARDEA_CERT_SSH;
		try->chain.count = 0;
		shown = cardea_device_show(try, blob->data, blob->len) ==
		    CARDEA_OK;
	} else {
		shown = cardea_device_show_key(
			    try, blob, search->fingerprint) == CARDEA_OK;
	}
	return shown;
}

/* A security key has to be touched, and only its blinking says so. */
static void
cue(struct search *search, const struct cardea_cert_bytes *blob)
{
	const struct cardea_touch_person *person = search->talk.peer->person;
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string type;

	cardea_sshwire_read(&reader, blob->data, blob->len);
	type = cardea_sshwire_get_string(&reader);
	if (type.len > 3 && memcmp(type.bytes, "sk-", 3) == 0)
		person->tell(person->context, CUE);
}

/* False when the conversation is over. */
static bool
try_key(struct search *search, const struct cardea_cert_bytes *blob,
    bool want_certificate)
{
	struct cardea_device_try *try = search->try;
	struct cardea_agent_talk *talk = &search->talk;

	if (blob->len > CARDEA_CERT_MAX ||
	    cardea_device_ssh_is_certificate(blob) != want_certificate ||
	    !is_new(search, blob) ||
	    !(want_certificate ? is_candidate_certificate(search, blob)
			       : is_candidate_key(search)))
		return true;
	mark(search);
	cue(search, blob);
	if (!cardea_agent_ask(
		talk, blob->data, blob->len, try->message, try->message_len))
		return false;
	if (talk->blob == NULL || !show(search, blob))
		return true;
	talk->end = CARDEA_AGENT_DONE;
	return false;
}

static void
converse(struct search *search, const struct cardea_agent_peer *peer,
    struct cardea_diag *diag)
{
	struct cardea_agent_talk *talk = &search->talk;
	size_t asked = search->try->asked_count;
	bool go_on = cardea_agent_open(talk, peer, diag);

	for (size_t pass = 0; go_on && pass < 2; pass++) {
		for (size_t i = 0; go_on && i < talk->list.count; i++) {
			const struct cardea_cert_bytes blob = {
				talk->list.keys[i].blob, talk->list.keys[i].len
			};

			go_on = try_key(search, &blob, pass == 0);
		}
	}
	if (go_on && search->try->asked_count > asked)
		(void)cardea_agent_finish(talk, CARDEA_AGENT_REFUSED,
		    "the ssh agent refused to sign");
	else if (go_on)
		(void)cardea_agent_finish(talk, CARDEA_AGENT_NO_KEY,
		    "the ssh agent holds no device's key and no certificate");
	cardea_agent_close(talk);
}

static enum cardea_device_step
end_of(struct cardea_device_try *try, enum cardea_agent_end end)
{
	const char *why = cardea_agent_end_text(end);

	switch (end) {
	case CARDEA_AGENT_DONE:
		return CARDEA_DEVICE_SHOWN;
	case CARDEA_AGENT_NO_AGENT:
	case CARDEA_AGENT_NO_KEY:
	case CARDEA_AGENT_FOREIGN:
		(void)cardea_device_end(try, CARDEA_RESULT_ABSENT, why);
		return CARDEA_DEVICE_PASS;
	case CARDEA_AGENT_TIMEOUT:
		return cardea_device_end(try, CARDEA_RESULT_ABSENT, why);
	case CARDEA_AGENT_REFUSED:
		return cardea_device_end(try, CARDEA_RESULT_REFUSED, why);
	case CARDEA_AGENT_CANCELLED:
		return CARDEA_DEVICE_GONE;
	case CARDEA_AGENT_FAILED:
	case CARDEA_AGENT_END_COUNT:
		break;
	}
	return cardea_device_end(try, CARDEA_RESULT_BROKEN, why);
}

/* The envelope of security keys, in a namespace that no sshd accepts. */
static enum cardea_status
make_message(struct cardea_device_try *try)
{
	const struct cardea_attempt *attempt = try->attempt;
	unsigned char nonce[32];
	const struct cardea_sshsk_question question = {
		.user = attempt->request.user,
		.host = attempt->request.host,
		.service = attempt->begin.service,
		.txn = attempt->txn,
		.nonce = nonce,
	};
	enum cardea_status status;

	status = cardea_secret_random(nonce, sizeof(nonce));
	if (status == CARDEA_OK)
		status = cardea_sshsk_envelope(
		    &question, try->message, &try->message_len);
	return status;
}

enum cardea_device_step
cardea_device_by_agent(struct cardea_device_try *try)
{
	const struct cardea_attempt *attempt = try->attempt;
	struct cardea_touch_person person = cardea_key_person(try->attempt);
	const struct cardea_agent_peer peer = {
		.path = attempt->begin.agent,
		.uid = attempt->host.real_uid,
		.gid = attempt->host.real_gid,
		.timeout_ms = cardea_device_left_ms(try),
		.person = &person,
	};
	struct search search = { .try = try };
	struct cardea_diag diag = { .line = 0 };

	if (attempt->begin.agent[0] == '\0' || !attempt->host_known) {
		(void)cardea_device_end(
		    try, CARDEA_RESULT_ABSENT, "no ssh agent");
		return CARDEA_DEVICE_PASS;
	}
	if (make_message(try) != CARDEA_OK)
		return cardea_device_end(
		    try, CARDEA_RESULT_BROKEN, "no challenge can be made");
	converse(&search, &peer, &diag);
	cardea_diag_format(&diag, try->detail, sizeof(try->detail));
	if (search.talk.status != CARDEA_OK)
		return cardea_device_end(
		    try, CARDEA_RESULT_BROKEN, "the agent cannot be reached");
	return end_of(try, search.talk.end);
}
