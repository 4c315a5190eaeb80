/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/archive.h"
#include "unit/store_fixture.h"

#define RECORDS 12

struct made {
	struct fixture *fixture;
	struct cardea_store *store;
	char *bytes;
	size_t len;
};

static void
write_archive(const struct cardea_seal *seal, char **ret_bytes, size_t *ret_len)
{
	const struct cardea_archive_head head = {
		.host = "gate", .time_s = 1774776600, .schema = 1
	};
	FILE *file = open_memstream(ret_bytes, ret_len);
	struct cardea_archive archive;
	char owner[24];

	assert_non_null(file);
	assert_int_equal(
	    cardea_archive_begin(&archive, file, seal, &head, NULL), CARDEA_OK);
	for (size_t i = 0; i < RECORDS; i++) {
		struct cardea_value value = { .data = (unsigned char *)owner };
		struct cardea_key key;

		snprintf(owner, sizeof(owner), "user-number-%zu", i);
		key = key_of("token", owner, "id");
		value.len = i == 0 ? 0 : strlen(owner);
		assert_int_equal(
		    cardea_archive_put(&archive, &key, &value, NULL),
		    CARDEA_OK);
	}
	assert_int_equal(cardea_archive_end(&archive, NULL), CARDEA_OK);
	fclose(file);
}

static int
make(void **state)
{
	struct made *made = calloc(1, sizeof(*made));
	void *fixture = NULL;

	assert_non_null(made);
	fixture_make(&fixture);
	made->fixture = fixture;
	made->store = conformance_open(&made->fixture->conformance);
	write_archive(cardea_store_seal(made->store), &made->bytes, &made->len);
	*state = made;
	return 0;
}

static int
clean(void **state)
{
	struct made *made = *state;
	void *fixture = made->fixture;

	cardea_store_close(made->store);
	fixture_remove(&fixture);
	free(made->bytes);
	free(made);
	return 0;
}

/* All of it; the status that ended it, MISSING for a judged end. */
static enum cardea_status
read_all(const struct made *made, const char *bytes, size_t len,
    struct cardea_archive *archive)
{
	FILE *file = fmemopen((void *)bytes, len, "r");
	enum cardea_status status;

	assert_non_null(file);
	status = cardea_archive_open(
	    archive, file, cardea_store_seal(made->store), NULL);
	while (status == CARDEA_OK) {
		struct cardea_value value = { 0 };
		struct cardea_key key, want;
		char owner[24];

		snprintf(owner, sizeof(owner), "user-number-%llu",
		    (unsigned long long)archive->count);
		status = cardea_archive_next(archive, &key, &value, NULL);
		if (status != CARDEA_OK)
			break;
		want = key_of("token", owner, "id");
		assert_int_equal(key.len, want.len);
		assert_memory_equal(key.bytes, want.bytes, want.len);
		assert_int_equal(
		    value.len, archive->count == 1 ? 0 : strlen(owner));
		assert_memory_equal(value.data, owner, value.len);
		cardea_value_clear(&value);
	}
	fclose(file);
	return status;
}

static void
what_was_written_is_read(void **state)
{
	const struct made *made = *state;
	struct cardea_archive archive;

	assert_int_equal(
	    read_all(made, made->bytes, made->len, &archive), CARDEA_E_MISSING);
	assert_int_equal(archive.count, RECORDS);
	assert_string_equal(archive.head.host, "gate");
	assert_int_equal(archive.head.time_s, 1774776600);
	assert_int_equal(archive.head.schema, 1);
	assert_null(memmem(made->bytes, made->len, "user", 4));
	assert_null(memmem(made->bytes, made->len, "token", 5));
	assert_null(memmem(made->bytes, made->len, "gate", 4));
}

static void
cut_anywhere_it_is_refused(void **state)
{
	const struct made *made = *state;
	struct cardea_archive archive;

	for (size_t len = 1; len < made->len; len++) {
		enum cardea_status status = read_all(
		    made, made->bytes, len, &archive);

		assert_true(status == CARDEA_E_CORRUPT ||
		    status == CARDEA_E_SYNTAX || status == CARDEA_E_VERSION);
	}
}

static void
every_byte_of_it_counts(void **state)
{
	const struct made *made = *state;
	struct cardea_archive archive;
	unsigned int seed = 1;

	for (size_t at = 0; at < made->len; at++) {
		char was = made->bytes[at];
		enum cardea_status status;

		made->bytes[at] = (char)(was ^ (1 << rand_r(&seed) % 8));
		status = read_all(made, made->bytes, made->len, &archive);
		assert_true(status == CARDEA_E_CORRUPT ||
		    status == CARDEA_E_SYNTAX || status == CARDEA_E_VERSION);
		made->bytes[at] = was;
	}
}

/* ---- frames moved about by who can write but has no key ---- */

struct frames {
	size_t count;
	struct {
		size_t at, len;
	} items[RECORDS + 2];
};

static struct frames
find_frames(const struct made *made)
{
	const unsigned char *bytes = (const unsigned char *)made->bytes;
	size_t at = (size_t)((char *)memchr(made->bytes, '\n', made->len) -
			made->bytes) +
	    1;
	struct frames frames = { .count = 0 };

	while (at < made->len) {
		size_t len = 5 +
		    ((size_t)bytes[at + 1] | (size_t)bytes[at + 2] << 8);

		assert_true(frames.count < RECORDS + 2);
		frames.items[frames.count].at = at;
		frames.items[frames.count++].len = len;
		at += len;
	}
	assert_int_equal(frames.count, RECORDS + 2);
	return frames;
}

/* The file with these frames in this order. */
static enum cardea_status
rebuild(const struct made *made, const struct frames *frames,
    const size_t *order, size_t count)
{
	char *bytes = malloc(2 * made->len);
	size_t len = frames->items[0].at;
	struct cardea_archive archive;
	enum cardea_status status;

	assert_non_null(bytes);
	memcpy(bytes, made->bytes, len);
	for (size_t i = 0; i < count; i++) {
		memcpy(bytes + len, made->bytes + frames->items[order[i]].at,
		    frames->items[order[i]].len);
		len += frames->items[order[i]].len;
	}
	status = read_all(made, bytes, len, &archive);
	free(bytes);
	return status;
}

static void
frames_are_neither_dropped_nor_repeated_nor_swapped(void **state)
{
	const struct made *made = *state;
	const struct frames frames = find_frames(made);
	size_t order[RECORDS + 3] = { 0 };

	for (size_t i = 0; i < frames.count; i++)
		order[i] = i;
	assert_int_equal(
	    rebuild(made, &frames, order, frames.count), CARDEA_E_MISSING);
	for (size_t gone = 0; gone < frames.count; gone++) {
		size_t count = 0;

		for (size_t i = 0; i < frames.count; i++)
			if (i != gone)
				order[count++] = i;
		assert_int_equal(
		    rebuild(made, &frames, order, count), CARDEA_E_CORRUPT);
	}
	for (size_t again = 0; again < frames.count; again++) {
		size_t count = 0;

		for (size_t i = 0; i < frames.count; i++) {
			order[count++] = i;
			if (i == again)
				order[count++] = i;
		}
		assert_int_equal(
		    rebuild(made, &frames, order, count), CARDEA_E_CORRUPT);
	}
	for (size_t a = 0; a + 1 < frames.count; a++) {
		for (size_t i = 0; i < frames.count; i++)
			order[i] = i;
		order[a] = a + 1;
		order[a + 1] = a;
		assert_int_equal(rebuild(made, &frames, order, frames.count),
		    CARDEA_E_CORRUPT);
	}
}

static void
frames_of_another_export_are_not_taken(void **state)
{
	struct made *made = *state;
	const struct frames frames = find_frames(made);
	struct cardea_archive archive;
	char *other = NULL;
	size_t len = 0;

	write_archive(cardea_store_seal(made->store), &other, &len);
	assert_int_equal(len, made->len);
	for (size_t i = 0; i < frames.count; i++) {
		char *mixed = malloc(len);

		assert_non_null(mixed);
		memcpy(mixed, made->bytes, len);
		memcpy(mixed + frames.items[i].at, other + frames.items[i].at,
		    frames.items[i].len);
		assert_int_equal(
		    read_all(made, mixed, len, &archive), CARDEA_E_CORRUPT);
		free(mixed);
	}
	free(other);
}

#define MADE(test) cmocka_unit_test_setup_teardown(test, make, clean)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		MADE(what_was_written_is_read),
		MADE(cut_anywhere_it_is_refused),
		MADE(every_byte_of_it_counts),
		MADE(frames_are_neither_dropped_nor_repeated_nor_swapped),
		MADE(frames_of_another_export_are_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
