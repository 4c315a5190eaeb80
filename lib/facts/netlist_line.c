/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/address.h>

#include "facts/netlist_text.h"

#define BLANKS " \t"

static const char not_an_entry[] = "expected an address, a prefix or a range "
				   "of two addresses; names are not looked up";

static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, BLANKS);
	len = strlen(text);
	while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

/* Cuts the line at the word "until"; what is behind it, or NULL. */
static char *
cut_until(char *line)
{
	char *at = line;

	while ((at = strstr(at, "until")) != NULL) {
		if (at > line && strchr(BLANKS, at[-1]) != NULL &&
		    (at[5] == '\0' || strchr(BLANKS, at[5]) != NULL)) {
			*at = '\0';
			return at + 5;
		}
		at += 5;
	}
	return NULL;
}

static bool
is_v4(const unsigned char address[16])
{
	static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0xff, 0xff };

	return memcmp(address, mapped, sizeof(mapped)) == 0;
}

static const char *
read_end(const char *text, unsigned char address[16])
{
	struct cardea_prefix prefix;

	if (strchr(text, '/') != NULL ||
	    cardea_prefix_parse(text, &prefix) != CARDEA_OK)
		return not_an_entry;
	memcpy(address, prefix.bytes, 16);
	return NULL;
}

static const char *
read_range(char *from, char *to, struct cardea_netlist_range *range)
{
	const char *reason = read_end(trim(from), range->low);

	if (reason == NULL)
		reason = read_end(trim(to), range->high);
	if (reason != NULL)
		return reason;
	if (is_v4(range->low) != is_v4(range->high))
		return "one end of the range is IPv4 and the other is not";
	if (memcmp(range->low, range->high, 16) > 0)
		return "the range ends before it begins";
	return NULL;
}

/* Why a text is no prefix: is it the length, or no address at all? */
static const char *
explain(char *text)
{
	struct cardea_prefix prefix;
	char *slash = strchr(text, '/');

	if (slash != NULL) {
		*slash = '\0';
		if (cardea_prefix_parse(text, &prefix) == CARDEA_OK)
			return "the length does not fit, or bits are set "
			       "behind it";
	}
	if (strpbrk(text, BLANKS) != NULL)
		return "expected one entry a line, and a comment behind # or ;";
	return not_an_entry;
}

static const char *
read_prefix(char *text, struct cardea_netlist_range *range)
{
	struct cardea_prefix prefix;

	if (cardea_prefix_parse(text, &prefix) != CARDEA_OK)
		return explain(text);
	memcpy(range->low, prefix.bytes, 16);
	memcpy(range->high, prefix.bytes, 16);
	for (unsigned int bit = prefix.bits; bit < 128; bit++)
		range->high[bit / 8] |= (unsigned char)(0x80 >> bit % 8);
	return NULL;
}

const char *
cardea_netlist_entry(char *line, struct cardea_netlist_range *ret_range)
{
	struct cardea_netlist_range range = { .until_s = 0 };
	char *until = cut_until(line);
	char *dash = strchr(line, '-');
	const char *reason;

	if (dash != NULL) {
		*dash = '\0';
		reason = read_range(line, dash + 1, &range);
	} else {
		reason = read_prefix(trim(line), &range);
	}
	/* 0 would be for ever, so an end in 1970 is none */
	if (reason == NULL && until != NULL &&
	    (cardea_netlist_until(trim(until), &range.until_s) != CARDEA_OK ||
		range.until_s <= 0))
		reason = "expected until 2026-12-01 or 2026-12-01T00:00:00Z";
	if (reason == NULL)
		*ret_range = range;
	return reason;
}
