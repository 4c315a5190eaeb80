/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cli/moment.h"

#define DAY_S INT64_C(86400)

/* Exactly two digits of [0, high]; *text moves behind them. */
static bool
take_two(const char **text, int high, int *ret_number)
{
	const char *at = *text;
	int number;

	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return false;
	number = (at[0] - '0') * 10 + (at[1] - '0');
	if (number > high)
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

/* "Z", "+01:00", "-0330" up to the end. */
static bool
take_offset(const char *text, int *ret_offset_s)
{
	int sign = *text == '-' ? -1 : 1, hours, minutes;

	if (strcmp(text, "Z") == 0) {
		*ret_offset_s = 0;
		return true;
	}
	if (*text != '+' && *text != '-')
		return false;
	text++;
	if (!take_two(&text, 23, &hours))
		return false;
	(void)take_sign(&text, ':');
	if (!take_two(&text, 59, &minutes) || *text != '\0')
		return false;
	*ret_offset_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

/* "10:00", "10:00:00", and ".123456" where fraction allows it, then offset. */
static bool
take_clock(const char *text, bool fraction, int64_t *ret_second)
{
	int hours, minutes, seconds = 0, offset_s;

	if (!take_two(&text, 23, &hours) || !take_sign(&text, ':') ||
	    !take_two(&text, 59, &minutes))
		return false;
	if (take_sign(&text, ':') && !take_two(&text, 59, &seconds))
		return false;
	if (fraction && take_sign(&text, '.'))
		text += strspn(text, "0123456789");
	if (!take_offset(text, &offset_s))
		return false;
	*ret_second = hours * 3600 + minutes * 60 + seconds - offset_s;
	return true;
}

static enum cardea_status
parse_date_time(const char *text, bool fraction, bool end, int64_t *ret_time_s)
{
	char date[11] = "";
	int year, month, day;
	int64_t second = end ? DAY_S : 0;

	if (strlen(text) < 10 || (text[10] != '\0' && text[10] != 'T'))
		return CARDEA_E_SYNTAX;
	memcpy(date, text, 10);
	if (cardea_text_date(date, &year, &month, &day) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	if (text[10] == 'T' && !take_clock(text + 11, fraction, &second))
		return CARDEA_E_SYNTAX;
	*ret_time_s = cardea_text_days(year, month, day) * DAY_S + second;
	return CARDEA_OK;
}

static enum cardea_status
parse_seconds(const char *text, int64_t *ret_time_s)
{
	bool negative = *text == '-';
	uint64_t number;
	enum cardea_status status = cardea_text_number(
	    text + (negative ? 1 : 0), 0, INT64_MAX, &number);

	if (status == CARDEA_OK)
		*ret_time_s = negative ? -(int64_t)number : (int64_t)number;
	return status;
}

enum cardea_status
cardea_moment_parse(const char *text, int64_t *ret_time_s)
{
	if (parse_seconds(text, ret_time_s) == CARDEA_OK)
		return CARDEA_OK;
	return parse_date_time(text, false, false, ret_time_s);
}

enum cardea_status
cardea_moment_parse_end(const char *text, int64_t *ret_time_s)
{
	if (parse_seconds(text, ret_time_s) == CARDEA_OK)
		return CARDEA_OK;
	return parse_date_time(text, false, true, ret_time_s);
}

enum cardea_status
cardea_moment_parse_log(const char *text, int64_t *ret_time_s)
{
	if (strchr(text, 'T') == NULL)
		return CARDEA_E_SYNTAX;
	return parse_date_time(text, true, false, ret_time_s);
}

void
cardea_moment_format(int64_t time_s, char text[CARDEA_MOMENT_TEXT_MAX + 1])
{
	time_t time = (time_t)time_s;
	struct tm utc;

	if (gmtime_r(&time, &utc) == NULL || utc.tm_year < -1900 ||
	    utc.tm_year > 9999 - 1900 ||
	    strftime(text, CARDEA_MOMENT_TEXT_MAX + 1, "%Y-%m-%dT%H:%M:%SZ",
		&utc) == 0)
		snprintf(text, CARDEA_MOMENT_TEXT_MAX + 1, "%" PRId64, time_s);
}
