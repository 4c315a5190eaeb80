/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/log.h>

/*
 * The bytes twice: as a line to be read, and, cut at NULs, as the values of an
 * event to be written.  One event is one line of printable ASCII, and reads
 * back to the same fields (I14).
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

#define TEXTS 19

static void
must(bool is_so)
{
	if (!is_so)
		abort();
}

/* The texts of an event in their order, for either direction. */
static void
list_texts(struct cardea_event *event, const char **texts[TEXTS])
{
	texts[0] = &event->event;
	texts[1] = &event->txn;
	texts[2] = &event->user;
	texts[3] = &event->service;
	texts[4] = &event->phase;
	texts[5] = &event->rhost;
	texts[6] = &event->tty;
	texts[7] = &event->factor;
	texts[8] = &event->result;
	texts[9] = &event->credential;
	texts[10] = &event->rule;
	texts[11] = &event->decision;
	texts[12] = &event->reason;
	texts[13] = &event->missing;
	texts[14] = &event->observe;
	texts[15] = &event->policy;
	texts[16] = &event->signals;
	texts[17] = &event->facts;
	texts[18] = &event->detail;
}

static bool
is_same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static void
check_event(struct cardea_event *event, enum cardea_log_format format)
{
	static struct cardea_log_line line;
	static char text[CARDEA_LINE_MAX + 1];
	const char **wrote[TEXTS], **read[TEXTS];

	if (cardea_log_format(event, format, text, sizeof(text)) != CARDEA_OK)
		return;
	for (const char *c = text; *c != '\0'; c++)
		must(*c >= 0x20 && *c <= 0x7e);
	must(cardea_log_parse(text, &line) == CARDEA_OK);
	list_texts(event, wrote);
	list_texts(&line.event, read);
	for (unsigned int i = 0; i < TEXTS; i++)
		must(is_same(*wrote[i], *read[i]));
	must(event->has_took == line.event.has_took);
	must(!event->has_took || event->took_ms == line.event.took_ms);
}

static void
check_line(const char *text)
{
	static struct cardea_log_line line;
	static char again[CARDEA_LINE_MAX + 1];

	if (cardea_log_parse(text, &line) != CARDEA_OK)
		return;
	must(cardea_log_format(&line.event,
		 text[0] == '{' ? CARDEA_LOG_JSON : CARDEA_LOG_LOGFMT, again,
		 sizeof(again)) == CARDEA_OK);
	must(strcmp(text, again) == 0);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	static char text[2 * CARDEA_LINE_MAX];
	struct cardea_event event = { .event = NULL };
	const char **texts[TEXTS];
	size_t at = 0;

	if (len >= sizeof(text))
		return 0;
	memcpy(text, bytes, len);
	text[len] = '\0';
	check_line(text);
	list_texts(&event, texts);
	for (unsigned int i = 0; i < TEXTS && at < len; i++) {
		*texts[i] = text + at;
		at += strlen(text + at) + 1;
	}
	event.has_took = len % 2 == 0;
	event.took_ms = (uint32_t)len;
	check_event(&event, CARDEA_LOG_LOGFMT);
	check_event(&event, CARDEA_LOG_JSON);
	return 0;
}
