/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/reader.h"
#include "policy/source_values.h"

/* The blocks of cardea.conf about circumstances: places, lists, signals,
 * remember, sessions and grants. */

#define DAY_S 86400u
#define PATH_SIZE 256

struct item {
	const char *name;
	enum { ITEM_PATH, ITEM_NUMBER, ITEM_DURATION } kind;
	size_t offset; /* in struct cardea_settings */
	uint32_t low, high;
};

#define PATH(name, field)                                                      \
	{                                                                      \
		name, ITEM_PATH, offsetof(struct cardea_settings, field), 0, 0 \
	}
#define NUMBER(name, field, low, high)                                         \
	{                                                                      \
		name, ITEM_NUMBER, offsetof(struct cardea_settings, field),    \
		    low, high                                                  \
	}
#define DURATION(name, field, low, high)                                       \
	{                                                                      \
		name, ITEM_DURATION, offsetof(struct cardea_settings, field),  \
		    low, high                                                  \
	}

static enum cardea_status
read_item(struct cardea_reader *reader, const struct cardea_setting *setting,
    const struct item *item, struct cardea_settings *settings)
{
	char *field = (char *)settings + item->offset;
	enum cardea_status status;
	uint32_t number;

	if (item->kind == ITEM_PATH)
		return cardea_read_path(reader, setting, field, PATH_SIZE);
	status = item->kind == ITEM_NUMBER
	    ? cardea_reader_number(
		  reader, setting, item->low, item->high, &number)
	    : cardea_reader_duration(
		  reader, setting, item->low, item->high, &number);
	if (status == CARDEA_OK)
		memcpy(field, &number, sizeof(number));
	return status;
}

/* each member by its name; others go by keys, or are refused there */
static enum cardea_status
read_items(struct cardea_reader *reader, const struct cardea_setting *setting,
    const struct item *items, size_t item_count,
    const struct cardea_reader_key *keys, size_t key_count, void *target)
{
	enum cardea_status status = CARDEA_OK;
	size_t count = cardea_tree_count(setting);

	if (cardea_tree_kind(setting) != CARDEA_TREE_GROUP)
		return cardea_reader_refuse(
		    reader, setting, "expected a block { ... }");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		const struct cardea_setting *member = cardea_tree_at(
		    setting, i);
		size_t k = 0;

		while (k < item_count &&
		    strcmp(items[k].name, cardea_tree_key(member)) != 0)
			k++;
		status = k < item_count
		    ? read_item(reader, member, &items[k], target)
		    : cardea_reader_member(
			  reader, member, keys, key_count, target);
	}
	return status;
}

enum cardea_status
cardea_read_places(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct item items[] = {
		PATH("country", place_country),
		PATH("asn", place_asn),
		PATH("traits", place_traits),
		DURATION("max_age", place_max_age_s, 3600, 3650 * DAY_S),
	};

	return read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), NULL, 0, target);
}

enum cardea_status
cardea_read_lists(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct item items[] = { PATH("path", lists_path) };

	return read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), NULL, 0, target);
}

enum cardea_status
cardea_read_signals(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct item items[] = {
		NUMBER("travel_kmh", travel_kmh, 1, 100000),
		NUMBER("travel_km", travel_km, 0, CARDEA_RADIUS_MAX_KM),
		NUMBER("failures", failures, 1, CARDEA_TRIES_MAX),
		NUMBER("sessions", sessions, 1, CARDEA_SESSIONS_SEEN_MAX),
		DURATION("dormant", dormant_s, DAY_S, 3650 * DAY_S),
		NUMBER("hour_logins", hour_logins, 1, 1000),
		DURATION("history", history_s, DAY_S, 3650 * DAY_S),
	};

	return read_items(reader, setting, items,
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
	static const struct item items[] = {
		DURATION("warning", session_warning_s, 0, DAY_S),
		DURATION("interval", watch_interval_s, 1, 3600),
	};

	return read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), NULL, 0, target);
}

enum cardea_status
cardea_read_grants(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct item items[] = {
		DURATION("longest", grant_max_s, 60, CARDEA_GRANT_MAX_S),
		DURATION("longest_emergency", emergency_max_s, 60,
		    CARDEA_GRANT_MAX_S),
	};

	return read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), NULL, 0, target);
}
