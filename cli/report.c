/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/moment.h"
#include "cli/past.h"
#include "cli/report.h"
#include "cli/verbs.h"

/*
 * `cardea report`: what somebody who answers for this host should know of the
 * last days, on one page.  Nothing in it is new: log, store and policy have it.
 */

#define SINCE_S (7 * 86400)
#define ALERTS_SHOWN 20

static const struct cardea_option report_options[] = {
	{ "since", "TIME", "from then on, or the last 7d (7d)", false },
	{ "log", "FILE",
	    "where logins are logged; \"-\" is standard input "
	    "(/var/log/auth.log)",
	    true },
	{ NULL, NULL, NULL, false },
};

struct row { /* logins that ended alike by one rule */
	char rule[CARDEA_RULE_NAME_MAX + 1];
	char decision[16], reason[32];
	bool observed;
	size_t count;
};

struct report {
	struct cardea_admin admin;
	struct cardea_pasts pasts;
	struct row *rows;
	size_t row_count;
	size_t alerts;
};

/* --- the log -------------------------------------------------------------- */

static void
tell_alert(struct report *report, const struct cardea_logline *line)
{
	const struct cardea_event *event = &line->parsed.event;
	struct cardea_call *call = report->admin.call;
	struct cardea_json *json = &call->out;
	const struct {
		const char *key, *text;
	} parts[] = {
		{ "txn", event->txn },
		{ "user", event->user },
		{ "service", event->service },
		{ "rhost", event->rhost },
		{ "rule", event->rule },
		{ "reason", event->reason },
		{ "detail", event->detail },
	};
	char time[CARDEA_MOMENT_TEXT_MAX + 1] = "";
	char text[2048] = "";
	size_t len = 0;

	if (line->time_known)
		cardea_moment_format(line->time_s, time);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "time", time);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].text == NULL || parts[i].text[0] == '\0')
			continue;
		cardea_json_text(json, parts[i].key, parts[i].text);
		if (cardea_text_print(text + len, sizeof(text) - len, "  %s %s",
			parts[i].key, parts[i].text) == CARDEA_OK)
			len += strlen(text + len);
	}
	cardea_json_shut(json);
	if (report->alerts++ == 0)
		cardea_call_say(call, "alerts");
	if (report->alerts <= ALERTS_SHOWN)
		cardea_call_say(call, "  %s%s", time, text);
}

static enum cardea_status
hear(const struct cardea_logline *line, void *context)
{
	struct report *report = context;

	if (strcmp(line->parsed.event.event, "alert") == 0 &&
	    (!line->time_known || line->time_s >= report->pasts.since_s))
		tell_alert(report, line);
	return cardea_pasts_hear(&report->pasts, line);
}

static enum cardea_status
read_logs(struct report *report, struct cardea_diag *diag)
{
	struct cardea_loglines lines = { hear, report, 0 };
	struct cardea_call *call = report->admin.call;
	enum cardea_status status;

	cardea_json_open_array(&call->out, "alerts");
	status = cardea_loglines_read_logs(&lines, call, diag);
	cardea_json_shut(&call->out);
	if (report->alerts > ALERTS_SHOWN)
		cardea_call_say(
		    call, "  and %zu more", report->alerts - ALERTS_SHOWN);
	return status;
}

static enum cardea_status
count(struct report *report, const struct cardea_past *past)
{
	struct row *rows = report->rows;
	size_t i = 0;

	while (i < report->row_count &&
	    (strcmp(rows[i].rule, past->rule) != 0 ||
		strcmp(rows[i].decision, past->decision) != 0 ||
		strcmp(rows[i].reason, past->reason) != 0 ||
		rows[i].observed != past->observed))
		i++;
	if (i == report->row_count) {
		rows = reallocarray(rows, i + 1, sizeof(*rows));
		if (rows == NULL)
			return CARDEA_E_MEMORY;
		report->rows = rows;
		report->row_count++;
		rows[i] = (struct row){ .observed = past->observed };
		memcpy(rows[i].rule, past->rule, sizeof(rows[i].rule));
		memcpy(
		    rows[i].decision, past->decision, sizeof(rows[i].decision));
		memcpy(rows[i].reason, past->reason, sizeof(rows[i].reason));
	}
	rows[i].count++;
	return CARDEA_OK;
}

static int
compare(const void *a, const void *b)
{
	const struct row *left = a, *right = b;
	int order = (left->count < right->count) - (left->count > right->count);

	return order != 0 ? order : strcmp(left->rule, right->rule);
}

static enum cardea_status
tell_logins(struct report *report)
{
	struct cardea_call *call = report->admin.call;
	struct cardea_json *json = &call->out;
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < report->pasts.count && status == CARDEA_OK;
	     i++) {
		if (report->pasts.items[i]->decision[0] != '\0')
			status = count(report, report->pasts.items[i]);
	}
	if (report->row_count > 1)
		qsort(report->rows, report->row_count, sizeof(*report->rows),
		    compare);
	cardea_json_open_array(json, "logins");
	for (size_t i = 0; i < report->row_count; i++) {
		const struct row *row = &report->rows[i];

		if (i == 0)
			cardea_call_say(call, "logins");
		cardea_call_say(call, "  %6zu %s (%s)%s%s%s", row->count,
		    row->decision, row->reason,
		    row->rule[0] == '\0' ? "" : ", rule ", row->rule,
		    row->observed ? ", only observed" : "");
		cardea_json_open_object(json, NULL);
		cardea_json_number(json, "count", (int64_t)row->count);
		cardea_json_text(json, "decision", row->decision);
		cardea_json_text(json, "reason", row->reason);
		cardea_json_text(json, "rule", row->rule);
		cardea_json_bool(json, "observed", row->observed);
		cardea_json_shut(json);
	}
	cardea_json_shut(json);
	return status;
}

/* --- all -------------------------------------------------------------------
 */

static enum cardea_exit
run_with(struct report *report, struct cardea_call *call)
{
	char since[CARDEA_MOMENT_TEXT_MAX + 1];
	struct cardea_diag diag = { 0 };
	int64_t now_s = cardea_clock_read().time_s;
	enum cardea_status status;

	report->pasts.since_s = now_s - SINCE_S;
	if (cardea_loglines_since(call, now_s, &report->pasts.since_s, &diag) !=
	    CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	status = cardea_admin_open(&report->admin, call, true, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	cardea_moment_format(report->pasts.since_s, since);
	cardea_json_text(&call->out, "since", since);
	cardea_call_say(call, "since %s", since);
	status = read_logs(report, &diag);
	if (status == CARDEA_OK)
		status = tell_logins(report);
	if (status == CARDEA_OK)
		status = cardea_report_store(
		    &report->admin, report->pasts.since_s, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_report(struct cardea_call *call)
{
	struct report report = { .rows = NULL };
	enum cardea_exit code = run_with(&report, call);

	cardea_admin_close(&report.admin);
	cardea_pasts_clear(&report.pasts);
	free(report.rows);
	return code;
}

const struct cardea_command cardea_verb_report = {
	"report",
	"",
	0,
	0,
	"tell what happened, and what waits for somebody's care",
	true,
	report_options,
	run_report,
};
