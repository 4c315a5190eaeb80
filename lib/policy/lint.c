/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "policy/image.h"
#include "policy/lint.h"

#define DAY_S INT64_C(86400)

struct lint {
	const struct cardea_policy *policy;
	int64_t now_s;
	cardea_lint_visit *visit;
	void *context;
	const struct cardea_image_rule *rules;
	size_t rule_count;
};

/* A rule's conditions; items is NULL for a damaged image. */
struct conditions {
	const struct cardea_image_condition *items;
	uint32_t count;
};

static struct conditions
conditions_of(const struct lint *lint, size_t index)
{
	const struct cardea_image_block *block = cardea_image_slice(
	    lint->policy, CARDEA_PART_BLOCKS, (uint32_t)index, 1);
	struct conditions conditions = { NULL, 0 };

	if (block == NULL)
		return conditions;
	conditions.count = block->count;
	conditions.items = cardea_image_slice(
	    lint->policy, CARDEA_PART_CONDITIONS, block->first, block->count);
	return conditions;
}

static void
warn(
    const struct lint *lint, const struct cardea_rule *rule, const char *reason)
{
	struct cardea_diag warning = { .line = 0 };

	cardea_diag_place(&warning, rule->file, rule->line, rule->name);
	(void)cardea_diag_set(&warning, CARDEA_OK, "%s", reason);
	lint->visit(&warning, lint->context);
}

/* --- rules that stand in the shadow of one above ------------------------ */

/* A single value stands in the condition itself. */
static const uint32_t *
values_of(
    const struct lint *lint, const struct cardea_image_condition *condition)
{
	if (condition->count == 1)
		return &condition->first;
	return cardea_image_slice(lint->policy, CARDEA_PART_VALUES,
	    condition->first, condition->count);
}

static bool
has_value(const uint32_t *values, uint32_t count, uint32_t value)
{
	for (uint32_t i = 0; i < count; i++) {
		if (values[i] == value)
			return true;
	}
	return false;
}

/* Does every request that meets narrow meet wide, by their values alone? */
static bool
includes(const struct lint *lint, const struct cardea_image_condition *wide,
    const struct cardea_image_condition *narrow)
{
	const uint32_t *all = values_of(lint, wide);
	const uint32_t *some = values_of(lint, narrow);

	if (wide->key != narrow->key || wide->key == CARDEA_KEY_FROM ||
	    wide->key == CARDEA_KEY_UNTIL || wide->key == CARDEA_KEY_UNLESS ||
	    all == NULL || some == NULL)
		return false;
	for (uint32_t i = 0; i < narrow->count; i++) {
		if (!has_value(all, wide->count, some[i]))
			return false;
	}
	return true;
}

static bool
is_implied(const struct lint *lint, const struct cardea_image_condition *wide,
    const struct conditions *narrow)
{
	for (uint32_t i = 0; i < narrow->count; i++) {
		if (includes(lint, wide, &narrow->items[i]))
			return true;
	}
	return false;
}

/* Every condition above is met whenever those below are. */
static bool
shadows(const struct lint *lint, size_t above, size_t below)
{
	struct conditions wide = conditions_of(lint, above);
	struct conditions narrow = conditions_of(lint, below);

	for (uint32_t i = 0; i < wide.count; i++) {
		if (wide.items == NULL || narrow.items == NULL ||
		    !is_implied(lint, &wide.items[i], &narrow))
			return false;
	}
	return true;
}

static bool
decides(const struct lint *lint, size_t index)
{
	const struct cardea_image_rule *rule = &lint->rules[index];

	return (rule->flags & CARDEA_RULE_OBSERVE) == 0 ||
	    lint->now_s >= rule->observe_until_s;
}

static enum cardea_status
look_for_shadow(
    const struct lint *lint, size_t index, const struct cardea_rule *rule)
{
	struct cardea_diag warning = { .line = 0 };

	for (size_t above = 0; above < index; above++) {
		struct cardea_rule other;

		if (!decides(lint, above) ||
		    (lint->rule_count > CARDEA_LINT_RULES_MAX &&
			conditions_of(lint, above).count > 0) ||
		    !shadows(lint, above, index))
			continue;
		if (cardea_policy_rule(lint->policy, above, &other) !=
		    CARDEA_OK)
			return CARDEA_E_CORRUPT;
		cardea_diag_place(&warning, rule->file, rule->line, rule->name);
		(void)cardea_diag_set(&warning, CARDEA_OK,
		    "is never reached: rule \"%s\" above matches all that it "
		    "could match",
		    other.name);
		lint->visit(&warning, lint->context);
		break;
	}
	return CARDEA_OK;
}

/* --- what one rule says by itself ---------------------------------------- */

/* "Being inside" is no proof: with nothing demanded, no person or caller
 * named, anybody who stands in the right place is let in. */
static bool
is_place_alone(const struct lint *lint, size_t index)
{
	struct conditions when = conditions_of(lint, index);
	bool place = false;

	for (uint32_t i = 0; when.items != NULL && i < when.count; i++) {
		switch (when.items[i].key) {
		case CARDEA_KEY_USER:
		case CARDEA_KEY_GROUP:
		case CARDEA_KEY_CALLER:
			return false;
		case CARDEA_KEY_ZONE:
		case CARDEA_KEY_ORIGIN:
		case CARDEA_KEY_TTY:
			place = true;
			break;
		default:
			break;
		}
	}
	return place;
}

static bool
is_past(const char *date, int64_t now_s)
{
	int year, month, day;

	return cardea_text_date(date, &year, &month, &day) == CARDEA_OK &&
	    now_s >= (cardea_text_days(year, month, day) + 1) * DAY_S;
}

static void
look_at_rule(
    const struct lint *lint, size_t index, const struct cardea_rule *rule)
{
	bool free = rule->kind == CARDEA_RULE_REQUIRE &&
	    strcmp(rule->require, "none") == 0;

	if (free && is_place_alone(lint, index))
		warn(lint, rule, "demands nothing but a place");
	else if (free && conditions_of(lint, index).count == 0)
		warn(lint, rule, "demands nothing of anybody");
	if (rule->observe && lint->now_s >= rule->observe_until_s)
		warn(lint, rule,
		    "observe_until has passed: the rule is enforced");
	if (is_past(rule->review, lint->now_s))
		warn(lint, rule, "the day of its review has passed");
}

enum cardea_status
cardea_lint(const struct cardea_policy *policy, int64_t now_s,
    cardea_lint_visit *visit, void *context)
{
	struct lint lint = { .policy = policy,
		.now_s = now_s,
		.visit = visit,
		.context = context };
	enum cardea_status status = CARDEA_OK;

	lint.rules = cardea_image_part(
	    policy, CARDEA_PART_RULES, &lint.rule_count);
	for (size_t i = 0; i < lint.rule_count && status == CARDEA_OK; i++) {
		struct cardea_rule rule;

		status = cardea_policy_rule(policy, i, &rule);
		if (status != CARDEA_OK)
			return status;
		look_at_rule(&lint, i, &rule);
		status = look_for_shadow(&lint, i, &rule);
	}
	return status;
}
