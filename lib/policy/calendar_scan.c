/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cardea/limits.h>

#include "policy/calendar_scan.h"

#define NAME_MAX_LEN 31

enum component {
	COMPONENT_OTHER = 0, /* left out, with all that is in it */
	COMPONENT_CALENDAR,
	COMPONENT_EVENT,
	COMPONENT_ZONE,
	COMPONENT_OFFSET, /* STANDARD or DAYLIGHT */
};

struct level {
	char name[NAME_MAX_LEN + 1];
	enum component component;
};

struct scan {
	const char *at, *end;
	unsigned int line;  /* of what comes next */
	unsigned int began; /* where the line at hand began */
	char *out;
	size_t len;   /* of out that is kept */
	size_t width; /* of the line at hand, which lies behind it */
	struct level levels[CARDEA_NESTING_MAX];
	size_t depth;
	bool any; /* a calendar has begun */
	struct cardea_calendar_text *found;
	struct cardea_diag *diag;
};

static enum cardea_status
refuse(const struct scan *scan, const char *reason)
{
	cardea_diag_place(scan->diag, NULL, scan->began, NULL);
	return cardea_diag_set(scan->diag, CARDEA_E_SYNTAX, "%s", reason);
}

/* One line of the file goes to the end of out, without its end. */
static void
take_line(struct scan *scan)
{
	size_t left = (size_t)(scan->end - scan->at);
	const char *newline = memchr(scan->at, '\n', left);
	size_t len = newline != NULL ? (size_t)(newline - scan->at) : left;
	size_t kept = len > 0 && scan->at[len - 1] == '\r' ? len - 1 : len;

	memcpy(scan->out + scan->len + scan->width, scan->at, kept);
	scan->width += kept;
	scan->at += newline != NULL ? len + 1 : len;
	scan->line++;
}

/* RFC 5545, 3.1: a line goes on where the next one begins with a blank. */
static bool
next_line(struct scan *scan)
{
	if (scan->at == scan->end)
		return false;
	scan->began = scan->line;
	scan->width = 0;
	take_line(scan);
	while (
	    scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t')) {
		scan->at++;
		take_line(scan);
	}
	return true;
}

static bool
is_blank(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (line[i] != ' ' && line[i] != '\t')
			return false;
	}
	return true;
}

static bool
has_control(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (((unsigned char)line[i] < 0x20 && line[i] != '\t') ||
		    line[i] == 0x7f)
			return true;
	}
	return false;
}

/* how many bytes a name may have at the beginning of a text */
static size_t
word_length(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len &&
	    ((text[at] >= 'A' && text[at] <= 'Z') ||
		(text[at] >= 'a' && text[at] <= 'z') ||
		(text[at] >= '0' && text[at] <= '9') || text[at] == '-'))
		at++;
	return at;
}

/* length of the name that a line begins with; 0 if it has none */
static size_t
name_length(const char *line, size_t len)
{
	size_t at = word_length(line, len);

	return at < len && (line[at] == ':' || line[at] == ';') ? at : 0;
}

static bool
is_name(const char *line, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(line, name, len) == 0;
}

static enum component
component_in(const struct scan *scan)
{
	return scan->depth > 0 ? scan->levels[scan->depth - 1].component
			       : COMPONENT_OTHER;
}

/* what a component is to us, by its name and where it stands */
static enum component
component_of(const struct scan *scan, const char *name)
{
	enum component within = component_in(scan);

	if (scan->depth == 0 && strcasecmp(name, "VCALENDAR") == 0)
		return COMPONENT_CALENDAR;
	if (within == COMPONENT_CALENDAR && strcasecmp(name, "VEVENT") == 0)
		return COMPONENT_EVENT;
	if (within == COMPONENT_CALENDAR && strcasecmp(name, "VTIMEZONE") == 0)
		return COMPONENT_ZONE;
	if (within == COMPONENT_ZONE &&
	    (strcasecmp(name, "STANDARD") == 0 ||
		strcasecmp(name, "DAYLIGHT") == 0))
		return COMPONENT_OFFSET;
	return COMPONENT_OTHER;
}

static void
keep_line(struct scan *scan)
{
	scan->len += scan->width;
	scan->out[scan->len++] = '\n';
}

static enum cardea_status
note_event(struct scan *scan)
{
	struct cardea_calendar_text *found = scan->found;
	size_t count = found->event_count;

	/* room for as many as the next power of two */
	if ((count & (count - 1)) == 0) {
		unsigned int *lines = realloc(found->lines,
		    (count == 0 ? 1 : 2 * count) * sizeof(*lines));

		if (lines == NULL)
			return cardea_diag_set(
			    scan->diag, CARDEA_E_MEMORY, "out of memory");
		found->lines = lines;
	}
	found->lines[found->event_count++] = scan->began;
	return CARDEA_OK;
}

static enum cardea_status
begin(struct scan *scan, const char *name)
{
	struct level *level = &scan->levels[scan->depth];
	enum cardea_status status = CARDEA_OK;

	if (scan->depth == CARDEA_NESTING_MAX)
		return refuse(scan, "components are nested too deep");
	if (scan->depth == 0 && strcasecmp(name, "VCALENDAR") != 0)
		return refuse(scan, "a calendar begins with BEGIN:VCALENDAR");
	level->component = component_of(scan, name);
	if (level->component != COMPONENT_EVENT &&
	    strcasecmp(name, "VEVENT") == 0)
		return refuse(scan, "an event inside another component");
	memcpy(level->name, name, strlen(name) + 1);
	scan->depth++;
	scan->any = true;
	if (level->component == COMPONENT_EVENT)
		status = note_event(scan);
	if (level->component != COMPONENT_OTHER)
		keep_line(scan);
	return status;
}

static enum cardea_status
end(struct scan *scan, const char *name)
{
	if (scan->depth == 0 ||
	    strcasecmp(scan->levels[scan->depth - 1].name, name) != 0)
		return refuse(
		    scan, "ends a component that is not the one at hand");
	if (component_in(scan) != COMPONENT_OTHER)
		keep_line(scan);
	scan->depth--;
	return CARDEA_OK;
}

/* BEGIN and END: their value is the name of a component */
static enum cardea_status
turn(struct scan *scan, const char *line, size_t name_len)
{
	size_t len = scan->width - name_len - 1;
	char name[NAME_MAX_LEN + 1];

	if (line[name_len] != ':' || len == 0 || len > NAME_MAX_LEN ||
	    word_length(line + name_len + 1, len) != len)
		return refuse(scan, "expected the name of a component");
	memcpy(name, line + name_len + 1, len);
	name[len] = '\0';
	return line[0] == 'B' || line[0] == 'b' ? begin(scan, name)
						: end(scan, name);
}

static bool
is_wanted(enum component component, const char *line, size_t len)
{
	static const char *const of_events[] = { "UID", "DTSTART", "DTEND",
		"DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE",
		"RECURRENCE-ID", "STATUS", NULL };
	static const char *const of_zones[] = { "TZID", NULL };
	static const char *const of_offsets[] = { "DTSTART", "TZOFFSETFROM",
		"TZOFFSETTO", "RRULE", "RDATE", NULL };
	const char *const *names = component == COMPONENT_EVENT ? of_events
	    : component == COMPONENT_ZONE			? of_zones
								: of_offsets;

	if (component == COMPONENT_OTHER || component == COMPONENT_CALENDAR)
		return false;
	while (*names != NULL && !is_name(line, len, *names))
		names++;
	return *names != NULL;
}

/* What changes the meaning of every date in it.  vCalendar 1.0 writes rules in
 * another way; calendars other than the Gregorian have other days. */
static enum cardea_status
judge_head(struct scan *scan, const char *line, size_t len)
{
	const char *value = line + len + 1;
	size_t value_len = scan->width - len - 1;

	if (is_name(line, len, "VERSION") &&
	    (line[len] != ':' || !is_name(value, value_len, "2.0")))
		return refuse(scan, "only version 2.0 can be read");
	if (is_name(line, len, "CALSCALE") &&
	    (line[len] != ':' || !is_name(value, value_len, "GREGORIAN")))
		return refuse(scan, "only the Gregorian calendar can be read");
	return CARDEA_OK;
}

static enum cardea_status
judge_line(struct scan *scan)
{
	const char *line = scan->out + scan->len;
	size_t len = name_length(line, scan->width);

	if (is_blank(line, scan->width))
		return CARDEA_OK;
	if (len == 0)
		return refuse(scan, "expected a line such as DTSTART:...");
	if (is_name(line, len, "BEGIN") || is_name(line, len, "END"))
		return turn(scan, line, len);
	if (scan->depth == 0)
		return refuse(scan, "a calendar begins with BEGIN:VCALENDAR");
	if (component_in(scan) == COMPONENT_CALENDAR)
		return judge_head(scan, line, len);
	if (!is_wanted(component_in(scan), line, len))
		return CARDEA_OK;
	if (has_control(line, scan->width))
		return refuse(scan, "a control byte");
	keep_line(scan);
	return CARDEA_OK;
}

static enum cardea_status
scan_all(struct scan *scan)
{
	enum cardea_status status = CARDEA_OK;

	if (memchr(scan->at, '\0', (size_t)(scan->end - scan->at)) != NULL)
		return cardea_diag_set(
		    scan->diag, CARDEA_E_SYNTAX, "a NUL byte in a calendar");
	while (status == CARDEA_OK && next_line(scan))
		status = judge_line(scan);
	if (status != CARDEA_OK)
		return status;
	if (!scan->any)
		return refuse(scan, "a calendar begins with BEGIN:VCALENDAR");
	if (scan->depth != 0)
		return refuse(scan, "the calendar is cut: END is missing");
	if (scan->found->event_count == 0)
		return cardea_diag_set(
		    scan->diag, CARDEA_E_SYNTAX, "no events in it");
	return CARDEA_OK;
}

enum cardea_status
cardea_calendar_scan(const char *text, size_t len,
    struct cardea_calendar_text *ret_text, struct cardea_diag *diag)
{
	struct cardea_calendar_text found = { .text = malloc(len + 2) };
	struct scan scan = { .at = text,
		.end = text + len,
		.line = 1,
		.out = found.text,
		.found = &found,
		.diag = diag };
	enum cardea_status status;

	if (found.text == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	/* the mark of UTF-8, which some programs put before it */
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		scan.at += 3;
	status = scan_all(&scan);
	if (status != CARDEA_OK) {
		cardea_calendar_text_clear(&found);
		return status;
	}
	found.text[scan.len] = '\0';
	*ret_text = found;
	return CARDEA_OK;
}

void
cardea_calendar_text_clear(struct cardea_calendar_text *text)
{
	free(text->text);
	free(text->lines);
	memset(text, 0, sizeof(*text));
}
