/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "facts/netlist_text.h"

#define DAY_S INT64_C(86400)

/* Exactly two digits, below end. */
static bool
take_two(const char **text, int end, int64_t *ret_number)
{
	const char *at = *text;
	int number;

	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return false;
	number = (at[0] - '0') * 10 + (at[1] - '0');
	if (number >= end)
		return false;
	*ret_number = number;
	*text = at + 2;
	return true;
}

static bool
take_sign(const char **text, char sign)
{
	if (**text != sign)
		return false;
	++*text;
	return true;
}

/* "08:49" or "08:49:37", and what stands behind it. */
static bool
take_clock(const char *text, const char *behind, int64_t *ret_second)
{
	int64_t hours, minutes, seconds = 0;

	if (!take_two(&text, 24, &hours) || !take_sign(&text, ':') ||
	    !take_two(&text, 60, &minutes))
		return false;
	if (take_sign(&text, ':') && !take_two(&text, 60, &seconds))
		return false;
	*ret_second = hours * 3600 + minutes * 60 + seconds;
	return strcmp(text, behind) == 0;
}

enum cardea_status
cardea_netlist_until(const char *text, int64_t *ret_time_s)
{
	int64_t second = DAY_S;
	int year, month, day;
	char date[11];

	if (strlen(text) < 10 || (text[10] != '\0' && text[10] != 'T'))
		return CARDEA_E_SYNTAX;
	memcpy(date, text, 10);
	date[10] = '\0';
	if (cardea_text_date(date, &year, &month, &day) != CARDEA_OK ||
	    (text[10] == 'T' && !take_clock(text + 11, "Z", &second)))
		return CARDEA_E_SYNTAX;
	*ret_time_s = cardea_text_days(year, month, day) * DAY_S + second;
	return CARDEA_OK;
}

/* The day of the week is not compared: it is said, not meant. */
static const char *
skip_weekday(const char *text)
{
	static const char *const names[] = { "Mon, ", "Tue, ", "Wed, ", "Thu, ",
		"Fri, ", "Sat, ", "Sun, " };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strncmp(text, names[i], 5) == 0)
			return text + 5;
	}
	return NULL;
}

/* "06 Nov 1994 ", as a date of ours. */
static bool
read_date(const char *text, int *ret_year, int *ret_month, int *ret_day)
{
	static const char *const months[] = { " Jan ", " Feb ", " Mar ",
		" Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ",
		" Nov ", " Dec " };
	char date[] = "0000-00-00";

	for (unsigned int i = 0; i < 12; i++) {
		if (strncmp(text + 2, months[i], 5) != 0)
			continue;
		memcpy(date, text + 7, 4);
		date[5] = (char)('0' + (i + 1) / 10);
		date[6] = (char)('0' + (i + 1) % 10);
		memcpy(date + 8, text, 2);
	}
	return text[11] == ' ' &&
	    cardea_text_date(date, ret_year, ret_month, ret_day) == CARDEA_OK;
}

enum cardea_status
cardea_netlist_http_date(const char *text, int64_t *ret_time_s)
{
	const char *date = skip_weekday(text);
	int year, month, day;
	int64_t second;

	if (date == NULL || strlen(date) < 12 ||
	    !read_date(date, &year, &month, &day) ||
	    !take_clock(date + 12, " GMT", &second))
		return CARDEA_E_SYNTAX;
	*ret_time_s = cardea_text_days(year, month, day) * DAY_S + second;
	return CARDEA_OK;
}
