/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/address.h>
#include <cardea/limits.h>

#include "policy/reader.h"
#include "policy/source_spots.h"

/* How far the reading of one zone is. */
enum progress { UNREAD = 0, READING, READ };

struct zones {
	const struct cardea_zone_source *sources;
	size_t count;
	unsigned char *progress;
	uint32_t *numbers;	/* in the image, of those that are READ */
	unsigned char *heights; /* zones below one another in those */
	unsigned int depth;
};

struct zone_draft {
	struct zones *zones;
	struct cardea_prefix *prefixes;
	size_t count;
	struct cardea_spots spots;
	unsigned char height;
};

static enum cardea_status
read_prefix(struct cardea_reader *reader, const struct cardea_setting *item,
    struct cardea_prefix *ret_prefix)
{
	const char *text;
	enum cardea_status status;

	status = cardea_reader_text(reader, item, 64, &text);
	if (status != CARDEA_OK)
		return status;
	status = cardea_prefix_parse(text, ret_prefix);
	if (status != CARDEA_OK)
		return cardea_tree_refuse(reader->tree, item, status,
		    reader->diag,
		    "\"%s\" is no network such as \"192.0.2.0/24\" or "
		    "\"2001:db8::/32\" (no bits may stand right of the "
		    "length, no names)",
		    text);
	return CARDEA_OK;
}

static enum cardea_status
read_networks(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct zone_draft *draft = target;
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_items(
	    reader, setting, CARDEA_NETWORKS_MAX, &count);
	if (status != CARDEA_OK)
		return status;
	draft->prefixes = calloc(count, sizeof(*draft->prefixes));
	if (draft->prefixes == NULL)
		return cardea_diag_set(
		    reader->diag, CARDEA_E_MEMORY, "out of memory");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_prefix(reader, cardea_reader_item(setting, i),
		    &draft->prefixes[i]);
	draft->count = count;
	return status;
}

/* --- zones of zones --------------------------------------------------------
 */

static enum cardea_status read_zone(struct zones *zones, size_t index);

static size_t
find_zone(const struct zones *zones, const char *name)
{
	size_t i = 0;

	while (i < zones->count &&
	    strcmp(cardea_tree_key(zones->sources[i].setting), name) != 0)
		i++;
	return i;
}

static enum cardea_status
refuse_depth(struct cardea_reader *reader, const struct cardea_setting *setting)
{
	return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
	    reader->diag, "zones lie deeper in one another than %d",
	    CARDEA_NESTING_MAX);
}

/* The zone that is named is read first, so that it has a lower number.  How
 * deep it goes is counted from below: what was read before is not read again,
 * and deep all the same. */
static enum cardea_status
resolve(struct cardea_reader *reader, const struct cardea_setting *item,
    struct zone_draft *draft, uint32_t *ret_number)
{
	struct zones *zones = draft->zones;
	const char *name;
	enum cardea_status status;
	size_t index;

	status = cardea_reader_text(reader, item, CARDEA_TEXT_MAX, &name);
	if (status != CARDEA_OK)
		return status;
	index = find_zone(zones, name);
	if (index == zones->count)
		return cardea_tree_refuse(reader->tree, item, CARDEA_E_SYNTAX,
		    reader->diag, "no zone is named \"%s\"", name);
	if (zones->progress[index] == READING)
		return cardea_tree_refuse(reader->tree, item, CARDEA_E_SYNTAX,
		    reader->diag, "\"%s\" is part of itself that way", name);
	if (zones->depth > CARDEA_NESTING_MAX)
		return refuse_depth(reader, item);
	if (zones->progress[index] == UNREAD)
		status = read_zone(zones, index);
	if (status != CARDEA_OK)
		return status;
	if (zones->heights[index] >= CARDEA_NESTING_MAX)
		return refuse_depth(reader, item);
	if (zones->heights[index] >= draft->height)
		draft->height = (unsigned char)(zones->heights[index] + 1);
	*ret_number = zones->numbers[index];
	return CARDEA_OK;
}

static enum cardea_status
read_inner(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct zone_draft *draft, enum cardea_image_spot_kind kind)
{
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_items(reader, setting, CARDEA_LIST_MAX, &count);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		struct cardea_image_spot spot = { .kind = (uint32_t)kind };

		status = resolve(
		    reader, cardea_reader_item(setting, i), draft, &spot.a);
		if (status == CARDEA_OK)
			status = cardea_spots_add(reader, &draft->spots, &spot);
	}
	return status;
}

static enum cardea_status
read_inner_zones(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	return read_inner(reader, setting, target, CARDEA_SPOT_ZONE);
}

static enum cardea_status
read_except(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	return read_inner(reader, setting, target, CARDEA_SPOT_EXCEPT);
}

/* --- one zone --------------------------------------------------------------
 */

static enum cardea_status
read_spot_key(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct zone_draft *draft = target;

	return cardea_read_spots(reader, setting, &draft->spots);
}

static const struct cardea_reader_key zone_keys[] = {
	{ "networks", read_networks },
	{ "countries", read_spot_key },
	{ "subdivisions", read_spot_key },
	{ "asns", read_spot_key },
	{ "traits", read_spot_key },
	{ "near", read_spot_key },
	{ "lists", read_spot_key },
	{ "lists_max_age", read_spot_key },
	{ "zones", read_inner_zones },
	{ "except", read_except },
};

static const char *
fault_of(const struct zone_draft *draft)
{
	bool holds = draft->count > 0;

	for (size_t i = 0; i < draft->spots.count; i++)
		holds = holds ||
		    draft->spots.items[i].kind != (uint32_t)CARDEA_SPOT_EXCEPT;
	return holds ? NULL
		     : "a zone needs networks, countries, subdivisions, asns, "
		       "traits, near, lists or zones";
}

static uint32_t
write_zone(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct zone_draft *draft)
{
	struct cardea_image_zone zone = { .first = 0 };

	zone.name = cardea_build_text(reader->build, cardea_tree_key(setting));
	zone.file = cardea_build_text(
	    reader->build, cardea_tree_name(reader->tree));
	zone.line = cardea_tree_line(setting);
	zone.spots = cardea_build_spots(
	    reader->build, draft->spots.items, draft->spots.count);
	zone.spot_count = (uint32_t)draft->spots.count;
	return cardea_build_zone(
	    reader->build, zone, draft->prefixes, draft->count);
}

static enum cardea_status
read_zone(struct zones *zones, size_t index)
{
	struct cardea_reader reader = zones->sources[index].reader;
	const struct cardea_setting *setting = zones->sources[index].setting;
	struct zone_draft draft = { .zones = zones };
	enum cardea_status status;
	const char *fault;

	if (find_zone(zones, cardea_tree_key(setting)) != index)
		return cardea_reader_refuse(
		    &reader, setting, "a zone of this name exists already");
	zones->progress[index] = READING;
	zones->depth++;
	status = cardea_reader_group(&reader, setting, zone_keys,
	    sizeof(zone_keys) / sizeof(zone_keys[0]), &draft);
	zones->depth--;
	if (status == CARDEA_OK)
		status = cardea_spots_finish(&reader, setting, &draft.spots);
	fault = status == CARDEA_OK ? fault_of(&draft) : NULL;
	if (fault != NULL)
		status = cardea_reader_refuse(&reader, setting, fault);
	if (status == CARDEA_OK)
		zones->numbers[index] = write_zone(&reader, setting, &draft);
	free(draft.prefixes);
	free(draft.spots.items);
	zones->heights[index] = draft.height;
	zones->progress[index] = READ;
	return status;
}

enum cardea_status
cardea_read_zones(const struct cardea_zone_source *sources, size_t count)
{
	struct zones zones = { .sources = sources,
		.count = count,
		.progress = calloc(count + 1, 1),
		.numbers = calloc(count + 1, sizeof(uint32_t)),
		.heights = calloc(count + 1, 1) };
	enum cardea_status status = CARDEA_OK;

	if (zones.progress == NULL || zones.numbers == NULL ||
	    zones.heights == NULL)
		status = CARDEA_E_MEMORY;
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		if (zones.progress[i] == UNREAD)
			status = read_zone(&zones, i);
	}
	free(zones.progress);
	free(zones.numbers);
	free(zones.heights);
	return status;
}
