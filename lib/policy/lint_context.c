/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include <cardea/limits.h>

#include "policy/lint_context.h"
#include "policy/shadow.h"

/* --- every condition of a rule, however deep ----------------------------- */

struct walk {
	const struct cardea_policy *policy;
	bool places;	    /* something hangs on a database or a list */
	uint32_t risk;	    /* the highest score asked for; 0: none */
	uint32_t budget;    /* blocks still to be looked at: damage ends */
	unsigned int zones; /* zones within zones */
};

/* Does being in the zone hang on more than its networks? */
static bool
zone_hangs(struct walk *walk, uint32_t index)
{
	const struct cardea_image_zone *zone = cardea_image_slice(
	    walk->policy, CARDEA_PART_ZONES, index, 1);
	const struct cardea_image_spot *spots = zone != NULL
	    ? cardea_image_slice(walk->policy, CARDEA_PART_SPOTS, zone->spots,
		  zone->spot_count)
	    : NULL;
	bool hangs = false;

	if (spots == NULL || walk->zones > CARDEA_NESTING_MAX)
		return false;
	walk->zones++;
	for (uint32_t i = 0; i < zone->spot_count && !hangs; i++)
		hangs = (spots[i].kind != (uint32_t)CARDEA_SPOT_ZONE &&
			    spots[i].kind != (uint32_t)CARDEA_SPOT_EXCEPT) ||
		    (spots[i].a < index && zone_hangs(walk, spots[i].a));
	walk->zones--;
	return hangs;
}

static void walk_block(struct walk *walk, uint32_t index, unsigned int depth);

static void
walk_condition(struct walk *walk,
    const struct cardea_image_condition *condition, unsigned int depth)
{
	const uint32_t *values = cardea_shadow_values(walk->policy, condition);

	if (condition->key == (uint32_t)CARDEA_KEY_COUNTRY ||
	    condition->key == (uint32_t)CARDEA_KEY_ASN)
		walk->places = true;
	for (uint32_t i = 0; values != NULL && i < condition->count; i++) {
		if (condition->key == (uint32_t)CARDEA_KEY_ZONE)
			walk->places = walk->places ||
			    zone_hangs(walk, values[i]);
		else if (condition->key == (uint32_t)CARDEA_KEY_UNLESS)
			walk_block(walk, values[i], depth + 1);
		else if (condition->key == (uint32_t)CARDEA_KEY_RISK &&
		    values[i] > walk->risk)
			walk->risk = values[i];
	}
}

static void
walk_block(struct walk *walk, uint32_t index, unsigned int depth)
{
	const struct cardea_image_block *block = cardea_image_slice(
	    walk->policy, CARDEA_PART_BLOCKS, index, 1);
	const struct cardea_image_condition *conditions = block != NULL
	    ? cardea_image_slice(walk->policy, CARDEA_PART_CONDITIONS,
		  block->first, block->count)
	    : NULL;

	if (conditions == NULL || depth > CARDEA_NESTING_MAX ||
	    walk->budget == 0)
		return;
	walk->budget--;
	for (uint32_t i = 0; i < block->count; i++)
		walk_condition(walk, &conditions[i], depth);
}

/* --- one rule ------------------------------------------------------------ */

/* Something in the rule's own block narrows whom it is about. */
static bool
names_somebody(const struct cardea_policy *policy, uint32_t index)
{
	static const enum cardea_image_key keys[] = { CARDEA_KEY_USER,
		CARDEA_KEY_GROUP, CARDEA_KEY_CALLER, CARDEA_KEY_RUSER };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (cardea_shadow_find(policy, index, keys[i]) != NULL)
			return true;
	}
	return false;
}

static void
judge_risk(const struct cardea_policy *policy, uint32_t least,
    cardea_lint_finding *tell, void *context)
{
	uint32_t sum = 0;
	char text[160];

	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++)
		sum += cardea_policy_weight(policy, (enum cardea_signal)i);
	if (least <= sum)
		return;
	snprintf(text, sizeof(text),
	    "asks for a risk of %u, and all weights together are %u: that is "
	    "never reached",
	    least, sum);
	tell("", text, context);
}

void
cardea_lint_rule_context(const struct cardea_policy *policy, uint32_t index,
    bool emergency, cardea_lint_finding *tell, void *context)
{
	struct walk walk = { .policy = policy };
	struct cardea_rule rule;
	size_t blocks;

	if (cardea_policy_rule(policy, index, &rule) != CARDEA_OK)
		return;
	cardea_image_part(policy, CARDEA_PART_BLOCKS, &blocks);
	walk.budget = (uint32_t)blocks;
	walk_block(&walk, index, 0);
	if (walk.risk != 0)
		judge_risk(policy, walk.risk, tell, context);
	if (rule.kind == CARDEA_RULE_DENY && walk.places && !emergency &&
	    !names_somebody(policy, index))
		tell("",
		    "where the database or list cannot tell, this denies "
		    "everybody: put a rule with emergency = true above it",
		    context);
}

/* --- what the settings lack ---------------------------------------------- */

void
cardea_lint_databases(const struct cardea_policy *policy,
    cardea_lint_finding *tell, void *context)
{
	const struct cardea_settings *settings = cardea_policy_settings(policy);
	uint32_t uses = cardea_policy_uses(policy);
	const struct {
		uint32_t uses;
		const char *path, *key, *text;
	} databases[] = {
		{ CARDEA_USES_COUNTRY | CARDEA_USES_POSITION,
		    settings->place_country, "places.country",
		    "is not set: countries and positions are never known, and "
		    "rules about them never certain" },
		{ CARDEA_USES_ASN, settings->place_asn, "places.asn",
		    "is not set: owners of networks are never known, and rules "
		    "about them never certain" },
		{ CARDEA_USES_TRAITS, settings->place_traits, "places.traits",
		    "is not set: traits of networks are never known, and rules "
		    "about them never certain" },
	};
	uint32_t stale = (uint32_t)CARDEA_USES_SIGNAL
	    << (unsigned int)CARDEA_SIGNAL_STALE_DATABASE;
	bool any = false;

	for (size_t i = 0; i < sizeof(databases) / sizeof(databases[0]); i++) {
		any = any || databases[i].path[0] != '\0';
		if ((uses & databases[i].uses) != 0 &&
		    databases[i].path[0] == '\0')
			tell(databases[i].key, databases[i].text, context);
	}
	if ((uses & stale) != 0 && !any)
		tell(cardea_signal_text(CARDEA_SIGNAL_STALE_DATABASE),
		    "is asked for, and cardea.conf names no database in places",
		    context);
}

bool
cardea_lint_zone_named(const struct cardea_policy *policy, uint32_t zone)
{
	size_t count;
	const struct cardea_image_spot *spots = cardea_image_part(
	    policy, CARDEA_PART_SPOTS, &count);

	for (size_t i = 0; i < count; i++) {
		if ((spots[i].kind == (uint32_t)CARDEA_SPOT_ZONE ||
			spots[i].kind == (uint32_t)CARDEA_SPOT_EXCEPT) &&
		    spots[i].a == zone)
			return true;
	}
	return false;
}
