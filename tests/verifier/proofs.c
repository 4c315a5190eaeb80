/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/pack.h"
#include "store/record.h"
#include "unit/test.h"
#include "verifier/world.h"

#define PROVED CARDEA_FLAG_PASSWORD_PROVED
#define TEXT CARDEA_ANSWER_TEXT
#define WORLD_ANY_CODE                                                         \
	"rules = ( { name = \"all\"; require = \"password + totp\"; } );"

static struct talk
talk_begun(enum cardea_phase phase, const char *service, const char *user)
{
	struct talk talk = talk_start();

	talk_begin(&talk, phase, service, user, "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	return talk;
}

static void
put(const char *kind, const char *owner, const char *id,
    const struct cardea_value *value)
{
	struct cardea_store *store = world_store();
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.data = value->data,
		.len = value->len };

	assert_int_equal(
	    cardea_key_make(kind, owner, id, &change.key), CARDEA_OK);
	assert_int_equal(
	    cardea_store_commit(store, &change, 1, NULL), CARDEA_OK);
	cardea_store_close(store);
}

static void
recovery_codes_are_good_once_and_the_last_ones_are_told(void **state)
{
	char texts[3][CARDEA_RECOVERY_TEXT_MAX + 1];
	struct cardea_value value = { .version = 0 };
	struct cardea_recovery_set set;
	struct talk talk;

	(void)state;
	world_reset();
	assert_int_equal(
	    cardea_recovery_generate(3, 1, &set, texts), CARDEA_OK);
	assert_int_equal(
	    cardea_record_encode_recovery(&set, &value), CARDEA_OK);
	put(CARDEA_KIND_RECOVERY, "bob", "", &value);
	cardea_value_clear(&value);

	for (int again = 0; again < 2; again++) {
		talk = talk_begun(CARDEA_PHASE_AUTH, "sshd", "bob");
		talk_send(&talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP,
		    PROVED, "bob");
		assert_int_equal(talk_next(&talk), CARDEA_MESSAGE_ASK);
		talk_send(&talk, CARDEA_MESSAGE_ANSWER, TEXT, 0, texts[1]);
		if (again == 0) {
			assert_int_equal(talk_next(&talk), CARDEA_MESSAGE_TELL);
			assert_string_equal(talk.text,
			    "Few recovery codes are left: ask for new ones.");
		}
		assert_int_equal(talk_outcome(&talk),
		    again == 0 ? CARDEA_OUTCOME_VERIFIED
			       : CARDEA_OUTCOME_REFUSED);
		assert_int_equal(talk_decide(&talk, "bob", 0),
		    again == 0 ? CARDEA_OUTCOME_PERMITTED
			       : CARDEA_OUTCOME_REFUSED);
		talk_end(&talk);
	}
	assert_int_equal(world_log_count("factor=recovery result=verified"), 1);
	assert_int_equal(world_log_count(texts[1]), 0);
}

static void
a_code_of_the_wrong_kind_meets_no_rule(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(NULL,
	    "rules = ( { name = \"all\"; require = \"password + hotp\"; } );");
	talk = talk_begun(CARDEA_PHASE_AUTH, "sshd", "alice");
	assert_int_equal(
	    talk_verify(&talk, "alice", PROVED, TEXT, world_code('a', 0)),
	    CARDEA_OUTCOME_REFUSED);
	assert_int_equal(talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_DENIED);
	talk_end(&talk);
	assert_int_equal(
	    world_log_count("reason=factor-absent missing=hotp"), 1);
}

static void
a_code_is_judged_without_a_password_where_the_rule_can_do_without(void **state)
{
	static const struct {
		const char *require;
		enum cardea_outcome outcome;
	} cases[] = {
		{ "totp", CARDEA_OUTCOME_PERMITTED },
		{ "password | totp", CARDEA_OUTCOME_PERMITTED },
		{ "password + totp | totp", CARDEA_OUTCOME_PERMITTED },
		{ "password + totp", CARDEA_OUTCOME_REFUSED },
		{ "fido2 | password + totp", CARDEA_OUTCOME_REFUSED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool yes = cases[i].outcome == CARDEA_OUTCOME_PERMITTED;
		char rules[256];
		struct talk talk;

		world_reset();
		(void)snprintf(rules, sizeof(rules),
		    "rules = ( { name = \"all\"; require = \"%s\"; } );",
		    cases[i].require);
		world_policy(NULL, rules);
		talk = talk_begun(CARDEA_PHASE_AUTH, "sshd", "alice");
		assert_int_equal(
		    talk_verify(&talk, "alice", 0, TEXT, world_code('a', 0)),
		    yes ? CARDEA_OUTCOME_VERIFIED : CARDEA_OUTCOME_REFUSED);
		assert_int_equal(
		    talk_decide(&talk, "alice", 0), cases[i].outcome);
		talk_end(&talk);
		assert_int_equal(
		    world_log_count("reason=\"no password\""), yes ? 0 : 1);
	}
}

/* sudo with a ticket, cron: account alone, without auth before it. */
/* A stranger must not learn by another kind of no that there is a token. */
static void
P17_a_record_in_trouble_looks_like_every_no(void **state)
{
	static const char *const users[] = { "alice", "bob", "nobody-here" };
	struct cardea_value junk = { .data = (unsigned char *)"junk",
		.len = 4 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const char *user = users[i];
		struct talk talk;

		world_reset();
		world_policy(NULL,
		    "rules = ( { name = \"all\"; require = \"totp\"; } );");
		put(CARDEA_KIND_TOKEN, "alice", "zz", &junk);
		talk = talk_begun(CARDEA_PHASE_AUTH, "sshd", user);
		assert_int_equal(talk_verify(&talk, user, 0, TEXT, "000000"),
		    CARDEA_OUTCOME_REFUSED);
		assert_int_equal(
		    talk_decide(&talk, user, 0), CARDEA_OUTCOME_REFUSED);
		talk_end(&talk);
		assert_int_equal(world_log_count("event=verification"), 1);
		assert_int_equal(world_log_count("decision=deny"), 1);
		assert_int_equal(world_log_count("result=broken"),
		    strcmp(user, "alice") == 0);
	}
}

static void
V23_account_alone_asks_for_what_is_missing_and_only_if_it_helps(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(
	    NULL, "rules = ( { name = \"all\"; require = \"totp\"; } );");
	talk = talk_begun(CARDEA_PHASE_ACCOUNT, "sudo", "alice");
	assert_int_equal(
	    talk_verify(&talk, "alice", 0, TEXT, world_code('a', 0)),
	    CARDEA_OUTCOME_VERIFIED);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_PERMITTED);
	talk_end(&talk);

	/* nobody can prove a password in account, whatever the flag says */
	world_policy(NULL, WORLD_ANY_CODE);
	talk = talk_begun(CARDEA_PHASE_ACCOUNT, "sudo", "alice");
	talk_send(
	    &talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP, PROVED, "alice");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_DENIED);
	assert_int_equal(
	    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_DENIED);
	talk_end(&talk);
	assert_int_equal(world_log_count("factor=password"), 0);
}

static void
V07_nobody_who_is_unknown_passes_even_a_rule_that_asks_nothing(void **state)
{
	static const char *const demands[] = { "password", "none" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char rules[256];
		struct talk talk;

		world_reset();
		(void)snprintf(rules, sizeof(rules),
		    "rules = ( { name = \"all\"; when = { service = \"sshd\"; "
		    "};"
		    " require = \"%s\"; reason = \"x\"; } );",
		    demands[i]);
		world_policy(NULL, rules);
		talk = talk_begun(CARDEA_PHASE_AUTH, "sshd", "nobody-here");
		assert_int_not_equal(talk_decide(&talk, "nobody-here", PROVED),
		    CARDEA_OUTCOME_PERMITTED);
		assert_string_equal(talk.resume, "");
		talk_end(&talk);
		assert_int_equal(
		    world_log_count("decision=deny reason=unknown-user"), 1);
	}
}

static void
mark_observing_as_over(const char *rule, int64_t until_s)
{
	unsigned char bytes[16];
	struct cardea_pack pack;
	struct cardea_value value = { .data = bytes };

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_u32(&pack, 1);
	cardea_pack_i64(&pack, until_s);
	value.len = pack.len;
	put("observe", rule, "", &value);
}

static void
R07_a_clock_set_back_does_not_reopen_observing(void **state)
{
	static const char observing[] =
	    "observe = { until = \"2199-01-01\"; };";
	static const char rules[] =
	    "rules = ( { name = \"soon\"; deny = \"no\";"
	    " mode = \"observe\"; observe_until = \"2199-01-01\"; },"
	    " { name = \"all\"; require = \"password\"; } );";
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(observing, WORLD_PASSWORD_AND_CODE);
	mark_observing_as_over("", 4102444800); /* 2100: not this date yet */
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_OBSERVED);
	talk_end(&talk);

	world_reset();
	world_policy(observing, WORLD_PASSWORD_AND_CODE);
	mark_observing_as_over("", 7258118400); /* 2200: seen to pass */
	talk = talk_begun(CARDEA_PHASE_AUTH, "sshd", "alice");
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_REFUSED);
	talk_end(&talk);

	/* the same for one rule */
	world_reset();
	world_policy(NULL, rules);
	talk = talk_begun(CARDEA_PHASE_AUTH, "sshd", "alice");
	assert_int_equal(
	    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_PERMITTED);
	talk_end(&talk);
	mark_observing_as_over("soon", 7258118400);
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_DENIED);
	assert_int_equal(
	    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_DENIED);
	talk_end(&talk);
}

static bool
is_marked(const char *rule)
{
	struct cardea_store *store = world_store();
	struct cardea_value value = { .version = 0 };
	enum cardea_status status;
	struct cardea_key key;

	assert_int_equal(cardea_key_make("observe", rule, "", &key), CARDEA_OK);
	status = cardea_store_get(store, &key, &value, NULL);
	cardea_value_clear(&value);
	cardea_store_close(store);
	assert_true(status == CARDEA_OK || status == CARDEA_E_MISSING);
	return status == CARDEA_OK;
}

static void
the_end_of_observing_is_noted_when_it_is_seen(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	world_policy("observe = { until = \"2020-01-01\"; };",
	    "rules = ( { name = \"was\"; require = \"password + totp\";"
	    " mode = \"observe\"; observe_until = \"2020-01-01\"; } );");
	assert_false(is_marked(""));
	assert_false(is_marked("was"));
	talk = talk_begun(CARDEA_PHASE_AUTH, "sshd", "alice");
	assert_int_equal(
	    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_DENIED);
	talk_end(&talk);
	assert_true(is_marked(""));
	assert_true(is_marked("was"));
	assert_int_equal(world_log_count("observe="), 0);
}

/* The name service that misbehaves: everybody is asked, nobody gets in. */
static void
P16_a_name_service_in_trouble_is_no_oracle_and_no_way_in(void **state)
{
	static const struct {
		const char *user;
		size_t trouble; /* lines that say so */
	} cases[] = {
		{ "again", 1 },
		{ "range", 1 },
		{ "down", 1 },
		{ "ALICE", 0 }, /* answered with another name: nobody */
		{ "empty", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *user = cases[i].user;
		struct talk talk;

		world_reset();
		world_policy(NULL, WORLD_ANY_CODE);
		talk = talk_begun(CARDEA_PHASE_AUTH, "sshd", user);
		assert_int_equal(
		    talk_verify(&talk, user, 0, TEXT, world_code('a', 0)),
		    CARDEA_OUTCOME_REFUSED);
		assert_int_equal(
		    talk_decide(&talk, user, 0), CARDEA_OUTCOME_REFUSED);
		talk_end(&talk);
		assert_int_equal(
		    world_log_count("reason=name-service"), cases[i].trouble);
		assert_int_equal(world_log_count("decision=deny reason=broken"),
		    cases[i].trouble);
		assert_int_equal(world_log_count("permit"), 0);
	}
}

static void
an_unknown_caller_is_nobody_and_resumes_nothing(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(NULL,
	    "rules = ( { name = \"root\"; when = { caller = \"root\"; };"
	    " require = \"none\"; reason = \"x\"; },"
	    " { name = \"all\"; require = \"password\"; } );");
	world_caller(4000);
	talk = talk_begun(CARDEA_PHASE_AUTH, "sudo", "alice");
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_REFUSED);
	talk_end(&talk);
	world_caller(0);
	assert_int_equal(world_log_count("reason=caller-unknown"), 1);
	assert_int_equal(world_log_count("permit"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    recovery_codes_are_good_once_and_the_last_ones_are_told),
		cmocka_unit_test(a_code_of_the_wrong_kind_meets_no_rule),
		cmocka_unit_test(
		    a_code_is_judged_without_a_password_where_the_rule_can_do_without),
		cmocka_unit_test(P17_a_record_in_trouble_looks_like_every_no),
		cmocka_unit_test(
		    V23_account_alone_asks_for_what_is_missing_and_only_if_it_helps),
		cmocka_unit_test(
		    V07_nobody_who_is_unknown_passes_even_a_rule_that_asks_nothing),
		cmocka_unit_test(
		    R07_a_clock_set_back_does_not_reopen_observing),
		cmocka_unit_test(the_end_of_observing_is_noted_when_it_is_seen),
		cmocka_unit_test(
		    P16_a_name_service_in_trouble_is_no_oracle_and_no_way_in),
		cmocka_unit_test(
		    an_unknown_caller_is_nobody_and_resumes_nothing),
	};
	const char *why = world_enter();

	if (why == NULL)
		why = world_odd_names();
	if (why != NULL) {
		printf("1..0 # SKIP %s\n", why);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
