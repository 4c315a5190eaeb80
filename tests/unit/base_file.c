/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "unit/test.h"

static char directory[64];

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void
write_file(const char *name, const char *text, mode_t mode)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static enum cardea_status
read_file(const char *name, enum cardea_file_kind kind, size_t max,
    struct cardea_diag *diag)
{
	char *bytes = NULL;
	size_t len = 0;
	enum cardea_status status;

	memset(diag, 0, sizeof(*diag));
	status = cardea_file_read(path_of(name), kind, max, &bytes, &len, diag);
	if (status != CARDEA_OK)
		assert_true(bytes == NULL && len == 0 && diag->reason[0]);
	free(bytes);
	return status;
}

static int
make_directory(void **state)
{
	(void)state;
	strcpy(directory, "file-test-XXXXXX");
	return mkdtemp(directory) == NULL ? -1 : 0;
}

static int
remove_directory(void **state)
{
	static const char *const names[] = { "plain", "link", "fifo", "dir",
		"sparse", "new", "strict" };

	(void)state;
	chmod(directory, 0700);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (unlink(path_of(names[i])) != 0)
			(void)rmdir(path_of(names[i]));
	/* fails, and the test with it, if a temporary file was left */
	return rmdir(directory);
}

static void
a_plain_file_is_read_to_the_end(void **state)
{
	struct cardea_diag diag = { 0 };
	char *bytes = NULL;
	size_t len = 0;

	(void)state;
	write_file("plain", "line without newline", 0644);
	assert_int_equal(cardea_file_read(path_of("plain"), CARDEA_FILE_CONFIG,
			     20, &bytes, &len, &diag),
	    CARDEA_OK);
	assert_int_equal(len, 20);
	assert_string_equal(bytes, "line without newline");
	free(bytes);
	assert_int_equal(
	    read_file("plain", CARDEA_FILE_CONFIG, 19, &diag), CARDEA_E_RANGE);
	assert_int_equal(read_file("absent", CARDEA_FILE_CONFIG, 19, &diag),
	    CARDEA_E_MISSING);
}

static void
F06_links_fifos_and_directories_are_refused_at_once(void **state)
{
	struct cardea_diag diag;

	(void)state;
	write_file("plain", "x", 0600);
	assert_int_equal(symlink("plain", path_of("link")), 0);
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	assert_int_equal(mkdir(path_of("dir"), 0700), 0);
	assert_int_equal(
	    read_file("link", CARDEA_FILE_CONFIG, 9, &diag), CARDEA_E_UNSAFE);
	assert_string_equal(diag.reason, "is a symbolic link");
	assert_int_equal(
	    read_file("fifo", CARDEA_FILE_CONFIG, 9, &diag), CARDEA_E_UNSAFE);
	assert_string_equal(diag.reason, "is not a regular file");
	assert_int_equal(
	    read_file("dir", CARDEA_FILE_CONFIG, 9, &diag), CARDEA_E_UNSAFE);
}

static void
F06_a_sparse_tebibyte_is_refused_by_its_size(void **state)
{
	struct cardea_diag diag;

	(void)state;
	write_file("sparse", "", 0600);
	if (truncate(path_of("sparse"), (off_t)1 << 40) != 0)
		assert_int_equal(truncate(path_of("sparse"), 1 << 30), 0);
	assert_int_equal(
	    read_file("sparse", CARDEA_FILE_CONFIG, 1 << 20, &diag),
	    CARDEA_E_RANGE);
}

static void
V09_unsafe_modes_are_refused_with_the_mode(void **state)
{
	struct cardea_diag diag;

	(void)state;
	write_file("plain", "x", 0664);
	assert_int_equal(
	    read_file("plain", CARDEA_FILE_CONFIG, 9, &diag), CARDEA_E_UNSAFE);
	assert_non_null(strstr(diag.reason, "0664"));
	write_file("plain", "x", 0640);
	assert_int_equal(
	    read_file("plain", CARDEA_FILE_CONFIG, 9, &diag), CARDEA_OK);
	assert_int_equal(
	    read_file("plain", CARDEA_FILE_SECRET, 9, &diag), CARDEA_E_UNSAFE);
	write_file("plain", "x", 0400);
	assert_int_equal(
	    read_file("plain", CARDEA_FILE_SECRET, 9, &diag), CARDEA_OK);
	assert_int_equal(chmod(directory, 0777), 0);
	assert_int_equal(
	    read_file("plain", CARDEA_FILE_SECRET, 9, &diag), CARDEA_E_UNSAFE);
	assert_int_equal(chmod(directory, 0700), 0);
}

static void
foreign_owners_are_refused(void **state)
{
	struct cardea_diag diag;

	(void)state;
	write_file("plain", "x", 0644);
	/* only root can give a file away; others cannot make this case */
	if (geteuid() != 0)
		return;
	assert_int_equal(chown(path_of("plain"), 65534, 65534), 0);
	assert_int_equal(
	    read_file("plain", CARDEA_FILE_CONFIG, 9, &diag), CARDEA_E_UNSAFE);
	assert_non_null(strstr(diag.reason, "65534"));
	assert_int_equal(chown(path_of("plain"), 0, 0), 0);
}

static void
F10_replacing_keeps_the_stricter_mode(void **state)
{
	struct cardea_diag diag = { 0 };
	struct stat st;
	char *bytes = NULL;
	size_t len;

	(void)state;
	assert_int_equal(
	    cardea_file_replace(path_of("new"), "one", 3, 0644, &diag),
	    CARDEA_OK);
	assert_int_equal(stat(path_of("new"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	write_file("strict", "old", 0600);
	assert_int_equal(
	    cardea_file_replace(path_of("strict"), "new!", 4, 0644, &diag),
	    CARDEA_OK);
	assert_int_equal(stat(path_of("strict"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(cardea_file_read(path_of("strict"), CARDEA_FILE_SECRET,
			     10, &bytes, &len, &diag),
	    CARDEA_OK);
	assert_string_equal(bytes, "new!");
	free(bytes);
}

static void
a_failed_replace_leaves_the_old_file(void **state)
{
	struct cardea_diag diag = { 0 };

	(void)state;
	write_file("plain", "old", 0600);
	assert_int_equal(mkdir(path_of("dir"), 0700), -1);
	/* a directory cannot be replaced by a file */
	assert_int_equal(
	    cardea_file_replace(path_of("dir"), "x", 1, 0600, &diag),
	    CARDEA_E_IO);
	assert_int_equal(
	    read_file("plain", CARDEA_FILE_SECRET, 3, &diag), CARDEA_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_file_is_read_to_the_end),
		cmocka_unit_test(
		    F06_links_fifos_and_directories_are_refused_at_once),
		cmocka_unit_test(F06_a_sparse_tebibyte_is_refused_by_its_size),
		cmocka_unit_test(V09_unsafe_modes_are_refused_with_the_mode),
		cmocka_unit_test(foreign_owners_are_refused),
		cmocka_unit_test(F10_replacing_keeps_the_stricter_mode),
		cmocka_unit_test(a_failed_replace_leaves_the_old_file),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
