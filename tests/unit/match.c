/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "policy/match.h"
#include "unit/policies.h"

/* alice, in staff and ops, over ssh from the office on Wed 2026-11-25 at
 * 12:00 in Berlin, 11:00 in UTC */
static struct cardea_request
alice(void)
{
	struct cardea_request request = {
		.user = "alice",
		.user_exists = true,
		.pam_user = "alice",
		.ruser = "bob",
		.caller = "root",
		.caller_known = true,
		.service = "sshd",
		.host = "bastion",
		.tty = "pts/3",
		.rhost = "192.0.2.7",
		.origin = CARDEA_ORIGIN_REMOTE,
		.groups_known = true,
		.time_known = true,
		.time_s = 1795604400,
		.local_count = 2,
		.local = { { .zone = "Europe/Berlin",
			       .known = true,
			       .year = 2026,
			       .month = 11,
			       .day = 25,
			       .weekday = 2,
			       .second = 12 * 3600 },
		    { .zone = "UTC",
			.known = true,
			.year = 2026,
			.month = 11,
			.day = 25,
			.weekday = 2,
			.second = 11 * 3600 } },
	};

	request.source = cardea_address_parse("192.0.2.7");
	assert_int_equal(
	    cardea_request_add_group(&request, "staff"), CARDEA_OK);
	assert_int_equal(cardea_request_add_group(&request, "ops"), CARDEA_OK);
	return request;
}

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_key_compares_its_fact_whole_and_in_its_own_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
