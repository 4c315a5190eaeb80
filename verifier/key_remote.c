/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "far_end.h"
#include "key_way.h"

/* The far end of ssh: far_end.h. */

#define NOBODY                                                                 \
	"No security key answered. Is cardea-askpass the SSH_ASKPASS of your " \
	"ssh?"

/* A conversation with the far end, which is too large for the stack. */
struct talk {
	struct cardea_remote_challenge challenge;
	struct cardea_remote_parts parts;
	struct cardea_remote_answer answer;
	size_t index[CARDEA_REMOTE_HANDLES_MAX];
	char prompt[CARDEA_PROMPT_MAX + 1];
};

static int
compare_use(const void *a, const void *b)
{
	const struct cardea_fido2_credential *left = a, *right = b;

	if (left->used_s == right->used_s)
		return 0;
	return left->used_s > right->used_s ? -1 : 1;
}

/* The credentials used last come first: there may not be room for all. */
static enum cardea_status
list_handles(struct cardea_key_try *try, struct talk *talk)
{
	struct cardea_key_set *keys = &try->keys;

	qsort(keys->items, keys->count, sizeof(keys->items[0]), compare_use);
	for (size_t i = 0; i < keys->count; i++) {
		const struct cardea_fido2_credential *key = &keys->items[i];
		struct cardea_remote_handle *handle =
		    &talk->challenge.handles[talk->challenge.handle_count];

		if (key->kind != CARDEA_FIDO2_CTAP)
			continue;
		memcpy(handle->rp_id, key->rp_id, sizeof(handle->rp_id));
		memcpy(handle->bytes, key->handle, key->handle_len);
		handle->len = key->handle_len;
		talk->index[talk->challenge.handle_count++] = i;
	}
	return talk->challenge.handle_count > 0 ? CARDEA_OK : CARDEA_E_MISSING;
}

static enum cardea_status
make_challenge(struct cardea_key_try *try, struct talk *talk)
{
	struct cardea_remote_challenge *challenge = &talk->challenge;
	enum cardea_status status;

	challenge->uv = try->uv;
	status = cardea_secret_random(
	    challenge->nonce, sizeof(challenge->nonce));
	if (status == CARDEA_OK)
		status = cardea_text_copy(challenge->service,
		    sizeof(challenge->service), try->attempt->begin.service);
	if (status != CARDEA_OK)
		return status;
	for (;;) {
		status = cardea_remote_prompt(
		    challenge, talk->prompt, sizeof(talk->prompt));
		if (status != CARDEA_E_RANGE || challenge->handle_count <= 1)
			return status;
		challenge->handle_count--;
	}
}

static enum cardea_status
hear_answer(struct cardea_attempt *attempt, struct talk *talk)
{
	enum cardea_status status = cardea_far_end_hear(attempt,
	    &cardea_remote_key_form, talk->prompt, sizeof(talk->prompt),
	    &talk->parts);

	return status == CARDEA_OK
	    ? cardea_remote_join(&talk->parts, &talk->answer)
	    : status;
}

static enum cardea_key_step
end_without_proof(struct cardea_key_try *try, enum cardea_remote_no no)
{
	static const struct {
		enum cardea_result result;
		const char *why;
	} ends[CARDEA_REMOTE_NO_COUNT] = {
		[CARDEA_REMOTE_NO_KEY] = { CARDEA_RESULT_ABSENT,
		    "far end: no key holds a credential" },
		[CARDEA_REMOTE_REFUSED] = { CARDEA_RESULT_REFUSED,
		    "far end: refused" },
		[CARDEA_REMOTE_TIMEOUT] = { CARDEA_RESULT_ABSENT,
		    "far end: no touch in time" },
		[CARDEA_REMOTE_NO_UV] = { CARDEA_RESULT_ABSENT,
		    "far end: the key cannot verify its user" },
		[CARDEA_REMOTE_FAILED] = { CARDEA_RESULT_ABSENT,
		    "far end: the key cannot be reached" },
	};

	return cardea_key_end(try, ends[no].result, ends[no].why);
}

/* From the answer to the assertion that its words amount to. */
static enum cardea_key_step
take_proof(struct cardea_key_try *try, const struct talk *talk)
{
	const struct cardea_remote_answer *answer = &talk->answer;
	struct cardea_fido2_assertion *assertion = &try->assertion;

	if (answer->no != CARDEA_REMOTE_PROOF)
		return end_without_proof(try, answer->no);
	if (answer->handle >= talk->challenge.handle_count)
		return cardea_key_end(
		    try, CARDEA_RESULT_REFUSED, "a credential not asked for");
	if (!cardea_far_end_is_our_name(try->attempt, answer->host)) {
		if (cardea_text_print(try->detail, sizeof(try->detail),
			"signed for %.200s", answer->host) != CARDEA_OK)
			try->detail[0] = '\0';
		return cardea_key_end(
		    try, CARDEA_RESULT_REFUSED, "signed for another host");
	}
	if (strcmp(answer->user, try->attempt->begin.user) != 0)
		return cardea_key_end(
		    try, CARDEA_RESULT_REFUSED, "signed for another user");
	if (cardea_remote_hash(&talk->challenge, answer->user, answer->host,
		assertion->client_hash) != CARDEA_OK)
		return cardea_key_end(try, CARDEA_RESULT_BROKEN, "digest");

	try->key = talk->index[answer->handle];
	assertion->auth_data_len = answer->auth_data_len;
	memcpy(assertion->auth_data, answer->auth_data, answer->auth_data_len);
	assertion->signature_len = answer->signature_len;
	memcpy(assertion->signature, answer->signature, answer->signature_len);
	return CARDEA_KEY_SHOWN;
}

static enum cardea_key_step
run(struct cardea_key_try *try, struct talk *talk)
{
	if (list_handles(try, talk) != CARDEA_OK)
		return CARDEA_KEY_PASS;
	if (make_challenge(try, talk) != CARDEA_OK)
		return cardea_key_end(
		    try, CARDEA_RESULT_BROKEN, "no challenge can be made");
	switch (hear_answer(try->attempt, talk)) {
	case CARDEA_OK:
		return take_proof(try, talk);
	case CARDEA_E_CLOSED:
		return CARDEA_KEY_LOST;
	case CARDEA_E_MISSING:
		cardea_attempt_tell(try->attempt, 0, NOBODY);
		return cardea_key_end(
		    try, CARDEA_RESULT_ABSENT, "nobody answered");
	case CARDEA_E_SYNTAX:
	case CARDEA_E_RANGE:
		return cardea_key_end(try, CARDEA_RESULT_ABSENT,
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
	return cardea_key_end(try, CARDEA_RESULT_BROKEN, "conversation");
}

enum cardea_key_step
cardea_key_by_remote(struct cardea_key_try *try)
{
	struct talk *talk = calloc(1, sizeof(*talk));
	enum cardea_key_step step;

	if (talk == NULL)
		return cardea_key_end(try, CARDEA_RESULT_BROKEN, "memory");
	step = run(try, talk);
	free(talk);
	return step;
}
