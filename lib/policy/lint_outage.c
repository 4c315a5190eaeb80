/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "policy/lint_outage.h"

#define SOMEBODY "somebody"

bool
cardea_lint_can_be_met(const struct cardea_requirement *requirement,
    const enum cardea_factor *without, size_t count)
{
	struct cardea_evidence_set set = { .txn = SOMEBODY };
	struct cardea_requirement residual;

	for (size_t i = 0; i < count; i++) {
		const struct cardea_evidence evidence = {
			.version = CARDEA_EVIDENCE_VERSION,
			.factor = without[i],
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

void
cardea_lint_outage(const struct cardea_settings *settings,
    const struct cardea_rule *rule,
    void (*tell)(const char *text, void *context), void *context)
{
	static const enum cardea_factor codes[] = { CARDEA_FACTOR_TOTP,
		CARDEA_FACTOR_HOTP, CARDEA_FACTOR_RECOVERY };
	const char *text = rule->kind == CARDEA_RULE_REQUIRE
	    ? rule->when_outage[CARDEA_OUTAGE_CLUSTER_INDEX]
	    : "";
	struct cardea_requirement requirement;

	if (text[0] == '\0')
		return;
	if (settings->engine != CARDEA_ENGINE_ETCD)
		tell("when_outage.cluster: this host has no cluster", context);
	if (cardea_requirement_parse(text, &requirement, NULL) == CARDEA_OK &&
	    !cardea_lint_can_be_met(
		&requirement, codes, sizeof(codes) / sizeof(codes[0])))
		tell("when_outage.cluster: nobody can meet it: whether a code "
		     "was spent is known to the cluster alone",
		    context);
	if (rule->session_s > 0)
		tell("when_outage.cluster: nobody is let in by it, because of "
		     "session: who would end it is not told while the cluster "
		     "is out of reach",
		    context);
}
