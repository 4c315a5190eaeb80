/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/decide_fixture.h"
#include "unit/test.h"

enum cardea_status
cardea_policy_rule(const struct cardea_policy *given, size_t index,
    struct cardea_rule *ret_rule)
{
	if (given->status != CARDEA_OK || index != 7)
		return given->status != CARDEA_OK ? given->status
						  : CARDEA_E_RANGE;
	*ret_rule = given->rule;
	return CARDEA_OK;
}

struct cardea_request request;
struct cardea_policy policy;

int
set_up(void **state)
{
	(void)state;
	memset(&request, 0, sizeof(request));
	memcpy(request.user, "alice", 6);
	memset(&policy, 0, sizeof(policy));
	policy.rule.name = "staff";
	policy.rule.kind = CARDEA_RULE_REQUIRE;
	policy.rule.deny = "";
	return 0;
}

struct cardea_selection
select_text(const char *requirement)
{
	struct cardea_selection selection;

	memset(&selection, 0, sizeof(selection));
	selection.matched = true;
	selection.rule = 7;
	assert_int_equal(
	    cardea_requirement_parse(requirement, &selection.requirement, NULL),
	    CARDEA_OK);
	return selection;
}

void
add_result(struct cardea_evidence_set *set, enum cardea_factor factor,
    enum cardea_result result, const char *quality)
{
	struct cardea_evidence item = { .version = CARDEA_EVIDENCE_VERSION,
		.factor = factor,
		.result = result,
		.subject = "alice",
		.txn = TXN };

	if (result == CARDEA_RESULT_NONE)
		return;
	if (quality[0] != '\0') {
		item.quality_count = 1;
		memcpy(item.qualities[0].key, quality, strlen(quality) + 1);
	}
	assert_int_equal(cardea_evidence_add(set, &item), CARDEA_OK);
}

struct cardea_decision
decide(const struct cardea_selection *selection,
    const struct cardea_evidence_set *evidence)
{
	struct cardea_decision decision;

	memset(&decision, 0x55, sizeof(decision));
	cardea_decide(&policy, selection, &request, evidence, &decision);
	return decision;
}
