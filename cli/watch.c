/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <time.h>

#include "cli/grant.h"
#include "cli/moment.h"
#include "cli/store.h"
#include "cli/watch.h"
#include "cli/watch_notes.h"
#include "facts/process.h"

/*
 * `cardea watch`: every few seconds the sessions of this host are judged again,
 * and those are ended that would not be let in now.
 */

#define RETRY_S 15 /* while there is no policy to say how often */

static const struct cardea_option watch_options[] = {
	{ "once", NULL, "one round, then leave: for cron", false },
	{ NULL, NULL, NULL, false },
};

struct watch {
	struct cardea_call *call;
	struct cardea_admin *admin;
	const struct cardea_watch_list *list;
	struct cardea_watch_notes notes;
	size_t sessions, ended, warned, dropped, unsure;
	bool mute; /* the trouble of the last round was told */
};

/* --- the log ------------------------------------------------------------- */

static void
tell(struct watch *watch, const struct cardea_event *event)
{
	const struct cardea_settings *settings = watch->admin->settings;

	if (cardea_log_send(event,
		settings != NULL && settings->log_json
		    ? CARDEA_LOG_JSON
		    : CARDEA_LOG_LOGFMT) != CARDEA_OK)
		cardea_call_warn(
		    watch->call, "syslog did not take a line of ours");
}

static void
tell_session(struct watch *watch, const struct cardea_session *session,
    enum cardea_severity severity, const char *reason, const char *detail)
{
	const struct cardea_event event = {
		.severity = severity,
		.event = "session",
		.txn = session->txn,
		.user = session->user,
		.service = session->service,
		.rhost = session->request.rhost,
		.tty = session->tty,
		.rule = session->rule,
		.reason = reason,
		.detail = detail,
	};

	tell(watch, &event);
	cardea_call_say(watch->call, "%s, %s, session %s: %s", session->user,
	    session->service, session->id, detail);
}

static void
tell_trouble(struct watch *watch, const struct cardea_diag *diag)
{
	char text[1024];
	struct cardea_event event = {
		.severity = CARDEA_SEVERITY_ERR,
		.event = "error",
		.reason = "watch",
		.detail = text,
	};

	cardea_diag_format(diag, text, sizeof(text));
	if (!watch->mute)
		tell(watch, &event);
	watch->mute = true;
}

/* --- one session --------------------------------------------------------- */

static void
drop(struct watch *watch, const struct cardea_session *session)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	status = cardea_ledger_close_session(
	    watch->admin->store, session->user, session->id, &diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		tell_trouble(watch, &diag);
}

static void
end(struct watch *watch, const struct cardea_session *session,
    const struct cardea_watch_verdict *verdict)
{
	bool done = cardea_watch_end(session);
	char detail[256];

	(void)snprintf(detail, sizeof(detail), "ended: %s%s", verdict->words,
	    done ? "" : "; some of its processes do not go");
	tell_session(watch, session,
	    done ? CARDEA_SEVERITY_NOTICE : CARDEA_SEVERITY_ERR,
	    verdict->reason, detail);
	watch->ended++;
	/* what is left of it is tried again */
	if (done)
		drop(watch, session);
}

static void
warn(struct watch *watch, const struct cardea_session *session,
    const struct cardea_watch_verdict *verdict, int64_t by_s)
{
	char line[256], moment[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(by_s, moment);
	(void)snprintf(line, sizeof(line),
	    "Cardea: this session ends by %s: %s", moment, verdict->words);
	(void)cardea_watch_warn(session, line);
	(void)snprintf(
	    line, sizeof(line), "ends by %s: %s", moment, verdict->words);
	tell_session(
	    watch, session, CARDEA_SEVERITY_INFO, verdict->reason, line);
	watch->warned++;
}

/* What will be over soon is what would be over then. */
static void
look_ahead(struct watch *watch, const struct cardea_session *session,
    const struct cardea_watch_verdict *now, struct cardea_watch_note *note)
{
	int64_t now_s = watch->admin->clock.time_s;
	int64_t warning_s = watch->admin->settings->session_warning_s;
	struct cardea_watch_verdict then;
	int64_t by_s = now_s + warning_s;

	if (warning_s == 0 || note->warned)
		return;
	then = cardea_watch_judge(watch->admin, watch->list, session, by_s);
	if (then.state != CARDEA_WATCH_ENDS)
		return;
	if (now->ends_s != 0 && now->ends_s < by_s)
		by_s = now->ends_s;
	cardea_watch_notes_warn(&watch->notes, note);
	warn(watch, session, &then, by_s);
}

static void
look_at(struct watch *watch, const struct cardea_session *session)
{
	struct cardea_watch_verdict verdict;
	struct cardea_watch_note *note = cardea_watch_notes_of(
	    &watch->notes, session->id);

	if (note == NULL)
		return;
	watch->sessions++;
	verdict = cardea_watch_judge(
	    watch->admin, watch->list, session, watch->admin->clock.time_s);
	switch (verdict.state) {
	case CARDEA_WATCH_ENDS:
		end(watch, session, &verdict);
		break;
	case CARDEA_WATCH_STAYS:
		cardea_watch_notes_doubt(&watch->notes, note, "");
		look_ahead(watch, session, &verdict, note);
		break;
	case CARDEA_WATCH_UNSURE:
		watch->unsure++;
		if (strcmp(note->unsure, verdict.words) != 0)
			tell_session(watch, session, CARDEA_SEVERITY_WARNING,
			    verdict.reason, verdict.words);
		cardea_watch_notes_doubt(&watch->notes, note, verdict.words);
		break;
	}
}

/* Records of another host are that one's to watch. */
static void
look_at_all(struct watch *watch)
{
	const struct cardea_watch_list *list = watch->list;

	for (size_t i = 0; i < list->count; i++) {
		const struct cardea_session *session = list->items[i];

		if (strcmp(session->host, list->host) != 0 ||
		    list->boot_id[0] == '\0')
			continue;
		if (cardea_watch_is_here(list, session) &&
		    cardea_process_is(session->pid, session->pid_start)) {
			look_at(watch, session);
			continue;
		}
		drop(watch, session);
		watch->dropped++;
	}
	cardea_watch_notes_forget(&watch->notes);
}

/* --- rounds -------------------------------------------------------------- */

static bool
note_over(const struct cardea_grant *grant, void *context)
{
	const struct watch *watch = context;

	cardea_grant_log(watch->admin, grant, "", "is over");
	return true;
}

static void
complain(struct watch *watch, const struct cardea_diag *diag)
{
	char text[1024];

	cardea_diag_format(diag, text, sizeof(text));
	cardea_call_warn(
	    watch->call, "what was said may be said again: %s", text);
}

static void
keep_notes(struct watch *watch)
{
	struct cardea_diag diag = { .line = 0 };

	if (cardea_watch_notes_write(&watch->notes, &diag) != CARDEA_OK)
		complain(watch, &diag);
}

static enum cardea_status
watch_once(struct watch *watch, uint32_t *ret_interval_s)
{
	struct cardea_watch_list list = { .count = 0 };
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { .line = 0 }, mirror = { .line = 0 };
	enum cardea_status status;

	watch->admin = &admin;
	status = cardea_admin_open(&admin, watch->call, false, &diag);
	if (admin.settings != NULL)
		*ret_interval_s = admin.settings->watch_interval_s;
	if (status == CARDEA_OK &&
	    cardea_store_keep_mirror(&admin, &mirror) != CARDEA_OK)
		tell_trouble(watch, &mirror);
	if (status == CARDEA_OK && admin.clock.plausible)
		status = cardea_ledger_settle_grants(
		    admin.store, "", &admin.clock, note_over, watch, &diag);
	if (status == CARDEA_OK)
		status = cardea_watch_read(&admin, &list, &diag);
	if (status == CARDEA_OK) {
		watch->list = &list;
		watch->mute = false;
		look_at_all(watch);
		keep_notes(watch);
	} else {
		tell_trouble(watch, &diag);
	}
	cardea_watch_clear(&list);
	cardea_admin_close(&admin);
	watch->list = NULL;
	watch->admin = NULL;
	return status;
}

static void
put_counts(struct cardea_json *json, const struct watch *watch)
{
	cardea_json_number(json, "sessions", (int64_t)watch->sessions);
	cardea_json_number(json, "ended", (int64_t)watch->ended);
	cardea_json_number(json, "warned", (int64_t)watch->warned);
	cardea_json_number(json, "dropped", (int64_t)watch->dropped);
	cardea_json_number(json, "unsure", (int64_t)watch->unsure);
}

static enum cardea_exit
run_watch(struct cardea_call *call)
{
	struct watch watch = { .call = call };
	struct cardea_diag diag = { .line = 0 };
	uint32_t interval_s = RETRY_S;
	enum cardea_status status;

	if (cardea_watch_notes_read(&watch.notes, &diag) != CARDEA_OK)
		complain(&watch, &diag);
	status = watch_once(&watch, &interval_s);
	while (!cardea_call_has(call, "once")) {
		const struct timespec time = { .tv_sec = interval_s };

		(void)nanosleep(&time, NULL);
		interval_s = RETRY_S;
		status = watch_once(&watch, &interval_s);
	}
	put_counts(&call->out, &watch);
	cardea_watch_notes_clear(&watch.notes);
	if (status != CARDEA_OK)
		return cardea_call_refuse(call, CARDEA_EXIT_TROUBLE,
		    "nothing could be judged: see the log");
	return CARDEA_EXIT_OK;
}

const struct cardea_command cardea_verb_watch = {
	"watch",
	"",
	0,
	0,
	"end sessions whose grounds are gone",
	true,
	watch_options,
	run_watch,
};
