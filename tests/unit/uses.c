/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/circumstances.h"

/* What the policy asks a login to find out: no more than its rules need. */

#define SIGNAL(name)                                                           \
	((uint32_t)CARDEA_USES_SIGNAL << (unsigned int)CARDEA_SIGNAL_##name)
#define SOURCE ((uint32_t)CARDEA_USES_LOGIN_SOURCE)

static const char zones[] =
    "zones: { nets = { networks = \"10.0.0.0/8\"; };"
    "land = { countries = \"DE\"; }; part = { subdivisions = \"DE-BE\"; };"
    "owner = { asns = 64500; }; odd = { traits = \"vpn\"; };"
    "list = { lists = \"/l\"; };"
    "city = { near = { point = \"1,2\"; km = 3; }; };"
    "two = { zones = [ \"nets\", \"land\" ]; };"
    "three = { zones = \"two\"; except = \"odd\"; }; };\n"
    "risk: { first-seen-country = 40; unusual-hour = 0; recent-failures = 20; "
    "};\n";

static const struct {
	const char *rule;
	uint32_t uses;
} cases[] = {
	{ "when = { user = \"u\"; };", 0 },
	{ "when = { group = \"g\"; };", CARDEA_USES_GROUPS },
	{ "when = { unless = { group = [ \"g\", \"h\" ]; }; };",
	    CARDEA_USES_GROUPS },
	{ "when = { zone = \"nets\"; };", SOURCE },
	{ "when = { zone = \"land\"; };", SOURCE | CARDEA_USES_COUNTRY },
	{ "when = { zone = \"part\"; };", SOURCE | CARDEA_USES_COUNTRY },
	{ "when = { zone = \"owner\"; };", SOURCE | CARDEA_USES_ASN },
	{ "when = { zone = \"odd\"; };", SOURCE | CARDEA_USES_TRAITS },
	{ "when = { zone = \"list\"; };", SOURCE | CARDEA_USES_LISTS },
	{ "when = { zone = \"city\"; };", SOURCE | CARDEA_USES_POSITION },
	{ "when = { zone = \"two\"; };", SOURCE | CARDEA_USES_COUNTRY },
	{ "when = { unless = { unless = { zone = \"three\"; }; }; };",
	    SOURCE | CARDEA_USES_COUNTRY | CARDEA_USES_TRAITS },
	{ "when = { country = \"DE\"; };", SOURCE | CARDEA_USES_COUNTRY },
	{ "when = { country = \"DE-BE\"; };", SOURCE | CARDEA_USES_COUNTRY },
	{ "when = { asn = 1; };", SOURCE | CARDEA_USES_ASN },
	{ "when = { signal = \"first-seen-network\"; };",
	    SOURCE | SIGNAL(FIRST_SEEN_NETWORK) },
	{ "when = { signal = \"first-seen-country\"; };",
	    SOURCE | CARDEA_USES_COUNTRY | SIGNAL(FIRST_SEEN_COUNTRY) },
	{ "when = { signal = \"impossible-travel\"; };",
	    SOURCE | CARDEA_USES_POSITION | SIGNAL(IMPOSSIBLE_TRAVEL) },
	{ "when = { signal = [ \"many-sessions\", \"stale-database\" ]; };",
	    SIGNAL(MANY_SESSIONS) | SIGNAL(STALE_DATABASE) },
	/* with weights comes what is weighed, if it weighs something */
	{ "when = { unless = { risk_at_least = 60; }; };",
	    SOURCE | CARDEA_USES_COUNTRY | SIGNAL(FIRST_SEEN_COUNTRY) |
		SIGNAL(RECENT_FAILURES) },
	{ "remember = \"15m\";", CARDEA_USES_REMEMBER },
	{ "grant = true;", CARDEA_USES_GRANTS },
};

static void
a_policy_asks_for_what_its_rules_name_and_no_more(void **state)
{
	char text[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct written written;

		snprintf(text, sizeof(text),
		    "%s rules = ( { name = \"r\"; require = \"totp\"; %s } );",
		    zones, cases[i].rule);
		written = write_policy("", text);
		if (cardea_policy_uses(written.policy) != cases[i].uses)
			fail_msg("%s uses %x, not %x", cases[i].rule,
			    cardea_policy_uses(written.policy), cases[i].uses);
		drop_policy(&written);
	}
}

static void
weights_and_grants_come_through(void **state)
{
	struct written written = write_policy("",
	    "risk: { impossible-travel = 1000000; dormant-account = 0; };"
	    "rules = ( { name = \"r\"; require = \"totp\"; grant = true; "
	    "approve = 2; }, { name = \"s\"; require = \"totp\"; } );");
	struct cardea_rule rule;

	(void)state;
	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++)
		assert_int_equal(
		    cardea_policy_weight(written.policy, (enum cardea_signal)i),
		    i == CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL ? 1000000 : 0);
	assert_int_equal(
	    cardea_policy_weight(written.policy, CARDEA_SIGNAL_COUNT), 0);
	assert_int_equal(
	    cardea_policy_rule(written.policy, 0, &rule), CARDEA_OK);
	assert_true(rule.grant);
	assert_false(rule.early);
	assert_int_equal(rule.approve, 2);
	assert_int_equal(
	    cardea_policy_rule(written.policy, 1, &rule), CARDEA_OK);
	assert_false(rule.grant);
	assert_true(rule.early);
	assert_int_equal(rule.approve, 0);
	drop_policy(&written);
}

static void
what_is_remembered_of_a_person_is_not_told_early(void **state)
{
	static const struct {
		const char *when;
		bool early;
	} early[] = {
		{ "country = \"DE\";", true },
		{ "asn = 1;", true },
		{ "zone = \"three\";", true },
		{ "signal = \"unusual-hour\";", false },
		{ "risk_at_least = 1;", false },
		{ "unless = { unless = { signal = \"many-sessions\"; }; };",
		    false },
		{ "unless = ( { asn = 1; }, { risk_at_least = 7; } );", false },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(early) / sizeof(early[0]); i++) {
		struct written written;
		struct cardea_rule rule;

		snprintf(text, sizeof(text),
		    "%s rules = ( { name = \"r\"; deny = \"d\"; when = { %s }; "
		    "} );",
		    zones, early[i].when);
		written = write_policy("", text);
		assert_int_equal(
		    cardea_policy_rule(written.policy, 0, &rule), CARDEA_OK);
		if (rule.early != early[i].early)
			fail_msg("%s", early[i].when);
		drop_policy(&written);
	}
}

/* one list is one file, whoever names it, at the strictest age asked for */
static void
lists_are_known_by_their_path(void **state)
{
	struct written written = write_policy("",
	    "zones: { a = { lists = [ \"/x\", \"/y\" ]; };"
	    "b = { lists = \"/x\"; lists_max_age = \"7d\"; };"
	    "c = { lists = \"/x\"; lists_max_age = \"2d\"; };"
	    "d = { lists = \"/x\"; lists_max_age = \"9d\"; }; };"
	    "rules = ( { name = \"r\"; deny = \"d\"; } );");
	struct cardea_policy_list list;

	(void)state;
	assert_int_equal(cardea_policy_list_count(written.policy), 2);
	assert_int_equal(
	    cardea_policy_list(written.policy, 0, &list), CARDEA_OK);
	assert_string_equal(list.path, "/x");
	assert_int_equal(list.max_age_s, 2 * 86400);
	/* the first eight bytes that sha256sum gives for "/x" */
	assert_true(list.id == UINT64_C(0xb3d1db318671a024));
	assert_int_equal(
	    cardea_policy_list(written.policy, 1, &list), CARDEA_OK);
	assert_string_equal(list.path, "/y");
	assert_int_equal(list.max_age_s, 0);
	assert_int_equal(
	    cardea_policy_list(written.policy, 2, &list), CARDEA_E_RANGE);
	drop_policy(&written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_policy_asks_for_what_its_rules_name_and_no_more),
		cmocka_unit_test(weights_and_grants_come_through),
		cmocka_unit_test(
		    what_is_remembered_of_a_person_is_not_told_early),
		cmocka_unit_test(lists_are_known_by_their_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
