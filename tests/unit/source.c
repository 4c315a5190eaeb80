/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "unit/policies.h"

static const struct refusal bad_rules[] = {
	{ "rules = ( { name = \"a\"; } );",
	    "policy.conf:1: rules[0]: a rule has exactly one of require and "
	    "deny" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; deny = \"x\"; } );",
	    "policy.conf:1: rules[0]: a rule has exactly one of require and "
	    "deny" },
	{ "rules = ( { deny = \"x\"; } );",
	    "policy.conf:1: rules[0]: a rule needs a name" },
	{ "rules = ( { name = \"\"; deny = \"x\"; } );",
	    "policy.conf:1: rules[0].name: an empty text says nothing" },
	{ "rules = ( { name = 5; deny = \"x\"; } );",
	    "policy.conf:1: rules[0].name: expected a text in quotes" },
	{ "rules = ( { name = \"a b\"; deny = \"x\"; } );",
	    "policy.conf:1: rules[0].name: a name holds letters, digits, '.', "
	    "'_' and '-' only" },
	{ "rules = ( { name = \"a\\nb\"; deny = \"x\"; } );",
	    "policy.conf:1: rules[0].name: a control byte in a text" },
	{ "rules = ( { name = \"a\"; deny = \"\"; } );",
	    "policy.conf:1: rules[0].deny: an empty text says nothing" },
	{ "rules = ( { name = \"a\"; deny = \"x\\x1b[2J\"; } );",
	    "policy.conf:1: rules[0].deny: a control byte in a text" },
	{ "rules = ( { name = \"a\"; deny = true; } );",
	    "policy.conf:1: rules[0].deny: expected a text in quotes" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; colour = \"red\"; } );",
	    "policy.conf:1: rules[0].colour: unknown key" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; approve = \"boss\"; } );",
	    "policy.conf:1: rules[0].approve: expected a number" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; approve = 5; } );",
	    "policy.conf:1: rules[0].approve: must be 1 to 4" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; approve = 1; } );",
	    "policy.conf:1: rules[0]: approve goes with grant = true only" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; grant = true; } );",
	    "policy.conf:1: rules[0]: remember, session, revocation, "
	    "emergency, "
	    "grant and when_outage go with require only" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; remember = \"15m\"; } );",
	    "policy.conf:1: rules[0]: remember, session, revocation, "
	    "emergency, "
	    "grant and "
	    "when_outage go with require only" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; emergency = true; } );",
	    "policy.conf:1: rules[0]: remember, session, revocation, "
	    "emergency, "
	    "grant and "
	    "when_outage go with require only" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; mode = \"observe\"; } );",
	    "policy.conf:1: rules[0]: mode = \"observe\" needs observe_until" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; observe_until = "
	  "\"2027-01-31\"; } );",
	    "policy.conf:1: rules[0]: observe_until goes with mode = "
	    "\"observe\" only" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; mode = \"enforce\"; "
	  "observe_until = \"2027-01-31\"; } );",
	    "policy.conf:1: rules[0]: observe_until goes with mode = "
	    "\"observe\" only" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; mode = \"watch\"; } );",
	    "policy.conf:1: rules[0].mode: expected \"observe\" or "
	    "\"enforce\"" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; mode = true; } );",
	    "policy.conf:1: rules[0].mode: expected \"observe\" or "
	    "\"enforce\"" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; mode = \"observe\"; "
	  "observe_until = \"2027-02-29\"; } );",
	    "policy.conf:1: rules[0].observe_until: expected a date such as "
	    "\"2027-01-31\"" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; mode = \"observe\"; "
	  "observe_until = \"31.1.2027\"; } );",
	    "policy.conf:1: rules[0].observe_until: expected a date such as "
	    "\"2027-01-31\"" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; review = \"soon\"; } );",
	    "policy.conf:1: rules[0].review: expected a date such as "
	    "\"2027-01-31\"" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; alert = \"yes\"; } );",
	    "policy.conf:1: rules[0].alert: expected true or false" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; alert = 1; } );",
	    "policy.conf:1: rules[0].alert: expected true or false" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; remember = 15; } );",
	    "policy.conf:1: rules[0].remember: expected a text in quotes" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; remember = \"15\"; } "
	  ");",
	    "policy.conf:1: rules[0].remember: expected a duration such as "
	    "\"45s\", \"15m\", \"10h\" or \"7d\"" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; remember = \"0s\"; } "
	  ");",
	    "policy.conf:1: rules[0].remember: must be 1 to 604800 seconds" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; remember = \"8d\"; } "
	  ");",
	    "policy.conf:1: rules[0].remember: must be 1 to 604800 seconds" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; session = \"366d\"; } "
	  ");",
	    "policy.conf:1: rules[0].session: must be 1 to 31536000 seconds" },
	{ "rules = ( { name = \"a\"; require = \"none\"; when = { user = "
	  "\"x\"; }; } );",
	    "policy.conf:1: rules[0]: require = \"none\" needs a reason" },
	{ "rules = ( { name = \"a\"; require = \"none\"; reason = \"r\"; } );",
	    "policy.conf:1: rules[0]: require = \"none\" without when would "
	    "let everybody in" },
	{ "rules = ( { name = \"a\"; require = \"none\"; reason = \"r\"; "
	  "remember = \"1h\"; when = { user = \"x\"; }; } );",
	    "policy.conf:1: rules[0]: remember, session, revocation, "
	    "emergency, "
	    "grant and "
	    "when_outage need a requirement that asks for something" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; when_outage = { }; } "
	  ");",
	    "policy.conf:1: rules[0].when_outage: expected a block { ... }" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; when_outage = { "
	  "weather = \"totp\"; }; } );",
	    "policy.conf:1: rules[0].when_outage.weather: expected "
	    "store-unwritable, cluster or revocation-stale" },
	{ "rules = ( { name = \"a\"; require = \"totp\"; when_outage = { "
	  "cluster = \"none\"; }; } );",
	    "policy.conf:1: rules[0].when_outage.cluster: an outage must not "
	    "open the door: demand something" },
	{ "rules = ( { name = \"a\"; name = \"b\"; deny = \"x\"; } );",
	    "policy.conf:1: duplicate setting name" },
};

static const struct refusal bad_texts[] = {
	{ "zones = ( );", "policy.conf:1: zones: expected a block { ... }" },
	{ "zones: { a = { }; };",
	    "policy.conf:1: zones.a: a zone needs networks, countries, "
	    "subdivisions, asns, traits, near, lists or zones" },
	{ "zones: { a = { except = [ \"b\" ]; }; b = { asns = 1; }; };",
	    "policy.conf:1: zones.a: a zone needs networks, countries, "
	    "subdivisions, asns, traits, near, lists or zones" },
	{ "zones: { a = { networks = [ ]; }; };",
	    "policy.conf:1: zones.a.networks: an empty list matches nobody: "
	    "leave the key out, or remove the rule" },
	{ "zones: { a = { countries = [ \"DE-BE\" ]; }; };",
	    "policy.conf:1: zones.a.countries[0]: expected a country such as "
	    "\"DE\"" },
	{ "zones: { a = { subdivisions = [ \"DE\" ]; }; };",
	    "policy.conf:1: zones.a.subdivisions[0]: expected a part of a "
	    "country such as \"DE-BE\"" },
	{ "zones: { a = { traits = \"evil\"; }; };",
	    "policy.conf:1: zones.a.traits: expected anonymous, vpn, hosting, "
	    "public-proxy, residential-proxy or tor-exit" },
	{ "zones: { a = { lists = [ \"x\" ]; }; };",
	    "policy.conf:1: zones.a.lists[0]: expected a path that begins with "
	    "/" },
	{ "zones: { a = { asns = 1; lists_max_age = \"7d\"; }; };",
	    "policy.conf:1: zones.a: lists_max_age says nothing without "
	    "lists" },
	{ "zones: { a = { near = { km = 5; }; }; };",
	    "policy.conf:1: zones.a.near: near needs a point and km" },
	{ "zones: { a = { near = { point = \"91,0\"; km = 5; }; }; };",
	    "policy.conf:1: zones.a.near.point: expected degrees north and "
	    "east, with up to four places, such as \"52.5200, 13.4050\" or "
	    "\"-33.86, 151.21\"" },
	{ "zones: { a = { zones = \"b\"; }; };",
	    "policy.conf:1: zones.a.zones: no zone is named \"b\"" },
	{ "zones: { a = { zones = \"a\"; }; };",
	    "policy.conf:1: zones.a.zones: \"a\" is part of itself that way" },
	{ "zones: { a = { zones = \"b\"; };\n"
	  "b = { asns = 1; except = \"a\"; }; };",
	    "policy.conf:2: zones.b.except: \"a\" is part of itself that way" },
	{ "risk: { };",
	    "policy.conf:1: risk: expected a block { ... } of "
	    "signals and weights" },
	{ "risk: { rain = 1; };",
	    "policy.conf:1: risk.rain: this is no "
	    "signal" },
	{ "risk: { unusual-hour = -1; };",
	    "policy.conf:1: risk.unusual-hour: must be 0 to 1000000" },
	{ "zones: { a = { nets = [ \"/x\" ]; }; };",
	    "policy.conf:1: zones.a.nets: unknown key" },
	{ "zones: { a = { networks = \"10.0.0.1/8\"; }; };",
	    "policy.conf:1: zones.a.networks: \"10.0.0.1/8\" is no network "
	    "such as \"192.0.2.0/24\" or \"2001:db8::/32\" (no bits may stand "
	    "right of the length, no names)" },
	{ "zones: { a = { networks = [ \"10.0.0.0/8\",\n \"intranet\" ]; }; };",
	    "policy.conf:2: zones.a.networks[1]: \"intranet\" is no network "
	    "such as \"192.0.2.0/24\" or \"2001:db8::/32\" (no bits may stand "
	    "right of the length, no names)" },
	{ "zones: { a = { networks = \"10.0.0.0/33\"; }; };",
	    "policy.conf:1: zones.a.networks: \"10.0.0.0/33\" is no network "
	    "such as \"192.0.2.0/24\" or \"2001:db8::/32\" (no bits may stand "
	    "right of the length, no names)" },
	{ "hours: { w = { times = \"07:00-08:00\"; timezone = \"UTC\"; }; };",
	    "policy.conf:1: hours.w: hours need days" },
	{ "hours: { w = { days = \"mon\"; timezone = \"UTC\"; }; };",
	    "policy.conf:1: hours.w: hours need times" },
	{ "hours: { w = { days = \"mon\"; times = \"07:00-08:00\"; }; };",
	    "policy.conf:1: hours.w: hours need a timezone" },
	{ "hours: { w = { days = \"monday\"; }; };",
	    "policy.conf:1: hours.w.days: expected days such as \"mon-fri\" or "
	    "\"sat,sun\"" },
	{ "hours: { w = { days = \"mon,\"; }; };",
	    "policy.conf:1: hours.w.days: expected days such as \"mon-fri\" or "
	    "\"sat,sun\"" },
	{ "hours: { w = { days = \"Mon\"; }; };",
	    "policy.conf:1: hours.w.days: expected days such as \"mon-fri\" or "
	    "\"sat,sun\"" },
	{ "hours: { w = { days = \"mon-\"; }; };",
	    "policy.conf:1: hours.w.days: expected days such as \"mon-fri\" or "
	    "\"sat,sun\"" },
	{ "hours: { w = { days = [ ]; }; };",
	    "policy.conf:1: hours.w.days: an empty list matches nobody: leave "
	    "the key out, or remove the rule" },
	{ "hours: { w = { except = \"2026-13-01\"; }; };",
	    "policy.conf:1: hours.w.except: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25 09:00\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25/\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"/2026-12-25\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25/2026-12-24\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25 09:00/2026-12-25 09:00\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25 09:00/2026-12-25 25:00\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25 9:00/2026-12-26\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25/2026-12-26/2026-12-27\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-02-29\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25  09:00/2026-12-26\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25T09:00/2026-12-26\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"1969-12-31\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { also = \"2026-12-25 24:01/2026-12-27\"; }; };",
	    "policy.conf:1: hours.w.also: expected a date such as "
	    "\"2026-12-25\", or a period such as \"2026-12-24 "
	    "12:00/2026-12-27\" that does not end before it begins" },
	{ "hours: { w = { except = \"2026-12-25\"; timezone = \"UTC\"; }; };",
	    "policy.conf:1: hours.w: hours need days and times, or also" },
	{ "hours: { w = { also = \"2026-12-25\"; }; };",
	    "policy.conf:1: hours.w: hours need a timezone" },
	{ "hours: { w = { also = \"2026-12-25\"; days = \"mon\"; timezone = "
	  "\"UTC\"; }; };",
	    "policy.conf:1: hours.w: hours need times" },
	{ "hours: { w = { also = [ ]; }; };",
	    "policy.conf:1: hours.w.also: an empty list matches nobody: leave "
	    "the key out, or remove the rule" },
	{ "hours: { w = { also_calendars = \"x.ics\"; timezone = \"UTC\"; }; "
	  "};",
	    "policy.conf:1: hours.w.also_calendars: expected a path that "
	    "begins with /" },
	{ "hours: { w = { except_calendars = [ ]; also = \"2026-12-25\"; "
	  "timezone = \"UTC\"; }; };",
	    "policy.conf:1: hours.w.except_calendars: an empty list matches "
	    "nobody: leave the key out, or remove the rule" },
	{ "hours: { w = { also_calendars = \"/x.ics\"; timezone = "
	  "\"No/Where\"; }; };",
	    "policy.conf:1: hours.w.also_calendars: this machine does not know "
	    "the time zone of these hours" },
	{ "hours: { w = { timezone = \"Europe/\"; }; };",
	    "policy.conf:1: hours.w.timezone: expected a time zone such as "
	    "\"Europe/Berlin\"" },
	{ "hours: { w = { weekdays = \"mon\"; }; };",
	    "policy.conf:1: hours.w.weekdays: unknown key" },
	{ "colours: { };", "policy.conf:1: colours: unknown key" },
	{ "rules = { };",
	    "policy.conf:1: rules: expected a list ( { ... }, { ... } )" },
	{ "rules = ( \"x\" );",
	    "policy.conf:1: rules[0]: expected a block { ... }" },
	{ "", "no rules: nobody could log in" },
	{ "rules = ( );", "no rules: nobody could log in" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; },\n { name = \"a\"; deny = "
	  "\"y\"; } );",
	    "policy.conf:2: rules[1].name: a rule of this name exists "
	    "already" },
	{ "zones: { a = { networks = \"10.0.0.0/8\"; };\n a = { networks = "
	  "\"10.0.0.0/8\"; }; };",
	    "policy.conf:2: duplicate setting name" },
	{ "rules = ( { name = \"a\"; deny = \"x\"; }",
	    "policy.conf:2: syntax error" },
	{ "store = { path = \"/x\"; };", "policy.conf:1: store: unknown key" },
};

static const char *const bad_times[] = {
	"07:00",
	"7:00-8:00",
	"07:00-25:00",
	"07:00-24:01",
	"07:60-08:00",
	"08:00-08:00",
	"24:00-24:00",
	"24:00-06:00",
	"07:00 - 08:00",
	"07:00-08:00-09:00",
	",07:00-08:00",
	"",
};

static void
a_broken_rule_is_refused_with_its_line_key_and_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_rules) / sizeof(bad_rules[0]); i++)
		expect_refusal("", bad_rules[i].text, bad_rules[i].said);
}

static void
a_broken_zone_hours_or_file_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++)
		expect_refusal("", bad_texts[i].text, bad_texts[i].said);
}

static void
C09_times_that_are_none_are_refused(void **state)
{
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(bad_times) / sizeof(bad_times[0]); i++) {
		snprintf(text, sizeof(text),
		    "hours: { w = { times = \"%s\"; }; };", bad_times[i]);
		expect_refusal("", text,
		    bad_times[i][0] == '\0'
			? "policy.conf:1: hours.w.times: an empty text says "
			  "nothing"
			: "policy.conf:1: hours.w.times: expected times such "
			  "as \"07:30-19:00\" or \"22:00-06:00\", at most 64, "
			  "none of them empty (a whole day is "
			  "\"00:00-24:00\")");
	}
}

static void
a_requirement_that_does_not_parse_is_refused_in_its_own_words(void **state)
{
	struct cardea_diag diag = { .line = 0 };
	size_t len;
	void *image;

	(void)state;
	assert_int_equal(cardea_source_text("",
			     "\nrules = ( { name = \"a\";\n require = \"totp + "
			     "pasword\"; } );",
			     &image, &len, &diag),
	    CARDEA_E_SYNTAX);
	assert_string_equal(diag.file, "policy.conf");
	assert_int_equal(diag.line, 3);
	assert_string_equal(diag.key, "rules[0].require");
	assert_string_equal(diag.reason, "unknown factor at character 8");
}

static void
every_field_of_a_rule_comes_through(void **state)
{
	struct written written = write_policy("",
	    "rules = (\n{ name = \"a\"; require = \"(totp)+password\"; "
	    "remember = \"15m\"; session = \"10h\"; emergency = true; alert = "
	    "true; when_outage = { cluster = \"recovery\"; }; owner = "
	    "\"sec-team\"; review = \"2027-06-01\"; reason = \"why not\"; "
	    "when = { user = \"x\"; }; },\n"
	    "{ name = \"b\"; deny = \"no\"; mode = \"observe\"; observe_until "
	    "= \"2027-01-31\"; when = { service = \"sshd\"; }; } );");
	struct cardea_rule rule;

	(void)state;
	assert_int_equal(cardea_policy_rule_count(written.policy), 2);
	assert_int_equal(
	    cardea_policy_rule(written.policy, 0, &rule), CARDEA_OK);
	assert_string_equal(rule.name, "a");
	assert_int_equal(rule.kind, CARDEA_RULE_REQUIRE);
	assert_string_equal(rule.require, "totp + password");
	assert_string_equal(rule.deny, "");
	assert_string_equal(rule.when_outage[0], "");
	assert_string_equal(rule.when_outage[1], "recovery");
	assert_string_equal(rule.when_outage[2], "");
	assert_int_equal(rule.remember_s, 900);
	assert_int_equal(rule.session_s, 36000);
	assert_true(rule.emergency);
	assert_true(rule.alert);
	assert_false(rule.observe);
	assert_false(rule.early);
	assert_string_equal(rule.owner, "sec-team");
	assert_string_equal(rule.review, "2027-06-01");
	assert_string_equal(rule.reason, "why not");
	assert_string_equal(rule.file, "policy.conf");
	assert_int_equal(rule.line, 2);
	assert_int_equal(
	    cardea_policy_rule(written.policy, 1, &rule), CARDEA_OK);
	assert_int_equal(rule.kind, CARDEA_RULE_DENY);
	assert_string_equal(rule.deny, "no");
	assert_true(rule.observe);
	assert_int_equal(rule.observe_until_s, 1801440000);
	assert_true(rule.early);
	assert_int_equal(rule.line, 3);
	assert_int_equal(
	    cardea_policy_rule(written.policy, 2, &rule), CARDEA_E_RANGE);
	drop_policy(&written);
}

static void
a_file_need_not_end_in_a_newline(void **state)
{
	struct written written = write_policy(
	    "", "rules = ( { name = \"a\"; deny = \"x\"; } ) # no newline");

	(void)state;
	assert_int_equal(cardea_policy_rule_count(written.policy), 1);
	drop_policy(&written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_broken_rule_is_refused_with_its_line_key_and_reason),
		cmocka_unit_test(a_broken_zone_hours_or_file_is_refused),
		cmocka_unit_test(C09_times_that_are_none_are_refused),
		cmocka_unit_test(
		    a_requirement_that_does_not_parse_is_refused_in_its_own_words),
		cmocka_unit_test(every_field_of_a_rule_comes_through),
		cmocka_unit_test(a_file_need_not_end_in_a_newline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
