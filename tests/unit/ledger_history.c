/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/ledger_history.h"
#include "unit/ledger_fixture.h"
#include "unit/random.h"

#define DAY_S 86400

static struct cardea_history history;

static enum cardea_status
read_history(struct ledger *ledger)
{
	return cardea_ledger_history(ledger->store, &ledger->settings, "alice",
	    ledger->request.time_s, &history, NULL);
}

static void
note(struct ledger *ledger, const char *address, const char *country)
{
	struct cardea_request *request = &ledger->request;

	request->login_source = cardea_address_parse(address);
	request->user_exists = request->time_known = true;
	request->place = (struct cardea_place){ .country_known = CARDEA_YES,
		.position_known = CARDEA_YES,
		.latitude_e4 = 10000 };
	memcpy(request->place.country, country, 3);
	assert_int_equal(cardea_ledger_note_login(
			     ledger->store, &ledger->settings, request, NULL),
	    CARDEA_OK);
}

static int
setup(void **state)
{
	int failed = ledger_set_up(state);
	struct ledger *ledger = *state;

	if (failed == 0) {
		ledger->request.time_s = NOW;
		ledger->settings.history_s = 180 * DAY_S;
	}
	return failed;
}

static void
a_login_is_remembered(void **state)
{
	struct ledger *ledger = *state;

	assert_int_equal(read_history(ledger), CARDEA_E_MISSING);
	note(ledger, "192.0.2.1", "DE");
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.last_login_s, NOW);
	assert_int_equal(history.network_count, 1);
	assert_int_equal(history.networks[0].count, 1);
	assert_int_equal(history.country_count, 1);
	assert_string_equal(history.countries[0].country, "DE");
	assert_true(history.has_position);
	assert_int_equal(cardea_history_logins(&history), 1);
	assert_int_equal(cardea_ledger_history(ledger->store, &ledger->settings,
			     "bob", NOW, &history, NULL),
	    CARDEA_E_MISSING);
}

static void
what_says_nothing_new_is_not_written(void **state)
{
	struct ledger *ledger = *state;

	note(ledger, "192.0.2.1", "DE");
	ledger->request.time_s += 599;
	note(ledger, "192.0.2.9", "DE");
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.networks[0].count, 1);
	ledger->request.time_s += 1;
	note(ledger, "192.0.2.9", "DE");
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.networks[0].count, 2);
	/* another network is news at once */
	note(ledger, "198.51.100.1", "DE");
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.network_count, 2);
}

static void
history_is_bounded_and_the_least_recent_goes(void **state)
{
	struct ledger *ledger = *state;
	char address[32], country[3] = "AA";

	for (int i = 0; i < 100; i++) {
		snprintf(address, sizeof(address), "10.%d.0.1", i);
		country[0] = (char)('A' + i / 26);
		country[1] = (char)('A' + i % 26);
		ledger->request.time_s = NOW + i * 3600;
		note(ledger, address, country);
	}
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.network_count, CARDEA_HISTORY_NETWORKS_MAX);
	assert_int_equal(history.country_count, CARDEA_HISTORY_COUNTRIES_MAX);
	assert_null(cardea_history_find_country(&history, "AA"));
	assert_non_null(cardea_history_find_country(&history, country));
}

static void
what_is_old_is_forgotten(void **state)
{
	struct ledger *ledger = *state;

	note(ledger, "192.0.2.1", "DE");
	ledger->request.time_s = NOW + 179 * DAY_S;
	note(ledger, "198.51.100.1", "FR");
	ledger->request.time_s = NOW + 181 * DAY_S;
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.network_count, 1);
	assert_null(cardea_history_find_country(&history, "DE"));
	assert_non_null(cardea_history_find_country(&history, "FR"));
	/* habits are halved twice by then */
	assert_int_equal(cardea_history_logins(&history), 0);
}

static void
R08_a_time_in_the_future_ages_all_the_same(void **state)
{
	struct ledger *ledger = *state;

	ledger->request.time_s = NOW + 3650 * (int64_t)DAY_S;
	note(ledger, "192.0.2.1", "DE");
	ledger->request.time_s = NOW;
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.last_login_s, NOW + 3650 * (int64_t)DAY_S);
	assert_int_equal(history.position_s, NOW);
	/* further ahead than history_s: nothing is usual for ten years */
	assert_int_equal(history.network_count, 0);
	assert_int_equal(history.country_count, 0);
	note(ledger, "198.51.100.1", "FR");
	ledger->request.time_s = NOW + 181 * DAY_S;
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.network_count, 0);
	assert_int_equal(history.country_count, 0);
	assert_false(history.has_position);
}

static void
R08_a_time_not_too_far_in_the_future_is_taken_for_now(void **state)
{
	struct ledger *ledger = *state;

	ledger->request.time_s = NOW + 100 * (int64_t)DAY_S;
	note(ledger, "192.0.2.1", "DE");
	ledger->request.time_s = NOW;
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.networks[0].first_s, NOW);
	assert_int_equal(history.networks[0].last_s, NOW);
	assert_int_equal(history.countries[0].last_s, NOW);
}

static void
a_place_that_is_forgotten_leaves_no_trace(void **state)
{
	static const struct cardea_history empty;
	struct ledger *ledger = *state;

	note(ledger, "192.0.2.1", "DE");
	ledger->request.time_s = NOW + 181 * (int64_t)DAY_S;
	ledger->request.place = (struct cardea_place){ .asn = 0 };
	ledger->request.login_source = cardea_address_parse("");
	assert_int_equal(cardea_ledger_note_login(ledger->store,
			     &ledger->settings, &ledger->request, NULL),
	    CARDEA_OK);
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.last_login_s, NOW + 181 * (int64_t)DAY_S);
	assert_false(history.has_position);
	assert_int_equal(history.latitude_e4, 0);
	assert_int_equal(history.position_s, 0);
	assert_string_equal(history.position_country, "");
	assert_memory_equal(
	    history.networks, empty.networks, sizeof(empty.networks));
	assert_memory_equal(
	    history.countries, empty.countries, sizeof(empty.countries));
}

/* The clock went forward for one login, and nothing new is said after it. */
static void
R08_the_next_login_puts_a_time_in_the_future_right(void **state)
{
	struct ledger *ledger = *state;

	ledger->request.time_s = NOW + 100 * (int64_t)DAY_S;
	note(ledger, "192.0.2.1", "DE");
	ledger->request.time_s = NOW;
	note(ledger, "192.0.2.1", "DE");
	ledger->request.time_s = NOW + 181 * (int64_t)DAY_S;
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.last_login_s, NOW);
	assert_int_equal(history.network_count, 0);
	assert_int_equal(history.country_count, 0);
	assert_false(history.has_position);
}

static void
hours_do_not_overflow(void **state)
{
	struct ledger *ledger = *state;
	size_t hour = cardea_history_hour(NOW);

	(void)ledger;
	memset(&history, 0, sizeof(history));
	history.hours[hour] = UINT16_MAX;
	history.hours[0] = 4;
	ledger->request.time_s = NOW;
	assert_true(cardea_history_note(&history, &ledger->request));
	assert_int_equal(history.hours[hour], UINT16_MAX / 2 + 1);
	assert_int_equal(history.hours[0], hour == 0 ? UINT16_MAX / 2 + 1 : 2);
}

static void
nobodys_logins_and_unknown_times_are_not_remembered(void **state)
{
	struct ledger *ledger = *state;

	ledger->request.login_source = cardea_address_parse("192.0.2.1");
	ledger->request.user_exists = false;
	ledger->request.time_known = true;
	assert_int_equal(cardea_ledger_note_login(ledger->store,
			     &ledger->settings, &ledger->request, NULL),
	    CARDEA_OK);
	ledger->request.user_exists = true;
	ledger->request.time_known = false;
	assert_int_equal(cardea_ledger_note_login(ledger->store,
			     &ledger->settings, &ledger->request, NULL),
	    CARDEA_OK);
	assert_int_equal(read_history(ledger), CARDEA_E_MISSING);
}

static void
a_history_can_be_erased(void **state)
{
	struct ledger *ledger = *state;

	note(ledger, "192.0.2.1", "DE");
	assert_int_equal(
	    cardea_ledger_forget_history(ledger->store, "bob", NULL),
	    CARDEA_E_MISSING);
	assert_int_equal(
	    cardea_ledger_forget_history(ledger->store, "alice", NULL),
	    CARDEA_OK);
	assert_int_equal(read_history(ledger), CARDEA_E_MISSING);
}

static void
a_damaged_history_is_trouble_and_can_be_erased(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.data = (const unsigned char *)"\1abc",
		.len = 4 };

	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_HISTORY, "alice", "", &change.key),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_store_commit(ledger->store, &change, 1, NULL), CARDEA_OK);
	assert_int_equal(read_history(ledger), CARDEA_E_CORRUPT);
	ledger->request.user_exists = ledger->request.time_known = true;
	assert_int_equal(cardea_ledger_note_login(ledger->store,
			     &ledger->settings, &ledger->request, NULL),
	    CARDEA_E_CORRUPT);
	assert_int_equal(
	    cardea_ledger_forget_history(ledger->store, "alice", NULL),
	    CARDEA_OK);
	assert_int_equal(read_history(ledger), CARDEA_E_MISSING);
}

static void
K02_every_truncation_of_a_record_is_refused(void **state)
{
	struct cardea_value value = { 0 };
	struct ledger *ledger = *state;

	note(ledger, "192.0.2.1", "DE");
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(
	    cardea_record_encode_history(&history, &value), CARDEA_OK);
	for (size_t len = 0; len < value.len; len++) {
		struct cardea_value cut = { .data = value.data, .len = len };

		assert_true(
		    cardea_record_decode_history(&cut, &history) != CARDEA_OK);
	}
	assert_int_equal(
	    cardea_record_decode_history(&value, &history), CARDEA_OK);
	value.data[0]++;
	assert_int_equal(
	    cardea_record_decode_history(&value, &history), CARDEA_E_VERSION);
	cardea_value_clear(&value);
}

/* --- two logins at once -----------------------------------------------------
 */

static int
log_in_often(struct ledger *ledger, int first)
{
	struct cardea_store *store = NULL;
	char address[32];
	int failed = 0;

	if (cardea_store_open(&ledger->config, &store, NULL) != CARDEA_OK)
		return 1;
	for (int i = 0; i < 10; i++) {
		snprintf(address, sizeof(address), "10.%d.%d.1", first, i);
		ledger->request.login_source = cardea_address_parse(address);
		failed |= cardea_ledger_note_login(store, &ledger->settings,
			      &ledger->request, NULL) != CARDEA_OK;
	}
	cardea_store_close(store);
	return failed;
}

static void
R01_logins_at_once_are_all_remembered(void **state)
{
	struct ledger *ledger = *state;
	pid_t children[3];

	ledger->request.user_exists = ledger->request.time_known = true;
	cardea_store_close(ledger->store);
	ledger->store = NULL;
	for (int i = 0; i < 3; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			_exit(log_in_often(ledger, i));
	}
	for (int i = 0; i < 3; i++) {
		int status = 0;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
	assert_int_equal(read_history(ledger), CARDEA_OK);
	assert_int_equal(history.network_count, 30);
	assert_int_equal(cardea_history_logins(&history), 30);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, ledger_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_login_is_remembered),
		TEST(what_says_nothing_new_is_not_written),
		TEST(history_is_bounded_and_the_least_recent_goes),
		TEST(what_is_old_is_forgotten),
		TEST(R08_a_time_in_the_future_ages_all_the_same),
		TEST(R08_a_time_not_too_far_in_the_future_is_taken_for_now),
		TEST(a_place_that_is_forgotten_leaves_no_trace),
		TEST(R08_the_next_login_puts_a_time_in_the_future_right),
		TEST(hours_do_not_overflow),
		TEST(nobodys_logins_and_unknown_times_are_not_remembered),
		TEST(a_history_can_be_erased),
		TEST(a_damaged_history_is_trouble_and_can_be_erased),
		TEST(K02_every_truncation_of_a_record_is_refused),
		TEST(R01_logins_at_once_are_all_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
