/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "facts/signals.h"
#include "unit/test.h"

#define DAY_S 86400
#define HOUR_S 3600
#define NOW 1900000000 /* Sun 2030-03-17, 17:46 UTC */

static struct cardea_settings settings;
static struct cardea_history history;
static struct cardea_signal_inputs inputs;
static struct cardea_request request;

static void
stand_at(int32_t latitude_e4, int32_t longitude_e4, const char *country)
{
	request.place.country_known = CARDEA_YES;
	memcpy(request.place.country, country, 3);
	request.place.position_known = CARDEA_YES;
	request.place.latitude_e4 = latitude_e4;
	request.place.longitude_e4 = longitude_e4;
}

/* alice in Berlin at NOW; last seen there an hour ago */
static int
setup(void **state)
{
	(void)state;
	memset(&settings, 0, sizeof(settings));
	settings.travel_kmh = 1000;
	settings.travel_km = 200;
	settings.failures = 3;
	settings.sessions = 5;
	settings.dormant_s = 90 * DAY_S;
	settings.hour_logins = 20;
	settings.history_s = 180 * DAY_S;
	memset(&request, 0, sizeof(request));
	request.login_source = cardea_address_parse("203.0.113.7");
	request.time_known = true;
	request.time_s = NOW - HOUR_S;
	stand_at(525200, 134050, "DE");
	memset(&history, 0, sizeof(history));
	assert_true(cardea_history_note(&history, &request));
	request.time_s = NOW;
	inputs = (struct cardea_signal_inputs){ .settings = &settings,
		.history_known = true,
		.history = &history,
		.failures_known = true,
		.sessions_known = true,
		.databases_known = true,
		.clock_synchronised = true };
	return 0;
}

static enum cardea_known
judge(enum cardea_signal signal)
{
	cardea_signals_judge(&inputs, UINT32_MAX, &request);
	return request.signals[signal].holds;
}

static const char *
compared(enum cardea_signal signal)
{
	return request.signals[signal].compared;
}

static void
what_is_usual_says_so(void **state)
{
	(void)state;
	cardea_signals_judge(&inputs, UINT32_MAX, &request);
	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		assert_int_equal(request.signals[i].holds, CARDEA_NO);
		assert_true(request.signals[i].compared[0] != '\0');
	}
}

static void
what_no_rule_asks_for_is_not_judged(void **state)
{
	(void)state;
	cardea_signals_judge(&inputs,
	    CARDEA_USES_SIGNAL << CARDEA_SIGNAL_MANY_SESSIONS, &request);
	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++)
		assert_int_equal(request.signals[i].holds,
		    i == CARDEA_SIGNAL_MANY_SESSIONS ? CARDEA_NO
						     : CARDEA_UNKNOWN);
}

static void
a_network_is_seen_as_a_whole(void **state)
{
	const enum cardea_signal signal = CARDEA_SIGNAL_FIRST_SEEN_NETWORK;

	(void)state;
	request.login_source = cardea_address_parse("203.0.113.250");
	assert_int_equal(judge(signal), CARDEA_NO);
	assert_string_equal(
	    compared(signal), "network 203.0.113.0 seen 1 times");
	request.login_source = cardea_address_parse("203.0.114.7");
	assert_int_equal(judge(signal), CARDEA_YES);
	request.login_source = cardea_address_parse("2001:db8:1:2::1");
	assert_int_equal(judge(signal), CARDEA_YES);
	assert_true(cardea_history_note(&history, &request));
	request.login_source = cardea_address_parse("2001:db8:1:ffff::9");
	assert_int_equal(judge(signal), CARDEA_NO);
	request.login_source = cardea_address_parse("2001:db8:2::1");
	assert_int_equal(judge(signal), CARDEA_YES);
	request.login_source = cardea_address_parse("");
	assert_int_equal(judge(signal), CARDEA_NO);
	request.login_source = cardea_address_parse("UNKNOWN");
	assert_int_equal(judge(signal), CARDEA_UNKNOWN);
}

static void
a_country_is_seen_by_its_code(void **state)
{
	const enum cardea_signal signal = CARDEA_SIGNAL_FIRST_SEEN_COUNTRY;

	(void)state;
	stand_at(488566, 23522, "FR");
	assert_int_equal(judge(signal), CARDEA_YES);
	assert_string_equal(compared(signal), "FR, seen DE");
	request.place.country_known = CARDEA_UNKNOWN;
	assert_int_equal(judge(signal), CARDEA_UNKNOWN);
	request.place.country_known = CARDEA_NO;
	assert_int_equal(judge(signal), CARDEA_NO);
}

static void
the_first_login_of_all_is_seen_for_the_first_time(void **state)
{
	(void)state;
	inputs.history = NULL;
	assert_int_equal(judge(CARDEA_SIGNAL_FIRST_SEEN_NETWORK), CARDEA_YES);
	assert_int_equal(judge(CARDEA_SIGNAL_FIRST_SEEN_COUNTRY), CARDEA_YES);
	assert_int_equal(judge(CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL), CARDEA_NO);
	assert_int_equal(judge(CARDEA_SIGNAL_UNUSUAL_HOUR), CARDEA_NO);
	assert_int_equal(judge(CARDEA_SIGNAL_DORMANT_ACCOUNT), CARDEA_NO);
}

static void
C02_a_history_that_cannot_be_read_says_nothing(void **state)
{
	(void)state;
	inputs.history_known = false;
	inputs.history = NULL;
	inputs.failures_known = inputs.sessions_known = false;
	cardea_signals_judge(&inputs, UINT32_MAX, &request);
	for (int i = 0; i <= CARDEA_SIGNAL_DORMANT_ACCOUNT; i++)
		assert_int_equal(request.signals[i].holds, CARDEA_UNKNOWN);
}

/* --- travel -----------------------------------------------------------------
 */

static void
nobody_is_in_two_places(void **state)
{
	const enum cardea_signal signal = CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL;

	(void)state;
	/* Tokyo an hour later: 8916 km */
	stand_at(356895, 1396917, "JP");
	assert_int_equal(judge(signal), CARDEA_YES);
	assert_string_equal(compared(signal),
	    "8916 km from 52.52,13.40 DE to 35.69,139.69 JP in 60 min, at "
	    "most 1000 km/h");
	request.time_s = NOW - HOUR_S + 8916 * HOUR_S / 1000;
	assert_int_equal(judge(signal), CARDEA_YES);
	request.time_s += 60;
	assert_int_equal(judge(signal), CARDEA_NO);
	/* Paris, 878 km: by night train, not in a minute */
	stand_at(488566, 23522, "FR");
	request.time_s = NOW;
	assert_int_equal(judge(signal), CARDEA_NO);
	request.time_s = NOW - HOUR_S + 60;
	assert_int_equal(judge(signal), CARDEA_YES);
	/* Leipzig, 149 km: that is no travel */
	stand_at(513397, 123731, "DE");
	request.time_s = NOW - HOUR_S;
	assert_int_equal(judge(signal), CARDEA_NO);
}

static void
R08_a_clock_that_stands_or_runs_back_is_no_leave(void **state)
{
	static const int64_t steps[] = { 0, -1, -DAY_S,
		INT64_C(-36500) * DAY_S };

	(void)state;
	stand_at(356895, 1396917, "JP");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		request.time_s = NOW - HOUR_S + steps[i];
		assert_int_equal(
		    judge(CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL), CARDEA_YES);
	}
	/* whatever the speed that is allowed */
	stand_at(525210, 134050, "DE");
	settings.travel_km = 0;
	settings.travel_kmh = 100000;
	request.time_s = NOW - HOUR_S;
	assert_int_equal(judge(CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL), CARDEA_YES);
	stand_at(525200, 134050, "DE");
	assert_int_equal(judge(CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL), CARDEA_NO);
	request.time_known = false;
	assert_int_equal(
	    judge(CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL), CARDEA_UNKNOWN);
}

static void
what_is_not_exact_is_in_favour_of_the_person(void **state)
{
	const enum cardea_signal signal = CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL;

	(void)state;
	stand_at(488566, 23522, "FR");
	request.time_s = NOW - HOUR_S + 60;
	request.place.accuracy_km = 600;
	assert_int_equal(judge(signal), CARDEA_YES);
	history.accuracy_km = 100;
	assert_int_equal(judge(signal), CARDEA_NO);
	request.place.accuracy_km = UINT32_MAX;
	history.accuracy_km = UINT32_MAX;
	assert_int_equal(judge(signal), CARDEA_NO);
}

static void
positions_at_the_ends_of_the_world_are_judged(void **state)
{
	const enum cardea_signal signal = CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL;

	(void)state;
	history.latitude_e4 = 0;
	history.longitude_e4 = 1799900;
	stand_at(0, -1799900, "FJ");
	assert_int_equal(judge(signal), CARDEA_NO);
	history.latitude_e4 = 900000;
	stand_at(900000, 0, "NO");
	assert_int_equal(judge(signal), CARDEA_NO);
	stand_at(-900000, 0, "AQ");
	assert_int_equal(judge(signal), CARDEA_YES);
	request.place.position_known = CARDEA_UNKNOWN;
	assert_int_equal(judge(signal), CARDEA_UNKNOWN);
	request.place.position_known = CARDEA_NO;
	assert_int_equal(judge(signal), CARDEA_NO);
}

/* --- hours and days ----------------------------------------------------------
 */

/* two a weekday for so many weeks, at nine and at four, UTC */
static void
work(int weeks)
{
	memset(&history, 0, sizeof(history));
	for (int day = 0; day < 5; day++) {
		history.hours[day * 24 + 9] = (uint16_t)weeks;
		history.hours[day * 24 + 16] = (uint16_t)weeks;
	}
}

static void
an_hour_is_unusual_where_there_is_a_habit(void **state)
{
	const enum cardea_signal signal = CARDEA_SIGNAL_UNUSUAL_HOUR;
	int64_t monday = NOW - NOW % DAY_S - 6 * DAY_S; /* 00:00 UTC */

	(void)state;
	assert_int_equal(cardea_history_hour(monday), 0);
	assert_int_equal(cardea_history_hour(monday - 1), 167);
	work(1);
	request.time_s = monday + 3 * HOUR_S;
	assert_int_equal(judge(signal), CARDEA_NO);
	assert_string_equal(
	    compared(signal), "10 of 20 logins that it takes to know");
	work(10);
	assert_int_equal(judge(signal), CARDEA_YES);
	assert_string_equal(
	    compared(signal), "0 of 100 logins about 03:00 UTC on weekdays");
	for (int hour = 8; hour <= 10; hour++) {
		request.time_s = monday + hour * HOUR_S;
		assert_int_equal(judge(signal), CARDEA_NO);
	}
	request.time_s = monday + 11 * HOUR_S;
	assert_int_equal(judge(signal), CARDEA_YES);
	/* a Saturday at nine */
	request.time_s = monday + 5 * DAY_S + 9 * HOUR_S;
	assert_int_equal(judge(signal), CARDEA_YES);
	/* midnight has neighbours on both sides */
	history.hours[2 * 24 + 23] = 50;
	request.time_s = monday;
	assert_int_equal(judge(signal), CARDEA_NO);
}

static void
an_account_sleeps_after_its_time(void **state)
{
	const enum cardea_signal signal = CARDEA_SIGNAL_DORMANT_ACCOUNT;

	(void)state;
	history.last_login_s = NOW - 90 * DAY_S;
	assert_int_equal(judge(signal), CARDEA_NO);
	history.last_login_s--;
	assert_int_equal(judge(signal), CARDEA_YES);
	assert_string_equal(
	    compared(signal), "last login 90 days ago, limit 90");
}

static void
R08_a_last_login_yet_to_come_says_nothing(void **state)
{
	const enum cardea_signal signal = CARDEA_SIGNAL_DORMANT_ACCOUNT;

	(void)state;
	history.last_login_s = NOW + DAY_S;
	assert_int_equal(judge(signal), CARDEA_NO);
	assert_string_equal(
	    compared(signal), "last login 0 days ago, limit 90");
	history.last_login_s++;
	assert_int_equal(judge(signal), CARDEA_UNKNOWN);
	history.last_login_s = NOW + 3650 * (int64_t)DAY_S;
	assert_int_equal(judge(signal), CARDEA_UNKNOWN);
	assert_string_equal(
	    compared(signal), "last login 3650 days ahead, by a wrong clock");
}

static void
counts_reach_their_limits(void **state)
{
	(void)state;
	inputs.failures = 2;
	inputs.sessions = 4;
	assert_int_equal(judge(CARDEA_SIGNAL_RECENT_FAILURES), CARDEA_NO);
	assert_int_equal(judge(CARDEA_SIGNAL_MANY_SESSIONS), CARDEA_NO);
	inputs.failures = 3;
	inputs.sessions = 5;
	assert_int_equal(judge(CARDEA_SIGNAL_RECENT_FAILURES), CARDEA_YES);
	assert_int_equal(judge(CARDEA_SIGNAL_MANY_SESSIONS), CARDEA_YES);
	assert_string_equal(
	    compared(CARDEA_SIGNAL_RECENT_FAILURES), "3 refusals, limit 3");
}

static void
the_machine_itself_may_be_unusual(void **state)
{
	(void)state;
	inputs.clock_synchronised = false;
	inputs.database_stale = true;
	memcpy(inputs.database, "asn: too old", 13);
	assert_int_equal(judge(CARDEA_SIGNAL_CLOCK_UNSYNCHRONISED), CARDEA_YES);
	assert_int_equal(judge(CARDEA_SIGNAL_STALE_DATABASE), CARDEA_YES);
	assert_string_equal(
	    compared(CARDEA_SIGNAL_STALE_DATABASE), "asn: too old");
}

static void
the_log_tells_what_holds_and_what_is_unknown(void **state)
{
	char text[400], small[40];

	(void)state;
	stand_at(488566, 23522, "FR");
	request.place.position_known = CARDEA_UNKNOWN;
	cardea_signals_judge(&inputs, UINT32_MAX, &request);
	cardea_signals_format(&request, text, sizeof(text));
	assert_string_equal(text,
	    "first-seen-country(FR, seen DE) "
	    "impossible-travel?(the position is unknown)");
	cardea_signals_format(&request, small, sizeof(small));
	assert_string_equal(small, "first-seen-country(FR, seen DE)");
	stand_at(525200, 134050, "DE");
	cardea_signals_judge(&inputs, UINT32_MAX, &request);
	cardea_signals_format(&request, text, sizeof(text));
	assert_string_equal(text, "");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		TEST(what_is_usual_says_so),
		TEST(what_no_rule_asks_for_is_not_judged),
		TEST(a_network_is_seen_as_a_whole),
		TEST(a_country_is_seen_by_its_code),
		TEST(the_first_login_of_all_is_seen_for_the_first_time),
		TEST(C02_a_history_that_cannot_be_read_says_nothing),
		TEST(nobody_is_in_two_places),
		TEST(R08_a_clock_that_stands_or_runs_back_is_no_leave),
		TEST(what_is_not_exact_is_in_favour_of_the_person),
		TEST(positions_at_the_ends_of_the_world_are_judged),
		TEST(an_hour_is_unusual_where_there_is_a_habit),
		TEST(an_account_sleeps_after_its_time),
		TEST(R08_a_last_login_yet_to_come_says_nothing),
		TEST(counts_reach_their_limits),
		TEST(the_machine_itself_may_be_unusual),
		TEST(the_log_tells_what_holds_and_what_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
