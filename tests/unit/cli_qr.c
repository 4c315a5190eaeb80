/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cli/qr.h"
#include "unit/test.h"

static char *
drawn(const char *text, enum cardea_qr_style style)
{
	char *picture = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&picture, &len);

	assert_non_null(stream);
	assert_int_equal(cardea_qr_print(stream, text, style), CARDEA_OK);
	fclose(stream);
	return picture;
}

static size_t
lines_of(const char *picture)
{
	size_t count = 0;

	for (; *picture != '\0'; picture++)
		count += *picture == '\n' ? 1 : 0;
	return count;
}

/* Version 1 has 21 modules, and a quiet zone of 4 on each side. */
static void
half_blocks_draw_two_rows_a_line(void **state)
{
	char *picture = drawn("A", CARDEA_QR_UTF8);

	(void)state;
	assert_int_equal(lines_of(picture), 15);
	/* the quiet zone, then the finder's upper edge, on paper set by us */
	assert_non_null(strstr(picture,
	    "\033[30;107m    \xe2\x96\x88\xe2\x96\x80\xe2\x96\x80\xe2\x96\x80"
	    "\xe2\x96\x80\xe2\x96\x80\xe2\x96\x88 "));
	free(picture);
}

static void
spaces_draw_one_row_a_line_in_colours_alone(void **state)
{
	char *picture = drawn("A", CARDEA_QR_ANSI);

	(void)state;
	assert_int_equal(lines_of(picture), 29);
	assert_non_null(strstr(picture,
	    "\033[30;107m        \033[40m              \033[30;107m  "));
	for (const char *at = picture; *at != '\0'; at++)
		assert_true((unsigned char)*at < 0x80);
	free(picture);
}

static void
none_draws_nothing(void **state)
{
	char *picture = drawn("A", CARDEA_QR_NONE);

	(void)state;
	assert_string_equal(picture, "");
	free(picture);
}

static void
a_text_too_long_for_a_code_is_refused(void **state)
{
	static char text[4000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(
	    cardea_qr_print(stdout, text, CARDEA_QR_UTF8), CARDEA_E_RANGE);
}

static void
styles_are_known_by_name(void **state)
{
	enum cardea_qr_style style = CARDEA_QR_NONE;

	(void)state;
	assert_int_equal(cardea_qr_style_parse("utf8", &style), CARDEA_OK);
	assert_int_equal(style, CARDEA_QR_UTF8);
	assert_int_equal(cardea_qr_style_parse("ansi", &style), CARDEA_OK);
	assert_int_equal(style, CARDEA_QR_ANSI);
	assert_int_equal(
	    cardea_qr_style_parse("UTF8", &style), CARDEA_E_SYNTAX);
	assert_int_equal(style, CARDEA_QR_ANSI);
	assert_int_equal(cardea_qr_style_parse("none", &style), CARDEA_OK);
	assert_int_equal(style, CARDEA_QR_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_blocks_draw_two_rows_a_line),
		cmocka_unit_test(spaces_draw_one_row_a_line_in_colours_alone),
		cmocka_unit_test(none_draws_nothing),
		cmocka_unit_test(a_text_too_long_for_a_code_is_refused),
		cmocka_unit_test(styles_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
