/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <strings.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "device_pattern.h"

#define DNS "dns:"
#define TEXT_MAX (CARDEA_QUALIFIER_VALUE_MAX + 4 * CARDEA_NAME_MAX)

/* "%u" becomes the user; what does not fit, or leaves no user, means nothing.
 * A percent sign that is no "%u" is itself. */
static bool
expand(const char *text, size_t len, const char *user, char *target)
{
	size_t used = 0, user_len = user != NULL ? strlen(user) : 0;

	for (size_t i = 0; i < len; i++) {
		bool is_user = text[i] == '%' && i + 1 < len &&
		    text[i + 1] == 'u';
		size_t more = is_user ? user_len : 1;

		if (more == 0 || used + more > TEXT_MAX)
			return false;
		memcpy(target + used, is_user ? user : text + i, more);
		used += more;
		i += is_user ? 1 : 0;
	}
	target[used] = '\0';
	return true;
}

static bool
is_equal(const char *a, const char *b, size_t len, bool is_dns)
{
	return (is_dns ? strncasecmp(a, b, len) : strncmp(a, b, len)) == 0;
}

/* What a star stands for. */
static bool
is_stretch(const char *text, size_t len, bool is_dns)
{
	return len > 0 && (!is_dns || memchr(text, '.', len) == NULL);
}

static bool
is_matched(const char *pattern, const char *user, const char *name, bool is_dns)
{
	size_t len = strlen(pattern), name_len = strlen(name), rest;
	bool first = len > 0 && pattern[0] == '*';
	bool last = !first && len > 0 && pattern[len - 1] == '*';
	char literal[TEXT_MAX + 1];

	if (memchr(pattern + (first ? 1 : 0), '*',
		len - (first || last ? 1 : 0)) != NULL)
		return false;
	if (!expand(pattern + (first ? 1 : 0), len - (first || last ? 1 : 0),
		user, literal))
		return false;
	rest = strlen(literal);
	if (!first && !last)
		return name_len == rest &&
		    is_equal(name, literal, rest, is_dns);
	if (name_len < rest)
		return false;
	if (first)
		return is_equal(
			   name + name_len - rest, literal, rest, is_dns) &&
		    is_stretch(name, name_len - rest, is_dns);
	return is_equal(name, literal, rest, is_dns) &&
	    is_stretch(name + rest, name_len - rest, is_dns);
}

bool
cardea_device_pattern_is(
    const char *pattern, const char *user, const char *name)
{
	static const char *const kinds[] = { DNS,
		"email:", "uri:", "ip:", "upn:", "dirname:" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i]);

		if (strncmp(pattern, kinds[i], len) == 0)
			return strncmp(name, kinds[i], len) == 0 &&
			    is_matched(pattern + len, user, name + len, i == 0);
	}
	return false;
}

bool
cardea_device_pattern_is_plain(
    const char *text, const char *user, const char *name)
{
	char literal[TEXT_MAX + 1];

	return expand(text, strlen(text), user, literal) &&
	    strcmp(literal, name) == 0;
}
