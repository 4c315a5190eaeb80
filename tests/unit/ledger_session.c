/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/ledger_fixture.h"

#define ID "0123456789abcdef0123456789abcdef"
#define PID 100

static enum cardea_status
lock_of(struct ledger *ledger, const char *user, int64_t time_s,
    struct cardea_lock *ret_lock)
{
	strcpy(ledger->request.user, user);
	ledger->request.time_s = time_s;
	return cardea_ledger_lock(
	    ledger->store, &ledger->request, ret_lock, NULL);
}

static void
a_lock_holds_until_its_time_or_until_it_is_taken_away(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_lock lock = { .since_s = NOW, .by = "admin" }, found;
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT };
	struct cardea_value value = { 0 };

	found.until_s = 77;
	ledger->request.time_known = true;
	assert_int_equal(
	    lock_of(ledger, "alice", NOW, &found), CARDEA_E_MISSING);
	for (int timed = 0; timed < 2; timed++) {
		lock.until_s = timed ? NOW + 60 : 0;
		assert_int_equal(
		    cardea_record_encode_lock(&lock, &value), CARDEA_OK);
		assert_int_equal(
		    cardea_key_make(CARDEA_KIND_LOCK, "alice", "", &change.key),
		    CARDEA_OK);
		change.data = value.data;
		change.len = value.len;
		if (timed) {
			struct cardea_value old = { 0 };

			assert_int_equal(cardea_store_get(ledger->store,
					     &change.key, &old, NULL),
			    CARDEA_OK);
			change.version = old.version;
			cardea_value_clear(&old);
		}
		assert_int_equal(
		    cardea_store_commit(ledger->store, &change, 1, NULL),
		    CARDEA_OK);
		cardea_value_clear(&value);
		assert_int_equal(
		    lock_of(ledger, "alice", NOW + 59, &found), CARDEA_OK);
		assert_string_equal(found.by, "admin");
		assert_int_equal(found.until_s, lock.until_s);
		assert_int_equal(lock_of(ledger, "alice", NOW + 60, &found),
		    timed ? CARDEA_E_MISSING : CARDEA_OK);
	}
	/* a clock that nobody believes does not end it */
	ledger->request.time_known = false;
	assert_int_equal(lock_of(ledger, "alice", NOW + 60, &found), CARDEA_OK);
	ledger_put_bytes(ledger, CARDEA_KIND_LOCK, "bob", "", "junk");
	assert_int_not_equal(
	    lock_of(ledger, "bob", NOW, &found), CARDEA_E_MISSING);
}

static void
R12_a_session_that_ends_changes_nothing_else(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_session session = { .pid = PID, .opened_s = NOW };

	strcpy(session.id, ID);
	strcpy(session.user, "alice");
	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	(void)ledger_show(ledger, "phone", STEP + 100000);
	assert_int_equal(
	    cardea_ledger_open_session(ledger->store, &session, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_ledger_open_session(ledger->store, &session, NULL),
	    CARDEA_E_CONFLICT);
	assert_int_equal(
	    cardea_ledger_close_session(ledger->store, "bob", ID, NULL),
	    CARDEA_E_MISSING);
	assert_int_equal(
	    cardea_ledger_close_session(ledger->store, "alice", ID, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_ledger_close_session(ledger->store, "alice", ID, NULL),
	    CARDEA_E_MISSING);
	assert_int_equal(ledger_tries(ledger, "alice", "*"), 1);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_TOKEN, "alice"), 1);
}

#define LEDGER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(
		    a_lock_holds_until_its_time_or_until_it_is_taken_away),
		LEDGER_TEST(R12_a_session_that_ends_changes_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
