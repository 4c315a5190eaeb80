/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"
#include "unit/test.h"

static size_t
fill(unsigned char *bytes, size_t size)
{
	struct cardea_pack pack;

	cardea_pack_init(&pack, bytes, size);
	cardea_pack_u8(&pack, 200);
	cardea_pack_u32(&pack, 4000000000u);
	cardea_pack_i64(&pack, -5);
	cardea_pack_u64(&pack, UINT64_MAX);
	cardea_pack_text(&pack, "alice");
	cardea_pack_text(&pack, NULL);
	cardea_pack_blob(&pack, "\0\1", 2);
	return cardea_pack_done(&pack) == CARDEA_OK ? pack.len : 0;
}

static void
what_goes_in_comes_out(void **state)
{
	unsigned char bytes[128];
	struct cardea_unpack unpack;
	const unsigned char *blob;
	size_t len = fill(bytes, sizeof(bytes)), blob_len;
	char text[8];

	(void)state;
	assert_int_equal(len, 1 + 4 + 8 + 8 + 9 + 4 + 6);
	cardea_unpack_init(&unpack, bytes, len);
	assert_int_equal(cardea_unpack_u8(&unpack), 200);
	assert_true(cardea_unpack_u32(&unpack) == 4000000000u);
	assert_int_equal(cardea_unpack_i64(&unpack), -5);
	assert_true(cardea_unpack_u64(&unpack) == UINT64_MAX);
	cardea_unpack_text(&unpack, text, sizeof(text));
	assert_string_equal(text, "alice");
	cardea_unpack_text(&unpack, text, sizeof(text));
	assert_string_equal(text, "");
	cardea_unpack_blob(&unpack, &blob, &blob_len);
	assert_int_equal(blob_len, 2);
	assert_memory_equal(blob, "\0\1", 2);
	assert_int_equal(cardea_unpack_done(&unpack), CARDEA_OK);
}

static void
a_pack_that_is_full_fails_and_stays_failed(void **state)
{
	unsigned char bytes[128];

	(void)state;
	for (size_t size = 0; size < 40; size++)
		assert_int_equal(fill(bytes, size), 0);
	assert_int_equal(fill(bytes, 40), 40);
}

static void
K02_every_truncation_is_refused(void **state)
{
	unsigned char bytes[128];
	size_t len = fill(bytes, sizeof(bytes));

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		struct cardea_unpack unpack;
		const unsigned char *blob;
		size_t blob_len;
		char text[8];

		cardea_unpack_init(&unpack, bytes, cut);
		cardea_unpack_u8(&unpack);
		cardea_unpack_u32(&unpack);
		cardea_unpack_i64(&unpack);
		cardea_unpack_u64(&unpack);
		cardea_unpack_text(&unpack, text, sizeof(text));
		cardea_unpack_text(&unpack, text, sizeof(text));
		cardea_unpack_blob(&unpack, &blob, &blob_len);
		assert_int_equal(cardea_unpack_done(&unpack), CARDEA_E_SYNTAX);
	}
}

static void
bytes_left_over_are_refused(void **state)
{
	struct cardea_unpack unpack;

	(void)state;
	cardea_unpack_init(&unpack, "ab", 2);
	cardea_unpack_u8(&unpack);
	assert_int_equal(cardea_unpack_done(&unpack), CARDEA_E_SYNTAX);
}

static void
I15_text_with_a_nul_inside_or_too_long_is_refused(void **state)
{
	static const unsigned char nul[] = { 3, 0, 0, 0, 'a', 0, 'b' };
	static const unsigned char fits[] = { 3, 0, 0, 0, 'a', 'c', 'b' };
	struct cardea_unpack unpack;
	char text[4] = "";

	(void)state;
	cardea_unpack_init(&unpack, nul, sizeof(nul));
	cardea_unpack_text(&unpack, text, sizeof(text));
	assert_int_equal(cardea_unpack_done(&unpack), CARDEA_E_SYNTAX);
	assert_string_equal(text, "");
	cardea_unpack_init(&unpack, fits, sizeof(fits));
	cardea_unpack_text(&unpack, text, 3);
	assert_int_equal(cardea_unpack_done(&unpack), CARDEA_E_SYNTAX);
	cardea_unpack_init(&unpack, fits, sizeof(fits));
	cardea_unpack_text(&unpack, text, 4);
	assert_int_equal(cardea_unpack_done(&unpack), CARDEA_OK);
	assert_string_equal(text, "acb");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(a_pack_that_is_full_fails_and_stays_failed),
		cmocka_unit_test(K02_every_truncation_is_refused),
		cmocka_unit_test(bytes_left_over_are_refused),
		cmocka_unit_test(
		    I15_text_with_a_nul_inside_or_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
