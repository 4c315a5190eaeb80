/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "store/schema.h"
#include "unit/store_fixture.h"

/* The record that guards every commit: who has a store open while it is moved
 * away, or while its key changes. */

static struct cardea_store *
open_closed_too(const struct fixture *fixture)
{
	struct conformance conformance = fixture->conformance;

	conformance.config.closed_too = true;
	return conformance_open(&conformance);
}

static void
set_state(struct cardea_store *store, enum cardea_schema_state to)
{
	struct cardea_schema schema = *cardea_store_schema(store);

	schema.state = to;
	strcpy(schema.other, "etcd");
	strcpy(schema.transfer, "00112233445566778899aabbccddeeff");
	assert_int_equal(cardea_schema_put(store, &schema, NULL), CARDEA_OK);
}

static void
nothing_is_spent_in_a_store_that_was_moved_away(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *login = conformance_open(&fixture->conformance);
	struct cardea_store *mover = open_closed_too(fixture);
	const struct cardea_key key = key_of("token", "alice", "1");
	struct cardea_diag diag = { 0 };
	uint64_t version;

	assert_int_equal(put(login, &key, 0, "good"), CARDEA_OK);
	version = expect(login, &key, "good");
	set_state(mover, CARDEA_SCHEMA_MOVED);
	assert_int_equal(put(login, &key, version, "spent"), CARDEA_E_CLOSED);
	assert_int_equal(put(login, &key, version, "spent"), CARDEA_E_CLOSED);
	cardea_store_close(login);
	expect(mover, &key, "good");
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_CLOSED);
	assert_string_equal(diag.reason, "the store was moved to etcd");
	/* and back */
	set_state(mover, CARDEA_SCHEMA_FILLING);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_CLOSED);
	assert_string_equal(diag.reason, "the store is being filled from etcd");
	set_state(mover, CARDEA_SCHEMA_ACTIVE);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_OK);
	assert_string_equal(cardea_store_schema(mover)->transfer,
	    "00112233445566778899aabbccddeeff");
	cardea_store_close(mover);
}

/* The same for a check that writes nothing, and for who only reads at first. */
static void
a_check_is_of_the_store_as_it_was_opened(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *login = conformance_open(&fixture->conformance);
	struct cardea_store *mover = open_closed_too(fixture);
	struct cardea_change check = { .kind = CARDEA_CHANGE_CHECK,
		.key = key_of("lock", "alice", "") };

	assert_int_equal(
	    cardea_store_commit(login, &check, 1, NULL), CARDEA_OK);
	set_state(mover, CARDEA_SCHEMA_MOVED);
	assert_int_equal(
	    cardea_store_commit(login, &check, 1, NULL), CARDEA_E_CLOSED);
	cardea_store_close(login);
	cardea_store_close(mover);
}

/* ---- keys ---- */

static void
key_id(struct cardea_store *store, size_t index, char ret_id[17])
{
	const struct cardea_seal *seal = cardea_store_seal(store);

	assert_true(index < seal->count);
	cardea_text_hex(ret_id, seal->ids[index], CARDEA_SEAL_ID);
}

static void
turn_the_key(const struct fixture *fixture, struct cardea_store *store)
{
	struct cardea_keyring keyring;
	struct cardea_schema schema;

	assert_int_equal(
	    cardea_keyring_load(fixture->key_path, &keyring, NULL), CARDEA_OK);
	assert_int_equal(cardea_keyring_begin(&keyring), CARDEA_OK);
	assert_int_equal(cardea_keyring_use(&keyring), CARDEA_OK);
	assert_int_equal(
	    cardea_keyring_save(&keyring, fixture->key_path, NULL), CARDEA_OK);
	cardea_keyring_clear(&keyring);
	assert_int_equal(cardea_store_refresh(store, NULL), CARDEA_OK);
	schema = *cardea_store_schema(store);
	key_id(store, 0, schema.key);
	assert_int_equal(cardea_schema_put(store, &schema, NULL), CARDEA_OK);
}

static void
who_has_the_store_open_while_its_key_changes_seals_under_the_new_one(
    void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *login = conformance_open(&fixture->conformance);
	struct cardea_store *turner = conformance_open(&fixture->conformance);
	const struct cardea_key key = key_of("token", "alice", "1");
	const struct cardea_key other = key_of("token", "bob", "1");
	char id[17], now[17];

	key_id(login, 0, id);
	turn_the_key(fixture, turner);
	/* one try is lost, as to anybody who was faster */
	assert_int_equal(put(login, &key, 0, "x"), CARDEA_E_CONFLICT);
	key_id(login, cardea_store_seal(login)->use, now);
	assert_string_not_equal(id, now);
	assert_int_equal(put(login, &key, 0, "x"), CARDEA_OK);
	assert_int_equal(put(turner, &other, 0, "y"), CARDEA_OK);
	expect(login, &other, "y");
	expect(turner, &key, "x");
	cardea_store_close(login);
	cardea_store_close(turner);
}

static void
who_only_reads_learns_of_a_new_key_too(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *reader = conformance_open(&fixture->conformance);
	struct cardea_store *turner = conformance_open(&fixture->conformance);
	const struct cardea_key key = key_of("token", "alice", "1");

	turn_the_key(fixture, turner);
	assert_int_equal(put(turner, &key, 0, "x"), CARDEA_OK);
	expect(reader, &key, "x");
	cardea_store_close(reader);
	cardea_store_close(turner);
}

/* A host of the fleet that was forgotten when the new key was handed out. */
static void
a_key_file_without_the_key_that_seals_opens_no_store(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct cardea_keyring forgotten;
	struct cardea_diag diag = { 0 };
	struct cardea_schema schema;

	assert_int_equal(
	    cardea_keyring_load(fixture->key_path, &forgotten, NULL),
	    CARDEA_OK);
	turn_the_key(fixture, store);
	schema = *cardea_store_schema(store);
	cardea_store_close(store);
	assert_int_equal(
	    cardea_keyring_save(&forgotten, fixture->key_path, NULL),
	    CARDEA_OK);
	cardea_keyring_clear(&forgotten);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_CORRUPT);
	assert_non_null(strstr(diag.reason, schema.key));
}

/* One that has it as its next one seals under it, though its file is behind. */
static void
the_store_says_which_key_seals_not_the_file(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct cardea_keyring keyring;
	struct cardea_schema schema;

	assert_int_equal(
	    cardea_keyring_load(fixture->key_path, &keyring, NULL), CARDEA_OK);
	assert_int_equal(cardea_keyring_begin(&keyring), CARDEA_OK);
	assert_int_equal(
	    cardea_keyring_save(&keyring, fixture->key_path, NULL), CARDEA_OK);
	cardea_keyring_clear(&keyring);
	assert_int_equal(cardea_store_refresh(store, NULL), CARDEA_OK);
	assert_int_equal(cardea_store_seal(store)->use, 0);
	schema = *cardea_store_schema(store);
	key_id(store, 1, schema.key);
	assert_int_equal(cardea_schema_put(store, &schema, NULL), CARDEA_OK);
	assert_int_equal(cardea_store_seal(store)->use, 1);
	cardea_store_close(store);
	store = conformance_open(&fixture->conformance);
	assert_int_equal(cardea_store_seal(store)->use, 1);
	cardea_store_close(store);
}

/* ---- the record ---- */

static void
a_malformed_record_is_damage(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum cardea_status status;
	} cases[] = {
		{ "\x01\0\0\0", 4, CARDEA_OK },
		{ "\x01\0\0", 3, CARDEA_E_CORRUPT },
		{ "\0\0\0\0", 4, CARDEA_E_CORRUPT },
		{ "\x01\0\0\0\0", 5, CARDEA_E_CORRUPT },
		{ "\x01\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20,
		    CARDEA_E_CORRUPT },
		{ "\x01\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20,
		    CARDEA_OK },
		{ "\x01\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0x", 21,
		    CARDEA_E_CORRUPT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cardea_value value = {
			.data = (unsigned char *)cases[i].bytes,
			.len = cases[i].len,
			.version = 5
		};
		struct cardea_schema schema = { .number = 77 };

		assert_int_equal(cardea_schema_decode(&value, &schema, NULL),
		    cases[i].status);
		if (cases[i].status != CARDEA_OK) {
			assert_int_equal(schema.number, 77);
			continue;
		}
		assert_int_equal(schema.number, 1);
		assert_int_equal(schema.version, 5);
	}
}

#define WITH_FIXTURE(test)                                                     \
	cmocka_unit_test_setup_teardown(test, fixture_make, fixture_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(nothing_is_spent_in_a_store_that_was_moved_away),
		WITH_FIXTURE(a_check_is_of_the_store_as_it_was_opened),
		WITH_FIXTURE(
		    who_has_the_store_open_while_its_key_changes_seals_under_the_new_one),
		WITH_FIXTURE(who_only_reads_learns_of_a_new_key_too),
		WITH_FIXTURE(
		    a_key_file_without_the_key_that_seals_opens_no_store),
		WITH_FIXTURE(the_store_says_which_key_seals_not_the_file),
		cmocka_unit_test(a_malformed_record_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
