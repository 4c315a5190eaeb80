/* SPDX-License-Identifier: BSD-2-Clause */
#include <cardea/limits.h>

#include "unit/circumstances.h"

/* What zones, risk and grants may not say, and what they say wrongly. */

static const struct refusal bad_zones[] = {
	{ "countries = \"de\";",
	    ".countries: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "countries = \"Germany\";",
	    ".countries: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "countries = [ \"FR\", \"DEU\" ];",
	    ".countries[1]: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "countries = \"DE-BE\";",
	    ".countries: expected a country such as \"DE\"" },
	{ "countries = \"D1\";",
	    ".countries: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "countries = \"\";", ".countries: an empty text says nothing" },
	{ "countries = [ ];",
	    ".countries: an empty list matches nobody: leave the key out, or "
	    "remove the rule" },
	{ "countries = 49;",
	    ".countries: expected a text or an array [ \"...\", \"...\" ]" },
	{ "subdivisions = \"DE\";",
	    ".subdivisions: expected a part of a country such as \"DE-BE\"" },
	{ "subdivisions = \"DE-\";",
	    ".subdivisions: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "subdivisions = \"DE-be\";",
	    ".subdivisions: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "subdivisions = \"de-BE\";",
	    ".subdivisions: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "subdivisions = \"DE_BE\";",
	    ".subdivisions: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "subdivisions = \"DE-BERL\";",
	    ".subdivisions: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "asns = \"AS64500\";",
	    ".asns: expected a number or an array [ 1, 2 ]" },
	{ "asns = [ \"64500\" ];", ".asns[0]: expected a number" },
	{ "asns = [ ];", ".asns: an empty list matches nobody" },
	{ "asns = 0;", ".asns: must be 1 to 4294967295" },
	{ "asns = -5;", ".asns: must be 1 to 4294967295" },
	{ "asns = ( 64500, 4294967296L );",
	    ".asns[1]: must be 1 to 4294967295" },
	{ "asns = 1.5;", ".asns: expected a number or an array [ 1, 2 ]" },
	{ "traits = [ \"vpn\", \"VPN\" ];",
	    ".traits[1]: expected anonymous, vpn, hosting, public-proxy, "
	    "residential-proxy or tor-exit" },
	{ "traits = true;",
	    ".traits: expected a text or an array [ \"...\", \"...\" ]" },
	{ "lists = \"tor.txt\";",
	    ".lists: expected a path that begins with /" },
	{ "lists = \"https://example.org/x\";",
	    ".lists: expected a path that begins with /" },
	{ "lists = [ ];",
	    ".lists: an empty list matches nobody: leave the key out, or "
	    "remove the rule" },
	{ "lists = \"/a\"; lists_max_age = 7;",
	    ".lists_max_age: expected a text in quotes" },
	{ "lists = \"/a\"; lists_max_age = \"1s\";",
	    ".lists_max_age: must be 60 to 31622400 seconds" },
	{ "networks = \"10.0.0.0/8\"; lists_max_age = \"7d\";",
	    ": lists_max_age says nothing without lists" },
	{ "near = ( );", ".near: expected a block, or a list of some" },
	{ "near = 5;", ".near: expected a block { ... }" },
	{ "near = ( { point = \"1,2\"; } );",
	    ".near[0]: near needs a point and km" },
	{ "near = ( { km = 2; } );", ".near[0]: near needs a point and km" },
	{ "near = { point = \"90.0001, 2\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \"1, -180.0001\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \"1\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \"1, 2, 3\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \"52,52, 13,40\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \"1.00001, 2\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \"1e1, 2\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \" 1, 2\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \"N 52, E 13\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \"nan, inf\"; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = 52.52; km = 3; };",
	    ".near.point: expected degrees north and east, with up to four "
	    "places, such as \"52.5200, 13.4050\" or \"-33.86, 151.21\"" },
	{ "near = { point = \"1, 2\"; km = 0; };",
	    ".near.km: must be 1 to 20038" },
	{ "near = { point = \"1, 2\"; km = 20039; };",
	    ".near.km: must be 1 to 20038" },
	{ "near = { point = \"1, 2\"; km = 0.5; };",
	    ".near.km: expected a number" },
	{ "near = { point = \"1, 2\"; km = 3; height = 4; };",
	    ".near.height: unknown key" },
	{ "zones = \"nowhere\";", ".zones: no zone is named \"nowhere\"" },
	{ "zones = [ ];",
	    ".zones: an empty list matches nobody: leave the key out, or "
	    "remove the rule" },
	{ "zones = 5;",
	    ".zones: expected a text or an array [ \"...\", \"...\" ]" },
	{ "networks = \"10.0.0.0/8\"; except = \"nowhere\";",
	    ".except: no zone is named \"nowhere\"" },
	{ "networks = \"10.0.0.0/8\"; except = \"z\";",
	    ".except: \"z\" is part of itself that way" },
	{ "zones = \"z\";", ".zones: \"z\" is part of itself that way" },
	{ "hosts = \"example.org\";", ".hosts: unknown key" },
	{ "networks = \"example.org\";",
	    ".networks: \"example.org\" is no network such as \"192.0.2.0/24\" "
	    "or \"2001:db8::/32\" (no bits may stand right of the length, no "
	    "names)" },
};

static void
C01_a_zone_that_says_something_else_than_it_means_is_refused(void **state)
{
	char text[1024], said[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(bad_zones) / sizeof(bad_zones[0]); i++) {
		snprintf(text, sizeof(text),
		    "zones: { z = { %s }; };\nrules = ( { name = \"a\"; deny = "
		    "\"x\"; } );",
		    bad_zones[i].text);
		snprintf(said, sizeof(said), "policy.conf:1: zones.z%s",
		    bad_zones[i].said);
		expect_refusal("", text, said);
	}
	expect_refusal("",
	    "zones: { a = { networks = \"10.0.0.0/8\"; }; z = { except = "
	    "\"a\"; }; };",
	    "policy.conf:1: zones.z: a zone needs networks, countries, "
	    "subdivisions, asns, traits, near, lists or zones");
	expect_refusal("", "zones: { z = { }; };",
	    "policy.conf:1: zones.z: a zone needs networks, countries, "
	    "subdivisions, asns, traits, near, lists or zones");
}

static const struct refusal bad_whens[] = {
	{ "country = \"de\";",
	    "when.country: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "country = \"Germany\";",
	    "when.country: expected a country such as \"DE\" or a part of one "
	    "such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "country = [ \"DE\", \"DE-\" ];",
	    "when.country[1]: expected a country such as \"DE\" or a part of "
	    "one such as \"DE-BE\" (ISO 3166, in capitals)" },
	{ "country = [ ];",
	    "when.country: an empty list matches nobody: leave the key out, or "
	    "remove the rule" },
	{ "asn = [ 64500, 0 ];", "when.asn[1]: must be 1 to 4294967295" },
	{ "asn = \"64500\";",
	    "when.asn: expected a number or an array [ 1, 2 ]" },
	{ "signal = \"impossible\";",
	    "when.signal: expected first-seen-network, first-seen-country, "
	    "impossible-travel, unusual-hour, recent-failures, many-sessions, "
	    "dormant-account, clock-unsynchronised or stale-database" },
	{ "signal = [ \"unusual-hour\", \"Unusual-Hour\" ];",
	    "when.signal[1]: expected first-seen-network, first-seen-country, "
	    "impossible-travel, unusual-hour, recent-failures, many-sessions, "
	    "dormant-account, clock-unsynchronised or stale-database" },
	{ "signal = [ ];",
	    "when.signal: an empty list matches nobody: leave the key out, or "
	    "remove the rule" },
	{ "risk_at_least = 0;", "when.risk_at_least: must be 1 to 1000000" },
	{ "risk_at_least = \"60\";", "when.risk_at_least: expected a number" },
	{ "risk_at_least = [ 1, 2 ];",
	    "when.risk_at_least: expected a number" },
	{ "risk = 5;", "when.risk: unknown key" },
	{ "grant = true;", "when.grant: unknown key" },
};

static void
a_condition_on_circumstances_that_is_none_is_refused(void **state)
{
	char text[1024], said[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(bad_whens) / sizeof(bad_whens[0]); i++) {
		snprintf(text, sizeof(text),
		    "rules = ( { name = \"a\"; deny = \"x\"; when = { %s }; } "
		    ");",
		    bad_whens[i].text);
		snprintf(said, sizeof(said), "policy.conf:1: rules[0].%s",
		    bad_whens[i].said);
		expect_refusal("", text, said);
	}
}

#define RULES "rules = ( { name = \"a\"; deny = \"x\"; } );"

static const struct refusal bad_texts[] = {
	{ "risk = 5;" RULES,
	    "policy.conf:1: risk: expected a block { ... } of signals and "
	    "weights" },
	{ "risk: { };" RULES,
	    "policy.conf:1: risk: expected a block { ... } of signals and "
	    "weights" },
	{ "risk: { weather = 5; };" RULES,
	    "policy.conf:1: risk.weather: this is no signal" },
	{ "risk: { unusual-hour = -1; };" RULES,
	    "policy.conf:1: risk.unusual-hour: must be 0 to 1000000" },
	{ "risk: { unusual-hour = 1000001; };" RULES,
	    "policy.conf:1: risk.unusual-hour: must be 0 to 1000000" },
	{ "risk: { unusual-hour = \"high\"; };" RULES,
	    "policy.conf:1: risk.unusual-hour: expected a number" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; grant = true; } );",
	    "policy.conf:1: rules[0]: remember, session, revocation, "
	    "emergency, grant and when_outage go with require only" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; grant = \"yes\"; } );",
	    "policy.conf:1: rules[0].grant: expected true or false" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; approve = 1; } );",
	    "policy.conf:1: rules[0]: approve goes with grant = true only" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; approve = 1; } );",
	    "policy.conf:1: rules[0]: approve goes with grant = true only" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; grant = true; "
	  "approve = 0; } );",
	    "policy.conf:1: rules[0].approve: must be 1 to 4" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; grant = true; "
	  "approve = 5; } );",
	    "policy.conf:1: rules[0].approve: must be 1 to 4" },
	{ "rules = ( { name = \"a\"; require = \"none\"; reason = \"r\"; when "
	  "= { user = \"u\"; }; grant = true; } );",
	    "policy.conf:1: rules[0]: remember, session, revocation, "
	    "emergency, grant and when_outage need a requirement that asks "
	    "for something" },
	{ "zones: { a = { zones = \"b\"; };\n b = { zones = \"c\"; };\n c = { "
	  "networks = \"10.0.0.0/8\"; except = \"a\"; }; };" RULES,
	    "policy.conf:3: zones.c.except: \"a\" is part of itself that "
	    "way" },
	{ "zones: { z = { networks = \"10.0.0.0/8\"; }; };\nzones: { y = { "
	  "networks = \"10.0.0.0/8\"; }; };" RULES,
	    "policy.conf:2: duplicate setting name" },
};

static void
risk_grants_and_circles_that_cannot_be_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++)
		expect_refusal("", bad_texts[i].text, bad_texts[i].said);
}

/* a chain of zones, each in the next, as deep as asked for; turned: the
 * deepest is defined last, so that each is found before what it names */
static void
write_chain(char *text, size_t size, int depth, bool turned)
{
	size_t at = (size_t)snprintf(text, size, "zones: {\n");

	for (int k = 0; k <= depth; k++) {
		int i = turned ? depth - k : k;

		at += (size_t)snprintf(text + at, size - at,
		    "z%d = { networks = \"10.%d.0.0/16\"; ", i, i);
		if (i > 0)
			at += (size_t)snprintf(
			    text + at, size - at, "zones = \"z%d\"; ", i - 1);
		at += (size_t)snprintf(text + at, size - at, "};\n");
	}
	snprintf(text + at, size - at,
	    "}; rules = ( { name = \"r\"; deny = \"d\"; when = { zone = "
	    "\"z%d\"; }; } );",
	    depth);
}

static void
zones_are_nested_so_deep_and_no_deeper_in_any_order(void **state)
{
	struct cardea_request request = bob_in_berlin();
	char text[4096];

	(void)state;
	request.login_source = cardea_address_parse("10.0.3.4");
	for (int turned = 0; turned < 2; turned++) {
		struct written written;
		enum cardea_truth truth = CARDEA_MAYBE;

		write_chain(
		    text, sizeof(text), CARDEA_NESTING_MAX, turned != 0);
		written = write_policy("", text);
		assert_int_equal(
		    cardea_policy_match(written.policy, 0, &request, &truth),
		    CARDEA_OK);
		assert_int_equal(truth, CARDEA_TRUE);
		drop_policy(&written);
	}
	write_chain(text, sizeof(text), CARDEA_NESTING_MAX + 1, false);
	expect_refusal("", text,
	    "policy.conf:11: zones.z9.zones: zones lie deeper in one another "
	    "than 8");
	write_chain(text, sizeof(text), CARDEA_NESTING_MAX + 1, true);
	expect_refusal("", text,
	    "policy.conf:10: zones.z1.zones: zones lie deeper in one another "
	    "than 8");
}

/* no stack is eaten by a circle of four thousand zones */
static void
C10_a_long_circle_of_zones_is_refused(void **state)
{
	static char text[400000];
	size_t at = (size_t)snprintf(text, sizeof(text), "zones: {\n");

	(void)state;
	for (int i = 0; i < CARDEA_ZONES_MAX; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "z%d = { zones = \"z%d\"; };\n", i,
		    (i + 1) % CARDEA_ZONES_MAX);
	snprintf(text + at, sizeof(text) - at, "}; " RULES);
	expect_refusal("", text,
	    "policy.conf:10: zones.z8.zones: zones lie deeper in one another "
	    "than 8");
}

static void
C10_lists_and_zones_have_their_ceilings(void **state)
{
	static char text[400000];
	struct written written;
	size_t at;

	(void)state;
	for (int more = 0; more < 2; more++) {
		at = (size_t)snprintf(text, sizeof(text), "zones: { ");
		for (int i = 0; i < CARDEA_LISTS_MAX + more; i++)
			at += (size_t)snprintf(text + at, sizeof(text) - at,
			    "z%d = { lists = [ \"/l%d\", \"/l0\" ]; };\n", i,
			    i);
		snprintf(text + at, sizeof(text) - at, "}; " RULES);
		if (more == 0) {
			written = write_policy("", text);
			assert_int_equal(
			    cardea_policy_list_count(written.policy),
			    CARDEA_LISTS_MAX);
			drop_policy(&written);
		} else {
			expect_refusal("", text,
			    "policy.conf:65: zones.z64.lists[0]: more than 64 "
			    "lists");
		}
	}
	at = (size_t)snprintf(text, sizeof(text), "zones: { ");
	for (int i = 0; i <= CARDEA_ZONES_MAX; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "z%d = { countries = \"DE\"; };\n", i);
	snprintf(text + at, sizeof(text) - at, "}; " RULES);
	expect_refusal("", text, "policy.conf:1: zones: more than 4096 zones");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    C01_a_zone_that_says_something_else_than_it_means_is_refused),
		cmocka_unit_test(
		    a_condition_on_circumstances_that_is_none_is_refused),
		cmocka_unit_test(
		    risk_grants_and_circles_that_cannot_be_are_refused),
		cmocka_unit_test(
		    zones_are_nested_so_deep_and_no_deeper_in_any_order),
		cmocka_unit_test(C10_a_long_circle_of_zones_is_refused),
		cmocka_unit_test(C10_lists_and_zones_have_their_ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
