/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "policy/scan.h"

struct scan {
	const char *text;
	size_t len;
	size_t at;
	unsigned int line;
	unsigned int depth;
	bool after_string; /* only blanks and comments since a string ended */
	struct cardea_diag *diag;
};

static enum cardea_status
refuse(struct scan *scan, unsigned int line, enum cardea_status status,
    const char *why)
{
	cardea_diag_place(scan->diag, NULL, line, NULL);
	return cardea_diag_set(scan->diag, status, "%s", why);
}

/* the byte at an offset from here; 0 beyond the end (NUL bytes are refused
 * before anything else) */
static char
peek(const struct scan *scan, size_t offset)
{
	if (offset >= scan->len - scan->at)
		return 0;
	return scan->text[scan->at + offset];
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static enum cardea_status
check_bytes(struct scan *scan)
{
	unsigned int line = 1;

	for (size_t i = 0; i < scan->len; i++) {
		if (scan->text[i] == '\n')
			line++;
		if (scan->text[i] == '\0')
			return refuse(
			    scan, line, CARDEA_E_SYNTAX, "a NUL byte");
	}
	return CARDEA_OK;
}

static void
skip_line(struct scan *scan)
{
	while (scan->at < scan->len && scan->text[scan->at] != '\n')
		scan->at++;
}

/* An unclosed comment would end at the next one's end and swallow the rules
 * between, so one that opens inside another is refused as well. */
static enum cardea_status
skip_comment(struct scan *scan)
{
	unsigned int start = scan->line;

	scan->at += 2;
	while (scan->at < scan->len) {
		char c = peek(scan, 0);

		if (c == '*' && peek(scan, 1) == '/') {
			scan->at += 2;
			return CARDEA_OK;
		}
		if (c == '/' && peek(scan, 1) == '*')
			return refuse(scan, scan->line, CARDEA_E_SYNTAX,
			    "a comment opens inside a comment");
		if (c == '\n')
			scan->line++;
		scan->at++;
	}
	return refuse(
	    scan, start, CARDEA_E_SYNTAX, "a comment is never closed");
}

static enum cardea_status
skip_escape(struct scan *scan)
{
	char c = peek(scan, 1);

	if (c == 'x') {
		if (!is_hex(peek(scan, 2)) || !is_hex(peek(scan, 3)))
			return refuse(scan, scan->line, CARDEA_E_SYNTAX,
			    "\\x wants two hexadecimal digits");
		if (peek(scan, 2) == '0' && peek(scan, 3) == '0')
			return refuse(scan, scan->line, CARDEA_E_SYNTAX,
			    "\\x00 would be dropped");
		scan->at += 4;
		return CARDEA_OK;
	}
	if (c == 0 || strchr("\\\"nrtf", c) == NULL)
		return refuse(scan, scan->line, CARDEA_E_SYNTAX,
		    "unknown escape in a string");
	scan->at += 2;
	return CARDEA_OK;
}

static enum cardea_status
skip_string(struct scan *scan)
{
	enum cardea_status status;

	if (scan->after_string)
		return refuse(scan, scan->line, CARDEA_E_SYNTAX,
		    "two strings in a row would be joined: a comma or "
		    "semicolon is missing");
	scan->at++;
	while (scan->at < scan->len) {
		char c = peek(scan, 0);

		if (c == '"') {
			scan->at++;
			scan->after_string = true;
			return CARDEA_OK;
		}
		if (c == '\n')
			break;
		if (c == '\\') {
			status = skip_escape(scan);
			if (status != CARDEA_OK)
				return status;
			continue;
		}
		scan->at++;
	}
	return refuse(scan, scan->line, CARDEA_E_SYNTAX,
	    "a string is not closed on its line");
}

/* a digit string in base 10 or 16, with its sign, against the width that
 * libconfig would squeeze it into */
static bool
number_fits(const char *digits, bool hex, bool negative, bool wide)
{
	uint64_t limit = wide ? INT64_MAX : INT32_MAX;
	unsigned long long value;

	if (strlen(digits) > 40)
		return false;
	errno = 0;
	value = strtoull(digits, NULL, hex ? 16 : 10);
	if (errno != 0)
		return false;
	return value <= limit + (negative ? 1u : 0u);
}

static enum cardea_status
check_number(struct scan *scan, const char *token)
{
	const char *digits = token;
	bool negative = *token == '-';
	char body[64];
	bool hex, wide = false;
	size_t n = 0;

	if (*digits == '-' || *digits == '+')
		digits++;
	hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	if (hex)
		digits += 2;
	while (hex ? is_hex(digits[n]) : is_digit(digits[n]))
		n++;
	if (n > 0 && (digits[n] == '.' || digits[n] == 'e' || digits[n] == 'E'))
		return CARDEA_OK; /* a float: no key takes one */
	if (digits[n] == 'L') {
		wide = true;
		if (digits[n + 1] != 0 &&
		    !(digits[n + 1] == 'L' && digits[n + 2] == 0))
			n = 0;
	} else if (digits[n] != 0) {
		n = 0;
	}
	if (n == 0 || (hex && negative))
		return refuse(
		    scan, scan->line, CARDEA_E_SYNTAX, "not a number");
	if (!hex && n > 1 && digits[0] == '0')
		return refuse(scan, scan->line, CARDEA_E_SYNTAX,
		    "a number with a leading zero looks octal and is not");
	memcpy(body, digits, n);
	body[n] = 0;
	if (!number_fits(body, hex, negative, wide))
		return refuse(scan, scan->line, CARDEA_E_RANGE,
		    wide ? "a number does not fit 64 bits"
			 : "a number does not fit 32 bits");
	return CARDEA_OK;
}

static bool
is_number_byte(char c)
{
	return is_digit(c) || is_letter(c) || c == '.' || c == '+' || c == '-';
}

static enum cardea_status
skip_number(struct scan *scan)
{
	char token[64];
	size_t n = 0;

	while (is_number_byte(peek(scan, n)))
		n++;
	if (n >= sizeof(token))
		return refuse(
		    scan, scan->line, CARDEA_E_RANGE, "a number is too long");
	memcpy(token, scan->text + scan->at, n);
	token[n] = 0;
	scan->at += n;
	return check_number(scan, token);
}

static void
skip_name(struct scan *scan)
{
	while (is_letter(peek(scan, 0)) || is_digit(peek(scan, 0)) ||
	    peek(scan, 0) == '-' || peek(scan, 0) == '_' ||
	    peek(scan, 0) == '*')
		scan->at++;
}

static enum cardea_status
take_mark(struct scan *scan, char c)
{
	if (c == '(' || c == '[' || c == '{') {
		if (++scan->depth > CARDEA_BRACKETS_MAX)
			return refuse(scan, scan->line, CARDEA_E_RANGE,
			    "brackets are nested too deeply");
	} else if ((c == ')' || c == ']' || c == '}') && scan->depth > 0) {
		scan->depth--;
	}
	scan->at++;
	return CARDEA_OK;
}

/* one token that is neither blank nor comment */
static enum cardea_status
take_token(struct scan *scan)
{
	char c = peek(scan, 0);

	if (c == '"')
		return skip_string(scan);
	scan->after_string = false;
	if (c == '@')
		return refuse(scan, scan->line, CARDEA_E_SYNTAX,
		    "@include is not supported: use policy.d");
	if (is_digit(c) || c == '+' || c == '-' || c == '.')
		return skip_number(scan);
	if (is_letter(c) || c == '*') {
		skip_name(scan);
		return CARDEA_OK;
	}
	return take_mark(scan, c);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\n';
}

enum cardea_status
cardea_scan_text(const char *text, size_t len, struct cardea_diag *diag)
{
	struct scan scan = {
		.text = text, .len = len, .line = 1, .diag = diag
	};
	enum cardea_status status = check_bytes(&scan);

	while (status == CARDEA_OK && scan.at < scan.len) {
		char c = peek(&scan, 0);

		if (is_blank(c)) {
			if (c == '\n')
				scan.line++;
			scan.at++;
		} else if (c == '#' || (c == '/' && peek(&scan, 1) == '/')) {
			skip_line(&scan);
		} else if (c == '/' && peek(&scan, 1) == '*') {
			status = skip_comment(&scan);
		} else {
			status = take_token(&scan);
		}
	}
	return status;
}
