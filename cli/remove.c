/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "cli/admin.h"
#include "cli/device.h"
#include "cli/roster.h"
#include "cli/verbs.h"
#include "store/record.h"

/*
 * `cardea remove`: takes enrolments away, and with them what the user's
 * earlier proofs still count for: a stolen phone must not open a door for the
 * length of a rule's "remember".
 */

static const struct cardea_option remove_options[] = {
	{ "recovery", NULL, "remove the recovery codes", false },
	{ "all", NULL, "remove all tokens, security keys and recovery codes",
	    false },
	{ "yes", NULL, "do not ask", false },
	{ NULL, NULL, NULL, false },
};

/* What goes: tokens and keys by bit, the recovery codes, and begun
 * enrolments, which nobody names but which end with all the rest. */
struct removal {
	uint32_t entries;
	bool recovery;
	uint64_t tickets;
};

static enum cardea_exit
check_call(struct cardea_call *call)
{
	bool token = call->operand_count == 2;
	bool recovery = cardea_call_has(call, "recovery");
	bool all = cardea_call_has(call, "all");

	if ((int)token + (int)recovery + (int)all == 1)
		return CARDEA_EXIT_OK;
	return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
	    "remove: name one of: a token or key, --recovery, --all");
}

static bool
count_one(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	uint64_t *count = context;

	(void)key;
	(void)value;
	++*count;
	return true;
}

static enum cardea_status
count_tickets(struct cardea_admin *admin, const char *user, uint64_t *ret_count,
    struct cardea_diag *diag)
{
	struct cardea_key prefix;
	uint64_t count = 0;
	enum cardea_status status;

	if (!cardea_call_has(admin->call, "all"))
		return CARDEA_OK;
	status = cardea_key_make(CARDEA_KIND_TICKET, user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    admin->store, &prefix, count_one, &count, diag);
	if (status == CARDEA_OK)
		*ret_count = count;
	return status;
}

static enum cardea_exit
choose(struct cardea_call *call, const struct cardea_roster *roster,
    struct removal *ret_removal)
{
	bool all = cardea_call_has(call, "all");
	size_t count = cardea_roster_count(roster);

	ret_removal->recovery = roster->recovery_version != 0 &&
	    (all || cardea_call_has(call, "recovery"));
	if (all)
		ret_removal->entries = (UINT32_C(1) << count) - 1;
	if (call->operand_count == 2) {
		size_t at = cardea_roster_find(roster, call->operands[1]);

		if (at < count)
			ret_removal->entries = UINT32_C(1) << at;
	}
	if (ret_removal->entries != 0 || ret_removal->recovery ||
	    ret_removal->tickets != 0)
		return CARDEA_EXIT_OK;
	return cardea_call_refuse(call, CARDEA_EXIT_NO,
	    "%s has nothing of that enrolled", roster->user);
}

static enum cardea_exit
agree(struct cardea_call *call, const struct cardea_roster *roster,
    const struct removal *removal)
{
	uint32_t tokens = (UINT32_C(1) << roster->token_count) - 1;
	char question[CARDEA_NAME_MAX + 96];

	snprintf(question, sizeof(question),
	    "Remove %d token(s), %d security key(s)%s of %s? [y/N] ",
	    __builtin_popcount(removal->entries & tokens),
	    __builtin_popcount(removal->entries & ~tokens),
	    removal->recovery ? " and the recovery codes" : "", roster->user);
	return cardea_admin_agree(call, question);
}

/* Tokens or keys: two lists of one kind each. */
static void
tell_entries(struct cardea_admin *admin, const struct cardea_roster *roster,
    const struct removal *removal, bool keys)
{
	struct cardea_event event = { .user = roster->user };

	for (size_t i = 0; i < cardea_roster_count(roster); i++) {
		struct cardea_roster_entry entry = cardea_roster_entry(
		    roster, i);

		if (entry.is_key != keys ||
		    (removal->entries & UINT32_C(1) << i) == 0)
			continue;
		event.factor = entry.factor;
		event.credential = entry.id;
		cardea_admin_log(admin, &event, "remove");
		cardea_json_text(&admin->call->out, NULL, entry.id);
		cardea_call_say(admin->call, "Removed %s \"%s\" (%s) of %s.",
		    keys ? "security key" : "token", entry.name, entry.id,
		    roster->user);
	}
}

static void
tell(struct cardea_admin *admin, const struct cardea_roster *roster,
    const struct removal *removal)
{
	struct cardea_json *json = &admin->call->out;
	const struct cardea_event event = {
		.user = roster->user,
		.factor = cardea_factor_text(CARDEA_FACTOR_RECOVERY),
	};

	cardea_json_text(json, "user", roster->user);
	cardea_json_open_array(json, "tokens");
	tell_entries(admin, roster, removal, false);
	cardea_json_shut(json);
	cardea_json_open_array(json, "keys");
	tell_entries(admin, roster, removal, true);
	cardea_json_shut(json);
	cardea_json_bool(json, "recovery", removal->recovery);
	cardea_json_number(json, "tickets", (int64_t)removal->tickets);
	if (removal->tickets > 0)
		cardea_call_say(admin->call,
		    "Called off %" PRIu64 " begun enrolment(s) of %s.",
		    removal->tickets, roster->user);
	if (!removal->recovery)
		return;
	cardea_admin_log(admin, &event, "remove");
	cardea_call_say(
	    admin->call, "Removed the recovery codes of %s.", roster->user);
}

/* A device must not be known by what nobody has any more. */
static enum cardea_status
drop_identities(struct cardea_admin *admin, const struct cardea_roster *roster,
    const struct removal *removal, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0;
	     status == CARDEA_OK && i < cardea_roster_count(roster); i++) {
		struct cardea_roster_entry entry = cardea_roster_entry(
		    roster, i);

		if (entry.is_key && (removal->entries & UINT32_C(1) << i) != 0)
			status = cardea_device_drop_key(
			    admin, roster->user, entry.id, diag);
	}
	return status;
}

static enum cardea_exit
remove_chosen(struct cardea_admin *admin, const struct cardea_roster *roster,
    const struct removal *removal)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	uint64_t count = 0;

	status = cardea_roster_remove(
	    admin->store, roster, removal->entries, removal->recovery, &diag);
	if (status == CARDEA_E_CONFLICT)
		(void)cardea_diag_set(&diag, status,
		    "used or changed in this moment: nothing was removed, try "
		    "again");
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	tell(admin, roster, removal);
	status = cardea_admin_purge(
	    admin, CARDEA_KIND_PROOF, roster->user, &count, &diag);
	if (status == CARDEA_OK)
		status = drop_identities(admin, roster, removal, &diag);
	if (status == CARDEA_OK && removal->tickets > 0)
		status = cardea_admin_purge(
		    admin, CARDEA_KIND_TICKET, roster->user, &count, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_remove(struct cardea_call *call)
{
	struct cardea_admin admin = { 0 };
	struct cardea_roster roster = { 0 };
	struct removal removal = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code = check_call(call);
	enum cardea_status status;

	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_admin_open(&admin, call, false, &diag);
	if (status == CARDEA_OK)
		status = cardea_roster_read(
		    admin.store, call->operands[0], &roster, &diag);
	if (status == CARDEA_OK)
		status = count_tickets(
		    &admin, call->operands[0], &removal.tickets, &diag);
	code = status == CARDEA_OK ? choose(call, &roster, &removal)
				   : cardea_call_trouble(call, status, &diag);
	if (code == CARDEA_EXIT_OK)
		code = agree(call, &roster, &removal);
	if (code == CARDEA_EXIT_OK)
		code = remove_chosen(&admin, &roster, &removal);
	cardea_roster_clear(&roster);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_remove = {
	"remove",
	"USER [ID|NAME]",
	1,
	2,
	"remove a token, a security key or the recovery codes of a user",
	true,
	remove_options,
	run_remove,
};
