/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "factor/remote_text.h"
#include "store/crypto.h"

/*
 * The prompts, and what of them is signed.
 *
 * Whoever runs a server chooses every character behind the client's own
 * "(user@host) ", and whoever has somebody click on ssh://USER@HOST chooses
 * USER.  So ") " may stand in all of it once only: then there is one way to
 * tell where the prefix ends, and no text that looks like a second prefix.
 */
#define WORDS "Security key: cardea-askpass answers this; else press Enter. "
#define KEY_MAGIC "[cardea-key1:"
#define MORE_MAGIC "[cardea-more1:"
#define PREFIX_END ") "

static const struct magic {
	enum cardea_remote_kind kind;
	const char *words; /* what stands in front of it */
	const char *text;
} magics[] = {
	{ CARDEA_REMOTE_CHALLENGE, WORDS, KEY_MAGIC },
	{ CARDEA_REMOTE_DEVICE, CARDEA_REMOTE_DEVICE_WORDS,
	    CARDEA_REMOTE_DEVICE_MAGIC },
	{ CARDEA_REMOTE_MORE, "", MORE_MAGIC },
};
#define MAGICS (sizeof(magics) / sizeof(magics[0]))

/* Says what a signature is for; no JSON begins so, hence no client data of
 * WebAuthn, and nothing that ssh signs. */
#define HASH_LABEL "cardea-remote-1"

/* each handle with two lengths, and the rest */
#define CHALLENGE_MAX                                                          \
	(CARDEA_REMOTE_HANDLES_MAX *                                           \
		(CARDEA_KEY_RP_MAX + CARDEA_KEY_HANDLE_MAX + 8) +              \
	    256)

static bool
is_challenge(const struct cardea_remote_challenge *challenge)
{
	if (!cardea_remote_is_name(challenge->service) ||
	    challenge->uv > CARDEA_UV_NEED || challenge->handle_count == 0 ||
	    challenge->handle_count > CARDEA_REMOTE_HANDLES_MAX)
		return false;
	for (size_t i = 0; i < challenge->handle_count; i++) {
		const struct cardea_remote_handle *handle =
		    &challenge->handles[i];

		if (!cardea_remote_is_name(handle->rp_id) || handle->len == 0 ||
		    handle->len > sizeof(handle->bytes))
			return false;
	}
	return true;
}

enum cardea_status
cardea_remote_prompt(
    const struct cardea_remote_challenge *challenge, char *prompt, size_t size)
{
	unsigned char bytes[CHALLENGE_MAX];
	struct cardea_pack pack;

	if (!is_challenge(challenge))
		return CARDEA_E_SYNTAX;
	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_blob(&pack, challenge->nonce, sizeof(challenge->nonce));
	cardea_pack_text(&pack, challenge->service);
	cardea_remote_put_uv(&pack, challenge->uv);
	cardea_pack_u8(&pack, (uint8_t)challenge->handle_count);
	for (size_t i = 0; i < challenge->handle_count; i++) {
		cardea_pack_text(&pack, challenge->handles[i].rp_id);
		cardea_pack_blob(&pack, challenge->handles[i].bytes,
		    challenge->handles[i].len);
	}
	return cardea_remote_text_prompt(WORDS KEY_MAGIC, &pack, prompt, size);
}

static enum cardea_status
unpack_challenge(const unsigned char *bytes, size_t len,
    struct cardea_remote_challenge *challenge)
{
	struct cardea_unpack unpack;
	size_t nonce_len = 0;

	cardea_unpack_init(&unpack, bytes, len);
	cardea_remote_get_bytes(&unpack, challenge->nonce,
	    sizeof(challenge->nonce), sizeof(challenge->nonce), &nonce_len);
	cardea_remote_get_name(
	    &unpack, challenge->service, sizeof(challenge->service));
	challenge->uv = cardea_remote_get_uv(&unpack);
	challenge->handle_count = cardea_unpack_u8(&unpack);
	if (challenge->handle_count == 0 ||
	    challenge->handle_count > CARDEA_REMOTE_HANDLES_MAX)
		return CARDEA_E_SYNTAX;
	for (size_t i = 0; i < challenge->handle_count; i++) {
		struct cardea_remote_handle *handle = &challenge->handles[i];

		cardea_remote_get_name(
		    &unpack, handle->rp_id, sizeof(handle->rp_id));
		cardea_remote_get_bytes(&unpack, handle->bytes, 1,
		    sizeof(handle->bytes), &handle->len);
	}
	return cardea_unpack_done(&unpack);
}

/* From magic, which stands in text, to the TAIL that must end it.  ssh glues
 * other messages to a prompt, each ended by a newline. */
static enum cardea_status
take_body(const char *text, const struct magic *magic, const char *at,
    size_t *ret_len)
{
	size_t words = strlen(magic->words), len = strlen(at);
	size_t tail = strlen(CARDEA_REMOTE_TAIL);

	if ((size_t)(at - text) < words ||
	    memcmp(at - words, magic->words, words) != 0 ||
	    (at - words != text && at[-1 - (ptrdiff_t)words] != '\n'))
		return CARDEA_E_SYNTAX;
	if (len < tail || strcmp(at + len - tail, CARDEA_REMOTE_TAIL) != 0)
		return CARDEA_E_SYNTAX;
	*ret_len = len - tail;
	return CARDEA_OK;
}

static enum cardea_status
read_challenge(const struct magic *magic, const char *body, size_t len,
    struct cardea_remote_question *question)
{
	unsigned char bytes[CHALLENGE_MAX];
	size_t bytes_len = 0;

	if (cardea_remote_text_read(magic->text, body, len, bytes,
		sizeof(bytes), &bytes_len) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	if (magic->kind == CARDEA_REMOTE_DEVICE)
		return cardea_remote_device_unpack(
		    bytes, bytes_len, &question->device);
	return unpack_challenge(bytes, bytes_len, &question->challenge);
}

static enum cardea_status
read_more(const char *body, size_t body_len, unsigned int *part)
{
	const char *value = body + strlen(MORE_MAGIC);
	size_t len = body_len - strlen(MORE_MAGIC);
	uint64_t number = 0;
	char digits[3];

	if (len >= sizeof(digits))
		return CARDEA_E_SYNTAX;
	memcpy(digits, value, len);
	digits[len] = '\0';
	if (cardea_text_number(digits, 2, CARDEA_PROOF_CHUNKS_MAX, &number) !=
	    CARDEA_OK)
		return CARDEA_E_SYNTAX;
	*part = (unsigned int)number;
	return CARDEA_OK;
}

static enum cardea_status
copy_name(char *name, size_t size, const char *from, const char *end)
{
	size_t len = (size_t)(end - from);

	if (len >= size)
		return CARDEA_E_RANGE;
	memcpy(name, from, len);
	name[len] = '\0';
	return cardea_remote_is_name(name) ? CARDEA_OK : CARDEA_E_SYNTAX;
}

/* "(user@host) ": ssh takes what stands behind the last "@" for the host. */
static enum cardea_status
read_prefix(const char *argument, struct cardea_remote_question *question,
    const char **ret_text, struct cardea_diag *diag)
{
	const char *end = strstr(argument, PREFIX_END), *at;

	if (argument[0] != '(' || end == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "has no (user@host) of ssh's own");
	at = memrchr(argument, '@', (size_t)(end - argument));
	if (at == NULL ||
	    copy_name(question->user, sizeof(question->user), argument + 1,
		at) != CARDEA_OK ||
	    copy_name(question->host, sizeof(question->host), at + 1, end) !=
		CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "has no proper names in its (user@host)");
	*ret_text = end + strlen(PREFIX_END);
	if (strstr(*ret_text, PREFIX_END) != NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "has text that may pretend to be a second (user@host)");
	return CARDEA_OK;
}

/* The one magic that stands in text; NULL if there is none, or another too. */
static const struct magic *
find_magic(const char *text, const char **ret_at)
{
	const struct magic *found = NULL;

	for (size_t i = 0; i < MAGICS; i++) {
		const char *at = strstr(text, magics[i].text);

		if (at == NULL)
			continue;
		if (found != NULL)
			return NULL;
		found = &magics[i];
		*ret_at = at;
	}
	return found;
}

static enum cardea_status
read_ours(const char *argument, struct cardea_remote_question *question,
    struct cardea_diag *diag)
{
	const char *text = argument, *at = argument;
	const struct magic *magic = find_magic(argument, &at);
	enum cardea_status status;
	size_t len = 0;

	status = read_prefix(argument, question, &text, diag);
	if (status != CARDEA_OK)
		return status;
	/* several, or inside the prefix */
	if (magic == NULL || at < text)
		status = CARDEA_E_SYNTAX;
	if (status == CARDEA_OK)
		status = take_body(text, magic, at, &len);
	if (status == CARDEA_OK) {
		question->kind = magic->kind;
		status = magic->kind == CARDEA_REMOTE_MORE
		    ? read_more(at, len, &question->part)
		    : read_challenge(magic, at, len, question);
	}
	if (status != CARDEA_OK)
		cardea_diag_set(diag, status, "is not what a server sends");
	return status;
}

enum cardea_status
cardea_remote_read(const char *argument,
    struct cardea_remote_question *ret_question, struct cardea_diag *diag)
{
	struct cardea_remote_question question = {
		.kind = CARDEA_REMOTE_OTHER
	};
	enum cardea_status status = CARDEA_OK;
	bool is_ours = false;

	for (size_t i = 0; i < MAGICS; i++)
		is_ours = is_ours || strstr(argument, magics[i].text) != NULL;
	if (is_ours)
		status = read_ours(argument, &question, diag);
	if (status == CARDEA_OK)
		*ret_question = question;
	return status;
}

enum cardea_status
cardea_remote_hash(const struct cardea_remote_challenge *challenge,
    const char *user, const char *host,
    unsigned char ret_hash[CARDEA_FIDO2_HASH])
{
	unsigned char bytes[1024];
	char lower[CARDEA_NAME_MAX + 1];
	struct cardea_pack pack;
	enum cardea_status status;

	if (!cardea_remote_is_name(challenge->service) ||
	    !cardea_remote_is_name(user) || !cardea_remote_is_name(host))
		return CARDEA_E_SYNTAX;
	status = cardea_text_copy(lower, sizeof(lower), host);
	if (status != CARDEA_OK || strlen(user) > CARDEA_NAME_MAX)
		return CARDEA_E_RANGE;
	cardea_remote_lower(lower);

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_text(&pack, HASH_LABEL);
	cardea_pack_blob(&pack, challenge->nonce, sizeof(challenge->nonce));
	cardea_pack_text(&pack, challenge->service);
	cardea_pack_text(&pack, user);
	cardea_pack_text(&pack, lower);
	cardea_remote_put_uv(&pack, challenge->uv);
	status = cardea_pack_done(&pack);
	if (status != CARDEA_OK)
		return status;
	return cardea_crypto_sha256(bytes, pack.len, ret_hash);
}
