/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "factor/remote_text.h"

/*
 * Answers, cut into what every front end lets through.  Every part but the
 * last is full, so one answer has one form; each is base64 by itself.
 */
#define PART_MAGIC "cardea-key1:"
#define PART_DIGITS 480u /* whole groups of four; the rest is its head */
#define PART_BYTES (PART_DIGITS / 4 * 3)
#define ANSWER_MAX                                                             \
	(2 * CARDEA_NAME_MAX + CARDEA_KEY_AUTHDATA_MAX +                       \
	    CARDEA_KEY_SIGNATURE_MAX + 32)

_Static_assert(sizeof(PART_MAGIC) - 1 + sizeof("16/16:") - 1 + PART_DIGITS <=
	CARDEA_PROOF_CHUNK_MAX,
    "a part fits");
_Static_assert(
    ANSWER_MAX <= CARDEA_PROOF_CHUNKS_MAX * PART_BYTES, "an answer fits");

static void
pack_answer(struct cardea_pack *pack, const struct cardea_remote_answer *answer)
{
	char host[CARDEA_NAME_MAX + 1];

	if (answer->no >= CARDEA_REMOTE_NO_COUNT) {
		pack->failed = true;
		return;
	}
	cardea_pack_u8(pack, (uint8_t)answer->no);
	if (answer->no != CARDEA_REMOTE_PROOF)
		return;
	if (answer->handle >= CARDEA_REMOTE_HANDLES_MAX ||
	    !cardea_remote_is_name(answer->user) ||
	    !cardea_remote_is_name(answer->host) ||
	    answer->auth_data_len == 0 ||
	    answer->auth_data_len > sizeof(answer->auth_data) ||
	    answer->signature_len == 0 ||
	    answer->signature_len > sizeof(answer->signature)) {
		pack->failed = true;
		return;
	}
	memcpy(host, answer->host, sizeof(host));
	cardea_remote_lower(host);
	cardea_pack_u8(pack, (uint8_t)answer->handle);
	cardea_pack_text(pack, answer->user);
	cardea_pack_text(pack, host);
	cardea_pack_blob(pack, answer->auth_data, answer->auth_data_len);
	cardea_pack_blob(pack, answer->signature, answer->signature_len);
}

static enum cardea_status
unpack_answer(
    const unsigned char *bytes, size_t len, struct cardea_remote_answer *answer)
{
	struct cardea_unpack unpack;
	uint8_t no;

	cardea_unpack_init(&unpack, bytes, len);
	no = cardea_unpack_u8(&unpack);
	if (no >= CARDEA_REMOTE_NO_COUNT)
		return CARDEA_E_SYNTAX;
	answer->no = (enum cardea_remote_no)no;
	if (answer->no != CARDEA_REMOTE_PROOF)
		return cardea_unpack_done(&unpack);

	answer->handle = cardea_unpack_u8(&unpack);
	cardea_remote_get_name(&unpack, answer->user, sizeof(answer->user));
	cardea_remote_get_name(&unpack, answer->host, sizeof(answer->host));
	cardea_remote_get_bytes(&unpack, answer->auth_data, 1,
	    sizeof(answer->auth_data), &answer->auth_data_len);
	cardea_remote_get_bytes(&unpack, answer->signature, 1,
	    sizeof(answer->signature), &answer->signature_len);
	if (answer->handle >= CARDEA_REMOTE_HANDLES_MAX)
		return CARDEA_E_SYNTAX;
	for (const char *at = answer->host; *at != '\0'; at++) {
		if (*at >= 'A' && *at <= 'Z')
			return CARDEA_E_SYNTAX;
	}
	return cardea_unpack_done(&unpack);
}

enum cardea_status
cardea_remote_write(const struct cardea_remote_answer *answer,
    struct cardea_remote_parts *ret_parts)
{
	struct cardea_remote_parts parts = { 0 };
	unsigned char bytes[ANSWER_MAX];
	struct cardea_pack pack;
	enum cardea_status status = CARDEA_OK;

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	pack_answer(&pack, answer);
	if (cardea_pack_done(&pack) != CARDEA_OK)
		return CARDEA_E_SYNTAX;

	parts.count = (unsigned int)((pack.len + PART_BYTES - 1) / PART_BYTES);
	for (unsigned int i = 0; i < parts.count && status == CARDEA_OK; i++) {
		size_t left = pack.len - (size_t)i * PART_BYTES, head;
		char *text = parts.texts[i];

		status = cardea_text_print(text, sizeof(parts.texts[i]),
		    PART_MAGIC "%u/%u:", i + 1, parts.count);
		head = strlen(text);
		if (status == CARDEA_OK)
			status = cardea_base64_encode(CARDEA_BASE64_URL,
			    bytes + (size_t)i * PART_BYTES,
			    left < PART_BYTES ? left : PART_BYTES, text + head,
			    sizeof(parts.texts[i]) - head);
	}
	if (status == CARDEA_OK)
		*ret_parts = parts;
	return status;
}

/* The number before mark, which stands within three characters. */
static enum cardea_status
take_number(const char **text, char mark, unsigned int *ret_number)
{
	const char *end = memchr(*text, mark, strnlen(*text, 3));
	uint64_t number = 0;
	char digits[3];

	if (end == NULL)
		return CARDEA_E_SYNTAX;
	memcpy(digits, *text, (size_t)(end - *text));
	digits[end - *text] = '\0';
	if (cardea_text_number(digits, 1, CARDEA_PROOF_CHUNKS_MAX, &number) !=
	    CARDEA_OK)
		return CARDEA_E_SYNTAX;
	*ret_number = (unsigned int)number;
	*text = end + 1;
	return CARDEA_OK;
}

/* What one part says: its number, of how many, and its bytes. */
static enum cardea_status
read_part(const char *text, unsigned int *ret_index, unsigned int *ret_count,
    unsigned char bytes[PART_BYTES], size_t *ret_len)
{
	unsigned int index = 0, count = 0;
	size_t len = 0;

	if (strncmp(text, PART_MAGIC, strlen(PART_MAGIC)) != 0)
		return CARDEA_E_SYNTAX;
	text += strlen(PART_MAGIC);
	if (take_number(&text, '/', &index) != CARDEA_OK ||
	    take_number(&text, ':', &count) != CARDEA_OK || index > count ||
	    cardea_base64_decode(CARDEA_BASE64_URL, text, strlen(text), bytes,
		PART_BYTES, &len) != CARDEA_OK ||
	    len == 0 || (index < count && len < PART_BYTES))
		return CARDEA_E_SYNTAX;
	*ret_index = index;
	*ret_count = count;
	*ret_len = len;
	return CARDEA_OK;
}

static unsigned int
filled(const struct cardea_remote_parts *parts)
{
	unsigned int i = 0;

	while (i < parts->count && parts->texts[i][0] != '\0')
		i++;
	return i;
}

enum cardea_status
cardea_remote_add_part(
    struct cardea_remote_parts *parts, const char *text, bool *ret_done)
{
	unsigned int have = filled(parts), index = 0, count = 0;
	unsigned char bytes[PART_BYTES];
	enum cardea_status status;
	size_t len;

	status = read_part(text, &index, &count, bytes, &len);
	if (status != CARDEA_OK)
		return status;
	if (index != have + 1 || (have > 0 && count != parts->count))
		return CARDEA_E_SYNTAX;
	status = cardea_text_copy(
	    parts->texts[have], sizeof(parts->texts[have]), text);
	if (status != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	parts->count = count;
	*ret_done = index == count;
	return CARDEA_OK;
}

enum cardea_status
cardea_remote_more(
    const struct cardea_remote_parts *parts, char *prompt, size_t size)
{
	unsigned int have = filled(parts);

	if (have == 0 || have == parts->count)
		return CARDEA_E_INTERNAL;
	return cardea_text_print(prompt, size, "[cardea-more1:%u] ", have + 1);
}

enum cardea_status
cardea_remote_join(const struct cardea_remote_parts *parts,
    struct cardea_remote_answer *ret_answer)
{
	unsigned char bytes[CARDEA_PROOF_CHUNKS_MAX * PART_BYTES];
	struct cardea_remote_answer answer = { .no = CARDEA_REMOTE_PROOF };
	enum cardea_status status;
	size_t len = 0;

	if (parts->count == 0 || parts->count > CARDEA_PROOF_CHUNKS_MAX)
		return CARDEA_E_SYNTAX;
	for (unsigned int i = 0; i < parts->count; i++) {
		unsigned int index = 0, count = 0;
		size_t part_len = 0;

		status = read_part(
		    parts->texts[i], &index, &count, bytes + len, &part_len);
		if (status != CARDEA_OK)
			return status;
		if (index != i + 1 || count != parts->count)
			return CARDEA_E_SYNTAX;
		len += part_len;
	}
	status = unpack_answer(bytes, len, &answer);
	if (status == CARDEA_OK)
		*ret_answer = answer;
	return status;
}
