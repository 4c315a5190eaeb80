/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/ledger_fixture.h"

#define ID "0123456789abcdef0123456789abcdef"
#define PID 100
#define START 1000
#define PARENT 50
#define PARENT_START 500

static struct cardea_txn
make_txn(const struct ledger *ledger, const char *id)
{
	struct cardea_txn txn = { .phase = CARDEA_PHASE_AUTH,
		.pid = PID,
		.pid_start = START,
		.parent = PARENT,
		.parent_start = PARENT_START,
		.created_monotonic_ms = ledger->clock.monotonic_ms,
		.request = ledger->request };

	strcpy(txn.id, id);
	strcpy(txn.txn, "fedcba9876543210fedcba9876543210");
	strcpy(txn.evidence.txn, txn.txn);
	strcpy(txn.policy, "digest");
	memcpy(txn.boot_id, ledger->boot_id, 37);
	return txn;
}

static void
leave(struct ledger *ledger, const char *id)
{
	struct cardea_txn txn = make_txn(ledger, id);

	assert_int_equal(
	    cardea_ledger_leave(ledger->store, &txn, NULL), CARDEA_OK);
}

static enum cardea_status
resume(struct ledger *ledger, const struct cardea_resumer *resumer)
{
	struct cardea_txn txn = { .pid = 77 };
	enum cardea_status status;

	status = cardea_ledger_resume(
	    ledger->store, ID, resumer, &ledger->clock, &txn, NULL);
	if (status == CARDEA_OK) {
		assert_string_equal(txn.policy, "digest");
		assert_string_equal(txn.request.user, "alice");
	} else {
		assert_int_equal(txn.pid, 77);
	}
	return status;
}

static struct cardea_resumer
usual(const struct ledger *ledger)
{
	return (struct cardea_resumer){ .phase = CARDEA_PHASE_ACCOUNT,
		.pid = PID,
		.pid_start = START,
		.request = &ledger->request };
}

static void
a_phase_is_resumed_once(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	leave(ledger, ID);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_TXN, NULL), 0);
}

static void
only_the_process_that_left_or_its_root_parent_resumes(void **state)
{
	static const struct {
		pid_t pid;
		uint64_t start;
		enum cardea_status status;
	} cases[] = { { PID, START, CARDEA_OK },
		{ PID, START + 1, CARDEA_E_MISSING },
		{ PID + 1, START, CARDEA_E_MISSING },
		{ PARENT, PARENT_START, CARDEA_OK },
		{ PARENT, PARENT_START + 1, CARDEA_E_MISSING },
		{ PARENT, START, CARDEA_E_MISSING },
		{ PID, PARENT_START, CARDEA_E_MISSING },
		{ 0, 0, CARDEA_E_MISSING }, { -1, START, CARDEA_E_MISSING } };
	struct ledger *ledger = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_resumer resumer = usual(ledger);

		leave(ledger, ID);
		resumer.pid = cases[i].pid;
		resumer.pid_start = cases[i].start;
		assert_int_equal(resume(ledger, &resumer), cases[i].status);
		/* who may not resume does not burn it either */
		resumer = usual(ledger);
		assert_int_equal(resume(ledger, &resumer),
		    cases[i].status == CARDEA_OK ? CARDEA_E_MISSING
						 : CARDEA_OK);
	}
}

static void
a_parent_that_was_not_recorded_is_nobody(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_txn txn = make_txn(ledger, ID);
	struct cardea_resumer resumer = usual(ledger);

	txn.parent = 0;
	txn.parent_start = 0;
	assert_int_equal(
	    cardea_ledger_leave(ledger->store, &txn, NULL), CARDEA_OK);
	resumer.pid = 0;
	resumer.pid_start = 0;
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
}

static void
I03_facts_that_changed_on_the_way_resume_nothing(void **state)
{
	struct ledger *ledger = *state;

	for (unsigned int i = 0; i < 8; i++) {
		struct cardea_request fresh = ledger->request;
		struct cardea_resumer resumer = usual(ledger);

		resumer.request = &fresh;
		switch (i) {
		case 0:
			strcpy(fresh.pam_user, "root");
			break;
		case 1:
			strcpy(fresh.service, "sudo");
			break;
		case 2:
			fresh.source = cardea_address_parse("192.0.2.2");
			break;
		case 3:
			fresh.source = cardea_address_parse("");
			break;
		case 4:
			strcpy(fresh.rhost, "192.0.2.10");
			break;
		case 5:
			strcpy(fresh.ruser, "mallory");
			break;
		case 6:
			fresh.caller_uid = 1000;
			break;
		default:
			fresh.caller_known = false;
			break;
		}
		leave(ledger, ID);
		assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
		resumer.request = &ledger->request;
		assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	}
}

static void
the_session_phase_alone_may_name_another_pam_user(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_request target = ledger->request;
	struct cardea_resumer resumer = usual(ledger);

	strcpy(target.pam_user, "root");
	strcpy(target.user, "root");
	resumer.request = &target;
	leave(ledger, ID);
	resumer.phase = CARDEA_PHASE_ACCOUNT;
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	resumer.phase = CARDEA_PHASE_SESSION;
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

static void
auth_resumes_nothing_and_no_phase_goes_back(void **state)
{
	static const struct {
		enum cardea_phase left, now;
		enum cardea_status status;
	} cases[] = { { CARDEA_PHASE_AUTH, CARDEA_PHASE_AUTH,
			  CARDEA_E_MISSING },
		{ CARDEA_PHASE_AUTH, CARDEA_PHASE_NONE, CARDEA_E_MISSING },
		{ CARDEA_PHASE_AUTH, CARDEA_PHASE_ACCOUNT, CARDEA_OK },
		{ CARDEA_PHASE_AUTH, CARDEA_PHASE_SESSION, CARDEA_OK },
		{ CARDEA_PHASE_ACCOUNT, CARDEA_PHASE_ACCOUNT, CARDEA_OK },
		{ CARDEA_PHASE_ACCOUNT, CARDEA_PHASE_SESSION, CARDEA_OK },
		{ CARDEA_PHASE_SESSION, CARDEA_PHASE_ACCOUNT,
		    CARDEA_E_MISSING },
		{ CARDEA_PHASE_SESSION, CARDEA_PHASE_SESSION, CARDEA_OK } };
	struct ledger *ledger = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_txn txn = make_txn(ledger, ID);
		struct cardea_resumer resumer = usual(ledger);

		txn.phase = cases[i].left;
		assert_int_equal(
		    cardea_ledger_leave(ledger->store, &txn, NULL), CARDEA_OK);
		resumer.phase = cases[i].now;
		assert_int_equal(resume(ledger, &resumer), cases[i].status);
		resumer.phase = CARDEA_PHASE_SESSION;
		if (cases[i].status != CARDEA_OK)
			assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	}
}

static void
a_phase_left_too_long_ago_is_gone_by_the_monotonic_clock(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	leave(ledger, ID);
	ledger_pass(ledger, CARDEA_RESUME_S);
	ledger->clock.monotonic_ms += 1;
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	ledger->clock.time_s -= 3600; /* a step back does not help */
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	ledger->clock.monotonic_ms -= 1;
	memcpy(ledger->boot_id, BOOT_B, 37);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	memcpy(ledger->boot_id, BOOT_A, 37);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	/* nor does anything come from the future */
	leave(ledger, ID);
	ledger->clock.monotonic_ms -= 1;
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
}

static void
an_id_that_is_none_finds_nothing(void **state)
{
	static const char *const ids[] = { "", "x", "*",
		"0123456789abcdef0123456789abcdef0", "../../etc/passwd",
		"0123456789ABCDEF0123456789ABCDEF" };
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	struct cardea_txn txn;

	leave(ledger, ID);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(cardea_ledger_resume(ledger->store, ids[i],
				     &resumer, &ledger->clock, &txn, NULL),
		    CARDEA_E_MISSING);
	txn = make_txn(ledger, "");
	assert_int_equal(
	    cardea_ledger_leave(ledger->store, &txn, NULL), CARDEA_E_INTERNAL);
}

static void
phases_never_resumed_are_swept_away_by_later_ones(void **state)
{
	struct ledger *ledger = *state;
	char id[CARDEA_TXN_MAX + 1];

	for (unsigned int i = 0; i < 40; i++) {
		snprintf(id, sizeof(id), "%032x", i);
		leave(ledger, id);
	}
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_TXN, NULL), 40);
	ledger_pass(ledger, CARDEA_RESUME_S + 1);
	for (unsigned int i = 0; i < 10; i++) {
		snprintf(id, sizeof(id), "f%031x", i);
		leave(ledger, id);
	}
	/* four at a time, and the new ones stay */
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_TXN, NULL), 10);
}

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
		LEDGER_TEST(a_phase_is_resumed_once),
		LEDGER_TEST(
		    only_the_process_that_left_or_its_root_parent_resumes),
		LEDGER_TEST(a_parent_that_was_not_recorded_is_nobody),
		LEDGER_TEST(I03_facts_that_changed_on_the_way_resume_nothing),
		LEDGER_TEST(the_session_phase_alone_may_name_another_pam_user),
		LEDGER_TEST(auth_resumes_nothing_and_no_phase_goes_back),
		LEDGER_TEST(
		    a_phase_left_too_long_ago_is_gone_by_the_monotonic_clock),
		LEDGER_TEST(an_id_that_is_none_finds_nothing),
		LEDGER_TEST(phases_never_resumed_are_swept_away_by_later_ones),
		LEDGER_TEST(
		    a_lock_holds_until_its_time_or_until_it_is_taken_away),
		LEDGER_TEST(R12_a_session_that_ends_changes_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
