/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/lmdb.h"
#include "unit/store_fixture.h"

/* ---- what is not a store of ours ---- */

static void
what_was_never_made_is_missing_and_stays_so(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_diag diag;

	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_MISSING);
	assert_string_equal(diag.file, fixture->path);
	assert_int_equal(access(fixture->path, F_OK), -1);
	assert_int_equal(mkdir(fixture->path, 0700), 0);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_MISSING);
	assert_string_equal(diag.file, fixture->state_path);
	assert_int_equal(access(fixture->state_path, F_OK), -1);
	assert_int_equal(access(fixture->key_path, F_OK), -1);
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
F11_all_of_a_store_is_closed_to_others(void **state)
{
	const struct fixture *fixture = *state;
	const mode_t old = umask(0);

	cardea_store_close(conformance_open(&fixture->conformance));
	umask(old);
	assert_int_equal(mode_of(fixture->path), 0700);
	assert_int_equal(mode_of(fixture->state_path), 0600);
	assert_int_equal(mode_of(fixture->turn_path), 0600);
	assert_int_equal(mode_of(fixture->key_path), 0400);
}

/* Puts something else in place of path; the status of opening must come
 * within a second. */
static void
expect_at(
    const struct fixture *fixture, const char *path, enum cardea_status status)
{
	struct cardea_diag diag;

	alarm(1);
	assert_int_equal(fixture_try(fixture, &diag), status);
	alarm(0);
	assert_string_equal(diag.file, path);
	assert_string_not_equal(diag.reason, "");
}

static void
exchange(const struct fixture *fixture, const char *path)
{
	char aside[96];

	snprintf(aside, sizeof(aside), "%s.aside", path);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_at(fixture, path, CARDEA_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	expect_at(fixture, path, CARDEA_E_UNSAFE);
	assert_int_equal(rmdir(path), 0);
	/* a good file, but by a link */
	assert_int_equal(symlink(strrchr(aside, '/') + 1, path), 0);
	expect_at(fixture, path, CARDEA_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(aside, path), 0);
}

static void
F06_F07_links_fifos_and_directories_are_refused_at_once(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_diag diag;

	cardea_store_close(conformance_open(&fixture->conformance));
	exchange(fixture, fixture->state_path);
	exchange(fixture, fixture->turn_path);
	exchange(fixture, fixture->key_path);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_OK);
}

static void
F11_modes_that_let_others_in_are_refused(void **state)
{
	const struct fixture *fixture = *state;
	const char *const paths[] = { fixture->state_path, fixture->turn_path,
		fixture->key_path, fixture->path };
	static const mode_t bits[] = { 040, 020, 04, 02 };
	struct cardea_diag diag;
	mode_t mode;

	cardea_store_close(conformance_open(&fixture->conformance));
	for (size_t i = 0; i < 4; i++) {
		mode = mode_of(paths[i]);
		for (size_t j = 0; j < 4; j++) {
			assert_int_equal(chmod(paths[i], mode | bits[j]), 0);
			expect_at(fixture, paths[i], CARDEA_E_UNSAFE);
			/* and nothing is put right behind his back (F10) */
			assert_int_equal(mode_of(paths[i]), mode | bits[j]);
		}
		assert_int_equal(chmod(paths[i], mode), 0);
	}
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_OK);
}

static void
R05_files_of_another_owner_are_refused(void **state)
{
	const struct fixture *fixture = *state;
	const char *const paths[] = { fixture->state_path, fixture->turn_path,
		fixture->key_path, fixture->path };

	if (geteuid() != 0) /* nobody else can give files away */
		return;
	cardea_store_close(conformance_open(&fixture->conformance));
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(chown(paths[i], 12345, 0), 0);
		expect_at(fixture, paths[i], CARDEA_E_UNSAFE);
		assert_int_equal(chown(paths[i], 0, 0), 0);
	}
}

static void
an_empty_or_huge_file_in_place_of_the_state_is_refused(void **state)
{
	const struct fixture *fixture = *state;

	cardea_store_close(conformance_open(&fixture->conformance));
	assert_int_equal(truncate(fixture->state_path, 0), 0);
	expect_at(fixture, fixture->state_path, CARDEA_E_CORRUPT);
	assert_int_equal(truncate(fixture->state_path, (off_t)1 << 40), 0);
	expect_at(fixture, fixture->state_path, CARDEA_E_CORRUPT);
}

static size_t
count_descriptors(bool *ret_all_close)
{
	size_t count = 0;

	*ret_all_close = true;
	for (int fd = 3; fd < 256; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags < 0)
			continue;
		count++;
		if ((flags & FD_CLOEXEC) == 0)
			*ret_all_close = false;
	}
	return count;
}

static void
F02_descriptors_close_on_exec_and_with_the_store(void **state)
{
	struct fixture *fixture = *state;
	struct cardea_store *store;
	struct cardea_diag diag;
	bool all_close;
	size_t before;

	/* those that the test was started with */
	for (int fd = 3; fd < 256; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	before = count_descriptors(&all_close);
	store = conformance_open(&fixture->conformance);
	assert_true(count_descriptors(&all_close) > before);
	assert_true(all_close);
	cardea_store_close(store);
	assert_int_equal(count_descriptors(&all_close), before);
	/* nor does a failure leave one behind */
	assert_int_equal(truncate(fixture->state_path, 5000), 0);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_CORRUPT);
	assert_int_equal(count_descriptors(&all_close), before);
}

/* ---- reading only ---- */

static void
a_reader_writes_nothing_and_sees_all(void **state)
{
	struct fixture *fixture = *state;
	const struct cardea_key key = key_of("token", "alice", "1");
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct stat before, after;

	assert_int_equal(put(store, &key, 0, "seed"), CARDEA_OK);
	cardea_store_close(store);
	assert_int_equal(stat(fixture->state_path, &before), 0);
	fixture->conformance.config.create = false;
	fixture->conformance.config.read_only = true;
	store = conformance_open(&fixture->conformance);
	expect(store, &key, "seed");
	assert_int_equal(put(store, &key, 1, "x"), CARDEA_E_INTERNAL);
	expect(store, &key, "seed");
	cardea_store_close(store);
	assert_int_equal(stat(fixture->state_path, &after), 0);
	assert_memory_equal(
	    &before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
	assert_int_equal(before.st_size, after.st_size);
}

/* ---- growing ---- */

static void
a_store_grows_and_those_who_have_it_open_follow(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *writer = conformance_open(&fixture->conformance);
	char *text = malloc(CARDEA_VALUE_MAX);
	struct cardea_key key;
	struct stat before, after;
	char id[24];
	int wstatus;
	pid_t child;

	assert_non_null(text);
	memset(text, 'v', CARDEA_VALUE_MAX);
	text[CARDEA_VALUE_MAX - 1] = '\0';
	assert_int_equal(stat(fixture->state_path, &before), 0);
	assert_int_equal(before.st_size, 1 << 20);
	cardea_store_close(writer);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct cardea_store *reader = conformance_open(
		    &fixture->conformance);

		/* opened while it was small; asks when it is large */
		assert_int_equal(kill(getpid(), SIGSTOP), 0);
		for (size_t i = 0; i < 40; i++) {
			snprintf(id, sizeof(id), "%zu", i);
			key = key_of("big", "", id);
			expect(reader, &key, text);
		}
		cardea_store_close(reader);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &wstatus, WUNTRACED), child);
	assert_true(WIFSTOPPED(wstatus));
	writer = conformance_open(&fixture->conformance);
	for (size_t i = 0; i < 40; i++) {
		snprintf(id, sizeof(id), "%zu", i);
		key = key_of("big", "", id);
		assert_int_equal(put(writer, &key, 0, text), CARDEA_OK);
	}
	cardea_store_close(writer);
	assert_int_equal(kill(child, SIGCONT), 0);
	assert_int_equal(waitpid(child, &wstatus, 0), child);
	assert_int_equal(wstatus, 0);
	assert_int_equal(stat(fixture->state_path, &after), 0);
	assert_true(after.st_size > 40 * CARDEA_VALUE_MAX);
	/* allocated, not sparse */
	assert_true(after.st_blocks * 512 >= after.st_size);
	free(text);
}

/* ---- killed ---- */

/* Two records that must always say the same; each number is told to the
 * parent once it is committed. */
static void
commit_for_ever(const struct conformance *conformance, int out)
{
	struct cardea_store *store = conformance_open(conformance);
	struct cardea_change changes[2] = {
		{ .kind = CARDEA_CHANGE_PUT, .key = key_of("twin", "a", "") },
		{ .kind = CARDEA_CHANGE_PUT, .key = key_of("twin", "b", "") },
	};
	struct cardea_value value = { 0 };
	uint32_t number = 0;

	for (;;) {
		if (cardea_store_get(store, &changes[0].key, &value, NULL) ==
		    CARDEA_OK) {
			memcpy(&number, value.data, sizeof(number));
			changes[0].version = value.version;
			cardea_value_clear(&value);
		}
		changes[1].version = changes[0].version;
		number++;
		for (size_t i = 0; i < 2; i++) {
			changes[i].data = (const unsigned char *)&number;
			changes[i].len = sizeof(number);
		}
		if (cardea_store_commit(store, changes, 2, NULL) != CARDEA_OK ||
		    write(out, &number, sizeof(number)) != sizeof(number))
			_exit(1);
	}
}

static uint32_t
read_twins(const struct conformance *conformance)
{
	struct cardea_store *store = conformance_open(conformance);
	const struct cardea_key a = key_of("twin", "a", ""),
				b = key_of("twin", "b", "");
	struct cardea_value left = { 0 }, right = { 0 };
	uint32_t number = 0;
	enum cardea_status status;

	status = cardea_store_get(store, &a, &left, NULL);
	assert_int_equal(cardea_store_get(store, &b, &right, NULL), status);
	if (status == CARDEA_OK) {
		assert_int_equal(left.len, sizeof(number));
		assert_int_equal(right.len, sizeof(number));
		assert_memory_equal(left.data, right.data, left.len);
		assert_true(left.version == right.version);
		memcpy(&number, left.data, sizeof(number));
	} else {
		assert_int_equal(status, CARDEA_E_MISSING);
	}
	cardea_value_clear(&left);
	cardea_value_clear(&right);
	cardea_store_close(store);
	return number;
}

static void
wait_us(long us)
{
	const struct timespec pause = { .tv_nsec = us * 1000 };

	(void)nanosleep(&pause, NULL);
}

static void
F08_a_commit_cut_by_kill_9_is_whole_or_never_was(void **state)
{
	const struct fixture *fixture = *state;
	const struct conformance *conformance = &fixture->conformance;
	uint32_t told = 0, number, stored;
	unsigned int seed = 42;
	int wstatus, out[2];
	pid_t child;

	cardea_store_close(conformance_open(conformance));
	for (int round = 0; round < 60 || told < 20; round++) {
		assert_int_equal(pipe(out), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(out[0]);
			commit_for_ever(conformance, out[1]);
		}
		close(out[1]);
		/* the moment is what is varied, nothing waits for it */
		wait_us(rand_r(&seed) % (8000 + 100 * round));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &wstatus, 0), child);
		assert_true(WIFSIGNALED(wstatus));
		while (read(out[0], &number, sizeof(number)) == sizeof(number))
			told = number;
		close(out[0]);
		stored = read_twins(conformance);
		/* what was told is there; at most one more was on its way */
		assert_in_range(stored, told, told + 1);
		told = stored;
	}
}

static void
F08_making_a_store_may_be_cut_anywhere(void **state)
{
	const struct fixture *fixture = *state;
	const struct conformance *conformance = &fixture->conformance;
	const struct cardea_key key = key_of("token", "alice", "1");
	struct cardea_store *store;
	unsigned int seed = 7;
	int wstatus;
	pid_t child;

	for (int round = 0; round < 60; round++) {
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			cardea_store_close(conformance_open(conformance));
			_exit(0);
		}
		wait_us(rand_r(&seed) % 6000);
		(void)kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &wstatus, 0), child);
		store = conformance_open(conformance);
		assert_int_equal(put(store, &key, 0, "seed"), CARDEA_OK);
		expect(store, &key, "seed");
		cardea_store_close(store);
		(void)unlink(fixture->state_path);
		(void)unlink(fixture->key_path);
		if (round % 2 == 0) {
			(void)unlink(fixture->turn_path);
			assert_int_equal(rmdir(fixture->path), 0);
		}
	}
}

static int
make_and_write(const struct conformance *conformance, size_t index)
{
	struct cardea_store *store = conformance_open(conformance);
	struct cardea_key key;
	char id[24];
	enum cardea_status status;

	snprintf(id, sizeof(id), "%zu", index);
	key = key_of("token", "alice", id);
	status = put(store, &key, 0, id);
	cardea_store_close(store);
	return status == CARDEA_OK ? 0 : 1;
}

static void
stores_made_by_many_at_once_are_one_store(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store;
	struct cardea_key key;
	char id[24];

	assert_int_equal(
	    in_processes(12, make_and_write, &fixture->conformance), 12);
	store = conformance_open(&fixture->conformance);
	for (size_t i = 0; i < 12; i++) {
		snprintf(id, sizeof(id), "%zu", i);
		key = key_of("token", "alice", id);
		expect(store, &key, id);
	}
	cardea_store_close(store);
}

#define WITH_FIXTURE(test)                                                     \
	cmocka_unit_test_setup_teardown(test, fixture_make, fixture_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(what_was_never_made_is_missing_and_stays_so),
		WITH_FIXTURE(F11_all_of_a_store_is_closed_to_others),
		WITH_FIXTURE(
		    F06_F07_links_fifos_and_directories_are_refused_at_once),
		WITH_FIXTURE(F11_modes_that_let_others_in_are_refused),
		WITH_FIXTURE(R05_files_of_another_owner_are_refused),
		WITH_FIXTURE(
		    an_empty_or_huge_file_in_place_of_the_state_is_refused),
		WITH_FIXTURE(F02_descriptors_close_on_exec_and_with_the_store),
		WITH_FIXTURE(a_reader_writes_nothing_and_sees_all),
		WITH_FIXTURE(a_store_grows_and_those_who_have_it_open_follow),
		WITH_FIXTURE(F08_a_commit_cut_by_kill_9_is_whole_or_never_was),
		WITH_FIXTURE(F08_making_a_store_may_be_cut_anywhere),
		WITH_FIXTURE(stores_made_by_many_at_once_are_one_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
