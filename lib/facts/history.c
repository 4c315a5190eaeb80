/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "facts/history.h"

#define DAY_S 86400
#define HOUR_S 3600
#define QUIET_S 600 /* in which a like login says nothing new */

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

/* --- reading ---------------------------------------------------------------
 */

bool
cardea_history_network(
    const struct cardea_address *address, unsigned char bytes[16])
{
	size_t kept;

	if (address->kind != CARDEA_ADDRESS_IP)
		return false;
	kept = memcmp(address->bytes, mapped, sizeof(mapped)) == 0 ? 15 : 6;
	memset(bytes, 0, 16);
	memcpy(bytes, address->bytes, kept);
	return true;
}

const struct cardea_history_network *
cardea_history_find_network(
    const struct cardea_history *history, const unsigned char bytes[16])
{
	for (size_t i = 0; i < history->network_count; i++) {
		if (memcmp(history->networks[i].bytes, bytes, 16) == 0)
			return &history->networks[i];
	}
	return NULL;
}

const struct cardea_history_country *
cardea_history_find_country(
    const struct cardea_history *history, const char *country)
{
	for (size_t i = 0; i < history->country_count; i++) {
		if (strcmp(history->countries[i].country, country) == 0)
			return &history->countries[i];
	}
	return NULL;
}

/* 1970-01-01 was a Thursday */
size_t
cardea_history_hour(int64_t time_s)
{
	int64_t week_s = 7 * DAY_S;
	int64_t at = (time_s + 3 * DAY_S) % week_s;

	return (size_t)((at < 0 ? at + week_s : at) / HOUR_S);
}

uint32_t
cardea_history_logins(const struct cardea_history *history)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < CARDEA_HISTORY_HOURS; i++)
		sum += history->hours[i];
	return sum;
}

uint32_t
cardea_history_near(const struct cardea_history *history, int64_t time_s)
{
	size_t now = cardea_history_hour(time_s);
	bool weekend = now / 24 >= 5;
	uint32_t sum = 0;

	for (size_t i = 0; i < CARDEA_HISTORY_HOURS; i++) {
		size_t apart = (i % 24 + 24 - now % 24) % 24;

		if ((i / 24 >= 5) == weekend && (apart <= 1 || apart == 23))
			sum += history->hours[i];
	}
	return sum;
}

/* --- what can be -------------------------------------------------------------
 */

static bool
is_time(int64_t time_s)
{
	return time_s >= 0 && time_s <= CARDEA_HISTORY_END_S;
}

static bool
is_country(const char *country)
{
	return strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
	    CARDEA_COUNTRY_MAX &&
	    country[CARDEA_COUNTRY_MAX] == '\0';
}

static bool
has_sound_networks(const struct cardea_history *history)
{
	struct cardea_address address = { .kind = CARDEA_ADDRESS_IP };
	unsigned char bytes[16];

	for (size_t i = 0; i < history->network_count; i++) {
		const struct cardea_history_network *item =
		    &history->networks[i];

		memcpy(address.bytes, item->bytes, sizeof(address.bytes));
		if (!cardea_history_network(&address, bytes) ||
		    memcmp(bytes, item->bytes, sizeof(bytes)) != 0 ||
		    cardea_history_find_network(history, bytes) != item ||
		    !is_time(item->first_s) || !is_time(item->last_s) ||
		    item->first_s > item->last_s || item->count == 0)
			return false;
	}
	return true;
}

static bool
has_sound_countries(const struct cardea_history *history)
{
	for (size_t i = 0; i < history->country_count; i++) {
		const struct cardea_history_country *item =
		    &history->countries[i];

		if (!is_country(item->country) ||
		    cardea_history_find_country(history, item->country) !=
			item ||
		    !is_time(item->first_s) || !is_time(item->last_s) ||
		    item->first_s > item->last_s || item->count == 0)
			return false;
	}
	return true;
}

static bool
has_sound_position(const struct cardea_history *history)
{
	bool none = history->latitude_e4 == 0 && history->longitude_e4 == 0 &&
	    history->accuracy_km == 0 && history->position_s == 0 &&
	    history->position_country[0] == '\0';

	if (!history->has_position)
		return none;
	return history->latitude_e4 >= -900000 &&
	    history->latitude_e4 <= 900000 &&
	    history->longitude_e4 >= -1800000 &&
	    history->longitude_e4 <= 1800000 && is_time(history->position_s) &&
	    (history->position_country[0] == '\0' ||
		is_country(history->position_country));
}

bool
cardea_history_is_sound(const struct cardea_history *history)
{
	return history->network_count <= CARDEA_HISTORY_NETWORKS_MAX &&
	    history->country_count <= CARDEA_HISTORY_COUNTRIES_MAX &&
	    is_time(history->last_login_s) && is_time(history->hours_s) &&
	    has_sound_position(history) && has_sound_networks(history) &&
	    has_sound_countries(history);
}

/* --- ageing ----------------------------------------------------------------
 */

static void
halve_hours(struct cardea_history *history)
{
	for (size_t i = 0; i < CARDEA_HISTORY_HOURS; i++)
		history->hours[i] /= 2;
}

/* true if it was later */
static bool
not_later(int64_t *time_s, int64_t now_s)
{
	bool later = *time_s > now_s;

	if (later)
		*time_s = now_s;
	return later;
}

/* What lies further ahead than history_s would outlive it, were it taken for
 * now each time until the clock is there. */
static bool
is_over(int64_t time_s, uint32_t history_s, int64_t now_s)
{
	return now_s - time_s > (int64_t)history_s ||
	    time_s - now_s > (int64_t)history_s;
}

static bool
fade_networks(struct cardea_history *history, uint32_t history_s, int64_t now_s)
{
	size_t kept = 0;
	bool later = false;

	for (size_t i = 0; i < history->network_count; i++) {
		struct cardea_history_network item = history->networks[i];
		bool over = is_over(item.last_s, history_s, now_s);

		later |= not_later(&item.first_s, now_s);
		later |= not_later(&item.last_s, now_s);
		if (!over)
			history->networks[kept++] = item;
	}
	memset(history->networks + kept, 0,
	    (history->network_count - kept) * sizeof(history->networks[0]));
	history->network_count = kept;
	return later;
}

static bool
fade_countries(
    struct cardea_history *history, uint32_t history_s, int64_t now_s)
{
	size_t kept = 0;
	bool later = false;

	for (size_t i = 0; i < history->country_count; i++) {
		struct cardea_history_country item = history->countries[i];
		bool over = is_over(item.last_s, history_s, now_s);

		later |= not_later(&item.first_s, now_s);
		later |= not_later(&item.last_s, now_s);
		if (!over)
			history->countries[kept++] = item;
	}
	memset(history->countries + kept, 0,
	    (history->country_count - kept) * sizeof(history->countries[0]));
	history->country_count = kept;
	return later;
}

/* One in the future is taken for now, however far off: no time has passed since
 * then, which is in nobody's favour. */
static bool
fade_position(struct cardea_history *history, uint32_t history_s, int64_t now_s)
{
	bool later = not_later(&history->position_s, now_s);

	if (!is_over(history->position_s, history_s, now_s))
		return later;
	history->has_position = false;
	history->latitude_e4 = history->longitude_e4 = 0;
	history->accuracy_km = 0;
	history->position_s = 0;
	memset(history->position_country, 0, sizeof(history->position_country));
	return later;
}

/* 16 halves leave nothing of any number here */
static bool
fade_hours(struct cardea_history *history, uint32_t history_s, int64_t now_s)
{
	int64_t half_s = history_s / 2 > 0 ? history_s / 2 : 1;
	bool later = not_later(&history->hours_s, now_s);

	if (history->hours_s == 0)
		return later;
	for (int i = 0; i < 16 && now_s - history->hours_s > half_s; i++) {
		halve_hours(history);
		history->hours_s += half_s;
	}
	if (now_s - history->hours_s > half_s)
		history->hours_s = now_s;
	return later;
}

bool
cardea_history_fade(
    struct cardea_history *history, uint32_t history_s, int64_t now_s)
{
	bool later = history->last_login_s > now_s;

	later |= fade_position(history, history_s, now_s);
	later |= fade_networks(history, history_s, now_s);
	later |= fade_countries(history, history_s, now_s);
	later |= fade_hours(history, history_s, now_s);
	return later;
}

/* --- noting ----------------------------------------------------------------
 */

/* where a new network goes: behind the last, or over the least recent */
static struct cardea_history_network *
room_for_network(struct cardea_history *history)
{
	struct cardea_history_network *oldest = &history->networks[0];

	if (history->network_count < CARDEA_HISTORY_NETWORKS_MAX)
		return &history->networks[history->network_count++];
	for (size_t i = 1; i < history->network_count; i++) {
		if (history->networks[i].last_s < oldest->last_s)
			oldest = &history->networks[i];
	}
	return oldest;
}

static struct cardea_history_country *
room_for_country(struct cardea_history *history)
{
	struct cardea_history_country *oldest = &history->countries[0];

	if (history->country_count < CARDEA_HISTORY_COUNTRIES_MAX)
		return &history->countries[history->country_count++];
	for (size_t i = 1; i < history->country_count; i++) {
		if (history->countries[i].last_s < oldest->last_s)
			oldest = &history->countries[i];
	}
	return oldest;
}

static bool
note_network(
    struct cardea_history *history, const struct cardea_request *request)
{
	struct cardea_history_network *item = NULL;
	unsigned char bytes[16];

	if (!cardea_history_network(&request->login_source, bytes))
		return false;
	for (size_t i = 0; i < history->network_count; i++) {
		if (memcmp(history->networks[i].bytes, bytes, 16) == 0)
			item = &history->networks[i];
	}
	if (item != NULL && request->time_s - item->last_s < QUIET_S)
		return false;
	if (item == NULL) {
		item = room_for_network(history);
		*item = (struct cardea_history_network){
			.first_s = request->time_s
		};
		memcpy(item->bytes, bytes, 16);
	}
	item->last_s = request->time_s;
	item->count += item->count < UINT32_MAX;
	return true;
}

static bool
note_country(
    struct cardea_history *history, const struct cardea_request *request)
{
	const struct cardea_place *place = &request->place;
	struct cardea_history_country *item = NULL;

	if (place->country_known != CARDEA_YES)
		return false;
	for (size_t i = 0; i < history->country_count; i++) {
		if (strcmp(history->countries[i].country, place->country) == 0)
			item = &history->countries[i];
	}
	if (item != NULL && request->time_s - item->last_s < QUIET_S)
		return false;
	if (item == NULL) {
		item = room_for_country(history);
		*item = (struct cardea_history_country){
			.first_s = request->time_s
		};
		memcpy(item->country, place->country, sizeof(item->country));
	}
	item->last_s = request->time_s;
	item->count += item->count < UINT32_MAX;
	return true;
}

static bool
note_position(
    struct cardea_history *history, const struct cardea_request *request)
{
	const struct cardea_place *place = &request->place;

	if (place->position_known != CARDEA_YES)
		return false;
	if (history->has_position &&
	    history->latitude_e4 == place->latitude_e4 &&
	    history->longitude_e4 == place->longitude_e4 &&
	    request->time_s - history->position_s < QUIET_S)
		return false;
	history->has_position = true;
	history->latitude_e4 = place->latitude_e4;
	history->longitude_e4 = place->longitude_e4;
	history->accuracy_km = place->accuracy_km;
	history->position_s = request->time_s;
	memset(history->position_country, 0, sizeof(history->position_country));
	if (place->country_known == CARDEA_YES)
		memcpy(history->position_country, place->country,
		    sizeof(history->position_country));
	return true;
}

bool
cardea_history_note(
    struct cardea_history *history, const struct cardea_request *request)
{
	uint16_t *hour = &history->hours[cardea_history_hour(request->time_s)];
	bool network = note_network(history, request);
	bool country = note_country(history, request);
	bool position = note_position(history, request);

	if (!network && !country && !position && history->last_login_s != 0 &&
	    request->time_s >= history->last_login_s &&
	    request->time_s - history->last_login_s < QUIET_S)
		return false;
	history->last_login_s = request->time_s;
	if (history->hours_s == 0)
		history->hours_s = request->time_s;
	if (*hour == UINT16_MAX)
		halve_hours(history);
	++*hour;
	return true;
}
