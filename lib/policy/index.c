/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/index.h"

static int
compare(const struct cardea_image_drawer *drawer, uint32_t key, uint32_t value)
{
	if (drawer->key != key)
		return drawer->key > key ? 1 : -1;
	return (drawer->value > value) - (drawer->value < value);
}

/* the first drawer that does not come before this place; NULL if all do */
static const struct cardea_image_drawer *
find_from(const struct cardea_policy *policy, uint32_t key, uint32_t value)
{
	const struct cardea_image_drawer *found = NULL;
	uint32_t low = 0;
	uint32_t high = (uint32_t)cardea_image_count(
	    policy, CARDEA_PART_DRAWERS);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct cardea_image_drawer *drawer = cardea_image_slice(
		    policy, CARDEA_PART_DRAWERS, middle, 1);

		if (drawer == NULL)
			return NULL;
		if (compare(drawer, key, value) < 0) {
			low = middle + 1;
		} else {
			high = middle;
			found = drawer;
		}
	}
	return found;
}

bool
cardea_index_has_key(const struct cardea_policy *policy, uint32_t key)
{
	const struct cardea_image_drawer *drawer = find_from(policy, key, 0);

	return drawer != NULL && drawer->key == key;
}

void
cardea_index_open(struct cardea_index_walk *walk, uint32_t key, uint32_t value)
{
	const struct cardea_image_drawer *drawer = find_from(
	    walk->policy, key, value);

	if (drawer == NULL || compare(drawer, key, value) != 0 ||
	    drawer->count == 0)
		return;
	if (walk->count == CARDEA_INDEX_OPEN_MAX ||
	    !cardea_image_has(walk->policy, CARDEA_PART_FILED, drawer->first,
		drawer->count)) {
		walk->overflown = true;
		return;
	}
	walk->open[walk->count].at = drawer->first;
	walk->open[walk->count].end = drawer->first + drawer->count;
	walk->count++;
}

bool
cardea_index_next(struct cardea_index_walk *walk, size_t *ret_rule)
{
	uint32_t least = UINT32_MAX;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < walk->count; i++) {
			const uint32_t *rule;

			if (walk->open[i].at == walk->open[i].end)
				continue;
			rule = cardea_image_slice(walk->policy,
			    CARDEA_PART_FILED, walk->open[i].at, 1);
			if (rule == NULL)
				return false;
			/* first the least is found, then stepped over */
			if (pass == 0 && *rule < least)
				least = *rule;
			else if (pass == 1 && *rule == least)
				walk->open[i].at++;
		}
	}
	if (least == UINT32_MAX)
		return false;
	*ret_rule = least;
	return true;
}

/* the first place of a drawer whose rule does not come before this one */
static uint32_t
find_rule(const struct cardea_index_walk *walk, size_t drawer, size_t rule)
{
	uint32_t low = walk->open[drawer].at, high = walk->open[drawer].end;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const uint32_t *found = cardea_image_slice(
		    walk->policy, CARDEA_PART_FILED, middle, 1);

		if (found != NULL && *found < rule)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
cardea_index_cut(struct cardea_index_walk *walk, size_t end)
{
	size_t left = 0;

	for (size_t i = 0; i < walk->count; i++) {
		walk->open[i].end = find_rule(walk, i, end);
		left += walk->open[i].end - walk->open[i].at;
	}
	return left;
}

bool
cardea_index_at(
    const struct cardea_index_walk *walk, size_t number, size_t *ret_rule)
{
	for (size_t i = 0; i < walk->count; i++) {
		size_t here = walk->open[i].end - walk->open[i].at;
		const uint32_t *rule;

		if (number >= here) {
			number -= here;
			continue;
		}
		rule = cardea_image_slice(walk->policy, CARDEA_PART_FILED,
		    walk->open[i].at + (uint32_t)number, 1);
		if (rule != NULL)
			*ret_rule = *rule;
		return rule != NULL;
	}
	return false;
}
