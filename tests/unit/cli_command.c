/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/command.h"
#include "unit/test.h"

static const struct cardea_option options[] = {
	{ "flag", NULL, "a flag", false },
	{ "value", "V", "a value", false },
	{ "many", "M", "many values", true },
	{ NULL, NULL, NULL, false },
};

static const struct cardea_command plain = { .name = "plain",
	.operands = "USER [NAME]",
	.operands_min = 1,
	.operands_max = 2,
	.options = options };
static const struct cardea_command first = { .name = "two words",
	.operands = "",
	.options = options };
static const struct cardea_command second = { .name = "two more",
	.operands = "",
	.options = options };
static const struct cardea_command *const table[] = { &plain, &first, &second,
	NULL };

static const struct cardea_command *
find(int argc, const char *const *argv, int *words)
{
	return cardea_command_find(
	    table, argc, (char *const *)(const void *)argv, words);
}

static void
a_row_is_found_by_whole_words_only(void **state)
{
	static const char *const two[] = { "two", "more", "x" };
	static const char *const half[] = { "two" };
	static const char *const cut[] = { "plai" };
	static const char *const longer[] = { "plains" };
	static const char *const empty[] = { "" };
	int words = 7;

	(void)state;
	assert_ptr_equal(find(3, two, &words), &second);
	assert_int_equal(words, 2);
	words = 7;
	assert_null(find(1, half, &words));
	assert_null(find(1, cut, &words));
	assert_null(find(1, longer, &words));
	assert_null(find(1, empty, &words));
	assert_null(find(0, empty, &words));
	assert_int_equal(words, 7);
}

static enum cardea_status
parse(struct cardea_call *call, int argc, const char *const *argv)
{
	struct cardea_diag diag = { 0 };

	*call = (struct cardea_call){ .command = &plain };
	return cardea_command_parse(
	    call, argc, (char *const *)(const void *)argv, &diag);
}

static void
options_and_operands_stand_in_any_order(void **state)
{
	static const char *const argv[] = { "--many", "1", "alice",
		"--value=a=b", "--many=", "--json", "--", "--flag" };
	struct cardea_call call;
	size_t at = 0;

	(void)state;
	assert_int_equal(parse(&call, 8, argv), CARDEA_OK);
	assert_true(call.json);
	assert_false(call.help);
	assert_int_equal(call.operand_count, 2);
	assert_string_equal(call.operands[0], "alice");
	assert_string_equal(call.operands[1], "--flag");
	assert_false(cardea_call_has(&call, "flag"));
	assert_string_equal(cardea_call_text(&call, "value"), "a=b");
	assert_string_equal(cardea_call_next(&call, "many", &at), "1");
	assert_string_equal(cardea_call_next(&call, "many", &at), "");
	assert_null(cardea_call_next(&call, "many", &at));
}

/* A tag is taken off with a dash: "-old" is no option then, and "--old" still
 * is one. */
static void
words_with_one_dash_are_operands_where_the_row_shows_a_plus(void **state)
{
	static const char *const argv[] = { "laptop", "-old", "+new",
		"--flag" };
	static const char *const unknown[] = { "laptop", "--old" };
	static const struct cardea_command signs = { .name = "signs",
		.operands = "NAME +TAG|-TAG ...",
		.operands_min = 1,
		.operands_max = 8,
		.options = options };
	struct cardea_call call = { .command = &signs };
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(cardea_command_parse(&call, 4,
			     (char *const *)(const void *)argv, &diag),
	    CARDEA_OK);
	assert_int_equal(call.operand_count, 3);
	assert_string_equal(call.operands[1], "-old");
	assert_true(cardea_call_has(&call, "flag"));
	call = (struct cardea_call){ .command = &signs };
	assert_int_equal(cardea_command_parse(&call, 2,
			     (char *const *)(const void *)unknown, &diag),
	    CARDEA_E_SYNTAX);
	assert_int_equal(parse(&call, 2, argv), CARDEA_E_SYNTAX);
}

static void
p19_what_the_row_does_not_say_is_refused(void **state)
{
	static const struct {
		int argc;
		const char *argv[4];
	} cases[] = {
		{ 0, { NULL } },
		{ 3, { "a", "b", "c" } },
		{ 2, { "a", "--unknown" } },
		{ 2, { "a", "--fla" } },
		{ 2, { "a", "-f" } },
		{ 2, { "a", "--flags" } },
		{ 2, { "a", "--flag=1" } },
		{ 2, { "a", "--value" } },
		{ 4, { "a", "--value", "1", "--value=2" } },
		{ 3, { "a", "--flag", "--flag" } },
		{ 3, { "a", "--json", "--json" } },
		{ 2, { "a", "--=x" } },
	};
	struct cardea_call call;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(parse(&call, cases[i].argc, cases[i].argv),
		    CARDEA_E_SYNTAX);
}

static void
more_options_than_a_call_holds_are_refused(void **state)
{
	static const char *argv[CARDEA_CALL_OPTIONS_MAX + 2];
	struct cardea_call call;

	(void)state;
	argv[0] = "alice";
	for (int i = 1; i < CARDEA_CALL_OPTIONS_MAX + 2; i++)
		argv[i] = "--many=x";
	assert_int_equal(
	    parse(&call, CARDEA_CALL_OPTIONS_MAX + 1, argv), CARDEA_OK);
	assert_int_equal(
	    parse(&call, CARDEA_CALL_OPTIONS_MAX + 2, argv), CARDEA_E_SYNTAX);
}

static void
help_wants_no_operands(void **state)
{
	static const char *const argv[] = { "--help" };
	struct cardea_call call;

	(void)state;
	assert_int_equal(parse(&call, 1, argv), CARDEA_OK);
	assert_true(call.help);
}

static void
a_number_is_within_its_bounds_or_refused(void **state)
{
	static const uint64_t bounds[] = { 6, 8 };
	static const char *const texts[] = { "--value=5", "--value=9",
		"--value=", "--value=07", "--value=7x", "--value=-7" };
	const char *argv[] = { "a", "--value=7" };
	struct cardea_diag diag = { 0 };
	struct cardea_call call;
	uint64_t number = 42;

	(void)state;
	assert_int_equal(parse(&call, 1, argv), CARDEA_OK);
	assert_int_equal(
	    cardea_call_number(&call, "value", bounds, &number, &diag),
	    CARDEA_OK);
	assert_int_equal(number, 42);
	assert_int_equal(parse(&call, 2, argv), CARDEA_OK);
	assert_int_equal(
	    cardea_call_number(&call, "value", bounds, &number, &diag),
	    CARDEA_OK);
	assert_int_equal(number, 7);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		diag = (struct cardea_diag){ 0 };
		argv[1] = texts[i];
		assert_int_equal(parse(&call, 2, argv), CARDEA_OK);
		assert_int_not_equal(
		    cardea_call_number(&call, "value", bounds, &number, &diag),
		    CARDEA_OK);
		assert_int_equal(number, 7);
		assert_string_equal(
		    diag.reason, "--value: wants a number from 6 to 8");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_found_by_whole_words_only),
		cmocka_unit_test(options_and_operands_stand_in_any_order),
		cmocka_unit_test(
		    words_with_one_dash_are_operands_where_the_row_shows_a_plus),
		cmocka_unit_test(p19_what_the_row_does_not_say_is_refused),
		cmocka_unit_test(more_options_than_a_call_holds_are_refused),
		cmocka_unit_test(help_wants_no_operands),
		cmocka_unit_test(a_number_is_within_its_bounds_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
