/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "agent.h"
#include "facts/account.h"
#include "key_way.h"

static enum cardea_key_step
end_of(struct cardea_key_try *try, enum cardea_agent_end end)
{
	const char *why = cardea_agent_end_text(end);

	switch (end) {
	case CARDEA_AGENT_DONE:
		return CARDEA_KEY_SHOWN;
	case CARDEA_AGENT_NO_AGENT:
	case CARDEA_AGENT_NO_KEY:
	case CARDEA_AGENT_FOREIGN:
		(void)cardea_key_end(try, CARDEA_RESULT_ABSENT, why);
		return CARDEA_KEY_PASS;
	case CARDEA_AGENT_TIMEOUT:
		return cardea_key_end(try, CARDEA_RESULT_ABSENT, why);
	case CARDEA_AGENT_REFUSED:
		return cardea_key_end(try, CARDEA_RESULT_REFUSED, why);
	case CARDEA_AGENT_CANCELLED:
		return CARDEA_KEY_LOST;
	case CARDEA_AGENT_FAILED:
	case CARDEA_AGENT_END_COUNT:
		break;
	}
	return cardea_key_end(try, CARDEA_RESULT_BROKEN, why);
}

/* The agent must be the caller's.  Who approves for others is called for by
 * root
 * (`cardea approve`) and brings an agent of his own. */
static bool
find_owner(const struct cardea_attempt *attempt, struct cardea_account *owner)
{
	owner->uid = attempt->host.real_uid;
	owner->gid = attempt->host.real_gid;
	return attempt->host_known &&
	    (strcmp(attempt->request.service, CARDEA_SERVICE_APPROVE) != 0 ||
		cardea_account_find(attempt->request.user, owner, NULL) ==
		    CARDEA_OK);
}

enum cardea_key_step
cardea_key_by_agent(struct cardea_key_try *try)
{
	const struct cardea_attempt *attempt = try->attempt;
	struct cardea_touch_person person = cardea_key_person(try->attempt);
	unsigned char nonce[32];
	struct cardea_sshsk_question question = {
		.user = attempt->request.user,
		.host = attempt->request.host,
		.service = attempt->begin.service,
		.txn = attempt->txn,
		.nonce = nonce,
	};
	struct cardea_agent_call call = {
		.peer = {
			.path = attempt->begin.agent,
			.timeout_ms = cardea_key_left_ms(try),
			.person = &person,
		},
		.count = try->keys.count,
		.credentials = try->keys.items,
		.question = &question,
	};
	struct cardea_account owner = { .uid = 0 };
	struct cardea_agent_answer answer = { .end = CARDEA_AGENT_FAILED };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	if (attempt->begin.agent[0] == '\0' || !find_owner(attempt, &owner))
		return CARDEA_KEY_PASS;
	call.peer.uid = owner.uid;
	call.peer.gid = owner.gid;
	status = cardea_secret_random(nonce, sizeof(nonce));
	if (status == CARDEA_OK)
		status = cardea_agent_sign(&call, &answer, &diag);
	cardea_diag_format(&diag, try->detail, sizeof(try->detail));
	if (status != CARDEA_OK)
		return cardea_key_end(
		    try, CARDEA_RESULT_BROKEN, "the agent cannot be reached");
	try->key = answer.credential;
	try->assertion = answer.assertion;
	return end_of(try, answer.end);
}
