/* SPDX-License-Identifier: BSD-2-Clause */
#include "modules/exchange.h"
#include "modules/converse.h"
#include "wire/channel.h"

/* What is left of the patience with the verifier, and of what it may ask for on
 * top while somebody looks for his key. */
struct patience {
	int left_ms;
	int allowance_ms;
};

/* await_message: takes the time it needed off the patience. */
static enum cardea_status
await_message(int fd, struct cardea_message *message, struct patience *patience)
{
	int64_t start_ms = cardea_channel_now_ms(), spent_ms;
	enum cardea_status status;

	status = cardea_channel_receive(fd, message, patience->left_ms);
	spent_ms = cardea_channel_now_ms() - start_ms;
	patience->left_ms = spent_ms < patience->left_ms
	    ? patience->left_ms - (int)spent_ms
	    : 0;
	return status;
}

/* be_patient: no more than the allowance, however often it is asked for. */
static void
be_patient(const struct cardea_message *message, struct patience *patience)
{
	int wanted_ms = (int)message->code; /* of a range that an int holds */

	if (wanted_ms > patience->allowance_ms)
		wanted_ms = patience->allowance_ms;
	patience->allowance_ms -= wanted_ms;
	patience->left_ms += wanted_ms;
}

/* carry: one thing that the verifier said, verdicts apart. */
static enum cardea_status
carry(pam_handle_t *pamh, int fd, bool silent, struct cardea_message *message,
    struct patience *patience)
{
	enum cardea_status status;

	if (message->kind == CARDEA_MESSAGE_WAIT) {
		be_patient(message, patience);
		return CARDEA_OK;
	}
	if (message->kind == CARDEA_MESSAGE_TELL) {
		cardea_converse_tell(pamh, message, silent);
		return CARDEA_OK;
	}
	if (message->kind != CARDEA_MESSAGE_ASK)
		return CARDEA_E_SYNTAX;

	status = cardea_converse_ask(pamh, message);
	if (status != CARDEA_OK)
		return status;
	return cardea_channel_send(fd, message, patience->left_ms);
}

enum cardea_status
cardea_exchange(pam_handle_t *pamh, int fd, bool silent,
    struct cardea_message *message, enum cardea_outcome *ret_outcome,
    struct cardea_verdict_body *ret_verdict)
{
	struct patience patience = { CARDEA_REPLY_TIMEOUT_MS,
		CARDEA_WAIT_MAX_MS };
	enum cardea_status status;

	status = cardea_channel_send(fd, message, patience.left_ms);
	for (int said = 0; status == CARDEA_OK; said++) {
		status = await_message(fd, message, &patience);
		if (status != CARDEA_OK)
			break;
		if (message->kind == CARDEA_MESSAGE_VERDICT) {
			status = cardea_message_get_verdict(
			    message, ret_verdict);
			if (status == CARDEA_OK)
				*ret_outcome =
				    (enum cardea_outcome)message->code;
			break;
		}
		status = said < CARDEA_QUESTIONS_MAX
		    ? carry(pamh, fd, silent, message, &patience)
		    : CARDEA_E_RANGE;
	}
	cardea_message_clear(message);
	return status;
}
