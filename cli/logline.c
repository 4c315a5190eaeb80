/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/logline.h"
#include "cli/moment.h"

#define HEADER_MAX 512
#define DEFAULT_LOG "/var/log/auth.log"
#define SPAN_MAX_S (3650u * 86400u)

/* The traditional stamp has neither year nor zone: local time, this year, or
 * the last one if that lies ahead. */
static bool
parse_traditional(const char *stamp, int64_t *ret_time_s)
{
	int64_t now_s = cardea_clock_read().time_s;
	time_t now = (time_t)now_s, time;
	struct tm local = { 0 }, utc;
	const char *end = strptime(stamp, "%b %d %H:%M:%S", &local);

	if (end == NULL || *end != '\0' || gmtime_r(&now, &utc) == NULL)
		return false;
	local.tm_year = utc.tm_year;
	local.tm_isdst = -1;
	time = mktime(&local);
	if (time > now + 86400) {
		local.tm_year--;
		local.tm_isdst = -1;
		time = mktime(&local);
	}
	*ret_time_s = (int64_t)time;
	return true;
}

/* Cuts at the n-th space (several count as one); NULL if there is none. */
static char *
cut_words(char *text, int words)
{
	char *at = text;

	for (; words > 0; words--) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	if (*at != ' ' || at == text)
		return NULL;
	*at = '\0';
	return at + 1;
}

/* "cardea: " or "cardea[123]: "; what follows is the message. */
static const char *
skip_tag(const char *text)
{
	if (strncmp(text, "cardea", 6) != 0)
		return NULL;
	text += 6;
	if (*text == '[') {
		size_t digits = strspn(text + 1, "0123456789");

		if (digits == 0 || text[digits + 1] != ']')
			return NULL;
		text += digits + 2;
	}
	return strncmp(text, ": ", 2) == 0 ? text + 2 : NULL;
}

/* Journal output without headers (-o cat) has the message alone. */
static bool
is_bare(const char *line)
{
	return strncmp(line, "event=", 6) == 0 ||
	    strncmp(line, "{\"event\":", 9) == 0;
}

/* the message of a line of ours, cut in place; NULL for others' */
static const char *
split_line(char *line, struct cardea_logline *entry)
{
	char *host, *tag;

	entry->stamp = entry->host = "";
	entry->time_known = false;
	if (is_bare(line))
		return line;
	host = cut_words(line, isalpha((unsigned char)line[0]) ? 3 : 1);
	if (host == NULL)
		return NULL;
	host += strspn(host, " ");
	tag = cut_words(host, 1);
	if (tag == NULL)
		return NULL;
	entry->stamp = line;
	entry->host = host;
	entry->time_known = cardea_moment_parse_log(line, &entry->time_s) ==
		CARDEA_OK ||
	    parse_traditional(line, &entry->time_s);
	return skip_tag(tag);
}

static enum cardea_status
take_line(struct cardea_loglines *lines, char *line)
{
	struct cardea_logline entry;
	const char *message = split_line(line, &entry);

	if (message == NULL)
		return CARDEA_OK;
	if (cardea_log_parse(message, &entry.parsed) != CARDEA_OK) {
		lines->unreadable++;
		return CARDEA_OK;
	}
	return lines->visit(&entry, lines->context);
}

/* The rest of a line longer than any of ours. */
static void
skip_line(FILE *stream)
{
	int byte;

	do {
		byte = getc(stream);
	} while (byte != '\n' && byte != EOF);
}

enum cardea_status
cardea_loglines_read(struct cardea_loglines *lines, FILE *stream)
{
	char line[HEADER_MAX + CARDEA_LINE_MAX + 2];
	enum cardea_status status = CARDEA_OK;

	while (
	    status == CARDEA_OK && fgets(line, sizeof(line), stream) != NULL) {
		size_t len = strlen(line);

		if (len > 0 && line[len - 1] == '\n')
			line[len - 1] = '\0';
		else if (len == sizeof(line) - 1)
			skip_line(stream);
		status = take_line(lines, line);
	}
	return status == CARDEA_OK && ferror(stream) ? CARDEA_E_IO : status;
}

enum cardea_status
cardea_loglines_read_file(
    struct cardea_loglines *lines, const char *path, struct cardea_diag *diag)
{
	enum cardea_status status;
	FILE *stream;

	if (strcmp(path, "-") == 0)
		return cardea_loglines_read(lines, stdin);
	stream = fopen(path, "re");
	cardea_diag_place(diag, path, 0, NULL);
	if (stream == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "%s", strerror(errno));
	status = cardea_loglines_read(lines, stream);
	fclose(stream);
	return status;
}

enum cardea_status
cardea_loglines_read_logs(struct cardea_loglines *lines,
    struct cardea_call *call, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	const char *path;
	size_t at = 0;

	if (!cardea_call_has(call, "log"))
		status = cardea_loglines_read_file(lines, DEFAULT_LOG, diag);
	while (status == CARDEA_OK &&
	    (path = cardea_call_next(call, "log", &at)) != NULL)
		status = cardea_loglines_read_file(lines, path, diag);
	if (status == CARDEA_OK && lines->unreadable > 0)
		cardea_call_warn(call,
		    "%" PRIu64 " lines of cardea could not be read",
		    lines->unreadable);
	return status;
}

enum cardea_status
cardea_loglines_since(const struct cardea_call *call, int64_t now_s,
    int64_t *ret_since_s, struct cardea_diag *diag)
{
	const char *since = cardea_call_text(call, "since");
	uint32_t span_s;

	if (since == NULL)
		return CARDEA_OK;
	if (cardea_text_duration(since, SPAN_MAX_S, &span_s) == CARDEA_OK) {
		*ret_since_s = now_s - (int64_t)span_s;
		return CARDEA_OK;
	}
	if (cardea_moment_parse(since, ret_since_s) == CARDEA_OK)
		return CARDEA_OK;
	return cardea_diag_set(diag, CARDEA_E_SYNTAX,
	    "--since: wants a span like 7d, or a time like "
	    "2026-12-25T10:00:00Z");
}
