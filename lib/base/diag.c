/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cardea/diag.h>

enum cardea_status
cardea_diag_set(struct cardea_diag *diag, enum cardea_status status,
    const char *format, ...)
{
	va_list args;

	if (diag == NULL || diag->reason[0] != '\0')
		return status;
	va_start(args, format);
	vsnprintf(diag->reason, sizeof(diag->reason), format, args);
	va_end(args);
	return status;
}

void
cardea_diag_place(struct cardea_diag *diag, const char *file, unsigned int line,
    const char *key)
{
	if (diag == NULL)
		return;
	if (file != NULL && diag->file[0] == '\0')
		snprintf(diag->file, sizeof(diag->file), "%s", file);
	if (line != 0 && diag->line == 0)
		diag->line = line;
	if (key != NULL && diag->key[0] == '\0')
		snprintf(diag->key, sizeof(diag->key), "%s", key);
}

/* A diagnostic may quote bytes of a hostile file: none of them may reach a
 * terminal or a log line raw (I14). Quotes stay, they are for reading. */
static size_t
append_escaped(char *text, size_t size, size_t at, const char *part)
{
	for (; *part != '\0' && at + 5 < size; part++) {
		unsigned char byte = (unsigned char)*part;

		if (byte >= 0x20 && byte < 0x7f)
			text[at++] = *part;
		else
			at += (size_t)snprintf(
			    text + at, size - at, "\\x%02x", byte);
	}
	text[at] = '\0';
	return at;
}

void
cardea_diag_format(
    const struct cardea_diag *diag, char *text, unsigned long size)
{
	char line[16] = "";
	size_t at = 0;

	if (size < 8) {
		if (size > 0)
			text[0] = '\0';
		return;
	}
	text[0] = '\0';
	if (diag->file[0] != '\0') {
		at = append_escaped(text, size, at, diag->file);
		if (diag->line != 0)
			snprintf(line, sizeof(line), ":%u", diag->line);
		at = append_escaped(text, size, at, line);
		at = append_escaped(text, size, at, ": ");
	}
	if (diag->key[0] != '\0') {
		at = append_escaped(text, size, at, diag->key);
		at = append_escaped(text, size, at, ": ");
	}
	append_escaped(text, size, at, diag->reason);
}
