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
#include "unit/store_fixture.h"

/*
 * A store whose file somebody or something has damaged: a child process opens
 * it and asks; it may be refused or get the right answer, never a wrong one,
 * and it may not crash or hang.
 */
#define RECORDS 24

struct damage {
	struct fixture *fixture;
	const struct conformance *conformance; /* its own, not creating */
	const char *state_path;
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
load(struct damage *damage)
{
	struct stat st;
	int fd = open(damage->state_path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	damage->len = (size_t)st.st_size;
	damage->bytes = malloc(damage->len);
	assert_non_null(damage->bytes);
	assert_int_equal(
	    read(fd, damage->bytes, damage->len), (ssize_t)damage->len);
	close(fd);
}

static int
set_up(void **state)
{
	struct damage *damage = calloc(1, sizeof(*damage));
	struct fixture *fixture = NULL;
	struct cardea_store *store;
	struct cardea_key key;
	char text[512];

	assert_non_null(damage);
	assert_int_equal(fixture_make((void **)&fixture), 0);
	damage->fixture = fixture;
	damage->conformance = &fixture->conformance;
	damage->state_path = fixture->state_path;
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
	load(damage);
	*state = damage;
	return 0;
}

static int
tear_down(void **state)
{
	struct damage *damage = *state;

	assert_int_equal(fixture_remove((void **)&damage->fixture), 0);
	free(damage->bytes);
	free(damage);
	return 0;
}

static void
store_bytes(
    const struct damage *damage, size_t at, const void *bytes, size_t len)
{
	int fd = open(damage->state_path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, (off_t)at), (ssize_t)len);
	close(fd);
}

/* Only what differs, so that the next sync has little to do. */
static void
restore(const struct damage *damage)
{
	unsigned char page[4096];
	int fd = open(damage->state_path, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)damage->len), 0);
	for (size_t at = 0; at < damage->len; at += sizeof(page)) {
		assert_int_equal(
		    pread(fd, page, sizeof(page), (off_t)at), sizeof(page));
		if (memcmp(page, damage->bytes + at, sizeof(page)) != 0)
			assert_int_equal(pwrite(fd, damage->bytes + at,
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
probe(const struct damage *damage)
{
	struct cardea_store *store = NULL;
	enum cardea_status status;
	enum outcome outcome = RIGHT, one;

	status = cardea_store_open_with(
	    &cardea_lmdb, &damage->conformance->config, &store, NULL);
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
probe_apart(const struct damage *damage)
{
	int wstatus = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		alarm(1);
		_exit((int)probe(damage));
	}
	assert_int_equal(waitpid(child, &wstatus, 0), child);
	return WIFEXITED(wstatus) ? (enum outcome)WEXITSTATUS(wstatus) : WRONG;
}

/* The probe changes the store too: what it wrote is taken back. */
static enum outcome
probe_bytes(struct damage *damage, size_t at, const void *bytes, size_t len)
{
	enum outcome outcome;

	store_bytes(damage, at, bytes, len);
	outcome = probe_apart(damage);
	restore(damage);
	return outcome;
}

static size_t
used_bytes(const struct damage *damage)
{
	size_t len = damage->len;

	while (len > 0 && damage->bytes[len - 1] == 0)
		len--;
	return len;
}

static void
the_sound_store_answers_rightly(void **state)
{
	struct damage *damage = *state;

	assert_int_equal(probe_apart(damage), RIGHT);
	restore(damage);
	assert_int_equal(probe_apart(damage), RIGHT);
	restore(damage);
}

static void
no_flipped_byte_gives_a_wrong_answer_or_a_crash(void **state)
{
	struct damage *damage = *state;
	const size_t len = used_bytes(damage);
	size_t refused = 0, right = 0;

	/* each byte in turn would take minutes: a stride that is prime, and
	 * begins elsewhere for each bit, visits all kinds of fields */
	for (size_t at = 0; at < len; at += at < 256 ? 1 : 101) {
		const unsigned char byte = (unsigned char)(damage->bytes[at] ^
		    (1u << (at * 7 % 8)));
		enum outcome outcome = probe_bytes(damage, at, &byte, 1);

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
	struct damage *damage = *state;
	const size_t page = 4096, pages = used_bytes(damage) / page + 1;
	unsigned char rubbish[4096], zeros[4096] = { 0 };
	unsigned int seed = 11;

	for (size_t i = 0; i < sizeof(rubbish); i++)
		rubbish[i] = (unsigned char)rand_r(&seed);
	for (size_t i = 0; i < pages; i++) {
		assert_int_not_equal(
		    probe_bytes(damage, i * page, rubbish, page), WRONG);
		assert_int_not_equal(
		    probe_bytes(damage, i * page, zeros, page), WRONG);
		for (size_t j = i % 7; j < pages; j += 7)
			assert_int_not_equal(
			    probe_bytes(damage, i * page,
				damage->bytes + j * page, page),
			    WRONG);
	}
}

static void
F12_a_file_cut_short_is_refused(void **state)
{
	struct damage *damage = *state;
	const size_t used = used_bytes(damage);

	for (size_t len = 0; len < used; len += 2003) {
		assert_int_equal(truncate(damage->state_path, (off_t)len), 0);
		assert_int_equal(probe_apart(damage), REFUSED);
		restore(damage);
	}
}

static void
random_bytes_for_a_file_are_refused(void **state)
{
	struct damage *damage = *state;
	unsigned char *bytes = malloc(damage->len);
	unsigned int seed = 5;

	assert_non_null(bytes);
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < damage->len; i++)
			bytes[i] = (unsigned char)rand_r(&seed);
		assert_int_equal(
		    probe_bytes(damage, 0, bytes, damage->len), REFUSED);
	}
	free(bytes);
}

/* A store open in this process when the file is damaged. */
static void
damage_under_an_open_store_is_noticed(void **state)
{
	struct damage *damage = *state;
	struct cardea_store *store = conformance_open(damage->conformance);
	struct cardea_value value = { 0 };
	struct cardea_key key;
	char text[512];

	record_of(3, &key, text);
	expect(store, &key, text);
	assert_int_equal(truncate(damage->state_path, 8192), 0);
	assert_int_equal(
	    cardea_store_get(store, &key, &value, NULL), CARDEA_E_CORRUPT);
	assert_int_equal(put(store, &key, 1, "x"), CARDEA_E_CORRUPT);
	cardea_store_close(store);
	restore(damage);
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
