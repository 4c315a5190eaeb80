/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "cli/grant.h"
#include "cli/verify.h"
#include "facts/account.h"

/*
 * `cardea approve`: a second person says yes to a grant, and proves who he is.
 * `cardea revoke`: a grant ends at once.
 */

static const struct cardea_option approve_options[] = {
	{ "as", "NAME", "who approves, and will be asked to prove it", false },
	{ NULL, NULL, NULL, false },
};

static const struct cardea_option revoke_options[] = {
	{ NULL, NULL, NULL, false },
};

/* Two names of one uid are one person. */
static bool
is_same_person(uid_t uid, const char *name)
{
	struct cardea_account account = { 0 };

	return cardea_account_find(name, &account, NULL) == CARDEA_OK &&
	    account.uid == uid;
}

static enum cardea_exit
check_approver(struct cardea_admin *admin, const struct cardea_grant *grant,
    const char *name)
{
	struct cardea_account account = { 0 };
	struct cardea_diag diag = { 0 };
	const char *objection;
	enum cardea_status status;

	status = cardea_account_find(name, &account, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	objection = cardea_grant_objection(grant, name, admin->clock.time_s);
	if (objection == NULL && account.uid == 0)
		objection = "root is nobody in particular";
	if (objection == NULL && is_same_person(account.uid, grant->user))
		objection = "nobody approves what is granted to himself";
	if (objection == NULL && is_same_person(account.uid, grant->by))
		objection = "nobody approves what he asked for";
	for (size_t i = 0; objection == NULL && i < grant->approval_count; i++)
		if (is_same_person(account.uid, grant->approvals[i].by))
			objection = "this person has approved it already";
	if (objection == NULL)
		return CARDEA_EXIT_OK;
	return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
	    "%s cannot approve grant %s: %s", name, grant->id, objection);
}

/* As it is now: it may have ended while the person looked for his key. */
static enum cardea_exit
count_approval(struct cardea_admin *admin, const struct cardea_grant *grant,
    const struct cardea_approval *approval)
{
	struct cardea_diag diag = { 0 };
	char what[CARDEA_NAME_MAX + 16];
	struct cardea_grant now;
	enum cardea_status status;

	status = cardea_ledger_approve_grant(
	    admin->store, grant->user, grant->id, approval, &now, &diag);
	if (status == CARDEA_E_CONFLICT)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "%s cannot approve grant %s: %s", approval->by, grant->id,
		    diag.reason);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	snprintf(what, sizeof(what), "approved as=%s", approval->by);
	cardea_grant_log(admin, &now, approval->txn, what);
	cardea_grant_tell(admin->call, &now, approval->time_s, "grant");
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
approve(struct cardea_admin *admin, const char *id, const char *name)
{
	struct cardea_approval approval = { .time_s = 0 };
	struct cardea_grant grant;
	enum cardea_exit code = cardea_grant_find(admin, id, &grant);

	if (code == CARDEA_EXIT_OK)
		code = check_approver(admin, &grant, name);
	if (code != CARDEA_EXIT_OK)
		return code;
	if (cardea_text_copy(approval.by, sizeof(approval.by), name) !=
	    CARDEA_OK)
		return CARDEA_EXIT_USAGE;
	cardea_call_say(admin->call,
	    "%s, prove that it is you who lets %s use rule \"%s\" (%s).", name,
	    grant.user, grant.rule, grant.reason);
	code = cardea_verify_person(
	    admin, CARDEA_SERVICE_APPROVE, name, approval.txn);
	if (code != CARDEA_EXIT_OK)
		return code;
	approval.time_s = cardea_clock_read().time_s;
	return count_approval(admin, &grant, &approval);
}

static enum cardea_exit
run_approve(struct cardea_call *call)
{
	const char *name = cardea_call_text(call, "as");
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	enum cardea_exit code;

	if (name == NULL)
		return cardea_call_refuse(
		    call, CARDEA_EXIT_USAGE, "wants --as NAME: who approves");
	code = cardea_admin_check_user(call, name);
	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_grant_open(&admin, call, &diag);
	code = status == CARDEA_OK ? approve(&admin, call->operands[0], name)
				   : cardea_call_trouble(call, status, &diag);
	cardea_admin_close(&admin);
	return code;
}

static enum cardea_exit
revoke(struct cardea_admin *admin, const char *id)
{
	char by[CARDEA_NAME_MAX + 1];
	struct cardea_diag diag = { 0 };
	struct cardea_grant grant;
	enum cardea_status status;
	enum cardea_exit code = cardea_grant_find(admin, id, &grant);

	if (code != CARDEA_EXIT_OK)
		return code;
	cardea_admin_name(by);
	status = cardea_ledger_revoke_grant(admin->store, grant.user, grant.id,
	    by, admin->clock.time_s, &grant, &diag);
	if (status == CARDEA_E_CONFLICT)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "grant %s cannot be revoked: %s", id, diag.reason);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	cardea_grant_log(admin, &grant, "", "revoked");
	cardea_grant_tell(admin->call, &grant, admin->clock.time_s, "grant");
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_revoke(struct cardea_call *call)
{
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status = cardea_grant_open(&admin, call, &diag);
	enum cardea_exit code = status == CARDEA_OK
	    ? revoke(&admin, call->operands[0])
	    : cardea_call_trouble(call, status, &diag);

	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_approve = {
	"approve",
	"ID",
	1,
	1,
	"say yes to a grant, as a second person who proves himself",
	true,
	approve_options,
	run_approve,
};

const struct cardea_command cardea_verb_revoke = {
	"revoke",
	"ID",
	1,
	1,
	"end a grant at once",
	true,
	revoke_options,
	run_revoke,
};
