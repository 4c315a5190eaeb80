/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "unit/test.h"

static void
i14_what_could_move_a_terminal_is_shown_as_hex(void **state)
{
	static const char *const cases[][2] = {
		{ "plain", "plain" },
		{ "h\xc3\xa9llo \xe2\x82\xac \xf0\x9f\x94\x91",
		    "h\xc3\xa9llo \xe2\x82\xac \xf0\x9f\x94\x91" },
		{ "\x1b[2J", "\\x1b[2J" }, { "a\nb\r\t", "a\\x0ab\\x0d\\x09" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x9b"
		  "2J",
		    "\\xc2\\x9b2J" }, /* C1: CSI */
		{ "\xe2\x80\xae"
		  "x",
		    "\\xe2\\x80\\xaex" },	       /* U+202E */
		{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" }, /* U+2066 */
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "\xc0\x80", "\\xc0\\x80" },	       /* overlong NUL */
		{ "\xe0\x80\x80", "\\xe0\\x80\\x80" }, /* overlong */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" }, /* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xe2\x82", "\\xe2\\x82" }, /* cut short */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *stream = open_memstream(&text, &len);

		assert_non_null(stream);
		cardea_terminal_write(stream, cases[i][0]);
		fclose(stream);
		assert_string_equal(text, cases[i][1]);
		free(text);
	}
}

/* Puts bytes on standard input. */
static void
feed(const void *bytes, size_t len)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes, len), (int)len);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
}

static void
one_line_is_read_and_not_a_byte_of_the_next(void **state)
{
	struct cardea_secret line = { 0 };

	(void)state;
	feed("one\n\nlast", 9);
	assert_int_equal(cardea_terminal_read(8, &line), CARDEA_OK);
	assert_string_equal((const char *)line.data, "one");
	assert_int_equal(cardea_terminal_read(8, &line), CARDEA_OK);
	assert_int_equal(line.len, 0);
	assert_int_equal(cardea_terminal_read(8, &line), CARDEA_OK);
	assert_string_equal((const char *)line.data, "last");
	assert_int_equal(cardea_terminal_read(8, &line), CARDEA_E_CLOSED);
	assert_string_equal((const char *)line.data, "last");
	cardea_secret_clear(&line);
}

static void
i06_a_line_too_long_or_with_a_nul_is_refused_not_cut(void **state)
{
	struct cardea_secret line = { 0 };

	(void)state;
	feed("12345678\n", 9);
	assert_int_equal(cardea_terminal_read(8, &line), CARDEA_OK);
	assert_int_equal(line.len, 8);
	feed("123456789\n", 10);
	assert_int_equal(cardea_terminal_read(8, &line), CARDEA_E_RANGE);
	feed("12\0004\n", 5);
	assert_int_equal(cardea_terminal_read(8, &line), CARDEA_E_SYNTAX);
	assert_string_equal((const char *)line.data, "12345678");
	cardea_secret_clear(&line);
}

static void
only_yes_is_agreement(void **state)
{
	static const struct {
		const char *answer;
		bool agreed;
	} cases[] = {
		{ "y\n", true },
		{ "Yes\n", true },
		{ "yes", true },
		{ "\n", false },
		{ "n\n", false },
		{ "yep\n", false },
		{ " y\n", false },
		{ "yyyyyyyyyyyyyyyyyyyyyy\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		feed(cases[i].answer, strlen(cases[i].answer));
		assert_int_equal(cardea_terminal_agree(""), cases[i].agreed);
	}
	assert_false(cardea_terminal_is_interactive());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    i14_what_could_move_a_terminal_is_shown_as_hex),
		cmocka_unit_test(one_line_is_read_and_not_a_byte_of_the_next),
		cmocka_unit_test(
		    i06_a_line_too_long_or_with_a_nul_is_refused_not_cut),
		cmocka_unit_test(only_yes_is_agreement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
