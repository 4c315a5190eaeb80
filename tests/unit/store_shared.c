/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/lmdb.h"
#include "store/names.h"
#include "store/survey.h"
#include "unit/store_fixture.h"

/*
 * What a shared store gives away: the embedded engine, told that it is shared,
 * passes for one.  It passes the conformance tests as well.
 */
static struct cardea_driver shared;

static int
make_shared(void **state)
{
	struct fixture *fixture;

	if (fixture_make(state) != 0)
		return -1;
	fixture = *state;
	shared = cardea_lmdb;
	shared.shared = true;
	fixture->conformance.driver = &shared;
	return 0;
}

/* ---- what others see ---- */

struct raw {
	size_t count;
	struct cardea_key keys[16];
	unsigned char all[16384]; /* keys and values, one after another */
	size_t len;
};

static bool
collect(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct raw *raw = context;

	assert_true(raw->count < 16);
	assert_true(raw->len + key->len + value->len < sizeof(raw->all));
	raw->keys[raw->count++] = *key;
	memcpy(raw->all + raw->len, key->bytes, key->len);
	raw->len += key->len;
	memcpy(raw->all + raw->len, value->data, value->len);
	raw->len += value->len;
	return true;
}

static void
look(const struct fixture *fixture, const char *kind, struct raw *raw)
{
	const struct cardea_key prefix = key_of(kind, NULL, NULL);
	struct cardea_driver_state *driver = NULL;

	assert_int_equal(
	    shared.open(&fixture->conformance.config, &driver, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    shared.list(driver, &prefix, collect, raw, NULL), CARDEA_OK);
	shared.close(driver);
}

static void
who_lacks_the_key_file_sees_kinds_and_sizes_and_nothing_else(void **state)
{
	static const char *const secrets[] = { "alice-the-user",
		"token-of-alice", "192.0.2.77", "the-seed-itself" };
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	const struct cardea_key token = key_of("token", secrets[0], secrets[1]);
	const struct cardea_key known = key_of("known", secrets[0], secrets[2]);
	const struct cardea_key other = key_of("known", "bob", secrets[2]);
	const char *kind, *owner, *id;
	struct raw *raw = calloc(1, sizeof(*raw));

	assert_non_null(raw);
	assert_int_equal(put(store, &token, 0, secrets[3]), CARDEA_OK);
	assert_int_equal(put(store, &known, 0, ""), CARDEA_OK);
	assert_int_equal(put(store, &other, 0, ""), CARDEA_OK);
	cardea_store_close(store);
	look(fixture, "token", raw);
	look(fixture, "known", raw);
	assert_int_equal(raw->count, 3);
	for (size_t i = 0; i < 4; i++)
		for (size_t at = 0; at + 6 <= strlen(secrets[i]); at++)
			assert_null(
			    memmem(raw->all, raw->len, secrets[i] + at, 6));
	/* the kind is in clear; one user's records look unrelated, and so does
	 * one address of two users */
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
		    cardea_key_split(&raw->keys[i], &kind, &owner, &id),
		    CARDEA_OK);
		assert_string_equal(kind, i == 0 ? "token" : "known");
		assert_int_equal(strlen(owner), 32);
		assert_int_equal(strlen(id), 32);
		for (size_t j = 0; j < i; j++) {
			const char *kind2, *owner2, *id2;

			assert_int_equal(cardea_key_split(&raw->keys[j], &kind2,
					     &owner2, &id2),
			    CARDEA_OK);
			assert_string_not_equal(owner, owner2);
			assert_string_not_equal(id, id2);
		}
	}
	free(raw);
}

/* ---- rows that others move ---- */

static void
swap(const struct fixture *fixture, const struct cardea_key *a,
    const struct cardea_key *b)
{
	struct cardea_driver_state *driver = NULL;
	struct cardea_change changes[2] = { { .kind = CARDEA_CHANGE_PUT,
						.key = *a },
		{ .kind = CARDEA_CHANGE_PUT, .key = *b } };
	struct cardea_value values[2] = { { 0 } };

	assert_int_equal(
	    shared.open(&fixture->conformance.config, &driver, NULL),
	    CARDEA_OK);
	assert_int_equal(shared.get(driver, a, &values[0], NULL), CARDEA_OK);
	assert_int_equal(shared.get(driver, b, &values[1], NULL), CARDEA_OK);
	for (size_t i = 0; i < 2; i++) {
		changes[i].version = values[i].version;
		changes[i].data = values[1 - i].data;
		changes[i].len = values[1 - i].len;
	}
	assert_int_equal(shared.commit(driver, changes, 2, NULL), CARDEA_OK);
	cardea_value_clear(&values[0]);
	cardea_value_clear(&values[1]);
	shared.close(driver);
}

static bool
count_bad(const struct cardea_survey_row *row, void *context)
{
	size_t *bad = context;

	if (row->status != CARDEA_OK) {
		assert_int_equal(row->status, CARDEA_E_CORRUPT);
		assert_null(row->value);
		assert_string_not_equal(row->reason, "");
		++*bad;
	}
	assert_true(row->current);
	return true;
}

static void
rows_swapped_between_keys_do_not_open(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	const struct cardea_key mine = key_of("token", "mallory", "1");
	const struct cardea_key yours = key_of("token", "root", "1");
	struct raw *raw = calloc(1, sizeof(*raw));
	struct cardea_value value = { 0 };
	size_t bad = 0;

	assert_non_null(raw);
	assert_int_equal(put(store, &mine, 0, "my seed"), CARDEA_OK);
	assert_int_equal(put(store, &yours, 0, "your seed"), CARDEA_OK);
	cardea_store_close(store);
	look(fixture, "token", raw);
	assert_int_equal(raw->count, 2);
	swap(fixture, &raw->keys[0], &raw->keys[1]);
	store = conformance_open(&fixture->conformance);
	assert_int_equal(
	    cardea_store_get(store, &mine, &value, NULL), CARDEA_E_CORRUPT);
	assert_int_equal(
	    cardea_store_get(store, &yours, &value, NULL), CARDEA_E_CORRUPT);
	assert_int_equal(
	    cardea_store_survey(store, "token", count_bad, &bad, NULL),
	    CARDEA_OK);
	assert_int_equal(bad, 2);
	cardea_store_close(store);
	swap(fixture, &raw->keys[0], &raw->keys[1]);
	store = conformance_open(&fixture->conformance);
	expect(store, &mine, "my seed");
	expect(store, &yours, "your seed");
	cardea_store_close(store);
	free(raw);
}

/* Who has the key file but lies about the name: sealed rightly for the place,
 * the key inside is another. */
static void
a_record_of_another_name_does_not_open(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	const struct cardea_key mine = key_of("token", "mallory", "1");
	const struct cardea_key yours = key_of("token", "root", "1");
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT };
	struct cardea_driver_state *driver = NULL;
	struct cardea_value sealed = { 0 }, value = { 0 };
	struct cardea_diag diag = { 0 };

	assert_int_equal(
	    cardea_names_outer(cardea_store_seal(store), &yours, &change.key),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_seal_named(cardea_store_seal(store), &change.key, &mine,
		(const unsigned char *)"x", 1, &sealed),
	    CARDEA_OK);
	cardea_store_close(store);
	assert_int_equal(
	    shared.open(&fixture->conformance.config, &driver, NULL),
	    CARDEA_OK);
	change.data = sealed.data;
	change.len = sealed.len;
	assert_int_equal(shared.commit(driver, &change, 1, NULL), CARDEA_OK);
	shared.close(driver);
	store = conformance_open(&fixture->conformance);
	assert_int_equal(
	    cardea_store_get(store, &yours, &value, &diag), CARDEA_E_CORRUPT);
	assert_string_equal(diag.reason, "a record of another name");
	cardea_value_clear(&sealed);
	cardea_store_close(store);
}

static void
a_store_is_shared_or_it_is_not(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct cardea_diag diag = { 0 };

	cardea_store_close(store);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_VERSION);
	assert_string_equal(diag.reason, "record sealed in format 2, not in 1");
}

/* ---- outer keys ---- */

static void
prefixes_become_prefixes(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	const struct cardea_seal *seal = cardea_store_seal(store);
	const struct cardea_key inner[] = {
		key_of("token", NULL, NULL),
		key_of("token", "alice", NULL),
		key_of("token", "alice", "1"),
	};
	const struct cardea_key empty = key_of("tries", "", "x");
	struct cardea_key outer[3], key;
	static const struct cardea_key bad[] = {
		{ .bytes = "", .len = 0 },
		{ .bytes = "token", .len = 5 },
		{ .bytes = "token\0al", .len = 8 },
		{ .bytes = "token\0al\0i\0x", .len = 12 },
		{ .bytes = "\0al\0i", .len = 5 },
	};

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
		    cardea_names_outer(seal, &inner[i], &outer[i]), CARDEA_OK);
	for (size_t i = 0; i + 1 < 3; i++) {
		assert_true(outer[i].len < outer[i + 1].len);
		assert_memory_equal(
		    outer[i].bytes, outer[i + 1].bytes, outer[i].len);
	}
	assert_int_equal(outer[0].len, 6);
	assert_int_equal(cardea_names_outer(seal, &empty, &key), CARDEA_OK);
	assert_memory_equal(key.bytes, "tries\0\0", 7);
	assert_int_equal(key.len, 7 + 32);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    cardea_names_outer(seal, &bad[i], &key), CARDEA_E_SYNTAX);
		assert_int_equal(key.len, 7 + 32);
	}
	cardea_store_close(store);
}

#define SHARED(test)                                                           \
	cmocka_unit_test_setup_teardown(test, make_shared, fixture_remove)

int
main(void)
{
	const struct CMUnitTest own[] = {
		SHARED(
		    who_lacks_the_key_file_sees_kinds_and_sizes_and_nothing_else),
		SHARED(rows_swapped_between_keys_do_not_open),
		SHARED(a_record_of_another_name_does_not_open),
		SHARED(a_store_is_shared_or_it_is_not),
		SHARED(prefixes_become_prefixes),
	};
	const size_t own_count = sizeof(own) / sizeof(own[0]);
	struct CMUnitTest tests[40];

	if (own_count + conformance_count > sizeof(tests) / sizeof(tests[0]))
		return 1;
	memcpy(tests, own, sizeof(own));
	for (size_t i = 0; i < conformance_count; i++) {
		struct CMUnitTest *test = &tests[own_count + i];

		*test = conformance_tests[i];
		test->setup_func = make_shared;
		test->teardown_func = fixture_remove;
	}
	return _cmocka_run_group_tests(
	    "shared", tests, own_count + conformance_count, NULL, NULL);
}
