/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "policy/build_uses.h"

static uint32_t
uses_of_spot(const struct cardea_image_spot *spot, const uint32_t *zones)
{
	switch ((enum cardea_image_spot_kind)spot->kind) {
	case CARDEA_SPOT_COUNTRY:
	case CARDEA_SPOT_SUBDIVISION:
		return CARDEA_USES_COUNTRY;
	case CARDEA_SPOT_ASN:
		return CARDEA_USES_ASN;
	case CARDEA_SPOT_TRAITS:
		return CARDEA_USES_TRAITS;
	case CARDEA_SPOT_NEAR:
		return CARDEA_USES_POSITION;
	case CARDEA_SPOT_LIST:
		return CARDEA_USES_LISTS;
	case CARDEA_SPOT_ZONE:
	case CARDEA_SPOT_EXCEPT:
		return zones[spot->a];
	}
	return 0;
}

/* zones name lower ones alone, so one pass is enough */
static void
fill_zones(const struct cardea_build_parts *parts, uint32_t *zones)
{
	for (size_t i = 0; i < parts->zones_count; i++) {
		const struct cardea_image_zone *zone = &parts->zones[i];

		zones[i] = CARDEA_USES_LOGIN_SOURCE;
		for (uint32_t k = 0; k < zone->spot_count; k++)
			zones[i] |= uses_of_spot(
			    &parts->spots[zone->spots + k], zones);
	}
}

/* what else must be known to tell this one */
static uint32_t
uses_of_signal(enum cardea_signal signal)
{
	uint32_t uses = (uint32_t)CARDEA_USES_SIGNAL << signal;

	switch (signal) {
	case CARDEA_SIGNAL_FIRST_SEEN_NETWORK:
		return uses | CARDEA_USES_LOGIN_SOURCE;
	case CARDEA_SIGNAL_FIRST_SEEN_COUNTRY:
		return uses | CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_COUNTRY;
	case CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL:
		return uses | CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_POSITION;
	case CARDEA_SIGNAL_UNUSUAL_HOUR:
	case CARDEA_SIGNAL_RECENT_FAILURES:
	case CARDEA_SIGNAL_MANY_SESSIONS:
	case CARDEA_SIGNAL_DORMANT_ACCOUNT:
	case CARDEA_SIGNAL_CLOCK_UNSYNCHRONISED:
	case CARDEA_SIGNAL_STALE_DATABASE:
	case CARDEA_SIGNAL_COUNT:
		break;
	}
	return uses;
}

static uint32_t
uses_of_risk(const uint32_t *weights)
{
	uint32_t uses = 0;

	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		if (weights[i] > 0)
			uses |= uses_of_signal((enum cardea_signal)i);
	}
	return uses;
}

static uint32_t
uses_of_value(const struct cardea_build_parts *parts, enum cardea_image_key key,
    uint32_t value, const uint32_t *zones)
{
	switch (key) {
	case CARDEA_KEY_ZONE:
		return zones[value];
	case CARDEA_KEY_COUNTRY:
		return CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_COUNTRY;
	case CARDEA_KEY_ASN:
		return CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_ASN;
	case CARDEA_KEY_SIGNAL:
		return uses_of_signal((enum cardea_signal)(value - 1));
	case CARDEA_KEY_RISK:
		return uses_of_risk(parts->weights);
	case CARDEA_KEY_GRANT:
		return CARDEA_USES_GRANTS;
	case CARDEA_KEY_POSTURE:
		return CARDEA_USES_POSTURE;
	case CARDEA_KEY_GROUP:
		return CARDEA_USES_GROUPS;
	case CARDEA_KEY_SERVICE:
	case CARDEA_KEY_USER:
	case CARDEA_KEY_CALLER:
	case CARDEA_KEY_RUSER:
	case CARDEA_KEY_ORIGIN:
	case CARDEA_KEY_HOST:
	case CARDEA_KEY_TTY:
	case CARDEA_KEY_HOURS:
	case CARDEA_KEY_FROM:
	case CARDEA_KEY_UNTIL:
	case CARDEA_KEY_UNLESS:
	case CARDEA_KEY_END:
		break;
	}
	return 0;
}

static uint32_t
uses_of_condition(const struct cardea_build_parts *parts,
    const struct cardea_image_condition *condition, const uint32_t *zones)
{
	const uint32_t *values = condition->count == 1
	    ? &condition->first
	    : parts->values + condition->first;
	uint32_t uses = 0;

	for (uint32_t i = 0; i < condition->count; i++)
		uses |= uses_of_value(parts,
		    (enum cardea_image_key)condition->key, values[i], zones);
	return uses;
}

enum cardea_status
cardea_build_uses(const struct cardea_build_parts *parts, uint32_t *ret_uses)
{
	uint32_t *zones = calloc(parts->zones_count + 1, sizeof(*zones));
	uint32_t uses = 0;

	if (zones == NULL)
		return CARDEA_E_MEMORY;
	fill_zones(parts, zones);
	for (size_t i = 0; i < parts->conditions_count; i++)
		uses |= uses_of_condition(parts, &parts->conditions[i], zones);
	for (size_t i = 0; i < parts->rules_count; i++)
		uses |= parts->rules[i].remember_s > 0 ? CARDEA_USES_REMEMBER
						       : 0;
	free(zones);
	*ret_uses = uses;
	return CARDEA_OK;
}
