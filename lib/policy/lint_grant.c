/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "policy/lint_grant.h"

#define SOMEBODY "somebody"

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

/* What only a stack or sshd could tell is never told there. */
static bool
can_be_met(const struct cardea_requirement *requirement)
{
	static const enum cardea_factor untold[] = { CARDEA_FACTOR_PASSWORD,
		CARDEA_FACTOR_SSHKEY, CARDEA_FACTOR_SSHCERT };
	struct cardea_evidence_set set = { .txn = SOMEBODY };
	struct cardea_requirement residual;

	for (size_t i = 0; i < sizeof(untold) / sizeof(untold[0]); i++) {
		const struct cardea_evidence evidence = {
			.version = CARDEA_EVIDENCE_VERSION,
			.factor = untold[i],
			.result = CARDEA_RESULT_REFUSED,
			.subject = SOMEBODY,
			.txn = SOMEBODY,
		};

		if (cardea_evidence_add(&set, &evidence) != CARDEA_OK)
			return false;
	}
	cardea_requirement_residual(requirement, SOMEBODY, &set, &residual);
	return cardea_requirement_kind(&residual) != CARDEA_NODE_FALSE;
}

const char *
cardea_lint_approver(const char *require)
{
	struct cardea_requirement requirement;

	if (cardea_requirement_parse(require, &requirement, NULL) !=
		CARDEA_OK ||
	    !asks_person(&requirement))
		return "nobody can approve by it: it asks for no code and no "
		       "security key";
	if (!can_be_met(&requirement))
		return "nobody can approve by it: it asks for what only a "
		       "login shows";
	return NULL;
}
