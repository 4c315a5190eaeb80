/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/source_spots.h"
#include "store/crypto.h"

#define AGE_MAX_S (366 * 86400u)

enum cardea_status
cardea_spots_add(struct cardea_reader *reader, struct cardea_spots *spots,
    const struct cardea_image_spot *spot)
{
	if (spots->count == spots->room) {
		size_t room = spots->room != 0 ? 2 * spots->room : 16;
		void *items = realloc(
		    spots->items, room * sizeof(*spots->items));

		if (items == NULL)
			return cardea_diag_set(
			    reader->diag, CARDEA_E_MEMORY, "out of memory");
		spots->items = items;
		spots->room = room;
	}
	spots->items[spots->count++] = *spot;
	return CARDEA_OK;
}

static enum cardea_status
read_countries(struct cardea_reader *reader,
    const struct cardea_setting *setting, struct cardea_spots *spots)
{
	bool parts = strcmp(cardea_tree_key(setting), "subdivisions") == 0;
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_items(reader, setting, CARDEA_LIST_MAX, &count);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		const struct cardea_setting *item = cardea_reader_item(
		    setting, i);
		struct cardea_image_spot spot = { .kind = parts
			    ? CARDEA_SPOT_SUBDIVISION
			    : CARDEA_SPOT_COUNTRY };

		status = cardea_reader_country(reader, item, &spot.a);
		if (status == CARDEA_OK &&
		    (strchr(cardea_tree_text(item), '-') != NULL) != parts)
			status = cardea_reader_refuse(reader, item,
			    parts ? "expected a part of a country such as "
				    "\"DE-BE\""
				  : "expected a country such as \"DE\"");
		if (status == CARDEA_OK)
			status = cardea_spots_add(reader, spots, &spot);
	}
	return status;
}

static enum cardea_status
read_asns(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct cardea_spots *spots)
{
	uint32_t *numbers = NULL;
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_numbers(
	    reader, setting, CARDEA_LIST_MAX, 1, UINT32_MAX, &numbers, &count);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		struct cardea_image_spot spot = { .kind = CARDEA_SPOT_ASN,
			.a = numbers[i] };

		status = cardea_spots_add(reader, spots, &spot);
	}
	free(numbers);
	return status;
}

static enum cardea_status
read_traits(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct cardea_spots *spots)
{
	struct cardea_image_spot spot = { .kind = CARDEA_SPOT_TRAITS };
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_items(reader, setting, CARDEA_LIST_MAX, &count);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		const struct cardea_setting *item = cardea_reader_item(
		    setting, i);
		unsigned int bit = cardea_trait_parse(cardea_tree_text(item));

		if (bit == 0)
			status = cardea_reader_refuse(reader, item,
			    "expected anonymous, vpn, hosting, public-proxy, "
			    "residential-proxy or tor-exit");
		spot.a |= bit;
	}
	return status == CARDEA_OK ? cardea_spots_add(reader, spots, &spot)
				   : status;
}

/* --- near ------------------------------------------------------------------
 */

/* "52.52" in ten-thousandths, up to a limit of whole degrees. Texts, because
 * how libconfig reads a fraction hangs on the locale. */
static bool
take_degrees(const char **at, int32_t limit, int32_t *ret_e4)
{
	bool negative = **at == '-';
	const char *text = *at + (negative ? 1 : 0);
	int32_t value = 0, digits = 0;

	for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
		value = value * 10 + (*text - '0');
	if (digits == 0)
		return false;
	value *= 10000;
	if (*text == '.') {
		int32_t unit = 1000;

		for (text++; *text >= '0' && *text <= '9'; text++) {
			if (unit == 0)
				return false;
			value += (*text - '0') * unit;
			unit /= 10;
		}
	}
	if (value > limit * 10000)
		return false;
	*ret_e4 = negative ? -value : value;
	*at = text;
	return true;
}

struct near_draft {
	struct cardea_image_spot spot;
	bool has_point;
};

static enum cardea_status
read_point(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct near_draft *draft = target;
	const char *at = cardea_tree_text(setting);
	int32_t latitude = 0, longitude = 0;
	bool good = take_degrees(&at, 90, &latitude) && *at == ',';

	if (good) {
		at += 1 + strspn(at + 1, " ");
		good = take_degrees(&at, 180, &longitude) && *at == '\0';
	}
	if (!good)
		return cardea_reader_refuse(reader, setting,
		    "expected degrees north and east, with up to four places, "
		    "such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"");
	draft->spot.a = (uint32_t)latitude;
	draft->spot.b = (uint32_t)longitude;
	draft->has_point = true;
	return CARDEA_OK;
}

static enum cardea_status
read_km(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct near_draft *draft = target;

	return cardea_reader_number(
	    reader, setting, 1, CARDEA_RADIUS_MAX_KM, &draft->spot.c);
}

static enum cardea_status
read_near_one(struct cardea_reader *reader,
    const struct cardea_setting *setting, struct cardea_spots *spots)
{
	static const struct cardea_reader_key keys[] = {
		{ "point", read_point },
		{ "km", read_km },
	};
	struct near_draft draft = { .spot = { .kind = CARDEA_SPOT_NEAR } };
	enum cardea_status status;

	status = cardea_reader_group(
	    reader, setting, keys, sizeof(keys) / sizeof(keys[0]), &draft);
	if (status == CARDEA_OK && (!draft.has_point || draft.spot.c == 0))
		status = cardea_reader_refuse(
		    reader, setting, "near needs a point and km");
	return status == CARDEA_OK
	    ? cardea_spots_add(reader, spots, &draft.spot)
	    : status;
}

static enum cardea_status
read_near(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct cardea_spots *spots)
{
	bool list = cardea_tree_kind(setting) == CARDEA_TREE_LIST;
	size_t count = list ? cardea_tree_count(setting) : 1;
	enum cardea_status status = CARDEA_OK;

	if (count == 0 || count > CARDEA_LIST_MAX)
		return cardea_reader_refuse(
		    reader, setting, "expected a block, or a list of some");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_near_one(
		    reader, list ? cardea_tree_at(setting, i) : setting, spots);
	return status;
}

/* --- lists -----------------------------------------------------------------
 */

/* The list's name in requests, records and the log, and that of its prepared
 * file: 64 bits of the digest of its path. */
static enum cardea_status
name_list(const char *path, uint64_t *ret_id)
{
	unsigned char hash[CARDEA_SHA256];
	enum cardea_status status;
	uint64_t id = 0;

	status = cardea_crypto_sha256(path, strlen(path), hash);
	for (size_t i = 0; i < sizeof(id) && status == CARDEA_OK; i++)
		id = id << 8 | hash[i];
	*ret_id = id;
	return status;
}

static enum cardea_status
add_list(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t max_age_s, struct cardea_spots *spots)
{
	struct cardea_image_spot spot = { .kind = CARDEA_SPOT_LIST };
	struct cardea_image_list list = { .max_age_s = max_age_s };
	const char *path;
	enum cardea_status status;

	status = cardea_reader_text(reader, item, CARDEA_TEXT_MAX, &path);
	if (status != CARDEA_OK)
		return status;
	if (path[0] != '/')
		return cardea_reader_refuse(
		    reader, item, "expected a path that begins with /");
	list.path = cardea_build_text(reader->build, path);
	status = name_list(path, &list.id);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    reader->diag, status, "cannot compute a digest");
	spot.a = cardea_build_list(reader->build, &list);
	status = cardea_build_status(reader->build);
	if (status != CARDEA_OK)
		return cardea_tree_refuse(reader->tree, item, status,
		    reader->diag, "more than %d lists", CARDEA_LISTS_MAX);
	return cardea_spots_add(reader, spots, &spot);
}

enum cardea_status
cardea_spots_finish(struct cardea_reader *reader,
    const struct cardea_setting *zone, struct cardea_spots *spots)
{
	enum cardea_status status = CARDEA_OK;
	uint32_t max_age_s = 0;
	size_t count = 0;

	if (spots->lists == NULL)
		return spots->lists_max_age == NULL
		    ? CARDEA_OK
		    : cardea_reader_refuse(reader, zone,
			  "lists_max_age says nothing without lists");
	if (spots->lists_max_age != NULL)
		status = cardea_reader_duration(
		    reader, spots->lists_max_age, 60, AGE_MAX_S, &max_age_s);
	if (status == CARDEA_OK)
		status = cardea_reader_items(
		    reader, spots->lists, CARDEA_LISTS_MAX, &count);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = add_list(reader, cardea_reader_item(spots->lists, i),
		    max_age_s, spots);
	return status;
}

enum cardea_status
cardea_read_spots(struct cardea_reader *reader,
    const struct cardea_setting *setting, struct cardea_spots *spots)
{
	const char *key = cardea_tree_key(setting);

	if (strcmp(key, "countries") == 0 || strcmp(key, "subdivisions") == 0)
		return read_countries(reader, setting, spots);
	if (strcmp(key, "asns") == 0)
		return read_asns(reader, setting, spots);
	if (strcmp(key, "traits") == 0)
		return read_traits(reader, setting, spots);
	if (strcmp(key, "near") == 0)
		return read_near(reader, setting, spots);
	if (strcmp(key, "lists") == 0)
		spots->lists = setting;
	else
		spots->lists_max_age = setting;
	return CARDEA_OK;
}
