/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LEDGER_GRANT_H
#define CARDEA_STORE_LEDGER_GRANT_H

#include <cardea/policy.h>
#include <cardea/store.h>

#include "base/clock.h"

/*
 * A grant lets a rule with `grant = true` apply to one user for a while.  It
 * ends by itself; it counts only once as many other persons have approved it as
 * the rule wanted when it was made.  Nobody approves for himself, nor what he
 * asked for, nor twice.
 *
 * A clock that is set back lengthens no grant.  In the boot in which it began
 * the monotonic clock ends it, too; beyond that boot the wall clock alone does,
 * and what anything has seen to be over is noted and never counts again.  So a
 * clock set back revives only what ended unseen, before a reboot.  Grants of a
 * time that is still to come do not count.
 */

#define CARDEA_KIND_GRANT "grant" /* owner user, id grant id */
#define CARDEA_KIND_GRANT_COUNT                                                \
	"grant-count" /* owner user: put by each grant made */

#define CARDEA_GRANT_WAIT_S 86400 /* a wish that nobody approves lapses */
#define CARDEA_GRANT_KEEP_S                                                    \
	(30 * 86400) /* what is over, for people to read                       \
		      */

struct cardea_approval {
	char by[CARDEA_NAME_MAX + 1];
	int64_t time_s;
	char txn[CARDEA_TXN_MAX + 1]; /* the transaction that proved it */
};

struct cardea_grant {
	uint64_t version; /* of the record */
	char id[CARDEA_GRANT_ID_MAX + 1];
	char user[CARDEA_NAME_MAX + 1];
	char rule[CARDEA_RULE_NAME_MAX + 1];
	char by[CARDEA_NAME_MAX + 1]; /* who asked for it */
	char reason[CARDEA_TEXT_MAX + 1];
	bool emergency; /* of an emergency rule: loud */
	int64_t made_s;
	uint32_t length_s;
	int64_t starts_s; /* when it was approved enough; 0: not yet */
	int64_t ends_s;	  /* starts_s + length_s; before that, when the wish
			     lapses */
	char boot_id[37]; /* in which it began; "" before that */
	int64_t starts_monotonic_ms;
	int64_t over_s;	   /* when it was first seen to be over; 0: not yet */
	int64_t revoked_s; /* 0: it was not */
	char revoked_by[CARDEA_NAME_MAX + 1];
	uint32_t wanted; /* approvals */
	size_t approval_count;
	struct cardea_approval approvals[CARDEA_APPROVALS_MAX];
};

enum cardea_grant_state {
	CARDEA_GRANT_OVER = 0, /* ended, lapsed or revoked */
	CARDEA_GRANT_WAITING,  /* for approvals */
	CARDEA_GRANT_ACTIVE,
};

/* cardea_grant_state: by the wall clock alone; pure. */
enum cardea_grant_state
cardea_grant_state(const struct cardea_grant *grant, int64_t now_s);

/* cardea_grant_has_run_out: by the clock of the boot in which it began, which
 * no step of the wall clock stretches; pure. */
struct cardea_moment;
bool cardea_grant_has_run_out(
    const struct cardea_grant *grant, const struct cardea_moment *now);

/* cardea_grant_objection: why this person may not approve it now, a clause for
 * people; NULL: he may. Names are compared, so names of one uid are the
 * caller's to tell apart. */
const char *cardea_grant_objection(
    const struct cardea_grant *grant, const char *by, int64_t now_s);

CARDEA_MUST_USE enum cardea_status cardea_record_encode_grant(
    const struct cardea_grant *grant, struct cardea_value *ret_value);
/* the version comes with it */
CARDEA_MUST_USE enum cardea_status cardea_record_decode_grant(
    const struct cardea_value *value, struct cardea_grant *ret_grant);

/* cardea_ledger_make_grant: of what is wished only id, user, rule, by, reason,
 * emergency, made_s, length_s and wanted are looked at; ret_grant has the rest.
 * FULL beyond CARDEA_GRANTS_MAX that are not over; those that ended long ago
 * are removed along the way. */
CARDEA_MUST_USE enum cardea_status cardea_ledger_make_grant(
    struct cardea_store *store, const struct cardea_grant *wish,
    struct cardea_grant *ret_grant, struct cardea_diag *diag);

/* cardea_ledger_approve_grant: MISSING; CONFLICT with the reason in diag where
 * this person may not, or it is over. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_approve_grant(struct cardea_store *store, const char *user,
    const char *id, const struct cardea_approval *approval,
    struct cardea_grant *ret_grant, struct cardea_diag *diag);

/* cardea_ledger_revoke_grant: at once, or while it waits. MISSING; CONFLICT if
 * it is over. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_revoke_grant(struct cardea_store *store, const char *user,
    const char *id, const char *by, int64_t now_s,
    struct cardea_grant *ret_grant, struct cardea_diag *diag);

/* cardea_ledger_grants: the user's active ones as facts of a request, of
 * several for one rule that which ends last; not known while the time is not
 * known, and on any failure, which leaves ret_grants alone. */
CARDEA_MUST_USE enum cardea_status cardea_ledger_grants(
    struct cardea_store *store, const struct cardea_request *request,
    struct cardea_grants *ret_grants, struct cardea_diag *diag);

/* cardea_ledger_list_grants: of one user, or with "" of all; visit returns
 * false to stop */
typedef bool
cardea_grant_visit(const struct cardea_grant *grant, void *context);
CARDEA_MUST_USE enum cardea_status
cardea_ledger_list_grants(struct cardea_store *store, const char *user,
    cardea_grant_visit *visit, void *context, struct cardea_diag *diag);

/* cardea_ledger_settle_grants: notes for good those that are over and not noted
 * so far, of one user, or with "" of all; visit is called with each, once its
 * note is durable. Only while the clock is plausible. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_settle_grants(struct cardea_store *store, const char *user,
    const struct cardea_clock *clock, cardea_grant_visit *visit, void *context,
    struct cardea_diag *diag);

#endif
