/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../verifier/defer.h"
#include "unit/test.h"

static char folder[64];

static void
put(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fputs(text, file) >= 0, 1);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

static int
make_folder(void **state)
{
	(void)state;
	(void)strcpy(folder, "defer.XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
	static const char *const names[] = { "svc", "cardea-session",
		"common-session", "deep" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

static void
the_gate_is_seen_where_it_stands(void **state)
{
	static const char *const stacks[] = {
		"session required pam_cardea_decide.so\n",
		"session requisite pam_cardea_decide.so",
		"session\trequired\t/lib/security/pam_cardea_decide.so x=y\n",
		"# a comment\n\nauth required pam_x.so\n"
		"session required pam_y.so\n"
		"session required pam_cardea_decide.so # here\n",
		"  session required pam_cardea_decide.so\n",
		"@include cardea-session\n",
		"session include cardea-session\n",
		"session substack cardea-session\n",
		"session optional pam_y.so\n@include cardea-session\n",
		"account sufficient pam_y.so\n@include cardea-session\n",
		("session [success=ok default=die] pam_y.so\n"
		 "session required pam_cardea_decide.so\n"),
	};

	(void)state;
	put("cardea-session", "session required pam_cardea_decide.so\n");
	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
		put("svc", stacks[i]);
		assert_int_equal(
		    cardea_defer_check_in(folder, "svc", NULL), CARDEA_OK);
	}
}

static void
V11_a_gate_that_may_be_passed_by_is_none(void **state)
{
	static const struct {
		const char *stack;
		enum cardea_status status;
	} cases[] = {
		{ "", CARDEA_E_MISSING },
		{ "session required pam_unix.so\n", CARDEA_E_MISSING },
		{ "account required pam_cardea_decide.so\n", CARDEA_E_MISSING },
		{ "-session required pam_cardea_decide.so\n",
		    CARDEA_E_MISSING },
		{ "session optional pam_cardea_decide.so\n", CARDEA_E_MISSING },
		{ "#session required pam_cardea_decide.so\n",
		    CARDEA_E_MISSING },
		{ "session required pam_cardea_decide.so.bak\n",
		    CARDEA_E_MISSING },
		{ "session required pam_echo.so pam_cardea_decide.so\n",
		    CARDEA_E_MISSING },
		{ "session sufficient pam_cardea_decide.so\n",
		    CARDEA_E_UNSAFE },
		{ "session sufficient pam_x.so\n"
		  "session required pam_cardea_decide.so\n",
		    CARDEA_E_UNSAFE },
		{ "session [success=1 default=ignore] pam_x.so\n"
		  "session required pam_cardea_decide.so\n",
		    CARDEA_E_UNSAFE },
		{ "session [success=done default=bad] pam_x.so\n"
		  "session required pam_cardea_decide.so\n",
		    CARDEA_E_UNSAFE },
		/* what libpam reads alike */
		{ "Session Sufficient pam_x.so\n"
		  "session required pam_cardea_decide.so\n",
		    CARDEA_E_UNSAFE },
		{ "session [success = done default=bad] pam_x.so\n"
		  "session required pam_cardea_decide.so\n",
		    CARDEA_E_UNSAFE },
		{ "@include deep\nsession required pam_cardea_decide.so\n",
		    CARDEA_E_UNSAFE },
		{ "@include common-session\n"
		  "session required pam_cardea_decide.so\n",
		    CARDEA_E_UNSAFE },
		{ "session \\\n required pam_cardea_decide.so\n",
		    CARDEA_E_SYNTAX },
		{ "@include deep\n", CARDEA_E_UNSAFE },
		{ "@include no-such-file\n", CARDEA_E_MISSING },
		{ "@include ../svc\n", CARDEA_E_SYNTAX },
	};

	(void)state;
	put("cardea-session", "session required pam_cardea_decide.so\n");
	put("common-session", "session [default=1] pam_permit.so\n");
	put("deep", "@include cardea-session\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_diag diag = { .line = 0 };

		put("svc", cases[i].stack);
		assert_int_equal(cardea_defer_check_in(folder, "svc", &diag),
		    cases[i].status);
		assert_string_not_equal(diag.reason, "");
	}
}

static void
I02_a_service_is_no_path(void **state)
{
	static const char *const names[] = { "", ".", "..", "../svc", "a/b",
		"/etc/passwd", ".hidden" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(cardea_defer_check_in(folder, names[i], NULL),
		    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_defer_check_in(folder, "nowhere", NULL), CARDEA_E_MISSING);
}

static void
F06_a_file_that_others_may_write_is_not_believed(void **state)
{
	char path[128];

	(void)state;
	put("svc", "session required pam_cardea_decide.so\n");
	(void)snprintf(path, sizeof(path), "%s/svc", folder);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(
	    cardea_defer_check_in(folder, "svc", NULL), CARDEA_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(
	    cardea_defer_check_in(folder, "svc", NULL), CARDEA_E_UNSAFE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_gate_is_seen_where_it_stands, make_folder,
		    remove_folder),
		cmocka_unit_test_setup_teardown(
		    V11_a_gate_that_may_be_passed_by_is_none, make_folder,
		    remove_folder),
		cmocka_unit_test_setup_teardown(
		    I02_a_service_is_no_path, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
		    F06_a_file_that_others_may_write_is_not_believed,
		    make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
