/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/relay_fixture.h"
#include "unit/scratch.h"

/*
 * What stands in place of the relay's files and folders, and what nobody
 * comes for.
 */

/* ---- what stands in place of the file ---- */

static unsigned char *
read_record(const struct ledger *ledger, size_t *ret_len)
{
	unsigned char *bytes = malloc(65536);
	int fd = open(record_of(ledger, ID), O_RDONLY | O_CLOEXEC);
	ssize_t len;

	assert_non_null(bytes);
	len = read(fd, bytes, 65536);
	assert_in_range(len, 100, 65535);
	close(fd);
	*ret_len = (size_t)len;
	return bytes;
}

static void
write_record(const struct ledger *ledger, const char *id,
    const unsigned char *bytes, size_t len)
{
	int fd = open(record_of(ledger, id),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void
a_file_that_was_cut_changed_or_grown_is_trouble(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	unsigned char *bytes;
	size_t len;

	leave(ledger, ID);
	bytes = read_record(ledger, &len);
	for (size_t cut = 0; cut < len; cut++) {
		write_record(ledger, ID, bytes, cut);
		assert_int_equal(resume(ledger, &resumer), CARDEA_E_CORRUPT);
	}
	for (size_t at = 0; at < len; at++) {
		bytes[at] ^= 0x10;
		write_record(ledger, ID, bytes, len);
		assert_int_equal(resume(ledger, &resumer),
		    at == 0 ? CARDEA_E_VERSION : CARDEA_E_CORRUPT);
		bytes[at] ^= 0x10;
	}
	write_record(ledger, ID, bytes, len + 1);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_CORRUPT);
	assert_int_equal(truncate(record_of(ledger, ID), 1 << 20), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_RANGE);
	write_record(ledger, ID, bytes, len);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	free(bytes);
}

static void
a_file_in_another_ones_place_is_trouble(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	char from[256];

	leave(ledger, ID);
	strcpy(from, record_of(ledger, ID));
	assert_int_equal(rename(from, record_of(ledger, OTHER)), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	assert_int_equal(resume_id(ledger, OTHER, &resumer), CARDEA_E_CORRUPT);
}

static void
F06_links_pipes_and_directories_are_no_records(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	char kept[256];

	(void)snprintf(kept, sizeof(kept), "%s/kept", ledger->directory);
	leave(ledger, ID);
	assert_int_equal(rename(record_of(ledger, ID), kept), 0);
	assert_int_equal(symlink("../../../kept", record_of(ledger, ID)), 0);
	assert_int_equal(access(record_of(ledger, ID), F_OK), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);

	assert_int_equal(unlink(record_of(ledger, ID)), 0);
	assert_int_equal(mkfifo(record_of(ledger, ID), 0600), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);

	assert_int_equal(unlink(record_of(ledger, ID)), 0);
	assert_int_equal(mkdir(record_of(ledger, ID), 0700), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);

	assert_int_equal(rmdir(record_of(ledger, ID)), 0);
	assert_int_equal(rename(kept, record_of(ledger, ID)), 0);
	assert_int_equal(chmod(record_of(ledger, ID), 0640), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);
	assert_int_equal(chmod(record_of(ledger, ID), 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(record_of(ledger, ID), 1001, 0), 0);
		assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);
		assert_int_equal(chown(record_of(ledger, ID), 0, 0), 0);
	}
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

/* ---- what stands in place of a directory ---- */

static void
is_unsafe(const struct ledger *ledger)
{
	struct cardea_txn txn = make_txn(ledger, OTHER);
	struct cardea_resumer resumer = usual(ledger);

	assert_int_equal(leave_txn(ledger, &txn), CARDEA_E_UNSAFE);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);
}

/* Each way in which a directory cannot be trusted; as it was at the end. */
static void
spoil(const struct ledger *ledger, const char *path)
{
	static const mode_t modes[] = { 0770, 0707, 0722, 01777 };
	char kept[256];
	struct stat st;
	int fd;

	assert_int_equal(stat(path, &st), 0);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(path, modes[i]), 0);
		is_unsafe(ledger);
	}
	assert_int_equal(chmod(path, st.st_mode & 07777), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 1001, 0), 0);
		is_unsafe(ledger);
		assert_int_equal(chown(path, 0, 0), 0);
	}

	(void)snprintf(kept, sizeof(kept), "%s/kept", ledger->directory);
	assert_int_equal(rename(path, kept), 0);
	{
		char *target = realpath(kept, NULL);

		assert_int_equal(symlink(target, path), 0);
		free(target);
	}
	is_unsafe(ledger);
	assert_int_equal(unlink(path), 0);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	is_unsafe(ledger);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(kept, path), 0);
}

static void
F07_no_directory_on_the_way_is_a_link_or_open_to_others(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	char path[256];

	leave(ledger, ID);
	strcpy(path, relay_of(ledger).directory);
	spoil(ledger, path);
	strcpy(path, path_of(ledger, NULL));
	spoil(ledger, path);
	strcpy(path, record_of(ledger, ""));
	path[strlen(path) - 1] = '\0';
	spoil(ledger, path);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

static void
directories_and_files_are_made_for_root_whatever_the_umask(void **state)
{
	static const mode_t umasks[] = { 0, 022, 077 };
	struct ledger *ledger = *state;
	const mode_t before = umask(0);
	struct stat st;

	for (size_t i = 0; i < sizeof(umasks) / sizeof(umasks[0]); i++) {
		(void)umask(umasks[i]);
		leave(ledger, ID);
		(void)umask(before);
		assert_int_equal(stat(relay_of(ledger).directory, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0755);
		assert_int_equal(stat(path_of(ledger, NULL), &st), 0);
		assert_int_equal(st.st_mode & 07777, 0700);
		assert_int_equal(stat(record_of(ledger, ID), &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		scratch_remove(relay_of(ledger).directory);
	}
}

/* ---- what nobody comes for ---- */

static void
phases_never_resumed_are_swept_away_by_later_ones(void **state)
{
	struct ledger *ledger = *state;
	char id[CARDEA_TXN_MAX + 1];
	unsigned int leaves = 0;

	for (unsigned int i = 0; i < 40; i++) {
		snprintf(id, sizeof(id), "%032x", i);
		leave(ledger, id);
	}
	assert_int_equal(count_below(path_of(ledger, NULL)), 41);
	/* in the minute after, each of them may still be resumed */
	ledger_pass(ledger, CARDEA_RESUME_S);
	leave(ledger, ID);
	assert_int_equal(count_below(path_of(ledger, NULL)), 43);
	ledger_pass(ledger, CARDEA_RESUME_S * 2);
	/* eight things removed by each, one or two made */
	while (count_below(path_of(ledger, NULL)) > leaves + 1) {
		snprintf(id, sizeof(id), "f%031x", leaves++);
		leave(ledger, id);
		assert_in_range(leaves, 1, 6);
	}
	assert_int_equal(leaves, 6);
}

static void
leaving_for_ever_piles_nothing_up(void **state)
{
	struct ledger *ledger = *state;
	char id[CARDEA_TXN_MAX + 1];

	for (unsigned int i = 0; i < 500; i++) {
		snprintf(id, sizeof(id), "%032x", i);
		leave(ledger, id);
		ledger_pass(ledger, 7);
		/* no more than two minutes and a bit are there at once */
		assert_in_range(count_below(path_of(ledger, NULL)), 1, 40);
	}
}

static void
a_sweep_removes_what_does_not_belong_and_goes_nowhere_else(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	char outside[256], inside[512];

	leave(ledger, ID);
	(void)snprintf(
	    outside, sizeof(outside), "%s/outside", ledger->directory);
	assert_int_equal(mkdir(outside, 0700), 0);
	(void)snprintf(inside, sizeof(inside), "%s/precious", outside);
	assert_int_equal(mkdir(inside, 0700), 0);
	assert_int_equal(symlink("../../outside", path_of(ledger, "7")), 0);
	assert_int_equal(mkfifo(path_of(ledger, "8"), 0600), 0);
	assert_int_equal(mkdir(path_of(ledger, "-9"), 0700), 0);
	assert_int_equal(symlink("/", path_of(ledger, "-9/link")), 0);
	leave(ledger, OTHER);
	assert_int_equal(count_below(path_of(ledger, NULL)), 3);
	assert_int_equal(count_below(outside), 1);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(a_file_that_was_cut_changed_or_grown_is_trouble),
		LEDGER_TEST(a_file_in_another_ones_place_is_trouble),
		LEDGER_TEST(F06_links_pipes_and_directories_are_no_records),
		LEDGER_TEST(
		    F07_no_directory_on_the_way_is_a_link_or_open_to_others),
		LEDGER_TEST(
		    directories_and_files_are_made_for_root_whatever_the_umask),
		LEDGER_TEST(phases_never_resumed_are_swept_away_by_later_ones),
		LEDGER_TEST(leaving_for_ever_piles_nothing_up),
		LEDGER_TEST(
		    a_sweep_removes_what_does_not_belong_and_goes_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
