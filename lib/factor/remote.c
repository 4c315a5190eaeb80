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
#define TAIL "] "
#define PREFIX_END ") "

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
	enum cardea_status status;

	if (!is_challenge(challenge))
		return CARDEA_E_SYNTAX;
	if (size < sizeof(TAIL))
		return CARDEA_E_RANGE;
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
	status = cardea_remote_text_write(
	    WORDS KEY_MAGIC, &pack, prompt, size - strlen(TAIL));
	if (status == CARDEA_OK)
		memcpy(prompt + strlen(prompt), TAIL, sizeof(TAIL));
	return status;
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

/* The length of text without the TAIL that it must end with. */
static enum cardea_status
enclosed(const char *text, size_t *ret_len)
{
	size_t len = strlen(text);

	if (len < strlen(TAIL) || strcmp(text + len - strlen(TAIL), TAIL) != 0)
		return CARDEA_E_SYNTAX;
	*ret_len = len - strlen(TAIL);
	return CARDEA_OK;
}

/* magic is where KEY_MAGIC stands in text. ssh glues other messages to the
 * prompt, each ended by a newline. */
static enum cardea_status
read_challenge(const char *text, const char *magic,
    struct cardea_remote_challenge *challenge)
{
	unsigned char bytes[CHALLENGE_MAX];
	size_t words = strlen(WORDS), len = 0, bytes_len = 0;
	enum cardea_status status;

	if ((size_t)(magic - text) < words ||
	    memcmp(magic - words, WORDS, words) != 0 ||
	    (magic - words != text && magic[-1 - (ptrdiff_t)words] != '\n'))
		return CARDEA_E_SYNTAX;
	status = enclosed(magic, &len);
	if (status == CARDEA_OK)
		status = cardea_remote_text_read(
		    KEY_MAGIC, magic, len, bytes, sizeof(bytes), &bytes_len);
	if (status != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	return unpack_challenge(bytes, bytes_len, challenge);
}

static enum cardea_status
read_more(const char *text, const char *magic, unsigned int *part)
{
	const char *value = magic + strlen(MORE_MAGIC);
	uint64_t number = 0;
	char digits[3];
	size_t len = 0;

	if (magic != text && magic[-1] != '\n')
		return CARDEA_E_SYNTAX;
	if (enclosed(value, &len) != CARDEA_OK || len >= sizeof(digits))
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

static enum cardea_status
read_ours(const char *argument, struct cardea_remote_question *question,
    struct cardea_diag *diag)
{
	const char *key = strstr(argument, KEY_MAGIC);
	const char *more = strstr(argument, MORE_MAGIC);
	const char *text = argument;
	enum cardea_status status;

	status = read_prefix(argument, question, &text, diag);
	if (status != CARDEA_OK)
		return status;
	if (key != NULL && key >= text && more == NULL) {
		question->kind = CARDEA_REMOTE_CHALLENGE;
		status = read_challenge(text, key, &question->challenge);
	} else if (more != NULL && more >= text && key == NULL) {
		question->kind = CARDEA_REMOTE_MORE;
		status = read_more(text, more, &question->part);
	} else {
		status = CARDEA_E_SYNTAX; /* both, or inside the prefix */
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

	if (strstr(argument, KEY_MAGIC) != NULL ||
	    strstr(argument, MORE_MAGIC) != NULL)
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
