/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "policy/settings.h"

/* What the settings say of places, signals, proofs that carry over, sessions
 * and grants. */

#define HOUR_S 3600u
#define DAY_S 86400u

void
cardea_settings_default_context(struct cardea_settings *settings)
{
	static const char lists[] = CARDEA_STATEDIR "/lists";

	memcpy(settings->lists_path, lists, sizeof(lists));
	settings->place_max_age_s = 60 * DAY_S;
	settings->travel_kmh = 1000;
	settings->travel_km = 200;
	settings->failures = 3;
	settings->sessions = 5;
	settings->dormant_s = 90 * DAY_S;
	settings->hour_logins = 20;
	settings->history_s = 180 * DAY_S;
	memcpy(settings->forget_users[0], "root", sizeof("root"));
	settings->forget_user_count = 1;
	settings->session_warning_s = 5 * 60;
	settings->watch_interval_s = 15;
	settings->grant_max_s = 7 * DAY_S;
	settings->emergency_max_s = 4 * HOUR_S;
}

bool
cardea_settings_valid_context(const struct cardea_settings *s)
{
	return s->lists_path[0] == '/' && s->travel_kmh > 0 &&
	    s->failures > 0 && s->failures <= CARDEA_TRIES_MAX &&
	    s->sessions > 0 && s->dormant_s > 0 && s->history_s > 0 &&
	    s->forget_user_count <= CARDEA_EXCLUDED_MAX &&
	    s->forget_service_count <= CARDEA_EXCLUDED_MAX &&
	    s->watch_interval_s > 0 && s->watch_interval_s <= HOUR_S &&
	    s->session_warning_s <= DAY_S && s->grant_max_s > 0 &&
	    s->grant_max_s <= CARDEA_GRANT_MAX_S && s->emergency_max_s > 0 &&
	    s->emergency_max_s <= CARDEA_GRANT_MAX_S;
}

void
cardea_settings_pack_context(
    struct cardea_pack *pack, const struct cardea_settings *settings)
{
	const struct cardea_settings *s = settings;

	cardea_pack_text(pack, s->place_country);
	cardea_pack_text(pack, s->place_asn);
	cardea_pack_text(pack, s->place_traits);
	cardea_pack_u32(pack, s->place_max_age_s);
	cardea_pack_text(pack, s->lists_path);
	cardea_pack_u32(pack, s->travel_kmh);
	cardea_pack_u32(pack, s->travel_km);
	cardea_pack_u32(pack, s->failures);
	cardea_pack_u32(pack, s->sessions);
	cardea_pack_u32(pack, s->dormant_s);
	cardea_pack_u32(pack, s->hour_logins);
	cardea_pack_u32(pack, s->history_s);
	cardea_pack_u32(pack, (uint32_t)s->forget_user_count);
	for (size_t i = 0; i < s->forget_user_count; i++)
		cardea_pack_text(pack, s->forget_users[i]);
	cardea_pack_u32(pack, (uint32_t)s->forget_service_count);
	for (size_t i = 0; i < s->forget_service_count; i++)
		cardea_pack_text(pack, s->forget_services[i]);
	cardea_pack_u32(pack, s->session_warning_s);
	cardea_pack_u32(pack, s->watch_interval_s);
	cardea_pack_u32(pack, s->grant_max_s);
	cardea_pack_u32(pack, s->emergency_max_s);
}

static size_t
unpack_count(struct cardea_unpack *unpack)
{
	uint32_t count = cardea_unpack_u32(unpack);

	if (count > CARDEA_EXCLUDED_MAX)
		unpack->failed = true;
	return unpack->failed ? 0 : count;
}

void
cardea_settings_unpack_context(
    struct cardea_unpack *unpack, struct cardea_settings *settings)
{
	struct cardea_settings *s = settings;

	cardea_unpack_text(unpack, s->place_country, sizeof(s->place_country));
	cardea_unpack_text(unpack, s->place_asn, sizeof(s->place_asn));
	cardea_unpack_text(unpack, s->place_traits, sizeof(s->place_traits));
	s->place_max_age_s = cardea_unpack_u32(unpack);
	cardea_unpack_text(unpack, s->lists_path, sizeof(s->lists_path));
	s->travel_kmh = cardea_unpack_u32(unpack);
	s->travel_km = cardea_unpack_u32(unpack);
	s->failures = cardea_unpack_u32(unpack);
	s->sessions = cardea_unpack_u32(unpack);
	s->dormant_s = cardea_unpack_u32(unpack);
	s->hour_logins = cardea_unpack_u32(unpack);
	s->history_s = cardea_unpack_u32(unpack);
	s->forget_user_count = unpack_count(unpack);
	for (size_t i = 0; i < s->forget_user_count; i++)
		cardea_unpack_text(
		    unpack, s->forget_users[i], sizeof(s->forget_users[i]));
	s->forget_service_count = unpack_count(unpack);
	for (size_t i = 0; i < s->forget_service_count; i++)
		cardea_unpack_text(unpack, s->forget_services[i],
		    sizeof(s->forget_services[i]));
	s->session_warning_s = cardea_unpack_u32(unpack);
	s->watch_interval_s = cardea_unpack_u32(unpack);
	s->grant_max_s = cardea_unpack_u32(unpack);
	s->emergency_max_s = cardea_unpack_u32(unpack);
}
