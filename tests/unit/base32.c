/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "factor/base32.h"
#include "unit/vectors.h"

static void
decodes_to(const char *text, const char *plain)
{
	struct cardea_secret bytes = { 0 };

	assert_int_equal(cardea_base32_decode(text, &bytes), CARDEA_OK);
	assert_int_equal(bytes.len, strlen(plain));
	assert_memory_equal(bytes.data, plain, bytes.len);
	cardea_secret_clear(&bytes);
}

static void
the_vectors_of_rfc_4648_go_there_and_back(void **state)
{
	json_t *root = load_vectors("otp-rfc/rfc4648-base32.json"), *test;
	size_t i, seen = 0;

	(void)state;
	json_array_foreach(json_object_get(root, "tests"), i, test)
	{
		const char *plain = text_of(test, "plain");
		const char *base32 = text_of(test, "base32");
		char text[32], unpadded[32];

		snprintf(unpadded, sizeof(unpadded), "%.*s",
		    (int)strcspn(base32, "="), base32);
		assert_int_equal(
		    cardea_base32_encode((const unsigned char *)plain,
			strlen(plain), text, sizeof(text)),
		    CARDEA_OK);
		assert_string_equal(text, unpadded);
		decodes_to(base32, plain);
		decodes_to(unpadded, plain);
		seen++;
	}
	assert_int_equal(seen, 7);
	json_decref(root);
}

static void
groups_and_lower_case_are_read_as_people_type_them(void **state)
{
	(void)state;
	decodes_to("mzxw 6ytb oi", "foobar");
	decodes_to("MZXW-6YTB-OI", "foobar");
	decodes_to("MzXw6YtBoI======", "foobar");
}

static void
what_is_not_base32_is_refused_and_the_old_secret_kept(void **state)
{
	static const char *const bad[] = {
		"M",
		"MZX",
		"MZXW6Y", /* lengths that do not exist */
		"MZ",
		"MZXW6YR", /* bits left over */
		"MY=",
		"MY=====",
		"MY=======", /* padding too short, long */
		"MZXW6YTB========",
		"=",
		"MY==MY==",
		"MY= =====",
		"MZXW6YT0",
		"MZXW6YT1",
		"MZXW6YT8",
		"MZXW6YT9",
		"MZXW_YTB",
		" MZXW6YTB",
		"-MZXW6YTB",
		"MZXW6YTB\n",
		"MZXW\t6YTB",
		"MZXW6YT\xc3\x89",
		"\xef\xbc\xadZXW6YTB",
	};
	struct cardea_secret bytes = { 0 };

	(void)state;
	assert_int_equal(cardea_secret_set(&bytes, "old", 3), CARDEA_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (cardea_base32_decode(bad[i], &bytes) != CARDEA_E_SYNTAX)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(bytes.len, 3);
		assert_memory_equal(bytes.data, "old", 3);
	}
	cardea_secret_clear(&bytes);
}

static void
every_length_goes_there_and_back_and_needs_its_room(void **state)
{
	unsigned char plain[128];
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(plain); i++)
		plain[i] = (unsigned char)(i * 37 + 11);
	for (size_t len = 0; len <= sizeof(plain); len++) {
		size_t room = (len * 8 + 4) / 5 + 1;
		struct cardea_secret bytes = { 0 };

		assert_int_equal(
		    cardea_base32_encode(plain, len, text, room - 1),
		    CARDEA_E_RANGE);
		assert_int_equal(
		    cardea_base32_encode(plain, len, text, room), CARDEA_OK);
		assert_int_equal(strlen(text), room - 1);
		assert_int_equal(cardea_base32_decode(text, &bytes), CARDEA_OK);
		assert_int_equal(bytes.len, len);
		assert_memory_equal(bytes.data, plain, len);
		cardea_secret_clear(&bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_4648_go_there_and_back),
		cmocka_unit_test(
		    groups_and_lower_case_are_read_as_people_type_them),
		cmocka_unit_test(
		    what_is_not_base32_is_refused_and_the_old_secret_kept),
		cmocka_unit_test(
		    every_length_goes_there_and_back_and_needs_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
