/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/store_steps.h"
#include "unit/test.h"

struct cardea_store *
conformance_open(const struct conformance *conformance)
{
	struct cardea_diag diag = { 0 };
	struct cardea_store *store = NULL;
	enum cardea_status status;

	status = cardea_store_open_with(
	    conformance->driver, &conformance->config, &store, &diag);
	if (status != CARDEA_OK)
		print_message("# open: %d %s\n", status, diag.reason);
	assert_int_equal(status, CARDEA_OK);
	return store;
}

struct cardea_key
key_of(const char *kind, const char *owner, const char *id)
{
	struct cardea_key key;

	assert_int_equal(cardea_key_make(kind, owner, id, &key), CARDEA_OK);
	return key;
}

enum cardea_status
put(struct cardea_store *store, const struct cardea_key *key, uint64_t version,
    const char *text)
{
	const struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.key = *key,
		.version = version,
		.data = (const unsigned char *)text,
		.len = strlen(text) };

	return cardea_store_commit(store, &change, 1, NULL);
}

enum cardea_status
drop(struct cardea_store *store, const struct cardea_key *key, uint64_t version)
{
	const struct cardea_change change = {
		.kind = CARDEA_CHANGE_DELETE, .key = *key, .version = version
	};

	return cardea_store_commit(store, &change, 1, NULL);
}

uint64_t
expect(
    struct cardea_store *store, const struct cardea_key *key, const char *text)
{
	struct cardea_value value = { .version = 77 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status = cardea_store_get(store, key, &value, &diag);
	uint64_t version;

	if (text == NULL) {
		assert_int_equal(status, CARDEA_E_MISSING);
		assert_int_equal(value.version, 77);
		assert_null(value.data);
		return 0;
	}
	assert_string_equal(diag.reason, "");
	assert_int_equal(status, CARDEA_OK);
	assert_int_equal(value.len, strlen(text));
	assert_memory_equal(value.data, text, value.len);
	assert_true(value.version > 0);
	version = value.version;
	cardea_value_clear(&value);
	assert_null(value.data);
	return version;
}

size_t
in_processes(size_t count,
    int (*body)(const struct conformance *conformance, size_t index),
    const struct conformance *conformance)
{
	size_t good = 0;
	int gate[2], wstatus;
	char byte;

	assert_int_equal(pipe(gate), 0);
	for (size_t i = 0; i < count; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child != 0)
			continue;
		/* all start when the last writer closes the gate */
		close(gate[1]);
		if (read(gate[0], &byte, 1) != 0)
			_exit(9);
		_exit(body(conformance, i));
	}
	close(gate[0]);
	close(gate[1]);
	for (size_t i = 0; i < count; i++) {
		assert_true(wait(&wstatus) > 0);
		if (wstatus == 0)
			good++;
	}
	return good;
}
