/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "policy/match_parts.h"

static enum cardea_truth
greater(enum cardea_truth a, enum cardea_truth b)
{
	return a > b ? a : b;
}

static const struct cardea_image_range *
range_at(const struct cardea_match *match, const struct cardea_image_zone *zone,
    uint32_t index)
{
	return cardea_image_slice(
	    match->policy, CARDEA_PART_RANGES, zone->first + index, 1);
}

/* the last range that begins at or below the address may hold it */
static enum cardea_truth
search_ranges(struct cardea_match *match, const struct cardea_image_zone *zone,
    const unsigned char address[16])
{
	const struct cardea_image_range *range;
	uint32_t low = 0, high = zone->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		range = range_at(match, zone, middle);
		if (range == NULL)
			return cardea_match_damaged(match);
		if (memcmp(range->low, address, 16) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return CARDEA_FALSE;
	range = range_at(match, zone, low - 1);
	if (range == NULL)
		return cardea_match_damaged(match);
	return cardea_match_truth(memcmp(address, range->high, 16) <= 0);
}

static enum cardea_truth
judge_networks(struct cardea_match *match, const struct cardea_image_zone *zone)
{
	const struct cardea_address *source = &match->request->login_source;

	if (zone->count == 0)
		return CARDEA_FALSE;
	if (source->kind != CARDEA_ADDRESS_IP)
		return CARDEA_MAYBE;
	return search_ranges(match, zone, source->bytes);
}

/* "DE", or "DE-BE": a country that is known tells of all other countries'
 * parts that they are not it */
static enum cardea_truth
judge_country(struct cardea_match *match, uint32_t text)
{
	const struct cardea_place *place = &match->request->place;
	const char *code = cardea_image_text(match->policy, text);

	if (code == NULL || strlen(code) < CARDEA_COUNTRY_MAX)
		return cardea_match_damaged(match);
	if (place->country_known == CARDEA_NO)
		return CARDEA_FALSE;
	if (place->country_known == CARDEA_YES &&
	    memcmp(code, place->country, CARDEA_COUNTRY_MAX) != 0)
		return CARDEA_FALSE;
	if (code[CARDEA_COUNTRY_MAX] == '\0')
		return cardea_match_known(place->country_known);
	if (place->subdivision_known != CARDEA_YES)
		return cardea_match_known(place->subdivision_known);
	return cardea_match_truth(strcmp(code, place->subdivision) == 0);
}

/* Where everything is known the texts are compared as numbers; else each code
 * is looked at. */
enum cardea_truth
cardea_match_countries(
    struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	const struct cardea_place *place = &match->request->place;
	enum cardea_truth truth = CARDEA_FALSE;

	if (cardea_match_holds(values, count, match->country) ||
	    cardea_match_holds(values, count, match->subdivision))
		return CARDEA_TRUE;
	if (place->country_known != CARDEA_UNKNOWN &&
	    place->subdivision_known != CARDEA_UNKNOWN)
		return CARDEA_FALSE;
	for (uint32_t i = 0; i < count && truth != CARDEA_TRUE; i++)
		truth = greater(truth, judge_country(match, values[i]));
	return truth;
}

enum cardea_truth
cardea_match_asns(
    struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	const struct cardea_place *place = &match->request->place;

	if (place->asn_known != CARDEA_YES)
		return cardea_match_known(place->asn_known);
	return cardea_match_truth(
	    cardea_match_holds(values, count, place->asn));
}

static enum cardea_truth
judge_traits(struct cardea_match *match, uint32_t traits)
{
	const struct cardea_place *place = &match->request->place;

	if (place->traits_known != CARDEA_YES)
		return cardea_match_known(place->traits_known);
	return cardea_match_truth((place->traits & traits) != 0);
}

/* A position is somewhere in a circle: inside and outside are certain only
 * where the whole of it is. */
static enum cardea_truth
judge_near(struct cardea_match *match, const struct cardea_image_spot *spot)
{
	const struct cardea_place *place = &match->request->place;
	double distance,
	    accuracy = place->accuracy_km != 0 ? place->accuracy_km
					       : CARDEA_ACCURACY_UNTOLD_KM;

	if (place->position_known != CARDEA_YES)
		return cardea_match_known(place->position_known);
	distance = cardea_place_distance_km(place->latitude_e4,
	    place->longitude_e4, (int32_t)spot->a, (int32_t)spot->b);
	if (distance + accuracy <= spot->c)
		return CARDEA_TRUE;
	return distance - accuracy > spot->c ? CARDEA_FALSE : CARDEA_MAYBE;
}

static enum cardea_truth
judge_list(struct cardea_match *match, uint32_t number)
{
	const struct cardea_image_list *list = cardea_image_slice(
	    match->policy, CARDEA_PART_LISTS, number, 1);
	const struct cardea_request *request = match->request;

	if (list == NULL)
		return cardea_match_damaged(match);
	for (size_t i = 0; i < request->listed_count && i < CARDEA_LISTS_MAX;
	     i++) {
		if (request->listed[i].list == list->id)
			return cardea_match_known(request->listed[i].holds);
	}
	return CARDEA_MAYBE;
}

/* A zone names lower ones alone, so this ends; an image in which they go deeper
 * than a source may is none of ours, and would eat the stack. */
static enum cardea_truth
judge_inner(struct cardea_match *match, uint32_t inner, uint32_t outer)
{
	enum cardea_truth truth;

	if (inner >= outer || match->zone_depth >= CARDEA_NESTING_MAX)
		return cardea_match_damaged(match);
	match->zone_depth++;
	truth = cardea_match_zone(match, inner);
	match->zone_depth--;
	return truth;
}

static enum cardea_truth
judge_spot(struct cardea_match *match, const struct cardea_image_spot *spot,
    uint32_t zone)
{
	switch ((enum cardea_image_spot_kind)spot->kind) {
	case CARDEA_SPOT_COUNTRY:
	case CARDEA_SPOT_SUBDIVISION:
		return judge_country(match, spot->a);
	case CARDEA_SPOT_ASN:
		return cardea_match_asns(match, &spot->a, 1);
	case CARDEA_SPOT_TRAITS:
		return judge_traits(match, spot->a);
	case CARDEA_SPOT_NEAR:
		return judge_near(match, spot);
	case CARDEA_SPOT_LIST:
		return judge_list(match, spot->a);
	case CARDEA_SPOT_ZONE:
	case CARDEA_SPOT_EXCEPT:
		return judge_inner(match, spot->a, zone);
	}
	return cardea_match_damaged(match);
}

/* the first spot that does not come before this kind and value */
static uint32_t
find_spot(const struct cardea_image_spot *spots, uint32_t count, uint32_t kind,
    uint32_t value)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct cardea_image_spot *spot = &spots[middle];

		if (spot->kind < kind ||
		    (spot->kind == kind && spot->a < value))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The one value that a spot of this kind must have; false where each has to be
 * judged. */
static bool
value_of(const struct cardea_match *match, enum cardea_image_spot_kind kind,
    uint32_t *ret_value)
{
	const struct cardea_place *place = &match->request->place;

	switch (kind) {
	case CARDEA_SPOT_COUNTRY:
		*ret_value = match->country;
		return place->country_known == CARDEA_YES;
	case CARDEA_SPOT_SUBDIVISION:
		*ret_value = match->subdivision;
		return place->subdivision_known == CARDEA_YES;
	case CARDEA_SPOT_ASN:
		*ret_value = place->asn;
		return place->asn_known == CARDEA_YES;
	case CARDEA_SPOT_TRAITS:
	case CARDEA_SPOT_NEAR:
	case CARDEA_SPOT_LIST:
	case CARDEA_SPOT_ZONE:
	case CARDEA_SPOT_EXCEPT:
		break;
	}
	return false;
}

static enum cardea_truth
judge_kind(struct cardea_match *match, const struct cardea_image_spot *spots,
    const struct cardea_image_zone *zone, uint32_t index,
    enum cardea_image_spot_kind kind)
{
	uint32_t count = zone->spot_count, value = 0;
	uint32_t first = find_spot(spots, count, (uint32_t)kind, 0);
	uint32_t end = find_spot(spots, count, (uint32_t)kind + 1, 0);
	enum cardea_truth truth = CARDEA_FALSE;

	if (first < end && value_of(match, kind, &value)) {
		first = find_spot(spots, count, (uint32_t)kind, value);
		end = first < end && spots[first].a == value ? first + 1
							     : first;
	}
	for (uint32_t i = first; i < end && truth != CARDEA_TRUE; i++)
		truth = greater(truth, judge_spot(match, &spots[i], index));
	return truth;
}

/* whoever is in a zone that is excepted is not in this one */
static enum cardea_truth
judge_spots(struct cardea_match *match, const struct cardea_image_zone *zone,
    uint32_t index)
{
	const struct cardea_image_spot *spots = cardea_image_slice(
	    match->policy, CARDEA_PART_SPOTS, zone->spots, zone->spot_count);
	enum cardea_truth inside = judge_networks(match, zone), outside;

	if (spots == NULL)
		return cardea_match_damaged(match);
	for (int kind = CARDEA_SPOT_COUNTRY;
	     kind < CARDEA_SPOT_EXCEPT && inside != CARDEA_TRUE; kind++)
		inside = greater(inside,
		    judge_kind(match, spots, zone, index,
			(enum cardea_image_spot_kind)kind));
	if (inside == CARDEA_FALSE)
		return CARDEA_FALSE;
	outside = cardea_match_negate(
	    judge_kind(match, spots, zone, index, CARDEA_SPOT_EXCEPT));
	return inside < outside ? inside : outside;
}

/* A request without an address is definitely in no zone; one whose address is
 * not numeric is in no zone for sure, nor outside any (C02). */
static enum cardea_truth
judge_zone(struct cardea_match *match, uint32_t index)
{
	const struct cardea_image_zone *zone = cardea_image_slice(
	    match->policy, CARDEA_PART_ZONES, index, 1);

	if (zone == NULL ||
	    !cardea_image_has(
		match->policy, CARDEA_PART_RANGES, zone->first, zone->count))
		return cardea_match_damaged(match);
	if (match->request->login_source.kind == CARDEA_ADDRESS_NONE)
		return CARDEA_FALSE;
	return judge_spots(match, zone, index);
}

enum cardea_truth
cardea_match_zone(struct cardea_match *match, uint32_t zone)
{
	if (zone >= match->zone_count)
		return cardea_match_damaged(match);
	if (match->zones[zone] == CARDEA_MATCH_UNJUDGED)
		match->zones[zone] = (unsigned char)judge_zone(match, zone);
	return (enum cardea_truth)match->zones[zone];
}
