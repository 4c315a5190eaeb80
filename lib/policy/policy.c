/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "policy/image.h"
#include "policy/match.h"

const char *
cardea_outage_text(size_t index)
{
	static const char *const names[CARDEA_OUTAGE_COUNT] = {
		"store-unwritable", "cluster", "revocation-stale"
	};

	return index < CARDEA_OUTAGE_COUNT ? names[index] : "";
}

const char *
cardea_policy_digest(const struct cardea_policy *policy)
{
	return policy->digest;
}

const struct cardea_settings *
cardea_policy_settings(const struct cardea_policy *policy)
{
	return &policy->settings;
}

size_t
cardea_policy_rule_count(const struct cardea_policy *policy)
{
	return policy->parts[CARDEA_PART_RULES].count;
}

/* NULL takes the whole rule down: a rule without its own text is no rule */
static bool
take_texts(const struct cardea_policy *policy,
    const struct cardea_image_rule *from, struct cardea_rule *rule)
{
	const struct {
		uint32_t text;
		const char **target;
	} texts[] = {
		{ from->name, &rule->name },
		{ from->deny, &rule->deny },
		{ from->require, &rule->require },
		{ from->outage[0], &rule->when_outage[0] },
		{ from->outage[1], &rule->when_outage[1] },
		{ from->outage[2], &rule->when_outage[2] },
		{ from->owner, &rule->owner },
		{ from->review, &rule->review },
		{ from->reason, &rule->reason },
		{ from->file, &rule->file },
	};

	_Static_assert(CARDEA_OUTAGE_COUNT == 3, "each outage has its line");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i].target = cardea_image_text(policy, texts[i].text);
		if (*texts[i].target == NULL)
			return false;
	}
	return true;
}

enum cardea_status
cardea_policy_rule(const struct cardea_policy *policy, size_t index,
    struct cardea_rule *ret_rule)
{
	const struct cardea_image_rule *from;
	struct cardea_rule rule = { .name = "" };

	if (index >= cardea_policy_rule_count(policy))
		return CARDEA_E_RANGE;
	from = cardea_image_slice(
	    policy, CARDEA_PART_RULES, (uint32_t)index, 1);
	if (from == NULL || !take_texts(policy, from, &rule))
		return CARDEA_E_CORRUPT;
	/* exactly one of the two, and the kind says which (V26) */
	if (from->kind == (uint32_t)CARDEA_RULE_REQUIRE &&
	    rule.require[0] != '\0' && rule.deny[0] == '\0')
		rule.kind = CARDEA_RULE_REQUIRE;
	else if (from->kind == (uint32_t)CARDEA_RULE_DENY &&
	    rule.deny[0] != '\0' && rule.require[0] == '\0')
		rule.kind = CARDEA_RULE_DENY;
	else
		return CARDEA_E_CORRUPT;
	rule.line = from->line;
	rule.remember_s = from->remember_s;
	rule.revocation_s = from->revocation_s;
	rule.session_s = from->session_s;
	rule.observe = (from->flags & CARDEA_RULE_OBSERVE) != 0;
	rule.observe_until_s = from->observe_until_s;
	rule.emergency = (from->flags & CARDEA_RULE_EMERGENCY) != 0;
	rule.alert = (from->flags & CARDEA_RULE_ALERT) != 0;
	rule.early = (from->flags & CARDEA_RULE_EARLY) != 0;
	rule.grant = (from->flags & CARDEA_RULE_GRANT) != 0;
	rule.approve = from->approve;
	*ret_rule = rule;
	return CARDEA_OK;
}

/* the text that item index of a part of texts names; "" beyond the last */
static const char *
listed_text(const struct cardea_policy *policy, enum cardea_image_part part,
    size_t index)
{
	const uint32_t *item = index < cardea_image_count(policy, part)
	    ? cardea_image_slice(policy, part, (uint32_t)index, 1)
	    : NULL;
	const char *text = item != NULL ? cardea_image_text(policy, *item)
					: NULL;

	return text != NULL ? text : "";
}

size_t
cardea_policy_timezone_count(const struct cardea_policy *policy)
{
	return policy->parts[CARDEA_PART_TIMEZONES].count;
}

const char *
cardea_policy_timezone(const struct cardea_policy *policy, size_t index)
{
	return listed_text(policy, CARDEA_PART_TIMEZONES, index);
}

bool
cardea_policy_subject_is_ruser(
    const struct cardea_policy *policy, const char *service)
{
	size_t count = policy->parts[CARDEA_PART_SUBJECTS].count;

	for (size_t i = 0; i < count; i++) {
		if (cardea_request_service_is(
			listed_text(policy, CARDEA_PART_SUBJECTS, i), service))
			return true;
	}
	return false;
}

enum cardea_status
cardea_policy_match(const struct cardea_policy *policy, size_t index,
    const struct cardea_request *request, enum cardea_truth *ret_truth)
{
	struct cardea_match *match = NULL;
	enum cardea_status status;

	status = cardea_match_begin(policy, request, &match);
	if (status == CARDEA_OK)
		status = cardea_match_rule(match, index, ret_truth);
	cardea_match_free(match);
	return status;
}

bool
cardea_policy_names_group(const struct cardea_policy *policy, const char *group)
{
	const struct cardea_image_text *text = cardea_image_slice(
	    policy, CARDEA_PART_TEXTS, cardea_image_find(policy, group), 1);

	return text != NULL && (text->flags & CARDEA_TEXT_GROUP) != 0;
}

bool
cardea_policy_names_posture(const struct cardea_policy *policy)
{
	return (cardea_policy_uses(policy) & CARDEA_USES_POSTURE) != 0;
}
