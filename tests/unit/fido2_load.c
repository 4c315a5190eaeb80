/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "factor/fido2_library.h"
#include "unit/scratch.h"
#include "unit/test.h"

/*
 * This program has a loader of its own, for the path below (files.mk); what it
 * loads is fido2.so as it was built, and things that are not.  Once loaded the
 * library stays, so that test is the last.
 */
#define BUILT "/lib/factor/.libs/fido2.so"

static char *built;

static int
begin(void **state)
{
	const char *builddir = getenv("BUILDDIR");

	(void)state;
	assert_int_equal(asprintf(&built, "%s%s",
			     builddir == NULL ? "." : builddir, BUILT) > 0,
	    1);
	(void)unlink(CARDEA_FIDO2_LIBRARY);
	(void)rmdir("fido2_load.dir");
	assert_int_equal(mkdir("fido2_load.dir", 0755), 0);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	free(built);
	scratch_remove("fido2_load.dir");
	return 0;
}

static void
install(const char *from)
{
	char bytes[65536];
	ssize_t len;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(CARDEA_FIDO2_LIBRARY,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);

	assert_true(in >= 0 && out >= 0);
	while ((len = read(in, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(out, bytes, (size_t)len), len);
	assert_int_equal(len, 0);
	close(in);
	close(out);
}

static void
loads_not(enum cardea_status status, const char *reason)
{
	const struct cardea_fido2_library *library = NULL;
	struct cardea_diag diag = { 0 };

	assert_int_equal(cardea_fido2_library_load(&library, &diag), status);
	assert_null(library);
	assert_non_null(strstr(diag.reason, reason));
	assert_string_equal(diag.file, CARDEA_FIDO2_LIBRARY);
}

static void
nothing_there_is_missing(void **state)
{
	(void)state;
	loads_not(CARDEA_E_MISSING, "no such file");
}

static void
what_others_may_write_is_not_loaded(void **state)
{
	(void)state;
	install(built);
	assert_int_equal(chmod(CARDEA_FIDO2_LIBRARY, 0775), 0);
	loads_not(CARDEA_E_UNSAFE, "must not be writable");
	assert_int_equal(chmod(CARDEA_FIDO2_LIBRARY, 0755), 0);
	assert_int_equal(chmod("fido2_load.dir", 0777), 0);
	loads_not(CARDEA_E_UNSAFE, "directory");
	assert_int_equal(chmod("fido2_load.dir", 0755), 0);
	assert_int_equal(unlink(CARDEA_FIDO2_LIBRARY), 0);
	assert_int_equal(symlink(built, CARDEA_FIDO2_LIBRARY), 0);
	loads_not(CARDEA_E_UNSAFE, "symbolic link");
	assert_int_equal(unlink(CARDEA_FIDO2_LIBRARY), 0);
}

static void
what_is_no_library_is_not_loaded(void **state)
{
	(void)state;
	install("/proc/version");
	loads_not(CARDEA_E_IO, "");
}

static void
another_library_is_not_taken_for_ours(void **state)
{
	char *other = NULL;
	const char *builddir = getenv("BUILDDIR");

	(void)state;
	assert_true(asprintf(&other, "%s/lib/.libs/libcardea.so",
			builddir == NULL ? "." : builddir) > 0);
	install(other);
	free(other);
	loads_not(CARDEA_E_VERSION, "not the library of this version");
}

static void
the_library_is_loaded_once(void **state)
{
	const struct cardea_fido2_library *library = NULL, *again = NULL;
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(unlink(CARDEA_FIDO2_LIBRARY), 0);
	install(built);
	assert_int_equal(cardea_fido2_library_load(&library, &diag), CARDEA_OK);
	assert_int_equal(library->version, CARDEA_FIDO2_LIBRARY_VERSION);
	assert_true(library->has_algorithm(-7));
	assert_int_equal(unlink(CARDEA_FIDO2_LIBRARY), 0);
	assert_int_equal(cardea_fido2_library_load(&again, &diag), CARDEA_OK);
	assert_ptr_equal(library, again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_there_is_missing),
		cmocka_unit_test(what_others_may_write_is_not_loaded),
		cmocka_unit_test(what_is_no_library_is_not_loaded),
		cmocka_unit_test(another_library_is_not_taken_for_ours),
		cmocka_unit_test(the_library_is_loaded_once),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
