/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/decide.h>

#include "base/text.h"

/*
 * 1. There is one place that permits, at the end of cardea_decide, and every
 *    way past it denies.
 * 2. It is reached only by a rule of the policy, read back just now, that
 *    requires and does not deny, and whose requirement the evidence meets.
 * 3. Of the evidence only what names the request's subject and the set's
 *    transaction counts (evidence.c); of the selection only what matched.
 * 4. The constants that permit are compared exactly, so a flipped bit is a
 *    value that means nothing, and denies (V26).
 * 5. Nothing but the arguments is looked at: the same inputs decide the same
 *    for ever (design, invariant 4).
 */

/* worst_reason: of the factors that are missing, the finding that tells a
 * person most: a wrong proof before a fault, a fault before an absence. */
static enum cardea_reason
worst_reason(const struct cardea_requirement *missing, const char *subject,
    const struct cardea_evidence_set *evidence)
{
	bool refused = false, broken = false, absent = false;

	for (size_t i = 0; i < missing->node_count; i++) {
		const struct cardea_node *node = &missing->nodes[i];
		enum cardea_result result;

		if (node->kind != CARDEA_NODE_FACTOR)
			continue;
		result = cardea_evidence_result(evidence, subject, node->factor,
		    missing->qualities + node->quality_first,
		    node->quality_count);
		refused = refused || result == CARDEA_RESULT_REFUSED;
		broken = broken || result == CARDEA_RESULT_BROKEN;
		absent = absent || result == CARDEA_RESULT_ABSENT;
	}
	if (refused)
		return CARDEA_REASON_FACTOR_REFUSED;
	if (broken)
		return CARDEA_REASON_FACTOR_BROKEN;
	return absent ? CARDEA_REASON_FACTOR_ABSENT
		      : CARDEA_REASON_FACTOR_MISSING;
}

static void
refuse_rule(const struct cardea_selection *selection,
    const struct cardea_rule *rule, struct cardea_decision *decision)
{
	if (selection->cut_off) {
		decision->reason = CARDEA_REASON_CUT_OFF;
		return;
	}
	if (cardea_text_copy(decision->text, sizeof(decision->text),
		rule->deny) != CARDEA_OK)
		return;
	decision->reason = selection->maybe ? CARDEA_REASON_MAYBE_DENIED
					    : CARDEA_REASON_DENIED_BY_RULE;
}

static void
refuse_missing(const struct cardea_selection *selection, const char *subject,
    const struct cardea_evidence_set *evidence,
    struct cardea_decision *decision)
{
	struct cardea_requirement missing;

	cardea_requirement_missing(
	    &selection->requirement, subject, evidence, &missing);
	decision->reason = worst_reason(&missing, subject, evidence);
	if (cardea_requirement_format(&missing, decision->missing,
		sizeof(decision->missing)) != CARDEA_OK)
		decision->reason = CARDEA_REASON_BROKEN;
}

void
cardea_decide(const struct cardea_policy *policy,
    const struct cardea_selection *selection,
    const struct cardea_request *request,
    const struct cardea_evidence_set *evidence,
    struct cardea_decision *ret_decision)
{
	struct cardea_requirement residual;
	struct cardea_rule rule;

	memset(ret_decision, 0, sizeof(*ret_decision));
	ret_decision->reason = CARDEA_REASON_BROKEN;
	if (!selection->matched) {
		ret_decision->reason = CARDEA_REASON_NOTHING_MATCHED;
		return;
	}
	if (cardea_policy_rule(policy, selection->rule, &rule) != CARDEA_OK ||
	    cardea_text_copy(ret_decision->rule, sizeof(ret_decision->rule),
		rule.name) != CARDEA_OK)
		return;
	if (selection->denied) {
		refuse_rule(selection, &rule, ret_decision);
		return;
	}
	if (rule.kind != CARDEA_RULE_REQUIRE)
		return;

	cardea_requirement_residual(
	    &selection->requirement, request->user, evidence, &residual);
	if (cardea_requirement_kind(&residual) != CARDEA_NODE_TRUE) {
		refuse_missing(
		    selection, request->user, evidence, ret_decision);
		return;
	}
	ret_decision->reason = CARDEA_REASON_REQUIREMENT_MET;
	ret_decision->verdict = CARDEA_PERMIT;
}

enum cardea_need
cardea_decide_need(const struct cardea_selection *selection,
    const struct cardea_request *request,
    const struct cardea_evidence_set *evidence, enum cardea_factor factor)
{
	struct cardea_requirement residual;

	if (!selection->matched || selection->denied)
		return CARDEA_NEED_FUTILE;
	cardea_requirement_residual(
	    &selection->requirement, request->user, evidence, &residual);
	if (cardea_requirement_kind(&residual) == CARDEA_NODE_FALSE)
		return CARDEA_NEED_FUTILE;
	return cardea_requirement_names(&residual, factor)
	    ? CARDEA_NEED_HELPFUL
	    : CARDEA_NEED_NOT_NEEDED;
}

const char *
cardea_verdict_text(enum cardea_verdict verdict)
{
	return verdict == CARDEA_PERMIT ? "permit" : "deny";
}

const char *
cardea_reason_text(enum cardea_reason reason)
{
	switch (reason) {
	case CARDEA_REASON_NONE:
		return "none";
	case CARDEA_REASON_REQUIREMENT_MET:
		return "requirement-met";
	case CARDEA_REASON_NOTHING_MATCHED:
		return "nothing-matched";
	case CARDEA_REASON_DENIED_BY_RULE:
		return "denied-by-rule";
	case CARDEA_REASON_MAYBE_DENIED:
		return "maybe-denied";
	case CARDEA_REASON_FACTOR_MISSING:
		return "factor-missing";
	case CARDEA_REASON_FACTOR_REFUSED:
		return "factor-refused";
	case CARDEA_REASON_FACTOR_ABSENT:
		return "factor-absent";
	case CARDEA_REASON_FACTOR_BROKEN:
		return "factor-broken";
	case CARDEA_REASON_LOCKED:
		return "locked";
	case CARDEA_REASON_BROKEN:
		return "broken";
	case CARDEA_REASON_CHANGED:
		return "changed";
	case CARDEA_REASON_UNKNOWN_USER:
		return "unknown-user";
	case CARDEA_REASON_CUT_OFF:
		return "cut-off";
	case CARDEA_REASON_COUNT:
		break;
	}
	return "unknown";
}
