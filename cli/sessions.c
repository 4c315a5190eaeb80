/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "cli/moment.h"
#include "cli/watch.h"
#include "facts/process.h"

/* `cardea sessions`: those that are open, and why one would end; or its end. */

static const struct cardea_option sessions_options[] = {
	{ "end", "ID", "end this one", false },
	{ "reason", "TEXT", "why, for the log; with --end", false },
	{ "forget-host", "NAME", "drop the records of a host that is gone",
	    false },
	{ NULL, NULL, NULL, false },
};

static void
put_time(struct cardea_json *json, const char *key, int64_t time_s)
{
	char text[CARDEA_MOMENT_TEXT_MAX + 1];

	if (time_s == 0)
		return;
	cardea_moment_format(time_s, text);
	cardea_json_text(json, key, text);
}

static const char *
state_text(enum cardea_watch_state state)
{
	switch (state) {
	case CARDEA_WATCH_STAYS:
		return "stays";
	case CARDEA_WATCH_ENDS:
		return "ends";
	case CARDEA_WATCH_UNSURE:
		break;
	}
	return "not known";
}

static void
put(struct cardea_json *json, const struct cardea_session *session,
    const struct cardea_watch_verdict *verdict)
{
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "id", session->id);
	cardea_json_text(json, "user", session->user);
	cardea_json_text(json, "service", session->service);
	cardea_json_text(json, "host", session->host);
	cardea_json_text(json, "source", session->source);
	cardea_json_text(json, "tty", session->tty);
	cardea_json_text(json, "rule", session->rule);
	cardea_json_number(json, "pid", session->pid);
	if (session->parent[0] != '\0')
		cardea_json_text(json, "parent", session->parent);
	put_time(json, "opened", session->opened_s);
	put_time(json, "ends",
	    verdict->ends_s != 0 ? verdict->ends_s : session->ends_s);
	if (verdict->rule[0] != '\0')
		cardea_json_text(json, "rule_now", verdict->rule);
	cardea_json_text(json, "state", state_text(verdict->state));
	if (verdict->state != CARDEA_WATCH_STAYS) {
		cardea_json_text(json, "reason", verdict->reason);
		cardea_json_text(json, "because", verdict->words);
	}
	cardea_json_shut(json);
}

static void
say(struct cardea_call *call, const struct cardea_session *session,
    const struct cardea_watch_verdict *verdict)
{
	char opened[CARDEA_MOMENT_TEXT_MAX + 1];
	char ends[CARDEA_MOMENT_TEXT_MAX + 1] = "";
	int64_t ends_s = verdict->ends_s != 0 ? verdict->ends_s
					      : session->ends_s;

	cardea_moment_format(session->opened_s, opened);
	if (ends_s != 0)
		cardea_moment_format(ends_s, ends);
	cardea_call_say(call, "%s  %s by %s from %s%s%s, rule %s", session->id,
	    session->user, session->service, session->source,
	    session->tty[0] == '\0' ? "" : " on ", session->tty, session->rule);
	cardea_call_say(call, "    since %s%s%s%s%s", opened,
	    ends_s == 0 ? "" : ", until ", ends,
	    verdict->state == CARDEA_WATCH_STAYS	? ""
		: verdict->state == CARDEA_WATCH_UNSURE ? "; not judged: "
							: "; to be ended: ",
	    verdict->words);
}

static enum cardea_exit
list_all(struct cardea_admin *admin, const struct cardea_watch_list *list)
{
	struct cardea_call *call = admin->call;

	cardea_json_open_array(&call->out, "sessions");
	for (size_t i = 0; i < list->count; i++) {
		const struct cardea_session *session = list->items[i];
		struct cardea_watch_verdict verdict = { .reason = "elsewhere",
			.words = "it is another host's" };

		if (cardea_watch_is_here(list, session))
			verdict = cardea_watch_judge(
			    admin, list, session, admin->clock.time_s);
		put(&call->out, session, &verdict);
		say(call, session, &verdict);
	}
	cardea_json_shut(&call->out);
	if (list->count == 0)
		cardea_call_say(call, "No session is open.");
	if (!list->complete)
		return cardea_call_refuse(call, CARDEA_EXIT_TROUBLE,
		    "some records of sessions cannot be read");
	return CARDEA_EXIT_OK;
}

static void
log_end(const struct cardea_admin *admin, const struct cardea_session *session,
    const char *reason)
{
	const struct cardea_event event = {
		.txn = session->txn,
		.user = session->user,
		.service = session->service,
		.rhost = session->request.rhost,
		.tty = session->tty,
		.rule = session->rule,
		.reason = reason,
	};

	cardea_admin_log(admin, &event, "session ended");
}

/* The log has it before it happens: who ends the session he is in is gone. */
static enum cardea_exit
end_one(struct cardea_admin *admin, const struct cardea_watch_list *list,
    const char *id)
{
	const struct cardea_session *session = cardea_watch_find(list, id);
	const char *reason = cardea_call_text(admin->call, "reason");
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	if (session == NULL)
		return cardea_call_refuse(
		    admin->call, CARDEA_EXIT_NO, "%s: no such session", id);
	if (!cardea_watch_is_here(list, session))
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "%s: a session of another host or boot", id);
	log_end(admin, session, reason);
	if (!cardea_watch_end(session))
		return cardea_call_refuse(admin->call, CARDEA_EXIT_TROUBLE,
		    "%s: some of its processes do not go", id);
	status = cardea_ledger_close_session(
	    admin->store, session->user, session->id, &diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return cardea_call_trouble(admin->call, status, &diag);
	cardea_call_say(
	    admin->call, "ended: %s by %s", session->user, session->service);
	cardea_json_text(&admin->call->out, "ended", session->id);
	return CARDEA_EXIT_OK;
}

/* Nobody else would: each host looks after its own. */
static enum cardea_exit
forget_host(struct cardea_admin *admin, const struct cardea_watch_list *list,
    const char *host)
{
	struct cardea_diag diag = { .line = 0 };
	const struct cardea_event event = { .event = NULL };
	enum cardea_status status = CARDEA_OK;
	char what[CARDEA_NAME_MAX + 32];
	size_t count = 0;

	if (strcmp(host, list->host) == 0)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "%s is this host: `cardea watch` drops what is gone", host);
	for (size_t i = 0; i < list->count && status == CARDEA_OK; i++) {
		const struct cardea_session *session = list->items[i];

		if (strcmp(session->host, host) != 0)
			continue;
		status = cardea_ledger_close_session(
		    admin->store, session->user, session->id, &diag);
		if (status == CARDEA_E_MISSING)
			status = CARDEA_OK;
		count++;
	}
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	(void)snprintf(what, sizeof(what), "host forgotten name=%s", host);
	if (count > 0)
		cardea_admin_log(admin, &event, what);
	cardea_call_say(admin->call, "%zu records of %s dropped", count, host);
	cardea_json_number(&admin->call->out, "dropped", (int64_t)count);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_sessions(struct cardea_call *call)
{
	const char *id = cardea_call_text(call, "end");
	const char *host = cardea_call_text(call, "forget-host");
	struct cardea_watch_list list = { .count = 0 };
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_exit code;
	enum cardea_status status;

	if (id == NULL && cardea_call_has(call, "reason"))
		return cardea_call_refuse(
		    call, CARDEA_EXIT_USAGE, "--reason goes with --end");
	if (id != NULL && host != NULL)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--forget-host goes without --end");
	status = cardea_admin_open(
	    &admin, call, id == NULL && host == NULL, &diag);
	if (status == CARDEA_OK)
		status = cardea_watch_read(&admin, false, &list, &diag);
	if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	else if (host != NULL)
		code = forget_host(&admin, &list, host);
	else if (id != NULL)
		code = end_one(&admin, &list, id);
	else
		code = list_all(&admin, &list);
	cardea_watch_clear(&list);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_sessions = {
	"sessions",
	"",
	0,
	0,
	"list the sessions that are open, or end one",
	true,
	sessions_options,
	run_sessions,
};
