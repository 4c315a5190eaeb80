/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/select_fixture.h"

/* Facts that a test takes away: a zone then is MAYBE. */
static struct cardea_request
alice_from_nowhere(void)
{
	struct cardea_request request = alice();

	request.login_source.kind = CARDEA_ADDRESS_UNKNOWN;
	return request;
}

static const char *
demand(const struct cardea_selection *selection)
{
	static char text[CARDEA_REQUIREMENT_MAX + 1];

	assert_int_equal(cardea_requirement_format(
			     &selection->requirement, text, sizeof(text)),
	    CARDEA_OK);
	return text;
}

#define DENY_TOR                                                               \
	"{ name = \"tor\"; when = { zone = \"tor\"; }; deny = \"no tor\"; }"
#define OFFICE                                                                 \
	"{ name = \"office\"; when = { zone = \"office\"; };"                  \
	" require = \"totp\"; }"
#define ALICE                                                                  \
	"{ name = \"alice\"; when = { user = \"alice\"; };"                    \
	" require = \"fido2\"; }"
#define ALL "{ name = \"all\"; require = \"password + totp\"; }"

static void
the_first_rule_that_matches_decides(void **state)
{
	struct cardea_request request = alice();
	struct cardea_selection selection = select_rules(
	    DENY_TOR "," OFFICE "," ALICE "," ALL, &request);

	(void)state;
	assert_true(selection.matched);
	assert_false(selection.denied);
	assert_false(selection.maybe);
	assert_int_equal(selection.rule, 1);
	assert_string_equal(demand(&selection), "totp");
	assert_int_equal(selection.maybe_count, 0);
	assert_int_equal(selection.observed_count, 0);
	assert_int_equal(selection.outage_used, 0);
	assert_false(selection.alert);
	assert_false(selection.early);

	request.login_source = cardea_address_parse("203.0.113.1");
	selection = select_rules(
	    DENY_TOR "," OFFICE "," ALICE "," ALL, &request);
	assert_int_equal(selection.rule, 2);
	assert_string_equal(demand(&selection), "fido2");

	request.login_source = cardea_address_parse("198.51.100.9");
	selection = select_rules(
	    DENY_TOR "," OFFICE "," ALICE "," ALL, &request);
	assert_true(selection.matched);
	assert_true(selection.denied);
	assert_false(selection.maybe);
	assert_int_equal(selection.rule, 0);
	assert_string_equal(demand(&selection), "never");
}

static void
nothing_that_matches_denies(void **state)
{
	struct cardea_request request = alice();
	struct cardea_selection selection = select_rules(
	    "{ name = \"bob\"; when = { user = \"bob\"; }; require = "
	    "\"totp\"; remember = \"1h\"; session = \"1h\"; alert = true; }",
	    &request);

	(void)state;
	assert_false(selection.matched);
	assert_true(selection.denied);
	assert_int_equal(selection.rule, 0);
	assert_string_equal(demand(&selection), "never");
	assert_int_equal(selection.remember_s, 0);
	assert_int_equal(selection.session_s, 0);
	assert_false(selection.alert);
	assert_false(selection.early);
}

static void
C02_maybe_on_a_deny_rule_denies(void **state)
{
	struct cardea_request request = alice_from_nowhere();
	struct cardea_selection selection = select_rules(
	    DENY_TOR "," ALICE, &request);

	(void)state;
	assert_true(selection.matched);
	assert_true(selection.denied);
	assert_true(selection.maybe);
	assert_int_equal(selection.rule, 0);
	assert_string_equal(demand(&selection), "never");
	/* a request without a network is in no zone, for certain */
	request.login_source.kind = CARDEA_ADDRESS_NONE;
	selection = select_rules(DENY_TOR "," ALICE, &request);
	assert_false(selection.denied);
	assert_false(selection.maybe);
	assert_int_equal(selection.rule, 1);
}

static void
C02_maybe_on_a_require_rule_adds_its_demand(void **state)
{
	struct cardea_request request = alice_from_nowhere();
	struct cardea_selection selection = select_rules(
	    OFFICE "," ALICE "," ALL, &request);

	(void)state;
	assert_true(selection.matched);
	assert_false(selection.denied);
	assert_true(selection.maybe);
	assert_int_equal(selection.rule, 1);
	assert_int_equal(selection.maybe_count, 1);
	assert_int_equal(selection.maybe_rules[0], 0);
	assert_string_equal(demand(&selection), "totp + fido2");
	/* and nothing after it is a denial still */
	selection = select_rules(OFFICE, &request);
	assert_false(selection.matched);
	assert_true(selection.denied);
	assert_true(selection.maybe);
	assert_string_equal(demand(&selection), "never");
	/* and a rule that asks nothing does not take the demand away */
	selection = select_rules(OFFICE
	    ", { name = \"n\"; when = { user = \"alice\"; }; require = "
	    "\"none\"; reason = \"r\"; }",
	    &request);
	assert_string_equal(demand(&selection), "totp");
	selection = select_rules(OFFICE
	    ", { name = \"d\"; when = { user = \"alice\"; }; deny = "
	    "\"r\"; }",
	    &request);
	assert_true(selection.denied);
	assert_true(selection.maybe);
	assert_int_equal(selection.rule, 1);
	assert_string_equal(demand(&selection), "never");
}

#define BREAK_GLASS(place)                                                     \
	"{ name = \"glass\"; when = { user = \"alice\"; " place                \
	" }; require = \"recovery\"; emergency = true; }"

static void
an_emergency_rule_that_may_match_survives_unknown_denials(void **state)
{
	struct cardea_request request = alice_from_nowhere();
	struct cardea_selection selection;

	(void)state;
	/* without emergency the deny rule below would win */
	selection = select_rules(OFFICE "," DENY_TOR "," ALL, &request);
	assert_true(selection.denied);
	assert_int_equal(selection.rule, 1);
	selection = select_rules(
	    BREAK_GLASS("zone = \"office\";") "," DENY_TOR "," ALL, &request);
	assert_false(selection.denied);
	assert_true(selection.maybe);
	assert_int_equal(selection.rule, 2);
	assert_string_equal(demand(&selection), "recovery + password + totp");
	/* only below it */
	selection = select_rules(
	    DENY_TOR "," BREAK_GLASS("zone = \"office\";") "," ALL, &request);
	assert_true(selection.denied);
	assert_int_equal(selection.rule, 0);
	/* only for those whom the emergency rule may be about */
	memcpy(request.user, "carol", 6);
	selection = select_rules(
	    BREAK_GLASS("zone = \"office\";") "," DENY_TOR "," ALL, &request);
	assert_true(selection.denied);
	memcpy(request.user, "alice", 6);
	/* a denial that rests on known facts stays */
	selection = select_rules(
	    BREAK_GLASS("zone = \"office\";") ", { name = \"d\"; when = { "
					      "service = \"sshd\"; }; deny = "
					      "\"d\"; }," ALL,
	    &request);
	assert_true(selection.denied);
	assert_int_equal(selection.rule, 1);
	/* a definite match decides as every rule does */
	selection = select_rules(
	    BREAK_GLASS("") "," DENY_TOR "," ALL, &request);
	assert_false(selection.denied);
	assert_int_equal(selection.rule, 0);
	assert_string_equal(demand(&selection), "recovery");
	/* and what may match alone lets nobody in */
	selection = select_rules(
	    BREAK_GLASS("zone = \"office\";") "," DENY_TOR, &request);
	assert_true(selection.denied);
	assert_false(selection.matched);
}

#define OBSERVE(rest)                                                          \
	"{ name = \"new\"; mode = \"observe\"; observe_until = "               \
	"\"2026-12-31\"; " rest " }"

static void
an_observed_rule_is_noted_until_its_date_and_enforces_then(void **state)
{
	/* the first second of 2027-01-01 */
	const int64_t end_s = INT64_C(1798761600);
	struct cardea_request request = alice();
	struct cardea_selection selection = select_rules(
	    OBSERVE("deny = \"no\";") "," ALL, &request);

	(void)state;
	assert_false(selection.denied);
	assert_int_equal(selection.rule, 1);
	assert_int_equal(selection.observed_count, 1);
	assert_int_equal(selection.observed[0].rule, 0);
	assert_int_equal(selection.observed[0].truth, CARDEA_TRUE);
	assert_string_equal(demand(&selection), "password + totp");
	request.time_s = end_s - 1;
	selection = select_rules(OBSERVE("deny = \"no\";") "," ALL, &request);
	assert_int_equal(selection.rule, 1);
	request.time_s = end_s;
	selection = select_rules(OBSERVE("deny = \"no\";") "," ALL, &request);
	assert_true(selection.denied);
	assert_int_equal(selection.rule, 0);
	assert_int_equal(selection.observed_count, 0);
	/* a clock that nobody believes neither keeps it open nor lets its
	 * demand alone be enough */
	request.time_s = NOW_S;
	request.time_known = false;
	selection = select_rules(OBSERVE("deny = \"no\";") "," ALL, &request);
	assert_true(selection.denied);
	assert_true(selection.maybe);
	assert_int_equal(selection.rule, 0);
	selection = select_rules(
	    OBSERVE("require = \"hotp\";") "," ALL, &request);
	assert_int_equal(selection.rule, 1);
	assert_string_equal(demand(&selection), "hotp + password + totp");
	selection = select_rules(
	    OBSERVE("require = \"hotp\"; emergency = true;") "," DENY_TOR
							     "," ALL,
	    &request);
	assert_false(selection.denied);
	request.login_source.kind = CARDEA_ADDRESS_UNKNOWN;
	selection = select_rules(
	    OBSERVE("require = \"hotp\"; emergency = true;") "," DENY_TOR
							     "," ALL,
	    &request);
	assert_true(selection.denied);

	/* a maybe is noted as one and adds nothing */
	request = alice_from_nowhere();
	selection = select_rules(OBSERVE("when = { zone = \"office\"; }; "
					 "require = \"recovery\"; remember = "
					 "\"1h\"; alert = true;") "," ALL,
	    &request);
	assert_int_equal(selection.observed_count, 1);
	assert_int_equal(selection.observed[0].truth, CARDEA_MAYBE);
	assert_false(selection.maybe);
	assert_false(selection.alert);
	assert_int_equal(selection.remember_s, 0);
	assert_string_equal(demand(&selection), "password + totp");
	/* and is not noted at all if it is not about this request */
	selection = select_rules(
	    OBSERVE("when = { user = \"bob\"; }; deny = \"no\";") "," ALL,
	    &request);
	assert_int_equal(selection.observed_count, 0);
}

static void
more_observed_rules_than_the_table_holds_are_counted(void **state)
{
	struct cardea_request request = alice();
	struct cardea_selection selection;
	char rules[8192] = "";

	(void)state;
	for (unsigned int i = 0; i < CARDEA_OBSERVED_MAX + 3; i++)
		(void)snprintf(rules + strlen(rules),
		    sizeof(rules) - strlen(rules),
		    "{ name = \"o%u\"; mode = \"observe\"; observe_until = "
		    "\"2026-12-31\"; deny = \"no\"; },",
		    i);
	(void)snprintf(
	    rules + strlen(rules), sizeof(rules) - strlen(rules), "%s", ALL);
	selection = select_rules(rules, &request);
	assert_false(selection.denied);
	assert_int_equal(selection.rule, CARDEA_OBSERVED_MAX + 3);
	assert_int_equal(selection.observed_count, CARDEA_OBSERVED_MAX);
	assert_int_equal(selection.observed_left_out, 3);
}

static void
terms_are_the_strictest_of_the_rules_concerned(void **state)
{
	struct cardea_request request = alice_from_nowhere();
	struct cardea_selection selection;

	(void)state;
#define MAY(name, terms)                                                       \
	"{ name = \"" name "\"; when = { zone = \"office\"; }; require = "     \
	"\"totp\"; " terms " }"
#define MUST(terms) "{ name = \"must\"; require = \"fido2\"; " terms " }"
	selection = select_rules(MUST("remember = \"15m\"; session = \"10h\"; "
				      "alert = true;"),
	    &request);
	assert_int_equal(selection.remember_s, 900);
	assert_int_equal(selection.session_s, 36000);
	assert_true(selection.alert);
	selection = select_rules(
	    MAY("a", "remember = \"5m\"; session = \"1h\";") "," MUST(
		"remember = \"15m\"; session = \"10h\";"),
	    &request);
	assert_int_equal(selection.remember_s, 300);
	assert_int_equal(selection.session_s, 3600);
	assert_false(selection.alert);
	selection = select_rules(
	    MAY("a",
		"remember = \"15m\"; session = \"10h\"; alert = "
		"true;") "," MUST("remember = \"5m\"; session = "
				  "\"1h\";"),
	    &request);
	assert_int_equal(selection.remember_s, 300);
	assert_int_equal(selection.session_s, 3600);
	assert_true(selection.alert);
	/* no remember is the least of all, no session limit the most */
	selection = select_rules(
	    MAY("a", "") "," MUST("remember = \"5m\"; session = \"1h\";"),
	    &request);
	assert_int_equal(selection.remember_s, 0);
	assert_int_equal(selection.session_s, 3600);
	selection = select_rules(
	    MAY("a", "remember = \"5m\"; session = \"1h\";") "," MUST(""),
	    &request);
	assert_int_equal(selection.remember_s, 0);
	assert_int_equal(selection.session_s, 3600);
	selection = select_rules(
	    "{ name = \"d\"; deny = \"d\"; alert = true; }", &request);
	assert_true(selection.alert);
}

static void
a_named_outage_replaces_the_demand_of_its_rule(void **state)
{
	static const char rule[] =
	    "{ name = \"o\"; require = \"device + totp\"; when_outage = { "
	    "cluster = \"device + fido2(uv)\"; store-unwritable = "
	    "\"recovery\"; }; }";
	struct cardea_request request = alice();
	struct cardea_selection selection;

	(void)state;
	selection = select_rules(rule, &request);
	assert_string_equal(demand(&selection), "device + totp");
	assert_int_equal(selection.outage_used, 0);
	request.outages = CARDEA_OUTAGE_REVOCATION_STALE;
	selection = select_rules(rule, &request);
	assert_string_equal(demand(&selection), "device + totp");
	assert_int_equal(selection.outage_used, 0);
	request.outages = CARDEA_OUTAGE_CLUSTER;
	selection = select_rules(rule, &request);
	assert_string_equal(demand(&selection), "device + fido2(uv)");
	assert_int_equal(selection.outage_used, CARDEA_OUTAGE_CLUSTER);
	request.outages = CARDEA_OUTAGE_STORE_UNWRITABLE |
	    CARDEA_OUTAGE_CLUSTER | CARDEA_OUTAGE_REVOCATION_STALE;
	selection = select_rules(rule, &request);
	assert_string_equal(
	    demand(&selection), "recovery + device + fido2(uv)");
	assert_int_equal(selection.outage_used,
	    CARDEA_OUTAGE_STORE_UNWRITABLE | CARDEA_OUTAGE_CLUSTER);
	/* beside a rule without such a clause, both hold */
	request = alice_from_nowhere();
	request.outages = CARDEA_OUTAGE_REVOCATION_STALE;
	selection = select_rules(
	    MAY("a", "when_outage = { revocation-stale = \"hotp\"; };") "," ALL,
	    &request);
	assert_string_equal(demand(&selection), "hotp + password + totp");
	assert_int_equal(selection.outage_used, CARDEA_OUTAGE_REVOCATION_STALE);
	/* a denial uses no clause */
	selection = select_rules(
	    MAY("a", "when_outage = { revocation-stale = \"hotp\"; };"),
	    &request);
	assert_true(selection.denied);
	assert_int_equal(selection.outage_used, 0);
}

/* Whatever a rule asks for otherwise: its codes may have been spent elsewhere,
 * its person locked. */
static void
a_cluster_out_of_reach_denies_but_where_a_rule_has_a_word_for_it(void **state)
{
	struct cardea_request request = alice();
	struct cardea_selection selection;
	char rules[512];

	(void)state;
	request.outages = CARDEA_OUTAGE_CLUSTER;
	selection = select_rules(ALL, &request);
	assert_true(selection.denied && selection.matched && selection.cut_off);
	assert_int_equal(selection.outage_used, 0);
	selection = select_rules(
	    "{ name = \"s\"; require = \"totp\"; when_outage = { "
	    "store-unwritable = \"recovery\"; }; }",
	    &request);
	assert_true(selection.denied && selection.cut_off);
	/* a rule that may match, too, though the next one has a word */
	request = alice_from_nowhere();
	request.outages = CARDEA_OUTAGE_CLUSTER;
	snprintf(rules, sizeof(rules), "%s,%s", MAY("a", ""),
	    "{ name = \"o\"; require = \"totp\"; when_outage = { cluster = "
	    "\"hotp\"; }; }");
	selection = select_rules(rules, &request);
	assert_true(selection.denied && selection.cut_off);
	assert_int_equal(selection.rule, 0);
	/* a deny rule denies by itself */
	selection = select_rules("{ name = \"d\"; deny = \"no\"; }", &request);
	assert_true(selection.denied && !selection.cut_off);
}

/* Who mends the cluster has to be able to become anybody. */
static void
root_becomes_another_user_without_a_cluster(void **state)
{
	static const char rule[] = "{ name = \"r\"; when = { caller = "
				   "\"root\"; }; require = \"none\"; reason "
				   "= \"cron\"; }";
	struct cardea_request request = alice();
	struct cardea_selection selection;

	(void)state;
	request.outages = CARDEA_OUTAGE_CLUSTER;
	request.caller_known = true;
	request.caller_uid = 0;
	memcpy(request.caller, "root", sizeof("root"));
	memcpy(request.service, "su-l", sizeof("su-l"));
	selection = select_rules(rule, &request);
	assert_false(selection.denied);
	/* and nobody else, by nothing else */
	memcpy(request.service, "sshd", sizeof("sshd"));
	selection = select_rules(rule, &request);
	assert_true(selection.denied && selection.cut_off);
	memcpy(request.service, "sudo", sizeof("sudo"));
	selection = select_rules(ALL, &request);
	assert_true(selection.denied && selection.cut_off);
}

static void
what_cannot_be_judged_is_an_error_and_leaves_the_zero_selection(void **state)
{
	struct cardea_request request = alice_from_nowhere();
	struct cardea_selection selection, before;
	struct cardea_diag diag = { .line = 0 };
	struct written written;
	char rules[8192] = "rules = ( ",
	     zones[] = "zones: { office = { "
		       "networks = "
		       "\"192.0.2.0/24\"; }; };";
	char text[9000];

	(void)state;
	for (unsigned int i = 0; i <= CARDEA_MAYBE_MAX; i++)
		(void)snprintf(rules + strlen(rules),
		    sizeof(rules) - strlen(rules),
		    "%s { name = \"m%u\"; when = { zone = \"office\"; }; "
		    "require = \"totp\"; }",
		    i == 0 ? "" : ",", i);
	(void)snprintf(text, sizeof(text), "%s %s );", zones, rules);
	written = write_policy("", text);
	memset(&selection, 0, sizeof(selection));
	before = selection;
	assert_int_equal(
	    cardea_policy_select(written.policy, &request, &selection, &diag),
	    CARDEA_E_RANGE);
	assert_string_equal(diag.reason, "more than 16 rules may apply");
	assert_memory_equal(&selection, &before, sizeof(selection));
	/* a damaged group list is our own fault, and denies as well */
	memset(&diag, 0, sizeof(diag));
	request.group_text_len = CARDEA_GROUP_TEXT_MAX + 1;
	assert_int_equal(
	    cardea_policy_select(written.policy, &request, &selection, &diag),
	    CARDEA_E_INTERNAL);
	assert_string_equal(
	    diag.reason, "the installed policy cannot be judged");
	assert_memory_equal(&selection, &before, sizeof(selection));
	drop_policy(&written);

	/* two demands that do not fit together into one */
	(void)snprintf(text, sizeof(text),
	    "%s rules = ( { name = \"a\"; when = { zone = \"office\"; }; "
	    "require = "
	    "\"device(tag=a,tag=b,tag=c,tag=d,tag=e,tag=f,tag=g,tag=h) + "
	    "device(tag=a,tag=b,tag=c,tag=d,tag=e,tag=f,tag=g,tag=h) + "
	    "device(tag=a,tag=b,tag=c,tag=d,tag=e,tag=f,tag=g,tag=h) + "
	    "device(tag=a,tag=b,tag=c,tag=d,tag=e,tag=f,tag=g,tag=h)\"; }, { "
	    "name "
	    "= \"b\"; require = \"device(state=active)\"; } );",
	    zones);
	written = write_policy("", text);
	memset(&diag, 0, sizeof(diag));
	request = alice_from_nowhere();
	assert_int_equal(
	    cardea_policy_select(written.policy, &request, &selection, &diag),
	    CARDEA_E_RANGE);
	assert_string_equal(
	    diag.reason, "the rules that may apply ask too much together");
	assert_memory_equal(&selection, &before, sizeof(selection));
	drop_policy(&written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_rule_that_matches_decides),
		cmocka_unit_test(nothing_that_matches_denies),
		cmocka_unit_test(C02_maybe_on_a_deny_rule_denies),
		cmocka_unit_test(C02_maybe_on_a_require_rule_adds_its_demand),
		cmocka_unit_test(
		    an_emergency_rule_that_may_match_survives_unknown_denials),
		cmocka_unit_test(
		    an_observed_rule_is_noted_until_its_date_and_enforces_then),
		cmocka_unit_test(
		    more_observed_rules_than_the_table_holds_are_counted),
		cmocka_unit_test(
		    terms_are_the_strictest_of_the_rules_concerned),
		cmocka_unit_test(
		    a_named_outage_replaces_the_demand_of_its_rule),
		cmocka_unit_test(
		    a_cluster_out_of_reach_denies_but_where_a_rule_has_a_word_for_it),
		cmocka_unit_test(root_becomes_another_user_without_a_cluster),
		cmocka_unit_test(
		    what_cannot_be_judged_is_an_error_and_leaves_the_zero_selection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
