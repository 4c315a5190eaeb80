/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "plan.h"

static unsigned int
helpful(const struct cardea_attempt *attempt,
    const struct cardea_evidence_set *evidence, unsigned int factors)
{
	unsigned int found = 0;

	for (int i = CARDEA_FACTOR_NONE + 1; i < CARDEA_FACTOR_COUNT; i++) {
		if ((factors & CARDEA_PLAN_BIT(i)) != 0 &&
		    cardea_decide_need(&attempt->selection, &attempt->request,
			evidence, (enum cardea_factor)i) == CARDEA_NEED_HELPFUL)
			found |= CARDEA_PLAN_BIT(i);
	}
	return found;
}

/* Which still help if the password, not proved so far, never is?  The same
 * question as always, put to the evidence with a refused password. */
static unsigned int
helpful_without_password(
    const struct cardea_attempt *attempt, unsigned int factors)
{
	struct cardea_evidence_set supposed;

	if (cardea_evidence_result(&attempt->evidence, attempt->request.user,
		CARDEA_FACTOR_PASSWORD, NULL, 0) == CARDEA_RESULT_VERIFIED)
		return helpful(attempt, &attempt->evidence, factors);
	if (cardea_attempt_suppose(attempt,
		CARDEA_PLAN_BIT(CARDEA_FACTOR_PASSWORD), CARDEA_RESULT_REFUSED,
		&supposed) != CARDEA_OK)
		return 0;
	return helpful(attempt, &supposed, factors);
}

bool
cardea_plan_is_hidden(const struct cardea_attempt *attempt)
{
	return attempt->phase == CARDEA_PHASE_AUTH &&
	    !cardea_attempt_has_verified(attempt);
}

/* A no that is not preceded by a question would tell of the password. */
static bool
has_shown_password_at_most(const struct cardea_attempt *attempt)
{
	for (size_t i = 0; i < attempt->evidence.count; i++) {
		const struct cardea_evidence *item =
		    &attempt->evidence.items[i];

		if (item->result == CARDEA_RESULT_VERIFIED &&
		    item->factor != CARDEA_FACTOR_PASSWORD)
			return false;
	}
	return true;
}

/* The same number for a name, which nobody can foresee. */
static uint64_t
pick_of(const struct cardea_attempt *attempt)
{
	char text[CARDEA_NAME_MAX + 32], mac[17];
	unsigned char bytes[8] = { 0 };
	uint64_t pick = 0;

	if (attempt->store == NULL ||
	    cardea_text_print(text, sizeof(text), "stranger %s",
		attempt->begin.user) != CARDEA_OK)
		return 0;
	cardea_store_mac(attempt->store, text, mac);
	if (cardea_text_unhex(bytes, sizeof(bytes), mac) != CARDEA_OK)
		return 0;
	for (size_t i = 0; i < sizeof(bytes); i++)
		pick = pick << 8 | bytes[i];
	return pick;
}

/* For whoever has a rule of his own as well, who has no use for it: what is
 * done for strangers alone would tell by its time who is one. */
void
cardea_plan_prepare(struct cardea_attempt *attempt)
{
	memset(&attempt->pretended, 0, sizeof(attempt->pretended));
	(void)cardea_policy_pretend(attempt->policy, &attempt->request,
	    pick_of(attempt), &attempt->pretended);
}

void
cardea_plan_asked(const struct cardea_attempt *attempt,
    struct cardea_requirement *ret_requirement)
{
	if (attempt->request.user_exists && !attempt->unsure &&
	    !attempt->selection.denied)
		*ret_requirement = attempt->selection.requirement;
	else
		*ret_requirement = attempt->pretended;
}

static bool
names_any(const struct cardea_requirement *requirement, unsigned int factors)
{
	for (int i = CARDEA_FACTOR_NONE + 1; i < CARDEA_FACTOR_COUNT; i++) {
		if ((factors & CARDEA_PLAN_BIT(i)) != 0 &&
		    cardea_requirement_names(
			requirement, (enum cardea_factor)i))
			return true;
	}
	return false;
}

/* Where nothing may show, a person is asked what his rule asks, and who has
 * none what somebody's asks; elsewhere only whom it helps. */
static enum cardea_plan_kind
plan_futile(
    const struct cardea_attempt *attempt, unsigned int factors, bool hidden)
{
	struct cardea_requirement asked;

	if (!hidden)
		return CARDEA_PLAN_DENY;
	cardea_plan_asked(attempt, &asked);
	return names_any(&asked, factors) ? CARDEA_PLAN_DECOY
					  : CARDEA_PLAN_SKIP;
}

/* Is no factor of the line in the rule, or is the rule met without them? */
static bool
is_not_needed(const struct cardea_attempt *attempt, unsigned int factors)
{
	for (int i = CARDEA_FACTOR_NONE + 1; i < CARDEA_FACTOR_COUNT; i++) {
		if ((factors & CARDEA_PLAN_BIT(i)) != 0 &&
		    cardea_decide_need(&attempt->selection, &attempt->request,
			&attempt->evidence,
			(enum cardea_factor)i) != CARDEA_NEED_NOT_NEEDED)
			return false;
	}
	return true;
}

struct cardea_plan
cardea_plan_make(const struct cardea_attempt *attempt, unsigned int factors)
{
	struct cardea_plan plan = { .kind = CARDEA_PLAN_DENY };
	bool auth = attempt->phase == CARDEA_PHASE_AUTH;
	bool hidden = cardea_plan_is_hidden(attempt);

	if (cardea_attempt_is_met(attempt)) {
		plan.kind = CARDEA_PLAN_SKIP;
		return plan;
	}
	if (attempt->locked) {
		plan.why = "user locked";
		plan.kind = plan_futile(attempt, factors, auth);
		plan.would_help = helpful(attempt, &attempt->evidence, factors);
		return plan;
	}
	if (attempt->unsure || !attempt->request.user_exists) {
		plan.why = "unknown user";
		plan.kind = plan_futile(attempt, factors, hidden);
		return plan;
	}
	plan.factors = helpful_without_password(attempt, factors);
	if (plan.factors != 0) {
		plan.kind = CARDEA_PLAN_JUDGE;
		return plan;
	}
	plan.would_help = helpful(attempt, &attempt->evidence, factors);
	if (plan.would_help != 0) {
		plan.why = "no password";
		plan.kind = plan_futile(attempt, factors, auth);
		return plan;
	}
	plan.why = "not helpful";
	plan.kind = is_not_needed(attempt, factors)
	    ? CARDEA_PLAN_SKIP
	    : plan_futile(attempt, factors,
		  auth && has_shown_password_at_most(attempt));
	return plan;
}

void
cardea_plan_wanted(const struct cardea_attempt *attempt,
    const struct cardea_plan *plan, unsigned int factors,
    struct cardea_requirement *ret_wanted)
{
	cardea_requirement_residual(&attempt->selection.requirement,
	    attempt->request.user, &attempt->evidence, ret_wanted);
	if (plan->kind == CARDEA_PLAN_DECOY && !names_any(ret_wanted, factors))
		cardea_plan_asked(attempt, ret_wanted);
}

bool
cardea_plan_follow(const struct cardea_attempt *attempt,
    const struct cardea_plan *plan, unsigned int factors,
    struct cardea_requirement *ret_rule)
{
	struct cardea_requirement left;

	cardea_requirement_residual(&attempt->selection.requirement,
	    attempt->request.user, &attempt->evidence, &left);
	if (plan->kind != CARDEA_PLAN_DECOY || names_any(&left, factors)) {
		*ret_rule = attempt->selection.requirement;
		return true;
	}
	cardea_plan_asked(attempt, ret_rule);
	return false;
}

static bool
can_go_on(const struct cardea_attempt *attempt, unsigned int factors,
    enum cardea_result result)
{
	struct cardea_requirement asked, residual;
	struct cardea_evidence_set supposed;

	cardea_plan_asked(attempt, &asked);
	if (cardea_attempt_suppose(attempt, factors, result, &supposed) !=
	    CARDEA_OK)
		return false;
	cardea_requirement_residual(
	    &asked, attempt->request.user, &supposed, &residual);
	return cardea_requirement_kind(&residual) != CARDEA_NODE_FALSE;
}

enum cardea_outcome
cardea_plan_outcome(const struct cardea_attempt *attempt, unsigned int factors,
    enum cardea_result result)
{
	if (result == CARDEA_RESULT_VERIFIED)
		return CARDEA_OUTCOME_VERIFIED;
	if (can_go_on(attempt, factors, result))
		return CARDEA_OUTCOME_NOT_NEEDED;
	/* whose key or device is in trouble would name somebody */
	return result == CARDEA_RESULT_BROKEN && !cardea_plan_is_hidden(attempt)
	    ? CARDEA_OUTCOME_BROKEN
	    : CARDEA_OUTCOME_REFUSED;
}
