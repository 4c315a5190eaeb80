/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/requirement.h>

#include "requirement_node.h"

struct parser {
	const char *text;
	size_t at;
	unsigned int depth;
	struct cardea_requirement *out;
	struct cardea_diag *diag;
	enum cardea_status status;
};

static bool
fail(struct parser *parser, enum cardea_status status, const char *what)
{
	parser->status = cardea_diag_set(
	    parser->diag, status, "%s at character %zu", what, parser->at + 1);
	return false;
}

static void
skip_blanks(struct parser *parser)
{
	parser->at += strspn(parser->text + parser->at, " \t\r\n");
}

static bool
accept_char(struct parser *parser, char wanted)
{
	skip_blanks(parser);
	if (parser->text[parser->at] != wanted)
		return false;
	parser->at++;
	return true;
}

/* read_word: copies the run of allowed bytes. The byte after it is judged by
 * whoever comes next. */
static bool
read_word(struct parser *parser, const char *allowed, size_t size, char *word,
    const char *expected)
{
	const char *start = parser->text + parser->at;
	size_t len = strspn(start, allowed);

	if (len == 0)
		return fail(parser, CARDEA_E_SYNTAX, expected);
	if (len >= size)
		return fail(parser, CARDEA_E_RANGE, "word too long");
	memcpy(word, start, len);
	word[len] = '\0';
	parser->at += len;
	return true;
}

static bool
read_quoted(struct parser *parser, char *value, size_t size)
{
	size_t len = 0;
	char c;

	for (;;) {
		c = parser->text[parser->at];
		if (c == '"')
			break;
		if (c == '\\') {
			parser->at++;
			c = parser->text[parser->at];
			if (c != '"' && c != '\\')
				return fail(parser, CARDEA_E_SYNTAX,
				    "expected \\\" or \\\\");
		}
		if (c == '\0')
			return fail(
			    parser, CARDEA_E_SYNTAX, "expected closing \"");
		if ((unsigned char)c < 0x20 || c == 0x7f)
			return fail(
			    parser, CARDEA_E_SYNTAX, "control character");
		if (len + 1 >= size)
			return fail(parser, CARDEA_E_RANGE, "value too long");
		value[len++] = c;
		parser->at++;
	}
	if (len == 0)
		return fail(parser, CARDEA_E_SYNTAX, "expected a value");
	value[len] = '\0';
	parser->at++;
	return true;
}

static bool
read_qualifier(struct parser *parser, struct cardea_quality *quality)
{
	memset(quality, 0, sizeof(*quality));
	skip_blanks(parser);
	if (!read_word(parser, CARDEA_KEY_CHARS, sizeof(quality->key),
		quality->key, "expected a qualifier"))
		return false;
	if (!accept_char(parser, '='))
		return true;
	if (accept_char(parser, '"'))
		return read_quoted(
		    parser, quality->value, sizeof(quality->value));
	return read_word(parser, CARDEA_WORD_CHARS, sizeof(quality->value),
	    quality->value, "expected a value");
}

static bool
read_factor(struct parser *parser, size_t *ret_index)
{
	struct cardea_quality qualities[CARDEA_QUALITIES_MAX];
	char name[CARDEA_QUALIFIER_KEY_MAX + 1];
	size_t start = parser->at;
	enum cardea_factor factor;
	size_t count = 0;

	if (!read_word(parser, CARDEA_KEY_CHARS, sizeof(name), name,
		"expected a factor or \"(\""))
		return false;
	factor = cardea_factor_parse(name);
	if (factor == CARDEA_FACTOR_NONE) {
		parser->at = start;
		return fail(parser, CARDEA_E_SYNTAX,
		    strcmp(name, "none") == 0 ? "\"none\" stands only alone,"
						" expected a factor"
					      : "unknown factor");
	}
	if (accept_char(parser, '(')) {
		do {
			if (count >= CARDEA_QUALITIES_MAX)
				return fail(parser, CARDEA_E_RANGE,
				    "too many qualifiers");
			if (!read_qualifier(parser, &qualities[count]))
				return false;
			count++;
		} while (accept_char(parser, ','));
		if (!accept_char(parser, ')'))
			return fail(
			    parser, CARDEA_E_SYNTAX, "expected \",\" or \")\"");
	}
	if (!cardea_requirement_add_factor(
		parser->out, factor, qualities, count, ret_index))
		return fail(parser, CARDEA_E_RANGE, "requirement too large");
	return true;
}

static bool read_any(struct parser *parser, size_t *ret_index);

static bool
read_one(struct parser *parser, size_t *ret_index)
{
	if (!accept_char(parser, '('))
		return read_factor(parser, ret_index);
	if (parser->depth >= CARDEA_NESTING_MAX)
		return fail(parser, CARDEA_E_RANGE, "nested too deeply");
	parser->depth++;
	if (!read_any(parser, ret_index))
		return false;
	parser->depth--;
	if (!accept_char(parser, ')'))
		return fail(
		    parser, CARDEA_E_SYNTAX, "expected \"+\", \"|\" or \")\"");
	return true;
}

static bool
read_all(struct parser *parser, size_t *ret_index)
{
	size_t left, right;

	if (!read_one(parser, &left))
		return false;
	while (accept_char(parser, '+')) {
		if (!read_one(parser, &right))
			return false;
		if (!cardea_requirement_add_pair(
			parser->out, CARDEA_NODE_ALL, left, right, &left))
			return fail(
			    parser, CARDEA_E_RANGE, "requirement too large");
	}
	*ret_index = left;
	return true;
}

static bool
read_any(struct parser *parser, size_t *ret_index)
{
	size_t left, right;

	if (!read_all(parser, &left))
		return false;
	while (accept_char(parser, '|')) {
		if (!read_all(parser, &right))
			return false;
		if (!cardea_requirement_add_pair(
			parser->out, CARDEA_NODE_ANY, left, right, &left))
			return fail(
			    parser, CARDEA_E_RANGE, "requirement too large");
	}
	*ret_index = left;
	return true;
}

static bool
is_none(const char *text)
{
	text += strspn(text, " \t\r\n");
	if (strncmp(text, "none", 4) != 0)
		return false;
	return text[4 + strspn(text + 4, " \t\r\n")] == '\0';
}

enum cardea_status
cardea_requirement_parse(const char *text,
    struct cardea_requirement *ret_requirement, struct cardea_diag *diag)
{
	struct cardea_requirement raw = { 0 };
	struct cardea_requirement canonical = { 0 };
	struct parser parser = { .text = text, .out = &raw, .diag = diag };
	size_t root;

	if (strnlen(text, CARDEA_REQUIREMENT_MAX + 1) > CARDEA_REQUIREMENT_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "requirement longer than %d bytes", CARDEA_REQUIREMENT_MAX);
	if (is_none(text)) {
		cardea_requirement_become(ret_requirement, CARDEA_NODE_TRUE);
		return CARDEA_OK;
	}
	if (!read_any(&parser, &root))
		return parser.status;
	if (text[parser.at] != '\0') {
		(void)fail(&parser, CARDEA_E_SYNTAX,
		    "expected \"+\", \"|\" or the end");
		return parser.status;
	}
	if (!cardea_requirement_copy(&canonical, &raw, root, &root))
		return CARDEA_E_INTERNAL; /* no larger than what it copies */
	*ret_requirement = canonical;
	return CARDEA_OK;
}
