/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/image.h"

/* What the policy says of circumstances: lists, weights, and which facts its
 * conditions ask for. */

size_t
cardea_policy_list_count(const struct cardea_policy *policy)
{
	return policy->parts[CARDEA_PART_LISTS].count;
}

enum cardea_status
cardea_policy_list(const struct cardea_policy *policy, size_t index,
    struct cardea_policy_list *ret_list)
{
	const struct cardea_image_list *from;
	const char *path;

	if (index >= cardea_policy_list_count(policy))
		return CARDEA_E_RANGE;
	from = cardea_image_slice(
	    policy, CARDEA_PART_LISTS, (uint32_t)index, 1);
	path = from != NULL ? cardea_image_text(policy, from->path) : NULL;
	if (path == NULL || path[0] == '\0' || index >= CARDEA_LISTS_MAX)
		return CARDEA_E_CORRUPT;
	ret_list->path = path;
	ret_list->id = from->id;
	ret_list->max_age_s = from->max_age_s;
	return CARDEA_OK;
}

/* 0 in a policy that has no such part */
static uint32_t
risk_item(const struct cardea_policy *policy, uint32_t index)
{
	const uint32_t *item = cardea_image_slice(
	    policy, CARDEA_PART_RISK, index, 1);

	return item != NULL ? *item : 0;
}

uint32_t
cardea_policy_uses(const struct cardea_policy *policy)
{
	return risk_item(policy, CARDEA_SIGNAL_COUNT);
}

uint32_t
cardea_policy_weight(
    const struct cardea_policy *policy, enum cardea_signal signal)
{
	uint32_t weight = (size_t)signal < CARDEA_SIGNAL_COUNT
	    ? risk_item(policy, (uint32_t)signal)
	    : 0;

	return weight <= CARDEA_RISK_MAX ? weight : CARDEA_RISK_MAX;
}

void
cardea_policy_risk(const struct cardea_policy *policy,
    const struct cardea_request *request, uint32_t *ret_least,
    uint32_t *ret_most)
{
	uint32_t least = 0, most = 0;

	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		uint32_t weight = cardea_policy_weight(
		    policy, (enum cardea_signal)i);

		if (request->signals[i].holds == CARDEA_YES)
			least += weight;
		if (request->signals[i].holds != CARDEA_NO)
			most += weight;
	}
	*ret_least = least;
	*ret_most = most;
}
