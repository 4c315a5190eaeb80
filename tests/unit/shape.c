/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

#include "facts/library/shape.h"
#include "unit/mmdb_bytes.h"

static bool
holds(void)
{
	return cardea_shape_holds(bytes, len, 0);
}

/* --- values ----------------------------------------------------------------
 */

static void
a_record_as_published_holds(void **state)
{
	(void)state;
	begin();
	put_map(3);
	put_text("country");
	put_map(1);
	put_text("iso_code");
	put_text("DE");
	put_text("location");
	put_map(2);
	put_text("latitude");
	put_number(3, 8, 0);
	put_text("accuracy_radius");
	put_number(5, 2, 100);
	put_text("is_anonymous");
	put_octet(1);
	put_octet(14 - 7);
	assert_true(holds());
	/* and no octet of it can be spared */
	for (size_t whole = len; len-- > 0 && whole > 0;)
		assert_false(holds());
}

static void
pointers_of_every_length_are_followed(void **state)
{
	/* the least target of each form */
	static const size_t targets[] = { 2, 2048, 526336, 526336 };

	(void)state;
	for (unsigned int form = 0; form < 4; form++) {
		size_t low = form == 3 ? targets[3] : form == 0 ? 2 : 0;

		memset(bytes, 0xff, 600000);
		begin();
		put_octet(1u << 5 | form << 3);
		for (unsigned int i = form + 1; i-- > 0;)
			put_octet((unsigned int)(low >> 8 * i) & 0xff);
		len = targets[form] < len ? len : targets[form];
		if (form == 0)
			assert_int_equal(len, 2);
		put_text("x");
		assert_true(holds());
		/* what stands there decides */
		bytes[targets[form]] = 0xff;
		assert_false(holds());
		assert_false(cardea_shape_holds(bytes, targets[form], 0));
	}
}

static void
C11_a_pointer_to_a_pointer_or_to_itself_does_not_hold(void **state)
{
	(void)state;
	begin();
	put_pointer(0);
	assert_false(holds());
	begin();
	put_pointer(5);
	put_pointer(10);
	put_text("x");
	assert_false(holds());
	assert_true(cardea_shape_holds(bytes, len, 5));
	/* an array that holds itself */
	begin();
	put_array(1);
	put_pointer(0);
	assert_false(holds());
}

static void
C11_a_key_that_is_no_text_does_not_hold(void **state)
{
	(void)state;
	begin();
	put_map(1);
	put_number(5, 2, 7);
	put_text("x");
	assert_false(holds());
	begin();
	put_map(1);
	put_array(0);
	put_text("x");
	assert_false(holds());
}

static void
C11_a_number_of_another_size_does_not_hold(void **state)
{
	/* kind, the largest size, whether a smaller one holds */
	static const struct {
		unsigned int kind;
		size_t size;
		bool smaller;
	} rows[] = { { 3, 8, false }, { 5, 2, true }, { 6, 4, true },
		{ 8, 4, true }, { 9, 8, true }, { 10, 16, true },
		{ 15, 4, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t size = 0; size <= 20; size++) {
			begin();
			put_octet((rows[i].kind <= 7 ? rows[i].kind << 5 : 0) |
			    (unsigned int)size);
			if (rows[i].kind > 7)
				put_octet(rows[i].kind - 7);
			put("00000000000000000000", size);
			assert_int_equal(holds(),
			    size == rows[i].size ||
				(rows[i].smaller && size < rows[i].size));
		}
	}
}

static void
C11_kinds_that_no_file_holds_do_not_hold(void **state)
{
	(void)state;
	for (unsigned int kind = 0; kind < 256; kind++) {
		begin();
		put_octet(0);
		put_octet(kind);
		/* int32, uint64, uint128, array, boolean; float needs four */
		assert_int_equal(holds(),
		    kind == 1 || kind == 2 || kind == 3 || kind == 4 ||
			kind == 7);
	}
}

static void
C11_values_nest_so_deep_and_no_deeper(void **state)
{
	(void)state;
	begin();
	put_nested(CARDEA_SHAPE_DEPTH_MAX);
	assert_true(holds());
	begin();
	put_nested(CARDEA_SHAPE_DEPTH_MAX + 1);
	assert_false(holds());
	begin();
	put_nested(2000000);
	assert_false(holds());
}

static void
C11_values_are_so_many_and_no_more(void **state)
{
	(void)state;
	for (unsigned int more = 0; more < 2; more++) {
		unsigned int count = CARDEA_SHAPE_VALUES_MAX - 1 + more;

		begin();
		put_octet(30);
		put_octet(11 - 7);
		put_octet((count - 285) >> 8);
		put_octet((count - 285) & 0xff);
		for (unsigned int i = 0; i < count; i++)
			put_text("");
		assert_int_equal(holds(), more == 0);
	}
	/* however few octets they take */
	begin();
	put_map(0);
	(void)put_fan(0, 10);
	assert_true(cardea_shape_holds(bytes, len, len - 12));
	begin();
	(void)put_fan(0, 14);
	assert_false(cardea_shape_holds(bytes, len, len - 12));
	/* and one that only says so */
	begin();
	put_octet(31);
	put_octet(11 - 7);
	put("\xff\xff\xff", 3);
	assert_false(holds());
}

static void
C11_texts_unfold_to_so_much_and_no_more(void **state)
{
	(void)state;
	for (unsigned int more = 0; more < 2; more++) {
		unsigned int times = CARDEA_SHAPE_BYTES_MAX / 65536 + more;
		size_t text = 2 + 5 * (size_t)times;

		begin();
		put_array(times);
		for (unsigned int i = 0; i < times; i++)
			put_pointer(text);
		put_octet(2u << 5 | 30);
		put_octet((65536 - 285) >> 8);
		put_octet((65536 - 285) & 0xff);
		memset(bytes + len, 'x', 65536);
		len += 65536;
		assert_int_equal(holds(), more == 0);
	}
}

static void
C11_arrays_of_metadata_hold_texts_alone(void **state)
{
	(void)state;
	begin();
	put_map(1);
	put_text("languages");
	put_array(1);
	put_text("en");
	assert_true(cardea_shape_metadata_holds(bytes, len));
	begin();
	put_map(1);
	put_text("languages");
	put_array(1);
	put_number(5, 2, 7);
	assert_true(holds());
	assert_false(cardea_shape_metadata_holds(bytes, len));
}

static void
metadata_lies_behind_the_last_marker(void **state)
{
	static const char two[] = "??\xab\xcd\xefMaxMind.coma"
				  "\xab\xcd\xefMaxMind.combc";
	const unsigned char *tail = (const unsigned char *)two;
	size_t size = 0;

	(void)state;
	assert_ptr_equal(
	    cardea_shape_metadata(tail, sizeof(two) - 1, &size), tail + 31);
	assert_int_equal(size, 2);
	size = 77;
	assert_null(cardea_shape_metadata(tail, 15, &size));
	assert_null(cardea_shape_metadata(tail, 0, &size));
	assert_int_equal(size, 77);
	assert_non_null(cardea_shape_metadata(tail, 16, &size));
	assert_int_equal(size, 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		TEST(a_record_as_published_holds),
		TEST(pointers_of_every_length_are_followed),
		TEST(C11_a_pointer_to_a_pointer_or_to_itself_does_not_hold),
		TEST(C11_a_key_that_is_no_text_does_not_hold),
		TEST(C11_a_number_of_another_size_does_not_hold),
		TEST(C11_kinds_that_no_file_holds_do_not_hold),
		TEST(C11_values_nest_so_deep_and_no_deeper),
		TEST(C11_values_are_so_many_and_no_more),
		TEST(C11_texts_unfold_to_so_much_and_no_more),
		TEST(C11_arrays_of_metadata_hold_texts_alone),
		TEST(metadata_lies_behind_the_last_marker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
