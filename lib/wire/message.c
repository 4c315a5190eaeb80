/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/evidence.h>

#include "base/pack.h"
#include "base/secret.h"
#include "wire/message.h"

/* Bytes in front of a packed text: its length. */
#define TEXT_HEAD sizeof(uint32_t)

/*
 * What may stand in a message, kind by kind.  Both ends refuse by this table,
 * the sender too: what we never say need not be understood by anybody.
 */
struct shape {
	enum cardea_message_kind kind;
	uint32_t flags; /* those that have a meaning here */
	size_t body_max;
};

static const struct shape shapes[] = {
	{ CARDEA_MESSAGE_BEGIN, CARDEA_FLAG_SILENT, CARDEA_WIRE_BODY_MAX },
	{ CARDEA_MESSAGE_STASH, 0, CARDEA_CODE_DIGITS_MAX },
	{ CARDEA_MESSAGE_VERIFY, CARDEA_FLAG_PASSWORD_PROVED, CARDEA_NAME_MAX },
	{ CARDEA_MESSAGE_ANSWER, 0, CARDEA_ANSWER_MAX },
	{ CARDEA_MESSAGE_DECIDE,
	    CARDEA_FLAG_PASSWORD_PROVED | CARDEA_FLAG_DEFER_SESSION |
		CARDEA_FLAG_CLOSE_SESSION,
	    CARDEA_NAME_MAX },
	{ CARDEA_MESSAGE_ASK, CARDEA_FLAG_ECHO, CARDEA_PROMPT_MAX },
	{ CARDEA_MESSAGE_TELL, CARDEA_FLAG_ERROR | CARDEA_FLAG_COURTESY,
	    CARDEA_PROMPT_MAX },
	{ CARDEA_MESSAGE_WAIT, 0, 0 },
	{ CARDEA_MESSAGE_VERDICT, 0,
	    TEXT_HEAD + CARDEA_TXN_MAX + 2 * sizeof(uint32_t) },
};

static const struct shape *
find_shape(uint32_t kind)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if ((uint32_t)shapes[i].kind == kind)
			return &shapes[i];
	return NULL;
}

bool
cardea_message_version_is_known(uint32_t version, uint32_t ours)
{
	return version != 0 && (version == ours || version == ours - 1);
}

static bool
outcome_is_known(uint32_t code)
{
	switch ((enum cardea_outcome)code) {
	case CARDEA_OUTCOME_BROKEN:
	case CARDEA_OUTCOME_VERIFIED:
	case CARDEA_OUTCOME_NOT_NEEDED:
	case CARDEA_OUTCOME_BEGUN:
	case CARDEA_OUTCOME_OBSERVED:
	case CARDEA_OUTCOME_REFUSED:
	case CARDEA_OUTCOME_DENIED:
	case CARDEA_OUTCOME_EXHAUSTED:
	case CARDEA_OUTCOME_PERMITTED:
		return true;
	}
	return false;
}

static bool
code_is_known(enum cardea_message_kind kind, uint32_t code)
{
	switch (kind) {
	case CARDEA_MESSAGE_BEGIN:
		return code >= CARDEA_PHASE_AUTH &&
		    code <= CARDEA_PHASE_PASSWORD;
	case CARDEA_MESSAGE_VERIFY:
		return code > CARDEA_FACTOR_NONE && code < CARDEA_FACTOR_COUNT;
	case CARDEA_MESSAGE_ANSWER:
		return code <= CARDEA_ANSWER_TOO_LONG;
	case CARDEA_MESSAGE_VERDICT:
		return outcome_is_known(code);
	case CARDEA_MESSAGE_WAIT:
		return code > 0 && code <= CARDEA_WAIT_MAX_MS;
	case CARDEA_MESSAGE_STASH:
	case CARDEA_MESSAGE_DECIDE:
	case CARDEA_MESSAGE_ASK:
	case CARDEA_MESSAGE_TELL:
		return code == 0;
	case CARDEA_MESSAGE_NONE:
		break;
	}
	return false;
}

static bool
is_well_formed(uint32_t kind, uint32_t flags, uint32_t code, size_t body_len)
{
	const struct shape *shape = find_shape(kind);

	if (shape == NULL)
		return false;
	if ((flags & ~shape->flags) != 0 || body_len > shape->body_max)
		return false;
	if (!code_is_known(shape->kind, code))
		return false;

	/* "nobody answered" comes without words */
	return shape->kind != CARDEA_MESSAGE_ANSWER ||
	    code == CARDEA_ANSWER_TEXT || body_len == 0;
}

static void
set_head(struct cardea_message *message, enum cardea_message_kind kind,
    uint32_t code, uint32_t flags, size_t body_len)
{
	message->kind = kind;
	message->code = code;
	message->flags = flags;
	message->body_len = body_len;
}

enum cardea_status
cardea_message_put_begin(struct cardea_message *message,
    enum cardea_phase phase, uint32_t flags, const struct cardea_begin *begin)
{
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, message->body, sizeof(message->body));
	cardea_pack_text(&pack, begin->service);
	cardea_pack_text(&pack, begin->user);
	cardea_pack_text(&pack, begin->ruser);
	cardea_pack_text(&pack, begin->rhost);
	cardea_pack_text(&pack, begin->tty);
	cardea_pack_text(&pack, begin->resume);
	cardea_pack_text(&pack, begin->sshauth);
	cardea_pack_text(&pack, begin->agent);
	status = cardea_pack_done(&pack);
	if (status != CARDEA_OK)
		return status;

	set_head(message, CARDEA_MESSAGE_BEGIN, phase, flags, pack.len);
	return CARDEA_OK;
}

enum cardea_status
cardea_message_get_begin(
    const struct cardea_message *message, struct cardea_begin *ret_begin)
{
	struct cardea_begin begin = { 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	if (message->kind != CARDEA_MESSAGE_BEGIN)
		return CARDEA_E_SYNTAX;

	cardea_unpack_init(&unpack, message->body, message->body_len);
	cardea_unpack_text(&unpack, begin.service, sizeof(begin.service));
	cardea_unpack_text(&unpack, begin.user, sizeof(begin.user));
	cardea_unpack_text(&unpack, begin.ruser, sizeof(begin.ruser));
	cardea_unpack_text(&unpack, begin.rhost, sizeof(begin.rhost));
	cardea_unpack_text(&unpack, begin.tty, sizeof(begin.tty));
	cardea_unpack_text(&unpack, begin.resume, sizeof(begin.resume));
	cardea_unpack_text(&unpack, begin.sshauth, sizeof(begin.sshauth));
	cardea_unpack_text(&unpack, begin.agent, sizeof(begin.agent));
	status = cardea_unpack_done(&unpack);
	if (status != CARDEA_OK)
		return status;

	*ret_begin = begin;
	return CARDEA_OK;
}

enum cardea_status
cardea_message_put_verdict(struct cardea_message *message,
    enum cardea_outcome outcome, const struct cardea_verdict_body *verdict)
{
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, message->body, sizeof(message->body));
	cardea_pack_text(&pack, verdict->resume);
	cardea_pack_u32(&pack, verdict->fail_delay_ms);
	cardea_pack_u32(&pack, verdict->split_digits);
	status = cardea_pack_done(&pack);
	if (status != CARDEA_OK)
		return status;

	set_head(message, CARDEA_MESSAGE_VERDICT, outcome, 0, pack.len);
	return CARDEA_OK;
}

enum cardea_status
cardea_message_get_verdict(const struct cardea_message *message,
    struct cardea_verdict_body *ret_verdict)
{
	struct cardea_verdict_body verdict = { 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	if (message->kind != CARDEA_MESSAGE_VERDICT)
		return CARDEA_E_SYNTAX;

	cardea_unpack_init(&unpack, message->body, message->body_len);
	cardea_unpack_text(&unpack, verdict.resume, sizeof(verdict.resume));
	verdict.fail_delay_ms = cardea_unpack_u32(&unpack);
	verdict.split_digits = cardea_unpack_u32(&unpack);
	status = cardea_unpack_done(&unpack);
	if (status != CARDEA_OK)
		return status;
	if (verdict.resume[strspn(verdict.resume, "0123456789abcdef")] !=
		'\0' ||
	    verdict.fail_delay_ms > CARDEA_FAIL_DELAY_MAX_S * 1000 ||
	    verdict.split_digits > CARDEA_CODE_DIGITS_MAX)
		return CARDEA_E_SYNTAX;

	*ret_verdict = verdict;
	return CARDEA_OK;
}

enum cardea_status
cardea_message_put_text(struct cardea_message *message,
    enum cardea_message_kind kind, uint32_t code, uint32_t flags,
    const char *text)
{
	const struct shape *shape = find_shape(kind);
	size_t len;

	if (shape == NULL)
		return CARDEA_E_INTERNAL;

	len = text == NULL ? 0 : strnlen(text, shape->body_max + 1);
	if (len > shape->body_max)
		return CARDEA_E_RANGE;

	if (len > 0)
		memcpy(message->body, text, len);
	set_head(message, kind, code, flags, len);
	return CARDEA_OK;
}

enum cardea_status
cardea_message_get_text(
    const struct cardea_message *message, char *text, size_t size)
{
	if (message->body_len >= size)
		return CARDEA_E_RANGE;
	if (memchr(message->body, '\0', message->body_len) != NULL)
		return CARDEA_E_SYNTAX;

	memcpy(text, message->body, message->body_len);
	text[message->body_len] = '\0';
	return CARDEA_OK;
}

enum cardea_status
cardea_message_encode(const struct cardea_message *message,
    unsigned char packet[CARDEA_MESSAGE_MAX], size_t *ret_len)
{
	struct cardea_pack pack;
	enum cardea_status status;

	if (!is_well_formed(message->kind, message->flags, message->code,
		message->body_len))
		return CARDEA_E_INTERNAL;

	cardea_pack_init(&pack, packet, CARDEA_WIRE_HEADER);
	cardea_pack_u32(&pack, CARDEA_WIRE_MAGIC);
	cardea_pack_u32(&pack, CARDEA_WIRE_VERSION);
	cardea_pack_u32(&pack, message->kind);
	cardea_pack_u32(&pack, message->flags);
	cardea_pack_u32(&pack, message->code);
	status = cardea_pack_done(&pack);
	if (status != CARDEA_OK)
		return status;

	memcpy(packet + CARDEA_WIRE_HEADER, message->body, message->body_len);
	*ret_len = CARDEA_WIRE_HEADER + message->body_len;
	return CARDEA_OK;
}

enum cardea_status
cardea_message_decode(
    const unsigned char *packet, size_t len, struct cardea_message *ret_message)
{
	struct cardea_unpack unpack;
	uint32_t magic, version, kind, flags, code;

	if (len < CARDEA_WIRE_HEADER || len > CARDEA_MESSAGE_MAX)
		return CARDEA_E_SYNTAX;

	cardea_unpack_init(&unpack, packet, CARDEA_WIRE_HEADER);
	magic = cardea_unpack_u32(&unpack);
	version = cardea_unpack_u32(&unpack);
	kind = cardea_unpack_u32(&unpack);
	flags = cardea_unpack_u32(&unpack);
	code = cardea_unpack_u32(&unpack);
	if (cardea_unpack_done(&unpack) != CARDEA_OK ||
	    magic != CARDEA_WIRE_MAGIC)
		return CARDEA_E_SYNTAX;
	if (!cardea_message_version_is_known(version, CARDEA_WIRE_VERSION))
		return CARDEA_E_VERSION;
	if (!is_well_formed(kind, flags, code, len - CARDEA_WIRE_HEADER))
		return CARDEA_E_SYNTAX;

	set_head(ret_message, (enum cardea_message_kind)kind, code, flags,
	    len - CARDEA_WIRE_HEADER);
	memcpy(ret_message->body, packet + CARDEA_WIRE_HEADER,
	    ret_message->body_len);
	return CARDEA_OK;
}

void
cardea_message_clear(struct cardea_message *message)
{
	cardea_wipe(message, sizeof(*message));
}
