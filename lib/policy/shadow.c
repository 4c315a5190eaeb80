/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "policy/shadow.h"

#define PAIRS_MAX 20000000u /* about a second */

const uint32_t *
cardea_shadow_values(const struct cardea_policy *policy,
    const struct cardea_image_condition *condition)
{
	if (condition->count == 1)
		return &condition->first;
	return cardea_image_slice(
	    policy, CARDEA_PART_VALUES, condition->first, condition->count);
}

static const struct cardea_image_condition *
conditions_of(
    const struct cardea_policy *policy, uint32_t block, uint32_t *ret_count)
{
	const struct cardea_image_block *item = cardea_image_slice(
	    policy, CARDEA_PART_BLOCKS, block, 1);

	*ret_count = item != NULL ? item->count : 0;
	if (item == NULL)
		return NULL;
	return cardea_image_slice(
	    policy, CARDEA_PART_CONDITIONS, item->first, item->count);
}

const struct cardea_image_condition *
cardea_shadow_find(const struct cardea_policy *policy, uint32_t block,
    enum cardea_image_key key)
{
	uint32_t count;
	const struct cardea_image_condition *conditions = conditions_of(
	    policy, block, &count);

	for (uint32_t i = 0; conditions != NULL && i < count; i++) {
		if (conditions[i].key == (uint32_t)key)
			return &conditions[i];
	}
	return NULL;
}

/* is every service of b meant by one of a? "sudo" means sudo-i too */
static bool
holds_service(const struct cardea_policy *policy, const uint32_t *values,
    uint32_t count, uint32_t service)
{
	const char *name = cardea_image_text(policy, service);

	for (uint32_t i = 0; name != NULL && i < count; i++) {
		const char *named = cardea_image_text(policy, values[i]);

		if (named != NULL && cardea_request_service_is(named, name))
			return true;
	}
	return false;
}

/* as they were written: sorted; in a damaged image the search misses one */
static bool
holds_value(const uint32_t *values, uint32_t count, uint32_t value)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (values[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && values[low] == value;
}

static bool covers_at(const struct cardea_policy *policy, uint32_t a,
    uint32_t b, unsigned int depth);

/* each block that a excludes lies within one that b excludes */
static bool
covers_unless(const struct cardea_policy *policy, const uint32_t *a,
    uint32_t a_count, const uint32_t *b, uint32_t b_count, unsigned int depth)
{
	for (uint32_t i = 0; i < a_count; i++) {
		bool found = false;

		for (uint32_t k = 0; k < b_count && !found; k++)
			found = covers_at(policy, b[k], a[i], depth + 1);
		if (!found)
			return false;
	}
	return true;
}

/* the same time zone, and not later (from) or earlier (until) */
static bool
covers_instant(
    enum cardea_image_key key, const uint32_t a[3], const uint32_t b[3])
{
	int order = (a[1] > b[1]) - (a[1] < b[1]);

	if (order == 0)
		order = (a[2] > b[2]) - (a[2] < b[2]);
	return a[0] == b[0] &&
	    (key == CARDEA_KEY_FROM ? order <= 0 : order >= 0);
}

/* "DE" holds "DE-BE" */
static bool
holds_country(const struct cardea_policy *policy, const uint32_t *values,
    uint32_t count, uint32_t value)
{
	const char *part = cardea_image_text(policy, value);
	char country[CARDEA_COUNTRY_MAX + 1] = "";

	if (holds_value(values, count, value))
		return true;
	if (part == NULL || strlen(part) <= CARDEA_COUNTRY_MAX)
		return false;
	memcpy(country, part, CARDEA_COUNTRY_MAX);
	return holds_value(values, count, cardea_image_find(policy, country));
}

static bool
holds_any(const struct cardea_policy *policy, enum cardea_image_key key,
    const uint32_t *values, uint32_t count, uint32_t value)
{
	if (key == CARDEA_KEY_SERVICE)
		return holds_service(policy, values, count, value);
	if (key == CARDEA_KEY_COUNTRY)
		return holds_country(policy, values, count, value);
	/* whoever reaches the higher score reaches the lower one */
	if (key == CARDEA_KEY_RISK)
		return values[0] <= value;
	return holds_value(values, count, value);
}

static bool
covers_condition(const struct cardea_policy *policy,
    const struct cardea_image_condition *a,
    const struct cardea_image_condition *b, unsigned int depth)
{
	enum cardea_image_key key = (enum cardea_image_key)a->key;
	const uint32_t *av = cardea_shadow_values(policy, a);
	const uint32_t *bv = cardea_shadow_values(policy, b);

	if (av == NULL || bv == NULL)
		return false;
	if (key == CARDEA_KEY_UNLESS)
		return covers_unless(policy, av, a->count, bv, b->count, depth);
	if (key == CARDEA_KEY_FROM || key == CARDEA_KEY_UNTIL)
		return a->count == 3 && b->count == 3 &&
		    covers_instant(key, av, bv);
	for (uint32_t i = 0; i < b->count; i++) {
		if (!holds_any(policy, key, av, a->count, bv[i]))
			return false;
	}
	return true;
}

/* every condition of a is among those of b, and no narrower there */
static bool
covers_at(const struct cardea_policy *policy, uint32_t a, uint32_t b,
    unsigned int depth)
{
	uint32_t count;
	const struct cardea_image_condition *conditions = conditions_of(
	    policy, a, &count);

	if (conditions == NULL || depth > CARDEA_NESTING_MAX)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const struct cardea_image_condition *other = cardea_shadow_find(
		    policy, b, (enum cardea_image_key)conditions[i].key);

		if (other == NULL ||
		    !covers_condition(policy, &conditions[i], other, depth))
			return false;
	}
	return true;
}

bool
cardea_shadow_covers(const struct cardea_policy *policy, uint32_t a, uint32_t b)
{
	return covers_at(policy, a, b, 0);
}

/*
 * All pairs of many rules are too many.  A rule with a condition on one of
 * these keys can cover only rules that name one of its values under the same
 * key, so it stands in an index under each of them; rules without any such
 * condition are few and tried against all.
 */
static const enum cardea_image_key pivots[] = { CARDEA_KEY_USER,
	CARDEA_KEY_GROUP, CARDEA_KEY_RUSER, CARDEA_KEY_CALLER, CARDEA_KEY_HOST,
	CARDEA_KEY_TTY, CARDEA_KEY_GRANT, CARDEA_KEY_ASN, CARDEA_KEY_SIGNAL,
	CARDEA_KEY_ZONE, CARDEA_KEY_HOURS, CARDEA_KEY_ORIGIN };

#define PIVOTS (sizeof(pivots) / sizeof(pivots[0]))
#define NO_PIVOT PIVOTS

struct entry {
	uint32_t pivot; /* NO_PIVOT: tried against every rule */
	uint32_t value;
	uint32_t rule;
};

struct search {
	const struct cardea_policy *policy;
	struct entry *entries;
	size_t count;
	uint32_t pairs;
};

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->pivot != right->pivot)
		return left->pivot > right->pivot ? 1 : -1;
	if (left->value != right->value)
		return left->value > right->value ? 1 : -1;
	return (left->rule > right->rule) - (left->rule < right->rule);
}

/* the first condition of the rule on a pivot; NO_PIVOT if there is none */
static uint32_t
pivot_of(const struct cardea_policy *policy, uint32_t rule,
    const struct cardea_image_condition **ret_condition)
{
	for (uint32_t i = 0; i < PIVOTS; i++) {
		*ret_condition = cardea_shadow_find(policy, rule, pivots[i]);
		if (*ret_condition != NULL)
			return i;
	}
	return NO_PIVOT;
}

static enum cardea_status
make_index(struct search *search, const bool *skip, uint32_t rules)
{
	const struct cardea_image_condition *condition;
	size_t values = rules, at = 0;

	for (uint32_t i = 0; i < rules; i++) {
		/* a count that leads out of a damaged image holds nothing */
		if (pivot_of(search->policy, i, &condition) != NO_PIVOT &&
		    cardea_shadow_values(search->policy, condition) != NULL)
			values += condition->count;
	}
	search->entries = calloc(values + 1, sizeof(*search->entries));
	if (search->entries == NULL)
		return CARDEA_E_MEMORY;
	for (uint32_t i = 0; i < rules; i++) {
		uint32_t pivot = pivot_of(search->policy, i, &condition);
		const uint32_t *list = pivot != NO_PIVOT
		    ? cardea_shadow_values(search->policy, condition)
		    : NULL;

		if (skip[i])
			continue;
		if (pivot == NO_PIVOT)
			search->entries[at++] = (struct entry){ NO_PIVOT, 0,
				i };
		for (uint32_t k = 0; list != NULL && k < condition->count; k++)
			search->entries[at++] = (struct entry){ pivot, list[k],
				i };
	}
	search->count = at;
	qsort(search->entries, at, sizeof(*search->entries), compare_entries);
	return CARDEA_OK;
}

/* the first rule before this one that stands under the value and covers it,
 * or the best so far */
static uint32_t
try_entries(struct search *search, uint32_t pivot, uint32_t value,
    uint32_t rule, uint32_t best)
{
	struct entry wanted = { pivot, value, 0 };
	size_t low = 0, high = search->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_entries(&search->entries[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < search->count; low++) {
		const struct entry *entry = &search->entries[low];

		if (entry->pivot != pivot || entry->value != value ||
		    entry->rule >= rule || entry->rule >= best)
			break;
		if (++search->pairs > PAIRS_MAX)
			break;
		if (cardea_shadow_covers(search->policy, entry->rule, rule))
			return entry->rule;
	}
	return best;
}

static uint32_t
find_cover(struct search *search, uint32_t rule)
{
	uint32_t best = try_entries(search, NO_PIVOT, 0, rule, UINT32_MAX);

	for (uint32_t i = 0; i < PIVOTS; i++) {
		const struct cardea_image_condition *condition =
		    cardea_shadow_find(search->policy, rule, pivots[i]);
		const uint32_t *values = condition != NULL
		    ? cardea_shadow_values(search->policy, condition)
		    : NULL;

		/* a cover holds all values of the rule: one shows it */
		if (values != NULL)
			best = try_entries(search, i, values[0], rule, best);
	}
	return best;
}

enum cardea_status
cardea_shadow_rules(const struct cardea_policy *policy, const bool *skip,
    uint32_t *ret_by, bool *ret_finished)
{
	uint32_t rules = (uint32_t)cardea_policy_rule_count(policy);
	struct search search = { policy, NULL, 0, 0 };
	enum cardea_status status = make_index(&search, skip, rules);

	if (status != CARDEA_OK)
		return status;
	for (uint32_t i = 0; i < rules; i++)
		ret_by[i] = find_cover(&search, i);
	*ret_finished = search.pairs <= PAIRS_MAX;
	free(search.entries);
	return CARDEA_OK;
}
