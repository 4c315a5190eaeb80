/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "unit/test.h"

static const enum cardea_base64_kind kinds[] = { CARDEA_BASE64,
	CARDEA_BASE64_URL };

/* RFC 4648, section 10; and the two characters that the alphabets differ in */
static void
both_ways_agree_with_rfc_4648(void **state)
{
	static const struct {
		const char *bytes, *text[2];
	} cases[] = {
		{ "", { "", "" } },
		{ "f", { "Zg==", "Zg" } },
		{ "fo", { "Zm8=", "Zm8" } },
		{ "foo", { "Zm9v", "Zm9v" } },
		{ "foob", { "Zm9vYg==", "Zm9vYg" } },
		{ "fooba", { "Zm9vYmE=", "Zm9vYmE" } },
		{ "foobar", { "Zm9vYmFy", "Zm9vYmFy" } },
		{ "\xfb\xef\xff", { "++//", "--__" } },
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		const char *bytes = cases[i / 2].bytes;
		const char *want = cases[i / 2].text[i % 2];
		size_t len = strlen(bytes), got_len = 99;
		unsigned char got[8];
		char text[16];

		assert_int_equal(
		    cardea_base64_encode(kinds[i % 2],
			(const unsigned char *)bytes, len, text, sizeof(text)),
		    CARDEA_OK);
		assert_string_equal(text, want);
		assert_int_equal(cardea_base64_decode(kinds[i % 2], want,
				     strlen(want), got, len, &got_len),
		    CARDEA_OK);
		assert_int_equal(got_len, len);
		assert_memory_equal(got, bytes, len);
	}
}

static void
every_byte_in_every_place_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * 4 * 256; i++) {
		enum cardea_base64_kind kind = kinds[i % 2];
		unsigned char bytes[4] = { 0xa5, 0x5a, 0xff, 0x00 }, got[4];
		char text[CARDEA_BASE64_LEN(4) + 1];
		size_t len = 99;

		bytes[i / 2 % 4] = (unsigned char)(i / 8);
		assert_int_equal(cardea_base64_encode(kind, bytes,
				     sizeof(bytes), text, sizeof(text)),
		    CARDEA_OK);
		assert_int_equal(cardea_base64_decode(kind, text, strlen(text),
				     got, sizeof(got), &len),
		    CARDEA_OK);
		assert_int_equal(len, sizeof(bytes));
		assert_memory_equal(got, bytes, sizeof(bytes));
	}
}

/* Whatever one byte of a text is turned into: it is refused, or it is the one
 * text of other bytes. */
static void
no_corruption_of_one_byte_stands_for_the_same_bytes(void **state)
{
	static const char *const texts[2][3] = {
		{ "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" },
		{ "Zm9vYg", "Zm9vYmE", "Zm9vYmFy" }
	};
	size_t accepted = 0;

	(void)state;
	for (size_t i = 0; i < 2 * 3 * 8 * 256; i++) {
		enum cardea_base64_kind kind = kinds[i % 2];
		const char *good = texts[i % 2][i / 2 % 3];
		size_t at = i / 6 % 8, len = strlen(good), got_len = 99;
		unsigned char bytes[6], was[6];
		char text[9], again[9];

		if (at >= len || (char)(i / 48) == good[at])
			continue;
		memcpy(text, good, len);
		text[at] = (char)(i / 48);
		if (cardea_base64_decode(kind, text, len, bytes, sizeof(bytes),
			&got_len) != CARDEA_OK) {
			assert_int_equal(got_len, 99);
			continue;
		}
		accepted++;
		assert_int_equal(cardea_base64_encode(kind, bytes, got_len,
				     again, sizeof(again)),
		    CARDEA_OK);
		assert_int_equal(strlen(again), len);
		assert_memory_equal(again, text, len);
		assert_int_equal(cardea_base64_decode(
				     kind, good, len, was, sizeof(was), &len),
		    CARDEA_OK);
		assert_true(len != got_len || memcmp(was, bytes, len) != 0);
	}
	assert_int_not_equal(accepted, 0);
}

static void
I15_what_is_no_base64_is_refused(void **state)
{
	static const struct {
		enum cardea_base64_kind kind;
		const char *text;
	} cases[] = {
		/* padding: too little, too much, alone, in the middle */
		{ CARDEA_BASE64, "Zg" },
		{ CARDEA_BASE64, "Zg=" },
		{ CARDEA_BASE64, "Zg===" },
		{ CARDEA_BASE64, "Zm8" },
		{ CARDEA_BASE64, "Zm8==" },
		{ CARDEA_BASE64, "Zm9v====" },
		{ CARDEA_BASE64, "Z===" },
		{ CARDEA_BASE64, "====" },
		{ CARDEA_BASE64, "=" },
		{ CARDEA_BASE64, "Zg==Zg==" },
		{ CARDEA_BASE64, "Z=g=" },
		{ CARDEA_BASE64_URL, "Zg==" },
		{ CARDEA_BASE64_URL, "Zm8=" },
		/* one digit over */
		{ CARDEA_BASE64, "Zm9vY" },
		{ CARDEA_BASE64_URL, "Z" },
		{ CARDEA_BASE64_URL, "Zm9vY" },
		/* bits that stand for nothing */
		{ CARDEA_BASE64, "Zh==" },
		{ CARDEA_BASE64, "Zm9=" },
		{ CARDEA_BASE64_URL, "Zh" },
		{ CARDEA_BASE64_URL, "Zm9" },
		/* the other alphabet, blanks, line ends */
		{ CARDEA_BASE64, "--__" },
		{ CARDEA_BASE64_URL, "++//" },
		{ CARDEA_BASE64, "Zm9v Zg=" },
		{ CARDEA_BASE64, "Zm9vZg=\n" },
		{ CARDEA_BASE64, " Zm9vZg=" },
		{ CARDEA_BASE64_URL, "Zm9v\n" },
		{ CARDEA_BASE64_URL, "Zm\t9" },
		{ CARDEA_BASE64_URL, "Zm9\xc3" },
	};
	unsigned char bytes[16];
	size_t len = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    cardea_base64_decode(cases[i].kind, cases[i].text,
			strlen(cases[i].text), bytes, sizeof(bytes), &len),
		    CARDEA_E_SYNTAX);
	/* a NUL is a character like others that are none of the alphabet */
	assert_int_equal(cardea_base64_decode(CARDEA_BASE64, "Zm9\0", 4, bytes,
			     sizeof(bytes), &len),
	    CARDEA_E_SYNTAX);
	assert_int_equal(len, 99);
}

static void
what_does_not_fit_is_refused_not_cut(void **state)
{
	unsigned char bytes[7];
	size_t len = 99;
	char text[9];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(cardea_base64_encode(CARDEA_BASE64,
			     (const unsigned char *)"foobar", 6, text, 8),
	    CARDEA_E_RANGE);
	assert_int_equal(text[0], 'x');
	assert_int_equal(cardea_base64_encode(CARDEA_BASE64,
			     (const unsigned char *)"", 0, text, 0),
	    CARDEA_E_RANGE);
	assert_int_equal(cardea_base64_encode(CARDEA_BASE64,
			     (const unsigned char *)"foobar", 6, text, 9),
	    CARDEA_OK);
	memset(bytes, 0x5a, sizeof(bytes));
	assert_int_equal(
	    cardea_base64_decode(CARDEA_BASE64, "Zm9vYmFy", 8, bytes, 5, &len),
	    CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_base64_decode(CARDEA_BASE64, "Zm9vYmE=", 8, bytes, 4, &len),
	    CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_base64_decode(CARDEA_BASE64_URL, "Zg", 2, bytes, 0, &len),
	    CARDEA_E_RANGE);
	assert_int_equal(len, 99);
	assert_int_equal(
	    cardea_base64_decode(CARDEA_BASE64, "Zm9vYmFy", 8, bytes, 6, &len),
	    CARDEA_OK);
	assert_int_equal(len, 6);
	assert_int_equal(bytes[6], 0x5a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_agree_with_rfc_4648),
		cmocka_unit_test(every_byte_in_every_place_comes_back),
		cmocka_unit_test(
		    no_corruption_of_one_byte_stands_for_the_same_bytes),
		cmocka_unit_test(I15_what_is_no_base64_is_refused),
		cmocka_unit_test(what_does_not_fit_is_refused_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
