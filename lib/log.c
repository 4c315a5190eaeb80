/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include <cardea/log.h>

#include "base/text.h"

/* The order of the fields in a line; took_ms is the one number. */
enum field_kind { FIELD_TEXT = 0, FIELD_TOOK };

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset; /* FIELD_TEXT: of the pointer in struct cardea_event */
};

static const struct field fields[] = {
	{ "event", FIELD_TEXT, offsetof(struct cardea_event, event) },
	{ "txn", FIELD_TEXT, offsetof(struct cardea_event, txn) },
	{ "user", FIELD_TEXT, offsetof(struct cardea_event, user) },
	{ "service", FIELD_TEXT, offsetof(struct cardea_event, service) },
	{ "phase", FIELD_TEXT, offsetof(struct cardea_event, phase) },
	{ "rhost", FIELD_TEXT, offsetof(struct cardea_event, rhost) },
	{ "tty", FIELD_TEXT, offsetof(struct cardea_event, tty) },
	{ "factor", FIELD_TEXT, offsetof(struct cardea_event, factor) },
	{ "result", FIELD_TEXT, offsetof(struct cardea_event, result) },
	{ "credential", FIELD_TEXT, offsetof(struct cardea_event, credential) },
	{ "rule", FIELD_TEXT, offsetof(struct cardea_event, rule) },
	{ "decision", FIELD_TEXT, offsetof(struct cardea_event, decision) },
	{ "reason", FIELD_TEXT, offsetof(struct cardea_event, reason) },
	{ "missing", FIELD_TEXT, offsetof(struct cardea_event, missing) },
	{ "observe", FIELD_TEXT, offsetof(struct cardea_event, observe) },
	{ "policy", FIELD_TEXT, offsetof(struct cardea_event, policy) },
	{ "signals", FIELD_TEXT, offsetof(struct cardea_event, signals) },
	{ "facts", FIELD_TEXT, offsetof(struct cardea_event, facts) },
	{ "took_ms", FIELD_TOOK, 0 },
	{ "detail", FIELD_TEXT, offsetof(struct cardea_event, detail) },
};

#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

static const char *
get_text(const struct cardea_event *event, const struct field *field)
{
	const char *text;

	memcpy(&text, (const char *)event + field->offset, sizeof(text));
	return text;
}

static void
set_text(
    struct cardea_event *event, const struct field *field, const char *text)
{
	memcpy((char *)event + field->offset, &text, sizeof(text));
}

/* --- event to line --------------------------------------------------- */

struct writer {
	char line[CARDEA_LINE_MAX + 1];
	size_t len;
	bool failed;
};

static void
put(struct writer *writer, const char *bytes, size_t len)
{
	if (writer->failed || len > CARDEA_LINE_MAX - writer->len) {
		writer->failed = true;
		return;
	}
	memcpy(writer->line + writer->len, bytes, len);
	writer->len += len;
}

static void
put_text(struct writer *writer, const char *text)
{
	put(writer, text, strlen(text));
}

static bool
is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte <= 0x7e && byte != '"' && byte != '\\';
}

/* put_escaped: prefix is what stands before the two digits of a byte. */
static void
put_escaped(struct writer *writer, const char *text, const char *prefix,
    const char *besides)
{
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		char hex[3];

		if (is_plain(byte) && strchr(besides, byte) == NULL) {
			put(writer, text, 1);
		} else if (byte == '"' || byte == '\\') {
			put(writer, "\\", 1);
			put(writer, text, 1);
		} else {
			cardea_text_hex(hex, &byte, 1);
			put_text(writer, prefix);
			put(writer, hex, 2);
		}
	}
}

static bool
is_bare(const char *text)
{
	for (; *text != '\0'; text++) {
		if (!is_plain((unsigned char)*text) || *text == ' ' ||
		    *text == '=')
			return false;
	}
	return true;
}

static void
put_logfmt(struct writer *writer, const char *key, const char *text)
{
	if (writer->len > 0)
		put_text(writer, " ");
	put_text(writer, key);
	put_text(writer, "=");
	if (is_bare(text)) {
		put_text(writer, text);
		return;
	}
	put_text(writer, "\"");
	put_escaped(writer, text, "\\x", "=");
	put_text(writer, "\"");
}

static void
put_json(struct writer *writer, const char *key, const char *text, bool number)
{
	put_text(writer, writer->len == 0 ? "{\"" : ",\"");
	put_text(writer, key);
	put_text(writer, number ? "\":" : "\":\"");
	put_escaped(writer, text, "\\u00", "");
	if (!number)
		put_text(writer, "\"");
}

static void
put_field(struct writer *writer, const struct cardea_event *event,
    const struct field *field, enum cardea_log_format format)
{
	const char *text;
	char number[16];

	if (field->kind == FIELD_TOOK) {
		(void)snprintf(number, sizeof(number), "%u", event->took_ms);
		text = event->has_took ? number : NULL;
	} else {
		text = get_text(event, field);
	}
	if (text == NULL || text[0] == '\0')
		return;
	if (format == CARDEA_LOG_JSON)
		put_json(writer, field->key, text, field->kind == FIELD_TOOK);
	else
		put_logfmt(writer, field->key, text);
}

enum cardea_status
cardea_log_format(const struct cardea_event *event,
    enum cardea_log_format format, char *line, size_t size)
{
	struct writer writer = { .len = 0 };

	if (event->event == NULL || event->event[0] == '\0')
		return CARDEA_E_INTERNAL;
	for (size_t i = 0; i < FIELD_COUNT; i++)
		put_field(&writer, event, &fields[i], format);
	if (format == CARDEA_LOG_JSON)
		put_text(&writer, "}");
	if (writer.failed || writer.len >= size)
		return CARDEA_E_RANGE;
	memcpy(line, writer.line, writer.len);
	line[writer.len] = '\0';
	return CARDEA_OK;
}

/* --- line to event --------------------------------------------------- */

/*
 * The reader is lenient in what it takes apart, because the last step writes
 * the event again and compares: only what the formatter wrote comes through.
 */
struct reader {
	const char *at;
	struct cardea_log_line *out;
	size_t used; /* of out->text */
};

static bool
keep(struct reader *reader, char byte)
{
	if (reader->used >= sizeof(reader->out->text))
		return false;
	reader->out->text[reader->used++] = byte;
	return true;
}

static bool
skip(struct reader *reader, const char *wanted)
{
	size_t len = strlen(wanted);

	if (strncmp(reader->at, wanted, len) != 0)
		return false;
	reader->at += len;
	return true;
}

static bool
read_hex(struct reader *reader)
{
	char hex[3] = { 0 };
	unsigned char byte;

	if (strnlen(reader->at, 2) < 2)
		return false;
	memcpy(hex, reader->at, 2);
	if (cardea_text_unhex(&byte, 1, hex) != CARDEA_OK)
		return false;
	reader->at += 2;
	return keep(reader, (char)byte);
}

/* read_value: up to one of the bytes of end, which stays unread. */
static bool
read_value(struct reader *reader, const char *end)
{
	while (*reader->at != '\0' && strchr(end, *reader->at) == NULL) {
		if (skip(reader, "\\x") || skip(reader, "\\u00")) {
			if (!read_hex(reader))
				return false;
			continue;
		}
		if (*reader->at == '\\')
			reader->at++;
		if (*reader->at == '\0' || !keep(reader, *reader->at))
			return false;
		reader->at++;
	}
	return true;
}

static bool
store_value(struct reader *reader, const struct field *field, size_t start)
{
	struct cardea_event *event = &reader->out->event;
	const char *text = reader->out->text + start;
	uint64_t number;

	if (!keep(reader, '\0'))
		return false;
	if (field->kind == FIELD_TEXT) {
		set_text(event, field, text);
		return true;
	}
	if (cardea_text_number(text, 0, UINT32_MAX, &number) != CARDEA_OK)
		return false;
	event->has_took = true;
	event->took_ms = (uint32_t)number;
	return true;
}

/* read_field: "key" and what stands between key and value in this format. */
static bool
read_field(struct reader *reader, const char *before_key, const char *after_key,
    const char *bare_end)
{
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		const char *start = reader->at;
		size_t text = reader->used;
		bool quoted;

		if (!skip(reader, before_key) || !skip(reader, fields[i].key) ||
		    !skip(reader, after_key)) {
			reader->at = start;
			continue;
		}
		quoted = skip(reader, "\"");
		return read_value(reader, quoted ? "\"" : bare_end) &&
		    (!quoted || skip(reader, "\"")) &&
		    store_value(reader, &fields[i], text);
	}
	return false;
}

static bool
read_logfmt(struct reader *reader)
{
	do {
		if (!read_field(reader, "", "=", " "))
			return false;
	} while (skip(reader, " "));
	return *reader->at == '\0';
}

static bool
read_json(struct reader *reader)
{
	do {
		if (!read_field(reader, "\"", "\":", ",}"))
			return false;
	} while (skip(reader, ","));
	return skip(reader, "}") && *reader->at == '\0';
}

enum cardea_status
cardea_log_parse(const char *line, struct cardea_log_line *ret_line)
{
	struct reader reader = { .at = line, .out = ret_line };
	enum cardea_log_format format = CARDEA_LOG_LOGFMT;
	char again[CARDEA_LINE_MAX + 1];
	bool done;

	memset(&ret_line->event, 0, sizeof(ret_line->event));
	if (strnlen(line, sizeof(again)) >= sizeof(again))
		return CARDEA_E_SYNTAX;
	if (skip(&reader, "{")) {
		format = CARDEA_LOG_JSON;
		done = read_json(&reader);
	} else {
		done = read_logfmt(&reader);
	}
	if (!done ||
	    cardea_log_format(&ret_line->event, format, again, sizeof(again)) !=
		CARDEA_OK ||
	    strcmp(line, again) != 0)
		return CARDEA_E_SYNTAX;
	return CARDEA_OK;
}
