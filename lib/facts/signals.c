/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "facts/signals.h"

#define DAY_S 86400
#define HOUR_S 3600
#define SHARE 50 /* one login in so many is what an usual hour has at least */

#define SAY(fact, ...)                                                         \
	say(fact,                                                              \
	    cardea_text_print(                                                 \
		(fact)->compared, sizeof((fact)->compared), __VA_ARGS__))

/* words that do not fit are left out: the fact does not hang on them */
static void
say(struct cardea_signal_fact *fact, enum cardea_status status)
{
	if (status != CARDEA_OK)
		fact->compared[0] = '\0';
}

typedef void judge_signal(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact);

static enum cardea_known
known_if(bool holds)
{
	return holds ? CARDEA_YES : CARDEA_NO;
}

/* false if the store could not tell; then everything of it is unknown */
static bool
has_history(
    const struct cardea_signal_inputs *inputs, struct cardea_signal_fact *fact)
{
	if (inputs->history_known)
		return true;
	SAY(fact, "the history cannot be read");
	return false;
}

/* --- places ----------------------------------------------------------------
 */

static void
judge_network(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact)
{
	struct cardea_address network = { .kind = CARDEA_ADDRESS_IP };
	char text[CARDEA_ADDRESS_TEXT_MAX + 1];
	const struct cardea_history_network *seen;

	if (request->login_source.kind == CARDEA_ADDRESS_NONE) {
		fact->holds = CARDEA_NO;
		SAY(fact, "from no network");
		return;
	}
	if (!has_history(inputs, fact) ||
	    !cardea_history_network(&request->login_source, network.bytes))
		return;
	seen = inputs->history != NULL
	    ? cardea_history_find_network(inputs->history, network.bytes)
	    : NULL;
	fact->holds = known_if(seen == NULL);
	cardea_address_format(&network, text);
	if (seen != NULL)
		SAY(fact, "network %s seen %u times", text, seen->count);
	else if (inputs->history == NULL)
		SAY(fact, "network %s, no login on record", text);
	else
		SAY(fact, "network %s, seen %zu others", text,
		    inputs->history->network_count);
}

/* the countries that were seen, as many as fit */
static void
list_countries(const struct cardea_history *history, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; history != NULL && i < history->country_count; i++) {
		if (len + CARDEA_COUNTRY_MAX + 2 > size)
			break;
		if (len > 0)
			text[len++] = ' ';
		memcpy(text + len, history->countries[i].country,
		    CARDEA_COUNTRY_MAX);
		len += CARDEA_COUNTRY_MAX;
		text[len] = '\0';
	}
}

static void
judge_country(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact)
{
	const struct cardea_place *place = &request->place;
	const struct cardea_history *history = inputs->history;
	char seen[100];

	if (place->country_known == CARDEA_NO) {
		fact->holds = CARDEA_NO;
		SAY(fact, "in no country");
		return;
	}
	if (place->country_known == CARDEA_UNKNOWN) {
		SAY(fact, "the country is unknown");
		return;
	}
	if (!has_history(inputs, fact))
		return;
	list_countries(history, seen, sizeof(seen));
	fact->holds = known_if(history == NULL ||
	    cardea_history_find_country(history, place->country) == NULL);
	SAY(fact, "%s, %s%s", place->country,
	    seen[0] != '\0' ? "seen " : "no country on record", seen);
}

/* How far the two circles are apart at least. */
static double
distance_km(
    const struct cardea_history *history, const struct cardea_place *place)
{
	double km = cardea_place_distance_km(history->latitude_e4,
	    history->longitude_e4, place->latitude_e4, place->longitude_e4);

	km -= (double)history->accuracy_km + (double)place->accuracy_km;
	return km > 0 ? km : 0;
}

/* No time, or less than none, between two places that are apart is no leave to
 * be in both: a clock set back must not open what it closed. */
static void
judge_travel(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact)
{
	const struct cardea_settings *settings = inputs->settings;
	const struct cardea_history *history = inputs->history;
	const struct cardea_place *place = &request->place;
	int64_t seconds;
	double km;

	if (place->position_known == CARDEA_NO) {
		fact->holds = CARDEA_NO;
		SAY(fact, "at no place");
		return;
	}
	if (place->position_known == CARDEA_UNKNOWN) {
		SAY(fact, "the position is unknown");
		return;
	}
	if (!has_history(inputs, fact))
		return;
	if (history == NULL || !history->has_position) {
		fact->holds = CARDEA_NO;
		SAY(fact, "no earlier position on record");
		return;
	}
	if (!request->time_known) {
		SAY(fact, "the time is unknown");
		return;
	}
	km = distance_km(history, place);
	seconds = request->time_s - history->position_s;
	if (seconds < 0)
		seconds = 0;
	fact->holds = known_if(km >= settings->travel_km &&
	    km * HOUR_S > (double)settings->travel_kmh * (double)seconds);
	SAY(fact,
	    "%.0f km from %.2f,%.2f %s to %.2f,%.2f %s in %lld min, at most "
	    "%u km/h",
	    km, history->latitude_e4 / 10000.0, history->longitude_e4 / 10000.0,
	    history->position_country, place->latitude_e4 / 10000.0,
	    place->longitude_e4 / 10000.0,
	    place->country_known == CARDEA_YES ? place->country : "",
	    (long long)(seconds / 60), settings->travel_kmh);
}

/* --- times -----------------------------------------------------------------
 */

/* Hours are of UTC, because nobody knows by which clock a person lives; an hour
 * to each side takes summer time and habits that are not exact. */
static void
judge_hour(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact)
{
	const struct cardea_history *history = inputs->history;
	uint32_t all, near;
	size_t hour;

	if (!request->time_known) {
		SAY(fact, "the time is unknown");
		return;
	}
	if (!has_history(inputs, fact))
		return;
	all = history != NULL ? cardea_history_logins(history) : 0;
	if (all < inputs->settings->hour_logins) {
		fact->holds = CARDEA_NO;
		SAY(fact, "%u of %u logins that it takes to know", all,
		    inputs->settings->hour_logins);
		return;
	}
	near = cardea_history_near(history, request->time_s);
	hour = cardea_history_hour(request->time_s);
	fact->holds = known_if((uint64_t)near * SHARE < all);
	SAY(fact, "%u of %u logins about %02zu:00 UTC on %s", near, all,
	    hour % 24, hour / 24 >= 5 ? "weekends" : "weekdays");
}

/* A last login that is yet to come was dated by a clock that was wrong: nobody
 * knows when it was.  A day is forgiven. */
static void
judge_dormant(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact)
{
	int64_t ago_s, limit = inputs->settings->dormant_s;

	if (!request->time_known) {
		SAY(fact, "the time is unknown");
		return;
	}
	if (!has_history(inputs, fact))
		return;
	if (inputs->history == NULL || inputs->history->last_login_s == 0) {
		fact->holds = CARDEA_NO;
		SAY(fact, "no login on record");
		return;
	}
	ago_s = request->time_s - inputs->history->last_login_s;
	if (ago_s < -DAY_S) {
		SAY(fact, "last login %lld days ahead, by a wrong clock",
		    (long long)(-ago_s / DAY_S));
		return;
	}
	if (ago_s < 0)
		ago_s = 0;
	fact->holds = known_if(ago_s > limit);
	SAY(fact, "last login %lld days ago, limit %lld",
	    (long long)(ago_s / DAY_S), (long long)(limit / DAY_S));
}

static void
judge_clock(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact)
{
	(void)request;
	fact->holds = known_if(!inputs->clock_synchronised);
	SAY(fact, "the kernel says that the clock is %ssynchronised",
	    inputs->clock_synchronised ? "" : "not ");
}

/* --- counts ----------------------------------------------------------------
 */

static void
judge_failures(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact)
{
	(void)request;
	if (!inputs->failures_known) {
		SAY(fact, "refusals cannot be counted");
		return;
	}
	fact->holds = known_if(inputs->failures >= inputs->settings->failures);
	SAY(fact, "%u refusals, limit %u", inputs->failures,
	    inputs->settings->failures);
}

static void
judge_sessions(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact)
{
	(void)request;
	if (!inputs->sessions_known) {
		SAY(fact, "sessions cannot be counted");
		return;
	}
	fact->holds = known_if(inputs->sessions >= inputs->settings->sessions);
	SAY(fact, "%u sessions open, limit %u", inputs->sessions,
	    inputs->settings->sessions);
}

static void
judge_databases(const struct cardea_signal_inputs *inputs,
    const struct cardea_request *request, struct cardea_signal_fact *fact)
{
	(void)request;
	if (!inputs->databases_known)
		return;
	fact->holds = known_if(inputs->database_stale);
	SAY(fact, "%s",
	    inputs->database_stale ? inputs->database : "all fresh");
}

static judge_signal *const judges[CARDEA_SIGNAL_COUNT] = {
	[CARDEA_SIGNAL_FIRST_SEEN_NETWORK] = judge_network,
	[CARDEA_SIGNAL_FIRST_SEEN_COUNTRY] = judge_country,
	[CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL] = judge_travel,
	[CARDEA_SIGNAL_UNUSUAL_HOUR] = judge_hour,
	[CARDEA_SIGNAL_RECENT_FAILURES] = judge_failures,
	[CARDEA_SIGNAL_MANY_SESSIONS] = judge_sessions,
	[CARDEA_SIGNAL_DORMANT_ACCOUNT] = judge_dormant,
	[CARDEA_SIGNAL_CLOCK_UNSYNCHRONISED] = judge_clock,
	[CARDEA_SIGNAL_STALE_DATABASE] = judge_databases,
};

void
cardea_signals_judge(const struct cardea_signal_inputs *inputs, uint32_t uses,
    struct cardea_request *request)
{
	memset(request->signals, 0, sizeof(request->signals));
	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		if ((uses & (uint32_t)CARDEA_USES_SIGNAL << i) != 0)
			judges[i](inputs, request, &request->signals[i]);
	}
}

/* "word(compared)", with a question mark where it is unknown */
static enum cardea_status
format_one(enum cardea_signal signal, const struct cardea_signal_fact *fact,
    bool first, char *text, size_t size)
{
	return cardea_text_print(text, size, "%s%s%s(%s)", first ? "" : " ",
	    cardea_signal_text(signal),
	    fact->holds == CARDEA_UNKNOWN ? "?" : "", fact->compared);
}

void
cardea_signals_format(
    const struct cardea_request *request, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		const struct cardea_signal_fact *fact = &request->signals[i];
		char one[CARDEA_SIGNAL_TEXT_MAX + 64];

		if (fact->holds == CARDEA_NO ||
		    (fact->holds == CARDEA_UNKNOWN &&
			fact->compared[0] == '\0'))
			continue;
		if (format_one((enum cardea_signal)i, fact, len == 0, one,
			sizeof(one)) != CARDEA_OK ||
		    strlen(one) >= size - len)
			continue;
		memcpy(text + len, one, strlen(one) + 1);
		len += strlen(one);
	}
}
