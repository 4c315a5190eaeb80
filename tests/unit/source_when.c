/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "unit/policies.h"

static const struct refusal bad_whens[] = {
	{ "{ }",
	    "policy.conf:1: rules[0].when: an empty block: leave the key out "
	    "to mean every request" },
	{ "\"alice\"",
	    "policy.conf:1: rules[0].when: expected a block { ... }" },
	{ "{ colour = \"red\"; }",
	    "policy.conf:1: rules[0].when.colour: unknown key" },
	{ "{ country = \"de\"; }",
	    "policy.conf:1: rules[0].when.country: expected a country such as "
	    "\"DE\" or a part of one such as \"DE-BE\" (ISO 3166, in "
	    "capitals)" },
	{ "{ country = \"DE-\"; }",
	    "policy.conf:1: rules[0].when.country: expected a country such as "
	    "\"DE\" or a part of one such as \"DE-BE\" (ISO 3166, in "
	    "capitals)" },
	{ "{ country = [ ]; }",
	    "policy.conf:1: rules[0].when.country: an empty list matches "
	    "nobody: leave the key out, or remove the rule" },
	{ "{ asn = \"AS64500\"; }",
	    "policy.conf:1: rules[0].when.asn: expected a number or an array "
	    "[ 1, 2 ]" },
	{ "{ asn = 0; }",
	    "policy.conf:1: rules[0].when.asn: must be 1 to 4294967295" },
	{ "{ asn = [ ]; }",
	    "policy.conf:1: rules[0].when.asn: an empty list matches nobody" },
	{ "{ signal = \"rain\"; }",
	    "policy.conf:1: rules[0].when.signal: expected first-seen-network, "
	    "first-seen-country, impossible-travel, unusual-hour, "
	    "recent-failures, many-sessions, dormant-account, "
	    "clock-unsynchronised or stale-database" },
	{ "{ risk_at_least = 0; }",
	    "policy.conf:1: rules[0].when.risk_at_least: must be 1 to "
	    "1000000" },
	{ "{ posture = \"encrypted\"; }",
	    "policy.conf:1: rules[0].when.posture: expected disk-encrypted, "
	    "secure-boot, firewall, confinement, reboot-needed or "
	    "clock-synchronised, each also with not-; os=ID, os=ID-VERSION or "
	    "kernel-older-than=90d" },
	{ "{ user = [ ]; }",
	    "policy.conf:1: rules[0].when.user: an empty list matches nobody: "
	    "leave the key out, or remove the rule" },
	{ "{ group = [ ]; }",
	    "policy.conf:1: rules[0].when.group: an empty list matches nobody: "
	    "leave the key out, or remove the rule" },
	{ "{ zone = [ ]; }",
	    "policy.conf:1: rules[0].when.zone: an empty list matches nobody: "
	    "leave the key out, or remove the rule" },
	{ "{ user = ( \"alice\" ); }",
	    "policy.conf:1: rules[0].when.user: expected a text or an array [ "
	    "\"...\", \"...\" ]" },
	{ "{ user = 1000; }",
	    "policy.conf:1: rules[0].when.user: expected a text or an array [ "
	    "\"...\", \"...\" ]" },
	{ "{ user = [ 1000, 1001 ]; }",
	    "policy.conf:1: rules[0].when.user[0]: expected a text in quotes" },
	{ "{ user = \"\"; }",
	    "policy.conf:1: rules[0].when.user: an empty text says nothing" },
	{ "{ user = \"*\"; }",
	    "policy.conf:1: rules[0].when.user: wildcards are not supported: "
	    "name a group" },
	{ "{ user = \"ad?min\"; }",
	    "policy.conf:1: rules[0].when.user: wildcards are not supported: "
	    "name a group" },
	{ "{ user = [ \"alice\", \"bob*\" ]; }",
	    "policy.conf:1: rules[0].when.user[1]: wildcards are not "
	    "supported: name a group" },
	{ "{ host = \"web*\"; }",
	    "policy.conf:1: rules[0].when.host: wildcards are not supported: "
	    "name a group" },
	{ "{ user = \"@wheel\"; }",
	    "policy.conf:1: rules[0].when.user: a name is compared as it "
	    "stands: no sign goes before it (use group, or unless)" },
	{ "{ user = \"%wheel\"; }",
	    "policy.conf:1: rules[0].when.user: a name is compared as it "
	    "stands: no sign goes before it (use group, or unless)" },
	{ "{ user = \"!alice\"; }",
	    "policy.conf:1: rules[0].when.user: a name is compared as it "
	    "stands: no sign goes before it (use group, or unless)" },
	{ "{ user = \"alice,bob\"; }",
	    "policy.conf:1: rules[0].when.user: no name holds a comma: a list "
	    "is [ \"...\", \"...\" ]" },
	{ "{ tty = [ \"tty1, tty2\" ]; }",
	    "policy.conf:1: rules[0].when.tty[0]: no name holds a comma: a "
	    "list is [ \"...\", \"...\" ]" },
	{ "{ group = \"contractors \"; }",
	    "policy.conf:1: rules[0].when.group: a blank before or after a "
	    "name would be part of it" },
	{ "{ unless = { group = \" ops\"; }; }",
	    "policy.conf:1: rules[0].when.unless.group: a blank before or "
	    "after a name would be part of it" },
	{ "{ service = \"/etc/pam.d/sshd\"; }",
	    "policy.conf:1: rules[0].when.service: a name holds letters, "
	    "digits, '.', '_' and '-' only" },
	{ "{ tty = \"/dev/tty1\"; }",
	    "policy.conf:1: rules[0].when.tty: a tty is named without "
	    "\"/dev/\"" },
	{ "{ origin = \"unknown\"; }",
	    "policy.conf:1: rules[0].when.origin: expected \"local\" or "
	    "\"remote\"" },
	{ "{ origin = true; }",
	    "policy.conf:1: rules[0].when.origin: expected a text or an array "
	    "[ \"...\", \"...\" ]" },
	{ "{ zone = \"nowhere\"; }",
	    "policy.conf:1: rules[0].when.zone: no zone is named \"nowhere\"" },
	{ "{ hours = \"never\"; }",
	    "policy.conf:1: rules[0].when.hours: no hours are named "
	    "\"never\"" },
	{ "{ zone = \"w\"; }",
	    "policy.conf:1: rules[0].when.zone: no zone is named \"w\"" },
	{ "{ hours = \"z\"; }",
	    "policy.conf:1: rules[0].when.hours: no hours are named \"z\"" },
	{ "{ from = \"tomorrow\"; }",
	    "policy.conf:1: rules[0].when.from: expected a time such as "
	    "\"2026-12-24 18:00\" or a date" },
	{ "{ from = \"2026-12-24T18:00\"; }",
	    "policy.conf:1: rules[0].when.from: expected a time such as "
	    "\"2026-12-24 18:00\" or a date" },
	{ "{ from = \"2026-12-24 18:60\"; }",
	    "policy.conf:1: rules[0].when.from: expected a time such as "
	    "\"2026-12-24 18:00\" or a date" },
	{ "{ from = \"2026-12-24 18:00:00\"; }",
	    "policy.conf:1: rules[0].when.from: expected a time such as "
	    "\"2026-12-24 18:00\" or a date" },
	{ "{ from = \"2026-02-30\"; }",
	    "policy.conf:1: rules[0].when.from: expected a time such as "
	    "\"2026-12-24 18:00\" or a date" },
	{ "{ until = \"2026-12-24 \"; }",
	    "policy.conf:1: rules[0].when.until: expected a time such as "
	    "\"2026-12-24 18:00\" or a date" },
	{ "{ from = \"2026-12-24\"; until = \"2026-12-23\"; }",
	    "policy.conf:1: rules[0].when.until: does not come after from" },
	{ "{ from = \"2026-12-24 18:00\"; until = \"2026-12-24 18:00\"; }",
	    "policy.conf:1: rules[0].when.until: does not come after from" },
	{ "{ user = \"a\"; timezone = \"UTC\"; }",
	    "policy.conf:1: rules[0].when.timezone: says nothing without from "
	    "or until" },
	{ "{ from = \"2026-12-24\"; timezone = \"../shadow\"; }",
	    "policy.conf:1: rules[0].when.timezone: expected a time zone such "
	    "as \"Europe/Berlin\"" },
	{ "{ from = \"2026-12-24\"; timezone = \"/etc/localtime\"; }",
	    "policy.conf:1: rules[0].when.timezone: expected a time zone such "
	    "as \"Europe/Berlin\"" },
	{ "{ from = \"2026-12-24\"; timezone = \":UTC\"; }",
	    "policy.conf:1: rules[0].when.timezone: expected a time zone such "
	    "as \"Europe/Berlin\"" },
	{ "{ unless = { }; }",
	    "policy.conf:1: rules[0].when.unless: an empty block: leave the "
	    "key out to mean every request" },
	{ "{ unless = ( ); }",
	    "policy.conf:1: rules[0].when.unless: an empty list excludes "
	    "nobody: leave the key out" },
	{ "{ unless = ( { user = \"a\"; }, { user = [ ]; } ); }",
	    "policy.conf:1: rules[0].when.unless[1].user: an empty list "
	    "matches nobody: leave the key out, or remove the rule" },
	{ "{ unless = \"alice\"; }",
	    "policy.conf:1: rules[0].when.unless: expected a block { ... }" },
};

static void
V12_a_broken_or_empty_condition_is_refused(void **state)
{
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(bad_whens) / sizeof(bad_whens[0]); i++) {
		snprintf(text, sizeof(text),
		    "zones: { z = { networks = \"10.0.0.0/8\"; }; }; hours: { "
		    "w = { days = \"mon\"; times = \"07:00-08:00\"; timezone "
		    "= \"UTC\"; }; }; rules = ( { name = \"a\"; deny = \"x\"; "
		    "when = %s; } );",
		    bad_whens[i].text);
		expect_refusal("", text, bad_whens[i].said);
	}
}

static void
unless_is_nested_so_deep_and_no_deeper(void **state)
{
	char text[1024];

	(void)state;
	for (int depth = CARDEA_NESTING_MAX; depth <= CARDEA_NESTING_MAX + 1;
	     depth++) {
		size_t at = (size_t)snprintf(text, sizeof(text),
		    "rules = ( { name = \"a\"; deny = \"x\"; when = { user = "
		    "\"u\"; ");
		struct cardea_diag diag = { .line = 0 };
		enum cardea_status status;
		void *image = NULL;
		size_t len;

		for (int i = 0; i < depth; i++)
			at += (size_t)snprintf(text + at, sizeof(text) - at,
			    "unless = { user = \"u\"; ");
		for (int i = 0; i < depth; i++)
			at += (size_t)snprintf(
			    text + at, sizeof(text) - at, "}; ");
		snprintf(text + at, sizeof(text) - at, "}; } );");
		status = cardea_source_text("", text, &image, &len, &diag);
		if (depth <= CARDEA_NESTING_MAX) {
			assert_int_equal(status, CARDEA_OK);
			free(image);
			continue;
		}
		assert_int_equal(status, CARDEA_E_RANGE);
		assert_string_equal(
		    diag.reason, "unless is nested deeper than 8");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(V12_a_broken_or_empty_condition_is_refused),
		cmocka_unit_test(unless_is_nested_so_deep_and_no_deeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
