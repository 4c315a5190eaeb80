/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/askpass/key.h"

static void
borrow(const struct cardea_remote_handle *from, size_t count,
    struct cardea_touch_handle *handles)
{
	for (size_t i = 0; i < count; i++) {
		handles[i].rp_id = from[i].rp_id;
		handles[i].bytes = from[i].bytes;
		handles[i].len = from[i].len;
	}
}

static struct cardea_touch_person
whom(struct cardea_person *person)
{
	return (struct cardea_touch_person){
		.tell = cardea_person_tell,
		.ask_pin = cardea_person_ask_pin,
		.hangup_fd = person->hangup_fd,
		.context = person,
	};
}

enum cardea_status
cardea_key_sign(const struct cardea_remote_question *question,
    struct cardea_person *person, int timeout_ms,
    struct cardea_touch_answer *ret_answer, struct cardea_diag *diag)
{
	const struct cardea_remote_challenge *challenge = &question->challenge;
	struct cardea_touch_handle handles[CARDEA_REMOTE_HANDLES_MAX];
	unsigned char hash[CARDEA_FIDO2_HASH];
	const struct cardea_touch touch = {
		.client_hash = hash,
		.handle_count = challenge->handle_count,
		.handles = handles,
		.uv = challenge->uv,
		.timeout_ms = timeout_ms,
	};
	const struct cardea_touch_person there = whom(person);
	enum cardea_status status;

	status = cardea_remote_hash(
	    challenge, question->user, question->host, hash);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the challenge cannot be signed");
	borrow(challenge->handles, challenge->handle_count, handles);
	return cardea_touch_assert(
	    CARDEA_KEY_HELPER, &touch, &there, ret_answer, diag);
}

enum cardea_status
cardea_key_make(const struct cardea_remote_ticket *ticket, const char *device,
    struct cardea_person *person, int timeout_ms,
    enum cardea_touch_end *ret_end,
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag)
{
	struct cardea_touch_handle exclude[CARDEA_REMOTE_HANDLES_MAX];
	unsigned char hash[CARDEA_FIDO2_HASH];
	const struct cardea_touch_wish wish = {
		.client_hash = hash,
		.rp_id = ticket->rp_id,
		.user = ticket->user,
		.user_handle = ticket->user_handle,
		.algorithm = ticket->algorithm,
		.resident = ticket->resident,
		.uv = ticket->uv,
		.exclude_count = ticket->exclude_count,
		.exclude = exclude,
		.device = device,
		.timeout_ms = timeout_ms,
	};
	const struct cardea_touch_person there = whom(person);
	enum cardea_status status;

	status = cardea_remote_ticket_hash(ticket, hash);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the ticket cannot be signed");
	borrow(ticket->exclude, ticket->exclude_count, exclude);
	return cardea_touch_make(
	    CARDEA_KEY_HELPER, &wish, &there, ret_end, ret_registration, diag);
}

const char *
cardea_key_end_words(enum cardea_touch_end end)
{
	static const char *const words[] = {
		[CARDEA_TOUCH_FAILED] = "the security key failed",
		[CARDEA_TOUCH_DONE] = "done",
		[CARDEA_TOUCH_NO_KEY] = "no security key is plugged in",
		[CARDEA_TOUCH_NOT_HELD] = "no key that is plugged in is "
					  "enrolled there",
		[CARDEA_TOUCH_REFUSED] = "the security key refused",
		[CARDEA_TOUCH_TIMEOUT] = "nobody touched the security key",
		[CARDEA_TOUCH_CANCELLED] = "called off",
		[CARDEA_TOUCH_NO_UV] = "a PIN or fingerprint is needed, and "
				       "the key has none",
		[CARDEA_TOUCH_NO_PIN] = "the PIN is needed",
		[CARDEA_TOUCH_WRONG_PIN] = "the PIN was wrong",
		[CARDEA_TOUCH_BLOCKED] = "the PIN of the key is blocked",
		[CARDEA_TOUCH_EXISTS] = "this key is enrolled there already",
	};

	return end < CARDEA_TOUCH_END_COUNT ? words[end] : words[0];
}
