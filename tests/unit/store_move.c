/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "store/lmdb.h"
#include "store/move.h"
#include "store/record.h"
#include "store/rekey.h"
#include "store/schema.h"
#include "unit/store_fixture.h"

/* Two stores under one key file: that of a host, and one that passes for a
 * shared one. */

static struct cardea_driver shared;

struct pair {
	struct fixture *fixture;
	struct conformance here, there;
	char there_path[64];
};

static int
make_pair(void **state)
{
	struct pair *pair = calloc(1, sizeof(*pair));
	void *fixture = NULL;

	assert_non_null(pair);
	fixture_make(&fixture);
	pair->fixture = fixture;
	shared = cardea_lmdb;
	shared.shared = true;
	snprintf(pair->there_path, sizeof(pair->there_path), "%s/there",
	    pair->fixture->directory);
	pair->here = pair->fixture->conformance;
	pair->there = pair->here;
	pair->there.driver = &shared;
	pair->there.config.path = pair->there_path;
	*state = pair;
	return 0;
}

static int
remove_pair(void **state)
{
	struct pair *pair = *state;
	void *fixture = pair->fixture;

	fixture_remove(&fixture);
	free(pair);
	return 0;
}

static struct cardea_store *
open_for_move(const struct conformance *conformance)
{
	struct conformance closed_too = *conformance;

	closed_too.config.closed_too = true;
	return conformance_open(&closed_too);
}

static enum cardea_status
move(const struct conformance *from, const struct conformance *to,
    struct cardea_diag *diag)
{
	struct cardea_move move = { .from_name = from->driver->shared ? "etcd"
								      : "lmdb",
		.to_name = to->driver->shared ? "etcd" : "lmdb" };
	enum cardea_status status;

	move.transfer.from = open_for_move(from);
	move.transfer.to = open_for_move(to);
	status = cardea_move(&move, diag);
	cardea_store_close(move.transfer.from);
	cardea_store_close(move.transfer.to);
	return status;
}

static enum cardea_status
undo(const struct conformance *from, const struct conformance *to)
{
	struct cardea_move move = { .from_name = "lmdb", .to_name = "etcd" };
	enum cardea_status status;

	move.transfer.from = open_for_move(from);
	move.transfer.to = open_for_move(to);
	status = cardea_move_undo(&move, NULL);
	cardea_store_close(move.transfer.from);
	cardea_store_close(move.transfer.to);
	return status;
}

/* As a login opens it. */
static enum cardea_status
try_open(const struct conformance *conformance, struct cardea_store **ret_store)
{
	struct cardea_store_config config = conformance->config;

	config.create = false;
	return cardea_store_open_with(
	    conformance->driver, &config, ret_store, NULL);
}

static void
expect_closed(const struct conformance *conformance)
{
	struct cardea_store *store = NULL;

	assert_int_equal(try_open(conformance, &store), CARDEA_E_CLOSED);
	assert_null(store);
}

/* Some of several kinds; the values are no matter. */
static void
fill(const struct conformance *conformance)
{
	static const char *const kinds[] = { CARDEA_KIND_TOKEN,
		CARDEA_KIND_TRIES, CARDEA_KIND_SESSION, CARDEA_KIND_DEVICE };
	struct cardea_store *store = conformance_open(conformance);
	char owner[24];

	for (size_t i = 0; i < 120; i++) {
		struct cardea_key key;

		snprintf(owner, sizeof(owner), "user%zu", i);
		key = key_of(kinds[i % 4], owner, i % 3 == 0 ? "" : "id");
		assert_int_equal(put(store, &key, 0, owner), CARDEA_OK);
	}
	cardea_store_close(store);
}

static void
expect_filled(const struct conformance *conformance)
{
	static const char *const kinds[] = { CARDEA_KIND_TOKEN,
		CARDEA_KIND_TRIES, CARDEA_KIND_SESSION, CARDEA_KIND_DEVICE };
	struct cardea_store *store = conformance_open(conformance);
	char owner[24];

	for (size_t i = 0; i < 120; i++) {
		struct cardea_key key;

		snprintf(owner, sizeof(owner), "user%zu", i);
		key = key_of(kinds[i % 4], owner, i % 3 == 0 ? "" : "id");
		expect(store, &key, owner);
	}
	cardea_store_close(store);
}

static void
a_store_moves_there_and_back_and_one_of_both_is_in_use(void **state)
{
	const struct pair *pair = *state;
	const struct cardea_key gone = key_of("token", "user0", "");
	const struct cardea_key made = key_of("token", "new", "1");
	struct cardea_store *store;

	fill(&pair->here);
	assert_int_equal(move(&pair->here, &pair->there, NULL), CARDEA_OK);
	expect_closed(&pair->here);
	expect_filled(&pair->there);
	/* once more says so, and changes nothing */
	assert_int_equal(move(&pair->here, &pair->there, NULL), CARDEA_OK);
	assert_int_equal(undo(&pair->here, &pair->there), CARDEA_E_CONFLICT);
	/* what is removed there does not come back with the way back */
	store = conformance_open(&pair->there);
	assert_int_equal(
	    drop(store, &gone, expect(store, &gone, "user0")), CARDEA_OK);
	assert_int_equal(put(store, &made, 0, "made"), CARDEA_OK);
	cardea_store_close(store);
	assert_int_equal(move(&pair->there, &pair->here, NULL), CARDEA_OK);
	expect_closed(&pair->there);
	store = conformance_open(&pair->here);
	expect(store, &gone, NULL);
	expect(store, &made, "made");
	assert_int_equal(put(store, &gone, 0, "user0"), CARDEA_OK);
	cardea_store_close(store);
	expect_filled(&pair->here);
}

static void
a_target_with_records_of_its_own_is_left_alone(void **state)
{
	const struct pair *pair = *state;
	const struct cardea_key own = key_of("token", "own", "1");
	struct cardea_store *store = conformance_open(&pair->there);
	struct cardea_diag diag = { 0 };

	fill(&pair->here);
	assert_int_equal(put(store, &own, 0, "own"), CARDEA_OK);
	assert_int_equal(
	    move(&pair->here, &pair->there, &diag), CARDEA_E_CONFLICT);
	assert_string_equal(
	    diag.reason, "the store to be filled holds records of its own");
	expect(store, &own, "own");
	cardea_store_close(store);
	expect_filled(&pair->here);
}

static void
set_state(const struct conformance *conformance, enum cardea_schema_state to,
    const char *transfer)
{
	struct cardea_store *store = open_for_move(conformance);
	struct cardea_schema schema = *cardea_store_schema(store);

	schema.state = to;
	assert_int_equal(cardea_text_copy(schema.transfer,
			     sizeof(schema.transfer), transfer),
	    CARDEA_OK);
	assert_int_equal(cardea_schema_put(store, &schema, NULL), CARDEA_OK);
	cardea_store_close(store);
}

static void
a_move_that_did_not_end_is_undone_and_one_of_another_id_refused(void **state)
{
	const struct pair *pair = *state;

	fill(&pair->here);
	set_state(&pair->here, CARDEA_SCHEMA_MOVED, "aa");
	set_state(&pair->there, CARDEA_SCHEMA_FILLING, "aa");
	assert_int_equal(undo(&pair->here, &pair->there), CARDEA_OK);
	expect_filled(&pair->here);
	expect_closed(&pair->there);
	assert_int_equal(undo(&pair->here, &pair->there), CARDEA_E_CONFLICT);
	set_state(&pair->here, CARDEA_SCHEMA_MOVED, "aa");
	assert_int_equal(
	    move(&pair->here, &pair->there, NULL), CARDEA_E_CONFLICT);
	set_state(&pair->there, CARDEA_SCHEMA_ACTIVE, "bb");
	assert_int_equal(
	    move(&pair->here, &pair->there, NULL), CARDEA_E_CONFLICT);
	set_state(&pair->there, CARDEA_SCHEMA_FILLING, "aa");
	assert_int_equal(move(&pair->here, &pair->there, NULL), CARDEA_OK);
	expect_filled(&pair->there);
}

/* ---- how often the other side is asked ---- */

static size_t gets;

static enum cardea_status
get_counted(struct cardea_driver_state *state, const struct cardea_key *key,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	gets++;
	return cardea_lmdb.get(state, key, ret_value, diag);
}

/* how often the far side was asked for one record */
static size_t
copy_counted(const struct pair *pair, struct cardea_transfer *transfer)
{
	transfer->from = conformance_open(&pair->there);
	transfer->to = conformance_open(&pair->here);
	gets = 0;
	assert_int_equal(cardea_transfer_copy(transfer, NULL), CARDEA_OK);
	cardea_store_close(transfer->from);
	cardea_store_close(transfer->to);
	return gets;
}

/* A walk brings whole pages; a record by itself is a question of its own to a
 * cluster. */
static void
a_copy_asks_only_for_what_the_walk_did_not_bring(void **state)
{
	const struct pair *pair = *state;
	const struct cardea_key gone = key_of("token", "user0", "");
	struct cardea_transfer transfer = { .from = NULL };
	struct cardea_store *store;

	shared.get = get_counted;
	fill(&pair->there);
	assert_int_equal(copy_counted(pair, &transfer), 0);
	assert_int_equal(transfer.written, 120);
	expect_filled(&pair->here);
	store = conformance_open(&pair->there);
	assert_int_equal(
	    drop(store, &gone, expect(store, &gone, "user0")), CARDEA_OK);
	cardea_store_close(store);
	assert_int_equal(copy_counted(pair, &transfer), 1);
	assert_int_equal(transfer.seen, 119);
	assert_int_equal(transfer.written, 0);
	assert_int_equal(transfer.deleted, 1);
	store = conformance_open(&pair->here);
	expect(store, &gone, NULL);
	cardea_store_close(store);
}

/* ---- cut off, while logins go on ---- */

static const char counter[] = "counter";

/* Logins that count up where they may, and tell each that was acknowledged. */
static void
spend(const struct pair *pair, volatile uint64_t *acknowledged)
{
	const struct conformance *sides[] = { &pair->here, &pair->there };
	const struct cardea_key key = key_of(CARDEA_KIND_TOKEN, counter, "");

	for (size_t i = 0;; i++) {
		struct cardea_store *store = NULL;
		struct cardea_value value = { 0 };
		char text[24] = "";

		if (try_open(sides[i % 2], &store) != CARDEA_OK)
			continue;
		if (cardea_store_get(store, &key, &value, NULL) == CARDEA_OK) {
			memcpy(text, value.data, value.len);
			snprintf(text, sizeof(text), "%lu",
			    strtoul(text, NULL, 10) + 1);
			/* moved in between: not spent, not told */
			if (put(store, &key, value.version, text) == CARDEA_OK)
				++*acknowledged;
		}
		cardea_value_clear(&value);
		cardea_store_close(store);
	}
}

static pid_t
start(const struct pair *pair, bool there, volatile uint64_t *acknowledged)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child != 0)
		return child;
	if (acknowledged != NULL)
		spend(pair, acknowledged);
	_exit(move(there ? &pair->here : &pair->there,
		  there ? &pair->there : &pair->here, NULL) == CARDEA_OK
		? 0
		: 1);
}

static void
end(pid_t child)
{
	int wstatus;

	(void)kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &wstatus, 0), child);
}

/* true if the move came to its end before it was killed */
static bool
move_and_kill(const struct pair *pair, bool there, unsigned int after_us)
{
	pid_t child = start(pair, there, NULL);
	int wstatus;

	usleep(after_us);
	(void)kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &wstatus, 0), child);
	if (!WIFEXITED(wstatus))
		return false;
	assert_int_equal(WEXITSTATUS(wstatus), 0);
	return true;
}

static void
wait_for_more(volatile uint64_t *acknowledged)
{
	uint64_t before = *acknowledged;

	for (int i = 0; *acknowledged < before + 3 && i < 2000; i++)
		usleep(5000);
	assert_true(*acknowledged >= before + 3);
}

/* Is nobody let in by both, whenever one looks? */
static bool
are_both_in_use(const struct pair *pair)
{
	struct cardea_store *a = NULL, *b = NULL;
	bool both;

	both = try_open(&pair->here, &a) == CARDEA_OK &&
	    try_open(&pair->there, &b) == CARDEA_OK;
	cardea_store_close(a);
	cardea_store_close(b);
	return both;
}

static void
F08_a_move_killed_at_any_moment_loses_nothing_that_was_spent(void **state)
{
	const struct pair *pair = *state;
	const struct cardea_key key = key_of(CARDEA_KIND_TOKEN, counter, "");
	volatile uint64_t *acknowledged = mmap(NULL, sizeof(*acknowledged),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int seed = 20261126, kills = 0;
	struct cardea_store *store;
	pid_t spender;
	char text[24];

	assert_true(acknowledged != MAP_FAILED);
	fill(&pair->here);
	store = conformance_open(&pair->here);
	assert_int_equal(put(store, &key, 0, "0"), CARDEA_OK);
	cardea_store_close(store);
	store = conformance_open(&pair->there);
	cardea_store_close(store);
	set_state(&pair->there, CARDEA_SCHEMA_FILLING, "");
	spender = start(pair, false, acknowledged);
	for (int round = 0; round < 6; round++) {
		unsigned int longest = 2000;

		wait_for_more(acknowledged);
		while (!move_and_kill(pair, round % 2 == 0,
		    (unsigned int)rand_r(&seed) % longest)) {
			kills++;
			longest += longest / 4;
			assert_false(are_both_in_use(pair));
		}
		assert_false(are_both_in_use(pair));
	}
	wait_for_more(acknowledged);
	end(spender);
	assert_true(kills >= 12);
	store = conformance_open(&pair->here);
	snprintf(text, sizeof(text), "%lu", (unsigned long)*acknowledged);
	{
		struct cardea_value value = { 0 };
		unsigned long found;

		assert_int_equal(
		    cardea_store_get(store, &key, &value, NULL), CARDEA_OK);
		value.data[value.len] = '\0';
		found = strtoul((char *)value.data, NULL, 10);
		/* killed between the commit and its being told: one more */
		assert_true(
		    found == *acknowledged || found == *acknowledged + 1);
		cardea_value_clear(&value);
	}
	cardea_store_close(store);
	expect_filled(&pair->here);
	munmap((void *)acknowledged, sizeof(*acknowledged));
}

/* ---- another key ---- */

static enum cardea_status
rekey(const struct conformance *conformance, struct cardea_rekey *rekey)
{
	struct cardea_store *store = conformance_open(conformance);
	enum cardea_status status = cardea_rekey_seal(store, rekey, NULL);

	cardea_store_close(store);
	return status;
}

static void
turn_the_key(const struct pair *pair, const struct conformance *conformance)
{
	struct cardea_store *store = conformance_open(conformance);
	const char *path = pair->fixture->key_path;
	char id[CARDEA_SEAL_ID_TEXT + 1];
	struct cardea_keyring keyring;

	assert_int_equal(cardea_keyring_load(path, &keyring, NULL), CARDEA_OK);
	assert_int_equal(cardea_keyring_begin(&keyring), CARDEA_OK);
	assert_int_equal(cardea_keyring_use(&keyring), CARDEA_OK);
	assert_int_equal(cardea_keyring_save(&keyring, path, NULL), CARDEA_OK);
	cardea_keyring_clear(&keyring);
	assert_int_equal(cardea_store_refresh(store, NULL), CARDEA_OK);
	cardea_text_hex(id, cardea_store_seal(store)->ids[0], CARDEA_SEAL_ID);
	assert_int_equal(cardea_rekey_use(store, id, NULL), CARDEA_OK);
	cardea_store_close(store);
}

static void
drop_old_keys(const struct pair *pair)
{
	const char *path = pair->fixture->key_path;
	struct cardea_keyring keyring;

	assert_int_equal(cardea_keyring_load(path, &keyring, NULL), CARDEA_OK);
	cardea_keyring_finish(&keyring);
	assert_int_equal(cardea_keyring_save(&keyring, path, NULL), CARDEA_OK);
	cardea_keyring_clear(&keyring);
}

static void
F08_new_seals_killed_at_any_moment_open_and_come_to_an_end(void **state)
{
	const struct pair *pair = *state;
	const struct conformance *sides[] = { &pair->here, &pair->there };
	unsigned int seed = 7, kills = 0;

	for (size_t side = 0; side < 2; side++) {
		struct cardea_rekey told = { .seen = 0 };
		unsigned int longest = 1000;
		int wstatus;

		fill(sides[side]);
		turn_the_key(pair, sides[side]);
		for (;;) {
			pid_t child = fork();

			assert_true(child >= 0);
			if (child == 0)
				_exit(rekey(sides[side], &told) == CARDEA_OK
					? 0
					: 1);
			usleep((unsigned int)rand_r(&seed) % longest);
			(void)kill(child, SIGKILL);
			assert_int_equal(waitpid(child, &wstatus, 0), child);
			expect_filled(sides[side]);
			if (WIFEXITED(wstatus))
				break;
			kills++;
			longest += longest / 4;
		}
		assert_int_equal(WEXITSTATUS(wstatus), 0);
		assert_int_equal(rekey(sides[side], &told), CARDEA_OK);
		assert_int_equal(told.stale, 0);
		assert_int_equal(told.unreadable, 0);
		assert_int_equal(told.written, 0);
		assert_int_equal(told.seen, 121); /* and the schema */
	}
	assert_true(kills >= 4);
	/* nothing needs the old keys: the first store was left behind, and its
	 * records need the one that was in use between */
	drop_old_keys(pair);
	expect_filled(&pair->there);
}

#define PAIR(test) cmocka_unit_test_setup_teardown(test, make_pair, remove_pair)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PAIR(a_store_moves_there_and_back_and_one_of_both_is_in_use),
		PAIR(a_target_with_records_of_its_own_is_left_alone),
		PAIR(a_copy_asks_only_for_what_the_walk_did_not_bring),
		PAIR(
		    a_move_that_did_not_end_is_undone_and_one_of_another_id_refused),
		PAIR(
		    F08_a_move_killed_at_any_moment_loses_nothing_that_was_spent),
		PAIR(
		    F08_new_seals_killed_at_any_moment_open_and_come_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
