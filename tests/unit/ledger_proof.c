/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/ledger_fixture.h"

#define TXN "fedcba9876543210fedcba9876543210"
#define REMEMBER_S 900

static struct cardea_evidence_set
evidence_of(const char *user, enum cardea_factor factor, const char *credential)
{
	struct cardea_evidence_set set = { .count = 1 };
	struct cardea_evidence *item = &set.items[0];

	strcpy(set.txn, TXN);
	item->version = CARDEA_EVIDENCE_VERSION;
	item->factor = factor;
	item->result = CARDEA_RESULT_VERIFIED;
	item->time_s = NOW;
	item->quality_count = 1;
	strcpy(item->qualities[0].key, "uv");
	strcpy(item->subject, user);
	strcpy(item->txn, TXN);
	strcpy(item->credential, credential);
	return set;
}

/* the certificates of what is remembered, and of what is recalled */
static struct cardea_cert_shown shown, back;

static void
remember_set(struct ledger *ledger, const struct cardea_evidence_set *set)
{
	assert_int_equal(cardea_ledger_remember(ledger->store, &ledger->request,
			     &ledger->clock, set, &shown, REMEMBER_S, NULL),
	    CARDEA_OK);
}

static void
remember(struct ledger *ledger, enum cardea_factor factor)
{
	struct cardea_evidence_set set = evidence_of(
	    ledger->request.user, factor, "phone");

	remember_set(ledger, &set);
}

static struct cardea_evidence_set
recall_for(struct ledger *ledger, uint32_t remember_s)
{
	struct cardea_evidence_set set = { 0 };

	memset(&back, 0, sizeof(back));
	strcpy(set.txn, "00000000000000000000000000000002");
	assert_int_equal(cardea_ledger_recall(ledger->store, &ledger->request,
			     &ledger->clock, remember_s, &set, &back, NULL),
	    CARDEA_OK);
	return set;
}

static size_t
recalled(struct ledger *ledger)
{
	return recall_for(ledger, REMEMBER_S).count;
}

static void
a_proof_counts_again_with_its_qualities_and_says_so(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_evidence_set set;

	assert_int_equal(recalled(ledger), 0);
	remember(ledger, CARDEA_FACTOR_TOTP);
	ledger_pass(ledger, 60);
	set = recall_for(ledger, REMEMBER_S);
	assert_int_equal(set.count, 1);
	assert_int_equal(set.items[0].version, CARDEA_EVIDENCE_VERSION);
	assert_int_equal(set.items[0].factor, CARDEA_FACTOR_TOTP);
	assert_int_equal(set.items[0].result, CARDEA_RESULT_VERIFIED);
	assert_true(set.items[0].remembered);
	assert_int_equal(set.items[0].time_s, NOW);
	assert_string_equal(set.items[0].subject, "alice");
	assert_string_equal(set.items[0].txn, set.txn);
	assert_string_equal(set.items[0].credential, "phone");
	assert_int_equal(set.items[0].quality_count, 1);
	assert_string_equal(set.items[0].qualities[0].key, "uv");
}

static void
a_proof_ends_to_the_second_on_both_clocks(void **state)
{
	static const struct {
		int64_t wall_s, monotonic_s;
		size_t count;
	} cases[] = { { 0, 0, 1 }, { REMEMBER_S, REMEMBER_S, 1 },
		{ REMEMBER_S + 1, REMEMBER_S, 0 },
		{ REMEMBER_S, REMEMBER_S + 1, 0 }, { -1, 1, 0 }, { 1, -1, 0 },
		{ -3600, REMEMBER_S, 0 }, { 1, REMEMBER_S + 1, 0 } };
	struct ledger *ledger = *state;
	struct cardea_clock then = ledger->clock;

	remember(ledger, CARDEA_FACTOR_TOTP);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ledger->clock = then;
		ledger->clock.time_s += cases[i].wall_s;
		ledger->clock.monotonic_ms += cases[i].monotonic_s * 1000;
		assert_int_equal(recalled(ledger), cases[i].count);
	}
	ledger->clock = then;
	ledger->clock.plausible = false;
	assert_int_equal(recalled(ledger), 0);
	ledger->clock = then;
	memcpy(ledger->boot_id, BOOT_B, 37);
	assert_int_equal(recalled(ledger), 0);
	memcpy(ledger->boot_id, "", 1);
	assert_int_equal(recalled(ledger), 0);
	memcpy(ledger->boot_id, BOOT_A, 37);
	assert_int_equal(recalled(ledger), 1);
}

static void
a_proof_is_bound_to_user_session_and_source(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_request mine = ledger->request;

	remember(ledger, CARDEA_FACTOR_TOTP);
	strcpy(ledger->request.user, "bob");
	assert_int_equal(recalled(ledger), 0);
	ledger->request = mine;
	strcpy(ledger->request.login_session, "8");
	assert_int_equal(recalled(ledger), 0);
	strcpy(ledger->request.login_session, "");
	assert_int_equal(recalled(ledger), 0);
	ledger->request = mine;
	ledger_from(ledger, "192.0.2.2");
	assert_int_equal(recalled(ledger), 0);
	ledger_from(ledger, "");
	assert_int_equal(recalled(ledger), 0);
	ledger->request = mine;
	assert_int_equal(recalled(ledger), 1);
	assert_int_equal(recall_for(ledger, 0).count, 0);
}

/* Bob has proved himself and runs something as alice in his own session; she
 * must not be able to su to him on the strength of it. */
static void
a_proof_serves_no_other_caller_in_the_same_session(void **state)
{
	struct ledger *ledger = *state;

	ledger_from(ledger, "");
	ledger->request.source.kind = CARDEA_ADDRESS_NONE;
	ledger->request.caller_uid = 1002;
	remember(ledger, CARDEA_FACTOR_PASSWORD);
	ledger->request.caller_uid = 1001;
	assert_int_equal(recalled(ledger), 0);
	ledger->request.caller_uid = 1002;
	ledger->request.caller_known = false;
	assert_int_equal(recalled(ledger), 0);
	ledger->request.caller_known = true;
	assert_int_equal(recalled(ledger), 1);
}

static void
without_a_login_session_or_a_source_nothing_is_remembered(void **state)
{
	struct ledger *ledger = *state;

	strcpy(ledger->request.login_session, "");
	remember(ledger, CARDEA_FACTOR_TOTP);
	strcpy(ledger->request.login_session, "7");
	ledger_from(ledger, "host.example");
	remember(ledger, CARDEA_FACTOR_TOTP);
	assert_int_equal(recalled(ledger), 0);
	ledger_from(ledger, "192.0.2.1");
	ledger->clock.plausible = false;
	remember(ledger, CARDEA_FACTOR_TOTP);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, NULL), 0);
}

static void
only_fresh_verified_evidence_of_the_subject_is_remembered(void **state)
{
	struct ledger *ledger = *state;

	for (unsigned int i = 0; i < 8; i++) {
		struct cardea_evidence_set set = evidence_of(
		    "alice", CARDEA_FACTOR_TOTP, "phone");

		switch (i) {
		case 0:
			set.items[0].remembered = true;
			break;
		case 1:
			set.items[0].result = CARDEA_RESULT_REFUSED;
			break;
		case 2:
			set.items[0].result = CARDEA_RESULT_ABSENT;
			break;
		case 3:
			set.items[0].result = CARDEA_RESULT_BROKEN;
			break;
		case 4:
			strcpy(set.items[0].subject, "bob");
			break;
		case 5:
			strcpy(set.items[0].txn, "another");
			break;
		case 6:
			set.items[0].version = 2;
			break;
		default:
			set.count = 0;
			break;
		}
		remember_set(ledger, &set);
	}
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, NULL), 0);
}

static void
a_remembered_proof_does_not_grow_younger_but_a_fresh_one_does(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_evidence_set set;

	remember(ledger, CARDEA_FACTOR_TOTP);
	ledger_pass(ledger, 600);
	set = recall_for(ledger, REMEMBER_S);
	assert_int_equal(set.count, 1);
	remember_set(ledger, &set);
	ledger_pass(ledger, 600);
	assert_int_equal(recalled(ledger), 0);
	remember(ledger, CARDEA_FACTOR_TOTP);
	assert_int_equal(recalled(ledger), 1);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "alice"), 1);
}

static void
each_factor_and_credential_is_a_proof_of_its_own(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_evidence_set set = evidence_of(
	    "alice", CARDEA_FACTOR_PASSWORD, "");

	set.count = 3;
	set.items[1] = set.items[2] = set.items[0];
	set.items[1].factor = CARDEA_FACTOR_TOTP;
	strcpy(set.items[1].credential, "phone");
	remember_set(ledger, &set); /* the password twice: one proof */
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "alice"), 2);
	assert_int_equal(recalled(ledger), 2);
}

static void
ended_proofs_are_taken_away(void **state)
{
	struct ledger *ledger = *state;

	for (unsigned int i = 0; i < 12; i++) {
		snprintf(ledger->request.login_session,
		    sizeof(ledger->request.login_session), "%u", i);
		remember(ledger, CARDEA_FACTOR_TOTP);
	}
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "alice"), 12);
	/* what another host of the fleet keeps is left alone, though its clock
	 * be ahead of this one */
	memcpy(ledger->boot_id, BOOT_B, 37);
	ledger->clock.time_s -= 2;
	ledger->clock.monotonic_ms = 1000;
	remember(ledger, CARDEA_FACTOR_FIDO2);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "alice"), 13);
	assert_int_equal(recalled(ledger), 1);
	ledger->clock.time_s += CARDEA_REMEMBER_MAX_S + 3;
	remember(ledger, CARDEA_FACTOR_FIDO2);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "alice"), 1);
	assert_int_equal(recalled(ledger), 1);
}

/* Two hosts of a fleet have two clocks, and one may be wrong. */
static void
a_clock_that_is_behind_ends_no_proof_of_another_host(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_clock there = ledger->clock;

	remember(ledger, CARDEA_FACTOR_TOTP);
	memcpy(ledger->boot_id, BOOT_B, 37);
	ledger->clock.time_s -= 2;
	remember(ledger, CARDEA_FACTOR_FIDO2);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "alice"), 2);
	ledger->clock.time_s = 3600;
	ledger->clock.plausible = false;
	remember(ledger, CARDEA_FACTOR_FIDO2);
	memcpy(ledger->boot_id, BOOT_A, 37);
	ledger->clock = there;
	assert_int_equal(recalled(ledger), 1);
	/* nor is one kept for ever that was made by a clock far ahead */
	memcpy(ledger->boot_id, BOOT_B, 37);
	ledger->clock.time_s -= CARDEA_REMEMBER_MAX_S + 1;
	remember(ledger, CARDEA_FACTOR_FIDO2);
	memcpy(ledger->boot_id, BOOT_A, 37);
	ledger->clock = there;
	assert_int_equal(recalled(ledger), 0);
}

static void
a_session_of_the_same_number_at_another_host_replaces_no_proof(void **state)
{
	struct ledger *ledger = *state;

	remember(ledger, CARDEA_FACTOR_TOTP);
	memcpy(ledger->boot_id, BOOT_B, 37);
	assert_int_equal(recalled(ledger), 0);
	remember(ledger, CARDEA_FACTOR_TOTP);
	assert_int_equal(recalled(ledger), 1);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "alice"), 2);
	memcpy(ledger->boot_id, BOOT_A, 37);
	assert_int_equal(recalled(ledger), 1);
}

static void
ended_proofs_of_others_are_taken_away_a_few_at_a_time(void **state)
{
	struct ledger *ledger = *state;
	char session[CARDEA_CREDENTIAL_MAX + 1];

	strcpy(session, ledger->request.login_session);
	ledger_put_bytes(ledger, CARDEA_KIND_PROOF, "aaron", "zz", "junk");
	strcpy(ledger->request.user, "bob");
	for (unsigned int i = 0; i < 12; i++) {
		snprintf(ledger->request.login_session,
		    sizeof(ledger->request.login_session), "%u", i);
		remember(ledger, CARDEA_FACTOR_TOTP);
	}
	strcpy(ledger->request.login_session, session);
	strcpy(ledger->request.user, "alice");
	ledger_pass(ledger, CARDEA_REMEMBER_MAX_S);
	remember(ledger, CARDEA_FACTOR_TOTP);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "bob"), 12);
	ledger_pass(ledger, 1);
	remember(ledger, CARDEA_FACTOR_TOTP);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "bob"),
	    12 - CARDEA_SWEEP_MAX);
	remember(ledger, CARDEA_FACTOR_TOTP);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "bob"), 0);
	/* what is damaged stays, for the command to report */
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "aaron"), 1);
	assert_int_equal(recalled(ledger), 1);
}

static void
more_proofs_than_fit_are_left_out_and_others_stay(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_evidence_set set;
	char name[16];

	for (unsigned int i = 0; i < CARDEA_EVIDENCE_MAX + 4; i++) {
		snprintf(name, sizeof(name), "key%u", i);
		set = evidence_of("alice", CARDEA_FACTOR_FIDO2, name);
		remember_set(ledger, &set);
	}
	assert_int_equal(recalled(ledger), CARDEA_EVIDENCE_MAX);
}

static void
S05_a_proof_is_kept_with_its_certificate_alone(void **state)
{
	static const unsigned char leaf[] = "leaf", other[] = "other";
	struct cardea_cert_shown_item item = { .kind = CARDEA_CERT_X509,
		.source = "" };
	struct ledger *ledger = *state;
	struct cardea_evidence_set set = evidence_of(
	    ledger->request.user, CARDEA_FACTOR_DEVICE, "laptop");

	memset(&shown, 0, sizeof(shown));
	item.leaf = (struct cardea_cert_bytes){ other, sizeof(other) };
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &set.items[0].shown),
	    CARDEA_OK);
	item.leaf = (struct cardea_cert_bytes){ leaf, sizeof(leaf) };
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &set.items[0].shown),
	    CARDEA_OK);
	assert_int_equal(set.items[0].shown, 2);
	remember_set(ledger, &set);
	remember(ledger, CARDEA_FACTOR_TOTP);
	set = recall_for(ledger, REMEMBER_S);
	assert_int_equal(set.count, 2);
	for (size_t i = 0; i < set.count; i++)
		assert_int_equal(set.items[i].shown,
		    set.items[i].factor == CARDEA_FACTOR_DEVICE ? 1 : 0);
	assert_int_equal(cardea_cert_shown_get(&back, 1, &item), CARDEA_OK);
	assert_memory_equal(item.leaf.data, leaf, sizeof(leaf));
	assert_int_equal(
	    cardea_cert_shown_get(&back, 2, &item), CARDEA_E_MISSING);
	memset(&shown, 0, sizeof(shown));
}

static void
a_damaged_proof_is_trouble_and_changes_nothing(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_evidence_set set = { 0 };

	remember(ledger, CARDEA_FACTOR_TOTP);
	ledger_put_bytes(ledger, CARDEA_KIND_PROOF, "alice", "zz", "junk");
	strcpy(set.txn, TXN);
	assert_int_not_equal(
	    cardea_ledger_recall(ledger->store, &ledger->request,
		&ledger->clock, REMEMBER_S, &set, &back, NULL),
	    CARDEA_OK);
	assert_int_equal(set.count, 0);
}

#define LEDGER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(
		    a_proof_counts_again_with_its_qualities_and_says_so),
		LEDGER_TEST(a_proof_ends_to_the_second_on_both_clocks),
		LEDGER_TEST(a_proof_is_bound_to_user_session_and_source),
		LEDGER_TEST(a_proof_serves_no_other_caller_in_the_same_session),
		LEDGER_TEST(
		    without_a_login_session_or_a_source_nothing_is_remembered),
		LEDGER_TEST(
		    only_fresh_verified_evidence_of_the_subject_is_remembered),
		LEDGER_TEST(
		    a_remembered_proof_does_not_grow_younger_but_a_fresh_one_does),
		LEDGER_TEST(each_factor_and_credential_is_a_proof_of_its_own),
		LEDGER_TEST(ended_proofs_are_taken_away),
		LEDGER_TEST(
		    a_clock_that_is_behind_ends_no_proof_of_another_host),
		LEDGER_TEST(
		    a_session_of_the_same_number_at_another_host_replaces_no_proof),
		LEDGER_TEST(
		    ended_proofs_of_others_are_taken_away_a_few_at_a_time),
		LEDGER_TEST(more_proofs_than_fit_are_left_out_and_others_stay),
		LEDGER_TEST(S05_a_proof_is_kept_with_its_certificate_alone),
		LEDGER_TEST(a_damaged_proof_is_trouble_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
