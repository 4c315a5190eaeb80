/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/evidence.h>

#include "unit/test.h"

#define TXN "00112233445566778899aabbccddeeff"
#define OTHER_TXN "ffeeddccbbaa99887766554433221100"

static struct cardea_evidence
make(enum cardea_factor factor, enum cardea_result result)
{
	struct cardea_evidence evidence = { .version = CARDEA_EVIDENCE_VERSION,
		.factor = factor,
		.result = result,
		.subject = "alice",
		.txn = TXN };

	return evidence;
}

static struct cardea_evidence_set
make_set(const struct cardea_evidence *items, size_t count)
{
	struct cardea_evidence_set set = { .txn = TXN };

	for (size_t i = 0; i < count; i++)
		assert_int_equal(
		    cardea_evidence_add(&set, &items[i]), CARDEA_OK);
	return set;
}

static enum cardea_result
result_of(const struct cardea_evidence_set *set, enum cardea_factor factor)
{
	return cardea_evidence_result(set, "alice", factor, NULL, 0);
}

static void
the_empty_set_says_none(void **state)
{
	static const struct cardea_evidence_set zero;
	struct cardea_evidence_set set = { .txn = TXN };

	(void)state;
	for (int f = 0; f <= CARDEA_FACTOR_COUNT; f++) {
		assert_int_equal(result_of(&zero, (enum cardea_factor)f),
		    CARDEA_RESULT_NONE);
		assert_int_equal(
		    result_of(&set, (enum cardea_factor)f), CARDEA_RESULT_NONE);
	}
}

static void
verified_wins_and_else_the_last_item_speaks(void **state)
{
	struct cardea_evidence items[] = {
		make(CARDEA_FACTOR_TOTP, CARDEA_RESULT_REFUSED),
		make(CARDEA_FACTOR_TOTP, CARDEA_RESULT_VERIFIED),
		make(CARDEA_FACTOR_TOTP, CARDEA_RESULT_BROKEN),
		make(CARDEA_FACTOR_FIDO2, CARDEA_RESULT_REFUSED),
		make(CARDEA_FACTOR_FIDO2, CARDEA_RESULT_BROKEN),
		make(CARDEA_FACTOR_DEVICE, CARDEA_RESULT_BROKEN),
		make(CARDEA_FACTOR_DEVICE, CARDEA_RESULT_ABSENT),
	};
	struct cardea_evidence_set set = make_set(items, 7);

	(void)state;
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_TOTP), CARDEA_RESULT_VERIFIED);
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_FIDO2), CARDEA_RESULT_BROKEN);
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_DEVICE), CARDEA_RESULT_ABSENT);
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_PASSWORD), CARDEA_RESULT_NONE);
}

static void
evidence_about_somebody_or_something_else_is_none(void **state)
{
	struct cardea_evidence good = make(
	    CARDEA_FACTOR_TOTP, CARDEA_RESULT_VERIFIED);
	struct cardea_evidence_set set = make_set(&good, 1);
	static const char *const others[] = { "bob", "alic", "alicee", "Alice",
		"", "alice\n" };

	(void)state;
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_TOTP), CARDEA_RESULT_VERIFIED);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(cardea_evidence_result(&set, others[i],
				     CARDEA_FACTOR_TOTP, NULL, 0),
		    CARDEA_RESULT_NONE);

	memcpy(set.items[0].txn, OTHER_TXN, sizeof(OTHER_TXN));
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_TOTP), CARDEA_RESULT_NONE);
	set.items[0] = good;
	set.items[0].version = CARDEA_EVIDENCE_VERSION + 1;
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_TOTP), CARDEA_RESULT_NONE);
	set.items[0].version = 0;
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_TOTP), CARDEA_RESULT_NONE);
	set.items[0] = good;
	set.items[0].factor = CARDEA_FACTOR_HOTP;
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_TOTP), CARDEA_RESULT_NONE);
	set.items[0] = good;
	set.items[0].factor = CARDEA_FACTOR_NONE;
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_NONE), CARDEA_RESULT_NONE);
	set.items[0].factor = CARDEA_FACTOR_COUNT;
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_COUNT), CARDEA_RESULT_NONE);
	set.items[0] = good;
	memset(set.items[0].subject, 'a', sizeof(set.items[0].subject));
	assert_int_equal(cardea_evidence_result(&set, set.items[0].subject,
			     CARDEA_FACTOR_TOTP, NULL, 0),
	    CARDEA_RESULT_NONE);
}

static void
V16_an_unset_name_equals_nothing(void **state)
{
	struct cardea_evidence item = make(
	    CARDEA_FACTOR_TOTP, CARDEA_RESULT_VERIFIED);
	struct cardea_evidence_set set = { .count = 1, .items = { item } };

	(void)state;
	set.items[0].txn[0] = '\0';
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_TOTP), CARDEA_RESULT_NONE);
	item.txn[0] = '\0';
	set.count = 0;
	assert_int_equal(cardea_evidence_add(&set, &item), CARDEA_E_INTERNAL);
	memcpy(set.txn, TXN, sizeof(TXN));
	set.count = 1;
	set.items[0] = make(CARDEA_FACTOR_TOTP, CARDEA_RESULT_VERIFIED);
	set.items[0].subject[0] = '\0';
	assert_int_equal(
	    cardea_evidence_result(&set, "", CARDEA_FACTOR_TOTP, NULL, 0),
	    CARDEA_RESULT_NONE);
}

static void
V26_a_result_with_a_flipped_bit_is_none(void **state)
{
	static const enum cardea_result results[] = { CARDEA_RESULT_ABSENT,
		CARDEA_RESULT_REFUSED, CARDEA_RESULT_BROKEN,
		CARDEA_RESULT_VERIFIED };
	struct cardea_evidence item = make(
	    CARDEA_FACTOR_TOTP, CARDEA_RESULT_VERIFIED);
	struct cardea_evidence_set set = make_set(&item, 1);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		for (unsigned int bit = 0; bit < 31; bit++) {
			set.items[0].result = (enum cardea_result)(
			    (unsigned int)results[i] ^ (1u << bit));
			assert_int_equal(result_of(&set, CARDEA_FACTOR_TOTP),
			    CARDEA_RESULT_NONE);
		}
	}
}

static void
a_lacking_quality_is_no_finding(void **state)
{
	static const struct cardea_quality uv = { .key = "uv" };
	static const struct cardea_quality model = { .key = "model",
		.value = "k5" };
	static const struct cardea_quality other = { .key = "model",
		.value = "k6" };
	static const struct cardea_quality bare = { .key = "model" };
	static const struct cardea_quality empty = { .key = "" };
	struct cardea_evidence item = make(
	    CARDEA_FACTOR_FIDO2, CARDEA_RESULT_VERIFIED);
	struct cardea_quality both[2];
	struct cardea_evidence_set set;

	(void)state;
	item.quality_count = 2;
	item.qualities[0] = uv;
	item.qualities[1] = model;
	both[0] = model;
	both[1] = uv;
	set = make_set(&item, 1);
#define WITH(list, n)                                                          \
	cardea_evidence_result(&set, "alice", CARDEA_FACTOR_FIDO2, list, n)
	assert_int_equal(WITH(&uv, 1), CARDEA_RESULT_VERIFIED);
	assert_int_equal(WITH(&model, 1), CARDEA_RESULT_VERIFIED);
	assert_int_equal(WITH(both, 2), CARDEA_RESULT_VERIFIED);
	assert_int_equal(WITH(&other, 1), CARDEA_RESULT_NONE);
	assert_int_equal(WITH(&bare, 1), CARDEA_RESULT_NONE);
	assert_int_equal(WITH(&empty, 1), CARDEA_RESULT_NONE);
	both[0] = other;
	assert_int_equal(WITH(both, 2), CARDEA_RESULT_NONE);
	set.items[0].quality_count = 1;
	assert_int_equal(WITH(&model, 1), CARDEA_RESULT_NONE);
	set.items[0].quality_count = CARDEA_QUALITIES_MAX + 9;
	assert_int_equal(WITH(&other, 1), CARDEA_RESULT_NONE);
	set.items[0].result = CARDEA_RESULT_BROKEN;
	assert_int_equal(WITH(&other, 1), CARDEA_RESULT_BROKEN);
#undef WITH
}

static void
one_key_with_the_quality_among_several_is_enough(void **state)
{
	static const struct cardea_quality uv = { .key = "uv" };
	struct cardea_evidence items[2] = {
		make(CARDEA_FACTOR_FIDO2, CARDEA_RESULT_VERIFIED),
		make(CARDEA_FACTOR_FIDO2, CARDEA_RESULT_VERIFIED),
	};
	struct cardea_evidence_set set;

	(void)state;
	items[0].quality_count = 1;
	items[0].qualities[0] = uv;
	set = make_set(items, 2);
	assert_int_equal(
	    cardea_evidence_result(&set, "alice", CARDEA_FACTOR_FIDO2, &uv, 1),
	    CARDEA_RESULT_VERIFIED);
}

static void
add_refuses_what_is_foreign_or_too_much(void **state)
{
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_evidence item = make(
	    CARDEA_FACTOR_TOTP, CARDEA_RESULT_REFUSED);

	(void)state;
	item.version = 2;
	assert_int_equal(cardea_evidence_add(&set, &item), CARDEA_E_INTERNAL);
	item = make(CARDEA_FACTOR_TOTP, CARDEA_RESULT_REFUSED);
	memcpy(item.txn, OTHER_TXN, sizeof(OTHER_TXN));
	assert_int_equal(cardea_evidence_add(&set, &item), CARDEA_E_INTERNAL);
	assert_int_equal(set.count, 0);
	item = make(CARDEA_FACTOR_TOTP, CARDEA_RESULT_REFUSED);
	for (size_t i = 0; i < CARDEA_EVIDENCE_MAX; i++)
		assert_int_equal(cardea_evidence_add(&set, &item), CARDEA_OK);
	item.result = CARDEA_RESULT_VERIFIED;
	assert_int_equal(cardea_evidence_add(&set, &item), CARDEA_E_RANGE);
	assert_int_equal(set.count, CARDEA_EVIDENCE_MAX);
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_TOTP), CARDEA_RESULT_REFUSED);
	set.count = CARDEA_EVIDENCE_MAX + 100;
	assert_int_equal(
	    result_of(&set, CARDEA_FACTOR_TOTP), CARDEA_RESULT_REFUSED);
}

static void
factors_and_results_are_named_both_ways(void **state)
{
	static const char *const names[] = { "password", "totp", "hotp",
		"recovery", "fido2", "device", "sshkey", "sshcert" };

	(void)state;
	for (int f = 1; f < CARDEA_FACTOR_COUNT; f++) {
		assert_string_equal(
		    cardea_factor_text((enum cardea_factor)f), names[f - 1]);
		assert_int_equal(cardea_factor_parse(names[f - 1]), f);
	}
	assert_int_equal(cardea_factor_parse("none"), CARDEA_FACTOR_NONE);
	assert_int_equal(cardea_factor_parse(""), CARDEA_FACTOR_NONE);
	assert_int_equal(cardea_factor_parse("TOTP"), CARDEA_FACTOR_NONE);
	assert_string_equal(cardea_factor_text(CARDEA_FACTOR_NONE), "none");
	assert_string_equal(cardea_factor_text(CARDEA_FACTOR_COUNT), "none");
	assert_string_equal(
	    cardea_result_text(CARDEA_RESULT_VERIFIED), "verified");
	assert_string_equal(
	    cardea_result_text(CARDEA_RESULT_REFUSED), "refused");
	assert_string_equal(cardea_result_text(CARDEA_RESULT_ABSENT), "absent");
	assert_string_equal(cardea_result_text(CARDEA_RESULT_BROKEN), "broken");
	assert_string_equal(cardea_result_text(CARDEA_RESULT_NONE), "none");
	assert_string_equal(cardea_result_text((enum cardea_result)1), "none");
}

static bool
shows(const struct cardea_evidence *item)
{
	struct cardea_evidence_set set = make_set(item, 1);

	return cardea_evidence_shows_person(&set, "alice");
}

static void
a_person_is_shown_by_a_fresh_code_or_key_of_his_own(void **state)
{
	static const struct {
		enum cardea_factor factor;
		bool person;
	} rows[] = {
		{ CARDEA_FACTOR_NONE, false },
		{ CARDEA_FACTOR_PASSWORD, false },
		{ CARDEA_FACTOR_TOTP, true },
		{ CARDEA_FACTOR_HOTP, true },
		{ CARDEA_FACTOR_RECOVERY, true },
		{ CARDEA_FACTOR_FIDO2, true },
		{ CARDEA_FACTOR_DEVICE, false },
		{ CARDEA_FACTOR_SSHKEY, false },
		{ CARDEA_FACTOR_SSHCERT, false },
		{ CARDEA_FACTOR_COUNT, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cardea_evidence item = make(
		    rows[i].factor, CARDEA_RESULT_VERIFIED);

		assert_int_equal(
		    cardea_factor_shows_person(rows[i].factor), rows[i].person);
		assert_int_equal(shows(&item), rows[i].person);
		item.remembered = true;
		assert_false(shows(&item));
	}
}

static void
no_person_is_shown_by_less_than_a_proof_of_his_own(void **state)
{
	const struct cardea_evidence good = make(
	    CARDEA_FACTOR_TOTP, CARDEA_RESULT_VERIFIED);
	struct cardea_evidence_set set = make_set(&good, 1);
	struct cardea_evidence item;

	(void)state;
	assert_true(cardea_evidence_shows_person(&set, "alice"));
	assert_false(cardea_evidence_shows_person(&set, "bob"));
	assert_false(cardea_evidence_shows_person(&set, ""));
	memcpy(set.txn, OTHER_TXN, sizeof(OTHER_TXN));
	assert_false(cardea_evidence_shows_person(&set, "alice"));
	item = make(CARDEA_FACTOR_TOTP, CARDEA_RESULT_REFUSED);
	assert_false(shows(&item));
	item = make(CARDEA_FACTOR_TOTP, CARDEA_RESULT_VERIFIED ^ 1);
	assert_false(shows(&item));
	set = make_set(&good, 1);
	set.items[0].version++;
	assert_false(cardea_evidence_shows_person(&set, "alice"));
	set.count = 0;
	assert_false(cardea_evidence_shows_person(&set, "alice"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_empty_set_says_none),
		cmocka_unit_test(verified_wins_and_else_the_last_item_speaks),
		cmocka_unit_test(
		    evidence_about_somebody_or_something_else_is_none),
		cmocka_unit_test(V16_an_unset_name_equals_nothing),
		cmocka_unit_test(V26_a_result_with_a_flipped_bit_is_none),
		cmocka_unit_test(a_lacking_quality_is_no_finding),
		cmocka_unit_test(
		    one_key_with_the_quality_among_several_is_enough),
		cmocka_unit_test(add_refuses_what_is_foreign_or_too_much),
		cmocka_unit_test(factors_and_results_are_named_both_ways),
		cmocka_unit_test(
		    a_person_is_shown_by_a_fresh_code_or_key_of_his_own),
		cmocka_unit_test(
		    no_person_is_shown_by_less_than_a_proof_of_his_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
