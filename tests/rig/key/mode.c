/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "rig/key/mangle.h"
#include "rig/key/mode.h"
#include "rig/key/state.h"

#define BLANKS " \t\r\n"

static const char *const plain_words[] = { "approve", "deny", "wait", "endless",
	"badsig", "noup", "nouv", "stuckctr", "zeroctr", "foreignrp",
	"foreigncred", "truncated", NULL };
static const char *const words_with_number[] = { "flags", "trailing", "error",
	"unplug", "hang", NULL };

/* The next word of a text, and its length; NULL at the end. */
static const char *
next_word(const char *text, size_t *ret_len)
{
	text += strspn(text, BLANKS);
	*ret_len = strcspn(text, BLANKS);
	return *ret_len > 0 ? text : NULL;
}

/* Is that word NAME, or NAME=...?  Then what follows it, else NULL. */
static const char *
after_name(const char *word, size_t len, const char *name)
{
	size_t name_len = strlen(name);
	if (len < name_len || memcmp(word, name, name_len) != 0)
		return NULL;
	if (len == name_len || word[name_len] == '=')
		return word + name_len;
	return NULL;
}

/* What follows the name in the mode, or NULL if it does not stand there. */
static const char *
find(const struct state *state, const char *name)
{
	size_t len;
	const char *word = next_word(state->mode, &len);
	for (; word != NULL; word = next_word(word + len, &len)) {
		const char *rest = after_name(word, len, name);
		if (rest != NULL)
			return rest;
	}
	return NULL;
}

bool
mode_has(const struct state *state, const char *word)
{
	return find(state, word) != NULL;
}

bool
mode_number(const struct state *state, const char *word, long *ret_number)
{
	const char *rest = find(state, word);
	if (rest == NULL || *rest != '=')
		return false;
	*ret_number = strtol(rest + 1, NULL, 0);
	return true;
}

bool
mode_text(
    const struct state *state, const char *word, char *ret_text, size_t size)
{
	const char *rest = find(state, word);
	if (rest == NULL || *rest != '=')
		return false;
	size_t len = strcspn(rest + 1, BLANKS);
	if (len >= size)
		return false;
	memcpy(ret_text, rest + 1, len);
	ret_text[len] = '\0';
	return true;
}

unsigned int
mode_failure(struct state *state)
{
	state->commands++;
	char text[32];
	if (!mode_text(state, "error", text, sizeof text))
		return 0;
	char *end;
	unsigned int status = (unsigned int)strtoul(text, &end, 0);
	if (*end == '@' && strtol(end + 1, NULL, 10) != state->commands)
		return 0;
	return status & 0xff;
}

static bool
is_listed(const char *const *list, const char *word, size_t len)
{
	for (; *list != NULL; list++) {
		if (strlen(*list) == len && memcmp(*list, word, len) == 0)
			return true;
	}
	return false;
}

static bool
is_number(const char *text, size_t len)
{
	char *end;
	(void)strtoul(text, &end, 0);
	if (*end == '@')
		(void)strtoul(end + 1, &end, 10);
	return len > 0 && end == text + len;
}

static bool
is_known_word(const char *word, size_t len)
{
	const char *equals = memchr(word, '=', len);
	if (equals == NULL)
		return is_listed(plain_words, word, len);
	size_t name_len = (size_t)(equals - word);
	const char *value = equals + 1;
	size_t value_len = len - name_len - 1;
	if (is_listed(words_with_number, word, name_len))
		return is_number(value, value_len);
	return after_name(word, len, "cbor") != NULL &&
	    mangle_is_known(value, value_len);
}

bool
mode_is_known(const char *text)
{
	size_t len;
	const char *word = next_word(text, &len);
	for (; word != NULL; word = next_word(word + len, &len)) {
		if (!is_known_word(word, len))
			return false;
	}
	return true;
}
