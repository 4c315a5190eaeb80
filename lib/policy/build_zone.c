/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "policy/build_parts.h"

/* Zones, what they hold, and the weights of signals. */

static int
compare_prefixes(const void *a, const void *b)
{
	const struct cardea_prefix *left = a, *right = b;
	int order = memcmp(left->bytes, right->bytes, 16);

	if (order != 0)
		return order;
	/* the wider one first: it swallows the others */
	return (left->bits > right->bits) - (left->bits < right->bits);
}

static struct cardea_image_range
range_of(const struct cardea_prefix *prefix)
{
	struct cardea_image_range range;

	memcpy(range.low, prefix->bytes, 16);
	memcpy(range.high, prefix->bytes, 16);
	for (unsigned int bit = prefix->bits; bit < 128; bit++)
		range.high[bit / 8] |= (unsigned char)(0x80u >> (bit % 8));
	return range;
}

/* Two prefixes are apart or one holds the other, so sorted by their first
 * address only those beyond the end of the last one kept are new. */
uint32_t
cardea_build_zone(struct cardea_build *build, struct cardea_image_zone zone,
    struct cardea_prefix *prefixes, size_t count)
{
	struct cardea_image_range last = { { 0 }, { 0 } };

	zone.first = (uint32_t)build->parts[CARDEA_PART_RANGES].count;
	zone.count = 0;
	if (count > 1)
		qsort(prefixes, count, sizeof(*prefixes), compare_prefixes);
	for (size_t i = 0; i < count; i++) {
		struct cardea_image_range range = range_of(&prefixes[i]);

		if (zone.count > 0 && memcmp(range.low, last.high, 16) <= 0)
			continue;
		cardea_build_append_part(build, CARDEA_PART_RANGES, &range, 1);
		zone.count++;
		last = range;
	}
	if (build->parts[CARDEA_PART_ZONES].count == CARDEA_ZONES_MAX)
		cardea_build_fail(build, CARDEA_E_RANGE);
	return cardea_build_append_part(build, CARDEA_PART_ZONES, &zone, 1);
}

static int
compare_spots(const void *a, const void *b)
{
	const struct cardea_image_spot *left = a, *right = b;

	if (left->kind != right->kind)
		return left->kind > right->kind ? 1 : -1;
	return (left->a > right->a) - (left->a < right->a);
}

uint32_t
cardea_build_spots(
    struct cardea_build *build, struct cardea_image_spot *spots, size_t count)
{
	if (count > 1)
		qsort(spots, count, sizeof(*spots), compare_spots);
	return cardea_build_append_part(build, CARDEA_PART_SPOTS, spots, count);
}

uint32_t
cardea_build_list(
    struct cardea_build *build, const struct cardea_image_list *list)
{
	struct cardea_build_table *part = &build->parts[CARDEA_PART_LISTS];
	struct cardea_image_list *items =
	    (struct cardea_image_list *)(void *)part->items;

	for (size_t i = 0; i < part->count; i++) {
		if (items[i].path != list->path)
			continue;
		if (items[i].max_age_s == 0 ||
		    (list->max_age_s != 0 &&
			list->max_age_s < items[i].max_age_s))
			items[i].max_age_s = list->max_age_s;
		return (uint32_t)i;
	}
	if (part->count == CARDEA_LISTS_MAX)
		cardea_build_fail(build, CARDEA_E_RANGE);
	return cardea_build_append_part(build, CARDEA_PART_LISTS, list, 1);
}

bool
cardea_build_risk(
    struct cardea_build *build, const uint32_t weights[CARDEA_SIGNAL_COUNT])
{
	if (build->has_weights)
		return false;
	memcpy(build->weights, weights, sizeof(build->weights));
	build->has_weights = true;
	return true;
}

uint32_t
cardea_build_find_zone(const struct cardea_build *build, uint32_t name)
{
	const struct cardea_build_table *part =
	    &build->parts[CARDEA_PART_ZONES];
	const struct cardea_image_zone *zones =
	    (const struct cardea_image_zone *)(const void *)part->items;

	for (size_t i = 0; i < part->count; i++) {
		if (zones[i].name == name)
			return (uint32_t)i;
	}
	return UINT32_MAX;
}
