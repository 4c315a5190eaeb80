/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "unit/test.h"

static char *
printed(const struct cardea_json *json, enum cardea_status wanted)
{
	char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);

	assert_non_null(stream);
	assert_int_equal(cardea_json_print(json, stream), wanted);
	fclose(stream);
	return text;
}

static void
values_come_out_in_the_order_they_went_in(void **state)
{
	struct cardea_json json;
	char *text;

	(void)state;
	cardea_json_begin(&json);
	cardea_json_text(&json, "z", "a\"b\\c\n");
	cardea_json_number(&json, "n", INT64_MIN);
	cardea_json_open_array(&json, "list");
	cardea_json_text(&json, NULL, "x");
	cardea_json_open_object(&json, NULL);
	cardea_json_bool(&json, "yes", true);
	cardea_json_shut(&json);
	cardea_json_shut(&json);
	cardea_json_bool(&json, "a", false);
	text = printed(&json, CARDEA_OK);
	assert_string_equal(text,
	    "{\"z\":\"a\\\"b\\\\c\\n\",\"n\":-9223372036854775808,"
	    "\"list\":[\"x\",{\"yes\":true}],\"a\":false}\n");
	free(text);
	cardea_json_clear(&json);
}

static void
stray_bytes_become_the_character_of_their_number(void **state)
{
	struct cardea_json json;
	char *text;

	(void)state;
	cardea_json_begin(&json);
	cardea_json_text(&json, "t", "\xc3\xa9\xff\xc0\x80");
	text = printed(&json, CARDEA_OK);
	assert_string_equal(
	    text, "{\"t\":\"\xc3\xa9\xc3\xbf\xc3\x80\xc2\x80\"}\n");
	free(text);
	cardea_json_clear(&json);
}

static void
a_mistake_of_the_writer_sticks_and_prints_nothing(void **state)
{
	struct cardea_json json;
	char *text;

	(void)state;
	cardea_json_begin(&json);
	for (int i = 0; i < CARDEA_JSON_DEPTH; i++)
		cardea_json_open_object(&json, "deeper");
	cardea_json_text(&json, "a", "b");
	text = printed(&json, CARDEA_E_MEMORY);
	assert_string_equal(text, "");
	free(text);
	cardea_json_clear(&json);
	text = printed(&json, CARDEA_E_MEMORY);
	free(text);
}

static void
an_object_of_texts_and_numbers_is_read(void **state)
{
	struct cardea_json_object object = { 0 };
	char number[24];

	(void)state;
	assert_int_equal(
	    cardea_json_parse(
		"{\"a\":\"x\",\"n\":-9223372036854775808}", &object, NULL),
	    CARDEA_OK);
	assert_string_equal(cardea_json_find_text(&object, "a", number), "x");
	assert_string_equal(cardea_json_find_text(&object, "n", number),
	    "-9223372036854775808");
	assert_null(cardea_json_find_text(&object, "n", NULL));
	assert_null(cardea_json_find_text(&object, "b", number));
	cardea_json_object_clear(&object);
}

static void
truth_values_are_read_as_such(void **state)
{
	const char *text = "{\"t\":true,\"f\":false,\"n\":1,\"s\":\"true\"}";
	struct cardea_json_object object = { 0 };
	char number[24];
	bool value = false;

	(void)state;
	assert_int_equal(cardea_json_parse(text, &object, NULL), CARDEA_OK);
	assert_string_equal(
	    cardea_json_find_text(&object, "t", number), "true");
	assert_string_equal(
	    cardea_json_find_text(&object, "f", number), "false");
	assert_null(cardea_json_find_text(&object, "t", NULL));
	assert_int_equal(
	    cardea_json_find_bool(&object, "t", &value, NULL), CARDEA_OK);
	assert_true(value);
	assert_int_equal(
	    cardea_json_find_bool(&object, "none", &value, NULL), CARDEA_OK);
	assert_true(value);
	assert_int_equal(
	    cardea_json_find_bool(&object, "f", &value, NULL), CARDEA_OK);
	assert_false(value);
	assert_int_equal(
	    cardea_json_find_bool(&object, "n", &value, NULL), CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_json_find_bool(&object, "s", &value, NULL), CARDEA_E_SYNTAX);
	cardea_json_object_clear(&object);
}

static void
any_object_is_read_where_any_is_wanted(void **state)
{
	const char *text = "{\"a\":{\"b\":[null]},\"c\":\"x\"} and more";
	struct cardea_json_object object = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_json_parse_any(text, 26, &object, NULL), CARDEA_OK);
	assert_string_equal(cardea_json_find_text(&object, "c", NULL), "x");
	assert_null(cardea_json_find_text(&object, "a", NULL));
	cardea_json_object_clear(&object);
	assert_int_equal(
	    cardea_json_parse_any(text, 27, &object, NULL), CARDEA_OK);
	cardea_json_object_clear(&object);
	assert_int_equal(
	    cardea_json_parse_any(text, 28, &object, NULL), CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_json_parse_any("[1]", 3, &object, NULL), CARDEA_E_SYNTAX);
}

static void
everything_else_is_refused_with_a_reason(void **state)
{
	static const char *const cases[] = { "", "x", "[]", "\"x\"", "1", "{",
		"{\"a\":1} x", "{\"a\":1,\"a\":2}", "{\"a\":[true]}",
		"{\"a\":null}", "{\"a\":1.5}", "{\"a\":{}}", "{\"a\":[]}",
		"{\"a\":9223372036854775808}", "{\"a\":\"\xff\"}",
		"{\"a\":\"\\u0000\"}" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_json_object object = { 0 };
		struct cardea_diag diag = { 0 };

		assert_int_equal(cardea_json_parse(cases[i], &object, &diag),
		    CARDEA_E_SYNTAX);
		assert_null(object.root);
		assert_string_not_equal(diag.reason, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_out_in_the_order_they_went_in),
		cmocka_unit_test(
		    stray_bytes_become_the_character_of_their_number),
		cmocka_unit_test(
		    a_mistake_of_the_writer_sticks_and_prints_nothing),
		cmocka_unit_test(an_object_of_texts_and_numbers_is_read),
		cmocka_unit_test(truth_values_are_read_as_such),
		cmocka_unit_test(any_object_is_read_where_any_is_wanted),
		cmocka_unit_test(everything_else_is_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
