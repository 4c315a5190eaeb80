/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/match_parts.h"

enum cardea_truth
cardea_match_signals(
    struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	enum cardea_truth truth = CARDEA_FALSE;

	for (uint32_t i = 0; i < count; i++) {
		enum cardea_truth one;

		if (values[i] == 0 || values[i] > CARDEA_SIGNAL_COUNT)
			return cardea_match_damaged(match);
		one = cardea_match_known(
		    match->request->signals[values[i] - 1].holds);
		if (one > truth)
			truth = one;
	}
	return truth;
}

enum cardea_truth
cardea_match_risk(
    struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	uint32_t least, most;

	if (count != 1)
		return cardea_match_damaged(match);
	cardea_policy_risk(match->policy, match->request, &least, &most);
	if (least >= values[0])
		return CARDEA_TRUE;
	return most < values[0] ? CARDEA_FALSE : CARDEA_MAYBE;
}

/* A grant names the rule, and means no other rule that may come to bear its
 * number later. */
enum cardea_truth
cardea_match_grants(
    struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	const struct cardea_grants *grants = &match->request->grants;
	const char *rule;

	rule = count == 1 ? cardea_image_text(match->policy, values[0]) : NULL;
	if (rule == NULL || rule[0] == '\0')
		return cardea_match_damaged(match);
	if (!grants->known)
		return CARDEA_MAYBE;
	return cardea_match_truth(cardea_grants_find(grants, rule) != NULL);
}
