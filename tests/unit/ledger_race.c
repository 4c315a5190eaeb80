/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/ledger_key.h"
#include "store/mark.h"
#include "store/relay.h"
#include "unit/ledger_fixture.h"

#define PROCESSES 50

/* How a process ended. */
enum ending {
	ENDED_VERIFIED = 10,
	ENDED_REPLAYED,
	ENDED_WRONG,
	ENDED_DELAYED,
	ENDED_RESUMED,
	ENDED_MISSING,
	ENDED_KEPT,
	ENDED_ROLLED_BACK,
	ENDED_OTHERWISE,
	ENDINGS,
};

static enum ending
ending_of(const struct cardea_spend *spend)
{
	if (spend->delayed)
		return ENDED_DELAYED;
	if (spend->result == CARDEA_RESULT_VERIFIED)
		return ENDED_VERIFIED;
	if (spend->result == CARDEA_RESULT_REFUSED)
		return strcmp(spend->why, "replayed") == 0 ? ENDED_REPLAYED
							   : ENDED_WRONG;
	return ENDED_OTHERWISE;
}

static enum ending
spend_code(const struct ledger *ledger, struct cardea_store *store,
    const char *code, unsigned int child)
{
	struct cardea_spend spend;

	(void)child;
	if (cardea_ledger_spend_code(store, &ledger->settings, &ledger->request,
		&ledger->clock, CODES, code, &spend, NULL) != CARDEA_OK)
		return ENDED_OTHERWISE;
	return ending_of(&spend);
}

static enum ending
resume_phase(const struct ledger *ledger, struct cardea_store *store,
    const char *id, unsigned int child)
{
	struct cardea_resumer resumer = { .phase = CARDEA_PHASE_ACCOUNT,
		.pid = 100,
		.pid_start = 1000,
		.request = &ledger->request };
	const struct cardea_relay relay = { .directory = ledger->directory,
		.store = store };
	struct cardea_txn txn;
	enum cardea_status status;

	(void)child;
	status = cardea_relay_resume(
	    &relay, id, &resumer, &ledger->clock, &txn, NULL);
	if (status == CARDEA_OK)
		return ENDED_RESUMED;
	return status == CARDEA_E_MISSING ? ENDED_MISSING : ENDED_OTHERWISE;
}

/* One use of the key that the fixture makes for "key"; of the counters 5, 6 and
 * so on up to the last one that text names, each child has the next. */
static enum ending
use_key(const struct ledger *ledger, struct cardea_store *store,
    const char *text, unsigned int child)
{
	struct cardea_key_set set;
	enum cardea_key_use use = CARDEA_KEY_USE_NONE;
	uint32_t counter = 5 + child % ((unsigned int)(text[0] - '5') + 1);

	if (cardea_ledger_keys(store, "alice", &set, NULL) != CARDEA_OK ||
	    set.count != 1 ||
	    cardea_ledger_use_key(store, "alice", &set.items[0], true, counter,
		false, &ledger->clock, &use, NULL) != CARDEA_OK)
		return ENDED_OTHERWISE;
	if (use == CARDEA_KEY_USE_KEPT)
		return ENDED_KEPT;
	return use == CARDEA_KEY_USE_ROLLED_BACK ? ENDED_ROLLED_BACK
						 : ENDED_OTHERWISE;
}

typedef enum ending race_step(const struct ledger *ledger,
    struct cardea_store *store, const char *text, unsigned int child);

/* The child's whole life: opens a store of its own, waits for the start. */
static enum ending
run_child(const struct ledger *ledger, int start, race_step *step,
    const char *text, unsigned int child)
{
	struct cardea_store *store;
	enum ending ending;
	char byte;

	if (cardea_store_open(&ledger->config, &store, NULL) != CARDEA_OK)
		return ENDED_OTHERWISE;
	if (read(start, &byte, 1) != 0)
		return ENDED_OTHERWISE;
	ending = step(ledger, store, text, child);
	cardea_store_close(store);
	return ending;
}

/* All at once: the pipe's closing is the start. */
static void
race(struct ledger *ledger, race_step *step, const char *text,
    unsigned int counts[ENDINGS])
{
	pid_t children[PROCESSES];
	int start[2];

	memset(counts, 0, ENDINGS * sizeof(counts[0]));
	ledger->store = cardea_store_close(ledger->store);
	assert_int_equal(pipe(start), 0);
	for (unsigned int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			close(start[1]);
			_exit((int)run_child(ledger, start[0], step, text, i));
		}
	}
	close(start[0]);
	close(start[1]);
	for (size_t i = 0; i < PROCESSES; i++) {
		int wait_status;

		assert_int_equal(
		    waitpid(children[i], &wait_status, 0), children[i]);
		assert_true(WIFEXITED(wait_status));
		assert_in_range(
		    WEXITSTATUS(wait_status), ENDED_VERIFIED, ENDED_OTHERWISE);
		counts[WEXITSTATUS(wait_status)]++;
	}
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
}

static void
R01_of_fifty_processes_with_one_code_exactly_one_gets_in(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];
	char code[9];

	ledger->settings.tries = ledger->settings.user_tries = 1000;
	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	for (int64_t round = 0; round < 3; round++) {
		ledger_code("phone", STEP + round * 2, code);
		race(ledger, spend_code, code, counts);
		assert_int_equal(counts[ENDED_VERIFIED], 1);
		assert_int_equal(counts[ENDED_REPLAYED], PROCESSES - 1);
		assert_int_equal(
		    ledger_token(ledger, "alice", "phone").watermark,
		    STEP + round * 2);
		/* the first one cleared what the round before left */
		assert_int_equal(
		    ledger_tries(ledger, "alice", "192.0.2.1"), PROCESSES - 1);
		assert_int_equal(ledger_tries(ledger, "alice", "*"),
		    (round + 1) * (PROCESSES - 1));
		ledger_pass(ledger, 60);
	}
}

static void
R03_fifty_wrong_codes_at_once_count_fifty(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];
	char code[9];

	ledger->settings.tries = ledger->settings.user_tries = 1000;
	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger_code("phone", STEP + 100000, code);
	race(ledger, spend_code, code, counts);
	assert_int_equal(counts[ENDED_WRONG], PROCESSES);
	assert_int_equal(ledger_tries(ledger, "alice", "192.0.2.1"), PROCESSES);
	assert_int_equal(ledger_tries(ledger, "alice", "*"), PROCESSES);
}

static void
R03_the_limit_is_never_outrun(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];
	char code[9];

	ledger_enrol(ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger_code("phone", STEP + 100000, code);
	race(ledger, spend_code, code, counts);
	assert_int_equal(counts[ENDED_WRONG], ledger->settings.tries);
	assert_int_equal(
	    counts[ENDED_DELAYED], PROCESSES - ledger->settings.tries);
	assert_int_equal(
	    ledger_tries(ledger, "alice", "192.0.2.1"), ledger->settings.tries);
}

static void
of_fifty_resumers_of_one_phase_exactly_one_wins(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_txn txn = { .phase = CARDEA_PHASE_AUTH,
		.pid = 100,
		.pid_start = 1000,
		.created_monotonic_ms = ledger->clock.monotonic_ms,
		.request = ledger->request };
	const struct cardea_relay relay = { .directory = ledger->directory,
		.store = ledger->store };
	unsigned int counts[ENDINGS];

	strcpy(txn.id, "0123456789abcdef0123456789abcdef");
	strcpy(txn.txn, "fedcba9876543210fedcba9876543210");
	strcpy(txn.evidence.txn, txn.txn);
	memcpy(txn.boot_id, BOOT_A, 37);
	assert_int_equal(cardea_relay_leave(&relay, &txn, NULL), CARDEA_OK);
	race(ledger, resume_phase, txn.id, counts);
	assert_int_equal(counts[ENDED_RESUMED], 1);
	assert_int_equal(counts[ENDED_MISSING], PROCESSES - 1);
}

static void
K07_of_fifty_uses_with_one_counter_exactly_one_is_kept(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];

	ledger_enrol_key(ledger, "alice", "key", 4);
	race(ledger, use_key, "5", counts);
	assert_int_equal(counts[ENDED_KEPT], 1);
	assert_int_equal(counts[ENDED_ROLLED_BACK], PROCESSES - 1);
	assert_int_equal(ledger_key(ledger, "alice", "key").counter, 5);
}

/* 5 may be kept before 6 is, never after it; 6 always wins in the end. */
/* The same key enrolled anew keeps what it has shown, so each round forgets. */
static void
drop_mark(struct ledger *ledger)
{
	struct cardea_change change = { .kind = CARDEA_CHANGE_DELETE };
	struct cardea_mark mark;

	assert_int_equal(
	    cardea_mark_read(ledger->store, CARDEA_KIND_CREDENTIAL_MARK,
		"alice", "key", &mark, NULL),
	    CARDEA_OK);
	cardea_value_clear(&mark.value);
	change.key = mark.key;
	change.version = mark.version;
	if (mark.version != 0)
		assert_int_equal(
		    cardea_store_commit(ledger->store, &change, 1, NULL),
		    CARDEA_OK);
}

static void
K07_of_two_counters_in_either_order_no_stale_one_passes(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];

	for (int round = 0; round < 5; round++) {
		drop_mark(ledger);
		ledger_enrol_key(ledger, "alice", "key", 4);
		race(ledger, use_key, "6", counts);
		assert_in_range(counts[ENDED_KEPT], 1, 2);
		assert_int_equal(
		    counts[ENDED_KEPT] + counts[ENDED_ROLLED_BACK], PROCESSES);
		assert_int_equal(ledger_key(ledger, "alice", "key").counter, 6);
	}
}

#define LEDGER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(
		    R01_of_fifty_processes_with_one_code_exactly_one_gets_in),
		LEDGER_TEST(R03_fifty_wrong_codes_at_once_count_fifty),
		LEDGER_TEST(R03_the_limit_is_never_outrun),
		LEDGER_TEST(of_fifty_resumers_of_one_phase_exactly_one_wins),
		LEDGER_TEST(
		    K07_of_fifty_uses_with_one_counter_exactly_one_is_kept),
		LEDGER_TEST(
		    K07_of_two_counters_in_either_order_no_stale_one_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
