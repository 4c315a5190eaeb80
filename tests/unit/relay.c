/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "unit/relay_fixture.h"

static void
I04_a_phase_is_resumed_once(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	leave(ledger, ID);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	/* nothing but the empty minute is left, in the relay or in the store */
	assert_int_equal(count_below(path_of(ledger, NULL)), 1);
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
	assert_int_equal(leave_txn(ledger, &txn), CARDEA_OK);
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
		assert_int_equal(leave_txn(ledger, &txn), CARDEA_OK);
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
I02_an_id_that_is_none_finds_nothing_and_leaves_nothing(void **state)
{
	static const char *const ids[] = { "", "x", "*", ".", "..",
		"0123456789abcdef0123456789abcde",
		"0123456789abcdef0123456789abcdef0", "../../etc/passwd",
		"../../../../../../../../etc/fsta",
		"0123456789abcdef/123456789abcdef",
		"./23456789abcdef0123456789abcdef",
		"0123456789ABCDEF0123456789ABCDEF",
		"0123456789abcdeg0123456789abcdef",
		"0123456789abcdef0123456789abcde\n" };
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	struct cardea_txn txn;
	size_t count;

	leave(ledger, ID);
	count = count_below(ledger->directory);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		assert_int_equal(
		    resume_id(ledger, ids[i], &resumer), CARDEA_E_MISSING);
		if (strlen(ids[i]) > CARDEA_TXN_MAX)
			continue;
		txn = make_txn(ledger, ids[i]);
		assert_int_equal(leave_txn(ledger, &txn), CARDEA_E_INTERNAL);
	}
	assert_int_equal(count_below(ledger->directory), count);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

static void
an_id_is_not_given_twice(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_txn txn = make_txn(ledger, ID);
	struct cardea_resumer resumer = usual(ledger);

	leave(ledger, ID);
	strcpy(txn.policy, "another");
	assert_int_equal(leave_txn(ledger, &txn), CARDEA_E_CONFLICT);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

static void
a_phase_is_resumed_across_the_turn_of_a_minute(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	for (int64_t age = 0; age <= CARDEA_RESUME_S; age++) {
		leave(ledger, ID);
		ledger_pass(ledger, age);
		assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	}
}

static void
a_store_that_is_only_read_serves(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	cardea_store_close(ledger->store);
	ledger->config.create = false;
	ledger->config.read_only = true;
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
	leave(ledger, ID);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
}

static void
another_seal_opens_nothing(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	leave(ledger, ID);
	cardea_store_close(ledger->store);
	assert_int_equal(unlink(ledger->key_path), 0);
	strcat(ledger->path, "2");
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_CORRUPT);
	assert_int_equal(access(record_of(ledger, ID), F_OK), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(I04_a_phase_is_resumed_once),
		LEDGER_TEST(
		    only_the_process_that_left_or_its_root_parent_resumes),
		LEDGER_TEST(a_parent_that_was_not_recorded_is_nobody),
		LEDGER_TEST(I03_facts_that_changed_on_the_way_resume_nothing),
		LEDGER_TEST(the_session_phase_alone_may_name_another_pam_user),
		LEDGER_TEST(auth_resumes_nothing_and_no_phase_goes_back),
		LEDGER_TEST(
		    a_phase_left_too_long_ago_is_gone_by_the_monotonic_clock),
		LEDGER_TEST(
		    I02_an_id_that_is_none_finds_nothing_and_leaves_nothing),
		LEDGER_TEST(an_id_is_not_given_twice),
		LEDGER_TEST(a_phase_is_resumed_across_the_turn_of_a_minute),
		LEDGER_TEST(a_store_that_is_only_read_serves),
		LEDGER_TEST(another_seal_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
