/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "policy/lint_grant.h"
#include "policy/lint_outage.h"

static bool
asks_person(const struct cardea_requirement *requirement)
{
	for (int i = CARDEA_FACTOR_NONE + 1; i < CARDEA_FACTOR_COUNT; i++) {
		enum cardea_factor factor = (enum cardea_factor)i;

		if (cardea_factor_shows_person(factor) &&
		    cardea_requirement_names(requirement, factor))
			return true;
	}
	return false;
}

const char *
cardea_lint_approver(const char *require)
{
	/* what only a stack or sshd could tell is never told there */
	static const enum cardea_factor untold[] = { CARDEA_FACTOR_PASSWORD,
		CARDEA_FACTOR_SSHKEY, CARDEA_FACTOR_SSHCERT };
	struct cardea_requirement requirement;

	if (cardea_requirement_parse(require, &requirement, NULL) !=
		CARDEA_OK ||
	    !asks_person(&requirement))
		return "nobody can approve by it: it asks for no code and no "
		       "security key";
	if (!cardea_lint_can_be_met(
		&requirement, untold, sizeof(untold) / sizeof(untold[0])))
		return "nobody can approve by it: it asks for what only a "
		       "login shows";
	return NULL;
}
