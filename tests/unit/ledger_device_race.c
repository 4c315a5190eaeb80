/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/ledger_device_fixture.h"

/* Changes while others change, and processes at once. */

#define PROCESSES 24

/* ---- changing, while others do ---- */

/* Between reading and putting somebody else puts a tag, so many times. */
struct meddler {
	struct ledger *ledger;
	int left, calls;
	const char *identity;
};

static bool
change_meddled(struct cardea_device *device, void *context)
{
	struct meddler *meddler = context;

	meddler->calls++;
	if (meddler->left-- > 0) {
		struct cardea_device other = get(meddler->ledger, "a");

		snprintf(other.tags[other.tag_count++], sizeof(other.tags[0]),
		    "other-%d", meddler->left);
		assert_int_equal(put(meddler->ledger, &other), CARDEA_OK);
	}
	if (meddler->identity != NULL)
		strcpy(device->identities[device->identity_count++].text,
		    meddler->identity);
	else
		device->state = CARDEA_DEVICE_LOST;
	return true;
}

static void
a_change_that_lost_is_made_again_on_what_won(void **state)
{
	struct ledger *ledger = *state;
	struct meddler meddler = { .ledger = ledger, .left = 3 };
	struct cardea_device device;

	add(ledger, "a", NULL, NULL);
	assert_int_equal(cardea_ledger_change_device(ledger->store, "a",
			     change_meddled, &meddler, NULL),
	    CARDEA_OK);
	assert_int_equal(meddler.calls, 4);
	device = get(ledger, "a");
	assert_int_equal(device.state, CARDEA_DEVICE_LOST);
	assert_int_equal(device.tag_count, 3);
}

/* else an admin would wait five seconds to hear what is known at once */
static void
a_change_that_claims_what_is_anothers_ends_at_once(void **state)
{
	struct ledger *ledger = *state;
	struct meddler meddler = { .ledger = ledger, .identity = PRINT("1") };
	struct cardea_diag diag = { 0 };

	add(ledger, "a", NULL, NULL);
	add(ledger, "b", PRINT("1"), NULL);
	assert_int_equal(cardea_ledger_change_device(ledger->store, "a",
			     change_meddled, &meddler, &diag),
	    CARDEA_E_CONFLICT);
	assert_int_equal(meddler.calls, 1);
	assert_non_null(strstr(diag.reason, "device b"));
	assert_int_equal(get(ledger, "a").identity_count, 0);
	assert_int_equal(cardea_ledger_change_device(ledger->store, "c",
			     change_meddled, &meddler, &diag),
	    CARDEA_E_MISSING);
}

static bool
leave(struct cardea_device *device, void *context)
{
	(void)context;
	device->state = CARDEA_DEVICE_LOST;
	return false;
}

static void
a_change_that_says_no_changes_nothing(void **state)
{
	struct ledger *ledger = *state;
	uint64_t version;

	add(ledger, "a", NULL, NULL);
	version = get(ledger, "a").version;
	assert_int_equal(
	    cardea_ledger_change_device(ledger->store, "a", leave, NULL, NULL),
	    CARDEA_OK);
	assert_int_equal(get(ledger, "a").version, version);
}

/* ---- processes at once ---- */

enum ending { ENDED_WON = 10, ENDED_LOST, ENDED_OTHERWISE, ENDINGS };

typedef enum ending race_step(
    struct ledger *ledger, struct cardea_store *store, unsigned int child);

static enum ending
run_child(struct ledger *ledger, int start, race_step *step, unsigned int child)
{
	struct cardea_store *store;
	enum ending ending;
	char byte;

	if (cardea_store_open(&ledger->config, &store, NULL) != CARDEA_OK ||
	    read(start, &byte, 1) != 0)
		return ENDED_OTHERWISE;
	ending = step(ledger, store, child);
	cardea_store_close(store);
	return ending;
}

/* All at once: the pipe's closing is the start. */
static void
race(struct ledger *ledger, race_step *step, unsigned int counts[ENDINGS])
{
	int start[2], wait_status;

	memset(counts, 0, ENDINGS * sizeof(counts[0]));
	ledger->store = cardea_store_close(ledger->store);
	assert_int_equal(pipe(start), 0);
	for (unsigned int i = 0; i < PROCESSES; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			close(start[1]);
			_exit((int)run_child(ledger, start[0], step, i));
		}
	}
	close(start[0]);
	close(start[1]);
	for (size_t i = 0; i < PROCESSES; i++) {
		assert_true(wait(&wait_status) > 0);
		assert_true(WIFEXITED(wait_status));
		assert_in_range(
		    WEXITSTATUS(wait_status), ENDED_WON, ENDED_OTHERWISE);
		counts[WEXITSTATUS(wait_status)]++;
	}
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
}

static enum ending
ending_of(enum cardea_status status)
{
	if (status == CARDEA_OK)
		return ENDED_WON;
	return status == CARDEA_E_CONFLICT ? ENDED_LOST : ENDED_OTHERWISE;
}

static enum ending
put_the_same(
    struct ledger *ledger, struct cardea_store *store, unsigned int child)
{
	struct cardea_device device = fresh("a", NULL);

	(void)ledger;
	snprintf(device.state_reason, sizeof(device.state_reason), "%u", child);
	return ending_of(cardea_ledger_put_device(store, &device, NULL));
}

static void
of_many_that_make_one_device_exactly_one_does(void **state)
{
	unsigned int counts[ENDINGS];

	race(*state, put_the_same, counts);
	assert_int_equal(counts[ENDED_WON], 1);
	assert_int_equal(counts[ENDED_LOST], PROCESSES - 1);
}

static enum ending
claim_the_same(
    struct ledger *ledger, struct cardea_store *store, unsigned int child)
{
	const char *const identities[] = { PRINT("1"), NULL };
	struct cardea_device device = fresh("a", identities);

	(void)ledger;
	snprintf(device.id, sizeof(device.id), "d%u", child);
	return ending_of(cardea_ledger_put_device(store, &device, NULL));
}

static void
of_many_devices_that_claim_one_identity_exactly_one_has_it(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];

	race(ledger, claim_the_same, counts);
	assert_int_equal(counts[ENDED_WON], 1);
	assert_int_equal(counts[ENDED_LOST], PROCESSES - 1);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_DEVICE, NULL), 1);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_DEVICE_OF, NULL), 1);
	assert_string_not_equal(whose(ledger, PRINT("1")), "");
}

static bool
count_up(struct cardea_device *device, void *context)
{
	(void)context;
	device->expires_s++;
	return true;
}

static enum ending
change_the_same(
    struct ledger *ledger, struct cardea_store *store, unsigned int child)
{
	(void)ledger;
	(void)child;
	return ending_of(
	    cardea_ledger_change_device(store, "a", count_up, NULL, NULL));
}

static void
of_many_changes_none_is_lost(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];

	add(ledger, "a", NULL, NULL);
	race(ledger, change_the_same, counts);
	assert_int_equal(counts[ENDED_WON], PROCESSES);
	assert_int_equal(get(ledger, "a").expires_s, PROCESSES);
}

/* Children that look it up while others move it from device to device: each
 * finds one of the two, or none, never a mixture. */
static bool
take_one(struct cardea_device *device, void *context)
{
	(void)context;
	strcpy(device->identities[0].text, PRINT("1"));
	device->identity_count = 1;
	return true;
}

static bool
drop_one(struct cardea_device *device, void *context)
{
	(void)context;
	device->identity_count = 0;
	return true;
}

static enum ending
move_or_look(
    struct ledger *ledger, struct cardea_store *store, unsigned int child)
{
	const struct cardea_device_identity identity = { PRINT("1") };
	const char *const ids[] = { "a", "b" };

	(void)ledger;
	for (unsigned int i = 0; i < 10; i++) {
		struct cardea_device device;
		enum cardea_status status;

		if (child % 2 == 0)
			status = cardea_ledger_device_of(
			    store, &identity, 1, &device, NULL);
		else if (i % 2 == 0)
			status = cardea_ledger_change_device(
			    store, ids[child / 2 % 2], take_one, NULL, NULL);
		else
			status = cardea_ledger_change_device(
			    store, ids[child / 2 % 2], drop_one, NULL, NULL);
		if (status == CARDEA_OK && child % 2 == 0 &&
		    (device.identity_count != 1 ||
			strcmp(device.identities[0].text, PRINT("1")) != 0))
			return ENDED_OTHERWISE;
		if (status != CARDEA_OK && status != CARDEA_E_MISSING &&
		    status != CARDEA_E_CONFLICT)
			return ENDED_OTHERWISE;
	}
	return ENDED_WON;
}

static void
a_look_up_never_sees_half_a_move(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];

	add(ledger, "a", NULL, NULL);
	add(ledger, "b", NULL, NULL);
	race(ledger, move_or_look, counts);
	assert_int_equal(counts[ENDED_WON], PROCESSES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(a_change_that_lost_is_made_again_on_what_won),
		LEDGER_TEST(a_change_that_claims_what_is_anothers_ends_at_once),
		LEDGER_TEST(a_change_that_says_no_changes_nothing),
		LEDGER_TEST(of_many_that_make_one_device_exactly_one_does),
		LEDGER_TEST(
		    of_many_devices_that_claim_one_identity_exactly_one_has_it),
		LEDGER_TEST(of_many_changes_none_is_lost),
		LEDGER_TEST(a_look_up_never_sees_half_a_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
