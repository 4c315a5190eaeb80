/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_WATCH_H
#define CARDEA_CLI_WATCH_H

#include "cert/held.h"
#include "cli/admin.h"
#include "store/ledger.h"

/*
 * Sessions that were let in, judged again as time goes by: `cardea watch` and
 * `cardea sessions`.  What is not known ends nobody.
 */
extern const struct cardea_command cardea_verb_watch;
extern const struct cardea_command cardea_verb_sessions;

/* --- the records --------------------------------------------------------- */

/* Records, large ones, as read at one moment. */
struct cardea_watch_list {
	size_t count, cap;
	struct cardea_session **items; /* heap */
	bool ours;		       /* of other hosts there are none */
	bool complete;		       /* false: some could not be read */
	bool lost;	    /* they are those seen last: see watch_last.h */
	int64_t mirrored_s; /* then: what the mirror is of */
	char host[CARDEA_NAME_MAX + 1]; /* "": none were ever read */
	char boot_id[37];
	struct cardea_cert_held *held; /* borrowed; NULL: all are asked about */
};

/* cardea_watch_read: of this host alone, or of all */
CARDEA_MUST_USE enum cardea_status cardea_watch_read(struct cardea_admin *admin,
    bool ours, struct cardea_watch_list *ret_list, struct cardea_diag *diag);
void cardea_watch_clear(struct cardea_watch_list *list);

/* cardea_watch_is_here: of this host and this boot */
bool cardea_watch_is_here(
    const struct cardea_watch_list *list, const struct cardea_session *session);

const struct cardea_session *
cardea_watch_find(const struct cardea_watch_list *list, const char *id);

/* --- the judgement ------------------------------------------------------- */

enum cardea_watch_state {
	CARDEA_WATCH_UNSURE = 0, /* something is not known: it stays */
	CARDEA_WATCH_STAYS,
	CARDEA_WATCH_ENDS,
};

struct cardea_watch_verdict {
	enum cardea_watch_state state;
	const char *reason; /* for the log: "session-over"; "" if it stays */
	const char *words;  /* for people: "its time is over" */
	char rule[CARDEA_RULE_NAME_MAX + 1]; /* that applies now */
	int64_t ends_s; /* when it is known to end; 0: not known */
};

/* cardea_watch_judge: at a moment, which need not be now, what is let in of
 * what the record says, by the installed policy. */
struct cardea_watch_verdict cardea_watch_judge(struct cardea_admin *admin,
    const struct cardea_watch_list *list, const struct cardea_session *session,
    int64_t time_s);

/* --- its processes ------------------------------------------------------- */

/* cardea_watch_warn: a line on each terminal of the session; how many. */
size_t
cardea_watch_warn(const struct cardea_session *session, const char *line);

/* cardea_watch_end: all its processes, with a request first and by force after
 * five seconds; false if some are left. */
bool cardea_watch_end(const struct cardea_session *session);

#endif
