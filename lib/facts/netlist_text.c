/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "facts/netlist_text.h"

#define MARK "\xef\xbb\xbf" /* U+FEFF in UTF-8 */
#define MARK_LEN 3
#define CHUNK 65536

static const char too_long[] = "the line is longer than 1023 bytes";

static enum cardea_status
refuse(const struct cardea_netlist_text *text, struct cardea_diag *diag,
    enum cardea_status status, const char *reason)
{
	cardea_diag_place(diag, NULL, text->line, NULL);
	return cardea_diag_set(diag, status, "%s", reason);
}

/* --- comments --------------------------------------------------------------
 */

/* "expires: TIME": a list that was meant to end and would not is refused, not
 * believed for ever. Of several the earliest counts. */
static enum cardea_status
take_expiry(struct cardea_netlist_text *text, const char *time,
    struct cardea_diag *diag)
{
	int64_t time_s;

	time += strspn(time, " \t");
	if ((cardea_netlist_until(time, &time_s) != CARDEA_OK &&
		cardea_netlist_http_date(time, &time_s) != CARDEA_OK) ||
	    time_s <= 0)
		return refuse(text, diag, CARDEA_E_SYNTAX,
		    "expected expires: 2026-12-01T00:00:00Z");
	if (text->expires_s == 0 || time_s < text->expires_s)
		text->expires_s = time_s;
	return CARDEA_OK;
}

/* What a comment before the first entry says of the whole list. */
static enum cardea_status
take_header(
    struct cardea_netlist_text *text, char *comment, struct cardea_diag *diag)
{
	size_t len;

	if (text->set.count > 0)
		return CARDEA_OK;
	comment += strspn(comment, "#; \t");
	len = strlen(comment);
	while (len > 0 && (comment[len - 1] == ' ' || comment[len - 1] == '\t'))
		comment[--len] = '\0';
	if (strcasecmp(comment, "may be empty") == 0)
		text->may_be_empty = true;
	if (strncasecmp(comment, "expires:", 8) == 0)
		return take_expiry(text, comment + 8, diag);
	return CARDEA_OK;
}

/* --- lines -----------------------------------------------------------------
 */

static bool
has_control(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)line[i];

		if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
			return true;
	}
	return false;
}

static enum cardea_status
take_entry(
    struct cardea_netlist_text *text, char *line, struct cardea_diag *diag)
{
	struct cardea_netlist_range range;
	const char *reason = cardea_netlist_entry(line, &range);
	enum cardea_status status;

	if (reason != NULL)
		return refuse(text, diag, CARDEA_E_SYNTAX, reason);
	status = cardea_netlist_set_add(&text->set, &range);
	if (status == CARDEA_E_RANGE)
		return refuse(text, diag, status,
		    "the list has more than 4000000 entries");
	if (status != CARDEA_OK)
		return refuse(text, diag, status, "out of memory");
	return CARDEA_OK;
}

/* The line in part, whole and without its LF. */
static enum cardea_status
take_line(struct cardea_netlist_text *text, struct cardea_diag *diag)
{
	char *line = text->part, *comment;
	size_t len = text->part_len;

	text->part_len = 0;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (text->line == 1 && len >= MARK_LEN &&
	    memcmp(line, MARK, MARK_LEN) == 0) {
		line += MARK_LEN;
		len -= MARK_LEN;
	}
	if (len > CARDEA_LISTS_LINE_MAX)
		return refuse(text, diag, CARDEA_E_RANGE, too_long);
	if (has_control(line, len))
		return refuse(text, diag, CARDEA_E_SYNTAX,
		    "there is a control character: this is no list as text");
	line[len] = '\0';
	comment = strpbrk(line, "#;");
	if (comment == line + strspn(line, " \t"))
		return take_header(text, comment, diag);
	if (comment != NULL)
		*comment = '\0';
	if (line[strspn(line, " \t")] == '\0')
		return CARDEA_OK;
	return take_entry(text, line, diag);
}

/* --- the text --------------------------------------------------------------
 */

static enum cardea_status
add_part(struct cardea_netlist_text *text, const char *bytes, size_t len,
    struct cardea_diag *diag)
{
	if (text->part_len == 0)
		text->line++;
	/* with its CR it may be one longer */
	if (len > CARDEA_LISTS_LINE_MAX + 1 - text->part_len)
		return refuse(text, diag, CARDEA_E_RANGE, too_long);
	memcpy(text->part + text->part_len, bytes, len);
	text->part_len += len;
	return CARDEA_OK;
}

enum cardea_status
cardea_netlist_text_feed(struct cardea_netlist_text *text, const char *bytes,
    size_t len, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	if (len > CARDEA_LISTS_BYTES_MAX - text->bytes)
		return refuse(text, diag, CARDEA_E_RANGE,
		    "the list is larger than 256 MiB");
	text->bytes += len;
	while (len > 0 && status == CARDEA_OK) {
		const char *end = memchr(bytes, '\n', len);
		size_t part = end != NULL ? (size_t)(end - bytes) : len;

		status = add_part(text, bytes, part, diag);
		if (status == CARDEA_OK && end != NULL) {
			status = take_line(text, diag);
			part++;
		}
		bytes += part;
		len -= part;
	}
	return status;
}

enum cardea_status
cardea_netlist_text_end(
    struct cardea_netlist_text *text, struct cardea_diag *diag)
{
	if (text->part_len > 0)
		return refuse(text, diag, CARDEA_E_SYNTAX,
		    "the last line has no end: the list may have been cut");
	if (text->set.count == 0 && !text->may_be_empty)
		return refuse(text, diag, CARDEA_E_SYNTAX,
		    "there is no entry: a list that may be empty says so in a "
		    "comment, # may be empty");
	return CARDEA_OK;
}

enum cardea_status
cardea_netlist_text_read(
    int fd, struct cardea_netlist_text *text, struct cardea_diag *diag)
{
	char bytes[CHUNK];
	enum cardea_status status = CARDEA_OK;

	while (status == CARDEA_OK) {
		ssize_t got = read(fd, bytes, sizeof(bytes));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return cardea_diag_set(diag, CARDEA_E_IO,
			    "cannot be read: %s", strerrordesc_np(errno));
		if (got == 0)
			return cardea_netlist_text_end(text, diag);
		status = cardea_netlist_text_feed(
		    text, bytes, (size_t)got, diag);
	}
	return status;
}
