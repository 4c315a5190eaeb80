/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "cli/grant.h"

/*
 * `cardea grant`: a rule that says `grant = true` applies to somebody for a
 * while.  How long at most, and whether others have to approve it, is the
 * installed policy's business.
 */

static const struct cardea_option grant_options[] = {
	{ "rule", "NAME", "the rule, which must say grant = true", false },
	{ "for", "TIME", "how long: 15m, 2h, 1d", false },
	{ "reason", "TEXT", "why; kept with it, and logged", false },
	{ NULL, NULL, NULL, false },
};

static enum cardea_exit
find_rule(
    struct cardea_admin *admin, const char *name, struct cardea_rule *ret_rule)
{
	size_t count = cardea_policy_rule_count(admin->policy);

	for (size_t i = 0; i < count; i++) {
		struct cardea_rule rule;

		if (cardea_policy_rule(admin->policy, i, &rule) != CARDEA_OK ||
		    strcmp(rule.name, name) != 0)
			continue;
		if (!rule.grant)
			return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
			    "rule \"%s\" applies without a grant", name);
		*ret_rule = rule;
		return CARDEA_EXIT_OK;
	}
	return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
	    "the installed policy has no rule \"%s\"", name);
}

/* What says nothing is no reason. */
static bool
says_something(const char *text)
{
	return text != NULL && text[strspn(text, " \t\n")] != '\0';
}

static enum cardea_exit
read_wish(struct cardea_call *call, struct cardea_grant *wish)
{
	const char *rule = cardea_call_text(call, "rule");
	const char *length = cardea_call_text(call, "for");
	const char *reason = cardea_call_text(call, "reason");

	if (rule == NULL || length == NULL || reason == NULL)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "wants --rule NAME, --for TIME and --reason TEXT");
	if (cardea_text_copy(wish->rule, sizeof(wish->rule), rule) != CARDEA_OK)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--rule: longer than %d bytes", CARDEA_RULE_NAME_MAX);
	if (!says_something(reason))
		return cardea_call_refuse(
		    call, CARDEA_EXIT_USAGE, "--reason: says nothing");
	if (cardea_text_copy(wish->reason, sizeof(wish->reason), reason) !=
	    CARDEA_OK)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--reason: longer than %d bytes", CARDEA_TEXT_MAX);
	if (cardea_text_duration(length, CARDEA_GRANT_MAX_S, &wish->length_s) !=
		CARDEA_OK ||
	    wish->length_s == 0)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--for: wants a time like 15m, 2h or 1d");
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
check_wish(struct cardea_admin *admin, struct cardea_grant *wish)
{
	uint32_t longest_s = admin->settings->grant_max_s;
	struct cardea_rule rule = { .name = NULL };
	char longest[CARDEA_GRANT_LEFT_MAX];
	enum cardea_exit code = find_rule(admin, wish->rule, &rule);

	if (code != CARDEA_EXIT_OK)
		return code;
	if (!admin->clock.plausible)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_TROUBLE,
		    "the clock cannot be right: no time can be granted by it");
	if (rule.emergency)
		longest_s = admin->settings->emergency_max_s;
	cardea_grant_format_left(longest_s, longest);
	if (wish->length_s > longest_s)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "--for: rule \"%s\" is granted for %s at most (grants.%s)",
		    rule.name, longest,
		    rule.emergency ? "longest_emergency" : "longest");
	wish->emergency = rule.emergency;
	wish->wanted = rule.approve;
	wish->made_s = admin->clock.time_s;
	return CARDEA_EXIT_OK;
}

static void
tell_made(struct cardea_admin *admin, const struct cardea_grant *grant)
{
	char what[64];

	if (grant->wanted == 0)
		snprintf(what, sizeof(what), "made for=%" PRIu32 "s",
		    grant->length_s);
	else
		snprintf(what, sizeof(what),
		    "made for=%" PRIu32 "s approvals=%" PRIu32, grant->length_s,
		    grant->wanted);
	cardea_grant_log(admin, grant, "", what);
	cardea_grant_tell(admin->call, grant, admin->clock.time_s, "grant");
	if (grant->wanted > 0)
		cardea_call_say(admin->call,
		    "It does not count before somebody else has run `cardea "
		    "approve %s --as NAME`.",
		    grant->id);
}

static enum cardea_exit
make(struct cardea_admin *admin, struct cardea_grant *wish)
{
	struct cardea_diag diag = { 0 };
	struct cardea_grant grant;
	enum cardea_status status;

	cardea_admin_name(wish->by);
	status = cardea_secret_random_hex(wish->id, CARDEA_GRANT_ID_MAX / 2);
	if (status == CARDEA_OK)
		status = cardea_ledger_make_grant(
		    admin->store, wish, &grant, &diag);
	if (status == CARDEA_E_FULL && diag.reason[0] != '\0')
		return cardea_call_fail(admin->call, CARDEA_EXIT_NO, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	tell_made(admin, &grant);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_grant(struct cardea_call *call)
{
	const char *user = call->operands[0];
	struct cardea_admin admin = { 0 };
	struct cardea_grant wish = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	enum cardea_exit code = read_wish(call, &wish);

	if (code == CARDEA_EXIT_OK)
		code = cardea_admin_check_user(call, user);
	if (code != CARDEA_EXIT_OK)
		return code;
	if (cardea_text_copy(wish.user, sizeof(wish.user), user) != CARDEA_OK)
		return CARDEA_EXIT_USAGE;
	status = cardea_grant_open(&admin, call, &diag);
	if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	if (code == CARDEA_EXIT_OK)
		code = check_wish(&admin, &wish);
	if (code == CARDEA_EXIT_OK)
		code = make(&admin, &wish);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_grant = {
	"grant",
	"USER",
	1,
	1,
	"let a rule apply to a user for a while",
	true,
	grant_options,
	run_grant,
};
