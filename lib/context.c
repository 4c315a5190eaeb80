/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include <cardea/context.h>

static const char *const signals[CARDEA_SIGNAL_COUNT] = {
	[CARDEA_SIGNAL_FIRST_SEEN_NETWORK] = "first-seen-network",
	[CARDEA_SIGNAL_FIRST_SEEN_COUNTRY] = "first-seen-country",
	[CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL] = "impossible-travel",
	[CARDEA_SIGNAL_UNUSUAL_HOUR] = "unusual-hour",
	[CARDEA_SIGNAL_RECENT_FAILURES] = "recent-failures",
	[CARDEA_SIGNAL_MANY_SESSIONS] = "many-sessions",
	[CARDEA_SIGNAL_DORMANT_ACCOUNT] = "dormant-account",
	[CARDEA_SIGNAL_CLOCK_UNSYNCHRONISED] = "clock-unsynchronised",
	[CARDEA_SIGNAL_STALE_DATABASE] = "stale-database",
};

static const char *const traits[CARDEA_TRAIT_COUNT] = { "anonymous", "vpn",
	"hosting", "public-proxy", "residential-proxy", "tor-exit" };

const char *
cardea_signal_text(enum cardea_signal signal)
{
	return (size_t)signal < CARDEA_SIGNAL_COUNT ? signals[signal] : "";
}

enum cardea_signal
cardea_signal_parse(const char *text)
{
	int i = 0;

	while (i < CARDEA_SIGNAL_COUNT && strcmp(signals[i], text) != 0)
		i++;
	return (enum cardea_signal)i;
}

const char *
cardea_trait_text(size_t number)
{
	return number < CARDEA_TRAIT_COUNT ? traits[number] : "";
}

unsigned int
cardea_trait_parse(const char *text)
{
	for (size_t i = 0; i < CARDEA_TRAIT_COUNT; i++) {
		if (strcmp(traits[i], text) == 0)
			return 1u << i;
	}
	return 0;
}

static double
radians(int32_t degrees_e4)
{
	return (double)degrees_e4 / 10000.0 * (acos(-1.0) / 180.0);
}

/* the haversine formula: exact enough for near and far, and never the arc
 * cosine of something above one */
double
cardea_place_distance_km(int32_t latitude_a_e4, int32_t longitude_a_e4,
    int32_t latitude_b_e4, int32_t longitude_b_e4)
{
	double a = radians(latitude_a_e4), b = radians(latitude_b_e4);
	double south = sin((b - a) / 2);
	double east = sin(
	    (radians(longitude_b_e4) - radians(longitude_a_e4)) / 2);
	double h = south * south + cos(a) * cos(b) * east * east;

	return 2 * 6371.0 * asin(sqrt(fmin(fmax(h, 0.0), 1.0)));
}

const struct cardea_granted *
cardea_grants_find(const struct cardea_grants *grants, const char *rule)
{
	for (size_t i = 0; i < grants->count && i < CARDEA_GRANTS_MAX; i++) {
		if (strcmp(grants->items[i].rule, rule) == 0)
			return &grants->items[i];
	}
	return NULL;
}
