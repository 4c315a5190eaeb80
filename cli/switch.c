/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/admin.h"
#include "cli/roster.h"
#include "cli/verbs.h"
#include "store/record.h"

/*
 * `cardea disable` and `cardea enable`: a token or key that is off is refused
 * as if its answer were wrong, and is still there to be put on again.  What it
 * proved before counts no longer: it is off because somebody may have it.
 */

static const struct cardea_option switch_options[] = {
	{ NULL, NULL, NULL, false },
};

static void
tell(struct cardea_admin *admin, const char *user,
    const struct cardea_roster_entry *entry, bool disabled)
{
	struct cardea_json *json = &admin->call->out;
	const struct cardea_event event = {
		.user = user,
		.factor = entry->factor,
		.credential = entry->id,
	};

	if (entry->disabled != disabled)
		cardea_admin_log(
		    admin, &event, disabled ? "disable" : "enable");
	cardea_json_text(json, "user", user);
	cardea_json_text(json, "factor", entry->factor);
	cardea_json_text(json, "id", entry->id);
	cardea_json_text(json, "name", entry->name);
	cardea_json_bool(json, "disabled", disabled);
	cardea_json_bool(json, "changed", entry->disabled != disabled);
	cardea_call_say(admin->call, "%s \"%s\" (%s) of %s is %s%s.",
	    entry->is_key ? "Security key" : "Token", entry->name, entry->id,
	    user, entry->disabled == disabled ? "already " : "now ",
	    disabled ? "disabled" : "enabled");
}

static enum cardea_status
change(struct cardea_admin *admin, const struct cardea_roster *roster,
    size_t index, bool disabled, struct cardea_diag *diag)
{
	struct cardea_roster_entry entry = cardea_roster_entry(roster, index);
	enum cardea_status status = CARDEA_OK;
	uint64_t proofs = 0;

	if (entry.disabled != disabled)
		status = cardea_roster_switch(
		    admin->store, roster, index, disabled, diag);
	if (status == CARDEA_E_CONFLICT)
		(void)cardea_diag_set(diag, status,
		    "used or changed in this moment: nothing was changed, try "
		    "again");
	if (status != CARDEA_OK)
		return status;
	tell(admin, roster->user, &entry, disabled);
	if (!disabled)
		return CARDEA_OK;
	return cardea_admin_purge(
	    admin, CARDEA_KIND_PROOF, roster->user, &proofs, diag);
}

static enum cardea_exit
run_switch(struct cardea_call *call, bool disabled)
{
	struct cardea_admin admin = { 0 };
	struct cardea_roster roster = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code = CARDEA_EXIT_OK;
	enum cardea_status status;
	size_t index = 0;

	status = cardea_admin_open(&admin, call, false, &diag);
	if (status == CARDEA_OK)
		status = cardea_roster_read(
		    admin.store, call->operands[0], &roster, &diag);
	if (status == CARDEA_OK)
		index = cardea_roster_find(&roster, call->operands[1]);
	if (status == CARDEA_OK && index == cardea_roster_count(&roster))
		code = cardea_call_refuse(call, CARDEA_EXIT_NO,
		    "%s has no token or key of that id or name",
		    call->operands[0]);
	else if (status == CARDEA_OK)
		status = change(&admin, &roster, index, disabled, &diag);
	if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	cardea_roster_clear(&roster);
	cardea_admin_close(&admin);
	return code;
}

static enum cardea_exit
run_disable(struct cardea_call *call)
{
	return run_switch(call, true);
}

static enum cardea_exit
run_enable(struct cardea_call *call)
{
	return run_switch(call, false);
}

const struct cardea_command cardea_verb_disable = {
	"disable",
	"USER ID|NAME",
	2,
	2,
	"let a token or security key of a user open nothing",
	true,
	switch_options,
	run_disable,
};

const struct cardea_command cardea_verb_enable = {
	"enable",
	"USER ID|NAME",
	2,
	2,
	"put a disabled token or security key on again",
	true,
	switch_options,
	run_enable,
};
