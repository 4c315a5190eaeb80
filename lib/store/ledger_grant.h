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
 */

#define CARDEA_KIND_GRANT "grant" /* owner user, id grant id */

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
	int64_t starts_s;  /* when it was approved enough; 0: not yet */
	int64_t ends_s;	   /* starts_s + length_s; before that, when the wish
			      lapses */
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
enum cardea_grant_state
cardea_grant_state(const struct cardea_grant *grant, int64_t now_s);

/* cardea_ledger_make_grant: FULL beyond CARDEA_GRANTS_MAX that are not over;
 * those that ended long ago are removed along the way. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_make_grant(struct cardea_store *store,
    const struct cardea_grant *grant, struct cardea_diag *diag);

/* cardea_ledger_approve_grant: MISSING; CONFLICT with the reason in diag where
 * this person may not, or it is over. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_approve_grant(struct cardea_store *store, const char *user,
    const char *id, const struct cardea_approval *approval,
    struct cardea_grant *ret_grant, struct cardea_diag *diag);

CARDEA_MUST_USE enum cardea_status
cardea_ledger_revoke_grant(struct cardea_store *store, const char *user,
    const char *id, const char *by, int64_t now_s, struct cardea_diag *diag);

/* cardea_ledger_grants: the user's active ones as facts of a request; not known
 * on any failure, and while the time is not known. */
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

#endif
