/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/ledger_fixture.h"

#define ID "0123456789abcdef0123456789abcdef"
#define OTHER_ID "1123456789abcdef0123456789abcdef"
#define THIRD_ID "2123456789abcdef0123456789abcdef"
#define TXN "fedcba9876543210fedcba9876543210"
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

/* A session record of alice's, on the heap: it is large. */
static struct cardea_session *
session_of(const char *id, pid_t pid)
{
	struct cardea_session *session = calloc(1, sizeof(*session));

	assert_non_null(session);
	session->pid = pid;
	session->opened_s = NOW;
	strcpy(session->id, id);
	strcpy(session->user, "alice");
	session->request.login_source = cardea_address_parse("192.0.2.1");
	strcpy(session->evidence.txn, TXN);
	session->evidence.count = 2;
	for (size_t i = 0; i < 2; i++) {
		struct cardea_evidence *item = &session->evidence.items[i];

		item->version = CARDEA_EVIDENCE_VERSION;
		item->factor = CARDEA_FACTOR_TOTP;
		item->result = CARDEA_RESULT_VERIFIED;
		strcpy(item->subject, "alice");
		strcpy(item->txn, TXN);
		snprintf(item->credential, sizeof(item->credential), "t%zu", i);
	}
	session->evidence.items[1].remembered = true;
	return session;
}

static bool
has_pid(const struct cardea_session *session, const void *context)
{
	const pid_t *pid = context;

	return session->pid == *pid;
}

static enum cardea_status
open_session(struct ledger *ledger, const char *id, pid_t pid, pid_t gone)
{
	struct cardea_session *session = session_of(id, pid);
	const struct cardea_session_opening opening = {
		.session = session,
		.clock = &ledger->clock,
		.remember = true,
		.owner_uid = 1001,
		.is_gone = has_pid,
		.context = &gone,
	};
	enum cardea_status status;

	status = cardea_ledger_open_session(ledger->store, &opening, NULL);
	free(session);
	return status;
}

static void
R12_a_session_that_ends_changes_nothing_else(void **state)
{
	struct ledger *ledger = *state;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	(void)ledger_show(ledger, "phone", STEP + 100000);
	assert_int_equal(open_session(ledger, ID, PID, 0), CARDEA_OK);
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

static size_t
recalled_in(struct ledger *ledger, const char *record)
{
	struct cardea_evidence_set set = { 0 };
	struct cardea_cert_shown shown = { 0 };

	strcpy(set.txn, "00000000000000000000000000000002");
	strcpy(ledger->request.login_record, record);
	assert_int_equal(cardea_ledger_recall(ledger->store, &ledger->request,
			     &ledger->clock, 900, &set, &shown, NULL),
	    CARDEA_OK);
	return set.count;
}

static void
what_was_shown_at_a_login_counts_in_it_alone_and_until_it_is_closed(
    void **state)
{
	struct ledger *ledger = *state;

	ledger_from(ledger, "");
	ledger->request.source.kind = CARDEA_ADDRESS_NONE;
	ledger->request.login_source = cardea_address_parse("192.0.2.1");
	ledger->request.caller_uid = 1001;
	ledger->request.caller_known = true;
	assert_int_equal(open_session(ledger, ID, PID, 0), CARDEA_OK);
	/* only the fresh one of the two is kept */
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, "alice"), 1);
	assert_int_equal(recalled_in(ledger, ID), 1);
	assert_int_equal(recalled_in(ledger, OTHER_ID), 0);
	assert_int_equal(recalled_in(ledger, ""), 0);
	ledger->request.caller_uid = 1002;
	assert_int_equal(recalled_in(ledger, ID), 0);
	ledger->request.caller_uid = 1001;
	ledger->request.login_source = cardea_address_parse("192.0.2.2");
	assert_int_equal(recalled_in(ledger, ID), 0);
	memset(&ledger->request.login_source, 0,
	    sizeof(ledger->request.login_source));
	assert_int_equal(recalled_in(ledger, ID), 0);
	ledger->request.login_source = cardea_address_parse("192.0.2.1");
	assert_int_equal(recalled_in(ledger, ID), 1);
	ledger_pass(ledger, 901);
	assert_int_equal(recalled_in(ledger, ID), 0);
	assert_int_equal(
	    cardea_ledger_close_session(ledger->store, "alice", ID, NULL),
	    CARDEA_OK);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, NULL), 0);
}

static void
records_of_processes_that_are_gone_go_with_their_proofs(void **state)
{
	struct ledger *ledger = *state;

	assert_int_equal(open_session(ledger, ID, PID, 0), CARDEA_OK);
	assert_int_equal(open_session(ledger, OTHER_ID, PID + 1, 0), CARDEA_OK);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_SESSION, NULL), 2);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, NULL), 2);
	assert_int_equal(
	    open_session(ledger, THIRD_ID, PID + 2, PID), CARDEA_OK);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_SESSION, NULL), 2);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_PROOF, NULL), 2);
	assert_int_equal(
	    cardea_ledger_close_session(ledger->store, "alice", ID, NULL),
	    CARDEA_E_MISSING);
}

static bool
count_one(const struct cardea_session *session, void *context)
{
	size_t *count = context;

	assert_string_equal(session->user, "alice");
	(*count)++;
	return true;
}

static void
a_damaged_record_hides_no_other(void **state)
{
	struct ledger *ledger = *state;
	size_t count = 0;

	assert_int_equal(open_session(ledger, ID, PID, 0), CARDEA_OK);
	ledger_put_bytes(ledger, CARDEA_KIND_SESSION, "alice", "00", "junk");
	assert_int_not_equal(cardea_ledger_list_sessions(
				 ledger->store, "", count_one, &count, NULL),
	    CARDEA_OK);
	assert_int_equal(count, 1);
	assert_int_equal(cardea_ledger_list_sessions(
			     ledger->store, "bob", count_one, &count, NULL),
	    CARDEA_OK);
	assert_int_equal(count, 1);
}

static bool
stands(struct ledger *ledger, enum cardea_factor factor, const char *credential)
{
	bool result = false;

	assert_int_equal(cardea_ledger_credential(ledger->store, "alice",
			     factor, credential, &result, NULL),
	    CARDEA_OK);
	return result;
}

static void
a_credential_stands_until_it_is_disabled_or_removed(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_fido2_credential key;

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	key = ledger_enrol_key(ledger, "alice", "blue", 1);
	assert_true(stands(ledger, CARDEA_FACTOR_TOTP, "phone"));
	assert_false(stands(ledger, CARDEA_FACTOR_TOTP, "other"));
	assert_false(stands(ledger, CARDEA_FACTOR_FIDO2, "phone"));
	assert_true(stands(ledger, CARDEA_FACTOR_FIDO2,
	    key.name[0] != '\0' ? key.name : key.id));
	key.disabled = true;
	ledger_put_key(ledger, "alice", &key);
	assert_false(stands(ledger, CARDEA_FACTOR_FIDO2,
	    key.name[0] != '\0' ? key.name : key.id));
	assert_true(stands(ledger, CARDEA_FACTOR_PASSWORD, ""));
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
		LEDGER_TEST(
		    what_was_shown_at_a_login_counts_in_it_alone_and_until_it_is_closed),
		LEDGER_TEST(
		    records_of_processes_that_are_gone_go_with_their_proofs),
		LEDGER_TEST(a_damaged_record_hides_no_other),
		LEDGER_TEST(
		    a_credential_stands_until_it_is_disabled_or_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
