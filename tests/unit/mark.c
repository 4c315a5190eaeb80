/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "ledger_fixture.h"
#include "store/kinds.h"
#include "store/mark.h"

/* What became of alice's token by use, as its own record. */
static struct cardea_mark
mark_of(struct ledger *ledger, const char *kind, const char *id)
{
	struct cardea_mark mark;

	assert_int_equal(
	    cardea_mark_read(ledger->store, kind, "alice", id, &mark, NULL),
	    CARDEA_OK);
	return mark;
}

static uint64_t
version_of(struct ledger *ledger, const char *kind, const char *id)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	uint64_t version;

	assert_int_equal(cardea_key_make(kind, "alice", id, &key), CARDEA_OK);
	assert_int_equal(
	    cardea_store_get(ledger->store, &key, &value, NULL), CARDEA_OK);
	version = value.version;
	cardea_value_clear(&value);
	return version;
}

/* A host of a fleet may not write it. */
static void
a_login_leaves_the_enrolment_as_it_was(void **state)
{
	struct ledger *ledger = *state;
	uint64_t before;
	struct cardea_mark mark;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	before = version_of(ledger, CARDEA_KIND_TOKEN, "phone");
	assert_int_equal(
	    ledger_show(ledger, "phone", STEP).result, CARDEA_RESULT_VERIFIED);
	assert_int_equal(
	    version_of(ledger, CARDEA_KIND_TOKEN, "phone"), before);
	mark = mark_of(ledger, CARDEA_KIND_TOKEN_MARK, "phone");
	assert_int_not_equal(mark.version, 0);
	cardea_value_clear(&mark.value);
	assert_int_equal(
	    ledger_token(ledger, "alice", "phone").watermark, STEP);
}

static void
R01_a_mark_of_another_secret_says_nothing_and_of_the_same_all(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_otp_token token = { .kind = CARDEA_OTP_TOTP,
		.digits = 6,
		.period_s = 30,
		.watermark = CARDEA_OTP_NO_WATERMARK,
		.sync_at = -1 };
	struct cardea_otp_token again;
	struct cardea_value value = { 0 };
	unsigned char key[20] = "twenty bytes of key";

	(void)ledger;
	token.key.data = key;
	token.key.len = sizeof(key);
	again = token;
	token.watermark = 1000;
	token.used_s = 7;
	assert_int_equal(cardea_mark_encode_token(&token, &value), CARDEA_OK);
	/* enrolled again with the same secret: its codes stay spent */
	assert_int_equal(cardea_mark_lay_token(&value, &again), CARDEA_OK);
	assert_int_equal(again.watermark, 1000);
	/* an administrator's own, later one is not lowered */
	again.watermark = 2000;
	assert_int_equal(cardea_mark_lay_token(&value, &again), CARDEA_OK);
	assert_int_equal(again.watermark, 2000);
	again.watermark = CARDEA_OTP_NO_WATERMARK;
	key[0] ^= 1;
	assert_int_equal(cardea_mark_lay_token(&value, &again), CARDEA_OK);
	assert_int_equal(again.watermark, CARDEA_OTP_NO_WATERMARK);
	cardea_value_clear(&value);
}

/* Judged with the mark laid over what was enrolled. */
static void
R01_a_code_is_spent_by_the_mark(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_otp_token token;
	char code[9];
	struct cardea_spend spend;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	assert_int_equal(ledger_show(ledger, "phone", STEP - 1).result,
	    CARDEA_RESULT_VERIFIED);
	token = ledger_token(ledger, "alice", "phone");
	assert_int_equal(token.watermark, STEP - 1);
	ledger_code("phone", STEP - 1, code);
	spend = ledger_spend(ledger, code);
	assert_int_equal(spend.result, CARDEA_RESULT_REFUSED);
	assert_string_equal(spend.why, "replayed");
}

/* A store of before there were marks has it all in the enrolment. */
static void
what_an_older_store_says_by_itself_holds(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_otp_token token = { .kind = CARDEA_OTP_TOTP };
	struct cardea_spend spend;
	unsigned char key[20];

	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (unsigned char)i;
	token = (struct cardea_otp_token){ .kind = CARDEA_OTP_TOTP,
		.digits = 6,
		.period_s = 30,
		.key = { .data = key, .len = sizeof(key) },
		.watermark = STEP,
		.sync_at = -1,
		.id = "old" };
	ledger_put_token(ledger, "alice", &token);
	{
		char code[9];

		assert_int_equal(
		    cardea_otp_code(&token, STEP, code), CARDEA_OK);
		spend = ledger_spend(ledger, code);
		assert_string_equal(spend.why, "replayed");
		assert_int_equal(
		    cardea_otp_code(&token, STEP + 1, code), CARDEA_OK);
		spend = ledger_spend(ledger, code);
		assert_int_equal(spend.result, CARDEA_RESULT_VERIFIED);
		assert_int_equal(
		    ledger_token(ledger, "alice", "old").watermark, STEP + 1);
	}
}

static void
a_damaged_mark_denies(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_spend spend;
	char code[9];

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger_put_bytes(
	    ledger, CARDEA_KIND_TOKEN_MARK, "alice", "phone", "\x01rubbish");
	ledger_code("phone", STEP, code);
	assert_int_equal(
	    cardea_ledger_spend_code(ledger->store, &ledger->settings,
		&ledger->request, &ledger->clock, CODES, code, &spend, NULL),
	    CARDEA_E_CORRUPT);
}

static void
of_two_marks_what_refuses_more(void **state)
{
	struct cardea_recovery_set set = { .count = 3, .salt = "salt" };
	struct cardea_value one = { 0 }, other = { 0 }, both = { 0 };

	(void)state;
	set.codes[0].used_s = 5;
	assert_int_equal(cardea_mark_encode_recovery(&set, &one), CARDEA_OK);
	set.codes[0].used_s = 0;
	set.codes[2].used_s = 9;
	assert_int_equal(cardea_mark_encode_recovery(&set, &other), CARDEA_OK);
	assert_int_equal(
	    cardea_mark_join(CARDEA_KIND_RECOVERY_MARK, &one, &other, &both),
	    CARDEA_OK);
	set.codes[2].used_s = 0;
	assert_int_equal(cardea_mark_lay_recovery(&both, &set), CARDEA_OK);
	assert_int_equal(set.codes[0].used_s, 5);
	assert_int_equal(set.codes[1].used_s, 0);
	assert_int_equal(set.codes[2].used_s, 9);
	cardea_value_clear(&both);
	cardea_value_clear(&other);
	memcpy(set.salt, "pepper", 6);
	assert_int_equal(cardea_mark_encode_recovery(&set, &other), CARDEA_OK);
	assert_int_equal(
	    cardea_mark_join(CARDEA_KIND_RECOVERY_MARK, &one, &other, &both),
	    CARDEA_E_CONFLICT);
	cardea_value_clear(&one);
	cardea_value_clear(&other);
}

static void
every_byte_of_a_mark_is_judged(void **state)
{
	static const char *const kinds[] = { CARDEA_KIND_TOKEN_MARK,
		CARDEA_KIND_RECOVERY_MARK, CARDEA_KIND_CREDENTIAL_MARK,
		CARDEA_KIND_DEVICE_MARK, CARDEA_KIND_GRANT_MARK };
	struct cardea_device device = { .id = "laptop",
		.created_s = 1,
		.seen_s = 2,
		.seen_user = "alice",
		.seen_source = "192.0.2.1" };
	struct cardea_value value = { 0 };

	(void)state;
	assert_int_equal(cardea_mark_encode_device(&device, &value), CARDEA_OK);
	assert_true(cardea_mark_is_sound(CARDEA_KIND_DEVICE_MARK, &value));
	for (size_t i = 0; i < 5; i++) {
		if (strcmp(kinds[i], CARDEA_KIND_DEVICE_MARK) != 0)
			assert_false(cardea_mark_is_sound(kinds[i], &value));
	}
	assert_false(cardea_mark_is_sound("token", &value));
	for (size_t len = 0; len < value.len; len++) {
		const struct cardea_value cut = { .data = value.data,
			.len = len };

		assert_false(
		    cardea_mark_is_sound(CARDEA_KIND_DEVICE_MARK, &cut));
	}
	cardea_value_clear(&value);
}

/* --- kinds --------------------------------------------------------------- */

static void
hosts_write_what_logins_leave_and_nothing_else(void **state)
{
	static const char *const theirs[] = { CARDEA_KIND_TOKEN_MARK,
		CARDEA_KIND_RECOVERY_MARK, CARDEA_KIND_CREDENTIAL_MARK,
		CARDEA_KIND_DEVICE_MARK, CARDEA_KIND_GRANT_MARK,
		CARDEA_KIND_TRIES, CARDEA_KIND_KNOWN, CARDEA_KIND_PROOF,
		CARDEA_KIND_SESSION, CARDEA_KIND_OBSERVE, "history" };
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < cardea_kind_count; i++) {
		bool is_theirs = false;

		for (size_t j = 0; j < sizeof(theirs) / sizeof(theirs[0]); j++)
			is_theirs = is_theirs ||
			    strcmp(theirs[j], cardea_kinds[i].name) == 0;
		assert_int_equal(
		    is_theirs, cardea_kinds[i].writer == CARDEA_KIND_BY_HOST);
		found += is_theirs;
	}
	assert_int_equal(found, sizeof(theirs) / sizeof(theirs[0]));
	assert_false(cardea_kind_is_mirrored(CARDEA_KIND_TOKEN));
	assert_false(cardea_kind_is_mirrored(CARDEA_KIND_RECOVERY));
	assert_false(cardea_kind_is_mirrored("no such kind"));
	assert_true(cardea_kind_is_mirrored(CARDEA_KIND_LOCK));
	assert_true(cardea_kind_is_mirrored(CARDEA_KIND_OBSERVE));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_login_leaves_the_enrolment_as_it_was),
		TEST(
		    R01_a_mark_of_another_secret_says_nothing_and_of_the_same_all),
		TEST(R01_a_code_is_spent_by_the_mark),
		TEST(what_an_older_store_says_by_itself_holds),
		TEST(a_damaged_mark_denies),
		cmocka_unit_test(of_two_marks_what_refuses_more),
		cmocka_unit_test(every_byte_of_a_mark_is_judged),
		cmocka_unit_test(
		    hosts_write_what_logins_leave_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
