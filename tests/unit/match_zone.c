/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/circumstances.h"

static enum cardea_truth
judge(
    const char *places, const char *when, const struct cardea_request *request)
{
	char text[4096];
	struct written written;
	enum cardea_truth truth = (enum cardea_truth)99;

	snprintf(text, sizeof(text),
	    "%s rules = ( { name = \"r\"; when = { %s }; require = \"totp\"; } "
	    ");",
	    places, when);
	written = write_policy("", text);
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, request, &truth), CARDEA_OK);
	drop_policy(&written);
	return truth;
}

static enum cardea_truth
judge_zone(const char *zone, const struct cardea_request *request)
{
	char places[2048];

	snprintf(places, sizeof(places),
	    "zones: { z = { %s }; inner = { networks = \"192.0.2.0/24\"; }; "
	    "outer = { networks = \"10.0.0.0/8\"; }; "
	    "perhaps = { lists = \"/somewhere\"; }; };",
	    zone);
	return judge(places, "zone = \"z\";", request);
}

struct zone_case {
	const char *zone;
	enum cardea_truth known, unknown; /* the place of bob; no place */
};

static const struct zone_case zones[] = {
	{ "countries = \"DE\";", CARDEA_TRUE, CARDEA_MAYBE },
	{ "countries = [ \"FR\", \"DE\", \"AT\" ];", CARDEA_TRUE,
	    CARDEA_MAYBE },
	{ "countries = [ \"FR\", \"AT\" ];", CARDEA_FALSE, CARDEA_MAYBE },
	{ "subdivisions = \"DE-BE\";", CARDEA_TRUE, CARDEA_MAYBE },
	{ "subdivisions = [ \"DE-HH\", \"AT-9\" ];", CARDEA_FALSE,
	    CARDEA_MAYBE },
	{ "asns = [ 64499, 64500 ];", CARDEA_TRUE, CARDEA_MAYBE },
	{ "asns = [ 64499, 64501 ];", CARDEA_FALSE, CARDEA_MAYBE },
	{ "asns = ( 4200000000L, 64500 );", CARDEA_TRUE, CARDEA_MAYBE },
	{ "traits = \"vpn\";", CARDEA_TRUE, CARDEA_MAYBE },
	{ "traits = [ \"hosting\", \"anonymous\" ];", CARDEA_TRUE,
	    CARDEA_MAYBE },
	{ "traits = [ \"hosting\", \"tor-exit\" ];", CARDEA_FALSE,
	    CARDEA_MAYBE },
	{ "networks = \"192.0.2.0/24\";", CARDEA_TRUE, CARDEA_TRUE },
	{ "networks = \"192.0.3.0/24\";", CARDEA_FALSE, CARDEA_FALSE },
	/* any of them */
	{ "networks = \"192.0.3.0/24\"; countries = \"DE\";", CARDEA_TRUE,
	    CARDEA_MAYBE },
	{ "networks = \"192.0.2.0/24\"; countries = \"FR\";", CARDEA_TRUE,
	    CARDEA_TRUE },
	{ "networks = \"192.0.3.0/24\"; asns = 1; countries = \"FR\";",
	    CARDEA_FALSE, CARDEA_MAYBE },
	/* zones of zones */
	{ "zones = \"inner\";", CARDEA_TRUE, CARDEA_TRUE },
	{ "zones = \"outer\";", CARDEA_FALSE, CARDEA_FALSE },
	{ "zones = [ \"outer\", \"inner\" ];", CARDEA_TRUE, CARDEA_TRUE },
	{ "zones = [ \"outer\", \"perhaps\" ];", CARDEA_MAYBE, CARDEA_MAYBE },
	{ "zones = [ \"inner\", \"perhaps\" ];", CARDEA_TRUE, CARDEA_TRUE },
	/* but for some */
	{ "countries = \"DE\"; except = \"outer\";", CARDEA_TRUE,
	    CARDEA_MAYBE },
	{ "countries = \"DE\"; except = \"inner\";", CARDEA_FALSE,
	    CARDEA_FALSE },
	{ "countries = \"DE\"; except = [ \"outer\", \"inner\" ];",
	    CARDEA_FALSE, CARDEA_FALSE },
	{ "countries = \"DE\"; except = \"perhaps\";", CARDEA_MAYBE,
	    CARDEA_MAYBE },
	{ "countries = \"FR\"; except = \"perhaps\";", CARDEA_FALSE,
	    CARDEA_MAYBE },
	{ "zones = \"inner\"; except = \"perhaps\";", CARDEA_MAYBE,
	    CARDEA_MAYBE },
};

static void
C02_a_zone_is_any_of_its_parts_and_what_is_unknown_is_neither_in_nor_out(
    void **state)
{
	struct cardea_request known = bob_in_berlin();
	struct cardea_request unknown = known;
	struct cardea_request console = known;

	(void)state;
	memset(&unknown.place, 0, sizeof(unknown.place));
	console.login_source = cardea_address_parse("");
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		const char *zone = zones[i].zone;

		if (judge_zone(zone, &known) != zones[i].known)
			fail_msg("%s: known %d", zone,
			    (int)judge_zone(zone, &known));
		if (judge_zone(zone, &unknown) != zones[i].unknown)
			fail_msg("%s: unknown %d", zone,
			    (int)judge_zone(zone, &unknown));
		/* who comes from no network is in no zone, whatever else is
		 * said of him */
		assert_int_equal(judge_zone(zone, &console), CARDEA_FALSE);
	}
}

static void
C02_an_address_that_is_no_number_is_in_no_zone_for_sure(void **state)
{
	struct cardea_request request = bob_in_berlin();

	(void)state;
	memset(&request.place, 0, sizeof(request.place));
	request.login_source = cardea_address_parse("UNKNOWN");
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		assert_int_equal(
		    judge_zone(zones[i].zone, &request), CARDEA_MAYBE);
	/* and an address is never looked up: a name is none (C01, C03) */
	request.login_source = cardea_address_parse("localhost");
	assert_int_equal(
	    judge_zone("networks = \"127.0.0.0/8\";", &request), CARDEA_MAYBE);
}

/* zones go by where the person sits; the source may be anything */
static void
C06_the_place_is_that_of_the_login_not_of_the_request(void **state)
{
	struct cardea_request request = bob_in_berlin();

	(void)state;
	request.source = cardea_address_parse("10.0.0.1");
	strcpy(request.rhost, "10.0.0.1");
	assert_int_equal(
	    judge_zone("zones = \"outer\";", &request), CARDEA_FALSE);
	assert_int_equal(
	    judge_zone("zones = \"inner\";", &request), CARDEA_TRUE);
}

static const struct {
	const char *when;
	enum cardea_known country, subdivision;
	enum cardea_truth truth;
} countries[] = {
	{ "country = \"DE\";", CARDEA_YES, CARDEA_YES, CARDEA_TRUE },
	{ "country = \"DE\";", CARDEA_YES, CARDEA_UNKNOWN, CARDEA_TRUE },
	{ "country = \"FR\";", CARDEA_YES, CARDEA_UNKNOWN, CARDEA_FALSE },
	{ "country = \"DE-BE\";", CARDEA_YES, CARDEA_YES, CARDEA_TRUE },
	{ "country = \"DE-HH\";", CARDEA_YES, CARDEA_YES, CARDEA_FALSE },
	/* not known which part: it may be this one */
	{ "country = \"DE-HH\";", CARDEA_YES, CARDEA_UNKNOWN, CARDEA_MAYBE },
	{ "country = [ \"AT-9\", \"DE-HH\" ];", CARDEA_YES, CARDEA_UNKNOWN,
	    CARDEA_MAYBE },
	/* but a part of another country it is not */
	{ "country = \"AT-9\";", CARDEA_YES, CARDEA_UNKNOWN, CARDEA_FALSE },
	{ "country = [ \"AT-9\", \"FR\" ];", CARDEA_YES, CARDEA_UNKNOWN,
	    CARDEA_FALSE },
	{ "country = \"DE-BE\";", CARDEA_YES, CARDEA_NO, CARDEA_FALSE },
	{ "country = \"DE\";", CARDEA_NO, CARDEA_NO, CARDEA_FALSE },
	{ "country = \"DE-BE\";", CARDEA_NO, CARDEA_UNKNOWN, CARDEA_FALSE },
	{ "country = \"DE\";", CARDEA_UNKNOWN, CARDEA_UNKNOWN, CARDEA_MAYBE },
	{ "country = [ \"DE-BE\", \"FR\" ];", CARDEA_UNKNOWN, CARDEA_UNKNOWN,
	    CARDEA_MAYBE },
	{ "unless = { country = \"DE\"; };", CARDEA_UNKNOWN, CARDEA_UNKNOWN,
	    CARDEA_MAYBE },
	{ "unless = { country = \"FR\"; };", CARDEA_YES, CARDEA_YES,
	    CARDEA_TRUE },
};

static void
C02_a_country_or_part_is_compared_as_far_as_it_is_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
		struct cardea_request request = bob_in_berlin();
		enum cardea_truth truth;

		request.place.country_known = countries[i].country;
		request.place.subdivision_known = countries[i].subdivision;
		truth = judge("", countries[i].when, &request);
		if (truth != countries[i].truth)
			fail_msg("%s gave %d", countries[i].when, (int)truth);
	}
}

/* bob is known within 5 km of a point in Berlin; Potsdam is 27 km away */
static void
C02_near_is_certain_only_where_the_whole_circle_is(void **state)
{
	static const struct {
		int km;
		uint32_t accuracy_km;
		enum cardea_truth truth;
	} cases[] = {
		{ 33, 5, CARDEA_TRUE },
		{ 32, 5, CARDEA_MAYBE },
		{ 27, 5, CARDEA_MAYBE },
		{ 23, 5, CARDEA_MAYBE },
		{ 22, 5, CARDEA_FALSE },
		{ 1, 5, CARDEA_FALSE },
		{ 29, 1, CARDEA_TRUE },
		{ 1, 1000, CARDEA_MAYBE },
		{ 1028, 1000, CARDEA_TRUE },
		/* how exact it is was not told: as vague as it can be */
		{ 1, 0, CARDEA_MAYBE },
		{ 1000, 0, CARDEA_MAYBE },
		{ 1028, 0, CARDEA_TRUE },
	};
	struct cardea_request request = bob_in_berlin();
	char zone[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		request.place.accuracy_km = cases[i].accuracy_km;
		snprintf(zone, sizeof(zone),
		    "near = ( { point = \"0, 0\"; km = 1; }, { "
		    "point = \"52.3906, 13.0645\"; km = %d; } );",
		    cases[i].km);
		if (judge_zone(zone, &request) != cases[i].truth)
			fail_msg("%d km, %u: %d", cases[i].km,
			    cases[i].accuracy_km,
			    (int)judge_zone(zone, &request));
	}
	request.place.position_known = CARDEA_NO;
	assert_int_equal(judge_zone(zone, &request), CARDEA_FALSE);
	/* whole degrees, and south and west */
	request.place.position_known = CARDEA_YES;
	request.place.latitude_e4 = -330000;
	request.place.longitude_e4 = -700000;
	request.place.accuracy_km = 1;
	assert_int_equal(
	    judge_zone("near = { point = \"-33, -70\"; km = 2; };", &request),
	    CARDEA_TRUE);
}

static void
C02_a_list_is_what_was_found_out_about_it(void **state)
{
	struct written written = write_policy("",
	    "zones: { z = { lists = [ \"/a\", \"/b\" ]; }; }; rules = ( { name "
	    "= \"r\"; deny = \"d\"; when = { zone = \"z\"; }; } );");
	static const struct {
		enum cardea_known a, b;
		enum cardea_truth truth;
	} cases[] = {
		{ CARDEA_NO, CARDEA_NO, CARDEA_FALSE },
		{ CARDEA_NO, CARDEA_YES, CARDEA_TRUE },
		{ CARDEA_YES, CARDEA_UNKNOWN, CARDEA_TRUE },
		{ CARDEA_NO, CARDEA_UNKNOWN, CARDEA_MAYBE },
		{ CARDEA_UNKNOWN, CARDEA_UNKNOWN, CARDEA_MAYBE },
	};
	struct cardea_request request = bob_in_berlin();
	struct cardea_policy_list lists[2];
	enum cardea_truth truth;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
		    cardea_policy_list(written.policy, i, &lists[i]),
		    CARDEA_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		request.listed_count = 2;
		request.listed[0].list = lists[1].id;
		request.listed[0].holds = cases[i].b;
		request.listed[1].list = lists[0].id;
		request.listed[1].holds = cases[i].a;
		assert_int_equal(
		    cardea_policy_match(written.policy, 0, &request, &truth),
		    CARDEA_OK);
		assert_int_equal(truth, cases[i].truth);
	}
	/* nobody asked it */
	request.listed_count = 0;
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	assert_int_equal(truth, CARDEA_MAYBE);
	drop_policy(&written);
}

/* --- signals, risk, grants ----------------------------------------------- */

static void
C02_signals_and_risk_are_as_certain_as_what_they_rest_on(void **state)
{
	static const char risk[] = "risk: { first-seen-country = 40; "
				   "unusual-hour = 30; many-sessions = 30; };";
	static const struct {
		const char *when;
		enum cardea_known country, hour;
		enum cardea_truth truth;
	} cases[] = {
		{ "signal = \"unusual-hour\";", CARDEA_NO, CARDEA_YES,
		    CARDEA_TRUE },
		{ "signal = \"unusual-hour\";", CARDEA_YES, CARDEA_NO,
		    CARDEA_FALSE },
		{ "signal = \"unusual-hour\";", CARDEA_YES, CARDEA_UNKNOWN,
		    CARDEA_MAYBE },
		{ "signal = [ \"unusual-hour\", \"first-seen-country\" ];",
		    CARDEA_YES, CARDEA_UNKNOWN, CARDEA_TRUE },
		{ "signal = [ \"unusual-hour\", \"dormant-account\" ];",
		    CARDEA_YES, CARDEA_NO, CARDEA_FALSE },
		{ "risk_at_least = 70;", CARDEA_YES, CARDEA_YES, CARDEA_TRUE },
		{ "risk_at_least = 71;", CARDEA_YES, CARDEA_YES, CARDEA_FALSE },
		{ "risk_at_least = 40;", CARDEA_YES, CARDEA_UNKNOWN,
		    CARDEA_TRUE },
		{ "risk_at_least = 41;", CARDEA_YES, CARDEA_UNKNOWN,
		    CARDEA_MAYBE },
		{ "risk_at_least = 70;", CARDEA_YES, CARDEA_UNKNOWN,
		    CARDEA_MAYBE },
		{ "risk_at_least = 71;", CARDEA_YES, CARDEA_UNKNOWN,
		    CARDEA_FALSE },
		{ "risk_at_least = 1;", CARDEA_NO, CARDEA_NO, CARDEA_FALSE },
		{ "unless = { risk_at_least = 1; };", CARDEA_NO, CARDEA_UNKNOWN,
		    CARDEA_MAYBE },
	};
	struct cardea_request request = bob_in_berlin();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum cardea_truth truth;

		request.signals[CARDEA_SIGNAL_FIRST_SEEN_COUNTRY].holds =
		    cases[i].country;
		request.signals[CARDEA_SIGNAL_UNUSUAL_HOUR].holds =
		    cases[i].hour;
		truth = judge(risk, cases[i].when, &request);
		if (truth != cases[i].truth)
			fail_msg("%s gave %d", cases[i].when, (int)truth);
	}
}

static void
C02_a_rule_by_grant_applies_to_whom_it_was_granted(void **state)
{
	struct cardea_request request = bob_in_berlin();
	static const char rules[] =
	    "rules = ( { name = \"%s\"; require = \"totp\"; grant = true; %s } "
	    ");";
	static const struct {
		const char *rule, *when;
		bool known, held;
		enum cardea_truth truth;
	} cases[] = {
		{ "night", "", true, true, CARDEA_TRUE },
		{ "night", "", true, false, CARDEA_FALSE },
		{ "night", "", false, true, CARDEA_MAYBE },
		{ "nigh", "", true, true, CARDEA_FALSE },
		{ "Night", "", true, true, CARDEA_FALSE },
		{ "night", "when = { user = \"eve\"; };", true, true,
		    CARDEA_FALSE },
		{ "night", "when = { user = \"eve\"; };", false, true,
		    CARDEA_FALSE },
	};
	char text[256];

	(void)state;
	strcpy(request.grants.items[0].rule, "day");
	strcpy(request.grants.items[1].rule, "night");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct written written;
		enum cardea_truth truth = (enum cardea_truth)99;

		snprintf(
		    text, sizeof(text), rules, cases[i].rule, cases[i].when);
		written = write_policy("", text);
		request.grants.known = cases[i].known;
		request.grants.count = cases[i].held ? 2 : 1;
		assert_int_equal(
		    cardea_policy_match(written.policy, 0, &request, &truth),
		    CARDEA_OK);
		if (truth != cases[i].truth)
			fail_msg("case %zu gave %d", i, (int)truth);
		drop_policy(&written);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    C02_a_zone_is_any_of_its_parts_and_what_is_unknown_is_neither_in_nor_out),
		cmocka_unit_test(
		    C02_an_address_that_is_no_number_is_in_no_zone_for_sure),
		cmocka_unit_test(
		    C06_the_place_is_that_of_the_login_not_of_the_request),
		cmocka_unit_test(
		    C02_a_country_or_part_is_compared_as_far_as_it_is_known),
		cmocka_unit_test(
		    C02_near_is_certain_only_where_the_whole_circle_is),
		cmocka_unit_test(C02_a_list_is_what_was_found_out_about_it),
		cmocka_unit_test(
		    C02_signals_and_risk_are_as_certain_as_what_they_rest_on),
		cmocka_unit_test(
		    C02_a_rule_by_grant_applies_to_whom_it_was_granted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
