/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/model_lists.h"
#include "unit/test.h"

/* Worlds judged by rules, in plain recursion. */

static enum cardea_truth
truth_of(bool holds)
{
	return holds ? CARDEA_TRUE : CARDEA_FALSE;
}

/* one name of the list against one fact */
static enum cardea_truth
is_name(int fact, unsigned int value)
{
	return fact < 0 ? CARDEA_MAYBE : truth_of(fact == (int)value);
}

static enum cardea_truth
is_among(bool known, unsigned int bits, unsigned int value)
{
	return known ? truth_of((bits >> value & 1u) != 0) : CARDEA_MAYBE;
}

static enum cardea_truth
both(enum cardea_truth a, enum cardea_truth b)
{
	return a < b ? a : b;
}

static enum cardea_truth
either(enum cardea_truth a, enum cardea_truth b)
{
	return a > b ? a : b;
}

static enum cardea_truth
opposite(enum cardea_truth a)
{
	return (enum cardea_truth)(2 - (int)a);
}

static enum cardea_truth
is_in_berlin(const struct model_world *world)
{
	return both(is_name(world->country, 0), is_name(world->part, 0));
}

static enum cardea_truth
is_in_networks(unsigned int zone, const struct model_world *world)
{
	return is_among(world->source >= 0,
	    world->source < 0 ? 0 : sources[world->source].zones, zone);
}

/* as world_text has them, read aloud */
static enum cardea_truth
is_in_area(unsigned int area, const struct model_world *world)
{
	enum cardea_truth truth;

	if (world->source == 0)
		return CARDEA_FALSE;
	if (area == 0) {
		truth = either(is_in_networks(0, world),
		    either(is_name(world->country, 1), is_name(world->asn, 1)));
		return both(truth, opposite(is_in_networks(2, world)));
	}
	if (area == 1) {
		truth = either(
		    is_name(world->country, 0), is_name(world->country, 2));
		truth = both(truth, opposite(is_in_area(2, world)));
		return both(truth, opposite(is_in_networks(1, world)));
	}
	truth = either(is_in_berlin(world), is_name(world->asn, 2));
	truth = either(truth, is_in_networks(1, world));
	truth = either(truth, is_name(world->vpn, 1));
	return either(truth, is_name(world->listed, 1));
}

/* the score in every way in which the signals may turn out */
static enum cardea_truth
is_risky(unsigned int least, const struct model_world *world)
{
	bool may = false, may_not = false;

	for (unsigned int turn = 0; turn < 1u << MODEL_SIGNALS; turn++) {
		unsigned int score = 0;
		bool possible = true;

		for (unsigned int i = 0; i < MODEL_SIGNALS; i++) {
			int holds = (int)(turn >> i & 1u);

			possible = possible &&
			    (world->signals[i] < 0 ||
				world->signals[i] == holds);
			score += holds != 0 ? weights[i] : 0;
		}
		may = may || (possible && score >= least);
		may_not = may_not || (possible && score < least);
	}
	if (may && may_not)
		return CARDEA_MAYBE;
	return truth_of(may);
}

static enum cardea_truth
judge_value(
    enum model_key key, unsigned int value, const struct model_world *world)
{
	unsigned int reached = world->time < 0 ? 0 : times[world->time].reached;

	switch (key) {
	case MODEL_USER:
		return is_name(world->user, value);
	case MODEL_GROUP:
		return is_among(
		    world->groups >= 0, (unsigned int)world->groups, value);
	case MODEL_RUSER:
		return is_name(world->ruser, value);
	case MODEL_CALLER:
		return is_name(world->caller, value);
	case MODEL_SERVICE:
		return truth_of(door_class[world->service] == (int)value);
	case MODEL_HOST:
		return is_name(world->host, value);
	case MODEL_TTY:
		return is_name(world->tty, value);
	case MODEL_ORIGIN:
		return is_name(world->origin, value);
	case MODEL_ZONE:
		return is_in_networks(value, world);
	case MODEL_AREA:
		return is_in_area(value, world);
	case MODEL_COUNTRY:
		if (value == 1)
			return is_in_berlin(world);
		return is_name(world->country, value == 0 ? 0 : 1);
	case MODEL_ASN:
		return is_name(world->asn, value);
	case MODEL_SIGNAL:
		return is_name(world->signals[value], 1);
	case MODEL_RISK:
		return is_risky(thresholds[value], world);
	case MODEL_HOURS:
		return is_among(world->wall >= 0,
		    world->wall < 0 ? 0 : walls[world->wall].hours, value);
	case MODEL_FROM:
		return is_among(world->time >= 0, reached, value);
	case MODEL_UNTIL:
		return is_among(world->time >= 0, ~reached, value);
	case MODEL_KEYS:
		break;
	}
	fail();
	return CARDEA_FALSE;
}

static enum cardea_truth
judge_block(const struct model_block *block, const struct model_world *world)
{
	enum cardea_truth all = CARDEA_TRUE;

	for (unsigned int i = 0; i < block->count; i++) {
		enum cardea_truth any = CARDEA_FALSE;

		for (unsigned int value = 0; value < 3; value++) {
			enum cardea_truth one;

			if ((block->conditions[i].values >> value & 1u) == 0)
				continue;
			one = judge_value(
			    block->conditions[i].key, value, world);
			any = one > any ? one : any;
		}
		all = any < all ? any : all;
	}
	for (unsigned int i = 0; i < block->unless_count; i++) {
		enum cardea_truth one = judge_block(block->unless[i], world);
		enum cardea_truth not = (enum cardea_truth)(2 - (int)one);

		all = not < all ? not : all;
	}
	return all;
}

enum cardea_truth
model_judge_rule(const struct model_rule *rule, const struct model_world *world)
{
	enum cardea_truth truth = rule->when == NULL
	    ? CARDEA_TRUE
	    : judge_block(rule->when, world);

	if (!rule->grant)
		return truth;
	return both(truth,
	    is_among(
		world->grants >= 0, (unsigned int)world->grants, rule->number));
}

static bool
is_met(const struct model_tree *tree, const struct model_world *world)
{
	if (tree == NULL)
		return true;
	if (tree->op == 0)
		return world->found[tree->leaf] == CARDEA_RESULT_VERIFIED;
	if (tree->op == '+')
		return is_met(tree->left, world) && is_met(tree->right, world);
	return is_met(tree->left, world) || is_met(tree->right, world);
}

static bool
rule_is_met(const struct model_rule *rule, const struct model_world *world)
{
	bool met = true, replaced = false;

	/* but root becomes another user where nothing is asked */
	if ((world->outages & CARDEA_OUTAGE_CLUSTER) != 0 &&
	    rule->outage[1] == NULL)
		return rule->require == NULL && world->caller >= 0 &&
		    strcmp(callers[world->caller], "root") == 0 &&
		    door_class[world->service] > 0;

	for (unsigned int i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if ((world->outages >> i & 1u) == 0 || rule->outage[i] == NULL)
			continue;
		replaced = true;
		met = met && is_met(rule->outage[i], world);
	}
	return replaced ? met : is_met(rule->require, world);
}

bool
model_permits(const struct model_policy *policy,
    const struct model_world *world, unsigned int index, bool emergency)
{
	const struct model_rule *rule = &policy->rules[index];
	enum cardea_truth truth;

	if (index == policy->count)
		return false;
	truth = model_judge_rule(rule, world);
	if (rule->observe && !rule->observe_is_over && world->time >= 0)
		truth = CARDEA_FALSE; /* as if it were not there */
	if (rule->observe && world->time < 0 && truth == CARDEA_TRUE)
		truth = CARDEA_MAYBE; /* nobody knows whether it enforces */
	if (truth == CARDEA_FALSE)
		return model_permits(policy, world, index + 1, emergency);
	if (rule->deny)
		return truth == CARDEA_MAYBE && emergency &&
		    model_permits(policy, world, index + 1, emergency);
	if (!rule_is_met(rule, world))
		return false;
	return truth == CARDEA_TRUE ||
	    model_permits(policy, world, index + 1,
		emergency || (rule->emergency && !rule->observe));
}
