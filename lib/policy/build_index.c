/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "policy/build_index.h"
#include "policy/build_parts.h"
#include "policy/index.h"

/* Of each, what a login has is one value, or few.  A rule is filed under the
 * key whose values the fewest rules name; of equal ones, the first here. */
static const enum cardea_image_key pivots[] = { CARDEA_KEY_USER,
	CARDEA_KEY_RUSER, CARDEA_KEY_GROUP, CARDEA_KEY_HOST, CARDEA_KEY_TTY,
	CARDEA_KEY_CALLER, CARDEA_KEY_SERVICE };

#define PIVOTS (sizeof(pivots) / sizeof(pivots[0]))

struct entry {
	uint32_t key, value, rule;
};

struct list {
	struct entry *entries;
	size_t count, room;
};

struct index {
	struct cardea_build *build;
	struct list named; /* every value of every pivot, sorted */
	struct list filed;
};

static const void *
items_of(const struct cardea_build *build, enum cardea_image_part part)
{
	return build->parts[part].items;
}

static const struct cardea_image_condition *
find_condition(
    const struct cardea_build *build, uint32_t rule, enum cardea_image_key key)
{
	const struct cardea_image_block *blocks = items_of(
	    build, CARDEA_PART_BLOCKS);
	const struct cardea_image_condition *conditions = items_of(
	    build, CARDEA_PART_CONDITIONS);

	for (uint32_t i = 0; i < blocks[rule].count; i++) {
		if (conditions[blocks[rule].first + i].key == (uint32_t)key)
			return &conditions[blocks[rule].first + i];
	}
	return NULL;
}

static void
add(struct cardea_build *build, struct list *list, struct entry entry)
{
	if (list->count == list->room) {
		size_t room = list->room != 0 ? 2 * list->room : 256;
		struct entry *entries = reallocarray(
		    list->entries, room, sizeof(*entries));

		if (entries == NULL) {
			cardea_build_fail(build, CARDEA_E_MEMORY);
			return;
		}
		list->entries = entries;
		list->room = room;
	}
	list->entries[list->count++] = entry;
}

static const uint32_t *
values_of(const struct cardea_build *build,
    const struct cardea_image_condition *condition)
{
	const uint32_t *values = items_of(build, CARDEA_PART_VALUES);

	return condition->count == 1 ? &condition->first
				     : values + condition->first;
}

/* under each value of the condition; under none if there is no condition */
static void
add_all(struct cardea_build *build, struct list *list, uint32_t key,
    const struct cardea_image_condition *condition, uint32_t rule)
{
	const uint32_t *values;

	if (condition == NULL) {
		add(build, list, (struct entry){ key, 0, rule });
		return;
	}
	values = values_of(build, condition);
	for (uint32_t i = 0; i < condition->count; i++)
		add(build, list, (struct entry){ key, values[i], rule });
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->key != right->key)
		return left->key > right->key ? 1 : -1;
	if (left->value != right->value)
		return left->value > right->value ? 1 : -1;
	return (left->rule > right->rule) - (left->rule < right->rule);
}

static void
sort(struct list *list)
{
	if (list->count > 0)
		qsort(list->entries, list->count, sizeof(*list->entries),
		    compare_entries);
}

/* the first entry that does not come before this one */
static size_t
find_from(const struct list *list, struct entry wanted)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_entries(&list->entries[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* how many rules name a value of the condition: the most for any of them */
static size_t
crowd_of(
    const struct index *index, const struct cardea_image_condition *condition)
{
	const uint32_t *values = values_of(index->build, condition);
	size_t most = 0;

	for (uint32_t i = 0; i < condition->count; i++) {
		struct entry first = { condition->key, values[i], 0 };
		struct entry last = { condition->key, values[i], UINT32_MAX };
		size_t crowd = find_from(&index->named, last) -
		    find_from(&index->named, first);

		if (crowd > most)
			most = crowd;
	}
	return most;
}

static void
note_names(struct index *index, uint32_t rule)
{
	for (size_t i = 0; i < PIVOTS; i++) {
		const struct cardea_image_condition *condition = find_condition(
		    index->build, rule, pivots[i]);

		if (condition != NULL)
			add_all(index->build, &index->named, condition->key,
			    condition, rule);
	}
}

static void
file_rule(struct index *index, uint32_t rule)
{
	const struct cardea_image_rule *rules = items_of(
	    index->build, CARDEA_PART_RULES);
	const struct cardea_image_condition *best = NULL;
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < PIVOTS; i++) {
		const struct cardea_image_condition *condition = find_condition(
		    index->build, rule, pivots[i]);
		size_t crowd = condition != NULL ? crowd_of(index, condition)
						 : SIZE_MAX;

		if (crowd < least) {
			best = condition;
			least = crowd;
		}
	}
	add_all(index->build, &index->filed,
	    best != NULL ? best->key : CARDEA_INDEX_OTHERS, best, rule);
	if ((rules[rule].flags & CARDEA_RULE_EARLY) != 0)
		return;
	best = find_condition(index->build, rule, CARDEA_KEY_SERVICE);
	add_all(index->build, &index->filed, CARDEA_INDEX_PERSONAL, best, rule);
	if ((rules[rule].flags & CARDEA_RULE_ASKS) != 0)
		add_all(index->build, &index->filed, CARDEA_INDEX_ASKING, best,
		    rule);
}

static void
write_index(const struct index *index)
{
	struct cardea_image_drawer drawer = { .count = 0 };

	for (size_t i = 0; i < index->filed.count; i++) {
		const struct entry *entry = &index->filed.entries[i];
		uint32_t at = cardea_build_append_part(
		    index->build, CARDEA_PART_FILED, &entry->rule, 1);

		if (drawer.count > 0 && drawer.key == entry->key &&
		    drawer.value == entry->value) {
			drawer.count++;
			continue;
		}
		if (drawer.count > 0)
			cardea_build_append_part(
			    index->build, CARDEA_PART_DRAWERS, &drawer, 1);
		drawer = (struct cardea_image_drawer){ entry->key, entry->value,
			at, 1 };
	}
	if (drawer.count > 0)
		cardea_build_append_part(
		    index->build, CARDEA_PART_DRAWERS, &drawer, 1);
}

void
cardea_build_index(struct cardea_build *build)
{
	struct index index = { .build = build };
	size_t rules = build->parts[CARDEA_PART_RULES].count;

	for (uint32_t i = 0; i < rules && build->status == CARDEA_OK; i++)
		note_names(&index, i);
	sort(&index.named);
	for (uint32_t i = 0; i < rules && build->status == CARDEA_OK; i++)
		file_rule(&index, i);
	sort(&index.filed);
	if (build->status == CARDEA_OK)
		write_index(&index);
	free(index.named.entries);
	free(index.filed.entries);
}
