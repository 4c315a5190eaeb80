/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <cardea/log.h>

#include "base/clock.h"
#include "cli/logline.h"
#include "cli/moment.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/*
 * `cardea log`: what Cardea wrote to syslog, for people.
 */

static const struct cardea_option log_options[] = {
	{ "user", "USER", "only lines about this user", true },
	{ "service", "SERVICE", "only this PAM service", true },
	{ "event", "EVENT", "only verification, decision, admin ...", true },
	{ "decision", "DECISION", "only permit or deny", true },
	{ "since", "TIME", "only lines from this instant on", false },
	{ "color", "WHEN", "auto, always or never", false },
	{ NULL, NULL, NULL, false },
};

struct view {
	struct cardea_call *call;
	bool colour;
	bool since_given;
	int64_t since_s;
};

/* True if the option was not given or names the text. */
static bool
is_wanted(const struct view *view, const char *option, const char *text)
{
	const char *wanted;
	size_t at = 0;

	if (!cardea_call_has(view->call, option))
		return true;
	while ((wanted = cardea_call_next(view->call, option, &at)) != NULL) {
		if (text != NULL && strcmp(wanted, text) == 0)
			return true;
	}
	return false;
}

static bool
passes(const struct view *view, const struct cardea_logline *entry,
    const struct cardea_event *event)
{
	if (view->since_given &&
	    (!entry->time_known || entry->time_s < view->since_s))
		return false;
	return is_wanted(view, "user", event->user) &&
	    is_wanted(view, "service", event->service) &&
	    is_wanted(view, "event", event->event) &&
	    is_wanted(view, "decision", event->decision);
}

static const char *
or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

/* The word that sums the line up, and its colour: green for yes, red for no,
 * magenta for trouble, yellow for what should be looked at. */
static const char *
choose_colour(const struct cardea_event *event)
{
	const char *result = or_empty(event->result);

	if (strcmp(or_empty(event->decision), "permit") == 0 ||
	    strcmp(result, "verified") == 0)
		return "\033[32m";
	if (strcmp(result, "broken") == 0 ||
	    strcmp(or_empty(event->event), "error") == 0)
		return "\033[35m";
	if (event->decision != NULL || strcmp(result, "refused") == 0)
		return "\033[31m";
	return "\033[33m";
}

static const char *
choose_word(const struct cardea_event *event)
{
	if (event->decision != NULL)
		return event->decision;
	return event->result != NULL ? event->result : or_empty(event->event);
}

static void
print_part(const char *label, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	printf("  %s", label);
	cardea_terminal_write(stdout, text);
}

static void
print_parts(const struct cardea_event *event)
{
	print_part("", event->service);
	if (event->phase != NULL) {
		putchar('/');
		cardea_terminal_write(stdout, event->phase);
	}
	print_part("from ", event->rhost);
	print_part("tty ", event->tty);
	print_part("factor ", event->factor);
	print_part("credential ", event->credential);
	print_part("rule ", event->rule);
	print_part("", event->reason);
	print_part("missing ", event->missing);
	print_part("observe ", event->observe);
	print_part("signals ", event->signals);
	if (event->has_took)
		printf("  %" PRIu32 " ms", event->took_ms);
	print_part("", event->detail);
}

static void
print_tail(const struct view *view, const struct cardea_event *event)
{
	if (event->txn == NULL && event->policy == NULL)
		return;
	fputs(view->colour ? "\033[2m" : "", stdout);
	print_part("txn ", event->txn);
	print_part("policy ", event->policy);
	fputs(view->colour ? "\033[0m" : "", stdout);
}

static void
print_line(const struct view *view, const struct cardea_logline *entry,
    const struct cardea_event *event)
{
	cardea_terminal_write(stdout, entry->stamp);
	cardea_terminal_write(stdout, entry->stamp[0] == '\0' ? "" : " ");
	fputs(view->colour ? choose_colour(event) : "", stdout);
	cardea_terminal_write(stdout, choose_word(event));
	fputs(view->colour ? "\033[0m" : "", stdout);
	print_part("", event->user);
	print_parts(event);
	print_tail(view, event);
	putchar('\n');
}

static void
put_part(struct cardea_json *json, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		cardea_json_text(json, key, text);
}

static void
put_event(struct cardea_json *json, const struct cardea_event *event)
{
	put_part(json, "event", event->event);
	put_part(json, "txn", event->txn);
	put_part(json, "user", event->user);
	put_part(json, "service", event->service);
	put_part(json, "phase", event->phase);
	put_part(json, "rhost", event->rhost);
	put_part(json, "tty", event->tty);
	put_part(json, "factor", event->factor);
	put_part(json, "result", event->result);
	put_part(json, "credential", event->credential);
	put_part(json, "rule", event->rule);
	put_part(json, "decision", event->decision);
	put_part(json, "reason", event->reason);
	put_part(json, "missing", event->missing);
	put_part(json, "observe", event->observe);
	put_part(json, "policy", event->policy);
	put_part(json, "signals", event->signals);
	put_part(json, "facts", event->facts);
	if (event->has_took)
		cardea_json_number(json, "took_ms", event->took_ms);
	put_part(json, "detail", event->detail);
}

static enum cardea_status
print_json(const struct cardea_logline *entry, const struct cardea_event *event)
{
	char time[CARDEA_MOMENT_TEXT_MAX + 1] = "";
	enum cardea_status status;
	struct cardea_json json;

	if (entry->time_known)
		cardea_moment_format(entry->time_s, time);
	cardea_json_begin(&json);
	put_part(&json, "time", time);
	put_part(&json, "host", entry->host);
	put_event(&json, event);
	status = cardea_json_print(&json, stdout);
	cardea_json_clear(&json);
	return status;
}

static enum cardea_status
show_line(const struct cardea_logline *line, void *context)
{
	const struct view *view = context;
	const struct cardea_event *event = &line->parsed.event;

	if (!passes(view, line, event))
		return CARDEA_OK;
	if (view->call->json)
		return print_json(line, event);
	print_line(view, line, event);
	return ferror(stdout) ? CARDEA_E_IO : CARDEA_OK;
}

static enum cardea_status
read_options(struct view *view, struct cardea_diag *diag)
{
	const char *colour = cardea_call_text(view->call, "color");
	enum cardea_status status;

	view->since_given = cardea_call_has(view->call, "since");
	status = cardea_loglines_since(
	    view->call, cardea_clock_read().time_s, &view->since_s, diag);
	if (status != CARDEA_OK)
		return status;
	view->colour = isatty(STDOUT_FILENO) == 1;
	if (colour == NULL || strcmp(colour, "auto") == 0)
		return CARDEA_OK;
	view->colour = strcmp(colour, "always") == 0;
	if (!view->colour && strcmp(colour, "never") != 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--color: wants auto, always or never");
	return CARDEA_OK;
}

static enum cardea_exit
run_log(struct cardea_call *call)
{
	struct cardea_diag diag = { 0 };
	struct view view = { .call = call };
	struct cardea_loglines lines = { show_line, &view, 0 };
	enum cardea_status status = read_options(&view, &diag);

	if (status != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (call->operand_count == 0)
		status = cardea_loglines_read(&lines, stdin);
	for (size_t i = 0; i < call->operand_count && status == CARDEA_OK; i++)
		status = cardea_loglines_read_file(
		    &lines, call->operands[i], &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	if (lines.unreadable > 0)
		cardea_call_warn(call,
		    "%" PRIu64 " lines of cardea could not be read",
		    lines.unreadable);
	call->json = false;
	return CARDEA_EXIT_OK;
}

const struct cardea_command cardea_verb_log = {
	"log",
	"[FILE ...]",
	0,
	CARDEA_CALL_OPERANDS_MAX,
	"read what Cardea wrote to syslog",
	false,
	log_options,
	run_log,
};
