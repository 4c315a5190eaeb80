/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/grant.h"

/* `cardea grants`: what is granted, what waits, and with --all what is over. */

static const struct cardea_option grants_options[] = {
	{ "all", NULL, "those too that are over, lapsed or revoked", false },
	{ NULL, NULL, NULL, false },
};

struct teller {
	struct cardea_admin *admin;
	bool all;
	size_t count;
};

static bool
tell_one(const struct cardea_grant *grant, void *context)
{
	struct teller *teller = context;
	int64_t now_s = teller->admin->clock.time_s;

	if (!teller->all &&
	    cardea_grant_state(grant, now_s) == CARDEA_GRANT_OVER)
		return true;
	cardea_grant_tell(teller->admin->call, grant, now_s, NULL);
	teller->count++;
	return true;
}

static enum cardea_status
tell(struct teller *teller, const char *user, struct cardea_diag *diag)
{
	struct cardea_json *json = &teller->admin->call->out;
	enum cardea_status status;

	cardea_json_open_array(json, "grants");
	status = cardea_ledger_list_grants(
	    teller->admin->store, user, tell_one, teller, diag);
	cardea_json_shut(json);
	return status;
}

enum cardea_status
cardea_grant_tell_user(
    struct cardea_admin *admin, const char *user, struct cardea_diag *diag)
{
	struct teller teller = { admin, false, 0 };

	/* the name of nobody would list everybody's */
	if (user[0] == '\0')
		return CARDEA_OK;
	return tell(&teller, user, diag);
}

/* What is over is noted where it is seen; a store that cannot be written can
 * still be read. */
static enum cardea_status
open_store(struct cardea_admin *admin, struct cardea_call *call,
    struct cardea_diag *diag)
{
	enum cardea_status status = cardea_grant_open(admin, call, diag);

	if (status != CARDEA_E_IO && status != CARDEA_E_FULL)
		return status;
	cardea_admin_close(admin);
	*diag = (struct cardea_diag){ 0 };
	return cardea_admin_open(admin, call, true, diag);
}

static enum cardea_exit
run_grants(struct cardea_call *call)
{
	const char *user = call->operand_count == 1 ? call->operands[0] : "";
	struct cardea_admin admin = { 0 };
	struct teller teller = { &admin, cardea_call_has(call, "all"), 0 };
	enum cardea_exit code = CARDEA_EXIT_OK;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (call->operand_count == 1) {
		code = cardea_admin_check_user(call, user);
		if (code != CARDEA_EXIT_OK)
			return code;
	}
	status = open_store(&admin, call, &diag);
	if (status == CARDEA_OK)
		status = tell(&teller, user, &diag);
	if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	else if (teller.count == 0)
		cardea_call_say(call, "Nothing is granted.");
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_grants = {
	"grants",
	"[USER]",
	0,
	1,
	"list what is granted, and what waits for approval",
	true,
	grants_options,
	run_grants,
};
