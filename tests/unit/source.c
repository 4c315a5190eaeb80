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

static const struct refusal bad_settings[] = {
	{ "fido2 = { rp_id = \"a/b\"; };",
	    "cardea.conf:1: fido2.rp_id: a name holds letters, digits, '.', "
	    "'_' and '-' only" },
	{ "fido2 = { touch_timeout = \"4s\"; };",
	    "cardea.conf:1: fido2.touch_timeout: must be 5 to 120 seconds" },
	{ "fido2 = { attestation = \"some\"; };",
	    "cardea.conf:1: fido2.attestation: expected \"any\" or "
	    "\"required\"" },
	{ "fido2 = { attestation = \"required\"; };",
	    "cardea.conf:1: fido2: attestation = \"required\" needs "
	    "attestation_roots" },
	{ "fido2 = { allow_models = "
	  "\"ee882879-721c-4913-9775-3dfcce97072a\"; };",
	    "cardea.conf:1: fido2: allow_models needs attestation = "
	    "\"required\"" },
	{ "fido2 = { deny_models = [ \"yubikey\" ]; };",
	    "cardea.conf:1: fido2.deny_models[0]: expected a model as "
	    "\"ee882879-721c-4913-9775-3dfcce97072a\"" },
	{ "ssh_names = [ \"Web1\" ];",
	    "cardea.conf:1: ssh_names[0]: a host is a name in lower case or an "
	    "address" },
	{ "ssh_names = [ ];",
	    "cardea.conf:1: ssh_names: an empty list matches nobody: leave the "
	    "key out, or remove the rule" },
	{ "colour = \"red\";", "cardea.conf:1: colour: unknown key" },
	{ "rules = ( );", "cardea.conf:1: rules: unknown key" },
	{ "host = \"a b\";",
	    "cardea.conf:1: host: a name holds letters, digits, '.', '_' and "
	    "'-' only" },
	{ "store = { path = \"relative\"; };",
	    "cardea.conf:1: store.path: expected a path that begins with /" },
	{ "store = { size_mb = 0; };",
	    "cardea.conf:1: store.size_mb: must be 1 to 65536" },
	{ "store = { size_mb = \"64\"; };",
	    "cardea.conf:1: store.size_mb: expected a number" },
	{ "store = { size_mb = 64.5; };",
	    "cardea.conf:1: store.size_mb: expected a number" },
	{ "store = { size_mb = 5000000000L; };",
	    "cardea.conf:1: store.size_mb: must be 1 to 65536" },
	{ "store = \"/x\";", "cardea.conf:1: store: expected a block { ... }" },
	{ "seal = { key = \"/x\"; };", "cardea.conf:1: seal.key: unknown key" },
	{ "seal = { key_file = \"\"; };",
	    "cardea.conf:1: seal.key_file: an empty text says nothing" },
	{ "log = { format = \"xml\"; };",
	    "cardea.conf:1: log.format: expected \"logfmt\" or \"json\"" },
	{ "totp_window = 11;", "cardea.conf:1: totp_window: must be 0 to 10" },
	{ "totp_window = -1;", "cardea.conf:1: totp_window: must be 0 to 10" },
	{ "totp_window = \"1\";",
	    "cardea.conf:1: totp_window: expected a number" },
	{ "totp_window = 4294967297;",
	    "cardea.conf:1: a number does not fit 32 bits" },
	{ "hotp_window = 0;", "cardea.conf:1: hotp_window: must be 1 to 100" },
	{ "hotp_sync_window = 1001;",
	    "cardea.conf:1: hotp_sync_window: must be 1 to 1000" },
	{ "hotp_window = 20;\nhotp_sync_window = 10;",
	    "cardea.conf: hotp_sync_window must not be less than hotp_window" },
	{ "split_digits = 5;", "cardea.conf:1: split_digits: must be 6 to 8" },
	{ "split_digits = 9;", "cardea.conf:1: split_digits: must be 6 to 8" },
	{ "tries = 0;", "cardea.conf:1: tries: must be 1 to 100" },
	{ "user_tries = 4;",
	    "cardea.conf: user_tries must not be less than tries" },
	{ "delay = 30;", "cardea.conf:1: delay: expected a text in quotes" },
	{ "delay = \"0s\";",
	    "cardea.conf:1: delay: must be 1 to 86400 seconds" },
	{ "delay = \"5h\";",
	    "cardea.conf: delay_max must not be less than delay" },
	{ "fail_delay = \"6s\";",
	    "cardea.conf:1: fail_delay: must be 0 to 5 seconds" },
	{ "clock = { require_synchronised = \"yes\"; };",
	    "cardea.conf:1: clock.require_synchronised: expected true or "
	    "false" },
	{ "observe = { };",
	    "cardea.conf:1: observe: observing needs an end: until" },
	{ "observe = { until = \"never\"; };",
	    "cardea.conf:1: observe.until: expected a date such as "
	    "\"2027-01-31\"" },
	{ "observe = true;",
	    "cardea.conf:1: observe: expected a block { ... }" },
	{ "subject = { su = \"caller\"; };",
	    "cardea.conf:1: subject.su: expected \"user\" or \"ruser\"" },
	{ "subject = { su = \"ruser\"; su-l = \"user\"; };",
	    "cardea.conf:1: subject.su-l: another entry says \"ruser\" of "
	    "this service" },
	{ "subject = { sudo-i = \"user\"; sudo = \"ruser\"; };",
	    "cardea.conf:1: subject.sudo-i: another entry says \"ruser\" of "
	    "this service" },
	{ "subject = \"ruser\";",
	    "cardea.conf:1: subject: expected a block { ... }" },
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
a_broken_setting_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_settings) / sizeof(bad_settings[0]);
	     i++)
		expect_refusal(bad_settings[i].text,
		    "rules = ( { name = \"a\"; deny = \"x\"; } );",
		    bad_settings[i].said);
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

static void
settings_have_their_documented_defaults(void **state)
{
	struct written written = write_policy(
	    "", "rules = ( { name = \"a\"; deny = \"x\"; } );");
	const struct cardea_settings *s = cardea_policy_settings(
	    written.policy);

	(void)state;
	assert_string_equal(s->host, "");
	assert_string_equal(s->store_path, CARDEA_STATEDIR "/store");
	assert_string_equal(s->seal_key_path, CARDEA_SYSCONFDIR "/seal.key");
	assert_int_equal(s->store_size_mb, 64);
	assert_false(s->log_json);
	assert_true(s->log_permits);
	assert_int_equal(s->totp_window, 1);
	assert_int_equal(s->hotp_window, 4);
	assert_int_equal(s->hotp_sync_window, 100);
	assert_int_equal(s->split_digits, 6);
	assert_int_equal(s->tries, 5);
	assert_int_equal(s->user_tries, 10);
	assert_int_equal(s->delay_s, 30);
	assert_int_equal(s->delay_max_s, 14400);
	assert_int_equal(s->fail_delay_ms, 2000);
	assert_false(s->require_synchronised_clock);
	assert_int_equal(s->observe_until_s, 0);
	assert_string_equal(s->rp_id, "");
	assert_string_equal(s->key_device, "");
	assert_int_equal(s->touch_s, 30);
	assert_false(s->need_attestation);
	assert_int_equal(s->ssh_name_count, 0);
	assert_false(cardea_policy_subject_is_ruser(written.policy, "su"));
	drop_policy(&written);
}

static void
every_setting_can_be_set(void **state)
{
	struct written written = write_policy(
	    "host = \"bastion\"; store = { path = \"/srv/s\"; size_mb = 128; "
	    "}; seal = { key_file = \"/srv/k\"; }; log = { format = \"json\"; "
	    "}; totp_window = 0; hotp_window = 5; hotp_sync_window = 50; "
	    "split_digits = 8; tries = 3; user_tries = 7; delay = \"1m\"; "
	    "delay_max = \"1d\"; fail_delay = \"0s\"; clock = { "
	    "require_synchronised = true; }; observe = { until = "
	    "\"2027-01-31\"; }; subject = { su = \"ruser\"; sudo = \"user\"; "
	    "}; fido2 = { rp_id = \"example.org\"; device = \"/dev/k\"; "
	    "touch_timeout = \"10s\"; attestation = \"required\"; "
	    "attestation_roots = \"/srv/roots.pem\"; allow_models = "
	    "\"ee882879-721c-4913-9775-3dfcce97072a\"; deny_models = [ "
	    "\"ee882879-721c-4913-9775-3dfcce97072b\", "
	    "\"ee882879-721c-4913-9775-3dfcce97072c\" ]; }; ssh_names = [ "
	    "\"web1.example.org\", \"2001:db8::7\" ];",
	    "rules = ( { name = \"a\"; deny = \"x\"; } );");
	const struct cardea_settings *s = cardea_policy_settings(
	    written.policy);

	(void)state;
	assert_string_equal(s->host, "bastion");
	assert_string_equal(s->store_path, "/srv/s");
	assert_int_equal(s->store_size_mb, 128);
	assert_string_equal(s->seal_key_path, "/srv/k");
	assert_true(s->log_json);
	assert_int_equal(s->totp_window, 0);
	assert_int_equal(s->hotp_window, 5);
	assert_int_equal(s->hotp_sync_window, 50);
	assert_int_equal(s->split_digits, 8);
	assert_int_equal(s->tries, 3);
	assert_int_equal(s->user_tries, 7);
	assert_int_equal(s->delay_s, 60);
	assert_int_equal(s->delay_max_s, 86400);
	assert_int_equal(s->fail_delay_ms, 0);
	assert_true(s->require_synchronised_clock);
	/* the first second of 2027-02-01 in UTC */
	assert_int_equal(s->observe_until_s, 1801440000);
	assert_string_equal(s->rp_id, "example.org");
	assert_string_equal(s->key_device, "/dev/k");
	assert_int_equal(s->touch_s, 10);
	assert_true(s->need_attestation);
	assert_string_equal(s->attestation_roots, "/srv/roots.pem");
	assert_int_equal(s->allow_model_count, 1);
	assert_int_equal(s->allow_models[0][15], 0x2a);
	assert_int_equal(s->deny_model_count, 2);
	assert_int_equal(s->deny_models[1][15], 0x2c);
	assert_int_equal(s->ssh_name_count, 2);
	assert_string_equal(s->ssh_names[1], "2001:db8::7");
	assert_true(cardea_policy_subject_is_ruser(written.policy, "su"));
	assert_true(cardea_policy_subject_is_ruser(written.policy, "su-l"));
	assert_false(cardea_policy_subject_is_ruser(written.policy, "sudo"));
	assert_false(cardea_policy_subject_is_ruser(written.policy, "sshd"));
	drop_policy(&written);
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
		cmocka_unit_test(V12_a_broken_or_empty_condition_is_refused),
		cmocka_unit_test(a_broken_zone_hours_or_file_is_refused),
		cmocka_unit_test(C09_times_that_are_none_are_refused),
		cmocka_unit_test(a_broken_setting_is_refused),
		cmocka_unit_test(
		    a_requirement_that_does_not_parse_is_refused_in_its_own_words),
		cmocka_unit_test(unless_is_nested_so_deep_and_no_deeper),
		cmocka_unit_test(settings_have_their_documented_defaults),
		cmocka_unit_test(every_setting_can_be_set),
		cmocka_unit_test(every_field_of_a_rule_comes_through),
		cmocka_unit_test(a_file_need_not_end_in_a_newline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
