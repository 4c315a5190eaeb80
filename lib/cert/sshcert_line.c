/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "cert/sshcert_form.h"

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts the next word from the front of line; empty at its end. */
static struct cardea_sshwire_string
next_word(struct cardea_sshwire_string *line)
{
	struct cardea_sshwire_string word;

	while (line->len > 0 && is_blank(line->bytes[0])) {
		line->bytes++;
		line->len--;
	}
	word.bytes = line->bytes;
	word.len = 0;
	while (word.len < line->len && !is_blank(word.bytes[word.len]))
		word.len++;
	line->bytes += word.len;
	line->len -= word.len;
	return word;
}

static struct cardea_sshwire_string
without_end(struct cardea_sshwire_string line)
{
	while (line.len > 0 &&
	    (line.bytes[line.len - 1] == '\n' ||
		line.bytes[line.len - 1] == '\r'))
		line.len--;
	return line;
}

enum cardea_status
cardea_sshcert_read_line(struct cardea_sshwire_string line, unsigned char *blob,
    size_t size, size_t *ret_len, struct cardea_diag *diag)
{
	struct cardea_sshwire_string name, text, inner;
	struct cardea_sshwire_reader reader;
	enum cardea_status status;
	size_t len = 0;

	line = without_end(line);
	if (memchr(line.bytes, '\0', line.len) != NULL ||
	    memchr(line.bytes, '\n', line.len) != NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "not one line of text");
	name = next_word(&line);
	text = next_word(&line);
	if (name.len == 0 || text.len == 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "not a line of a key's type, a blank and the key");
	status = cardea_base64_decode(CARDEA_BASE64, (const char *)text.bytes,
	    text.len, blob, size, &len);
	if (status == CARDEA_E_RANGE)
		return cardea_diag_set(
		    diag, status, "longer than %zu bytes", size);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "the key is not in base64");
	/* two names for one key would be two readings of one line */
	cardea_sshwire_read(&reader, blob, len);
	inner = cardea_sshwire_get_string(&reader);
	if (reader.failed || inner.len != name.len ||
	    memcmp(inner.bytes, name.bytes, name.len) != 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the key is of another type than its line says");
	*ret_len = len;
	return CARDEA_OK;
}

enum cardea_status
cardea_sshcert_line(const char *line, unsigned char *blob, size_t size,
    size_t *ret_len, struct cardea_diag *diag)
{
	const struct cardea_sshwire_string text = { (const unsigned char *)line,
		strlen(line) };

	return cardea_sshcert_read_line(text, blob, size, ret_len, diag);
}

bool
cardea_sshcert_next_line(struct cardea_sshwire_string *text,
    struct cardea_sshwire_string *ret_line, unsigned int *number)
{
	while (text->len > 0) {
		const unsigned char *end = memchr(text->bytes, '\n', text->len);
		size_t len = end == NULL ? text->len
					 : (size_t)(end - text->bytes) + 1;
		struct cardea_sshwire_string line = { text->bytes, len }, rest;
		struct cardea_sshwire_string word;

		text->bytes += len;
		text->len -= len;
		(*number)++;
		rest = without_end(line);
		word = next_word(&rest);
		if (word.len == 0 || word.bytes[0] == '#')
			continue;
		*ret_line = line;
		return true;
	}
	return false;
}
