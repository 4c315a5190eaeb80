/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/audit.h"
#include "store/ledger_grant.h"
#include "store/merge.h"
#include "store/record.h"
#include "unit/test.h"

/* What was spent on either side stays spent. */

static struct cardea_key
key_of(const char *kind, const char *owner, const char *id)
{
	struct cardea_key key;

	assert_int_equal(cardea_key_make(kind, owner, id, &key), CARDEA_OK);
	return key;
}

static struct cardea_value
token(int64_t watermark, int64_t used_s, bool disabled, char secret)
{
	struct cardea_otp_token token = { .id = "t1",
		.kind = CARDEA_OTP_TOTP,
		.hash = CARDEA_OTP_SHA1,
		.digits = 6,
		.period_s = 30,
		.watermark = watermark,
		.sync_at = -1,
		.drift = (int32_t)watermark,
		.disabled = disabled,
		.created_s = secret,
		.used_s = used_s };
	struct cardea_value value = { 0 };
	char bytes[20];

	memset(bytes, secret, sizeof(bytes));
	assert_int_equal(
	    cardea_secret_set(&token.key, bytes, sizeof(bytes)), CARDEA_OK);
	assert_int_equal(cardea_record_encode_token(&token, &value), CARDEA_OK);
	cardea_otp_token_clear(&token);
	return value;
}

/* Merges, clears both, and gives what stands in the end. */
static struct cardea_value
merge(const struct cardea_key *key, struct cardea_value own,
    struct cardea_value other, enum cardea_merge want)
{
	enum cardea_merge merge = CARDEA_MERGE_CONFLICT;
	struct cardea_value merged = { 0 };

	assert_int_equal(
	    cardea_merge_record(key, &own, &other, &merge, &merged), CARDEA_OK);
	assert_int_equal(merge, want);
	cardea_value_clear(&other);
	if (merge != CARDEA_MERGE_CHANGED) {
		assert_null(merged.data);
		return own;
	}
	cardea_value_clear(&own);
	return merged;
}

static void
R07_a_watermark_is_never_lowered(void **state)
{
	static const struct {
		int64_t own, other, want;
		enum cardea_merge merge;
	} cases[] = {
		{ 10, 10, 10, CARDEA_MERGE_KEPT },
		{ 10, 9, 10, CARDEA_MERGE_KEPT },
		{ 10, 11, 11, CARDEA_MERGE_CHANGED },
		{ -1, 11, 11, CARDEA_MERGE_CHANGED },
		{ 11, -1, 11, CARDEA_MERGE_KEPT },
	};
	const struct cardea_key key = key_of(CARDEA_KIND_TOKEN, "alice", "t1");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_value value = merge(&key,
		    token(cases[i].own, 5, false, 'a'),
		    token(cases[i].other, 5, false, 'a'), cases[i].merge);
		struct cardea_otp_token found = { .kind = CARDEA_OTP_NONE };

		assert_int_equal(
		    cardea_record_decode_token(&value, &found), CARDEA_OK);
		assert_int_equal(found.watermark, cases[i].want);
		assert_int_equal(found.drift, cases[i].want);
		cardea_otp_token_clear(&found);
		cardea_value_clear(&value);
	}
}

static void
a_disabled_token_is_not_enabled_and_a_later_enrolment_stands(void **state)
{
	const struct cardea_key key = key_of(CARDEA_KIND_TOKEN, "alice", "t1");
	struct cardea_otp_token found = { .kind = CARDEA_OTP_NONE };
	struct cardea_value value;

	(void)state;
	value = merge(&key, token(1, 1, true, 'a'), token(1, 1, false, 'a'),
	    CARDEA_MERGE_KEPT);
	cardea_value_clear(&value);
	value = merge(&key, token(1, 1, false, 'a'), token(1, 1, true, 'a'),
	    CARDEA_MERGE_CHANGED);
	assert_int_equal(cardea_record_decode_token(&value, &found), CARDEA_OK);
	assert_true(found.disabled);
	cardea_otp_token_clear(&found);
	cardea_value_clear(&value);
	/* 'b' was enrolled after 'a'; its watermark is its own */
	value = merge(&key, token(99, 1, false, 'a'), token(1, 1, false, 'b'),
	    CARDEA_MERGE_CHANGED);
	assert_int_equal(cardea_record_decode_token(&value, &found), CARDEA_OK);
	assert_int_equal(found.watermark, 1);
	assert_int_equal(found.created_s, 'b');
	cardea_otp_token_clear(&found);
	cardea_value_clear(&value);
	value = merge(&key, token(1, 1, false, 'b'), token(99, 1, false, 'a'),
	    CARDEA_MERGE_KEPT);
	cardea_value_clear(&value);
}

static struct cardea_value
recovery(int64_t first, int64_t second)
{
	const struct cardea_recovery_set set = { .created_s = 5,
		.count = 2,
		.codes = { { .used_s = first }, { .used_s = second } } };
	struct cardea_value value = { 0 };

	assert_int_equal(
	    cardea_record_encode_recovery(&set, &value), CARDEA_OK);
	return value;
}

static void
a_recovery_code_used_on_either_side_is_used(void **state)
{
	const struct cardea_key key = key_of(CARDEA_KIND_RECOVERY, "alice", "");
	struct cardea_value value = merge(
	    &key, recovery(7, 0), recovery(0, 8), CARDEA_MERGE_CHANGED);
	struct cardea_recovery_set set;

	(void)state;
	assert_int_equal(
	    cardea_record_decode_recovery(&value, &set), CARDEA_OK);
	assert_int_equal(cardea_recovery_left(&set), 0);
	cardea_value_clear(&value);
}

static struct cardea_value
credential(uint32_t counter, bool disabled)
{
	const struct cardea_fido2_credential credential = { .id = "c",
		.kind = CARDEA_FIDO2_SSH,
		.algorithm = CARDEA_FIDO2_ES256,
		.public_len = 64,
		.counter = counter,
		.disabled = disabled };
	struct cardea_value value = { 0 };

	assert_int_equal(
	    cardea_record_encode_credential(&credential, &value), CARDEA_OK);
	return value;
}

static void
a_signature_counter_is_never_lowered(void **state)
{
	const struct cardea_key key = key_of(
	    CARDEA_KIND_CREDENTIAL, "alice", "c");
	struct cardea_fido2_credential found;
	struct cardea_value value = merge(&key, credential(5, true),
	    credential(9, false), CARDEA_MERGE_CHANGED);

	(void)state;
	assert_int_equal(
	    cardea_record_decode_credential(&value, &found), CARDEA_OK);
	assert_int_equal(found.counter, 9);
	assert_true(found.disabled);
	cardea_value_clear(&value);
	value = merge(
	    &key, credential(9, true), credential(5, false), CARDEA_MERGE_KEPT);
	cardea_value_clear(&value);
}

static struct cardea_value
lock(int64_t until_s)
{
	const struct cardea_lock lock = { .since_s = 1, .until_s = until_s };
	struct cardea_value value = { 0 };

	assert_int_equal(cardea_record_encode_lock(&lock, &value), CARDEA_OK);
	return value;
}

static void
the_longer_lock_holds(void **state)
{
	static const struct {
		int64_t own, other;
		enum cardea_merge merge;
	} cases[] = {
		{ 10, 20, CARDEA_MERGE_CHANGED },
		{ 20, 10, CARDEA_MERGE_KEPT },
		{ 0, 20, CARDEA_MERGE_KEPT },
		{ 20, 0, CARDEA_MERGE_CHANGED },
		{ 0, 0, CARDEA_MERGE_KEPT },
	};
	const struct cardea_key key = key_of(CARDEA_KIND_LOCK, "alice", "");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_value value = merge(&key, lock(cases[i].own),
		    lock(cases[i].other), cases[i].merge);

		cardea_value_clear(&value);
	}
}

static struct cardea_value
observed(int64_t passed_s)
{
	struct cardea_value value = { 0 };

	assert_int_equal(
	    cardea_record_encode_observe(passed_s, &value), CARDEA_OK);
	return value;
}

static void
R07_the_end_of_looking_on_is_not_taken_back(void **state)
{
	const struct cardea_key key = key_of(CARDEA_KIND_OBSERVE, "rule", "");
	struct cardea_value value;
	int64_t passed_s = 0;

	(void)state;
	value = merge(&key, observed(9), observed(5), CARDEA_MERGE_KEPT);
	cardea_value_clear(&value);
	value = merge(&key, observed(5), observed(9), CARDEA_MERGE_CHANGED);
	assert_int_equal(cardea_audit_record(&key, &value, NULL), CARDEA_OK);
	assert_int_equal(
	    cardea_record_decode_observe(&value, &passed_s), CARDEA_OK);
	assert_int_equal(passed_s, 9);
	value.len--;
	assert_int_equal(
	    cardea_audit_record(&key, &value, NULL), CARDEA_E_CORRUPT);
	cardea_value_clear(&value);
}

static void
what_nobody_can_tell_is_a_conflict_and_the_own_one_stays(void **state)
{
	const struct cardea_key key = key_of(CARDEA_KIND_SESSION, "alice", "1");
	struct cardea_value own = { .len = 1 }, other = { .len = 1 };

	(void)state;
	own.data = (unsigned char *)strdup("a");
	other.data = (unsigned char *)strdup("b");
	own = merge(&key, own, other, CARDEA_MERGE_CONFLICT);
	assert_int_equal(own.data[0], 'a');
	cardea_value_clear(&own);
}

static void
damage_on_either_side_is_a_status(void **state)
{
	const struct cardea_key key = key_of(CARDEA_KIND_TOKEN, "alice", "t1");
	struct cardea_value good = token(1, 1, false, 'a');
	struct cardea_value bad = { .data = (unsigned char *)"\x01", .len = 1 };
	enum cardea_merge merge = CARDEA_MERGE_KEPT;
	struct cardea_value merged = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_merge_record(&key, &good, &bad, &merge, &merged),
	    CARDEA_E_CORRUPT);
	assert_int_equal(
	    cardea_merge_record(&key, &bad, &good, &merge, &merged),
	    CARDEA_E_CORRUPT);
	assert_null(merged.data);
	cardea_value_clear(&good);
}

/* ---- what a record must be ---- */

static void
a_record_under_another_name_than_its_own_is_bad(void **state)
{
	const struct cardea_key right = key_of(
	    CARDEA_KIND_TOKEN, "alice", "t1");
	const struct cardea_key wrong = key_of(
	    CARDEA_KIND_TOKEN, "alice", "t2");
	const struct cardea_key kind = key_of("nonsense", "alice", "t1");
	struct cardea_value value = token(1, 1, false, 'a');

	(void)state;
	assert_int_equal(cardea_audit_record(&right, &value, NULL), CARDEA_OK);
	assert_int_equal(
	    cardea_audit_record(&wrong, &value, NULL), CARDEA_E_CORRUPT);
	assert_int_equal(
	    cardea_audit_record(&kind, &value, NULL), CARDEA_E_CORRUPT);
	value.data[0]++;
	assert_int_equal(
	    cardea_audit_record(&right, &value, NULL), CARDEA_E_VERSION);
	cardea_value_clear(&value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(R07_a_watermark_is_never_lowered),
		cmocka_unit_test(
		    a_disabled_token_is_not_enabled_and_a_later_enrolment_stands),
		cmocka_unit_test(a_recovery_code_used_on_either_side_is_used),
		cmocka_unit_test(a_signature_counter_is_never_lowered),
		cmocka_unit_test(the_longer_lock_holds),
		cmocka_unit_test(R07_the_end_of_looking_on_is_not_taken_back),
		cmocka_unit_test(
		    what_nobody_can_tell_is_a_conflict_and_the_own_one_stays),
		cmocka_unit_test(damage_on_either_side_is_a_status),
		cmocka_unit_test(
		    a_record_under_another_name_than_its_own_is_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
