/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/scratch.h"
#include "unit/store_fixture.h"

/*
 * A disk that is full, or read-only: a tmpfs of 4 MiB over the test's own
 * directory, in a mount namespace of this process alone.
 */
#define DISK_BYTES "4194304"

static int
mount_disk(void **state)
{
	struct fixture *fixture;

	assert_int_equal(fixture_make(state), 0);
	fixture = *state;
	assert_int_equal(mount("tmpfs", fixture->directory, "tmpfs", 0,
			     "mode=0700,size=" DISK_BYTES),
	    0);
	return 0;
}

static int
unmount_disk(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(umount(fixture->directory), 0);
	return fixture_remove(state);
}

static void
filler_path(const struct fixture *fixture, char path[64])
{
	snprintf(path, 64, "%s/filler", fixture->directory);
}

/* Not one byte is left. */
static void
fill_disk(const struct fixture *fixture)
{
	char path[64], bytes[4096] = { 0 };
	int fd;

	filler_path(fixture, path);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (write(fd, bytes, sizeof(bytes)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static void
free_disk(const struct fixture *fixture)
{
	char path[64];

	filler_path(fixture, path);
	assert_int_equal(unlink(path), 0);
}

static void
a_recovery_code_can_be_spent_on_a_full_disk(void **state)
{
	const struct fixture *fixture = *state;
	const struct cardea_key key = key_of("recovery", "alice", "");
	const struct cardea_key tries = key_of("tries", "alice", "*");
	struct cardea_store *store = conformance_open(&fixture->conformance);
	uint64_t version, counted = 0;
	char text[16];

	assert_int_equal(put(store, &key, 0, "10 left"), CARDEA_OK);
	cardea_store_close(store);
	fill_disk(fixture);
	/* opened anew, as each login does, and much more often than codes
	 * there are */
	for (unsigned int i = 0; i < 200; i++) {
		store = conformance_open(&fixture->conformance);
		snprintf(text, sizeof(text), "%u", i);
		version = expect(store, &key, i == 0 ? "10 left" : "9 left");
		assert_int_equal(
		    put(store, &key, version, "9 left"), CARDEA_OK);
		/* and a record that was not there before */
		assert_int_equal(put(store, &tries, counted, text), CARDEA_OK);
		counted = expect(store, &tries, text);
		cardea_store_close(store);
	}
}

static void
F12_a_store_that_cannot_grow_is_full_and_whole(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = conformance_open(&fixture->conformance);
	const struct cardea_key small = key_of("token", "alice", "1");
	char *text = malloc(CARDEA_VALUE_MAX);
	enum cardea_status status = CARDEA_OK;
	struct cardea_diag diag = { 0 };
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT };
	struct cardea_key key;
	uint64_t version;
	size_t count = 0;
	char id[24];

	assert_non_null(text);
	memset(text, 'v', CARDEA_VALUE_MAX);
	text[CARDEA_VALUE_MAX - 1] = '\0';
	assert_int_equal(put(store, &small, 0, "seed"), CARDEA_OK);
	fill_disk(fixture);
	while (count < 1000) {
		snprintf(id, sizeof(id), "%zu", count);
		change.key = key_of("big", "", id);
		change.data = (const unsigned char *)text;
		change.len = CARDEA_VALUE_MAX - 1;
		status = cardea_store_commit(store, &change, 1, &diag);
		if (status != CARDEA_OK)
			break;
		count++;
	}
	assert_int_equal(status, CARDEA_E_FULL);
	assert_string_equal(
	    diag.reason, "the store cannot grow: No space left on device");
	assert_in_range(count, 5, 20);
	/* nothing is lost, and the small things go on */
	for (size_t i = 0; i < count; i++) {
		snprintf(id, sizeof(id), "%zu", i);
		key = key_of("big", "", id);
		expect(store, &key, text);
	}
	version = expect(store, &small, "seed");
	assert_int_equal(put(store, &small, version, "spent"), CARDEA_OK);
	cardea_store_close(store);
	/* with room again it grows */
	free_disk(fixture);
	store = conformance_open(&fixture->conformance);
	expect(store, &small, "spent");
	assert_int_equal(
	    cardea_store_commit(store, &change, 1, NULL), CARDEA_OK);
	cardea_store_close(store);
	free(text);
}

static void
a_store_made_on_a_full_disk_is_not_half_made(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_store *store = NULL;
	struct cardea_diag diag = { 0 };

	fill_disk(fixture);
	assert_int_equal(
	    cardea_store_open(&fixture->conformance.config, &store, &diag),
	    CARDEA_E_FULL);
	assert_null(store);
	assert_string_not_equal(diag.reason, "");
	assert_int_equal(access(fixture->state_path, F_OK), -1);
	free_disk(fixture);
	cardea_store_close(conformance_open(&fixture->conformance));
}

static void
a_read_only_disk_lets_readers_in_and_writers_not(void **state)
{
	struct fixture *fixture = *state;
	const struct cardea_key key = key_of("token", "alice", "1");
	struct cardea_store *store = conformance_open(&fixture->conformance);
	struct cardea_diag diag;

	assert_int_equal(put(store, &key, 0, "seed"), CARDEA_OK);
	cardea_store_close(store);
	assert_int_equal(
	    mount(NULL, fixture->directory, NULL, MS_REMOUNT | MS_RDONLY, NULL),
	    0);
	assert_int_equal(fixture_try(fixture, &diag), CARDEA_E_IO);
	assert_string_equal(
	    diag.reason, "cannot be opened: Read-only file system");
	fixture->conformance.config.create = false;
	fixture->conformance.config.read_only = true;
	store = conformance_open(&fixture->conformance);
	expect(store, &key, "seed");
	cardea_store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_recovery_code_can_be_spent_on_a_full_disk, mount_disk,
		    unmount_disk),
		cmocka_unit_test_setup_teardown(
		    F12_a_store_that_cannot_grow_is_full_and_whole, mount_disk,
		    unmount_disk),
		cmocka_unit_test_setup_teardown(
		    a_store_made_on_a_full_disk_is_not_half_made, mount_disk,
		    unmount_disk),
		cmocka_unit_test_setup_teardown(
		    a_read_only_disk_lets_readers_in_and_writers_not,
		    mount_disk, unmount_disk),
	};

	if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		printf("1..0 # SKIP a small disk can only be mounted by "
		       "root\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
