/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <string.h>

#include "factor/recovery.h"
#include "store/crypto.h"
#include "unit/test.h"

#define COUNT 10

struct fixture {
	struct cardea_recovery_set set;
	char texts[COUNT][CARDEA_RECOVERY_TEXT_MAX + 1];
};

static struct fixture
make_fixture(void)
{
	struct fixture fixture;

	assert_int_equal(cardea_recovery_generate(
			     COUNT, 1700000000, &fixture.set, fixture.texts),
	    CARDEA_OK);
	return fixture;
}

/* Sixteen characters of an alphabet of 32: at least 50 bits are demanded of a
 * secret that is looked up (A15); these are 80. */
static void
A15_codes_have_the_shape_the_manual_shows_and_differ(void **state)
{
	struct fixture fixture = make_fixture();

	(void)state;
	assert_int_equal(fixture.set.count, COUNT);
	assert_int_equal(fixture.set.created_s, 1700000000);
	for (size_t i = 0; i < COUNT; i++) {
		const char *text = fixture.texts[i];

		assert_int_equal(strlen(text), 19);
		for (size_t at = 0; at < 19; at++) {
			if (at % 5 == 4)
				assert_int_equal(text[at], '-');
			else
				assert_non_null(
				    strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ",
					text[at]));
		}
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(text, fixture.texts[j]);
		assert_true(cardea_recovery_is_shape(text));
	}
	assert_int_equal(cardea_recovery_left(&fixture.set), COUNT);
}

static void
each_code_is_good_until_it_is_marked_used(void **state)
{
	struct fixture fixture = make_fixture();

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		size_t index = 77;

		assert_int_equal(cardea_recovery_judge(
				     &fixture.set, fixture.texts[i], &index),
		    CARDEA_RESULT_VERIFIED);
		assert_int_equal(index, i);
		fixture.set.codes[i].used_s = 1;
		index = 77;
		assert_int_equal(cardea_recovery_judge(
				     &fixture.set, fixture.texts[i], &index),
		    CARDEA_RESULT_REFUSED);
		assert_int_equal(index, 77);
		assert_int_equal(
		    cardea_recovery_left(&fixture.set), COUNT - i - 1);
	}
}

static void
case_dashes_and_look_alikes_do_not_matter(void **state)
{
	struct fixture fixture = make_fixture();
	char text[CARDEA_RECOVERY_TEXT_MAX + 1];
	size_t index = 77, at = 0;

	(void)state;
	for (size_t i = 0; fixture.texts[3][i] != '\0'; i++) {
		char c = fixture.texts[3][i];

		if (c == '-')
			continue;
		if (c == '0')
			c = i % 2 == 0 ? 'o' : 'O';
		else if (c == '1')
			c = i % 2 == 0 ? 'l' : 'I';
		text[at++] = (char)tolower(c);
	}
	text[at] = '\0';
	assert_int_equal(at, 16);
	assert_int_equal(cardea_recovery_judge(&fixture.set, text, &index),
	    CARDEA_RESULT_VERIFIED);
	assert_int_equal(index, 3);
	assert_true(cardea_recovery_is_shape("OoIi-lLoo-0000-1111"));
}

static void
I15_anything_else_has_the_wrong_shape(void **state)
{
	static const char *const bad[] = { "", "123456", "00000000",
		"0000-0000-0000-000", "0000-0000-0000-00000",
		"0000-0000-0000-0000-", "-0000-0000-0000-0000",
		"0000--0000-0000-0000", "000-00000-0000-0000",
		"0000 0000 0000 0000", "0000-0000-0000-000U",
		"0000-0000-0000-000\n", "0000-0000-0000-000\xff",
		"0000-0000-0000-0000\n",
		("0000\xe2\x80\x93"
		 "0000-0000-0000"),
		"0000-0000-0000-0000-0000" };
	struct fixture fixture = make_fixture();
	size_t index = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (cardea_recovery_is_shape(bad[i]))
			fail_msg("has the shape: \"%s\"", bad[i]);
		assert_int_equal(
		    cardea_recovery_judge(&fixture.set, bad[i], &index),
		    CARDEA_RESULT_REFUSED);
	}
	assert_false(cardea_recovery_is_shape(NULL));
	assert_int_equal(cardea_recovery_judge(&fixture.set, NULL, &index),
	    CARDEA_RESULT_REFUSED);
	assert_int_equal(index, 77);
}

static void
V16_an_empty_or_foreign_set_matches_nothing(void **state)
{
	struct fixture fixture = make_fixture(), other = make_fixture();
	struct cardea_recovery_set empty = { 0 };
	size_t index = 77;

	(void)state;
	assert_int_equal(
	    cardea_recovery_judge(&empty, fixture.texts[0], &index),
	    CARDEA_RESULT_REFUSED);
	/* slots beyond the count are all zero and equal nothing */
	fixture.set.count = 0;
	assert_int_equal(
	    cardea_recovery_judge(&fixture.set, fixture.texts[0], &index),
	    CARDEA_RESULT_REFUSED);
	assert_int_equal(
	    cardea_recovery_judge(&other.set, fixture.texts[0], &index),
	    CARDEA_RESULT_REFUSED);
	/* the same hashes under another salt are worth nothing */
	other = make_fixture();
	other.set.salt[0] ^= 1;
	assert_int_equal(
	    cardea_recovery_judge(&other.set, other.texts[0], &index),
	    CARDEA_RESULT_REFUSED);
	empty.count = CARDEA_RECOVERY_CODES_MAX + 1;
	assert_int_equal(
	    cardea_recovery_judge(&empty, fixture.texts[0], &index),
	    CARDEA_RESULT_BROKEN);
	assert_int_equal(index, 77);
}

static void
what_is_kept_is_a_salted_hash_and_not_the_code(void **state)
{
	struct fixture fixture = make_fixture();
	unsigned char salted[CARDEA_RECOVERY_SALT + 16];
	unsigned char hash[CARDEA_SHA256];

	(void)state;
	memcpy(salted, fixture.set.salt, CARDEA_RECOVERY_SALT);
	for (size_t i = 0; i < 16; i++)
		salted[CARDEA_RECOVERY_SALT + i] =
		    (unsigned char)fixture.texts[5][i + i / 4];
	assert_int_equal(
	    cardea_crypto_sha256(salted, sizeof(salted), hash), CARDEA_OK);
	assert_memory_equal(hash, fixture.set.codes[5].hash, sizeof(hash));
}

static void
only_one_to_twenty_codes_can_be_made(void **state)
{
	static const size_t counts[] = { 0, CARDEA_RECOVERY_CODES_MAX + 1,
		SIZE_MAX };
	char texts[CARDEA_RECOVERY_CODES_MAX][CARDEA_RECOVERY_TEXT_MAX + 1];
	struct cardea_recovery_set set = { .created_s = 5 };

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		assert_int_equal(
		    cardea_recovery_generate(counts[i], 1, &set, texts),
		    CARDEA_E_RANGE);
	assert_int_equal(set.created_s, 5);
	assert_int_equal(
	    cardea_recovery_generate(CARDEA_RECOVERY_CODES_MAX, 1, &set, texts),
	    CARDEA_OK);
	assert_int_equal(set.count, CARDEA_RECOVERY_CODES_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    A15_codes_have_the_shape_the_manual_shows_and_differ),
		cmocka_unit_test(each_code_is_good_until_it_is_marked_used),
		cmocka_unit_test(case_dashes_and_look_alikes_do_not_matter),
		cmocka_unit_test(I15_anything_else_has_the_wrong_shape),
		cmocka_unit_test(V16_an_empty_or_foreign_set_matches_nothing),
		cmocka_unit_test(
		    what_is_kept_is_a_salted_hash_and_not_the_code),
		cmocka_unit_test(only_one_to_twenty_codes_can_be_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
