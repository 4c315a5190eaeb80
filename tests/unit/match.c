/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/match_fixture.h"

static enum cardea_truth
judge(const char *when, const struct cardea_request *request)
{
	static const char places[] =
	    "zones: { office = { networks = [ \"192.0.2.0/24\", "
	    "\"2001:db8::/32\" ]; }; lab = { networks = \"198.51.100.0/24\"; "
	    "}; };"
	    "hours: { working = { days = \"mon-fri\"; times = "
	    "\"07:30-19:00\"; timezone = \"Europe/Berlin\"; };"
	    "night = { days = \"mon-sun\"; times = \"22:00-06:00\"; timezone "
	    "= \"Europe/Berlin\"; };"
	    "nowhere = { days = \"mon-sun\"; times = \"00:00-24:00\"; "
	    "timezone = \"Mars/Olympus\"; }; };";
	char text[4096];
	struct written written;
	enum cardea_truth truth = (enum cardea_truth)99;

	snprintf(text, sizeof(text),
	    "%s rules = ( { name = \"r\"; when = { %s }; deny = \"d\"; } );",
	    places, when);
	written = write_policy("", text);
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, request, &truth), CARDEA_OK);
	drop_policy(&written);
	return truth;
}

struct match_case {
	const char *when;
	enum cardea_truth truth;
};

static const struct match_case keys[] = {
	{ "user = \"alice\";", CARDEA_TRUE },
	{ "user = \"Alice\";", CARDEA_FALSE },
	{ "user = \"alic\";", CARDEA_FALSE },
	{ "user = \"alicea\";", CARDEA_FALSE },
	{ "user = [ \"bob\", \"alice\" ];", CARDEA_TRUE },
	{ "group = \"ops\";", CARDEA_TRUE },
	{ "group = \"op\";", CARDEA_FALSE },
	{ "group = [ \"wheel\", \"staff\" ];", CARDEA_TRUE },
	{ "group = \"alice\";", CARDEA_FALSE },
	{ "ruser = \"bob\";", CARDEA_TRUE },
	{ "ruser = \"alice\";", CARDEA_FALSE },
	{ "caller = \"root\";", CARDEA_TRUE },
	{ "caller = \"bob\";", CARDEA_FALSE },
	{ "service = \"sshd\";", CARDEA_TRUE },
	{ "service = \"sudo\";", CARDEA_FALSE },
	{ "service = [ \"sudo\", \"su\", \"sshd\" ];", CARDEA_TRUE },
	{ "host = \"bastion\";", CARDEA_TRUE },
	{ "host = \"bastion2\";", CARDEA_FALSE },
	{ "tty = \"pts/3\";", CARDEA_TRUE },
	{ "tty = \"pts/30\";", CARDEA_FALSE },
	{ "origin = \"remote\";", CARDEA_TRUE },
	{ "origin = \"local\";", CARDEA_FALSE },
	{ "origin = [ \"local\", \"remote\" ];", CARDEA_TRUE },
	{ "posture = \"firewall\";", CARDEA_TRUE },
	{ "posture = \"not-firewall\";", CARDEA_FALSE },
	{ "posture = \"secure-boot\";", CARDEA_FALSE },
	{ "posture = \"not-secure-boot\";", CARDEA_TRUE },
	{ "posture = \"confinement\";", CARDEA_MAYBE },
	{ "posture = \"not-confinement\";", CARDEA_MAYBE },
	{ "posture = [ \"confinement\", \"firewall\" ];", CARDEA_TRUE },
	{ "posture = [ \"confinement\", \"secure-boot\" ];", CARDEA_MAYBE },
	{ "unless = { posture = [ \"not-firewall\", \"secure-boot\" ]; };",
	    CARDEA_TRUE },
	{ "posture = \"os=debian\";", CARDEA_TRUE },
	{ "posture = \"os=debian-12\";", CARDEA_TRUE },
	{ "posture = \"os=debian-1\";", CARDEA_FALSE },
	{ "posture = \"os=deb\";", CARDEA_FALSE },
	{ "posture = \"kernel-older-than=30d\";", CARDEA_TRUE },
	{ "posture = \"kernel-older-than=400d\";", CARDEA_FALSE },
	{ "zone = \"office\";", CARDEA_TRUE },
	{ "zone = \"lab\";", CARDEA_FALSE },
	{ "zone = [ \"lab\", \"office\" ];", CARDEA_TRUE },
	{ "hours = \"working\";", CARDEA_TRUE },
	{ "hours = \"night\";", CARDEA_FALSE },
	{ "hours = [ \"night\", \"working\" ];", CARDEA_TRUE },
	{ "hours = \"nowhere\";", CARDEA_MAYBE },
	{ "from = \"2026-11-25 11:00\";", CARDEA_TRUE },
	{ "from = \"2026-11-25 11:01\";", CARDEA_FALSE },
	{ "from = \"2026-11-25 12:00\"; timezone = \"Europe/Berlin\";",
	    CARDEA_TRUE },
	{ "from = \"2026-11-25 12:01\"; timezone = \"Europe/Berlin\";",
	    CARDEA_FALSE },
	{ "timezone = \"Mars/Olympus\"; from = \"2026-11-25\";", CARDEA_MAYBE },
	{ "from = \"2026-11-25\";", CARDEA_TRUE },
	{ "from = \"2026-11-26\";", CARDEA_FALSE },
	{ "until = \"2026-11-25 11:00\";", CARDEA_FALSE },
	{ "until = \"2026-11-25 11:01\";", CARDEA_TRUE },
	{ "until = \"2026-11-25\";", CARDEA_TRUE },
	{ "until = \"2026-11-24\";", CARDEA_FALSE },
	{ "until = \"2026-11-24 24:00\";", CARDEA_FALSE },
	{ "from = \"2026-11-20\"; until = \"2026-11-30\";", CARDEA_TRUE },
	{ "user = \"alice\"; service = \"sudo\";", CARDEA_FALSE },
	{ "user = \"alice\"; service = \"sshd\"; zone = \"office\"; hours = "
	  "\"working\"; group = \"ops\";",
	    CARDEA_TRUE },
	{ "unless = { user = \"alice\"; };", CARDEA_FALSE },
	{ "unless = { user = \"bob\"; };", CARDEA_TRUE },
	{ "unless = { user = \"alice\"; service = \"sudo\"; };", CARDEA_TRUE },
	{ "unless = ( { user = \"bob\"; }, { zone = \"lab\"; } );",
	    CARDEA_TRUE },
	{ "unless = ( { user = \"bob\"; }, { zone = \"office\"; } );",
	    CARDEA_FALSE },
	{ "unless = { unless = { user = \"alice\"; }; };", CARDEA_TRUE },
	{ "unless = { user = \"alice\"; unless = { zone = \"lab\"; }; };",
	    CARDEA_FALSE },
	{ "group = \"ops\"; unless = { hours = \"night\"; };", CARDEA_TRUE },
};

static void
each_key_compares_its_fact_whole_and_in_its_own_case(void **state)
{
	struct cardea_request request = alice();

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		enum cardea_truth truth = judge(keys[i].when, &request);

		if (truth != keys[i].truth)
			fail_msg("%s gave %d", keys[i].when, (int)truth);
	}
}

/* alice's facts taken away one by one */
enum blank {
	NO_GROUPS,
	NO_CALLER,
	NO_ORIGIN,
	NO_NUMBER,
	NO_NETWORK,
	NO_CLOCK,
	NO_ZONE,
	NO_HOST,
	NO_SERVICE,
	NO_USER,
	NO_ACCOUNT,
};

static struct cardea_request
alice_without(enum blank blank)
{
	struct cardea_request request = alice();

	switch (blank) {
	case NO_GROUPS:
		request.groups_known = false;
		break;
	case NO_CALLER:
		request.caller_known = false;
		break;
	case NO_ORIGIN:
		request.origin = CARDEA_ORIGIN_UNKNOWN;
		break;
	case NO_NUMBER:
		request.login_source = cardea_address_parse("UNKNOWN");
		break;
	case NO_NETWORK:
		request.login_source = cardea_address_parse("");
		break;
	case NO_CLOCK:
		request.time_known = false;
		break;
	case NO_ZONE:
		request.local[0].known = false;
		break;
	case NO_HOST:
		request.host[0] = '\0';
		break;
	case NO_SERVICE:
		request.service[0] = '\0';
		break;
	case NO_USER:
		request.user[0] = '\0';
		break;
	case NO_ACCOUNT:
		request.user_exists = false;
		break;
	}
	return request;
}

static const struct {
	enum blank blank;
	const char *when;
	enum cardea_truth truth;
} blanks[] = {
	{ NO_GROUPS, "group = \"ops\";", CARDEA_MAYBE },
	{ NO_GROUPS, "group = \"wheel\";", CARDEA_MAYBE },
	{ NO_GROUPS, "unless = { group = \"ops\"; };", CARDEA_MAYBE },
	/* false and maybe is false; true and maybe is maybe */
	{ NO_GROUPS, "user = \"bob\"; group = \"ops\";", CARDEA_FALSE },
	{ NO_GROUPS, "user = \"alice\"; group = \"ops\";", CARDEA_MAYBE },
	/* true or maybe is true */
	{ NO_GROUPS,
	    "unless = ( { group = \"ops\"; }, { user = \"alice\"; } );",
	    CARDEA_FALSE },
	{ NO_GROUPS, "unless = ( { group = \"ops\"; }, { user = \"bob\"; } );",
	    CARDEA_MAYBE },
	{ NO_GROUPS,
	    "unless = { user = \"bob\"; unless = { group = \"ops\"; }; };",
	    CARDEA_TRUE },
	{ NO_CALLER, "caller = \"root\";", CARDEA_MAYBE },
	{ NO_CALLER, "caller = \"bob\";", CARDEA_MAYBE },
	{ NO_ORIGIN, "origin = \"local\";", CARDEA_MAYBE },
	{ NO_ORIGIN, "origin = [ \"local\", \"remote\" ];", CARDEA_MAYBE },
	{ NO_NUMBER, "zone = \"office\";", CARDEA_MAYBE },
	{ NO_NUMBER, "unless = { zone = \"office\"; };", CARDEA_MAYBE },
	{ NO_NETWORK, "zone = \"office\";", CARDEA_FALSE },
	{ NO_NETWORK, "unless = { zone = \"office\"; };", CARDEA_TRUE },
	{ NO_CLOCK, "hours = \"working\";", CARDEA_MAYBE },
	{ NO_CLOCK, "from = \"2000-01-01\";", CARDEA_MAYBE },
	{ NO_CLOCK, "until = \"2000-01-01\";", CARDEA_MAYBE },
	{ NO_ZONE, "hours = \"working\";", CARDEA_MAYBE },
	{ NO_ZONE, "hours = [ \"working\", \"nowhere\" ];", CARDEA_MAYBE },
	{ NO_ZONE, "from = \"2000-01-01\";", CARDEA_TRUE },
	{ NO_HOST, "host = \"bastion\";", CARDEA_MAYBE },
	{ NO_SERVICE, "service = \"sshd\";", CARDEA_MAYBE },
	{ NO_USER, "user = \"alice\";", CARDEA_MAYBE },
	{ NO_ACCOUNT, "user = \"alice\";", CARDEA_TRUE },
	{ NO_ACCOUNT, "user = \"bob\";", CARDEA_FALSE },
};

static void
C02_what_is_unknown_is_maybe_and_never_tips_a_definite_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
		struct cardea_request request = alice_without(blanks[i].blank);
		enum cardea_truth truth = judge(blanks[i].when, &request);

		if (truth != blanks[i].truth)
			fail_msg(
			    "%zu: %s gave %d", i, blanks[i].when, (int)truth);
	}
}

static void
C02_a_request_that_knows_nothing_matches_nothing_for_sure(void **state)
{
	static const char *const whens[] = {
		"user = \"x\";",
		"group = \"x\";",
		"caller = \"x\";",
		"service = \"x\";",
		"host = \"x\";",
		"origin = \"local\";",
		"zone = \"office\";",
		"hours = \"working\";",
		"from = \"2026-01-01\";",
	};
	struct cardea_request nobody;

	(void)state;
	memset(&nobody, 0, sizeof(nobody));
	for (size_t i = 0; i < sizeof(whens) / sizeof(whens[0]); i++) {
		if (judge(whens[i], &nobody) != CARDEA_MAYBE)
			fail_msg("%s", whens[i]);
	}
}

static void
C01_an_address_or_tty_is_never_taken_for_a_name(void **state)
{
	struct cardea_request request = alice();

	(void)state;
	memcpy(request.tty, "192.0.2.7", 10);
	memcpy(request.rhost, "office", 7);
	request.login_source = cardea_address_parse(request.rhost);
	assert_int_equal(judge("tty = \"192.0.2.7\";", &request), CARDEA_TRUE);
	assert_int_equal(judge("zone = \"office\";", &request), CARDEA_MAYBE);
	assert_int_equal(judge("host = \"office\";", &request), CARDEA_FALSE);
	assert_int_equal(judge("user = \"pts/3\";", &request), CARDEA_FALSE);
}

static void
sudo_and_su_cover_their_login_forms_and_nothing_else(void **state)
{
	static const struct {
		const char *service, *when;
		enum cardea_truth truth;
	} cases[] = {
		{ "sudo", "service = \"sudo\";", CARDEA_TRUE },
		{ "sudo-i", "service = \"sudo\";", CARDEA_TRUE },
		{ "sudo", "service = \"sudo-i\";", CARDEA_FALSE },
		{ "su-l", "service = \"su\";", CARDEA_TRUE },
		{ "su", "service = \"su-l\";", CARDEA_FALSE },
		{ "su", "service = \"sudo\";", CARDEA_FALSE },
		{ "sudoedit", "service = \"sudo\";", CARDEA_FALSE },
		{ "su-l", "service = [ \"login\", \"su-l\" ];", CARDEA_TRUE },
	};
	struct cardea_request request = alice();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(request.service, cases[i].service,
		    strlen(cases[i].service) + 1);
		assert_int_equal(
		    judge(cases[i].when, &request), cases[i].truth);
	}
}

/* a zone of random prefixes against the prefixes themselves */
static void
C04_a_zone_holds_what_one_of_its_networks_holds(void **state)
{
	static const char *const networks[] = { "10.0.0.0/8", "10.1.0.0/16",
		"10.255.255.255", "11.0.0.0/32", "192.0.2.0/25",
		"192.0.2.128/26", "0.0.0.0/32", "255.255.255.255/32",
		"2001:db8::/32", "2001:db8:7::/48", "::1", "fe80::/10",
		"::/128", "ffff::/16" };
	static const char *const probes[] = { "9.255.255.255", "10.0.0.0",
		"10.1.2.3", "10.255.255.255", "11.0.0.0", "11.0.0.1",
		"192.0.2.0", "192.0.2.127", "192.0.2.128", "192.0.2.191",
		"192.0.2.192", "0.0.0.0", "0.0.0.1", "255.255.255.255",
		"255.255.255.254", "::ffff:10.0.0.1",
		"2001:db8::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
		"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
		"2001:db9::", "::", "::1", "::2", "fe80::1%eth0", "fec0::1",
		"ffff::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fffe::" };
	char text[2048] = "zones: { z = { networks = [ ";
	struct written written;

	(void)state;
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s\"%s\"", i > 0 ? ", " : "", networks[i]);
	strncat(text,
	    " ]; }; }; rules = ( { name = \"r\"; deny = \"d\"; when = { zone "
	    "= \"z\"; }; } );",
	    sizeof(text) - strlen(text) - 1);
	written = write_policy("", text);
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		struct cardea_request request = alice();
		enum cardea_truth truth, expected = CARDEA_FALSE;

		request.login_source = cardea_address_parse(probes[i]);
		assert_int_equal(request.login_source.kind, CARDEA_ADDRESS_IP);
		for (size_t k = 0; k < sizeof(networks) / sizeof(networks[0]);
		     k++) {
			struct cardea_prefix prefix;

			assert_int_equal(
			    cardea_prefix_parse(networks[k], &prefix),
			    CARDEA_OK);
			if (cardea_prefix_contains(
				&prefix, &request.login_source))
				expected = CARDEA_TRUE;
		}
		assert_int_equal(
		    cardea_policy_match(written.policy, 0, &request, &truth),
		    CARDEA_OK);
		if (truth != expected)
			fail_msg("%s gave %d", probes[i], (int)truth);
	}
	drop_policy(&written);
}

static void
a_long_list_is_searched_to_its_last_name(void **state)
{
	char *text = malloc(400000);
	struct cardea_request request = alice();
	struct written written;
	enum cardea_truth truth;
	size_t at;

	(void)state;
	assert_non_null(text);
	at = (size_t)snprintf(text, 400000,
	    "rules = ( { name = \"r\"; deny = \"d\"; when = { user = [ "
	    "\"zoe\"");
	for (int i = 0; i < CARDEA_LIST_MAX - 1; i++)
		at += (size_t)snprintf(
		    text + at, 400000 - at, ", \"user-%d\"", i);
	snprintf(text + at, 400000 - at, " ]; }; } );");
	written = write_policy("", text);
	for (int i = -1; i < CARDEA_LIST_MAX; i++) {
		snprintf(request.user, sizeof(request.user), "user-%d", i);
		if (i < 0)
			memcpy(request.user, "zoe", 4);
		if (i > 20 && i % 97 != 0 && i < CARDEA_LIST_MAX - 3)
			continue;
		assert_int_equal(
		    cardea_policy_match(written.policy, 0, &request, &truth),
		    CARDEA_OK);
		assert_int_equal(truth,
		    i == CARDEA_LIST_MAX - 1 ? CARDEA_FALSE : CARDEA_TRUE);
	}
	drop_policy(&written);
	free(text);
}

static void
a_rule_without_when_applies_to_every_request(void **state)
{
	struct written written = write_policy(
	    "", "rules = ( { name = \"a\"; deny = \"x\"; } );");
	struct cardea_request nobody;
	enum cardea_truth truth;

	(void)state;
	memset(&nobody, 0, sizeof(nobody));
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &nobody, &truth), CARDEA_OK);
	assert_int_equal(truth, CARDEA_TRUE);
	assert_int_equal(
	    cardea_policy_match(written.policy, 1, &nobody, &truth),
	    CARDEA_E_RANGE);
	assert_int_equal(truth, CARDEA_TRUE);
	drop_policy(&written);
}

static void
only_rules_about_nobody_in_particular_may_be_told_early(void **state)
{
	static const struct {
		const char *when;
		bool early;
	} cases[] = {
		{ "service = \"sshd\";", true },
		{ "zone = \"z\"; hours = \"h\"; origin = \"remote\"; host = "
		  "\"x\"; tty = \"x\"; caller = \"x\"; from = \"2026-01-01\";",
		    true },
		{ "unless = { zone = \"z\"; };", true },
		{ "user = \"x\";", false },
		{ "service = \"sshd\"; group = \"x\";", false },
		{ "unless = { user = \"x\"; };", false },
		{ "unless = { service = \"x\"; unless = { group = \"x\"; }; "
		  "};",
		    false },
		{ "unless = ( { service = \"x\"; }, { user = \"x\"; } );",
		    false },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct written written;
		struct cardea_rule rule;

		snprintf(text, sizeof(text),
		    "zones: { z = { networks = \"10.0.0.0/8\"; }; }; hours: { "
		    "h = { days = \"mon\"; times = \"00:00-24:00\"; timezone "
		    "= \"UTC\"; }; }; rules = ( { name = \"r\"; deny = \"d\"; "
		    "when = { %s }; } );",
		    cases[i].when);
		written = write_policy("", text);
		assert_int_equal(
		    cardea_policy_rule(written.policy, 0, &rule), CARDEA_OK);
		if (rule.early != cases[i].early)
			fail_msg("%s", cases[i].when);
		drop_policy(&written);
	}
}

static void
a_policy_knows_its_groups_and_time_zones(void **state)
{
	struct written written = write_policy("",
	    "hours: { h = { days = \"mon\"; times = \"00:00-24:00\"; timezone "
	    "= \"Asia/Tokyo\"; }; i = { days = \"mon\"; times = "
	    "\"00:00-24:00\"; timezone = \"Asia/Tokyo\"; }; };"
	    "rules = ( { name = \"r\"; deny = \"d\"; when = { user = "
	    "\"alice\"; group = \"ops\"; from = \"2026-01-01\"; unless = { "
	    "group = \"staff\"; }; }; } );");

	(void)state;
	assert_true(cardea_policy_names_group(written.policy, "ops"));
	assert_true(cardea_policy_names_group(written.policy, "staff"));
	assert_false(cardea_policy_names_group(written.policy, "alice"));
	assert_false(cardea_policy_names_group(written.policy, "wheel"));
	assert_false(cardea_policy_names_group(written.policy, ""));
	assert_int_equal(cardea_policy_timezone_count(written.policy), 2);
	assert_string_equal(
	    cardea_policy_timezone(written.policy, 0), "Asia/Tokyo");
	assert_string_equal(cardea_policy_timezone(written.policy, 1), "UTC");
	assert_string_equal(cardea_policy_timezone(written.policy, 2), "");
	drop_policy(&written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_key_compares_its_fact_whole_and_in_its_own_case),
		cmocka_unit_test(
		    C02_what_is_unknown_is_maybe_and_never_tips_a_definite_answer),
		cmocka_unit_test(
		    C02_a_request_that_knows_nothing_matches_nothing_for_sure),
		cmocka_unit_test(
		    C01_an_address_or_tty_is_never_taken_for_a_name),
		cmocka_unit_test(
		    sudo_and_su_cover_their_login_forms_and_nothing_else),
		cmocka_unit_test(
		    C04_a_zone_holds_what_one_of_its_networks_holds),
		cmocka_unit_test(a_long_list_is_searched_to_its_last_name),
		cmocka_unit_test(a_rule_without_when_applies_to_every_request),
		cmocka_unit_test(
		    only_rules_about_nobody_in_particular_may_be_told_early),
		cmocka_unit_test(a_policy_knows_its_groups_and_time_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
