/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_COVER_H
#define CARDEA_CLI_COVER_H

#include <cardea/diag.h>
#include <cardea/policy.h>

/*
 * A policy against the people of this host.  Whom does it leave out?  Walks the
 * accounts that have a shell, and asks of each whether any rule could ever let
 * the person in by sshd or sudo, with place, time and terminal unknown, so that
 * conditions on them may hold.
 */

/* more accounts than this are not walked, and that is told */
#define CARDEA_COVER_USERS_MAX 10000

typedef void
cardea_cover_visit(const char *user, const char *service, void *context);

/* cardea_cover_walk: visit is called for each user and service that nothing
 * covers; *ret_users counts accounts looked at. RANGE beyond the ceiling. */
CARDEA_MUST_USE enum cardea_status
cardea_cover_walk(const struct cardea_policy *policy, cardea_cover_visit *visit,
    void *context, size_t *ret_users, struct cardea_diag *diag);

/* cardea_cover_people: each of those accounts, and whether anything covers it.
 * RANGE beyond the ceiling. */
typedef void cardea_cover_person(const char *user, bool covered, void *context);
CARDEA_MUST_USE enum cardea_status
cardea_cover_people(const struct cardea_policy *policy,
    cardea_cover_person *visit, void *context, struct cardea_diag *diag);

/* cardea_cover_names: visit is called with "user" or "group" and each name in
 * the rules that the name service certainly does not know. */
typedef void
cardea_cover_name(const char *kind, const char *name, void *context);
void cardea_cover_names(const struct cardea_policy *policy,
    cardea_cover_name *visit, void *context);

#endif
