/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "factor/cbor.h"
#include "unit/test.h"

/* Bytes from hex, on the heap, so that a sanitizer sees a read beyond them. */
struct input {
	unsigned char *bytes;
	size_t len;
};

static struct input
input_of(const char *hex)
{
	struct input input = { .len = strlen(hex) / 2 };

	input.bytes = malloc(input.len == 0 ? 1 : input.len);
	assert_non_null(input.bytes);
	assert_int_equal(
	    cardea_text_unhex(input.bytes, input.len, hex), CARDEA_OK);
	return input;
}

static bool
is_well_formed(const unsigned char *bytes, size_t len)
{
	struct cardea_cbor reader;

	cardea_cbor_begin(&reader, bytes, len);
	(void)cardea_cbor_skip(&reader);
	return cardea_cbor_done(&reader) == CARDEA_OK;
}

static bool
is_well_formed_hex(const char *hex)
{
	struct input input = input_of(hex);
	bool is_so = is_well_formed(input.bytes, input.len);

	free(input.bytes);
	return is_so;
}

/* RFC 8949, appendix A, those of 63 bits */
static void
the_integers_of_rfc_8949_are_read(void **state)
{
	static const struct {
		const char *hex;
		int64_t number;
	} examples[] = {
		{ "00", 0 },
		{ "01", 1 },
		{ "0a", 10 },
		{ "17", 23 },
		{ "1818", 24 },
		{ "1819", 25 },
		{ "1864", 100 },
		{ "1903e8", 1000 },
		{ "1a000f4240", 1000000 },
		{ "1b000000e8d4a51000", INT64_C(1000000000000) },
		{ "1b7fffffffffffffff", INT64_MAX },
		{ "20", -1 },
		{ "29", -10 },
		{ "3863", -100 },
		{ "3903e7", -1000 },
		{ "3b7fffffffffffffff", INT64_MIN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct input input = input_of(examples[i].hex);
		struct cardea_cbor reader;

		cardea_cbor_begin(&reader, input.bytes, input.len);
		assert_int_equal(
		    cardea_cbor_integer(&reader), examples[i].number);
		assert_int_equal(cardea_cbor_done(&reader), CARDEA_OK);
		assert_true(is_well_formed(input.bytes, input.len));
		free(input.bytes);
	}
}

static void
other_items_of_rfc_8949_are_well_formed(void **state)
{
	static const char *const examples[] = { "f4", "f5", "f6", "f90000",
		"fa47c35000", "fb3ff199999999999a", "1bffffffffffffffff",
		"3bffffffffffffffff", "40", "4401020304", "60", "6161",
		"6449455446", "62c3bc", "80", "83010203", "8301820203820405",
		"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
		"a0", "a201020304", "a26161016162820203", "826161a161626163" };

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		if (!is_well_formed_hex(examples[i]))
			fail_msg("%s", examples[i]);
	}
}

static void
what_is_not_well_formed_or_not_in_its_shortest_form_is_refused(void **state)
{
	static const char *const examples[] = {
		"",			      /* nothing */
		"1c", "1d", "1e", "1f",	      /* reserved, no end */
		"3c", "5c", "7e", "9d", "bc", /* the same of other kinds */
		"5f4100ff", "7f6161ff", "9f00ff", "bf0000ff", /* no length */
		"ff", /* a break alone */
		"1817", "190018", "1900ff", "1a0000ffff", "1b00000000ffffffff",
		"5801aa", "780161", "980100", "b8010000",   /* too wide */
		"f800", "f818", "f81f", "f8ff", "f0", "f7", /* simple values */
		"c000", "d82400", "d9d9f700",		    /* tags */
		"18", "19ff", "1a000000", "1b00000000000000", /* cut short */
		"41", "62ff", "5affffffff00", "5bffffffffffffffff010203", "81",
		"8200", "a1", "a100", "a20000", "9bffffffffffffffff",
		"bbffffffffffffffff", "bb800000000000000000", "0000", "a000",
		"f4f4", /* more than one */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		if (is_well_formed_hex(examples[i]))
			fail_msg("%s", examples[i]);
	}
}

/* CTAP 2.1, 8: "at most four levels of any combination of CBOR maps and/or
 * CBOR arrays" */
static void
four_levels_are_read_and_five_are_not(void **state)
{
	(void)state;
	assert_true(is_well_formed_hex("8181818101"));
	assert_true(is_well_formed_hex("a101a101a101a10101"));
	assert_false(is_well_formed_hex("818181818101"));
	assert_false(is_well_formed_hex("a101a101a101a1018101"));
}

static void
a_cut_item_is_refused_at_every_byte(void **state)
{
	struct input input = input_of(
	    "a363666d746474657874646c697374830258200102030405060708090a0b0c0d0e"
	    "0f10"
	    "1112131415161718191a1b1c1d1e1f20f5626f6b1903e8");

	(void)state;
	assert_true(is_well_formed(input.bytes, input.len));
	for (size_t len = 0; len < input.len; len++) {
		unsigned char *cut = malloc(len == 0 ? 1 : len);

		assert_non_null(cut);
		memcpy(cut, input.bytes, len);
		assert_false(is_well_formed(cut, len));
		free(cut);
	}
	free(input.bytes);
}

static void
a_map_is_read_by_its_parts(void **state)
{
	/* {"sig": h'0102', 3: [true, "x"], -7: false} */
	struct input input = input_of("a3637369674201020382f5617826f4");
	struct cardea_cbor_span span;
	struct cardea_cbor reader;

	(void)state;
	cardea_cbor_begin(&reader, input.bytes, input.len);
	assert_int_equal(cardea_cbor_open(&reader, CARDEA_CBOR_MAP), 3);
	span = cardea_cbor_string(&reader, CARDEA_CBOR_TEXT);
	assert_true(cardea_cbor_equal(span, "sig"));
	assert_false(cardea_cbor_equal(span, "si"));
	assert_false(cardea_cbor_equal(span, "sign"));
	span = cardea_cbor_string(&reader, CARDEA_CBOR_BYTES);
	assert_int_equal(span.len, 2);
	assert_memory_equal(span.bytes, "\x01\x02", 2);
	assert_int_equal(cardea_cbor_integer(&reader), 3);
	assert_true(cardea_cbor_is(&reader, CARDEA_CBOR_ARRAY));
	span = cardea_cbor_skip(&reader);
	assert_int_equal(span.len, 4);
	assert_int_equal(cardea_cbor_done(&reader), CARDEA_E_SYNTAX);
	assert_int_equal(cardea_cbor_integer(&reader), -7);
	assert_false(cardea_cbor_bool(&reader));
	assert_int_equal(cardea_cbor_done(&reader), CARDEA_OK);
	free(input.bytes);
}

static void
an_error_sticks(void **state)
{
	struct input input = input_of("0102");
	struct cardea_cbor reader;

	(void)state;
	cardea_cbor_begin(&reader, input.bytes, input.len);
	assert_false(cardea_cbor_bool(&reader));
	assert_int_equal(cardea_cbor_integer(&reader), 0);
	assert_int_equal(cardea_cbor_string(&reader, CARDEA_CBOR_BYTES).len, 0);
	assert_int_equal(cardea_cbor_open(&reader, CARDEA_CBOR_MAP), 0);
	assert_int_equal(cardea_cbor_skip(&reader).len, 0);
	assert_false(cardea_cbor_is(&reader, CARDEA_CBOR_UNSIGNED));
	assert_int_equal(cardea_cbor_done(&reader), CARDEA_E_SYNTAX);
	free(input.bytes);
}

static void
a_number_of_64_bits_is_no_integer_of_ours(void **state)
{
	static const char *const examples[] = { "1b8000000000000000",
		"3b8000000000000000", "1bffffffffffffffff" };

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct input input = input_of(examples[i]);
		struct cardea_cbor reader;

		cardea_cbor_begin(&reader, input.bytes, input.len);
		assert_int_equal(cardea_cbor_integer(&reader), 0);
		assert_int_equal(cardea_cbor_done(&reader), CARDEA_E_SYNTAX);
		free(input.bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_integers_of_rfc_8949_are_read),
		cmocka_unit_test(other_items_of_rfc_8949_are_well_formed),
		cmocka_unit_test(
		    what_is_not_well_formed_or_not_in_its_shortest_form_is_refused),
		cmocka_unit_test(four_levels_are_read_and_five_are_not),
		cmocka_unit_test(a_cut_item_is_refused_at_every_byte),
		cmocka_unit_test(a_map_is_read_by_its_parts),
		cmocka_unit_test(an_error_sticks),
		cmocka_unit_test(a_number_of_64_bits_is_no_integer_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
