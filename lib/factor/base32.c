/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>

#include "factor/base32.h"

/* 0..31, or -1. By comparison: "A-Z2-7" in either case. */
static int
value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= '2' && c <= '7')
		return c - '2' + 26;
	return -1;
}

static char
char_of(unsigned int value)
{
	return (char)(value < 26 ? 'A' + value : '2' + value - 26);
}

static bool
is_separator(char c)
{
	return c == ' ' || c == '-';
}

/* Padding fills the last group of eight; other lengths do not exist. */
static bool
padding_is_right(size_t chars, size_t padding)
{
	size_t rest = chars % 8;

	if (rest == 1 || rest == 3 || rest == 6)
		return false;
	return padding == 0 || (rest != 0 && padding == 8 - rest);
}

/* Counts the characters of text; false for what does not belong there. */
static bool
measure(const char *text, size_t *ret_chars, size_t *ret_padding)
{
	size_t chars = 0, padding = 0;

	for (; *text != '\0'; text++) {
		if (*text == '=')
			padding++;
		else if (value_of(*text) >= 0 && padding == 0)
			chars++;
		else if (!is_separator(*text) || chars == 0 || padding != 0)
			return false;
	}
	*ret_chars = chars;
	*ret_padding = padding;
	return padding_is_right(chars, padding);
}

/* Returns the bits left over, which must be zero. */
static unsigned int
gather(const char *text, unsigned char *bytes, size_t len)
{
	unsigned int held = 0, bits = 0;
	size_t at = 0;

	for (; *text != '\0' && *text != '='; text++) {
		int value = value_of(*text);

		if (value < 0)
			continue; /* a separator */
		held = held << 5 | (unsigned int)value;
		bits += 5;
		if (bits >= 8 && at < len) {
			bits -= 8;
			bytes[at++] = (unsigned char)(held >> bits);
		}
		held &= (1u << bits) - 1;
	}
	return held;
}

enum cardea_status
cardea_base32_decode(const char *text, struct cardea_secret *ret_bytes)
{
	struct cardea_secret bytes = { 0 };
	enum cardea_status status;
	size_t chars, padding;

	if (!measure(text, &chars, &padding))
		return CARDEA_E_SYNTAX;
	status = cardea_secret_resize(&bytes, chars * 5 / 8);
	if (status != CARDEA_OK)
		return status;
	if (gather(text, bytes.data, bytes.len) != 0) {
		cardea_secret_clear(&bytes);
		return CARDEA_E_SYNTAX;
	}
	cardea_secret_clear(ret_bytes);
	*ret_bytes = bytes; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_base32_encode(
    const unsigned char *bytes, size_t len, char *text, size_t size)
{
	unsigned int held = 0, bits = 0;
	size_t at = 0;

	if (len > SIZE_MAX / 8 || size < (len * 8 + 4) / 5 + 1)
		return CARDEA_E_RANGE;
	for (size_t i = 0; i < len; i++) {
		held = held << 8 | bytes[i];
		for (bits += 8; bits >= 5; held &= (1u << bits) - 1) {
			bits -= 5;
			text[at++] = char_of(held >> bits & 31);
		}
	}
	if (bits > 0)
		text[at++] = char_of(held << (5 - bits) & 31);
	text[at] = '\0';
	return CARDEA_OK;
}
