/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_GRANT_H
#define CARDEA_CLI_GRANT_H

#include "cli/admin.h"
#include "store/ledger_grant.h"

/* The verbs, and what they share: `cardea grant`, `grants`, `approve` and
 * `revoke`. */
extern const struct cardea_command cardea_verb_grant;
extern const struct cardea_command cardea_verb_grants;
extern const struct cardea_command cardea_verb_approve;
extern const struct cardea_command cardea_verb_revoke;

/* cardea_grant_open: the store, and those that are over noted and logged. */
CARDEA_MUST_USE enum cardea_status cardea_grant_open(struct cardea_admin *admin,
    struct cardea_call *call, struct cardea_diag *diag);

/* cardea_grant_find: by its id, whoever's it is; NO, told to the person. */
enum cardea_exit cardea_grant_find(
    struct cardea_admin *admin, const char *id, struct cardea_grant *ret_grant);

/* cardea_grant_format_left: "1d", "1h 5m", "4m 10s". */
#define CARDEA_GRANT_LEFT_MAX 32
void
cardea_grant_format_left(int64_t seconds, char text[CARDEA_GRANT_LEFT_MAX]);

/* cardea_grant_log: what became of it, as event=admin, and as an alert too if
 * its rule is an emergency's.  txn: what proved it, or "". */
void cardea_grant_log(const struct cardea_admin *admin,
    const struct cardea_grant *grant, const char *txn, const char *what);

/* cardea_grant_tell: one line for people and one object of JSON, which key
 * names (NULL inside an array). */
void cardea_grant_tell(struct cardea_call *call,
    const struct cardea_grant *grant, int64_t now_s, const char *key);

/* cardea_grant_tell_user: those of one user that are not over, as the array
 * "grants" of the object that is open. */
CARDEA_MUST_USE enum cardea_status cardea_grant_tell_user(
    struct cardea_admin *admin, const char *user, struct cardea_diag *diag);

#endif
