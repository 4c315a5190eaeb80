/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/dertime.h"
#include "base/text.h"

#define DAY_S 86400

static bool
read_pair(const unsigned char *digits, int *ret_number)
{
	if (digits[0] < '0' || digits[0] > '9' || digits[1] < '0' ||
	    digits[1] > '9')
		return false;
	*ret_number = (digits[0] - '0') * 10 + digits[1] - '0';
	return true;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	if (month == 2 &&
	    (year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)))
		return 29;
	return days[month - 1];
}

/* month to second, five pairs of digits, and the "Z" that ends them */
static bool
read_rest(const unsigned char *text, int year, int64_t *ret_time_s)
{
	int parts[5] = { 0 };

	for (size_t i = 0; i < 5; i++) {
		if (!read_pair(text + 2 * i, &parts[i]))
			return false;
	}
	if (text[10] != 'Z' || parts[0] < 1 || parts[0] > 12 || parts[1] < 1 ||
	    parts[1] > days_in(year, parts[0]) || parts[2] > 23 ||
	    parts[3] > 59 || parts[4] > 59)
		return false;
	*ret_time_s = cardea_text_days(year, parts[0], parts[1]) * DAY_S +
	    parts[2] * 3600 + parts[3] * 60 + parts[4];
	return true;
}

bool
cardea_dertime_read(const struct cardea_der *element, int64_t *ret_time_s)
{
	const unsigned char *text = element->content.data;
	int century, year;

	if (element->tag == CARDEA_DER_UTC_TIME && element->content.len == 13 &&
	    read_pair(text, &year))
		return read_rest(
		    text + 2, year + (year < 50 ? 2000 : 1900), ret_time_s);
	if (element->tag == CARDEA_DER_TIME && element->content.len == 15 &&
	    read_pair(text, &century) && read_pair(text + 2, &year))
		return read_rest(text + 4, century * 100 + year, ret_time_s);
	return false;
}

bool
cardea_dertime_take(struct cardea_cert_bytes *bytes, int64_t *ret_time_s)
{
	struct cardea_cert_bytes rest = *bytes;
	struct cardea_der element;

	if (!cardea_der_next(&rest, &element) ||
	    !cardea_dertime_read(&element, ret_time_s))
		return false;
	*bytes = rest;
	return true;
}
