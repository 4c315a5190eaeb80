/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <langinfo.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/terminal.h"

/* Length and first bits by the lead byte; 0 for what cannot lead. */
static size_t
lead_length(unsigned char lead, uint32_t *ret_bits)
{
	if (lead < 0x80) {
		*ret_bits = lead;
		return 1;
	}
	if (lead >= 0xc2 && lead <= 0xdf) {
		*ret_bits = lead & 0x1fu;
		return 2;
	}
	if (lead >= 0xe0 && lead <= 0xef) {
		*ret_bits = lead & 0x0fu;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		*ret_bits = lead & 0x07u;
		return 4;
	}
	return 0;
}

size_t
cardea_terminal_utf8(const char *text, uint32_t *ret_point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t point = 0;
	size_t len = lead_length((unsigned char)text[0], &point);

	for (size_t i = 1; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if ((byte & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (byte & 0x3fu);
	}
	if (len == 0 || point < least[len] || point > 0x10ffff ||
	    (point >= 0xd800 && point <= 0xdfff))
		return 0;
	if (ret_point != NULL)
		*ret_point = point;
	return len;
}

/* C0, DEL, C1, and the marks with which text can be made to read backwards. */
static bool
is_dangerous(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    point == 0x61c || point == 0x200e || point == 0x200f ||
	    (point >= 0x2028 && point <= 0x202e) ||
	    (point >= 0x2066 && point <= 0x2069);
}

void
cardea_terminal_write(FILE *stream, const char *text)
{
	while (*text != '\0') {
		uint32_t point = 0;
		size_t len = cardea_terminal_utf8(text, &point);

		if (len > 0 && !is_dangerous(point)) {
			fwrite(text, 1, len, stream);
			text += len;
			continue;
		}
		for (len = len == 0 ? 1 : len; len > 0; len--)
			fprintf(stream, "\\x%02x", (unsigned char)*text++);
	}
}

bool
cardea_terminal_is_interactive(void)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

bool
cardea_terminal_is_utf8(void)
{
	return strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Byte by byte, so that nothing behind the line is taken from whoever reads
 * stdin next, and no buffer of stdio keeps a secret. */
enum cardea_status
cardea_terminal_read(size_t max, struct cardea_secret *ret_line)
{
	struct cardea_secret line = { 0 };
	enum cardea_status status = cardea_secret_resize(&line, max);
	size_t len = 0;
	bool ended = false;

	while (status == CARDEA_OK && !ended) {
		unsigned char byte;
		ssize_t got = read(STDIN_FILENO, &byte, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			status = CARDEA_E_IO;
		else if (got == 0 && len == 0)
			status = CARDEA_E_CLOSED;
		else if (got == 0 || byte == '\n')
			ended = true;
		else if (byte == '\0')
			status = CARDEA_E_SYNTAX;
		else if (len == max)
			status = CARDEA_E_RANGE;
		else
			line.data[len++] = byte;
	}
	if (status == CARDEA_OK)
		status = cardea_secret_set(ret_line, line.data, len);
	cardea_secret_clear(&line);
	return status;
}

enum cardea_status
cardea_terminal_ask(
    const char *prompt, size_t max, struct cardea_secret *ret_answer)
{
	fflush(stdout);
	cardea_terminal_write(stderr, prompt);
	fflush(stderr);
	return cardea_terminal_read(max, ret_answer);
}

bool
cardea_terminal_agree(const char *question)
{
	struct cardea_secret answer = { 0 };
	bool yes = false;

	if (cardea_terminal_ask(question, 15, &answer) == CARDEA_OK)
		yes = strcasecmp((const char *)answer.data, "y") == 0 ||
		    strcasecmp((const char *)answer.data, "yes") == 0;
	cardea_secret_clear(&answer);
	return yes;
}
