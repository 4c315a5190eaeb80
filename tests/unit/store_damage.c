/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/lmdb.h"
#include "unit/scratch.h"
#include "unit/store_conformance.h"

/*
 * A store whose file somebody or something has damaged: a child process opens
 * it and asks; it may be refused or get the right answer, never a wrong one,
 * and it may not crash or hang.
 */
#define RECORDS 24
#define STATE "/state"

struct fixture {
	struct conformance conformance;
	char directory[32];
	char path[64], key_path[64], state_path[80];
	unsigned char *bytes; /* the sound file */
	size_t len;
};

static void
record_of(size_t i, struct cardea_key *ret_key, char text[512])
{
	char owner[64];

	snprintf(owner, sizeof(owner), "user%02zu%.*s", i, (int)(i % 5) * 8,
	    "................................");
	*ret_key = key_of(i % 2 == 0 ? "token" : "lock", owner, "id");
	snprintf(text, 512, "%zu%.*s", i, (int)(i % 7) * 60,
	    "--------------------------------------------------------------"
	    "--------------------------------------------------------------"
	    "--------------------------------------------------------------"
	    "--------------------------------------------------------------"
	    "--------------------------------------------------------------"
	    "--------------------------------------------------------------");
}

static void
load(struct fixture *fixture)
{
	struct stat st;
	int fd = open(fixture->state_path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	fixture->len = (size_t)st.st_size;
	fixture->bytes = malloc(fixture->len);
	assert_non_null(fixture->bytes);
	assert_int_equal(
	    read(fd, fixture->bytes, fixture->len), (ssize_t)fixture->len);
	close(fd);
}

static int
set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct cardea_store *store;
	struct cardea_key key;
	char text[512];

	assert_non_null(fixture);
	snprintf(
	    fixture->directory, sizeof(fixture->directory), "damage-XXXXXX");
	scratch_make(fixture->directory);
	snprintf(
	    fixture->path, sizeof(fixture->path), "%s/db", fixture->directory);
	snprintf(fixture->key_path, sizeof(fixture->key_path), "%s/key",
	    fixture->directory);
	snprintf(fixture->state_path, sizeof(fixture->state_path), "%s%s",
	    fixture->path, STATE);
	fixture->conformance.driver = &cardea_lmdb;
	fixture->conformance.config = (struct cardea_store_config){
		.path = fixture->path,
		.seal_key_path = fixture->key_path,
		.size_mb = 1,
		.create = true,
	};
	store = conformance_open(&fixture->conformance);
	for (size_t i = 0; i < RECORDS; i++) {
		record_of(i, &key, text);
		assert_int_equal(put(store, &key, 0, text), CARDEA_OK);
	}
	/* every page of the tree has an older copy behind it */
	for (size_t i = 0; i < RECORDS; i += 3) {
		record_of(i, &key, text);
		assert_int_equal(
		    put(store, &key, expect(store, &key, text), "old"),
		    CARDEA_OK);
		assert_int_equal(
		    put(store, &key, expect(store, &key, "old"), text),
		    CARDEA_OK);
	}
	cardea_store_close(store);
	fixture->conformance.config.create = false;
	load(fixture);
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	scratch_remove(fixture->directory);
	free(fixture->bytes);
	free(fixture);
	return 0;
}

static void
store_bytes(
    const struct fixture *fixture, size_t at, const void *bytes, size_t len)
{
	int fd = open(fixture->state_path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, (off_t)at), (ssize_t)len);
	close(fd);
}

/* Only what differs, so that the next sync has little to do. */
static void
restore(const struct fixture *fixture)
{
	unsigned char page[4096];
	int fd = open(fixture->state_path, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)fixture->len), 0);
	for (size_t at = 0; at < fixture->len; at += sizeof(page)) {
		assert_int_equal(
		    pread(fd, page, sizeof(page), (off_t)at), sizeof(page));
		if (memcmp(page, fixture->bytes + at, sizeof(page)) != 0)
			assert_int_equal(pwrite(fd, fixture->bytes + at,
					     sizeof(page), (off_t)at),
			    sizeof(page));
	}
	close(fd);
}

enum outcome { REFUSED = 3, RIGHT = 4, WRONG = 5 };

static bool
is_refusal(enum cardea_status status)
{
	return status == CARDEA_E_CORRUPT || status == CARDEA_E_VERSION;
}

/* What is there, what never was, and a change. */
static enum outcome
ask(struct cardea_store *store, size_t i)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	char text[512];
	enum cardea_status status;
	enum outcome outcome = WRONG;

	record_of(i, &key, text);
	status = cardea_store_get(store, &key, &value, NULL);
	if (is_refusal(status))
		outcome = REFUSED;
	else if (status == CARDEA_OK && value.len == strlen(text) &&
	    memcmp(value.data, text, value.len) == 0)
		outcome = RIGHT;
	cardea_value_clear(&value);
	if (outcome != RIGHT)
		return outcome;
	record_of(RECORDS + i, &key, text);
	status = cardea_store_get(store, &key, &value, NULL);
	if (status == CARDEA_E_MISSING)
		return RIGHT;
	return is_refusal(status) ? REFUSED : WRONG;
}

static enum outcome
change(struct cardea_store *store, size_t i)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	char text[512];
	enum cardea_status status;

	record_of(i, &key, text);
	status = cardea_store_get(store, &key, &value, NULL);
	if (status == CARDEA_OK)
		status = i % 2 == 0 ? put(store, &key, value.version, "new")
				    : drop(store, &key, value.version);
	cardea_value_clear(&value);
	if (is_refusal(status))
		return REFUSED;
	if (status != CARDEA_OK)
		return WRONG;
	status = cardea_store_get(store, &key, &value, NULL);
	cardea_value_clear(&value);
	if (is_refusal(status))
		return REFUSED;
	return status == (i % 2 == 0 ? CARDEA_OK : CARDEA_E_MISSING) ? RIGHT
								     : WRONG;
}

static enum outcome
probe(const struct fixture *fixture)
{
	struct cardea_store *store = NULL;
	enum cardea_status status;
	enum outcome outcome = RIGHT, one;

	status = cardea_store_open_with(
	    &cardea_lmdb, &fixture->conformance.config, &store, NULL);
	if (status != CARDEA_OK)
		return is_refusal(status) ? REFUSED : WRONG;
	for (size_t i = 0; outcome != WRONG && i < RECORDS; i++) {
		one = ask(store, i);
		if (one != RIGHT)
			outcome = one;
	}
	for (size_t i = 0; outcome != WRONG && i < RECORDS; i += 13) {
		one = change(store, i);
		if (one != RIGHT)
			outcome = one;
	}
	cardea_store_close(store);
	return outcome;
}

/* The outcome in a child of its own; its death is a failure, and so is one
 * that takes longer than a second (F06). */
static enum outcome
probe_apart(const struct fixture *fixture)
{
	int wstatus = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		alarm(1);
		_exit((int)probe(fixture));
	}
	assert_int_equal(waitpid(child, &wstatus, 0), child);
	return WIFEXITED(wstatus) ? (enum outcome)WEXITSTATUS(wstatus) : WRONG;
}

/* The probe changes the store too: what it wrote is taken back. */
static enum outcome
probe_bytes(struct fixture *fixture, size_t at, const void *bytes, size_t len)
{
	enum outcome outcome;

	store_bytes(fixture, at, bytes, len);
	outcome = probe_apart(fixture);
	restore(fixture);
	return outcome;
}

static size_t
used_bytes(const struct fixture *fixture)
{
	size_t len = fixture->len;

	while (len > 0 && fixture->bytes[len - 1] == 0)
		len--;
	return len;
}

static void
the_sound_store_answers_rightly(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(probe_apart(fixture), RIGHT);
	restore(fixture);
	assert_int_equal(probe_apart(fixture), RIGHT);
	restore(fixture);
}

static void
no_flipped_byte_gives_a_wrong_answer_or_a_crash(void **state)
{
	struct fixture *fixture = *state;
	const size_t len = used_bytes(fixture);
	size_t refused = 0, right = 0;

	/* each byte in turn would take minutes: a stride that is prime, and
	 * begins elsewhere for each bit, visits all kinds of fields */
	for (size_t at = 0; at < len; at += at < 256 ? 1 : 101) {
		const unsigned char byte = (unsigned char)(fixture->bytes[at] ^
		    (1u << (at * 7 % 8)));
		enum outcome outcome = probe_bytes(fixture, at, &byte, 1);

		if (outcome == WRONG)
			print_message("# byte %zu of %zu\n", at, len);
		assert_int_not_equal(outcome, WRONG);
		refused += outcome == REFUSED;
		right += outcome == RIGHT;
	}
	/* the test reaches what matters, and what does not */
	assert_true(refused > 20);
	assert_true(right > 20);
}

static void
a_page_of_rubbish_zeros_or_of_elsewhere_is_refused_or_unused(void **state)
{
	struct fixture *fixture = *state;
	const size_t page = 4096, pages = used_bytes(fixture) / page + 1;
	unsigned char rubbish[4096], zeros[4096] = { 0 };
	unsigned int seed = 11;

	for (size_t i = 0; i < sizeof(rubbish); i++)
		rubbish[i] = (unsigned char)rand_r(&seed);
	for (size_t i = 0; i < pages; i++) {
		assert_int_not_equal(
		    probe_bytes(fixture, i * page, rubbish, page), WRONG);
		assert_int_not_equal(
		    probe_bytes(fixture, i * page, zeros, page), WRONG);
		for (size_t j = i % 7; j < pages; j += 7)
			assert_int_not_equal(
			    probe_bytes(fixture, i * page,
				fixture->bytes + j * page, page),
			    WRONG);
	}
}

static void
F12_a_file_cut_short_is_refused(void **state)
{
	struct fixture *fixture = *state;
	const size_t used = used_bytes(fixture);

	for (size_t len = 0; len < used; len += 2003) {
		assert_int_equal(truncate(fixture->state_path, (off_t)len), 0);
		assert_int_equal(probe_apart(fixture), REFUSED);
		restore(fixture);
	}
}

static void
random_bytes_for_a_file_are_refused(void **state)
{
	struct fixture *fixture = *state;
	unsigned char *bytes = malloc(fixture->len);
	unsigned int seed = 5;

	assert_non_null(bytes);
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < fixture->len; i++)
			bytes[i] = (unsigned char)rand_r(&seed);
		assert_int_equal(
		    probe_bytes(fixture, 0, bytes, fixture->len), REFUSED);
	}
	free(bytes);
}

/* A store open in this process when the file is damaged. */
static void
damage_under_an_open_store_is_noticed(void **state)
{
	struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct cardea_value value = { 0 };
	struct cardea_key key;
	char text[512];

	record_of(3, &key, text);
	expect(store, &key, text);
	assert_int_equal(truncate(fixture->state_path, 8192), 0);
	assert_int_equal(
	    cardea_store_get(store, &key, &value, NULL), CARDEA_E_CORRUPT);
	assert_int_equal(put(store, &key, 1, "x"), CARDEA_E_CORRUPT);
	cardea_store_close(store);
	restore(fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sound_store_answers_rightly),
		cmocka_unit_test(
		    no_flipped_byte_gives_a_wrong_answer_or_a_crash),
		cmocka_unit_test(
		    a_page_of_rubbish_zeros_or_of_elsewhere_is_refused_or_unused),
		cmocka_unit_test(F12_a_file_cut_short_is_refused),
		cmocka_unit_test(random_bytes_for_a_file_are_refused),
		cmocka_unit_test(damage_under_an_open_store_is_noticed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
