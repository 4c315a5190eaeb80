/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "policy/lint.h"

#include "unit/policies.h"

#define NOW 1795604400 /* 2026-11-25 11:00 in UTC */

/* all findings, one line each */
struct findings {
	char text[4096];
};

static void
note(const struct cardea_diag *warning, void *context)
{
	struct findings *findings = context;
	size_t at = strlen(findings->text);

	cardea_diag_format(
	    warning, findings->text + at, sizeof(findings->text) - at);
	strncat(findings->text, "\n",
	    sizeof(findings->text) - strlen(findings->text) - 1);
}

#define ROOT                                                                   \
	"{ name = \"root\"; require = \"none\"; reason = \"r\"; when = { "     \
	"caller = \"root\"; service = [ \"su\", \"sudo\" ]; }; }"

static void
expect(const char *settings, const char *rules, const char *said)
{
	struct written written = write_policy(settings, rules);
	struct findings findings = { "" };

	assert_int_equal(
	    cardea_lint(written.policy, NOW, note, &findings), CARDEA_OK);
	if (strcmp(findings.text, said) != 0)
		fail_msg("%s\nsaid: %s", rules, findings.text);
	drop_policy(&written);
}

static void
expect_rules(const char *rules, const char *said)
{
	char text[2048];

	snprintf(text, sizeof(text),
	    "risk: { unusual-hour = 6; }; zones: { z = { networks = "
	    "\"10.0.0.0/8\"; }; }; rules = ( " ROOT
	    ", { name = \"zoned\"; deny = \"d\"; when = { zone = \"z\"; user "
	    "= \"zoned\"; }; },\n%s );",
	    rules);
	expect("places: { country = \"/c\"; asn = \"/a\"; };", text, said);
}

static void
a_good_policy_gives_no_warning(void **state)
{
	(void)state;
	expect("observe = { until = \"2026-12-31\"; };",
	    "zones: { z = { networks = \"10.0.0.0/8\"; }; }; hours: { h = { "
	    "days = \"mon\"; times = \"00:00-24:00\"; timezone = "
	    "\"Europe/Berlin\"; }; }; rules = ( " ROOT
	    ", { name = \"a\"; require = \"totp\"; when = { zone = \"z\"; "
	    "unless = { hours = \"h\"; }; }; mode = \"observe\"; observe_until "
	    "= \"2026-11-25\"; review = \"2026-11-25\"; },"
	    "{ name = \"b\"; require = \"totp\"; } );",
	    "");
}

static void
a_rule_whose_only_demand_is_a_place_is_told(void **state)
{
	static const char place[] =
	    "policy.conf:2: p: asks for nothing but a place, and a place is "
	    "no proof\n";
	static const char open[] =
	    "policy.conf:2: p: asks for nothing and names no caller: whoever "
	    "comes this way is let in\n";
	static const char *const cases[][2] = {
		{ "zone = \"z\";", place },
		{ "zone = \"z\"; user = \"x\"; service = \"sshd\";", place },
		{ "origin = \"local\"; group = \"x\";", place },
		{ "tty = \"tty1\";", place },
		{ "country = \"DE\";", place },
		{ "asn = 64500; user = \"x\";", place },
		{ "user = \"x\";", open },
		{ "service = \"sshd\";", open },
		{ "caller = \"backup\"; zone = \"z\";", "" },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
		    "{ name = \"p\"; require = \"none\"; reason = \"r\"; when "
		    "= { %s }; }",
		    cases[i][0]);
		expect_rules(text, cases[i][1]);
	}
}

static void
keys_for_the_name_of_one_host_are_told(void **state)
{
	static const char unset[] =
	    "fido2.rp_id: is not set: security keys are enrolled for the name "
	    "of this host, and no other host accepts them\n";
	static const char *const cases[][2] = {
		{ "require = \"fido2\";", unset },
		{ "require = \"password + (totp | fido2(uv, local))\";",
		    unset },
		{ "require = \"fido2(remote)\";", unset },
		{ "require = \"fido2(sshd) | fido2\";", unset },
		{ "require = \"totp\"; when_outage = { store-unwritable = "
		  "\"fido2\"; };",
		    unset },
		{ "require = \"fido2(agent)\";", "" },
		{ "require = \"fido2(sshd) + password\";", "" },
		{ "require = \"password\";", "" },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
		    "rules = ( " ROOT ", { name = \"p\"; %s } );", cases[i][0]);
		expect("", text, cases[i][1]);
		expect("fido2: { rp_id = \"example.org\"; };", text, "");
	}
}

/* What a rule says of a cluster that cannot be reached is needed on the worst
 * of days, and cannot be tried before. */
static void
clauses_for_a_lost_cluster_that_help_nobody_are_told(void **state)
{
	static const char etcd[] =
	    "fido2: { rp_id = \"x\"; }; store = { driver = \"etcd\"; }; etcd = "
	    "{ endpoints = \"192.0.2.1:2379\"; trust = \"/t\"; certificate = "
	    "\"/c\"; key = \"/k\"; };";
	static const char unmet[] =
	    "policy.conf:1: c: when_outage.cluster: nobody can meet it: "
	    "whether "
	    "a code was spent is known to the cluster alone\n";
	static const char *const cases[][2] = {
		{ "fido2(uv)", "" },
		{ "password + (totp | fido2)", "" },
		{ "totp", unmet },
		{ "fido2 + (totp | recovery)", unmet },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
		    "rules = ( " ROOT ", { name = \"c\"; require = \"totp\"; "
		    "when_outage = { cluster = \"%s\"; }; } );",
		    cases[i][0]);
		expect(etcd, text, cases[i][1]);
	}
	snprintf(text, sizeof(text),
	    "rules = ( " ROOT ", { name = \"c\"; require = \"totp\"; session "
	    "= \"1h\"; when_outage = { cluster = \"fido2\"; }; } );");
	expect(etcd, text,
	    "policy.conf:1: c: when_outage.cluster: nobody is let in by it, "
	    "because of session: who would end it is not told while the "
	    "cluster is out of reach\n");
	snprintf(text, sizeof(text),
	    "rules = ( " ROOT ", { name = \"c\"; require = \"totp\"; "
	    "when_outage = { cluster = \"password\"; }; } );");
	expect("", text,
	    "policy.conf:1: c: when_outage.cluster: this host has no "
	    "cluster\n");
}

static void
dates_that_have_passed_are_told(void **state)
{
	(void)state;
	expect_rules(
	    "{ name = \"p\"; deny = \"d\"; mode = \"observe\"; observe_until "
	    "= \"2026-11-24\"; when = { user = \"x\"; }; },\n"
	    "{ name = \"q\"; deny = \"d\"; review = \"2026-11-24\"; when = { "
	    "user = \"y\"; }; },\n"
	    "{ name = \"r\"; deny = \"d\"; review = \"2020-01-01\"; owner = "
	    "\"eve\"; }",
	    "policy.conf:2: p: observe_until has passed: the rule is "
	    "enforced\n"
	    "policy.conf:3: q: was to be reviewed by 2026-11-24\n"
	    "policy.conf:4: r: was to be reviewed by 2020-01-01: ask eve\n");
	expect("observe = { until = \"2026-11-24\"; };",
	    "rules = ( " ROOT " );",
	    "observe: the date has passed: everything is enforced\n");
}

static void
what_nobody_names_and_nobody_knows_is_told(void **state)
{
	(void)state;
	expect("",
	    "zones: { z = { networks = \"10.0.0.0/8\"; }; };\nhours: { h = { "
	    "days = \"mon\"; times = \"00:00-24:00\"; timezone = "
	    "\"Mars/Olympus\"; }; }; rules = ( " ROOT " );",
	    "policy.conf:1: z: no rule names this zone\n"
	    "policy.conf:2: h: no rule names these hours\n"
	    "Mars/Olympus: this machine knows no such time zone: times in it "
	    "are never certain\n");
}

/* the calendar cases are with calendar_files.c */
static void
hours_that_are_over_are_told(void **state)
{
	static const struct {
		const char *also, *said;
	} cases[] = {
		{ "[ \"2026-11-01\", \"2026-11-23\" ]",
		    "policy.conf:1: h: all of their windows are over\n" },
		/* somewhere it is still yesterday */
		{ "\"2026-11-24\"", "" },
		{ "[ \"2026-11-01\", \"2026-12-24\" ]", "" },
		{ "\"2026-11-01\"; days = \"mon\"; times = \"08:00-09:00\"",
		    "" },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
		    "hours: { h = { also = %s; timezone = \"UTC\"; }; }; rules "
		    "= ( " ROOT
		    ", { name = \"a\"; deny = \"d\"; when = { hours "
		    "= \"h\"; }; } );",
		    cases[i].also);
		expect("", text, cases[i].said);
	}
}

#define STUCK                                                                  \
	"no rule lets root become another user: cron jobs and package "        \
	"scripts will be refused\n"

static void
a_policy_that_stops_root_is_told(void **state)
{
	static const char *const cases[][2] = {
		{ "caller = \"root\";", "" },
		{ "caller = [ \"x\", \"root\" ]; service = \"su\";",
		    "sudo: " STUCK },
		{ "caller = \"root\"; service = [ \"sudo-i\", \"su-l\" ];",
		    "su: " STUCK "sudo: " STUCK },
		{ "caller = \"x\";", "su: " STUCK "sudo: " STUCK },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
		    "rules = ( { name = \"p\"; require = \"none\"; reason = "
		    "\"r\"; when = { %s }; } );",
		    cases[i][0]);
		expect("", text, cases[i][1]);
	}
}

static void
rules_that_are_never_reached_are_told(void **state)
{
	static const struct {
		const char *earlier, *later;
		bool shadowed;
	} cases[] = {
		{ "user = \"x\";", "user = \"x\";", true },
		{ "user = \"x\";", "user = \"x\"; service = \"sshd\";", true },
		{ "user = [ \"x\", \"y\" ];", "user = \"y\";", true },
		{ "user = \"y\";", "user = [ \"x\", \"y\" ];", false },
		{ "user = \"x\"; service = \"sshd\";", "user = \"x\";", false },
		{ "user = \"x\";", "group = \"x\";", false },
		{ "service = \"sudo\";", "service = \"sudo-i\"; user = \"x\";",
		    true },
		{ "service = \"sudo-i\";", "service = \"sudo\";", false },
		{ "service = [ \"sshd\", \"su\" ];", "service = \"su-l\";",
		    true },
		{ "from = \"2026-01-01\";",
		    "from = \"2026-02-01\"; user = "
		    "\"x\";",
		    true },
		{ "from = \"2026-02-01\";", "from = \"2026-01-01\";", false },
		{ "until = \"2026-02-01\";", "until = \"2026-01-01\";", true },
		{ "from = \"2026-01-01\"; timezone = \"Asia/Tokyo\";",
		    "from = \"2026-02-01\";", false },
		{ "unless = { user = \"x\"; };",
		    "unless = { user = \"x\"; }; group = \"g\";", true },
		{ "unless = { user = \"x\"; };",
		    "unless = { user = [ \"x\", \"y\" ]; };", true },
		{ "unless = { user = [ \"x\", \"y\" ]; };",
		    "unless = { user = \"x\"; };", false },
		{ "unless = { user = \"x\"; service = \"sshd\"; };",
		    "unless = { user = \"x\"; };", true },
		{ "unless = { user = \"x\"; };",
		    "unless = ( { group = \"g\"; }, { user = \"x\"; } );",
		    true },
		{ "unless = ( { group = \"g\"; }, { user = \"x\"; } );",
		    "unless = { user = \"x\"; };", false },
		{ "unless = { user = \"x\"; };", "user = \"x\";", false },
		{ "country = \"DE\"; user = \"x\";",
		    "country = \"DE-BE\"; user = \"x\";", true },
		{ "country = [ \"FR\", \"DE\" ]; user = \"x\";",
		    "country = [ \"DE-BE\", \"FR\" ]; user = \"x\";", true },
		{ "country = \"DE-BE\"; user = \"x\";",
		    "country = \"DE\"; user = \"x\";", false },
		{ "asn = [ 1, 2 ]; user = \"x\";", "asn = 2; user = \"x\";",
		    true },
		{ "asn = 2; user = \"x\";", "asn = 3; user = \"x\";", false },
		{ "signal = [ \"unusual-hour\", \"many-sessions\" ];",
		    "signal = \"many-sessions\";", true },
		{ "risk_at_least = 5;", "risk_at_least = 6;", true },
		{ "risk_at_least = 6;", "risk_at_least = 5;", false },
		{ "unless = { risk_at_least = 6; };",
		    "unless = { risk_at_least = 5; };", true },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
		    "{ name = \"p\"; deny = \"d\"; when = { %s }; },\n{ name "
		    "= \"q\"; require = \"totp\"; when = { %s }; }",
		    cases[i].earlier, cases[i].later);
		expect_rules(text,
		    cases[i].shadowed
			? "policy.conf:3: q: is never reached: \"p\" (line 2) "
			  "matches whatever it matches\n"
			: "");
	}
}

static void
a_rule_that_observes_shadows_nobody(void **state)
{
	(void)state;
	expect_rules("{ name = \"p\"; deny = \"d\"; mode = \"observe\"; "
		     "observe_until = \"2026-11-25\"; }, { name = \"q\"; deny "
		     "= \"d\"; when = { user = \"x\"; }; },\n{ name = \"r\"; "
		     "deny = \"d\"; }, { name = \"s\"; deny = \"d\"; when = { "
		     "service = \"sshd\"; }; }",
	    "policy.conf:3: s: is never reached: \"r\" (line 3) matches "
	    "whatever it matches\n");
}

static void
a_grant_that_is_never_needed_is_told(void **state)
{
	(void)state;
	expect_rules("{ name = \"p\"; require = \"totp\"; when = { user = "
		     "\"x\"; }; },\n{ name = \"q\"; require = \"totp\"; when "
		     "= { user = \"x\"; }; grant = true; }",
	    "policy.conf:3: q: is never reached: \"p\" (line 2) matches "
	    "whatever it matches\n");
	expect_rules("{ name = \"q\"; require = \"totp\"; when = { user = "
		     "\"x\"; }; grant = true; },{ name = \"p\"; require = "
		     "\"totp\"; when = { user = \"x\"; }; }",
	    "");
	/* two grants are two things */
	expect_rules("{ name = \"q\"; require = \"totp\"; grant = true; },"
		     "{ name = \"p\"; require = \"totp\"; grant = true; }",
	    "");
}

static void
a_risk_that_is_never_reached_is_told(void **state)
{
	(void)state;
	expect_rules("{ name = \"p\"; deny = \"d\"; when = { risk_at_least = "
		     "6; }; }",
	    "");
	expect_rules("{ name = \"p\"; require = \"totp\"; when = { unless = { "
		     "risk_at_least = 7; }; }; }",
	    "policy.conf:2: p: asks for a risk of 7, and all weights together "
	    "are 6: that is never reached\n");
	expect("",
	    "rules = ( " ROOT ", { name = \"p\"; deny = \"d\"; when = { "
	    "risk_at_least = 1; }; } );",
	    "policy.conf:1: p: asks for a risk of 1, and all weights together "
	    "are 0: that is never reached\n");
}

#define DENIES                                                                 \
	"where the database or list cannot tell, this denies everybody: put "  \
	"a rule with emergency = true above it\n"

static void
C02_a_denial_of_everybody_where_the_place_is_unknown_is_told(void **state)
{
	static const char zones[] =
	    "zones: { nets = { networks = \"10.0.0.0/8\"; }; list = { lists = "
	    "\"/l\"; }; deep = { zones = [ \"nets\", \"list\" ]; }; };";
	static const struct {
		const char *when;
		bool told;
	} cases[] = {
		{ "country = \"DE\";", true },
		{ "unless = { country = \"DE\"; };", true },
		{ "asn = 5; service = \"sshd\";", true },
		{ "zone = \"list\";", true },
		{ "zone = \"deep\";", true },
		{ "zone = \"nets\";", false },
		{ "country = \"DE\"; group = \"contractors\";", false },
		{ "user = \"x\"; zone = \"deep\";", false },
	};
	static const char *const above[] = { "",
		"{ name = \"way\"; require = \"totp\"; when = { zone = [ "
		"\"nets\", \"deep\" ]; user = \"w\"; }; emergency = true; },",
		"{ name = \"way\"; require = \"totp\"; when = { zone = [ "
		"\"nets\", \"deep\" ]; user = \"w\"; }; emergency = true; mode "
		"= \"observe\"; observe_until = \"2027-01-01\"; }," };
	char text[2048];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) * 3; i++) {
		const char *way = above[i % 3];

		snprintf(text, sizeof(text),
		    "%s rules = ( %s { name = \"w\"; require = \"totp\"; when "
		    "= { zone = [ \"nets\", \"deep\" ]; user = \"v\"; }; "
		    "}, " ROOT
		    ", { name = \"p\"; deny = \"d\"; when = { %s }; } );",
		    zones, way, cases[i / 3].when);
		expect("places: { country = \"/c\"; asn = \"/a\"; };", text,
		    cases[i / 3].told && i % 3 != 1
			? "policy.conf:1: p: " DENIES
			: "");
	}
}

static void
C12_what_no_database_tells_is_told(void **state)
{
	static const struct {
		const char *settings, *when, *said;
	} cases[] = {
		{ "", "country = \"DE\";",
		    "places.country: is not set: countries and positions are "
		    "never known, and rules about them never certain\n" },
		{ "", "signal = \"impossible-travel\";",
		    "places.country: is not set: countries and positions are "
		    "never known, and rules about them never certain\n" },
		{ "", "risk_at_least = 1;",
		    "places.country: is not set: countries and positions are "
		    "never known, and rules about them never certain\n" },
		{ "", "asn = 1;",
		    "places.asn: is not set: owners of networks are never "
		    "known, and rules about them never certain\n" },
		{ "", "zone = \"odd\";",
		    "places.traits: is not set: traits of networks are never "
		    "known, and rules about them never certain\n" },
		{ "", "signal = \"stale-database\";",
		    "stale-database: is asked for, and cardea.conf names no "
		    "database in places\n" },
		{ "places: { asn = \"/a\"; };",
		    "signal = \"stale-database\"; asn = 1;", "" },
		{ "", "zone = \"nets\";", "" },
		{ "places: { country = \"/c\"; asn = \"/a\"; traits = \"/t\"; "
		  "};",
		    "zone = \"odd\"; asn = 1; country = \"DE\"; signal = [ "
		    "\"impossible-travel\", \"stale-database\" ];",
		    "" },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct findings findings = { "" };
		struct written written;

		snprintf(text, sizeof(text),
		    "zones: { nets = { networks = \"10.0.0.0/8\"; }; odd = { "
		    "traits = \"vpn\"; }; }; risk: { first-seen-country = 5; "
		    "}; rules = ( " ROOT ", { name = \"p\"; require = "
		    "\"totp\"; when = { %s }; } );",
		    cases[i].when);
		written = write_policy(cases[i].settings, text);
		assert_int_equal(
		    cardea_lint(written.policy, NOW, note, &findings),
		    CARDEA_OK);
		drop_policy(&written);
		if (cases[i].said[0] != '\0'
			? strstr(findings.text, cases[i].said) == NULL
			: strstr(findings.text, "is not set") != NULL ||
			    strstr(findings.text, "is asked for") != NULL)
			fail_msg("%s\nsaid: %s", cases[i].when, findings.text);
	}
}

static void
collect(const char *name, void *context)
{
	char *all = context;

	strncat(all, name, 60 - strlen(all));
	strncat(all, " ", 60 - strlen(all));
}

static void
names_of_people_and_groups_are_listed(void **state)
{
	struct written written = write_policy("",
	    "rules = ( { name = \"a\"; deny = \"d\"; when = { user = [ "
	    "\"x\", \"y\" ]; unless = { group = [ \"y\", \"g\" ]; }; host = "
	    "\"h\"; }; } );");
	char users[64] = "", groups[64] = "";

	(void)state;
	cardea_lint_users(written.policy, collect, users);
	cardea_lint_groups(written.policy, collect, groups);
	assert_string_equal(users, "x y ");
	assert_string_equal(groups, "y g ");
	drop_policy(&written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_policy_gives_no_warning),
		cmocka_unit_test(a_rule_whose_only_demand_is_a_place_is_told),
		cmocka_unit_test(keys_for_the_name_of_one_host_are_told),
		cmocka_unit_test(
		    clauses_for_a_lost_cluster_that_help_nobody_are_told),
		cmocka_unit_test(dates_that_have_passed_are_told),
		cmocka_unit_test(what_nobody_names_and_nobody_knows_is_told),
		cmocka_unit_test(hours_that_are_over_are_told),
		cmocka_unit_test(a_policy_that_stops_root_is_told),
		cmocka_unit_test(rules_that_are_never_reached_are_told),
		cmocka_unit_test(a_rule_that_observes_shadows_nobody),
		cmocka_unit_test(a_grant_that_is_never_needed_is_told),
		cmocka_unit_test(a_risk_that_is_never_reached_is_told),
		cmocka_unit_test(
		    C02_a_denial_of_everybody_where_the_place_is_unknown_is_told),
		cmocka_unit_test(C12_what_no_database_tells_is_told),
		cmocka_unit_test(names_of_people_and_groups_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
