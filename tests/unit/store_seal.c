/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "store/lmdb.h"
#include "store/schema.h"
#include "store/seal.h"
#include "unit/store_fixture.h"

/* ---- keys of records ---- */

static void
a_key_splits_into_what_it_was_made_of(void **state)
{
	static const char *const parts[][3] = {
		{ "token", "alice", "1" },
		{ "lock", "alice", "" },
		{ "schema", "", "" },
		{ "tries", "", "192.0.2.1" },
		{ "txn", "../x\n\xff", "%s" },
	};
	const char *kind, *owner, *id;
	struct cardea_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		key = key_of(parts[i][0], parts[i][1], parts[i][2]);
		assert_int_equal(
		    cardea_key_split(&key, &kind, &owner, &id), CARDEA_OK);
		assert_string_equal(kind, parts[i][0]);
		assert_string_equal(owner, parts[i][1]);
		assert_string_equal(id, parts[i][2]);
	}
}

static void
I01_no_two_names_make_one_key(void **state)
{
	static const char *const parts[][3] = {
		{ "a", "b", "c" },
		{ "ab", "", "c" },
		{ "a", "bc", "" },
		{ "a", "", "bc" },
		{ "ab", "c", "" },
		{ "abc", "", "" },
	};
	const size_t count = sizeof(parts) / sizeof(parts[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			struct cardea_key a = key_of(
			    parts[i][0], parts[i][1], parts[i][2]);
			struct cardea_key b = key_of(
			    parts[j][0], parts[j][1], parts[j][2]);

			assert_true(a.len != b.len ||
			    memcmp(a.bytes, b.bytes, a.len) != 0);
		}
	}
}

static void
malformed_keys_are_refused(void **state)
{
	const char *kind = "k", *owner = "o", *id = "i";
	struct cardea_key key = { .len = 7 };
	static const struct cardea_key bad[] = {
		{ .bytes = "", .len = 0 },
		{ .bytes = "abc", .len = 3 },
		{ .bytes = "a\0b", .len = 3 },
		{ .bytes = "a\0b\0c\0d", .len = 7 },
		{ .bytes = "\0b\0c", .len = 4 },
		{ .bytes = "a\0b\0c", .len = 4 }, /* cut inside a part */
		{ .bytes = "a\0b\0", .len = CARDEA_KEY_MAX },
	};

	(void)state;
	assert_int_equal(
	    cardea_key_make("", "a", "b", &key), CARDEA_E_INTERNAL);
	assert_int_equal(
	    cardea_key_make(NULL, "a", "b", &key), CARDEA_E_INTERNAL);
	assert_int_equal(
	    cardea_key_make("k", NULL, "b", &key), CARDEA_E_INTERNAL);
	assert_int_equal(key.len, 7);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(cardea_key_split(&bad[i], &kind, &owner, &id),
		    CARDEA_E_SYNTAX);
		assert_string_equal(kind, "k");
		assert_string_equal(owner, "o");
		assert_string_equal(id, "i");
	}
}

/* ---- the key file ---- */

static void
write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

#define HEX64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
a_key_file_is_64_hex_digits_and_closed_to_others(void **state)
{
	static const struct {
		const char *text;
		mode_t mode;
		enum cardea_status status;
	} cases[] = {
		{ HEX64, 0400, CARDEA_OK },
		{ HEX64 "\n", 0600, CARDEA_OK },
		{ HEX64 "\n\n", 0400, CARDEA_E_SYNTAX },
		{ HEX64 "0", 0400, CARDEA_E_SYNTAX },
		{ " " HEX64, 0400, CARDEA_E_SYNTAX },
		{ "", 0400, CARDEA_E_SYNTAX },
		{ "zz" HEX64, 0400, CARDEA_E_SYNTAX },
		{ "g0112233445566778899aabbccddeeff"
		  "00112233445566778899aabbccddeeff",
		    0400, CARDEA_E_SYNTAX },
		{ HEX64 HEX64 HEX64, 0400, CARDEA_E_SYNTAX },
		{ HEX64, 0440, CARDEA_E_UNSAFE },
		{ HEX64, 0404, CARDEA_E_UNSAFE },
	};
	const struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_seal seal = { .count = 9 };
		struct cardea_diag diag = { 0 };

		write_file(fixture->key_path, cases[i].text, cases[i].mode);
		assert_int_equal(
		    cardea_seal_load(fixture->key_path, &seal, &diag),
		    cases[i].status);
		if (cases[i].status != CARDEA_OK) {
			assert_int_equal(seal.count, 9);
			assert_null(seal.keys.data);
			assert_string_equal(diag.file, fixture->key_path);
			assert_string_not_equal(diag.reason, "");
		}
		cardea_seal_clear(&seal);
		assert_int_equal(unlink(fixture->key_path), 0);
	}
}

static void
a_made_key_is_closed_random_and_never_replaced(void **state)
{
	const struct fixture *fixture = *state;
	char first[80] = { 0 }, again[80] = { 0 };
	struct stat st;
	int fd;

	assert_int_equal(
	    cardea_keyring_create(fixture->key_path, NULL), CARDEA_OK);
	assert_int_equal(stat(fixture->key_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(st.st_size, 65);
	fd = open(fixture->key_path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, first, sizeof(first)), 65);
	close(fd);
	assert_int_equal(
	    cardea_keyring_create(fixture->key_path, NULL), CARDEA_E_CONFLICT);
	fd = open(fixture->key_path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, again, sizeof(again)), 65);
	close(fd);
	assert_string_equal(first, again);
	assert_int_equal(unlink(fixture->key_path), 0);
	assert_int_equal(
	    cardea_keyring_create(fixture->key_path, NULL), CARDEA_OK);
	fd = open(fixture->key_path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, again, sizeof(again)), 65);
	close(fd);
	assert_string_not_equal(first, again);
}

/* ---- sealed values ---- */

static void
load_seal(const struct fixture *fixture, struct cardea_seal *ret_seal)
{
	write_file(fixture->key_path, HEX64, 0400);
	assert_int_equal(
	    cardea_seal_load(fixture->key_path, ret_seal, NULL), CARDEA_OK);
	assert_int_equal(unlink(fixture->key_path), 0);
}

static void
every_bit_of_a_sealed_value_and_of_its_key_counts(void **state)
{
	struct cardea_value sealed = { 0 }, value = { .version = 5 };
	const unsigned char text[] = "seed";
	struct cardea_seal seal = { .count = 0 };
	struct cardea_key key = key_of("token", "alice", "1");
	enum cardea_status status;

	load_seal(*state, &seal);
	assert_int_equal(
	    cardea_seal_value(&seal, &key, text, 4, &sealed), CARDEA_OK);
	assert_int_equal(sealed.len, 4 + CARDEA_SEAL_OVERHEAD);
	for (size_t bit = 0; bit < 8 * sealed.len; bit++) {
		sealed.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
		status = cardea_seal_open(&seal, &key, &sealed, &value, NULL);
		assert_int_equal(
		    status, bit < 8 ? CARDEA_E_VERSION : CARDEA_E_CORRUPT);
		sealed.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * key.len; bit++) {
		key.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
		assert_int_equal(
		    cardea_seal_open(&seal, &key, &sealed, &value, NULL),
		    CARDEA_E_CORRUPT);
		key.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	for (size_t len = 0; len < sealed.len; len++) {
		struct cardea_value cut = { .data = sealed.data, .len = len };

		assert_int_equal(
		    cardea_seal_open(&seal, &key, &cut, &value, NULL),
		    CARDEA_E_CORRUPT);
	}
	assert_int_equal(value.version, 5);
	assert_null(value.data);
	sealed.version = 6;
	assert_int_equal(
	    cardea_seal_open(&seal, &key, &sealed, &value, NULL), CARDEA_OK);
	assert_int_equal(value.version, 6);
	assert_int_equal(value.len, 4);
	assert_memory_equal(value.data, "seed", 4);
	cardea_value_clear(&value);
	cardea_value_clear(&sealed);
	cardea_seal_clear(&seal);
}

static void
one_text_sealed_twice_looks_different(void **state)
{
	struct cardea_value a = { 0 }, b = { 0 };
	struct cardea_seal seal = { .count = 0 };
	const struct cardea_key key = key_of("token", "alice", "1");

	load_seal(*state, &seal);
	assert_int_equal(cardea_seal_value(
			     &seal, &key, (const unsigned char *)"same", 4, &a),
	    CARDEA_OK);
	assert_int_equal(cardea_seal_value(
			     &seal, &key, (const unsigned char *)"same", 4, &b),
	    CARDEA_OK);
	assert_memory_not_equal(a.data + 21, b.data + 21, 4);
	cardea_value_clear(&a);
	cardea_value_clear(&b);
	cardea_seal_clear(&seal);
}

/* ---- the store under them ---- */

static void
no_plain_text_reaches_the_disk(void **state)
{
	static const char secret[] = "a secret of thirty-two bytes, so";
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	const struct cardea_key key = key_of("token", "alice", "1");
	unsigned char *bytes = malloc(1 << 20);
	int fd;

	assert_non_null(bytes);
	assert_int_equal(put(store, &key, 0, secret), CARDEA_OK);
	cardea_store_close(store);
	fd = open(fixture->state_path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, bytes, 1 << 20), 1 << 20);
	close(fd);
	assert_non_null(memmem(bytes, 1 << 20, "alice", 5));
	for (size_t at = 0; at + 8 < sizeof(secret); at++)
		assert_null(memmem(bytes, 1 << 20, secret + at, 8));
	free(bytes);
}

static void
another_key_is_told_from_damage(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct cardea_diag diag;

	cardea_store_close(store);
	assert_int_equal(unlink(fixture->key_path), 0);
	write_file(fixture->key_path, HEX64, 0400);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_CORRUPT);
	assert_non_null(strstr(diag.reason, "sealed under the key "));
	assert_non_null(strstr(diag.reason, ", which the key file has not"));
}

/* A store that has records must not get a new key: they would be lost. */
static void
a_lost_key_is_not_made_anew(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct cardea_diag diag = { 0 };

	cardea_store_close(store);
	assert_int_equal(unlink(fixture->key_path), 0);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_MISSING);
	store = NULL;
	assert_int_equal(
	    cardea_store_open(&fixture->conformance.config, &store, &diag),
	    CARDEA_E_MISSING);
	assert_string_equal(diag.file, fixture->key_path);
	assert_null(store);
	assert_int_equal(access(fixture->key_path, F_OK), -1);
}

static enum cardea_status
raw_copy(struct cardea_driver_state *raw, const struct cardea_key *from,
    const struct cardea_key *to)
{
	struct cardea_value value = { 0 }, old = { 0 };
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT, .key = *to };
	enum cardea_status status;

	assert_int_equal(cardea_lmdb.get(raw, from, &value, NULL), CARDEA_OK);
	if (cardea_lmdb.get(raw, to, &old, NULL) == CARDEA_OK)
		change.version = old.version;
	change.data = value.data;
	change.len = value.len;
	status = cardea_lmdb.commit(raw, &change, 1, NULL);
	cardea_value_clear(&value);
	cardea_value_clear(&old);
	return status;
}

static bool
count_one(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	size_t *seen = context;

	(void)key;
	(void)value;
	++*seen;
	return true;
}

static void
rows_copied_by_who_has_no_key_do_not_open(void **state)
{
	const struct fixture *fixture = *state;
	const struct cardea_key mine = key_of("token", "mallory", "1");
	const struct cardea_key yours = key_of("token", "root", "1");
	const struct cardea_key all = key_of("token", NULL, NULL);
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct cardea_driver_state *raw = NULL;
	struct cardea_value value = { 0 };
	struct cardea_diag diag = { 0 };
	size_t seen = 0;

	assert_int_equal(put(store, &mine, 0, "my seed"), CARDEA_OK);
	assert_int_equal(put(store, &yours, 0, "your seed"), CARDEA_OK);
	cardea_store_close(store);
	assert_int_equal(
	    cardea_lmdb.open(&fixture->conformance.config, &raw, NULL),
	    CARDEA_OK);
	assert_int_equal(raw_copy(raw, &mine, &yours), CARDEA_OK);
	cardea_lmdb.close(raw);
	store = conformance_open(&fixture->conformance);
	expect(store, &mine, "my seed");
	assert_int_equal(
	    cardea_store_get(store, &yours, &value, &diag), CARDEA_E_CORRUPT);
	assert_null(value.data);
	assert_string_equal(diag.key, "token/root");
	assert_int_equal(cardea_store_list(store, &all, count_one, &seen, NULL),
	    CARDEA_E_CORRUPT);
	assert_int_equal(seen, 1);
	cardea_store_close(store);
}

static void
I13_a_keyed_hash_hides_the_name_and_stays_the_same(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	char a[17], b[17];

	cardea_store_mac(store, "hunter2", a);
	assert_int_equal(strlen(a), 16);
	assert_int_equal(strspn(a, "0123456789abcdef"), 16);
	cardea_store_mac(store, "hunter3", b);
	assert_string_not_equal(a, b);
	cardea_store_close(store);
	store = conformance_open(&fixture->conformance);
	cardea_store_mac(store, "hunter2", b);
	assert_string_equal(a, b);
	cardea_store_close(store);
}

/* ---- schema ---- */

static enum cardea_status
add_mark(struct cardea_store *store, const char *owner)
{
	const struct cardea_key key = key_of("mark", owner, "");
	enum cardea_status status = put(store, &key, 0, "done");

	return status == CARDEA_E_CONFLICT ? CARDEA_OK : status;
}

static enum cardea_status
first_to_second(struct cardea_store *store, struct cardea_diag *diag)
{
	(void)diag;
	return add_mark(store, "1to2");
}

static enum cardea_status
second_to_third(struct cardea_store *store, struct cardea_diag *diag)
{
	const struct cardea_key gate = key_of("gate", "", "");
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_store_get(store, &gate, &value, diag);
	cardea_value_clear(&value);
	if (status == CARDEA_E_MISSING)
		return cardea_diag_set(diag, CARDEA_E_IO, "cut off here");
	return add_mark(store, "2to3");
}

static const struct cardea_migration steps[] = {
	{ 2, second_to_third },
	{ 1, first_to_second },
};

static void
a_store_climbs_from_schema_to_schema_and_goes_on_where_it_was_cut(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	const struct cardea_key gate = key_of("gate", "", "");
	const struct cardea_key one = key_of("mark", "1to2", "");
	const struct cardea_key two = key_of("mark", "2to3", "");
	struct cardea_diag diag = { 0 };

	assert_int_equal(cardea_schema_migrate(store, steps, 2, 3, false, NULL),
	    CARDEA_E_VERSION);
	expect(store, &one, NULL);
	assert_int_equal(cardea_schema_migrate(store, steps, 2, 3, true, &diag),
	    CARDEA_E_IO);
	assert_string_equal(diag.reason, "cut off here");
	expect(store, &one, "done");
	expect(store, &two, NULL);
	/* it stands at 2 now */
	assert_int_equal(
	    cardea_schema_migrate(store, NULL, 0, 2, true, NULL), CARDEA_OK);
	assert_int_equal(put(store, &gate, 0, ""), CARDEA_OK);
	assert_int_equal(
	    cardea_schema_migrate(store, steps, 2, 3, true, NULL), CARDEA_OK);
	expect(store, &two, "done");
	assert_int_equal(
	    cardea_schema_migrate(store, steps, 2, 3, false, NULL), CARDEA_OK);
	/* no step leads from 3 to 4 */
	assert_int_equal(cardea_schema_migrate(store, steps, 2, 4, true, NULL),
	    CARDEA_E_VERSION);
	cardea_store_close(store);
}

static void
a_store_of_a_newer_release_is_refused(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct cardea_schema newer = *cardea_store_schema(store);
	struct cardea_diag diag;

	newer.number++;
	assert_int_equal(cardea_schema_put(store, &newer, NULL), CARDEA_OK);
	cardea_store_close(store);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_VERSION);
	assert_string_equal(
	    diag.reason, "store has schema 2, this release wants 1");
}

static void
a_pseudonym_is_of_its_key_purpose_and_name_alone(void **state)
{
	struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	const struct cardea_seal *seal = cardea_store_seal(store);
	unsigned char first[CARDEA_SHA256], again[CARDEA_SHA256];
	unsigned char other[CARDEA_SHA256];
	char mac[17], hex[2 * CARDEA_SHA256 + 1];

	assert_int_equal(
	    cardea_seal_pseudonym(seal, "key", "alice", first), CARDEA_OK);
	assert_int_equal(
	    cardea_seal_pseudonym(seal, "key", "alice", again), CARDEA_OK);
	assert_memory_equal(first, again, sizeof(first));
	assert_int_equal(
	    cardea_seal_pseudonym(seal, "key", "alicf", other), CARDEA_OK);
	assert_memory_not_equal(first, other, sizeof(first));
	assert_int_equal(
	    cardea_seal_pseudonym(seal, "kez", "alice", other), CARDEA_OK);
	assert_memory_not_equal(first, other, sizeof(first));
	assert_int_equal(
	    cardea_seal_pseudonym(seal, "keya", "lice", other), CARDEA_OK);
	assert_memory_not_equal(first, other, sizeof(first));
	/* I13: what the log says of a name is no part of it */
	cardea_store_mac(store, "alice", mac);
	cardea_text_hex(hex, first, sizeof(first));
	assert_null(strstr(hex, mac));
	cardea_store_close(store);
}

#define WITH_FIXTURE(test)                                                     \
	cmocka_unit_test_setup_teardown(test, fixture_make, fixture_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_splits_into_what_it_was_made_of),
		cmocka_unit_test(I01_no_two_names_make_one_key),
		cmocka_unit_test(malformed_keys_are_refused),
		WITH_FIXTURE(a_key_file_is_64_hex_digits_and_closed_to_others),
		WITH_FIXTURE(a_made_key_is_closed_random_and_never_replaced),
		WITH_FIXTURE(every_bit_of_a_sealed_value_and_of_its_key_counts),
		WITH_FIXTURE(one_text_sealed_twice_looks_different),
		WITH_FIXTURE(no_plain_text_reaches_the_disk),
		WITH_FIXTURE(another_key_is_told_from_damage),
		WITH_FIXTURE(a_lost_key_is_not_made_anew),
		WITH_FIXTURE(rows_copied_by_who_has_no_key_do_not_open),
		WITH_FIXTURE(
		    I13_a_keyed_hash_hides_the_name_and_stays_the_same),
		WITH_FIXTURE(a_pseudonym_is_of_its_key_purpose_and_name_alone),
		WITH_FIXTURE(
		    a_store_climbs_from_schema_to_schema_and_goes_on_where_it_was_cut),
		WITH_FIXTURE(a_store_of_a_newer_release_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
