/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "factor/remote_parts.h"

/* the longest of the magics, "cardea-device1:", and "48/48:" behind it */
#define HEAD_MAX 24
_Static_assert(HEAD_MAX + CARDEA_REMOTE_PART_DIGITS <= CARDEA_PROOF_CHUNK_MAX,
    "a part fits");
_Static_assert(CARDEA_PROOF_CHUNKS_MAX < 100, "two digits number a part");

enum cardea_status
cardea_remote_cut(const struct cardea_remote_form *form,
    const unsigned char *bytes, size_t len,
    struct cardea_remote_parts *ret_parts)
{
	struct cardea_remote_parts parts = { 0 };
	enum cardea_status status = CARDEA_OK;

	if (len == 0)
		return CARDEA_E_SYNTAX;
	if (CARDEA_REMOTE_PARTS_OF(len) > form->parts_max)
		return CARDEA_E_RANGE;
	parts.count = (unsigned int)CARDEA_REMOTE_PARTS_OF(len);
	for (unsigned int i = 0; i < parts.count && status == CARDEA_OK; i++) {
		size_t at = (size_t)i * CARDEA_REMOTE_PART_BYTES, head;
		size_t left = len - at;
		char *text = parts.texts[i];

		if (left > CARDEA_REMOTE_PART_BYTES)
			left = CARDEA_REMOTE_PART_BYTES;
		status = cardea_text_print(text, sizeof(parts.texts[i]),
		    "%s%u/%u:", form->magic, i + 1, parts.count);
		head = strlen(text);
		if (status == CARDEA_OK)
			status = cardea_base64_encode(CARDEA_BASE64_URL,
			    bytes + at, left, text + head,
			    sizeof(parts.texts[i]) - head);
	}
	if (status == CARDEA_OK)
		*ret_parts = parts;
	return status;
}

/* The number before mark, which stands within three characters. */
static enum cardea_status
take_number(
    const char **text, char mark, unsigned int max, unsigned int *ret_number)
{
	const char *end = memchr(*text, mark, strnlen(*text, 3));
	uint64_t number = 0;
	char digits[3];

	if (end == NULL)
		return CARDEA_E_SYNTAX;
	memcpy(digits, *text, (size_t)(end - *text));
	digits[end - *text] = '\0';
	if (cardea_text_number(digits, 1, max, &number) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	*ret_number = (unsigned int)number;
	*text = end + 1;
	return CARDEA_OK;
}

struct part {
	unsigned int index; /* from 1 */
	unsigned int count; /* of how many */
	size_t len;
	unsigned char bytes[CARDEA_REMOTE_PART_BYTES];
};

static enum cardea_status
read_part(
    const struct cardea_remote_form *form, const char *text, struct part *part)
{
	size_t magic = strlen(form->magic);

	if (strncmp(text, form->magic, magic) != 0)
		return CARDEA_E_SYNTAX;
	text += magic;
	if (take_number(&text, '/', form->parts_max, &part->index) !=
		CARDEA_OK ||
	    take_number(&text, ':', form->parts_max, &part->count) !=
		CARDEA_OK ||
	    part->index > part->count ||
	    cardea_base64_decode(CARDEA_BASE64_URL, text, strlen(text),
		part->bytes, sizeof(part->bytes), &part->len) != CARDEA_OK ||
	    part->len == 0 ||
	    (part->index < part->count && part->len < sizeof(part->bytes)))
		return CARDEA_E_SYNTAX;
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
cardea_remote_add_part(const struct cardea_remote_form *form,
    struct cardea_remote_parts *parts, const char *text, bool *ret_done)
{
	unsigned int have = filled(parts);
	enum cardea_status status;
	struct part part;

	status = read_part(form, text, &part);
	if (status != CARDEA_OK)
		return status;
	if (part.index != have + 1 || (have > 0 && part.count != parts->count))
		return CARDEA_E_SYNTAX;
	status = cardea_text_copy(
	    parts->texts[have], sizeof(parts->texts[have]), text);
	if (status != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	parts->count = part.count;
	*ret_done = part.index == part.count;
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
cardea_remote_bytes(const struct cardea_remote_form *form,
    const struct cardea_remote_parts *parts, unsigned char *bytes, size_t size,
    size_t *ret_len)
{
	enum cardea_status status;
	struct part part;
	size_t len = 0;

	if (parts->count == 0 || parts->count > form->parts_max)
		return CARDEA_E_SYNTAX;
	for (unsigned int i = 0; i < parts->count; i++) {
		status = read_part(form, parts->texts[i], &part);
		if (status != CARDEA_OK)
			return status;
		if (part.index != i + 1 || part.count != parts->count)
			return CARDEA_E_SYNTAX;
		if (part.len > size - len)
			return CARDEA_E_RANGE;
		memcpy(bytes + len, part.bytes, part.len);
		len += part.len;
	}
	*ret_len = len;
	return CARDEA_OK;
}
