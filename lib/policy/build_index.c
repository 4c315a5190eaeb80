/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "policy/build_index.h"
#include "policy/build_parts.h"
#include "policy/index.h"

/* Most particular first: of each, what a login has is one value, or few. */
static const enum cardea_image_key pivots[] = { CARDEA_KEY_USER,
	CARDEA_KEY_RUSER, CARDEA_KEY_GROUP, CARDEA_KEY_HOST, CARDEA_KEY_TTY,
	CARDEA_KEY_CALLER, CARDEA_KEY_SERVICE };

#define PIVOTS (sizeof(pivots) / sizeof(pivots[0]))

struct entry {
	uint32_t key, value, rule;
};

struct index {
	struct cardea_build *build;
	struct entry *entries;
	size_t count, room;
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
add(struct index *index, uint32_t key, uint32_t value, uint32_t rule)
{
	if (index->count == index->room) {
		size_t room = index->room != 0 ? 2 * index->room : 256;
		struct entry *entries = reallocarray(
		    index->entries, room, sizeof(*entries));

		if (entries == NULL) {
			cardea_build_fail(index->build, CARDEA_E_MEMORY);
			return;
		}
		index->entries = entries;
		index->room = room;
	}
	index->entries[index->count++] = (struct entry){ key, value, rule };
}

/* under each value of the condition; under none if there is no condition */
static void
add_all(struct index *index, uint32_t key,
    const struct cardea_image_condition *condition, uint32_t rule)
{
	const uint32_t *values = items_of(index->build, CARDEA_PART_VALUES);

	if (condition == NULL) {
		add(index, key, 0, rule);
		return;
	}
	if (condition->count == 1) {
		add(index, key, condition->first, rule);
		return;
	}
	for (uint32_t i = 0; i < condition->count; i++)
		add(index, key, values[condition->first + i], rule);
}

static void
file_rule(struct index *index, uint32_t rule)
{
	const struct cardea_image_rule *rules = items_of(
	    index->build, CARDEA_PART_RULES);
	const struct cardea_image_condition *condition = NULL;
	size_t i = 0;

	while (i < PIVOTS && condition == NULL)
		condition = find_condition(index->build, rule, pivots[i++]);
	add_all(index, condition != NULL ? condition->key : CARDEA_INDEX_OTHERS,
	    condition, rule);
	if ((rules[rule].flags & CARDEA_RULE_EARLY) == 0)
		add_all(index, CARDEA_INDEX_PERSONAL,
		    find_condition(index->build, rule, CARDEA_KEY_SERVICE),
		    rule);
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
write_index(const struct index *index)
{
	struct cardea_image_drawer drawer = { .count = 0 };

	for (size_t i = 0; i < index->count; i++) {
		const struct entry *entry = &index->entries[i];
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
		file_rule(&index, i);
	if (build->status == CARDEA_OK && index.count > 0) {
		qsort(index.entries, index.count, sizeof(*index.entries),
		    compare_entries);
		write_index(&index);
	}
	free(index.entries);
}
