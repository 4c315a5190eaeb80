/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/reader.h"
#include "policy/source_items.h"
#include "policy/source_values.h"

/* The blocks of cardea.conf about circumstances: places, lists, signals,
 * remember, sessions and grants. */

#define DAY_S 86400u

enum cardea_status
cardea_read_places(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_item items[] = {
		CARDEA_ITEM_PATH("country", place_country),
		CARDEA_ITEM_PATH("asn", place_asn),
		CARDEA_ITEM_PATH("traits", place_traits),
		CARDEA_ITEM_DURATION(
		    "max_age", place_max_age_s, 3600, 3650 * DAY_S),
	};

	return cardea_read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), NULL, 0, target);
}

enum cardea_status
cardea_read_lists(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_item items[] = { CARDEA_ITEM_PATH(
	    "path", lists_path) };

	return cardea_read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), NULL, 0, target);
}

enum cardea_status
cardea_read_signals(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_item items[] = {
		CARDEA_ITEM_NUMBER("travel_kmh", travel_kmh, 1, 100000),
		CARDEA_ITEM_NUMBER(
		    "travel_km", travel_km, 0, CARDEA_RADIUS_MAX_KM),
		CARDEA_ITEM_NUMBER("failures", failures, 1, CARDEA_TRIES_MAX),
		CARDEA_ITEM_NUMBER(
		    "sessions", sessions, 1, CARDEA_SESSIONS_SEEN_MAX),
		CARDEA_ITEM_DURATION("dormant", dormant_s, DAY_S, 3650 * DAY_S),
		CARDEA_ITEM_NUMBER("hour_logins", hour_logins, 1, 1000),
		CARDEA_ITEM_DURATION("history", history_s, DAY_S, 3650 * DAY_S),
	};

	return cardea_read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), NULL, 0, target);
}

static enum cardea_status
read_names(struct cardea_reader *reader, const struct cardea_setting *setting,
    char *names, size_t size, size_t *count)
{
	enum cardea_status status = CARDEA_OK;
	size_t items = 0;

	*count = 0;
	/* an empty list is the way to say "nobody" here */
	if (cardea_tree_kind(setting) != CARDEA_TREE_ARRAY ||
	    cardea_tree_count(setting) > 0)
		status = cardea_reader_items(
		    reader, setting, CARDEA_EXCLUDED_MAX, &items);
	for (size_t i = 0; i < items && status == CARDEA_OK; i++) {
		const char *name;

		status = cardea_reader_text(
		    reader, cardea_reader_item(setting, i), size - 1, &name);
		if (status == CARDEA_OK)
			status = cardea_text_copy(names + i * size, size, name);
	}
	if (status == CARDEA_OK)
		*count = items;
	return status;
}

static enum cardea_status
read_not_users(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return read_names(reader, setting, settings->forget_users[0],
	    sizeof(settings->forget_users[0]), &settings->forget_user_count);
}

static enum cardea_status
read_not_services(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return read_names(reader, setting, settings->forget_services[0],
	    sizeof(settings->forget_services[0]),
	    &settings->forget_service_count);
}

enum cardea_status
cardea_read_remember(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_reader_key keys[] = {
		{ "not_users", read_not_users },
		{ "not_services", read_not_services },
	};

	return cardea_reader_group(
	    reader, setting, keys, sizeof(keys) / sizeof(keys[0]), target);
}

enum cardea_status
cardea_read_sessions(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_item items[] = {
		CARDEA_ITEM_DURATION("warning", session_warning_s, 0, DAY_S),
		CARDEA_ITEM_DURATION("interval", watch_interval_s, 1, 3600),
	};

	return cardea_read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), NULL, 0, target);
}

enum cardea_status
cardea_read_grants(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_item items[] = {
		CARDEA_ITEM_DURATION(
		    "longest", grant_max_s, 60, CARDEA_GRANT_MAX_S),
		CARDEA_ITEM_DURATION("longest_emergency", emergency_max_s, 60,
		    CARDEA_GRANT_MAX_S),
	};

	return cardea_read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), NULL, 0, target);
}
