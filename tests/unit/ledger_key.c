/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "store/ledger_key.h"
#include "unit/ledger_fixture.h"

static void
a_user_without_any_has_an_empty_set(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_key_set set = { .count = 7 };

	ledger_enrol_key(ledger, "bob", "b1", 0);
	assert_int_equal(
	    cardea_ledger_keys(ledger->store, "alice", &set, NULL), CARDEA_OK);
	assert_int_equal(set.count, 0);
}

static void
all_of_a_user_come_in_the_order_of_their_ids(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential third;
	struct cardea_key_set set;

	ledger_enrol_key(ledger, "alice", "b2", 2);
	ledger_enrol_key(ledger, "alice", "a1", 1);
	ledger_enrol_key(ledger, "alice", "c3", 3);
	ledger_enrol_key(ledger, "alicette", "a9", 9);
	third = ledger_key(ledger, "alice", "c3");
	third.disabled = true;
	ledger_put_key(ledger, "alice", &third);
	assert_int_equal(
	    cardea_ledger_keys(ledger->store, "alice", &set, NULL), CARDEA_OK);
	assert_int_equal(set.count, 3);
	assert_string_equal(set.items[0].id, "a1");
	assert_string_equal(set.items[1].id, "b2");
	assert_string_equal(set.items[2].id, "c3");
	assert_int_equal(set.items[1].counter, 2);
	assert_true(set.items[2].disabled);
}

static void
a_record_that_cannot_be_read_is_trouble_not_absence(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_key_set set = { .count = 7 };
	struct cardea_diag diag = { 0 };

	ledger_enrol_key(ledger, "alice", "a1", 1);
	ledger_put_bytes(ledger, CARDEA_KIND_CREDENTIAL, "alice", "b2", "\1??");
	assert_int_equal(
	    cardea_ledger_keys(ledger->store, "alice", &set, &diag),
	    CARDEA_E_CORRUPT);
	assert_non_null(strstr(diag.reason, "security key"));
	assert_int_equal(set.count, 7);
}

static void
more_than_a_user_may_have_are_trouble(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_key_set set = { .count = 7 };

	for (unsigned int i = 0; i <= CARDEA_KEYS_MAX; i++) {
		char id[8];

		snprintf(id, sizeof(id), "k%02u", i);
		assert_int_equal(
		    cardea_ledger_keys(ledger->store, "alice", &set, NULL),
		    CARDEA_OK);
		assert_int_equal(set.count, i);
		ledger_enrol_key(ledger, "alice", id, i);
	}
	assert_int_equal(cardea_ledger_keys(ledger->store, "alice", &set, NULL),
	    CARDEA_E_RANGE);
	assert_int_equal(set.count, CARDEA_KEYS_MAX);
}

/* One use of alice's key as it was judged. */
static enum cardea_key_use
use(struct ledger *ledger, const struct cardea_fido2_credential *judged,
    uint32_t counter)
{
	enum cardea_key_use found = CARDEA_KEY_USE_NONE;

	assert_int_equal(
	    cardea_ledger_use_key(ledger->store, "alice", judged, true, counter,
		judged->backed_up, &ledger->clock, &found, NULL),
	    CARDEA_OK);
	return found;
}

static void
a_use_keeps_counter_time_and_backup(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential judged, stored;
	enum cardea_key_use found = CARDEA_KEY_USE_NONE;

	judged = ledger_enrol_key(ledger, "alice", "a1", 4);
	ledger_pass(ledger, 60);
	assert_int_equal(cardea_ledger_use_key(ledger->store, "alice", &judged,
			     true, 9, true, &ledger->clock, &found, NULL),
	    CARDEA_OK);
	assert_int_equal(found, CARDEA_KEY_USE_KEPT);
	ledger->store = cardea_store_close(ledger->store);
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
	stored = ledger_key(ledger, "alice", "a1");
	assert_int_equal(stored.counter, 9);
	assert_true(stored.used_s == NOW + 60);
	assert_true(stored.backed_up);
	assert_true(stored.created_s == judged.created_s);
	assert_int_equal(use(ledger, &stored, 10), CARDEA_KEY_USE_KEPT);
}

static void
K07_a_counter_that_does_not_grow_is_rolled_back(void **state)
{
	static const uint32_t shown[] = { 0, 1, 8, 9 };
	struct ledger *ledger = *state;
	struct cardea_fido2_credential judged;

	judged = ledger_enrol_key(ledger, "alice", "a1", 9);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		assert_int_equal(
		    use(ledger, &judged, shown[i]), CARDEA_KEY_USE_ROLLED_BACK);
		assert_int_equal(ledger_key(ledger, "alice", "a1").counter, 9);
		assert_true(ledger_key(ledger, "alice", "a1").used_s == 0);
	}
	assert_int_equal(use(ledger, &judged, 10), CARDEA_KEY_USE_KEPT);
}

/* The judgement was made against 4; meanwhile another login showed 20. */
static void
K07_the_freshest_counter_counts_not_the_judged_one(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential judged;

	judged = ledger_enrol_key(ledger, "alice", "a1", 4);
	assert_int_equal(use(ledger, &judged, 20), CARDEA_KEY_USE_KEPT);
	assert_int_equal(use(ledger, &judged, 5), CARDEA_KEY_USE_ROLLED_BACK);
	assert_int_equal(use(ledger, &judged, 20), CARDEA_KEY_USE_ROLLED_BACK);
	assert_int_equal(use(ledger, &judged, 21), CARDEA_KEY_USE_KEPT);
}

static void
K07_a_key_that_never_had_a_counter_may_show_none_again(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential judged;

	judged = ledger_enrol_key(ledger, "alice", "a1", 0);
	assert_int_equal(use(ledger, &judged, 0), CARDEA_KEY_USE_KEPT);
	assert_int_equal(use(ledger, &judged, 0), CARDEA_KEY_USE_KEPT);
	assert_int_equal(use(ledger, &judged, 1), CARDEA_KEY_USE_KEPT);
	assert_int_equal(use(ledger, &judged, 0), CARDEA_KEY_USE_ROLLED_BACK);
}

static void
without_a_counter_only_the_time_is_kept(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential judged, stored;
	enum cardea_key_use found = CARDEA_KEY_USE_NONE;

	judged = ledger_enrol_key(ledger, "alice", "a1", 4);
	assert_int_equal(cardea_ledger_use_key(ledger->store, "alice", &judged,
			     false, 0, true, &ledger->clock, &found, NULL),
	    CARDEA_OK);
	assert_int_equal(found, CARDEA_KEY_USE_KEPT);
	stored = ledger_key(ledger, "alice", "a1");
	assert_int_equal(stored.counter, 4);
	assert_false(stored.backed_up);
	assert_true(stored.used_s == NOW);
}

static void
a_clock_in_trouble_does_not_say_never(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential judged;

	judged = ledger_enrol_key(ledger, "alice", "a1", 4);
	ledger->clock.time_s = 0;
	assert_int_equal(use(ledger, &judged, 5), CARDEA_KEY_USE_KEPT);
	assert_true(ledger_key(ledger, "alice", "a1").used_s == 1);
}

static void
a_removed_credential_is_gone(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential judged;

	judged = ledger_enrol_key(ledger, "bob", "a1", 4);
	assert_int_equal(use(ledger, &judged, 5), CARDEA_KEY_USE_GONE);
	assert_int_equal(ledger_key(ledger, "bob", "a1").counter, 4);
	assert_int_equal(
	    ledger_count(ledger, CARDEA_KIND_CREDENTIAL, "alice"), 0);
}

/* What an administrator did between judgement and use. */
static void
a_credential_changed_meanwhile_is_gone(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential judged, changed;

	judged = ledger_enrol_key(ledger, "alice", "a1", 4);
	for (int what = 0; what < 9; what++) {
		changed = judged;
		changed.disabled = what == 0;
		changed.demands_uv = what == 1;
		changed.public_key[0] ^= what == 2;
		changed.public_len -= what == 3;
		changed.handle[0] ^= what == 4;
		changed.handle_len -= what == 5;
		if (what == 6)
			changed.rp_id[0]++;
		if (what == 7)
			changed.algorithm = CARDEA_FIDO2_EDDSA;
		if (what == 8)
			changed.kind = CARDEA_FIDO2_SSH;
		ledger_put_key(ledger, "alice", &changed);
		assert_int_equal(use(ledger, &judged, 5), CARDEA_KEY_USE_GONE);
		assert_int_equal(ledger_key(ledger, "alice", "a1").counter, 4);
	}
	ledger_put_key(ledger, "alice", &judged);
	assert_int_equal(use(ledger, &judged, 5), CARDEA_KEY_USE_KEPT);
}

static void
another_name_is_no_other_credential(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential judged, changed;

	judged = ledger_enrol_key(ledger, "alice", "a1", 4);
	changed = judged;
	strcpy(changed.name, "green");
	ledger_put_key(ledger, "alice", &changed);
	assert_int_equal(use(ledger, &judged, 5), CARDEA_KEY_USE_KEPT);
	assert_string_equal(ledger_key(ledger, "alice", "a1").name, "green");
}

static void
a_damaged_record_is_trouble_and_no_use(void **state)
{
	struct ledger *ledger = *state;
	enum cardea_key_use found = CARDEA_KEY_USE_NONE;
	struct cardea_fido2_credential judged;

	judged = ledger_enrol_key(ledger, "alice", "a1", 4);
	ledger_put_bytes(ledger, CARDEA_KIND_CREDENTIAL, "alice", "a1", "\1??");
	assert_int_equal(cardea_ledger_use_key(ledger->store, "alice", &judged,
			     true, 5, false, &ledger->clock, &found, NULL),
	    CARDEA_E_CORRUPT);
	assert_int_equal(found, CARDEA_KEY_USE_NONE);
}

#define LEDGER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(a_user_without_any_has_an_empty_set),
		LEDGER_TEST(all_of_a_user_come_in_the_order_of_their_ids),
		LEDGER_TEST(
		    a_record_that_cannot_be_read_is_trouble_not_absence),
		LEDGER_TEST(more_than_a_user_may_have_are_trouble),
		LEDGER_TEST(a_use_keeps_counter_time_and_backup),
		LEDGER_TEST(K07_a_counter_that_does_not_grow_is_rolled_back),
		LEDGER_TEST(K07_the_freshest_counter_counts_not_the_judged_one),
		LEDGER_TEST(
		    K07_a_key_that_never_had_a_counter_may_show_none_again),
		LEDGER_TEST(without_a_counter_only_the_time_is_kept),
		LEDGER_TEST(a_clock_in_trouble_does_not_say_never),
		LEDGER_TEST(a_removed_credential_is_gone),
		LEDGER_TEST(a_credential_changed_meanwhile_is_gone),
		LEDGER_TEST(another_name_is_no_other_credential),
		LEDGER_TEST(a_damaged_record_is_trouble_and_no_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
