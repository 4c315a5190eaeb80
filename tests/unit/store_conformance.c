/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/store_conformance.h"

/* ---- one process ---- */

static void
a_record_is_there_once_put_and_gone_once_deleted(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	const struct cardea_key key = key_of("token", "alice", "1");
	uint64_t first, second;

	expect(store, &key, NULL);
	assert_int_equal(put(store, &key, 0, "one"), CARDEA_OK);
	first = expect(store, &key, "one");
	assert_int_equal(put(store, &key, first, "two"), CARDEA_OK);
	second = expect(store, &key, "two");
	assert_true(second > first);
	assert_int_equal(drop(store, &key, second), CARDEA_OK);
	expect(store, &key, NULL);
	cardea_store_close(store);
}

static void
records_outlive_the_process_that_wrote_them(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	const struct cardea_key key = key_of("token", "alice", "1");
	uint64_t version;

	assert_int_equal(put(store, &key, 0, "kept"), CARDEA_OK);
	version = expect(store, &key, "kept");
	cardea_store_close(store);
	store = conformance_open(*state);
	assert_int_equal(expect(store, &key, "kept"), version);
	cardea_store_close(store);
}

static void
another_version_than_the_one_read_conflicts_and_changes_nothing(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	const struct cardea_key key = key_of("tries", "bob", "*");
	const struct cardea_key none = key_of("tries", "carol", "*");
	uint64_t version;

	assert_int_equal(put(store, &key, 0, "one"), CARDEA_OK);
	version = expect(store, &key, "one");
	assert_int_equal(put(store, &key, 0, "two"), CARDEA_E_CONFLICT);
	assert_int_equal(
	    put(store, &key, version - 1, "two"), CARDEA_E_CONFLICT);
	assert_int_equal(
	    put(store, &key, version + 1, "two"), CARDEA_E_CONFLICT);
	assert_int_equal(drop(store, &key, 0), CARDEA_E_CONFLICT);
	assert_int_equal(put(store, &none, version, "two"), CARDEA_E_CONFLICT);
	assert_int_equal(drop(store, &none, version), CARDEA_E_CONFLICT);
	assert_int_equal(expect(store, &key, "one"), version);
	expect(store, &none, NULL);
	cardea_store_close(store);
}

/* A record deleted and made again, with the same contents, is another one:
 * whoever read the first must lose. */
static void
R01_a_version_never_comes_back(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	const struct cardea_key key = key_of("txn", "0123", "");
	uint64_t seen[20];

	for (size_t i = 0; i < 20; i++) {
		assert_int_equal(put(store, &key, 0, "same"), CARDEA_OK);
		seen[i] = expect(store, &key, "same");
		for (size_t j = 0; j < i; j++) {
			assert_true(seen[i] != seen[j]);
			assert_int_equal(put(store, &key, seen[j], "late"),
			    CARDEA_E_CONFLICT);
		}
		assert_int_equal(drop(store, &key, seen[i]), CARDEA_OK);
		if (i % 5 == 0) {
			cardea_store_close(store);
			store = conformance_open(*state);
		}
	}
	cardea_store_close(store);
}

static void
a_commit_of_several_changes_is_all_or_nothing(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	const struct cardea_key a = key_of("k", "a", ""),
				b = key_of("k", "b", ""),
				c = key_of("k", "c", "");
	struct cardea_change changes[3] = {
		{ .kind = CARDEA_CHANGE_PUT,
		    .key = b,
		    .data = (const unsigned char *)"new",
		    .len = 3 },
		{ .kind = CARDEA_CHANGE_DELETE, .key = a },
		{ .kind = CARDEA_CHANGE_CHECK, .key = c },
	};
	uint64_t version;

	assert_int_equal(put(store, &a, 0, "old"), CARDEA_OK);
	version = expect(store, &a, "old");
	/* the second, then the third does not hold */
	assert_int_equal(
	    cardea_store_commit(store, changes, 3, NULL), CARDEA_E_CONFLICT);
	changes[1].version = version;
	changes[2].version = 1;
	assert_int_equal(
	    cardea_store_commit(store, changes, 3, NULL), CARDEA_E_CONFLICT);
	assert_int_equal(expect(store, &a, "old"), version);
	expect(store, &b, NULL);
	changes[2].version = 0;
	assert_int_equal(
	    cardea_store_commit(store, changes, 3, NULL), CARDEA_OK);
	expect(store, &a, NULL);
	expect(store, &b, "new");
	expect(store, &c, NULL);
	cardea_store_close(store);
}

static void
a_check_alone_writes_nothing(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	const struct cardea_key key = key_of("k", "a", "");
	struct cardea_change change = { .kind = CARDEA_CHANGE_CHECK,
		.key = key };
	uint64_t version;

	assert_int_equal(
	    cardea_store_commit(store, &change, 1, NULL), CARDEA_OK);
	assert_int_equal(put(store, &key, 0, "x"), CARDEA_OK);
	version = expect(store, &key, "x");
	assert_int_equal(
	    cardea_store_commit(store, &change, 1, NULL), CARDEA_E_CONFLICT);
	change.version = version;
	assert_int_equal(
	    cardea_store_commit(store, &change, 1, NULL), CARDEA_OK);
	assert_int_equal(expect(store, &key, "x"), version);
	assert_int_equal(cardea_store_commit(store, NULL, 0, NULL), CARDEA_OK);
	cardea_store_close(store);
}

static void
values_and_keys_and_commits_have_ceilings(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	struct cardea_change changes[CARDEA_CHANGES_MAX + 1];
	unsigned char *big = malloc(CARDEA_VALUE_MAX + 1);
	struct cardea_value value;
	char owner[CARDEA_KEY_MAX], id[16];

	assert_non_null(big);
	memset(big, 0xa5, CARDEA_VALUE_MAX + 1);
	memset(owner, 'o', sizeof(owner));
	owner[CARDEA_KEY_MAX - 3] = '\0'; /* "k" NUL owner NUL: one too long */
	assert_int_equal(
	    cardea_key_make("k", owner, "", &changes[0].key), CARDEA_E_RANGE);
	owner[CARDEA_KEY_MAX - 4] = '\0';
	for (size_t i = 0; i <= CARDEA_CHANGES_MAX; i++) {
		snprintf(id, sizeof(id), "%02zu", i);
		changes[i] = (struct cardea_change){ .kind = CARDEA_CHANGE_PUT,
			.key = i == 0 ? key_of("k", owner, "")
				      : key_of("k", "", id),
			.data = big,
			.len = CARDEA_VALUE_MAX };
	}
	assert_int_equal(
	    cardea_store_commit(store, changes, CARDEA_CHANGES_MAX + 1, NULL),
	    CARDEA_E_RANGE);
	changes[0].len++;
	assert_int_equal(
	    cardea_store_commit(store, changes, 1, NULL), CARDEA_E_RANGE);
	changes[0].len--;
	assert_int_equal(
	    cardea_store_commit(store, changes, CARDEA_CHANGES_MAX, NULL),
	    CARDEA_OK);
	for (size_t i = 0; i < CARDEA_CHANGES_MAX; i++) {
		assert_int_equal(
		    cardea_store_get(store, &changes[i].key, &value, NULL),
		    CARDEA_OK);
		assert_int_equal(value.len, CARDEA_VALUE_MAX);
		assert_memory_equal(value.data, big, value.len);
		cardea_value_clear(&value);
	}
	changes[1].key = changes[0].key;
	assert_int_equal(
	    cardea_store_commit(store, changes, 2, NULL), CARDEA_E_INTERNAL);
	free(big);
	cardea_store_close(store);
}

static void
an_empty_value_is_a_record(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	const struct cardea_key key = key_of("known", "alice", "192.0.2.1");

	assert_int_equal(put(store, &key, 0, ""), CARDEA_OK);
	expect(store, &key, "");
	cardea_store_close(store);
}

static void
I01_names_keep_every_byte_they_have(void **state)
{
	static const char *const names[] = { "../../x", "/etc/passwd", "%s%n",
		"a\nb", "\xff\xfe", "-x", "", "a", "a\x01", "*" };
	const size_t count = sizeof(names) / sizeof(names[0]);
	struct cardea_store *store = conformance_open(*state);
	struct cardea_key key;

	for (size_t i = 0; i < count; i++) {
		key = key_of("token", names[i], "id");
		assert_int_equal(put(store, &key, 0, names[i]), CARDEA_OK);
	}
	for (size_t i = 0; i < count; i++) {
		key = key_of("token", names[i], "id");
		expect(store, &key, names[i]);
	}
	cardea_store_close(store);
}

/* ---- list ---- */

struct seen {
	size_t count, stop_at;
	char names[16][64];
	struct cardea_store *store;
};

static bool
note(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct seen *seen = context;
	const char *kind, *owner, *id;

	assert_int_equal(cardea_key_split(key, &kind, &owner, &id), CARDEA_OK);
	assert_true(seen->count < 16);
	snprintf(seen->names[seen->count], sizeof(seen->names[0]),
	    "%s/%s/%s=%.*s ", kind, owner, id, (int)value->len,
	    (const char *)value->data);
	seen->count++;
	return seen->count != seen->stop_at;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
expect_list(struct cardea_store *store, const char *kind, const char *owner,
    const char *id, const char *text)
{
	const struct cardea_key prefix = key_of(kind, owner, id);
	struct seen seen = { 0 };
	char all[1024] = "";

	assert_int_equal(
	    cardea_store_list(store, &prefix, note, &seen, NULL), CARDEA_OK);
	/* the order is the engine's own */
	qsort(seen.names, seen.count, sizeof(seen.names[0]), by_name);
	for (size_t i = 0; i < seen.count; i++)
		strncat(all, seen.names[i], sizeof(all) - strlen(all) - 1);
	assert_string_equal(all, text);
}

static void
a_list_holds_what_is_below_the_prefix_and_stops_when_told(void **state)
{
	static const char *const names[][3] = {
		{ "token", "bob", "2" },
		{ "token", "al", "1" },
		{ "token", "alice", "b" },
		{ "token", "alice", "a" },
		{ "tok", "alice", "x" },
		{ "tokens", "alice", "x" },
		{ "token", "alice", "" },
	};
	struct cardea_store *store = conformance_open(*state);
	struct seen seen = { .stop_at = 2 };
	struct cardea_key key;

	expect_list(store, "token", NULL, NULL, "");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		key = key_of(names[i][0], names[i][1], names[i][2]);
		assert_int_equal(put(store, &key, 0, "v"), CARDEA_OK);
	}
	expect_list(store, "token", NULL, NULL,
	    "token/al/1=v token/alice/=v token/alice/a=v token/alice/b=v "
	    "token/bob/2=v ");
	expect_list(store, "token", "alice", NULL,
	    "token/alice/=v token/alice/a=v token/alice/b=v ");
	expect_list(store, "token", "alice", "b", "token/alice/b=v ");
	expect_list(store, "token", "carol", NULL, "");
	expect_list(store, "zzz", NULL, NULL, "");
	key = key_of("token", NULL, NULL);
	assert_int_equal(
	    cardea_store_list(store, &key, note, &seen, NULL), CARDEA_OK);
	assert_int_equal(seen.count, 2);
	assert_string_not_equal(seen.names[0], seen.names[1]);
	cardea_store_close(store);
}

static bool
drop_it(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct seen *seen = context;

	assert_int_equal(drop(seen->store, key, value->version), CARDEA_OK);
	seen->count++;
	return true;
}

static void
a_visitor_may_change_the_store(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	const struct cardea_key prefix = key_of("proof", NULL, NULL);
	struct seen seen = { .store = store };
	struct cardea_key key;
	char id[16];

	/* more than a driver reads at once */
	for (size_t i = 0; i < 150; i++) {
		snprintf(id, sizeof(id), "%03zu", i);
		key = key_of("proof", "alice", id);
		assert_int_equal(put(store, &key, 0, id), CARDEA_OK);
	}
	assert_int_equal(
	    cardea_store_list(store, &prefix, drop_it, &seen, NULL), CARDEA_OK);
	assert_int_equal(seen.count, 150);
	expect_list(store, "proof", NULL, NULL, "");
	cardea_store_close(store);
}

/* ---- against a model ---- */

#define MODEL_KEYS 40

static void
random_changes_agree_with_a_model(void **state)
{
	struct cardea_store *store = conformance_open(*state);
	uint64_t version[MODEL_KEYS] = { 0 };
	char text[MODEL_KEYS][24] = { { 0 } }, owner[16];
	struct cardea_key key;
	unsigned int seed = 20260101;
	size_t i;

	for (unsigned int step = 0; step < 1500; step++) {
		i = (size_t)rand_r(&seed) % MODEL_KEYS;
		snprintf(owner, sizeof(owner), "user%zu", i * 7919 % 1000);
		key = key_of("tries", owner, i % 3 == 0 ? "" : "*");
		if (rand_r(&seed) % 3 == 0) {
			assert_int_equal(
			    drop(store, &key, version[i]), CARDEA_OK);
			version[i] = 0;
		} else {
			snprintf(text[i], sizeof(text[i]), "%u", step);
			assert_int_equal(
			    put(store, &key, version[i], text[i]), CARDEA_OK);
			version[i] = expect(store, &key, text[i]);
		}
	}
	for (i = 0; i < MODEL_KEYS; i++) {
		snprintf(owner, sizeof(owner), "user%zu", i * 7919 % 1000);
		key = key_of("tries", owner, i % 3 == 0 ? "" : "*");
		assert_int_equal(
		    expect(store, &key, version[i] == 0 ? NULL : text[i]),
		    version[i]);
	}
	cardea_store_close(store);
}

/* ---- many processes ---- */

#define COUNTERS 8
#define ROUNDS 25

static int
count_up(const struct conformance *conformance, size_t index)
{
	const struct cardea_key key = key_of("tries", "alice", "*");
	struct cardea_store *store = conformance_open(conformance);
	struct cardea_value value = { 0 };
	enum cardea_status status = CARDEA_OK;
	char text[32];

	(void)index;
	for (int i = 0; status == CARDEA_OK && i < ROUNDS;) {
		status = cardea_store_get(store, &key, &value, NULL);
		if (status != CARDEA_OK)
			break;
		if (value.len >= sizeof(text))
			break;
		memset(text, 0, sizeof(text));
		memcpy(text, value.data, value.len);
		snprintf(text, sizeof(text), "%ld", strtol(text, NULL, 10) + 1);
		status = put(store, &key, value.version, text);
		cardea_value_clear(&value);
		if (status == CARDEA_OK)
			i++;
		else if (status == CARDEA_E_CONFLICT)
			status = CARDEA_OK;
	}
	cardea_store_close(store);
	return status == CARDEA_OK ? 0 : 1;
}

static void
R03_parallel_counts_are_never_lost(void **state)
{
	const struct cardea_key key = key_of("tries", "alice", "*");
	struct cardea_store *store = conformance_open(*state);
	struct cardea_value value = { 0 };

	assert_int_equal(put(store, &key, 0, "0"), CARDEA_OK);
	cardea_store_close(store);
	assert_int_equal(in_processes(COUNTERS, count_up, *state), COUNTERS);
	store = conformance_open(*state);
	assert_int_equal(
	    cardea_store_get(store, &key, &value, NULL), CARDEA_OK);
	assert_int_equal(value.len, 3);
	assert_memory_equal(value.data, "200", 3);
	cardea_value_clear(&value);
	cardea_store_close(store);
}

static int
spend(const struct conformance *conformance, size_t index)
{
	const struct cardea_key key = key_of("token", "alice", "1");
	struct cardea_store *store = conformance_open(conformance);
	struct cardea_value value = { 0 };
	enum cardea_status status;

	(void)index;
	status = cardea_store_get(store, &key, &value, NULL);
	if (status == CARDEA_OK && value.len == 4)
		status = put(store, &key, value.version, "spent");
	else
		status = CARDEA_E_CONFLICT;
	cardea_value_clear(&value);
	cardea_store_close(store);
	if (status == CARDEA_OK)
		return 0;
	return status == CARDEA_E_CONFLICT ? 1 : 2;
}

static void
R01_of_fifty_who_spend_one_code_exactly_one_succeeds(void **state)
{
	const struct cardea_key key = key_of("token", "alice", "1");
	struct cardea_store *store;
	uint64_t version = 0;

	for (int round = 0; round < 5; round++) {
		store = conformance_open(*state);
		assert_int_equal(put(store, &key, version, "good"), CARDEA_OK);
		cardea_store_close(store);
		assert_int_equal(in_processes(50, spend, *state), 1);
		store = conformance_open(*state);
		version = expect(store, &key, "spent");
		cardea_store_close(store);
	}
}

const struct CMUnitTest conformance_tests[] = {
	cmocka_unit_test(a_record_is_there_once_put_and_gone_once_deleted),
	cmocka_unit_test(records_outlive_the_process_that_wrote_them),
	cmocka_unit_test(
	    another_version_than_the_one_read_conflicts_and_changes_nothing),
	cmocka_unit_test(R01_a_version_never_comes_back),
	cmocka_unit_test(a_commit_of_several_changes_is_all_or_nothing),
	cmocka_unit_test(a_check_alone_writes_nothing),
	cmocka_unit_test(values_and_keys_and_commits_have_ceilings),
	cmocka_unit_test(an_empty_value_is_a_record),
	cmocka_unit_test(I01_names_keep_every_byte_they_have),
	cmocka_unit_test(
	    a_list_holds_what_is_below_the_prefix_and_stops_when_told),
	cmocka_unit_test(a_visitor_may_change_the_store),
	cmocka_unit_test(random_changes_agree_with_a_model),
	cmocka_unit_test(R03_parallel_counts_are_never_lost),
	cmocka_unit_test(R01_of_fifty_who_spend_one_code_exactly_one_succeeds),
};
const size_t conformance_count = sizeof(conformance_tests) /
    sizeof(conformance_tests[0]);
