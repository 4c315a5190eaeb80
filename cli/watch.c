/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/grant.h"
#include "cli/moment.h"
#include "cli/store.h"
#include "cli/watch_last.h"
#include "cli/watch_notes.h"
#include "facts/process.h"

/*
 * `cardea watch`: every few seconds the sessions of this host are judged again,
 * and those are ended that would not be let in now.
 */

#define RETRY_S 15 /* while there is no policy to say how often */
#define MS 1000

static const struct cardea_option watch_options[] = {
	{ "once", NULL, "one round, then leave: for cron", false },
	{ NULL, NULL, NULL, false },
};

struct watch {
	struct cardea_call *call;
	struct cardea_admin *admin;
	struct cardea_watch_list list; /* as seen last */
	struct cardea_watch_notes notes;
	size_t sessions, ended, warned, dropped, unsure;
	struct cardea_cert_held *held; /* heap; NULL: nothing is remembered */
	bool stuck;	/* in this round: a record that should go stays */
	int64_t due_ms; /* when sessions are judged next; monotonic */
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

static const struct {
	enum cardea_severity severity;
	const char *reason, *over; /* over: what is said when it is well */
} troubles[CARDEA_WATCH_TROUBLES] = {
	[CARDEA_WATCH_POLICY] = { CARDEA_SEVERITY_ERR, "watch", NULL },
	[CARDEA_WATCH_STORE] = { CARDEA_SEVERITY_ERR, "watch", NULL },
	[CARDEA_WATCH_CLUSTER] = { CARDEA_SEVERITY_WARNING, "cluster",
	    "the cluster is back" },
	[CARDEA_WATCH_UNSEEN] = { CARDEA_SEVERITY_ERR, "watch", NULL },
	[CARDEA_WATCH_MIRROR] = { CARDEA_SEVERITY_ERR, "mirror", NULL },
	[CARDEA_WATCH_RECORDS] = { CARDEA_SEVERITY_ERR, "watch", NULL },
};

static void
tell_error(struct watch *watch, enum cardea_severity severity,
    const char *reason, const char *detail)
{
	const struct cardea_event event = {
		.severity = severity,
		.event = "error",
		.reason = reason,
		.detail = detail,
	};

	tell(watch, &event);
}

/* Once, until it is well. */
static void
tell_trouble(struct watch *watch, enum cardea_watch_trouble trouble,
    const struct cardea_diag *diag)
{
	char text[1024];

	if (!cardea_watch_notes_amiss(&watch->notes, trouble))
		return;
	cardea_diag_format(diag, text, sizeof(text));
	tell_error(
	    watch, troubles[trouble].severity, troubles[trouble].reason, text);
}

static void
tell_well(struct watch *watch, enum cardea_watch_trouble trouble)
{
	if (cardea_watch_notes_well(&watch->notes, trouble) &&
	    troubles[trouble].over != NULL)
		tell_error(watch, CARDEA_SEVERITY_NOTICE,
		    troubles[trouble].reason, troubles[trouble].over);
}

/* --- one session --------------------------------------------------------- */

/* A cluster that is lost has its record removed when it is back: its process is
 * gone then. */
static void
drop(struct watch *watch, const struct cardea_session *session)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	if (watch->list.lost)
		return;
	status = cardea_ledger_close_session(
	    watch->admin->store, session->user, session->id, &diag);
	if (status == CARDEA_OK || status == CARDEA_E_MISSING)
		return;
	watch->stuck = true;
	tell_trouble(watch, CARDEA_WATCH_RECORDS, &diag);
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
	then = cardea_watch_judge(watch->admin, &watch->list, session, by_s);
	if (then.state != CARDEA_WATCH_ENDS)
		return;
	if (now->ends_s != 0 && now->ends_s < by_s)
		by_s = now->ends_s;
	cardea_watch_notes_warn(&watch->notes, note);
	warn(watch, session, &then, by_s);
}

/* That the cluster is lost was said, once for all sessions. */
static void
doubt(struct watch *watch, const struct cardea_session *session,
    const struct cardea_watch_verdict *verdict, struct cardea_watch_note *note)
{
	watch->unsure++;
	if (strcmp(verdict->reason, CARDEA_WATCH_CUT_OFF) == 0)
		return;
	if (strcmp(note->unsure, verdict->words) != 0)
		tell_session(watch, session, CARDEA_SEVERITY_WARNING,
		    verdict->reason, verdict->words);
	cardea_watch_notes_doubt(&watch->notes, note, verdict->words);
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
	    watch->admin, &watch->list, session, watch->admin->clock.time_s);
	switch (verdict.state) {
	case CARDEA_WATCH_ENDS:
		end(watch, session, &verdict);
		break;
	case CARDEA_WATCH_STAYS:
		cardea_watch_notes_doubt(&watch->notes, note, "");
		look_ahead(watch, session, &verdict, note);
		break;
	case CARDEA_WATCH_UNSURE:
		doubt(watch, session, &verdict, note);
		look_ahead(watch, session, &verdict, note);
		break;
	}
}

static bool
is_ours(const struct watch *watch, const struct cardea_session *session)
{
	return strcmp(session->host, watch->list.host) == 0 &&
	    watch->list.boot_id[0] != '\0';
}

/* Records of another host are that one's to watch. */
static void
look_at_all(struct watch *watch)
{
	const struct cardea_watch_list *list = &watch->list;

	for (size_t i = 0; i < list->count; i++) {
		if (is_ours(watch, list->items[i]))
			look_at(watch, list->items[i]);
	}
	cardea_watch_notes_forget(&watch->notes);
}

/* Those whose process is gone; in an outage from what was seen last alone. */
static void
sweep(struct watch *watch)
{
	struct cardea_watch_list *list = &watch->list;
	size_t kept = 0;

	watch->stuck = false;
	for (size_t i = 0; i < list->count; i++) {
		struct cardea_session *session = list->items[i];

		if (!is_ours(watch, session) ||
		    (cardea_watch_is_here(list, session) &&
			cardea_process_is(session->pid, session->pid_start))) {
			list->items[kept++] = session;
			continue;
		}
		drop(watch, session);
		if (!list->lost)
			watch->dropped++;
		free(session);
	}
	list->count = kept;
	if (!watch->stuck && !list->lost)
		tell_well(watch, CARDEA_WATCH_RECORDS);
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

/* What the store has; a mirror that cannot be kept stops nothing. */
static enum cardea_status
gather(struct watch *watch, struct cardea_diag *diag)
{
	struct cardea_watch_list list = { .count = 0 };
	struct cardea_admin *admin = watch->admin;
	struct cardea_diag mirror = { .line = 0 };
	enum cardea_status status = CARDEA_OK, kept;

	kept = cardea_store_keep_mirror(admin, &mirror);
	if (admin->clock.plausible)
		status = cardea_ledger_settle_grants(
		    admin->store, "", &admin->clock, note_over, watch, diag);
	if (status == CARDEA_OK)
		status = cardea_watch_read(admin, true, &list, diag);
	if (kept == CARDEA_OK)
		tell_well(watch, CARDEA_WATCH_MIRROR);
	else if (!cardea_watch_is_lost(admin, status))
		tell_trouble(watch, CARDEA_WATCH_MIRROR, &mirror);
	if (status != CARDEA_OK)
		return status;
	cardea_watch_clear(&watch->list);
	watch->list = list; /* moved */
	return CARDEA_OK;
}

static enum cardea_status
go_on(struct watch *watch, const struct cardea_diag *lost)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	tell_trouble(watch, CARDEA_WATCH_CLUSTER, lost);
	status = cardea_watch_go_on(watch->admin, &watch->list, &diag);
	if (status != CARDEA_OK)
		tell_trouble(watch,
		    watch->list.host[0] == '\0' ? CARDEA_WATCH_UNSEEN
						: CARDEA_WATCH_MIRROR,
		    &diag);
	return watch->list.host[0] == '\0' ? status : CARDEA_OK;
}

static enum cardea_status
open_and_read(struct watch *watch)
{
	struct cardea_admin *admin = watch->admin;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = cardea_admin_open(
	    admin, watch->call, false, &diag);

	if (admin->settings == NULL) {
		tell_trouble(watch, CARDEA_WATCH_POLICY, &diag);
		return status;
	}
	tell_well(watch, CARDEA_WATCH_POLICY);
	if (status == CARDEA_OK)
		status = gather(watch, &diag);
	if (cardea_watch_is_lost(admin, status))
		return go_on(watch, &diag);
	if (status != CARDEA_OK) {
		tell_trouble(watch, CARDEA_WATCH_STORE, &diag);
		return status;
	}
	tell_well(watch, CARDEA_WATCH_STORE);
	tell_well(watch, CARDEA_WATCH_CLUSTER);
	tell_well(watch, CARDEA_WATCH_UNSEEN);
	return CARDEA_OK;
}

/* After trouble not for long; and the mirror may want more rounds than sessions
 * do. */
static int64_t
rest_ms(const struct watch *watch, enum cardea_status status)
{
	const struct cardea_settings *settings = watch->admin->settings;
	int64_t rest, most = RETRY_S * MS;

	if (settings == NULL)
		return most;
	if (status != CARDEA_OK) {
		rest = (int64_t)settings->watch_interval_s * MS;
		return rest < most ? rest : most;
	}
	rest = watch->due_ms - cardea_clock_read().monotonic_ms;
	most = (int64_t)cardea_store_mirror_interval_s(settings) * MS;
	if (most != 0 && most < rest)
		return most;
	return rest > 0 ? rest : 0;
}

static void
judge(struct watch *watch)
{
	watch->list.held = watch->held;
	look_at_all(watch);
	watch->due_ms = cardea_clock_read().monotonic_ms +
	    (int64_t)watch->admin->settings->watch_interval_s * MS;
}

static enum cardea_status
watch_once(struct watch *watch, int64_t *ret_rest_ms)
{
	struct cardea_admin admin = { 0 };
	enum cardea_status status;

	watch->admin = &admin;
	status = open_and_read(watch);
	if (status == CARDEA_OK) {
		sweep(watch);
		if (admin.clock.monotonic_ms >= watch->due_ms)
			judge(watch);
	}
	keep_notes(watch);
	*ret_rest_ms = rest_ms(watch, status);
	cardea_admin_close(&admin);
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
	enum cardea_status status;
	int64_t rest;

	if (cardea_watch_notes_read(&watch.notes, &diag) != CARDEA_OK)
		complain(&watch, &diag);
	watch.held = calloc(1, sizeof(*watch.held));
	status = watch_once(&watch, &rest);
	while (!cardea_call_has(call, "once")) {
		const struct timespec time = { .tv_sec = rest / MS,
			.tv_nsec = rest % MS * (1000000000 / MS) };

		(void)nanosleep(&time, NULL);
		status = watch_once(&watch, &rest);
	}
	put_counts(&call->out, &watch);
	cardea_watch_notes_clear(&watch.notes);
	cardea_watch_clear(&watch.list);
	free(watch.held);
	if (status != CARDEA_OK)
		return cardea_call_refuse(call, CARDEA_EXIT_TROUBLE,
		    watch.list.lost
			? "the cluster is out of reach: nothing could be judged"
			: "nothing could be judged: see the log");
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
