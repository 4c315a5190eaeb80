/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module/harness.h"

#define BEGUN "take\nverdict 13d78c2e\n"
#define ASK "take\nask Code: \ntake\n"

/*
 * Every allocation of this process goes through here, those of libpam and of
 * the modules included.  Armed, the n-th one fails, or every one from the
 * n-th on.  The sanitizers have an allocator of their own: not built there.
 */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

#define SEEN __attribute__((visibility("default"))) /* by the libraries */

static bool armed, onward;
static int left, failed;

static bool
fails_now(void)
{
	if (!armed || harness_conversing || --left > 0 || (left < 0 && !onward))
		return false;
	failed++;
	errno = ENOMEM;
	return true;
}

SEEN void *
malloc(size_t size)
{
	return fails_now() ? NULL : __libc_malloc(size);
}

SEEN void *
calloc(size_t count, size_t size)
{
	return fails_now() ? NULL : __libc_calloc(count, size);
}

SEEN void *
realloc(void *block, size_t size)
{
	return fails_now() ? NULL : __libc_realloc(block, size);
}

/* run_with_fault: the n-th allocation of one call fails; tells whether there
 * was an n-th one. */
static bool
run_with_fault(const char *phase, const char *script, int n, int *ret_code)
{
	static const struct harness_answer code = { .kind = ANSWER_TEXT,
		.text = "hunter2123456" };
	pam_handle_t *pamh;

	harness_script(1, script);
	pamh = harness_start("alice");
	harness_answers(&code, 1);
	left = n;
	failed = 0;
	armed = true;
	*ret_code = harness_call(pamh, phase, 0);
	armed = false;
	harness_end(pamh, *ret_code);
	(void)harness_is_over();
	(void)harness_log(NULL);
	return failed > 0;
}

/* What each line would say if all were well. */
static const struct row {
	const char *phase, *line, *script;
	int code;
} rows[] = {
	{ "auth", "@context", "take\nverdict 13d78c2e\n", PAM_SUCCESS },
	{ "auth", "@context", "take\nverdict 56e40b63\n", PAM_PERM_DENIED },
	{ "auth", "@context split=authtok",
	    "take\nverdict 13d78c2e - 0 6\ntake\nverdict 13d78c2e\n",
	    PAM_SUCCESS },
	{ "auth", "@totp", BEGUN ASK "verdict 31a6c95b\n", PAM_SUCCESS },
	{ "auth", "@totp", BEGUN ASK "verdict 4a93d41c\n", PAM_AUTH_ERR },
	{ "account", "@totp", BEGUN ASK "verdict 31a6c95b\n", PAM_SUCCESS },
	{ "auth", "@decide", BEGUN "take\nverdict 788f2535 abcdef\n",
	    PAM_SUCCESS },
	{ "auth", "@decide", BEGUN "take\nverdict 56e40b63\n",
	    PAM_PERM_DENIED },
	{ "account", "@decide", BEGUN "take\nverdict 788f2535 abcdef\n",
	    PAM_SUCCESS },
	{ "session", "@decide", BEGUN "take\nverdict 788f2535 abcdef\n",
	    PAM_SUCCESS },
};

/* Without memory a line says what it would have said, or fails.  It is never
 * ignored, and a no never becomes a yes. */
static void
try_every_allocation(const struct row *row)
{
	int code = -1, n = 1;

	harness_stack_of(row->phase, row->line);
	while (run_with_fault(row->phase, row->script, n, &code)) {
		assert_int_not_equal(code, HARNESS_IGNORED);
		assert_int_not_equal(code, PAM_IGNORE);
		if (row->code != PAM_SUCCESS)
			assert_int_not_equal(code, PAM_SUCCESS);
		n++;
	}
	/* the first run without a fault, and not the first at all */
	assert_int_equal(code, row->code);
	assert_true(n > 1);
}

static void
V01_no_failed_allocation_makes_a_yes_or_an_ignored_line(void **state)
{
	(void)state;
	onward = false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		try_every_allocation(&rows[i]);
}

static void
V01_nor_does_memory_that_stays_away(void **state)
{
	(void)state;
	onward = true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		try_every_allocation(&rows[i]);
	onward = false;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    V01_no_failed_allocation_makes_a_yes_or_an_ignored_line),
		cmocka_unit_test(V01_nor_does_memory_that_stays_away),
	};

	return harness_main(tests, sizeof(tests) / sizeof(tests[0]));
}
