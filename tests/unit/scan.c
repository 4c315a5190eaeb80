/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "policy/scan.h"
#include "unit/test.h"

struct scan_case {
	const char *text;
	enum cardea_status status;
	unsigned int line;
	const char *reason;
};

static void
judge(const struct scan_case *c)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = cardea_scan_text(
	    c->text, strlen(c->text), &diag);

	if (status != c->status || diag.line != c->line ||
	    strcmp(diag.reason, c->reason != NULL ? c->reason : "") != 0)
		fail_msg("%s gave %d, line %u: %s", c->text, (int)status,
		    diag.line, diag.reason);
}

static void
judge_all(const struct scan_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		judge(&cases[i]);
}

#define LEADING "a number with a leading zero looks octal and is not"
#define JOINED                                                                 \
	"two strings in a row would be joined: a comma or semicolon is "       \
	"missing"

static void
A3_what_is_well_formed_passes(void **state)
{
	static const struct scan_case cases[] = {
		{ "", CARDEA_OK, 0, NULL },
		{ "a = 1; b = 2147483647; c = -2147483648;", CARDEA_OK, 0,
		    NULL },
		{ "a = 0; b = 0x7FFFFFFF; c = +5;", CARDEA_OK, 0, NULL },
		{ "a = 5000000000L; b = 9223372036854775807LL;", CARDEA_OK, 0,
		    NULL },
		{ "a = -9223372036854775808L;", CARDEA_OK, 0, NULL },
		{ "a = 0x7FFFFFFFFFFFFFFFL;", CARDEA_OK, 0, NULL },
		{ "a = 1.5; b = 1e3;", CARDEA_OK, 0, NULL },
		{ "a = true; b = \"x\"; # \"never closed", CARDEA_OK, 0, NULL },
		{ "/* 010 @include \" */ a = \"/*\"; // /*", CARDEA_OK, 0,
		    NULL },
		{ "a = \"010 @include 99999999999 \\\" \\\\ \\x41\";",
		    CARDEA_OK, 0, NULL },
		{ "a = [ \"x\", \"y\" ]; b = \"z\"", CARDEA_OK, 0, NULL },
		{ "a = \"x\"; b = \"y\";", CARDEA_OK, 0, NULL },
		{ "rule-010 = 1; *x = 2;", CARDEA_OK, 0, NULL },
	};

	(void)state;
	judge_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void
A3_numbers_that_would_wrap_or_mislead_are_refused(void **state)
{
	static const struct scan_case cases[] = {
		{ "a = 4294967297;", CARDEA_E_RANGE, 1,
		    "a number does not fit 32 bits" },
		{ "a = 5000000000;", CARDEA_E_RANGE, 1,
		    "a number does not fit 32 bits" },
		{ "a = 2147483648;", CARDEA_E_RANGE, 1,
		    "a number does not fit 32 bits" },
		{ "a = -2147483649;", CARDEA_E_RANGE, 1,
		    "a number does not fit 32 bits" },
		{ "\n\na = 0x1FFFFFFFF;", CARDEA_E_RANGE, 3,
		    "a number does not fit 32 bits" },
		{ "a = 0xFFFFFFFF;", CARDEA_E_RANGE, 1,
		    "a number does not fit 32 bits" },
		{ "a = 9223372036854775808L;", CARDEA_E_RANGE, 1,
		    "a number does not fit 64 bits" },
		{ "a = 0x8000000000000000L;", CARDEA_E_RANGE, 1,
		    "a number does not fit 64 bits" },
		{ "a = 99999999999999999999999999999999999999999999999;",
		    CARDEA_E_RANGE, 1, "a number does not fit 32 bits" },
		{ "a = 1111111111111111111111111111111111111111111111111111"
		  "11111111111111111;",
		    CARDEA_E_RANGE, 1, "a number is too long" },
		{ "a = 010;", CARDEA_E_SYNTAX, 1, LEADING },
		{ "a = -010;", CARDEA_E_SYNTAX, 1, LEADING },
		{ "a = 00;", CARDEA_E_SYNTAX, 1, LEADING },
		{ "a = 5x;", CARDEA_E_SYNTAX, 1, "not a number" },
		{ "a = 0x;", CARDEA_E_SYNTAX, 1, "not a number" },
		{ "a = -0x1;", CARDEA_E_SYNTAX, 1, "not a number" },
		{ "a = 5LLL;", CARDEA_E_SYNTAX, 1, "not a number" },
		{ "a = 5-3;", CARDEA_E_SYNTAX, 1, "not a number" },
		{ "a = -;", CARDEA_E_SYNTAX, 1, "not a number" },
	};

	(void)state;
	judge_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void
A3_comments_and_strings_that_swallow_are_refused(void **state)
{
	static const struct scan_case cases[] = {
		{ "a = 1;\n/* open\nrules = ();\n", CARDEA_E_SYNTAX, 2,
		    "a comment is never closed" },
		{ "/* one\nrules = ();\n/* two */", CARDEA_E_SYNTAX, 3,
		    "a comment opens inside a comment" },
		{ "/*", CARDEA_E_SYNTAX, 1, "a comment is never closed" },
		{ "/*/", CARDEA_E_SYNTAX, 1, "a comment is never closed" },
		{ "a = \"open;\nb = \"x\";", CARDEA_E_SYNTAX, 1,
		    "a string is not closed on its line" },
		{ "a = \"", CARDEA_E_SYNTAX, 1,
		    "a string is not closed on its line" },
		{ "a = \"x\\\"", CARDEA_E_SYNTAX, 1,
		    "a string is not closed on its line" },
		{ "a = \"x\" \"y\";", CARDEA_E_SYNTAX, 1, JOINED },
		{ "a = [ \"x\"\n  \"y\" ];", CARDEA_E_SYNTAX, 2, JOINED },
		{ "a = \"x\" /* , */ \"y\";", CARDEA_E_SYNTAX, 1, JOINED },
		{ "a = \"x\" # ,\n \"y\";", CARDEA_E_SYNTAX, 2, JOINED },
		{ "a = \"\\x00\";", CARDEA_E_SYNTAX, 1,
		    "\\x00 would be dropped" },
		{ "a = \"\\x4\";", CARDEA_E_SYNTAX, 1,
		    "\\x wants two hexadecimal digits" },
		{ "a = \"\\q\";", CARDEA_E_SYNTAX, 1,
		    "unknown escape in a string" },
		{ "a = \"\\", CARDEA_E_SYNTAX, 1,
		    "unknown escape in a string" },
		{ "@include \"/etc\"", CARDEA_E_SYNTAX, 1,
		    "@include is not supported: use policy.d" },
		{ "a = 1;\n  @include \"x\"", CARDEA_E_SYNTAX, 2,
		    "@include is not supported: use policy.d" },
	};

	(void)state;
	judge_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void
A3_a_NUL_byte_is_refused_wherever_it_stands(void **state)
{
	static const char text[] = "a = 1;\n# \0 \nb = 2;";
	struct cardea_diag diag = { .line = 0 };

	(void)state;
	assert_int_equal(
	    cardea_scan_text(text, sizeof(text) - 1, &diag), CARDEA_E_SYNTAX);
	assert_int_equal(diag.line, 2);
	assert_string_equal(diag.reason, "a NUL byte");
}

static void
C10_brackets_are_nested_so_deep_and_no_deeper(void **state)
{
	char text[CARDEA_BRACKETS_MAX + 2];
	struct cardea_diag diag = { .line = 0 };

	(void)state;
	memset(text, '(', sizeof(text));
	assert_int_equal(
	    cardea_scan_text(text, CARDEA_BRACKETS_MAX, &diag), CARDEA_OK);
	assert_int_equal(cardea_scan_text(text, CARDEA_BRACKETS_MAX + 1, &diag),
	    CARDEA_E_RANGE);
	assert_string_equal(diag.reason, "brackets are nested too deeply");
}

/* every prefix of a text with everything in it: no byte beyond is read */
static void
a_text_cut_anywhere_is_read_to_its_end_and_no_further(void **state)
{
	static const char text[] =
	    "a = [ \"x\\x41\\n\", \"y\" ]; /* c */ # d\n b = { c = -12L; };";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		char *copy = malloc(len + 1);
		enum cardea_status status;

		assert_non_null(copy);
		memcpy(copy, text, len);
		copy = realloc(copy, len > 0 ? len : 1);
		status = cardea_scan_text(copy, len, NULL);
		assert_true(status == CARDEA_OK || status == CARDEA_E_SYNTAX);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(A3_what_is_well_formed_passes),
		cmocka_unit_test(
		    A3_numbers_that_would_wrap_or_mislead_are_refused),
		cmocka_unit_test(
		    A3_comments_and_strings_that_swallow_are_refused),
		cmocka_unit_test(A3_a_NUL_byte_is_refused_wherever_it_stands),
		cmocka_unit_test(C10_brackets_are_nested_so_deep_and_no_deeper),
		cmocka_unit_test(
		    a_text_cut_anywhere_is_read_to_its_end_and_no_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
