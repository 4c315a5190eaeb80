/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/text.h"
#include "key_way.h"

/* What a touch came to, where it gave no answer. */
static const struct {
	enum cardea_touch_end end;
	enum cardea_result result;
} results[] = {
	{ CARDEA_TOUCH_NO_KEY, CARDEA_RESULT_ABSENT },
	{ CARDEA_TOUCH_NOT_HELD, CARDEA_RESULT_ABSENT },
	{ CARDEA_TOUCH_TIMEOUT, CARDEA_RESULT_ABSENT },
	{ CARDEA_TOUCH_NO_UV, CARDEA_RESULT_ABSENT },
	{ CARDEA_TOUCH_NO_PIN, CARDEA_RESULT_ABSENT },
	{ CARDEA_TOUCH_REFUSED, CARDEA_RESULT_REFUSED },
	{ CARDEA_TOUCH_WRONG_PIN, CARDEA_RESULT_REFUSED },
	{ CARDEA_TOUCH_BLOCKED, CARDEA_RESULT_REFUSED },
};

static enum cardea_result
result_of(enum cardea_touch_end end)
{
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		if (results[i].end == end)
			return results[i].result;
	}
	return CARDEA_RESULT_BROKEN;
}

/* The handles of the CTAP credentials, each with the index of its key. */
static size_t
list_handles(const struct cardea_key_set *keys,
    struct cardea_touch_handle handles[CARDEA_KEYS_MAX],
    size_t index[CARDEA_KEYS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < keys->count; i++) {
		const struct cardea_fido2_credential *key = &keys->items[i];

		if (key->kind != CARDEA_FIDO2_CTAP)
			continue;
		handles[count].rp_id = key->rp_id;
		handles[count].bytes = key->handle;
		handles[count].len = key->handle_len;
		index[count++] = i;
	}
	return count;
}

/* Binds the signature to this one question; the nonce alone would do, the rest
 * is for whoever has to argue about it later (K03). */
static enum cardea_status
hash_question(
    const struct cardea_attempt *attempt, unsigned char hash[CARDEA_FIDO2_HASH])
{
	struct cardea_remote_challenge challenge = { .uv = CARDEA_UV_NO };
	enum cardea_status status;

	status = cardea_secret_random(challenge.nonce, sizeof(challenge.nonce));
	if (status == CARDEA_OK)
		status = cardea_text_copy(challenge.service,
		    sizeof(challenge.service), attempt->begin.service);
	if (status != CARDEA_OK)
		return status;
	return cardea_remote_hash(
	    &challenge, attempt->request.user, attempt->request.host, hash);
}

enum cardea_key_step
cardea_key_by_local(struct cardea_key_try *try)
{
	struct cardea_touch_handle handles[CARDEA_KEYS_MAX];
	size_t index[CARDEA_KEYS_MAX];
	unsigned char hash[CARDEA_FIDO2_HASH];
	struct cardea_touch_person person = cardea_key_person(try->attempt);
	struct cardea_touch touch = {
		.client_hash = hash,
		.handles = handles,
		.handle_count = list_handles(&try->keys, handles, index),
		.uv = try->uv,
		.device = try->attempt->settings->key_device,
		.timeout_ms = cardea_key_left_ms(try),
	};
	struct cardea_touch_answer answer = { .end = CARDEA_TOUCH_FAILED };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	if (touch.handle_count == 0)
		return CARDEA_KEY_PASS;
	status = hash_question(try->attempt, hash);
	if (status == CARDEA_OK)
		status = cardea_touch_assert(
		    CARDEA_KEY_HELPER, &touch, &person, &answer, &diag);
	if (status != CARDEA_OK) {
		cardea_diag_format(&diag, try->detail, sizeof(try->detail));
		return cardea_key_end(
		    try, CARDEA_RESULT_BROKEN, "keys cannot be reached");
	}
	if (answer.end == CARDEA_TOUCH_CANCELLED)
		return CARDEA_KEY_LOST;
	if (answer.end != CARDEA_TOUCH_DONE)
		return cardea_key_end(try, result_of(answer.end),
		    cardea_touch_end_text(answer.end));
	try->key = index[answer.handle];
	try->assertion = answer.assertion;
	return CARDEA_KEY_SHOWN;
}
