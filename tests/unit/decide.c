/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/decide_fixture.h"
#include "unit/test.h"

static void
assert_denied(const struct cardea_decision *decision, enum cardea_reason reason,
    const char *rule, const char *text, const char *missing)
{
	assert_int_equal(decision->verdict, CARDEA_DENY);
	assert_string_equal(
	    cardea_reason_text(decision->reason), cardea_reason_text(reason));
	assert_string_equal(decision->rule, rule);
	assert_string_equal(decision->text, text);
	assert_string_equal(decision->missing, missing);
}

/* --- what is not a matter of evidence -------------------------------- */

static void
nothing_set_denies(void **state)
{
	static const struct cardea_selection zero;
	static const struct cardea_evidence_set none;
	struct cardea_decision decision = decide(&zero, &none);
	struct cardea_selection selection;

	(void)state;
	assert_denied(&decision, CARDEA_REASON_NOTHING_MATCHED, "", "", "");
	/* even where a requirement is met, without a rule it is nobody's */
	selection = select_text("none");
	selection.matched = false;
	decision = decide(&selection, &none);
	assert_denied(&decision, CARDEA_REASON_NOTHING_MATCHED, "", "", "");
	selection.denied = true;
	decision = decide(&selection, &none);
	assert_denied(&decision, CARDEA_REASON_NOTHING_MATCHED, "", "", "");
	/* a rule whose requirement was never written */
	selection = zero;
	selection.matched = true;
	selection.rule = 7;
	decision = decide(&selection, &none);
	assert_denied(
	    &decision, CARDEA_REASON_FACTOR_MISSING, "staff", "", "never");
}

static void
a_deny_rule_denies_with_its_own_words(void **state)
{
	struct cardea_selection selection = select_text("none");
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_decision decision;

	(void)state;
	selection.denied = true;
	policy.rule.kind = CARDEA_RULE_DENY;
	policy.rule.deny = "not through there";
	decision = decide(&selection, &set);
	assert_denied(&decision, CARDEA_REASON_DENIED_BY_RULE, "staff",
	    "not through there", "");
	selection.maybe = true;
	decision = decide(&selection, &set);
	assert_denied(&decision, CARDEA_REASON_MAYBE_DENIED, "staff",
	    "not through there", "");
	/* denied is denied, whatever the rule says it is */
	policy.rule.kind = CARDEA_RULE_REQUIRE;
	decision = decide(&selection, &set);
	assert_int_equal(decision.verdict, CARDEA_DENY);
}

static void
a_met_requirement_permits_and_an_unmet_one_says_why(void **state)
{
	struct cardea_selection selection = select_text(
	    "password + (totp | fido2(uv))");
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_decision decision = decide(&selection, &set);

	(void)state;
	assert_denied(&decision, CARDEA_REASON_FACTOR_MISSING, "staff", "",
	    "password + (totp | fido2(uv))");
	add_result(&set, CARDEA_FACTOR_TOTP, CARDEA_RESULT_ABSENT, "");
	decision = decide(&selection, &set);
	assert_denied(&decision, CARDEA_REASON_FACTOR_ABSENT, "staff", "",
	    "password + (totp | fido2(uv))");
	add_result(&set, CARDEA_FACTOR_PASSWORD, CARDEA_RESULT_VERIFIED, "");
	add_result(&set, CARDEA_FACTOR_FIDO2, CARDEA_RESULT_BROKEN, "");
	decision = decide(&selection, &set);
	assert_denied(&decision, CARDEA_REASON_FACTOR_BROKEN, "staff", "",
	    "totp | fido2(uv)");
	add_result(&set, CARDEA_FACTOR_FIDO2, CARDEA_RESULT_VERIFIED, "");
	decision = decide(&selection, &set);
	/* without uv it says nothing about the demand */
	assert_denied(&decision, CARDEA_REASON_FACTOR_BROKEN, "staff", "",
	    "totp | fido2(uv)");
	add_result(&set, CARDEA_FACTOR_FIDO2, CARDEA_RESULT_VERIFIED, "uv");
	decision = decide(&selection, &set);
	assert_int_equal(decision.verdict, CARDEA_PERMIT);
	assert_int_equal(decision.reason, CARDEA_REASON_REQUIREMENT_MET);
	assert_string_equal(decision.rule, "staff");
	assert_string_equal(decision.text, "");
	assert_string_equal(decision.missing, "");
	/* an unknown fact on the way does not spoil a met requirement */
	selection.maybe = true;
	decision = decide(&selection, &set);
	assert_int_equal(decision.verdict, CARDEA_PERMIT);
}

static void
a_rule_that_cannot_be_read_denies_as_broken(void **state)
{
	struct cardea_selection selection = select_text("none");
	struct cardea_evidence_set set = { .txn = TXN };
	char name[CARDEA_RULE_NAME_MAX + 2];
	char deny[CARDEA_TEXT_MAX + 2];
	struct cardea_decision decision;

	(void)state;
	policy.status = CARDEA_E_CORRUPT;
	decision = decide(&selection, &set);
	assert_denied(&decision, CARDEA_REASON_BROKEN, "", "", "");
	policy.status = CARDEA_OK;
	selection.rule = 8;
	decision = decide(&selection, &set);
	assert_denied(&decision, CARDEA_REASON_BROKEN, "", "", "");
	selection.rule = 7;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	policy.rule.name = name;
	decision = decide(&selection, &set);
	assert_denied(&decision, CARDEA_REASON_BROKEN, "", "", "");
	name[CARDEA_RULE_NAME_MAX] = '\0';
	decision = decide(&selection, &set);
	assert_int_equal(decision.verdict, CARDEA_PERMIT);
	assert_string_equal(decision.rule, name);

	policy.rule.name = "staff";
	memset(deny, 'd', sizeof(deny) - 1);
	deny[sizeof(deny) - 1] = '\0';
	policy.rule.deny = deny;
	selection.denied = true;
	decision = decide(&selection, &set);
	assert_denied(&decision, CARDEA_REASON_BROKEN, "staff", "", "");
}

static void
V26_a_flipped_bit_never_permits(void **state)
{
	struct cardea_selection selection = select_text("none");
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_decision decision = decide(&selection, &set);

	(void)state;
	assert_int_equal(decision.verdict, CARDEA_PERMIT);
	for (unsigned int bit = 0; bit < 32; bit++) {
		policy.rule.kind = (enum cardea_rule_kind)(
		    (unsigned int)CARDEA_RULE_REQUIRE ^ (1u << bit));
		decision = decide(&selection, &set);
		assert_denied(&decision, CARDEA_REASON_BROKEN, "staff", "", "");
		assert_string_equal(
		    cardea_verdict_text((enum cardea_verdict)(
			(unsigned int)CARDEA_PERMIT ^ (1u << bit))),
		    "deny");
	}
	policy.rule.kind = CARDEA_RULE_REQUIRE;
	for (unsigned int bit = 0; bit < 32; bit++) {
		selection = select_text("none");
		selection.requirement.nodes[0].kind = (enum cardea_node_kind)(
		    (unsigned int)CARDEA_NODE_TRUE ^ (1u << bit));
		decision = decide(&selection, &set);
		assert_int_equal(decision.verdict, CARDEA_DENY);
		selection = select_text("totp");
		selection.requirement.nodes[0].kind = (enum cardea_node_kind)(
		    (unsigned int)CARDEA_NODE_FACTOR ^ (1u << bit));
		decision = decide(&selection, &set);
		assert_int_equal(decision.verdict, CARDEA_DENY);
	}
}

static void
evidence_of_others_counts_for_nothing(void **state)
{
	struct cardea_selection selection = select_text("totp");
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_decision decision;

	(void)state;
	add_result(&set, CARDEA_FACTOR_TOTP, CARDEA_RESULT_VERIFIED, "");
	decision = decide(&selection, &set);
	assert_int_equal(decision.verdict, CARDEA_PERMIT);
	memcpy(request.user, "mallory", 8);
	decision = decide(&selection, &set);
	assert_denied(
	    &decision, CARDEA_REASON_FACTOR_MISSING, "staff", "", "totp");
	assert_int_equal(
	    cardea_decide_need(&selection, &request, &set, CARDEA_FACTOR_TOTP),
	    CARDEA_NEED_HELPFUL);
	memcpy(request.user, "alice", 6);
	set.txn[0] = 'f';
	decision = decide(&selection, &set);
	assert_denied(
	    &decision, CARDEA_REASON_FACTOR_MISSING, "staff", "", "totp");
	set.txn[0] = '0';
	set.items[0].version++;
	decision = decide(&selection, &set);
	assert_denied(
	    &decision, CARDEA_REASON_FACTOR_MISSING, "staff", "", "totp");
}

static void
what_is_missing_is_never_cut(void **state)
{
	struct cardea_selection selection;
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_requirement one;
	struct cardea_decision decision;
	char text[CARDEA_REQUIREMENT_MAX + 1];
	char value[121];

	(void)state;
	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	(void)snprintf(text, sizeof(text),
	    "device(a=%s,b=%s,c=%s,d=%s,e=%s,f=%s)", value, value, value, value,
	    value, value);
	selection = select_text(text);
	assert_int_equal(cardea_requirement_parse(text, &one, NULL), CARDEA_OK);
	assert_int_equal(cardea_requirement_and(&selection.requirement, &one,
			     &selection.requirement),
	    CARDEA_OK);
	decision = decide(&selection, &set);
	assert_denied(&decision, CARDEA_REASON_BROKEN, "staff", "", "");
}

static void
need_without_a_rule_is_futile(void **state)
{
	struct cardea_selection selection = select_text("totp");
	struct cardea_evidence_set set = { .txn = TXN };

	(void)state;
#define NEED(factor) cardea_decide_need(&selection, &request, &set, factor)
	assert_int_equal(NEED(CARDEA_FACTOR_TOTP), CARDEA_NEED_HELPFUL);
	assert_int_equal(NEED(CARDEA_FACTOR_FIDO2), CARDEA_NEED_NOT_NEEDED);
	selection.denied = true;
	assert_int_equal(NEED(CARDEA_FACTOR_TOTP), CARDEA_NEED_FUTILE);
	selection.denied = false;
	selection.matched = false;
	assert_int_equal(NEED(CARDEA_FACTOR_TOTP), CARDEA_NEED_FUTILE);
	selection = select_text("none");
	assert_int_equal(NEED(CARDEA_FACTOR_TOTP), CARDEA_NEED_NOT_NEEDED);
	assert_int_equal(NEED(CARDEA_FACTOR_NONE), CARDEA_NEED_NOT_NEEDED);
	memset(&selection.requirement, 0, sizeof(selection.requirement));
	assert_int_equal(NEED(CARDEA_FACTOR_TOTP), CARDEA_NEED_FUTILE);
#undef NEED
}

static void
verdicts_and_reasons_have_names(void **state)
{
	static const char *const names[] = { "none", "requirement-met",
		"nothing-matched", "denied-by-rule", "maybe-denied",
		"factor-missing", "factor-refused", "factor-absent",
		"factor-broken", "locked", "broken", "changed", "unknown-user",
		"cut-off", "unknown" };

	(void)state;
	for (int r = 0; r <= CARDEA_REASON_COUNT; r++)
		assert_string_equal(
		    cardea_reason_text((enum cardea_reason)r), names[r]);
	assert_string_equal(
	    cardea_reason_text((enum cardea_reason)99), "unknown");
	assert_string_equal(cardea_verdict_text(CARDEA_PERMIT), "permit");
	assert_string_equal(cardea_verdict_text(CARDEA_DENY), "deny");
	assert_string_equal(
	    cardea_verdict_text((enum cardea_verdict)1), "deny");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(nothing_set_denies),
		TEST(a_deny_rule_denies_with_its_own_words),
		TEST(a_met_requirement_permits_and_an_unmet_one_says_why),
		TEST(a_rule_that_cannot_be_read_denies_as_broken),
		TEST(V26_a_flipped_bit_never_permits),
		TEST(evidence_of_others_counts_for_nothing),
		TEST(what_is_missing_is_never_cut),
		TEST(need_without_a_rule_is_futile),
		TEST(verdicts_and_reasons_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
