/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum cardea_status
cardea_text_copy(char *target, size_t size, const char *text)
{
	size_t len = text == NULL ? 0 : strlen(text);

	if (len >= size)
		return CARDEA_E_RANGE;
	if (len > 0)
		memmove(target, text, len);
	target[len] = '\0';
	return CARDEA_OK;
}

enum cardea_status
cardea_text_print(char *target, size_t size, const char *format, ...)
{
	va_list args;
	int len;

	if (size == 0)
		return CARDEA_E_RANGE;
	va_start(args, format);
	len = vsnprintf(target, size, format, args);
	va_end(args);
	if (len >= 0 && (size_t)len < size)
		return CARDEA_OK;
	target[0] = '\0';
	return CARDEA_E_RANGE;
}

/* Does a dash stand here? */
static bool
is_dash(size_t at)
{
	return at == 8 || at == 13 || at == 18 || at == 23;
}

void
cardea_text_uuid(char text[CARDEA_TEXT_UUID + 1], const unsigned char bytes[16])
{
	char hex[33];
	size_t from = 0;

	cardea_text_hex(hex, bytes, 16);
	for (size_t at = 0; at < CARDEA_TEXT_UUID; at++)
		text[at] = is_dash(at) ? '-' : hex[from++];
	text[CARDEA_TEXT_UUID] = '\0';
}

enum cardea_status
cardea_text_parse_uuid(unsigned char bytes[16], const char *text)
{
	char hex[33];
	size_t len = 0;

	if (strlen(text) != CARDEA_TEXT_UUID)
		return CARDEA_E_SYNTAX;
	for (size_t at = 0; at < CARDEA_TEXT_UUID; at++) {
		if (is_dash(at) != (text[at] == '-'))
			return CARDEA_E_SYNTAX;
		if (!is_dash(at))
			hex[len++] = text[at];
	}
	hex[len] = '\0';
	return cardea_text_unhex(bytes, 16, hex);
}

bool
cardea_text_digits(const char *text)
{
	const char *at = text;

	while (*at >= '0' && *at <= '9')
		at++;
	return at != text && *at == '\0';
}

enum cardea_status
cardea_text_number(
    const char *text, uint64_t low, uint64_t high, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (!cardea_text_digits(text) || (text[0] == '0' && text[1] != '\0'))
		return CARDEA_E_SYNTAX;
	for (; *text != '\0'; text++) {
		uint64_t digit = (uint64_t)(*text - '0');

		if (number > (UINT64_MAX - digit) / 10)
			return CARDEA_E_RANGE;
		number = number * 10 + digit;
	}
	if (number < low || number > high)
		return CARDEA_E_RANGE;
	*ret_number = number;
	return CARDEA_OK;
}

enum cardea_status
cardea_text_duration(const char *text, uint32_t max_s, uint32_t *ret_s)
{
	char digits[16];
	size_t len = strlen(text);
	uint64_t count, unit;
	enum cardea_status status;

	if (len < 2 || len > sizeof(digits))
		return CARDEA_E_SYNTAX;
	switch (text[len - 1]) {
	case 's':
		unit = 1;
		break;
	case 'm':
		unit = 60;
		break;
	case 'h':
		unit = 3600;
		break;
	case 'd':
		unit = 86400;
		break;
	default:
		return CARDEA_E_SYNTAX;
	}
	memcpy(digits, text, len - 1);
	digits[len - 1] = '\0';
	status = cardea_text_number(digits, 0, max_s / unit, &count);
	if (status == CARDEA_OK)
		*ret_s = (uint32_t)(count * unit);
	return status;
}

int64_t
cardea_text_days(int year, int month, int day)
{
	/* days from civil: years begin in March, so that the leap day is the
	 * last of its year and months follow one formula */
	int64_t shifted = (int64_t)year - (month <= 2);
	int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
	int64_t of_era = shifted - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day -
	    1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

int
cardea_text_weekday(int year, int month, int day)
{
	/* 1970-01-01 was a Thursday */
	int64_t weekday = (cardea_text_days(year, month, day) + 3) % 7;

	return (int)(weekday < 0 ? weekday + 7 : weekday);
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

enum cardea_status
cardea_text_date(const char *text, int *ret_year, int *ret_month, int *ret_day)
{
	int part[3] = { 0, 0, 0 };
	size_t which = 0;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return CARDEA_E_SYNTAX;
	for (size_t i = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			which++;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return CARDEA_E_SYNTAX;
		part[which] = part[which] * 10 + (text[i] - '0');
	}
	if (part[0] < 1970 || part[1] < 1 || part[1] > 12 || part[2] < 1 ||
	    part[2] > days_in_month(part[0], part[1]))
		return CARDEA_E_RANGE;
	*ret_year = part[0];
	*ret_month = part[1];
	*ret_day = part[2];
	return CARDEA_OK;
}

void
cardea_text_hex(char *hex, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * len] = '\0';
}

static int
hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

enum cardea_status
cardea_text_unhex(unsigned char *bytes, size_t len, const char *hex)
{
	if (strlen(hex) != 2 * len)
		return CARDEA_E_SYNTAX;
	for (size_t i = 0; i < 2 * len; i++)
		if (hex_value(hex[i]) < 0)
			return CARDEA_E_SYNTAX;
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)(hex_value(hex[2 * i]) << 4 |
		    hex_value(hex[2 * i + 1]));
	return CARDEA_OK;
}
