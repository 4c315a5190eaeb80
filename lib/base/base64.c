/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <string.h>

#include "base/base64.h"

#define COMMON "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const char *const alphabets[] = {
	[CARDEA_BASE64] = COMMON "+/",
	[CARDEA_BASE64_URL] = COMMON "-_",
};

enum cardea_status
cardea_base64_encode(enum cardea_base64_kind kind, const unsigned char *bytes,
    size_t len, char *text, size_t size)
{
	const char *alphabet = alphabets[kind];
	char *at = text;

	if (size == 0 || CARDEA_BASE64_LEN(len) > size - 1)
		return CARDEA_E_RANGE;
	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t bits = (uint32_t)bytes[i] << 16 |
		    (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
		    (left > 2 ? (uint32_t)bytes[i + 2] : 0);

		*at++ = alphabet[bits >> 18 & 63];
		*at++ = alphabet[bits >> 12 & 63];
		if (left > 1)
			*at++ = alphabet[bits >> 6 & 63];
		else if (kind == CARDEA_BASE64)
			*at++ = '=';
		if (left > 2)
			*at++ = alphabet[bits & 63];
		else if (kind == CARDEA_BASE64)
			*at++ = '=';
	}
	*at = '\0';
	return CARDEA_OK;
}

/* The characters before the padding; SYNTAX unless it is as it must be. */
static enum cardea_status
without_padding(enum cardea_base64_kind kind, const char *text, size_t len,
    size_t *ret_digits)
{
	size_t pad = 0;

	if (kind == CARDEA_BASE64) {
		if (len % 4 != 0)
			return CARDEA_E_SYNTAX;
		while (pad < 2 && pad < len && text[len - 1 - pad] == '=')
			pad++;
	}
	*ret_digits = len - pad;
	return (len - pad) % 4 == 1 ? CARDEA_E_SYNTAX : CARDEA_OK;
}

enum cardea_status
cardea_base64_decode(enum cardea_base64_kind kind, const char *text,
    size_t text_len, unsigned char *bytes, size_t size, size_t *ret_len)
{
	const char *alphabet = alphabets[kind];
	size_t digits = 0, len = 0;
	uint32_t bits = 0;
	enum cardea_status status;

	status = without_padding(kind, text, text_len, &digits);
	if (status != CARDEA_OK)
		return status;
	if (digits / 4 * 3 + digits % 4 * 3 / 4 > size)
		return CARDEA_E_RANGE;
	for (size_t i = 0; i < digits; i++) {
		const char *at = memchr(alphabet, text[i], 64);

		if (at == NULL)
			return CARDEA_E_SYNTAX;
		bits = (bits << 6 | (uint32_t)(at - alphabet)) & 0xffffff;
		if (i % 4 == 1)
			bytes[len++] = (unsigned char)(bits >> 4);
		else if (i % 4 == 2)
			bytes[len++] = (unsigned char)(bits >> 2);
		else if (i % 4 == 3)
			bytes[len++] = (unsigned char)bits;
	}
	if ((digits % 4 == 3 && (bits & 0x3) != 0) ||
	    (digits % 4 == 2 && (bits & 0xf) != 0))
		return CARDEA_E_SYNTAX;
	*ret_len = len;
	return CARDEA_OK;
}
