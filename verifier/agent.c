/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "agent.h"

#define CUE "Touch your security key."

struct search {
	const struct cardea_agent_call *call;
	struct cardea_agent_talk talk;
	unsigned char envelope[CARDEA_SSHSK_ENVELOPE_MAX];
	size_t envelope_len;
	bool asked[CARDEA_KEYS_MAX];
	bool any_asked;
	struct cardea_agent_answer answer;
};

/* Which credential of ours the key is, to the last byte; count: none. */
static size_t
find_credential(const struct cardea_agent_call *call,
    const unsigned char *key_blob, size_t key_len)
{
	size_t i;

	for (i = 0; i < call->count; i++) {
		const struct cardea_fido2_credential *credential =
		    &call->credentials[i];
		unsigned char blob[CARDEA_SSHSK_KEY_MAX];
		size_t len;

		if (credential->disabled ||
		    cardea_sshsk_blob(credential, blob, sizeof(blob), &len) !=
			CARDEA_OK)
			continue;
		if (len == key_len && memcmp(blob, key_blob, len) == 0)
			break;
	}
	return i;
}

/* A good signature ends the conversation. */
static bool
take_signature(struct search *search, size_t index)
{
	struct cardea_agent_talk *talk = &search->talk;
	enum cardea_status status;

	status = cardea_sshsk_signature(&search->call->credentials[index],
	    talk->blob, talk->blob_len, search->envelope, search->envelope_len,
	    &search->answer.assertion);
	if (status == CARDEA_E_SYNTAX)
		return cardea_agent_finish(talk, CARDEA_AGENT_FAILED,
		    "the ssh agent's answer is no signature of that key");
	if (status != CARDEA_OK) {
		talk->status = cardea_diag_set(
		    talk->diag, status, "the signature");
		return false;
	}
	search->answer.credential = index;
	talk->end = CARDEA_AGENT_DONE;
	return false;
}

static bool
try_key(struct search *search, const unsigned char *key_blob, size_t key_len)
{
	const struct cardea_agent_call *call = search->call;
	const struct cardea_touch_person *person = call->peer.person;
	size_t index = find_credential(call, key_blob, key_len);

	/* one key told twice must not blink twice */
	if (index == call->count || search->asked[index])
		return true;
	if (!search->any_asked)
		person->tell(person->context, CUE);
	search->asked[index] = true;
	search->any_asked = true;
	if (!cardea_agent_ask(&search->talk, key_blob, key_len,
		search->envelope, search->envelope_len))
		return false;
	return search->talk.blob == NULL || take_signature(search, index);
}

static void
converse(struct search *search, struct cardea_diag *diag)
{
	struct cardea_agent_talk *talk = &search->talk;
	bool go_on = cardea_agent_open(talk, &search->call->peer, diag);

	for (size_t i = 0; go_on && i < talk->list.count; i++)
		go_on = try_key(
		    search, talk->list.keys[i].blob, talk->list.keys[i].len);
	cardea_agent_close(talk);
	if (!go_on)
		return;
	if (search->any_asked)
		(void)cardea_agent_finish(talk, CARDEA_AGENT_REFUSED,
		    "the ssh agent refused to sign");
	else
		(void)cardea_agent_finish(talk, CARDEA_AGENT_NO_KEY,
		    "the ssh agent holds no enrolled key");
}

enum cardea_status
cardea_agent_sign(const struct cardea_agent_call *call,
    struct cardea_agent_answer *ret_answer, struct cardea_diag *diag)
{
	struct search search = { .call = call };
	enum cardea_status status;

	if (call->count > CARDEA_KEYS_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_INTERNAL, "more keys than a user may have");
	status = cardea_sshsk_envelope(
	    call->question, search.envelope, &search.envelope_len);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the question for an ssh agent");
	converse(&search, diag);
	if (search.talk.status != CARDEA_OK)
		return search.talk.status;
	search.answer.end = search.talk.end;
	*ret_answer = search.answer;
	return CARDEA_OK;
}
