/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/policies.h"
#include "unit/random.h"

/* Conditions on circumstances: places, lists, signals, risk, grants. */

static const char zones[] =
    "zones: {"
    "all = { zones = [ \"office\", \"lands\" ]; except = \"guests\"; };"
    "office = { networks = [ \"192.0.2.0/24\", \"2001:db8::/32\" ]; };"
    "guests = { networks = \"192.0.2.128/25\"; asns = 64501; };"
    "lands = { countries = [ \"DE\", \"FR\" ]; };"
    "town = { subdivisions = \"DE-BE\"; };"
    "nets = { asns = [ 64500, 64502 ]; };"
    "masked = { traits = [ \"vpn\", \"tor-exit\" ]; };"
    "near = { near = ( { point = \"52.52, 13.405\"; km = 50; },"
    "{ point = \"-33.86,151.21\"; km = 10; } ); };"
    "listed = { lists = [ \"/etc/cardea/lists/a\", \"/b\" ];"
    "lists_max_age = \"7d\"; }; };"
    "risk: { first-seen-country = 40; unusual-hour = 20; dormant-account = "
    "5; };";

static struct cardea_request
request_from(const char *address)
{
	struct cardea_request request = {
		.user = "alice",
		.user_exists = true,
		.service = "sshd",
		.groups_known = true,
		.time_known = true,
	};

	request.source = request.login_source = cardea_address_parse(address);
	return request;
}

/* in Berlin, by a network of known owner that is nobody's mask */
static struct cardea_request
berlin(void)
{
	struct cardea_request request = request_from("192.0.2.7");
	struct cardea_place *place = &request.place;

	place->country_known = place->subdivision_known = CARDEA_YES;
	memcpy(place->country, "DE", 2);
	memcpy(place->subdivision, "DE-BE", 5);
	place->asn_known = CARDEA_YES;
	place->asn = 64500;
	place->position_known = CARDEA_YES;
	place->latitude_e4 = 525200;
	place->longitude_e4 = 134050;
	place->accuracy_km = 20;
	place->traits_known = CARDEA_YES;
	return request;
}

static struct written
policy_when(const char *when)
{
	char text[4096];

	snprintf(text, sizeof(text),
	    "%s rules = ( { name = \"r\"; when = { %s }; deny = \"d\"; } );",
	    zones, when);
	return write_policy("", text);
}

static enum cardea_truth
judge(const char *when, const struct cardea_request *request)
{
	struct written written = policy_when(when);
	enum cardea_truth truth = (enum cardea_truth)99;

	assert_int_equal(
	    cardea_policy_match(written.policy, 0, request, &truth), CARDEA_OK);
	drop_policy(&written);
	return truth;
}

static void
expect(const char *when, const struct cardea_request *request,
    enum cardea_truth truth)
{
	enum cardea_truth found = judge(when, request);

	if (found != truth)
		fail_msg("%s is %d, not %d", when, (int)found, (int)truth);
}

static void
a_place_is_matched_as_it_is_written(void **state)
{
	struct cardea_request request = berlin();

	(void)state;
	expect("country = \"DE\";", &request, CARDEA_TRUE);
	expect("country = [ \"FR\", \"DE-BE\" ];", &request, CARDEA_TRUE);
	expect("country = \"DE-BY\";", &request, CARDEA_FALSE);
	expect("country = \"AT\";", &request, CARDEA_FALSE);
	expect("asn = 64500;", &request, CARDEA_TRUE);
	expect("asn = [ 1, 2, 3 ];", &request, CARDEA_FALSE);
	expect("zone = \"lands\";", &request, CARDEA_TRUE);
	expect("zone = \"town\";", &request, CARDEA_TRUE);
	expect("zone = \"nets\";", &request, CARDEA_TRUE);
	expect("zone = \"masked\";", &request, CARDEA_FALSE);
	request.place.traits = CARDEA_TRAIT_TOR_EXIT;
	expect("zone = \"masked\";", &request, CARDEA_TRUE);
	request.place.traits = CARDEA_TRAIT_HOSTING;
	expect("zone = \"masked\";", &request, CARDEA_FALSE);
}

static void
C02_what_no_database_tells_is_unknown(void **state)
{
	struct cardea_request request = request_from("203.0.113.1");

	(void)state;
	expect("country = \"DE\";", &request, CARDEA_MAYBE);
	expect("unless = { country = \"DE\"; };", &request, CARDEA_MAYBE);
	expect("asn = 1;", &request, CARDEA_MAYBE);
	expect("zone = \"town\";", &request, CARDEA_MAYBE);
	expect("zone = \"masked\";", &request, CARDEA_MAYBE);
	expect("zone = \"near\";", &request, CARDEA_MAYBE);
	expect("zone = \"listed\";", &request, CARDEA_MAYBE);
	expect("signal = \"unusual-hour\";", &request, CARDEA_MAYBE);
	expect("risk_at_least = 1;", &request, CARDEA_MAYBE);
	expect("risk_at_least = 66;", &request, CARDEA_FALSE);
	/* the country is known, its part is not */
	request.place.country_known = CARDEA_YES;
	memcpy(request.place.country, "FR", 2);
	expect("country = \"FR-75\";", &request, CARDEA_MAYBE);
	expect("country = \"DE-BE\";", &request, CARDEA_FALSE);
}

static void
who_comes_from_no_network_is_nowhere(void **state)
{
	struct cardea_request request = request_from("");
	struct cardea_place *place = &request.place;

	(void)state;
	place->country_known = place->subdivision_known = CARDEA_NO;
	place->asn_known = place->position_known = CARDEA_NO;
	place->traits_known = CARDEA_NO;
	expect("country = [ \"DE\", \"DE-BE\" ];", &request, CARDEA_FALSE);
	expect("asn = 1;", &request, CARDEA_FALSE);
	expect("zone = [ \"all\", \"near\", \"listed\", \"masked\" ];",
	    &request, CARDEA_FALSE);
	expect("unless = { zone = \"all\"; };", &request, CARDEA_TRUE);
}

static void
near_is_certain_only_where_the_whole_circle_is(void **state)
{
	struct cardea_request request = berlin();
	struct cardea_place *place = &request.place;

	(void)state;
	expect("zone = \"near\";", &request, CARDEA_TRUE);
	place->accuracy_km = 51;
	expect("zone = \"near\";", &request, CARDEA_MAYBE);
	/* Potsdam, 27 km away */
	place->latitude_e4 = 523906;
	place->longitude_e4 = 130645;
	place->accuracy_km = 22;
	expect("zone = \"near\";", &request, CARDEA_TRUE);
	place->accuracy_km = 24;
	expect("zone = \"near\";", &request, CARDEA_MAYBE);
	/* Leipzig, 149 km away */
	place->latitude_e4 = 513397;
	place->longitude_e4 = 123731;
	expect("zone = \"near\";", &request, CARDEA_FALSE);
	place->accuracy_km = 101;
	expect("zone = \"near\";", &request, CARDEA_MAYBE);
	/* Sydney, by the second point */
	place->latitude_e4 = -338650;
	place->longitude_e4 = 1512094;
	place->accuracy_km = 5;
	expect("zone = \"near\";", &request, CARDEA_TRUE);
}

static void
zones_hold_zones_and_leave_others_out(void **state)
{
	struct cardea_request request = berlin();

	(void)state;
	expect("zone = \"all\";", &request, CARDEA_TRUE);
	request.login_source = cardea_address_parse("192.0.2.200");
	expect("zone = \"all\";", &request, CARDEA_FALSE);
	request.login_source = cardea_address_parse("203.0.113.9");
	expect("zone = \"all\";", &request, CARDEA_TRUE);
	request.place.asn = 64501;
	expect("zone = \"all\";", &request, CARDEA_FALSE);
	request.place.asn_known = CARDEA_UNKNOWN;
	expect("zone = \"all\";", &request, CARDEA_MAYBE);
	memcpy(request.place.country, "US", 2);
	expect("zone = \"all\";", &request, CARDEA_FALSE);
}

static void
lists_are_known_by_their_path(void **state)
{
	struct written written = policy_when("zone = \"listed\";");
	struct cardea_request request = request_from("203.0.113.9");
	struct cardea_policy_list list;
	enum cardea_truth truth;

	(void)state;
	assert_int_equal(cardea_policy_list_count(written.policy), 2);
	assert_int_equal(
	    cardea_policy_list(written.policy, 2, &list), CARDEA_E_RANGE);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
		    cardea_policy_list(written.policy, i, &list), CARDEA_OK);
		assert_int_equal(list.max_age_s, 7 * 86400);
		request.listed[i].list = list.id;
		request.listed[i].holds = CARDEA_NO;
	}
	assert_true(request.listed[0].list != request.listed[1].list);
	request.listed_count = 2;
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	assert_int_equal(truth, CARDEA_FALSE);
	request.listed[1].holds = CARDEA_UNKNOWN;
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	assert_int_equal(truth, CARDEA_MAYBE);
	request.listed[0].holds = CARDEA_YES;
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	assert_int_equal(truth, CARDEA_TRUE);
	drop_policy(&written);
}

static void
signals_and_their_weights_are_facts(void **state)
{
	struct cardea_request request = berlin();
	struct cardea_signal_fact *facts = request.signals;

	(void)state;
	for (size_t i = 0; i < CARDEA_SIGNAL_COUNT; i++)
		facts[i].holds = CARDEA_NO;
	expect("signal = \"unusual-hour\";", &request, CARDEA_FALSE);
	expect("risk_at_least = 1;", &request, CARDEA_FALSE);
	facts[CARDEA_SIGNAL_UNUSUAL_HOUR].holds = CARDEA_YES;
	expect("signal = [ \"dormant-account\", \"unusual-hour\" ];", &request,
	    CARDEA_TRUE);
	expect("risk_at_least = 20;", &request, CARDEA_TRUE);
	expect("risk_at_least = 21;", &request, CARDEA_FALSE);
	facts[CARDEA_SIGNAL_FIRST_SEEN_COUNTRY].holds = CARDEA_UNKNOWN;
	expect("risk_at_least = 60;", &request, CARDEA_MAYBE);
	expect("risk_at_least = 61;", &request, CARDEA_FALSE);
	facts[CARDEA_SIGNAL_FIRST_SEEN_COUNTRY].holds = CARDEA_YES;
	expect("risk_at_least = 60;", &request, CARDEA_TRUE);
	/* a signal without a weight adds nothing */
	facts[CARDEA_SIGNAL_MANY_SESSIONS].holds = CARDEA_YES;
	expect("risk_at_least = 61;", &request, CARDEA_FALSE);
}

static void
a_rule_that_must_be_granted_waits_for_its_grant(void **state)
{
	struct written written = write_policy("",
	    "rules = ( { name = \"deploy\"; require = \"totp\"; grant = true; "
	    "approve = 2; }, { name = \"rest\"; require = \"fido2\"; } );");
	struct cardea_request request = request_from("203.0.113.9");
	struct cardea_rule rule;
	enum cardea_truth truth;

	(void)state;
	assert_int_equal(
	    cardea_policy_rule(written.policy, 0, &rule), CARDEA_OK);
	assert_true(rule.grant && rule.approve == 2 && !rule.early);
	assert_true(cardea_policy_uses(written.policy) == CARDEA_USES_GRANTS);
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	assert_int_equal(truth, CARDEA_MAYBE);
	request.grants.known = true;
	request.grants.count = 1;
	memcpy(request.grants.items[0].rule, "deploy2", 7);
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	assert_int_equal(truth, CARDEA_FALSE);
	memset(request.grants.items[0].rule, 0, 64);
	memcpy(request.grants.items[0].rule, "deploy", 6);
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	assert_int_equal(truth, CARDEA_TRUE);
	drop_policy(&written);
}

static uint32_t
signal_bit(enum cardea_signal signal)
{
	return (uint32_t)CARDEA_USES_SIGNAL << signal;
}

static void
only_what_a_condition_needs_is_asked_for(void **state)
{
	static const struct {
		const char *when;
		uint32_t uses;
	} cases[] = {
		{ "user = \"a\";", 0 },
		{ "zone = \"office\";", CARDEA_USES_LOGIN_SOURCE },
		{ "zone = \"all\";",
		    CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_COUNTRY |
			CARDEA_USES_ASN },
		{ "unless = { unless = { zone = \"near\"; }; };",
		    CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_POSITION },
		{ "zone = [ \"masked\", \"listed\" ];",
		    CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_TRAITS |
			CARDEA_USES_LISTS },
		{ "asn = 1;", CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_ASN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct written written = policy_when(cases[i].when);

		assert_int_equal(
		    cardea_policy_uses(written.policy), cases[i].uses);
		drop_policy(&written);
	}
}

static void
a_risk_asks_for_the_signals_that_weigh(void **state)
{
	struct written written = policy_when("risk_at_least = 1;");

	(void)state;
	assert_int_equal(cardea_policy_uses(written.policy),
	    CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_COUNTRY |
		signal_bit(CARDEA_SIGNAL_FIRST_SEEN_COUNTRY) |
		signal_bit(CARDEA_SIGNAL_UNUSUAL_HOUR) |
		signal_bit(CARDEA_SIGNAL_DORMANT_ACCOUNT));
	assert_int_equal(cardea_policy_weight(
			     written.policy, CARDEA_SIGNAL_FIRST_SEEN_COUNTRY),
	    40);
	drop_policy(&written);
}

/* Signals and grants hang on who it is: an early no would tell (no oracle). */
static void
P17_what_hangs_on_the_person_is_not_told_early(void **state)
{
	static const char *const whens[] = { "signal = \"unusual-hour\";",
		"risk_at_least = 5;",
		"unless = { signal = \"unusual-hour\"; };" };

	(void)state;
	for (size_t i = 0; i < sizeof(whens) / sizeof(whens[0]); i++) {
		struct written written = policy_when(whens[i]);
		struct cardea_rule rule;

		assert_int_equal(
		    cardea_policy_rule(written.policy, 0, &rule), CARDEA_OK);
		assert_false(rule.early);
		drop_policy(&written);
	}
}

/* What a name that nobody has would be unusual in, and what was not granted to
 * it, narrows nothing: it is asked like any person. */
static void
P17_a_stranger_is_asked_like_anybody(void **state)
{
	struct written written = write_policy("",
	    "rules = ( { name = \"a\"; when = { signal = "
	    "\"first-seen-country\"; }; require = \"totp\"; },"
	    "{ name = \"b\"; require = \"fido2\"; grant = true; },"
	    "{ name = \"c\"; require = \"password\"; } );");
	struct cardea_request request = berlin();
	struct cardea_requirement requirement;
	unsigned int seen = 0;

	(void)state;
	request.signals[CARDEA_SIGNAL_FIRST_SEEN_COUNTRY].holds = CARDEA_NO;
	request.grants.known = true;
	for (uint64_t pick = 0; pick < 3; pick++) {
		assert_true(cardea_policy_pretend(
		    written.policy, &request, pick, &requirement));
		assert_int_equal(requirement.nodes[0].kind, CARDEA_NODE_FACTOR);
		seen |= 1u << requirement.nodes[0].factor;
	}
	assert_int_equal(seen,
	    1u << CARDEA_FACTOR_TOTP | 1u << CARDEA_FACTOR_FIDO2 |
		1u << CARDEA_FACTOR_PASSWORD);
	drop_policy(&written);
}

static void
C04_networks_of_zones_in_zones_agree_with_plain_ones(void **state)
{
	struct random random = { 4 };
	struct written written = write_policy("",
	    "zones: { a = { networks = [ \"10.0.0.0/9\", \"2001:db8::/33\" ]; "
	    "};"
	    "b = { networks = [ \"10.128.0.0/9\", \"2001:db8:8000::/33\" ]; };"
	    "both = { zones = [ \"a\", \"b\" ]; };"
	    "plain = { networks = [ \"10.0.0.0/8\", \"2001:db8::/32\" ]; };"
	    "less = { zones = \"plain\"; except = \"b\"; }; };"
	    "rules = ( { name = \"1\"; when = { zone = \"both\"; }; deny = "
	    "\"d\"; }, { name = \"2\"; when = { zone = \"plain\"; }; deny = "
	    "\"d\"; }, { name = \"3\"; when = { zone = \"less\"; }; deny = "
	    "\"d\"; }, { name = \"4\"; when = { zone = \"a\"; }; deny = "
	    "\"d\"; } );");

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct cardea_request request = request_from("10.0.0.1");
		unsigned char *bytes = request.login_source.bytes;
		enum cardea_truth truths[4];

		if (random_one_in(&random, 2))
			request.login_source = cardea_address_parse(
			    "2001:db8::1");
		for (int i = 0; i < 3; i++)
			bytes[random_one_in(&random, 4)
				? 3
				: 12 + random_below(&random, 4)] ^=
			    (unsigned char)(1u << random_below(&random, 8));
		for (size_t i = 0; i < 4; i++)
			assert_int_equal(cardea_policy_match(written.policy, i,
					     &request, &truths[i]),
			    CARDEA_OK);
		assert_int_equal(truths[0], truths[1]);
		assert_int_equal(truths[2], truths[3]);
	}
	drop_policy(&written);
}

static void
distances_are_those_of_a_sphere(void **state)
{
	(void)state;
	/* Berlin to Tokyo, pole to pole, over the date line, nowhere */
	assert_int_equal(
	    (int)cardea_place_distance_km(525200, 134050, 356895, 1396917),
	    8916);
	assert_int_equal(
	    (int)cardea_place_distance_km(900000, 0, -900000, 1800000), 20015);
	assert_int_equal(
	    (int)cardea_place_distance_km(0, 1799000, 0, -1799000), 22);
	assert_int_equal(
	    (int)cardea_place_distance_km(525200, 134050, 525200, 134050), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_is_matched_as_it_is_written),
		cmocka_unit_test(C02_what_no_database_tells_is_unknown),
		cmocka_unit_test(who_comes_from_no_network_is_nowhere),
		cmocka_unit_test(
		    near_is_certain_only_where_the_whole_circle_is),
		cmocka_unit_test(zones_hold_zones_and_leave_others_out),
		cmocka_unit_test(lists_are_known_by_their_path),
		cmocka_unit_test(signals_and_their_weights_are_facts),
		cmocka_unit_test(
		    a_rule_that_must_be_granted_waits_for_its_grant),
		cmocka_unit_test(only_what_a_condition_needs_is_asked_for),
		cmocka_unit_test(a_risk_asks_for_the_signals_that_weigh),
		cmocka_unit_test(
		    P17_what_hangs_on_the_person_is_not_told_early),
		cmocka_unit_test(P17_a_stranger_is_asked_like_anybody),
		cmocka_unit_test(
		    C04_networks_of_zones_in_zones_agree_with_plain_ones),
		cmocka_unit_test(distances_are_those_of_a_sphere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
