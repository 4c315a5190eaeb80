/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/address.h>
#include <cardea/limits.h>

#include "policy/reader.h"

struct zone_draft {
	struct cardea_prefix *prefixes;
	size_t count;
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

static const struct cardea_reader_key zone_keys[] = {
	{ "networks", read_networks },
	{ "countries", NULL },
	{ "asns", NULL },
	{ "lists", NULL },
};

static enum cardea_status
read_zone(struct cardea_reader *reader, const struct cardea_setting *setting)
{
	struct zone_draft draft = { NULL, 0 };
	struct cardea_image_zone zone = { .first = 0 };
	enum cardea_status status;

	zone.name = cardea_build_text(reader->build, cardea_tree_key(setting));
	zone.file = cardea_build_text(
	    reader->build, cardea_tree_name(reader->tree));
	zone.line = cardea_tree_line(setting);
	if (cardea_build_find_zone(reader->build, zone.name) != UINT32_MAX)
		return cardea_reader_refuse(
		    reader, setting, "a zone of this name exists already");
	status = cardea_reader_group(reader, setting, zone_keys,
	    sizeof(zone_keys) / sizeof(zone_keys[0]), &draft);
	if (status == CARDEA_OK && draft.count == 0)
		status = cardea_reader_refuse(
		    reader, setting, "a zone needs networks");
	if (status == CARDEA_OK)
		cardea_build_zone(
		    reader->build, zone, draft.prefixes, draft.count);
	free(draft.prefixes);
	return status;
}

enum cardea_status
cardea_read_zones(
    struct cardea_reader *reader, const struct cardea_setting *zones)
{
	enum cardea_status status = CARDEA_OK;
	size_t count = cardea_tree_count(zones);

	if (cardea_tree_kind(zones) != CARDEA_TREE_GROUP)
		return cardea_reader_refuse(
		    reader, zones, "expected a block { ... }");
	if (count > CARDEA_ZONES_MAX)
		return cardea_tree_refuse(reader->tree, zones, CARDEA_E_RANGE,
		    reader->diag, "more than %d zones", CARDEA_ZONES_MAX);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_zone(reader, cardea_tree_at(zones, i));
	return status;
}
