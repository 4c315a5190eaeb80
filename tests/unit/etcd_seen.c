/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/library/seen.h"
#include "unit/scratch.h"
#include "unit/test.h"

static char folder[] = "seen-XXXXXX", path[64], file[80];

static int
make(void **state)
{
	(void)state;
	memcpy(folder, "seen-XXXXXX", sizeof(folder));
	scratch_make(folder);
	snprintf(path, sizeof(path), "%s/kept", folder);
	snprintf(file, sizeof(file), "%s/%s", path, CARDEA_SEEN_FILE);
	return 0;
}

static int
drop(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

static struct cardea_seen
opened(void)
{
	struct cardea_seen seen;

	assert_int_equal(cardea_seen_open(path, false, &seen, NULL), CARDEA_OK);
	return seen;
}

static enum cardea_status
judge(struct cardea_seen *seen, uint64_t cluster, uint64_t revision, bool wrote)
{
	const struct cardea_etcd_head head = {
		.cluster = cluster, .member = 7, .revision = revision
	};

	return cardea_seen_judge(seen, &head, wrote, NULL);
}

static void
R01_time_goes_one_way(void **state)
{
	struct cardea_seen seen = opened();

	(void)state;
	assert_int_equal(judge(&seen, 1, 5, false), CARDEA_OK);
	assert_int_equal(judge(&seen, 1, 5, false), CARDEA_OK);
	assert_int_equal(judge(&seen, 1, 5, true), CARDEA_E_CORRUPT);
	assert_int_equal(judge(&seen, 1, 6, true), CARDEA_OK);
	assert_int_equal(judge(&seen, 1, 5, false), CARDEA_E_CORRUPT);
	assert_int_equal(judge(&seen, 2, 9, false), CARDEA_E_CORRUPT);
	assert_int_equal(judge(&seen, 1, 6, false), CARDEA_OK);
	cardea_seen_close(&seen);
}

static void
R01_the_next_process_knows_it_too(void **state)
{
	struct cardea_seen seen = opened();

	(void)state;
	assert_int_equal(
	    judge(&seen, 0xfedcba9876543210u, 1000, false), CARDEA_OK);
	seen.server = 8;
	cardea_seen_close(&seen);
	seen = opened();
	assert_true(seen.cluster == 0xfedcba9876543210u);
	assert_int_equal(seen.revision, 1000);
	assert_int_equal(seen.server, 8);
	assert_int_equal(
	    judge(&seen, 0xfedcba9876543210u, 999, false), CARDEA_E_CORRUPT);
	cardea_seen_close(&seen);
}

static void
two_processes_keep_the_higher_one(void **state)
{
	struct cardea_seen slow = opened(), quick = opened();

	(void)state;
	assert_int_equal(judge(&slow, 1, 5, false), CARDEA_OK);
	assert_int_equal(judge(&quick, 1, 9, false), CARDEA_OK);
	cardea_seen_close(&quick);
	cardea_seen_close(&slow);
	slow = opened();
	assert_int_equal(slow.revision, 9);
	cardea_seen_close(&slow);
}

static void
nobody_waits_for_who_holds_the_file(void **state)
{
	struct cardea_seen seen = opened();
	int fd;

	(void)state;
	assert_int_equal(judge(&seen, 1, 5, false), CARDEA_OK);
	cardea_seen_save(&seen);
	fd = open(file, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(judge(&seen, 1, 6, false), CARDEA_OK);
	cardea_seen_save(&seen);
	assert_true(seen.is_news);
	close(fd);
	cardea_seen_close(&seen);
	seen = opened();
	assert_int_equal(seen.revision, 6);
	cardea_seen_close(&seen);
}

static void
fill(const char *bytes, size_t len)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

static void
a_crash_leaves_nothing_and_a_stranger_no_excuse(void **state)
{
	static const char good[] = "cardea-cluster 1 00000000000000ff "
				   "00000000000000000123 2\n";
	struct cardea_seen seen = opened();
	char bad[sizeof(good)];

	(void)state;
	cardea_seen_close(&seen);
	fill("", 0);
	seen = opened();
	assert_int_equal(seen.revision, 0);
	cardea_seen_close(&seen);
	memset(bad, 0, sizeof(bad));
	fill(bad, sizeof(bad) - 1);
	seen = opened();
	cardea_seen_close(&seen);
	fill(good, sizeof(good) - 1);
	seen = opened();
	assert_int_equal(seen.revision, 123);
	assert_int_equal(seen.cluster, 255);
	cardea_seen_close(&seen);
	for (size_t i = 0; i < sizeof(good) - 1; i++) {
		memcpy(bad, good, sizeof(good));
		bad[i] = '~';
		fill(bad, sizeof(bad) - 1);
		assert_int_equal(cardea_seen_open(path, false, &seen, NULL),
		    CARDEA_E_CORRUPT);
		fill(good, i);
		if (i > 0)
			assert_int_equal(
			    cardea_seen_open(path, false, &seen, NULL),
			    CARDEA_E_CORRUPT);
	}
	fill("cardea-cluster 1 00000000000000ff 99999999999999999999 2\n", 57);
	assert_int_equal(
	    cardea_seen_open(path, false, &seen, NULL), CARDEA_E_CORRUPT);
}

static void
a_folder_that_others_can_enter_is_none(void **state)
{
	struct cardea_diag diag = { .line = 0 };
	struct cardea_seen seen;

	(void)state;
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(chmod(path, 0755), 0);
	assert_int_equal(
	    cardea_seen_open(path, false, &seen, &diag), CARDEA_E_UNSAFE);
	assert_string_equal(diag.file, path);
}

static void
a_reader_makes_nothing(void **state)
{
	struct cardea_seen seen;

	(void)state;
	assert_int_equal(cardea_seen_open(path, true, &seen, NULL), CARDEA_OK);
	assert_int_equal(judge(&seen, 1, 5, false), CARDEA_OK);
	cardea_seen_close(&seen);
	assert_int_not_equal(access(path, F_OK), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    R01_time_goes_one_way, make, drop),
		cmocka_unit_test_setup_teardown(
		    R01_the_next_process_knows_it_too, make, drop),
		cmocka_unit_test_setup_teardown(
		    two_processes_keep_the_higher_one, make, drop),
		cmocka_unit_test_setup_teardown(
		    nobody_waits_for_who_holds_the_file, make, drop),
		cmocka_unit_test_setup_teardown(
		    a_crash_leaves_nothing_and_a_stranger_no_excuse, make,
		    drop),
		cmocka_unit_test_setup_teardown(
		    a_folder_that_others_can_enter_is_none, make, drop),
		cmocka_unit_test_setup_teardown(
		    a_reader_makes_nothing, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
