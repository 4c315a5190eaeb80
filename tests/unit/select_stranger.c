/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/select_fixture.h"

/* What a stranger is told and asked. */

static void
a_denial_is_early_only_where_it_is_the_same_for_everybody(void **state)
{
	static const struct {
		const char *rules;
		bool denied;
		bool early;
	} cases[] = {
		{ "{ name = \"d\"; deny = \"d\"; }", true, true },
		{ "{ name = \"d\"; when = { zone = \"office\"; }; deny = "
		  "\"d\"; }",
		    true, true },
		/* the rule that denies is about a person */
		{ "{ name = \"d\"; when = { user = \"alice\"; }; deny = "
		  "\"d\"; }",
		    true, false },
		{ "{ name = \"d\"; when = { unless = { user = \"bob\"; }; }; "
		  "deny = \"d\"; }",
		    true, false },
		{ "{ name = \"d\"; when = { unless = { group = \"g\"; }; }; "
		  "deny = \"d\"; }",
		    true, false },
		/* somebody else would have passed above it */
		{ "{ name = \"b\"; when = { user = \"bob\"; }; require = "
		  "\"totp\"; }, { name = \"d\"; deny = \"d\"; }",
		    true, false },
		{ "{ name = \"b\"; when = { group = \"g\"; }; deny = \"g\"; "
		  "}, { name = \"d\"; deny = \"d\"; }",
		    true, false },
		/* not by this service, whoever it is */
		{ "{ name = \"b\"; when = { user = \"bob\"; service = "
		  "\"sudo\"; }; require = \"totp\"; }, { name = \"d\"; deny = "
		  "\"d\"; }",
		    true, true },
		/* what stands below was never asked */
		{ "{ name = \"d\"; deny = \"d\"; }, { name = \"b\"; when = { "
		  "user = \"bob\"; }; require = \"totp\"; }",
		    true, true },
		/* an observed rule changes nothing for anybody */
		{ "{ name = \"b\"; when = { user = \"bob\"; }; require = "
		  "\"totp\"; mode = \"observe\"; observe_until = "
		  "\"2026-12-31\"; }, { name = \"d\"; deny = \"d\"; }",
		    true, true },
		{ "{ name = \"b\"; when = { user = \"bob\"; }; require = "
		  "\"totp\"; mode = \"observe\"; observe_until = "
		  "\"2026-11-24\"; }, { name = \"d\"; deny = \"d\"; }",
		    true, false },
		/* nothing matched */
		{ "{ name = \"r\"; when = { zone = \"tor\"; }; require = "
		  "\"totp\"; }",
		    true, true },
		{ "{ name = \"r\"; when = { zone = \"tor\"; user = \"bob\"; "
		  "}; require = \"totp\"; }",
		    true, false },
		{ "{ name = \"r\"; require = \"totp\"; }", false, false },
	};
	struct cardea_request request = alice();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_selection selection = select_rules(
		    cases[i].rules, &request);

		if (selection.denied != cases[i].denied ||
		    selection.early != cases[i].early)
			fail_msg("%s", cases[i].rules);
	}
}

/* the number of what was asked among these */
static size_t
number_of(const struct cardea_requirement *requirement,
    const char *const *asked, size_t count)
{
	char text[1024];
	size_t i = 0;

	assert_int_equal(
	    cardea_requirement_format(requirement, text, sizeof(text)),
	    CARDEA_OK);
	while (i < count && strcmp(text, asked[i]) != 0)
		i++;
	if (i == count)
		fail_msg("a stranger is asked %s", text);
	return i;
}

/* Names are asked these, each by some of them, and nothing else. */
static void
expect_pretended(const char *rules, const struct cardea_request *request,
    const char *const *asked, size_t count)
{
	struct cardea_requirement requirement;
	unsigned int seen = 0;
	char text[1024];
	struct written written;

	(void)snprintf(text, sizeof(text),
	    "zones: { office = { networks = \"192.0.2.0/24\"; }; }; rules = ( "
	    "%s );",
	    rules);
	written = write_policy("", text);
	for (uint64_t pick = 0; pick < 20 && count > 0; pick++) {
		size_t number;

		assert_true(cardea_policy_pretend(
		    written.policy, request, pick, &requirement));
		number = number_of(&requirement, asked, count);
		seen |= 1u << number;
		/* the same name is asked the same */
		assert_true(cardea_policy_pretend(
		    written.policy, request, pick, &requirement));
		assert_int_equal(number_of(&requirement, asked, count), number);
	}
	assert_int_equal(seen, (1u << count) - 1);
	if (count == 0)
		assert_false(cardea_policy_pretend(
		    written.policy, request, 7, &requirement));
	drop_policy(&written);
}

static void
a_stranger_is_asked_what_somebody_is_asked_here_and_now(void **state)
{
	static const char rules[] =
	    "{ name = \"a\"; require = \"fido2\"; when = { group = \"ops\"; "
	    "}; }, { name = \"b\"; require = \"recovery\"; when = { user = "
	    "\"alice\"; zone = \"office\"; }; }, { name = \"c\"; require = "
	    "\"device\"; mode = \"observe\"; observe_until = \"2027-01-31\"; "
	    "}, { name = \"d\"; require = \"none\"; reason = \"r\"; when = { "
	    "user = \"x\"; }; }, { name = \"e\"; deny = \"no\"; when = { group "
	    "= \"out\"; }; }, { name = \"f\"; require = \"password + totp\"; "
	    "when = { service = \"sshd\"; }; }, { name = \"g\"; require = "
	    "\"hotp\"; }";
	static const char *const office[] = { "fido2", "recovery",
		"password + totp" };
	static const char *const outside[] = { "fido2", "password + totp" };
	static const char *const sudo[] = { "fido2", "recovery", "hotp" };
	struct cardea_request request = alice();

	(void)state;
	expect_pretended(rules, &request, office, 3);
	request.login_source = cardea_address_parse("198.51.100.1");
	expect_pretended(rules, &request, outside, 2);
	request = alice();
	strcpy(request.service, "sudo");
	expect_pretended(rules, &request, sudo, 3);
}

static void
a_stranger_is_asked_nothing_where_nobody_is(void **state)
{
	struct cardea_request request = alice();

	(void)state;
	expect_pretended("{ name = \"a\"; deny = \"no\"; }, { name = \"b\"; "
			 "require = \"totp\"; }",
	    &request, NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_denial_is_early_only_where_it_is_the_same_for_everybody),
		cmocka_unit_test(
		    a_stranger_is_asked_what_somebody_is_asked_here_and_now),
		cmocka_unit_test(a_stranger_is_asked_nothing_where_nobody_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
