/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/ledger_code_fixture.h"

/* What is counted of codes, for whom, and who has to wait. */

static void
V16_who_is_not_there_or_has_nothing_is_absent_and_counted_in_a_slot(
    void **state)
{
	struct ledger *ledger = *state;
	struct cardea_spend spend;

	/* nothing enrolled */
	spend = ledger_spend(ledger, "123456");
	expect(spend, CARDEA_RESULT_ABSENT, "not-enrolled");
	assert_false(spend.enrolled);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_TRIES, "alice"), 0);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_TRIES, ""), 2);

	/* an account that is gone, whose records are still there */
	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger->request.user_exists = false;
	spend = ledger_show(ledger, "phone", STEP);
	expect(spend, CARDEA_RESULT_ABSENT, "not-enrolled");
	assert_false(spend.enrolled);
	assert_int_equal(ledger_token(ledger, "alice", "phone").watermark, -1);
	expect(ledger_spend(ledger, "0000-0000-0000-0000"),
	    CARDEA_RESULT_ABSENT, "not-enrolled");
}

static void
names_that_strangers_invent_take_a_fixed_number_of_slots(void **state)
{
	struct ledger *ledger = *state;

	for (unsigned int i = 0; i < 400; i++) {
		struct cardea_spend spend;

		snprintf(ledger->request.user, sizeof(ledger->request.user),
		    "nobody%u", i);
		ledger->request.user_exists = i % 2 == 0;
		spend = ledger_spend(ledger, "123456");
		assert_true(
		    spend.delayed || spend.result == CARDEA_RESULT_ABSENT);
	}
	assert_true(ledger_count(ledger, CARDEA_KIND_TRIES, NULL) <= 512);
	assert_true(ledger_count(ledger, CARDEA_KIND_TRIES, NULL) > 256);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_KNOWN, NULL), 0);
}

static void
an_unknown_user_is_delayed_as_one_who_is_known(void **state)
{
	struct ledger *ledger = *state;

	strcpy(ledger->request.user, "nobody");
	ledger->request.user_exists = false;
	for (unsigned int i = 0; i < 5; i++)
		expect(ledger_spend(ledger, "123456"), CARDEA_RESULT_ABSENT,
		    "not-enrolled");
	expect(ledger_spend(ledger, "123456"), CARDEA_RESULT_NONE, "delayed");
	ledger_pass(ledger, 30);
	expect(ledger_spend(ledger, "123456"), CARDEA_RESULT_ABSENT,
	    "not-enrolled");
}

/* LMDB counts its commits in the two first pages. */
static bool
is_written_by(struct ledger *ledger, const char *answer)
{
	static unsigned char before[8192], after[8192];
	char path[sizeof(ledger->path) + 8];
	FILE *file;
	bool written;

	(void)snprintf(path, sizeof(path), "%s/state", ledger->path);
	file = fopen(path, "rb");
	assert_non_null(file);
	(void)setvbuf(file, NULL, _IONBF, 0);
	assert_int_equal(fread(before, 1, sizeof(before), file), 8192);
	(void)ledger_spend(ledger, answer);
	rewind(file);
	assert_int_equal(fread(after, 1, sizeof(after), file), 8192);
	written = memcmp(before, after, sizeof(after)) != 0;
	(void)fclose(file);
	return written;
}

static void
P17_every_answer_costs_a_commit_whatever_digits_a_token_has(void **state)
{
	static const char *const answers[] = { "000000", "0000000", "00000000",
		"0000-0000-0000-0000" };
	struct ledger *ledger = *state;

	for (int known = 0; known < 2; known++) {
		ledger->request.user_exists = known;
		for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]);
		     i++)
			assert_true(is_written_by(ledger, answers[i]));
		ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	}
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		assert_true(is_written_by(ledger, answers[i]));
}

static void
I12_what_cannot_be_a_code_is_nobodys_answer_and_not_counted(void **state)
{
	static const char *const answers[] = { "", "hunter2",
		"\b\n\r\177INCORRECT", "12345", "1234567", "12345678",
		" 123456", "123456 ", "\xef\xbc\x91\xef\xbc\x92",
		"0000-0000-0000-000" };
	struct ledger *ledger = *state;

	for (int enrolled = 0; enrolled < 2; enrolled++) {
		for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]);
		     i++) {
			struct cardea_spend spend = ledger_spend(
			    ledger, answers[i]);

			expect(spend, CARDEA_RESULT_ABSENT, "malformed");
			assert_int_equal(spend.enrolled, enrolled);
		}
		assert_int_equal(refusals(ledger), 0);
		ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	}
}

static void
R10_wrong_codes_are_counted_in_the_store_and_then_delayed(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_spend spend;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	wrong_codes(ledger, 5);
	assert_int_equal(ledger_tries(ledger, "alice", "192.0.2.1"), 5);
	for (unsigned int i = 0; i < 20; i++) {
		spend = ledger_show(ledger, "phone", STEP);
		expect(spend, CARDEA_RESULT_NONE, "delayed");
		assert_int_equal(spend.factor, CARDEA_FACTOR_TOTP);
		assert_string_equal(spend.credential, "");
	}
	/* neither judged nor counted, nor stretched */
	assert_int_equal(ledger_tries(ledger, "alice", "192.0.2.1"), 5);
	assert_int_equal(ledger_tries(ledger, "alice", "*"), 5);
	assert_int_equal(ledger_token(ledger, "alice", "phone").watermark, -1);
	ledger_pass(ledger, 29);
	expect(
	    ledger_show(ledger, "phone", STEP), CARDEA_RESULT_NONE, "delayed");
	ledger_pass(ledger, 1);
	expect(ledger_show(ledger, "phone", STEP + 1), CARDEA_RESULT_VERIFIED,
	    "accepted");
}

static void
R08_a_step_of_the_wall_clock_ends_no_delay(void **state)
{
	static const int64_t steps[] = { -90, -86400, 400 * 86400, 3600 };
	struct ledger *ledger = *state;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	wrong_codes(ledger, 5);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		ledger->clock.time_s = NOW + steps[i];
		expect(ledger_show(ledger, "phone", ledger->clock.time_s / 30),
		    CARDEA_RESULT_NONE, "delayed");
	}
	/* nor does a reboot: the rest is counted from the boot */
	ledger->clock.time_s = NOW + 60;
	memcpy(ledger->boot_id, BOOT_B, 37);
	ledger->clock.monotonic_ms = 29999;
	expect(ledger_show(ledger, "phone", STEP + 2), CARDEA_RESULT_NONE,
	    "delayed");
	ledger->clock.monotonic_ms = 30000;
	expect(ledger_show(ledger, "phone", STEP + 2), CARDEA_RESULT_VERIFIED,
	    "accepted");
}

/* Another host of the fleet, up for a year, is another boot as well. */
static void
R08_a_second_host_ends_no_delay(void **state)
{
	struct ledger *ledger = *state;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	wrong_codes(ledger, 5);
	memcpy(ledger->boot_id, BOOT_B, 37);
	ledger->clock.monotonic_ms = INT64_C(365) * 86400 * 1000;
	ledger->clock.time_s = NOW + 29;
	expect(
	    ledger_show(ledger, "phone", STEP), CARDEA_RESULT_NONE, "delayed");
	ledger->clock.time_s = NOW + 30;
	expect(ledger_show(ledger, "phone", STEP + 1), CARDEA_RESULT_VERIFIED,
	    "accepted");
}

static void
V24_a_success_clears_the_counter_of_its_own_source_alone(void **state)
{
	struct ledger *ledger = *state;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger_from(ledger, "198.51.100.9");
	wrong_codes(ledger, 3);
	ledger_from(ledger, "192.0.2.1");
	wrong_codes(ledger, 2);
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_VERIFIED,
	    "accepted");
	assert_int_equal(ledger_tries(ledger, "alice", "192.0.2.1"), 0);
	assert_int_equal(ledger_tries(ledger, "alice", "198.51.100.9"), 3);
	assert_int_equal(ledger_tries(ledger, "alice", "*"), 5);
	/* and nothing but a verified code does */
	wrong_codes(ledger, 1);
	(void)ledger_spend(ledger, "hunter2");
	assert_int_equal(ledger_tries(ledger, "alice", "192.0.2.1"), 1);
}

/* 200 sources with 50 tries each: the user's counter stops at its limit. */
static void
R06_10000_tries_from_elsewhere_do_not_stop_the_owner(void **state)
{
	struct ledger *ledger = *state;
	unsigned int judged = 0, delayed = 0;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	expect(ledger_show(ledger, "phone", STEP - 1), CARDEA_RESULT_VERIFIED,
	    "accepted");
	for (unsigned int i = 0; i < 10000; i++) {
		char address[32];
		struct cardea_spend spend;

		snprintf(address, sizeof(address), "198.51.100.%u", i % 200);
		ledger_from(ledger, address);
		spend = ledger_show(ledger, "phone", STEP + 100000);
		if (spend.delayed)
			delayed++;
		else if (spend.result == CARDEA_RESULT_REFUSED)
			judged++;
	}
	assert_int_equal(judged, 10);
	assert_int_equal(delayed, 9990);
	assert_int_equal(ledger_tries(ledger, "alice", "*"), 10);
	/* a stranger has to wait, were the code right */
	expect(
	    ledger_show(ledger, "phone", STEP), CARDEA_RESULT_NONE, "delayed");
	/* the owner does not, at the place known */
	ledger_from(ledger, "192.0.2.1");
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_VERIFIED,
	    "accepted");
	/* nor at the console */
	ledger_from(ledger, "");
	expect(ledger_show(ledger, "phone", STEP + 1), CARDEA_RESULT_VERIFIED,
	    "accepted");
	assert_int_equal(ledger_tries(ledger, "alice", "*"), 10);
}

static void
V19_tries_count_for_the_user_and_who_asks_whatever_the_caller(void **state)
{
	struct ledger *ledger = *state;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger_from(ledger, "");
	strcpy(ledger->request.ruser, "mallory");
	ledger->request.caller_uid = 0; /* sudo, su */
	wrong_codes(ledger, 5);
	assert_int_equal(ledger_tries(ledger, "alice", "none:mallory"), 5);
	expect(
	    ledger_show(ledger, "phone", STEP), CARDEA_RESULT_NONE, "delayed");
	ledger->request.caller_uid = 1000;
	expect(
	    ledger_show(ledger, "phone", STEP), CARDEA_RESULT_NONE, "delayed");
	/* alice's own sudo goes on */
	strcpy(ledger->request.ruser, "alice");
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_VERIFIED,
	    "accepted");
	strcpy(ledger->request.ruser, "");
	wrong_codes(ledger, 1);
	assert_int_equal(ledger_tries(ledger, "alice", "none"), 1);
}

static void
an_ipv6_household_is_one_source(void **state)
{
	struct ledger *ledger = *state;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger_from(ledger, "2001:db8:1:2:3:4:5:6");
	wrong_codes(ledger, 2);
	ledger_from(ledger, "2001:db8:1:2::ffff");
	wrong_codes(ledger, 2);
	assert_int_equal(ledger_tries(ledger, "alice", "2001:db8:1:2::/64"), 4);
	ledger_from(ledger, "2001:db8:1:3::1");
	wrong_codes(ledger, 1);
	assert_int_equal(ledger_tries(ledger, "alice", "2001:db8:1:3::/64"), 1);
	ledger_from(ledger, "::ffff:192.0.2.7");
	wrong_codes(ledger, 1);
	assert_int_equal(ledger_tries(ledger, "alice", "192.0.2.7"), 1);
}

static void
an_unknown_source_never_becomes_a_known_place(void **state)
{
	struct ledger *ledger = *state;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger_from(ledger, "host.example");
	expect(ledger_show(ledger, "phone", STEP), CARDEA_RESULT_VERIFIED,
	    "accepted");
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_KNOWN, "alice"), 0);
	ledger->settings.tries = 100;
	wrong_codes(ledger, 10);
	assert_int_equal(ledger_tries(ledger, "alice", "unknown"), 10);
	expect(ledger_show(ledger, "phone", STEP + 1), CARDEA_RESULT_NONE,
	    "delayed");
}

static void
known_places_and_old_counters_do_not_pile_up(void **state)
{
	struct ledger *ledger = *state;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	for (unsigned int i = 1; i <= CARDEA_KNOWN_SOURCES_MAX + 6; i++) {
		char address[32];

		snprintf(address, sizeof(address), "203.0.113.%u", i);
		ledger_from(ledger, address);
		ledger_pass(ledger, 60);
		expect(ledger_show(ledger, "phone", ledger->clock.time_s / 30),
		    CARDEA_RESULT_VERIFIED, "accepted");
	}
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_KNOWN, "alice"),
	    CARDEA_KNOWN_SOURCES_MAX);

	for (unsigned int i = 1; i <= 6; i++) {
		char address[32];

		snprintf(address, sizeof(address), "198.51.100.%u", i);
		ledger_from(ledger, address);
		wrong_codes(ledger, 1);
	}
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_TRIES, "alice"), 7);
	ledger_pass(ledger, 6 * ledger->settings.delay_max_s);
	ledger_from(ledger, "203.0.113.70");
	expect(ledger_show(ledger, "phone", ledger->clock.time_s / 30),
	    CARDEA_RESULT_VERIFIED, "accepted");
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_TRIES, "alice"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(
		    V16_who_is_not_there_or_has_nothing_is_absent_and_counted_in_a_slot),
		LEDGER_TEST(
		    names_that_strangers_invent_take_a_fixed_number_of_slots),
		LEDGER_TEST(an_unknown_user_is_delayed_as_one_who_is_known),
		LEDGER_TEST(
		    P17_every_answer_costs_a_commit_whatever_digits_a_token_has),
		LEDGER_TEST(
		    I12_what_cannot_be_a_code_is_nobodys_answer_and_not_counted),
		LEDGER_TEST(
		    R10_wrong_codes_are_counted_in_the_store_and_then_delayed),
		LEDGER_TEST(R08_a_step_of_the_wall_clock_ends_no_delay),
		LEDGER_TEST(R08_a_second_host_ends_no_delay),
		LEDGER_TEST(
		    V24_a_success_clears_the_counter_of_its_own_source_alone),
		LEDGER_TEST(
		    R06_10000_tries_from_elsewhere_do_not_stop_the_owner),
		LEDGER_TEST(
		    V19_tries_count_for_the_user_and_who_asks_whatever_the_caller),
		LEDGER_TEST(an_ipv6_household_is_one_source),
		LEDGER_TEST(an_unknown_source_never_becomes_a_known_place),
		LEDGER_TEST(known_places_and_old_counters_do_not_pile_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
