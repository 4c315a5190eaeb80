/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CONTEXT_H
#define CARDEA_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/limits.h>
#include <cardea/posture.h>

/*
 * What is known of the circumstances of a request besides its names: where on
 * earth it comes from, in which lists its address stands, what is unusual about
 * it, and what was granted for a while.  Facts, gathered once and frozen with
 * the request; plain values without pointers, whose zero value knows nothing.
 *
 * Each fact is YES (there is one, and it is this), NO (there is none, for
 * certain: a request from no network is in no country) or UNKNOWN, which no
 * rule may take for either (C02).
 */

/* What is known of a network beyond its owner. Bits. */
enum cardea_trait {
	CARDEA_TRAIT_ANONYMOUS = 1u << 0, /* any of the following */
	CARDEA_TRAIT_VPN = 1u << 1,
	CARDEA_TRAIT_HOSTING = 1u << 2,
	CARDEA_TRAIT_PUBLIC_PROXY = 1u << 3,
	CARDEA_TRAIT_RESIDENTIAL_PROXY = 1u << 4,
	CARDEA_TRAIT_TOR_EXIT = 1u << 5,
};
#define CARDEA_TRAIT_COUNT 6

struct cardea_place {
	enum cardea_known country_known;
	char country[CARDEA_COUNTRY_MAX + 1]; /* ISO 3166-1, "DE" */
	enum cardea_known subdivision_known;
	char subdivision[CARDEA_SUBDIVISION_MAX + 1]; /* ISO 3166-2, "DE-BE" */
	enum cardea_known asn_known;
	uint32_t asn;
	enum cardea_known position_known;
	int32_t latitude_e4, longitude_e4; /* degrees times 10,000 */
	uint32_t accuracy_km;		   /* radius around it; 0: not told */
	enum cardea_known traits_known;
	unsigned int traits; /* enum cardea_trait bits */
};

/* Does the address stand in one of the policy's lists? */
struct cardea_listed {
	uint64_t list; /* cardea_policy_list: id */
	enum cardea_known holds;
};

enum cardea_signal {
	CARDEA_SIGNAL_FIRST_SEEN_NETWORK = 0,
	CARDEA_SIGNAL_FIRST_SEEN_COUNTRY,
	CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL,
	CARDEA_SIGNAL_UNUSUAL_HOUR,
	CARDEA_SIGNAL_RECENT_FAILURES,
	CARDEA_SIGNAL_MANY_SESSIONS,
	CARDEA_SIGNAL_DORMANT_ACCOUNT,
	CARDEA_SIGNAL_CLOCK_UNSYNCHRONISED,
	CARDEA_SIGNAL_STALE_DATABASE,
	CARDEA_SIGNAL_COUNT,
};

struct cardea_signal_fact {
	enum cardea_known holds;
	char compared[CARDEA_SIGNAL_TEXT_MAX + 1]; /* what with what, for
						      people; "" not looked at
						    */
};

/* One grant that counts at the request's time. */
struct cardea_granted {
	char rule[CARDEA_RULE_NAME_MAX + 1];
	char id[CARDEA_GRANT_ID_MAX + 1];
	int64_t ends_s;
};

struct cardea_grants {
	bool known; /* false: the store could not tell */
	size_t count;
	struct cardea_granted items[CARDEA_GRANTS_MAX];
};

/* cardea_signal_text: the word in rules and in the log; "" for none */
const char *cardea_signal_text(enum cardea_signal signal);

/* cardea_signal_parse: COUNT for a text that is none of the words */
enum cardea_signal cardea_signal_parse(const char *text);

/* cardea_trait_text: the word of one bit, by its number; "" for none:
 * "anonymous" "vpn" "hosting" "public-proxy" "residential-proxy" "tor-exit" */
const char *cardea_trait_text(size_t number);

/* cardea_trait_parse: the bit; 0 for a text that is none of the words */
unsigned int cardea_trait_parse(const char *text);

/* cardea_place_distance_km: along the great circle, on a sphere of 6371 km, of
 * two points in degrees times 10,000 */
double cardea_place_distance_km(int32_t latitude_a_e4, int32_t longitude_a_e4,
    int32_t latitude_b_e4, int32_t longitude_b_e4);

/* cardea_grants_find: NULL if there is none for a rule of this name */
const struct cardea_granted *
cardea_grants_find(const struct cardea_grants *grants, const char *rule);

#endif
