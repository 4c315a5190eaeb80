/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "policy/lint.h"

#include "unit/policies.h"

/* Policies at their ceilings are judged in seconds. */

#define NOW 1795604400 /* 2026-11-25 11:00 in UTC */

#define ROOT                                                                   \
	"{ name = \"root\"; require = \"none\"; reason = \"r\"; when = { "     \
	"caller = \"root\"; service = [ \"su\", \"sudo\" ]; }; }"

static void
count_finding(const struct cardea_diag *warning, void *context)
{
	size_t *count = context;

	(void)warning;
	++*count;
}

static void
C10_a_hundred_thousand_rules_are_linted_in_seconds(void **state)
{
	const int count = 100000;
	size_t size = (size_t)count * 128, at, found = 0;
	char *text = malloc(size);
	struct written written;

	(void)state;
	assert_non_null(text);
	at = (size_t)snprintf(text, size, "rules = ( " ROOT);
	for (int i = 1; i < count; i++)
		at += (size_t)snprintf(text + at, size - at,
		    ",\n{ name = \"r%d\"; deny = \"d\"; when = { user = "
		    "\"u%d\"; service = \"sshd\"; }; }",
		    i, i < 90000 ? i : i - 10);
	snprintf(text + at, size - at, " );");
	written = write_policy("", text);
	assert_int_equal(
	    cardea_lint(written.policy, NOW, count_finding, &found), CARDEA_OK);
	assert_int_equal(found, 10);
	drop_policy(&written);
	free(text);
}

static void
C10_long_lists_are_held_against_one_another_in_seconds(void **state)
{
	const int rules = 60, users = 10000;
	size_t size = (size_t)rules * (size_t)users * 10, at, found = 0;
	char *text = malloc(size);
	struct written written;
	clock_t begun;

	(void)state;
	assert_non_null(text);
	at = (size_t)snprintf(text, size, "rules = ( " ROOT);
	for (int i = 0; i < rules; i++) {
		at += (size_t)snprintf(text + at, size - at,
		    ",\n{ name = \"r%d\"; deny = \"d\"; when = { host = "
		    "\"h%d\"; user = [ \"u\"",
		    i, i);
		for (int k = 1; k < users; k++)
			at += (size_t)snprintf(
			    text + at, size - at, ",\"u%d\"", k);
		at += (size_t)snprintf(text + at, size - at, " ]; }; }");
	}
	snprintf(text + at, size - at, " );");
	written = write_policy("", text);
	begun = clock();
	assert_int_equal(
	    cardea_lint(written.policy, NOW, count_finding, &found), CARDEA_OK);
	assert_true(clock() - begun < 5 * CLOCKS_PER_SEC);
	assert_int_equal(found, 0);
	drop_policy(&written);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    C10_a_hundred_thousand_rules_are_linted_in_seconds),
		cmocka_unit_test(
		    C10_long_lists_are_held_against_one_another_in_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
