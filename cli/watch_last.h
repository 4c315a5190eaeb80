/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_WATCH_LAST_H
#define CARDEA_CLI_WATCH_LAST_H

#include "cli/watch.h"

/*
 * The watch in an outage: a fleet's cluster cannot be reached.  The records are
 * those that were seen last, in the memory of this process and nowhere else, so
 * one that was not there before knows of no session.  Locks, grants and what
 * still stands are the mirror's (mirror.h) while it is young enough; after that
 * only what needs no store ends anybody.
 */

/* the reason of a verdict that is unsure for this alone */
#define CARDEA_WATCH_CUT_OFF "cut-off"

/* cardea_watch_is_lost: is this failure the cluster's, which is there again one
 * day, and not the store's? */
bool cardea_watch_is_lost(
    const struct cardea_admin *admin, enum cardea_status status);

/* cardea_watch_go_on: by the records seen last; admin's store is the mirror
 * then, or NULL. MISSING if none were ever seen.  RANGE and others, as of
 * cardea_mirror_open, are no reason to stop: diag says why there is no mirror.
 */
CARDEA_MUST_USE enum cardea_status
cardea_watch_go_on(struct cardea_admin *admin, struct cardea_watch_list *list,
    struct cardea_diag *diag);

/* cardea_watch_store: that to judge the session by; NULL if there is none. */
struct cardea_store *cardea_watch_store(const struct cardea_admin *admin,
    const struct cardea_watch_list *list, const struct cardea_session *session);

/* cardea_watch_standing: cardea_standing_forget; in an outage what cannot be
 * looked up stands as it stood, and ret_partly says that there was such. */
CARDEA_MUST_USE enum cardea_status cardea_watch_standing(
    struct cardea_store *store, const struct cardea_session *session, bool lost,
    struct cardea_evidence_set *evidence, bool *ret_partly);

#endif
