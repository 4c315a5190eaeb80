/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "cli/admin.h"
#include "cli/roster.h"
#include "cli/verbs.h"

/*
 * `cardea enroll recovery`: the codes are printed first and stored after, so
 * that an interrupt or a full disk in between leaves the old codes good; a
 * code that was printed but not stored opens nothing.
 */

#define CODES_DEFAULT 10

static const struct cardea_option recovery_options[] = {
	{ "count", "N", "how many codes, 1 to 20 (10)", false },
	{ "yes", NULL, "replace codes that are still good", false },
	{ NULL, NULL, NULL, false },
};

static enum cardea_exit
agree(struct cardea_call *call, const struct cardea_roster *roster)
{
	char question[CARDEA_NAME_MAX + 96];
	size_t left = roster->recovery_version == 0
	    ? 0
	    : cardea_recovery_left(&roster->recovery);

	if (left == 0)
		return CARDEA_EXIT_OK;
	snprintf(question, sizeof(question),
	    "This voids the %zu codes that %s has left. Go on? [y/N] ", left,
	    roster->user);
	return cardea_admin_agree(call, question);
}

/* True if they reached whoever reads standard output. */
static bool
print_codes(struct cardea_call *call, size_t count,
    char (*codes)[CARDEA_RECOVERY_TEXT_MAX + 1])
{
	cardea_json_text(&call->out, "user", call->operands[0]);
	cardea_json_open_array(&call->out, "codes");
	for (size_t i = 0; i < count; i++)
		cardea_json_text(&call->out, NULL, codes[i]);
	cardea_json_shut(&call->out);
	if (call->json) {
		/* the one object there is: what follows is told on stderr */
		call->json = false;
		return cardea_json_print(&call->out, stdout) == CARDEA_OK;
	}
	printf("Recovery codes, each good once. Keep them on paper:\n\n");
	for (size_t i = 0; i < count; i++)
		printf("  %s\n", codes[i]);
	putchar('\n');
	return fflush(stdout) == 0 && ferror(stdout) == 0;
}

static enum cardea_exit
replace(struct cardea_admin *admin, const struct cardea_roster *roster,
    size_t count)
{
	char codes[CARDEA_RECOVERY_CODES_MAX][CARDEA_RECOVERY_TEXT_MAX + 1];
	const struct cardea_event event = {
		.user = roster->user,
		.factor = cardea_factor_text(CARDEA_FACTOR_RECOVERY),
	};
	struct cardea_recovery_set set = { 0 };
	bool json = admin->call->json;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	char what[48];

	status = cardea_recovery_generate(
	    count, admin->clock.time_s, &set, codes);
	if (status == CARDEA_OK && !print_codes(admin->call, count, codes))
		status = cardea_diag_set(
		    &diag, CARDEA_E_IO, "standard output cannot be written");
	CARDEA_WIPE(codes);
	if (status == CARDEA_OK)
		status = cardea_roster_put_recovery(
		    admin->store, roster, &set, &diag);
	if (status == CARDEA_E_CONFLICT)
		(void)cardea_diag_set(&diag, status,
		    "somebody else changed the enrolments of %s meanwhile: "
		    "codes shown here are void",
		    roster->user);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	snprintf(what, sizeof(what), "enroll count=%zu", count);
	cardea_admin_log(admin, &event, what);
	if (!json)
		cardea_call_say(admin->call,
		    "Saved. Older codes of %s are void.", roster->user);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_enroll_recovery(struct cardea_call *call)
{
	static const uint64_t bounds[] = { 1, CARDEA_RECOVERY_CODES_MAX };
	struct cardea_admin admin = { 0 };
	struct cardea_roster roster = { 0 };
	struct cardea_diag diag = { 0 };
	uint64_t count = CODES_DEFAULT;
	enum cardea_exit code;
	enum cardea_status status;

	if (cardea_call_number(call, "count", bounds, &count, &diag) !=
	    CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	code = cardea_admin_check_user(call, call->operands[0]);
	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_admin_open(&admin, call, false, &diag);
	if (status == CARDEA_OK)
		status = cardea_roster_read(
		    admin.store, call->operands[0], &roster, &diag);
	code = status == CARDEA_OK ? agree(call, &roster)
				   : cardea_call_trouble(call, status, &diag);
	if (code == CARDEA_EXIT_OK)
		code = replace(&admin, &roster, (size_t)count);
	cardea_roster_clear(&roster);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_enroll_recovery = {
	"enroll recovery",
	"USER",
	1,
	1,
	"print recovery codes for a user, once",
	true,
	recovery_options,
	run_enroll_recovery,
};
