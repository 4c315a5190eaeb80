/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "policy/match_parts.h"
#include "policy/why.h"
#include "policy/why_words.h"

struct cardea_whys {
	struct cardea_match *match;
	struct cardea_why why; /* of one condition after the other */
	cardea_why_visit *visit;
	void *context;
	size_t budget; /* blocks that may still be visited */
	bool damaged;
};

static void
walk_block(struct cardea_whys *whys, uint32_t index, unsigned int depth);

enum cardea_status
cardea_whys_begin(const struct cardea_policy *policy,
    const struct cardea_request *request, struct cardea_whys **ret_whys)
{
	struct cardea_whys *whys = calloc(1, sizeof(*whys));
	enum cardea_status status;

	if (whys == NULL)
		return CARDEA_E_MEMORY;
	status = cardea_match_begin(policy, request, &whys->match);
	if (status != CARDEA_OK) {
		free(whys);
		return status;
	}
	*ret_whys = whys;
	return CARDEA_OK;
}

struct cardea_whys *
cardea_whys_free(struct cardea_whys *whys)
{
	if (whys == NULL)
		return NULL;
	cardea_match_free(whys->match);
	free(whys);
	return NULL;
}

static void
tell(struct cardea_whys *whys, const char *key, unsigned int depth,
    enum cardea_truth truth)
{
	whys->why.key = key;
	whys->why.depth = depth;
	whys->why.truth = truth;
	whys->visit(&whys->why, whys->context);
}

/* One block is what stands in the braces of "unless"; of several, each is told
 * by itself, since one that holds is enough. */
static void
walk_unless(struct cardea_whys *whys,
    const struct cardea_image_condition *condition, unsigned int depth)
{
	const uint32_t *blocks = cardea_why_values(
	    whys->match->policy, condition);

	for (uint32_t i = 0; blocks != NULL && i < condition->count; i++) {
		unsigned int inside = depth + 1;

		if (condition->count > 1) {
			whys->why.wanted[0] = whys->why.found[0] = '\0';
			tell(whys, "one of", depth + 1,
			    cardea_match_block(whys->match, blocks[i]));
			inside++;
		}
		walk_block(whys, blocks[i], inside);
	}
}

static void
walk_condition(struct cardea_whys *whys,
    const struct cardea_image_condition *condition, unsigned int depth)
{
	enum cardea_truth truth = cardea_match_condition(
	    whys->match, condition);

	if (whys->match->damaged)
		return;
	cardea_why_wanted(whys->match, condition, whys->why.wanted);
	cardea_why_found(whys->match, condition, whys->why.found);
	tell(whys, cardea_why_key(condition->key), depth, truth);
	if (condition->key == CARDEA_KEY_UNLESS)
		walk_unless(whys, condition, depth);
}

static void
walk_block(struct cardea_whys *whys, uint32_t index, unsigned int depth)
{
	const struct cardea_policy *policy = whys->match->policy;
	const struct cardea_image_block *block = cardea_image_slice(
	    policy, CARDEA_PART_BLOCKS, index, 1);
	const struct cardea_image_condition *conditions = NULL;

	if (block != NULL && whys->budget > 0 &&
	    depth <= 2 * CARDEA_NESTING_MAX)
		conditions = cardea_image_slice(
		    policy, CARDEA_PART_CONDITIONS, block->first, block->count);
	if (conditions == NULL) {
		whys->damaged = true;
		return;
	}
	whys->budget--;
	for (uint32_t i = 0; i < block->count && !whys->match->damaged; i++)
		walk_condition(whys, &conditions[i], depth);
}

static bool
is_damaged(const struct cardea_whys *whys)
{
	return whys->damaged || whys->match->damaged ||
	    cardea_image_is_damaged(whys->match->policy);
}

enum cardea_status
cardea_whys_rule(struct cardea_whys *whys, size_t index,
    cardea_why_visit *visit, void *context, enum cardea_truth *ret_truth)
{
	enum cardea_truth truth;
	enum cardea_status status;

	status = cardea_match_rule(whys->match, index, &truth);
	if (status != CARDEA_OK)
		return status;
	whys->budget = cardea_image_count(
	    whys->match->policy, CARDEA_PART_BLOCKS);
	whys->visit = visit;
	whys->context = context;
	walk_block(whys, (uint32_t)index, 0);
	if (is_damaged(whys))
		return CARDEA_E_CORRUPT;
	*ret_truth = truth;
	return CARDEA_OK;
}

static const char *
name_of(const struct cardea_whys *whys, uint32_t text)
{
	const char *name = cardea_image_text(whys->match->policy, text);

	return name == NULL ? "" : name;
}

enum cardea_status
cardea_whys_zones(
    struct cardea_whys *whys, cardea_why_name *visit, void *context)
{
	size_t count;
	const struct cardea_image_zone *zones = cardea_image_part(
	    whys->match->policy, CARDEA_PART_ZONES, &count);

	for (size_t i = 0; i < count; i++)
		visit(name_of(whys, zones[i].name),
		    cardea_match_zone(whys->match, (uint32_t)i), context);
	return is_damaged(whys) ? CARDEA_E_CORRUPT : CARDEA_OK;
}

enum cardea_status
cardea_whys_hours(
    struct cardea_whys *whys, cardea_why_name *visit, void *context)
{
	size_t count;
	const struct cardea_image_hours *hours = cardea_image_part(
	    whys->match->policy, CARDEA_PART_HOURS, &count);

	for (size_t i = 0; i < count; i++)
		visit(name_of(whys, hours[i].name),
		    cardea_match_hours(whys->match, (uint32_t)i), context);
	return is_damaged(whys) ? CARDEA_E_CORRUPT : CARDEA_OK;
}

const char *
cardea_truth_text(enum cardea_truth truth)
{
	switch (truth) {
	case CARDEA_TRUE:
		return "yes";
	case CARDEA_MAYBE:
		return "maybe";
	case CARDEA_FALSE:
		break;
	}
	return "no";
}
