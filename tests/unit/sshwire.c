/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/sshwire.h"
#include "unit/test.h"

static void
what_is_written_is_read_back(void **state)
{
	unsigned char bytes[64];
	struct cardea_sshwire_writer writer;
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string string;

	(void)state;
	cardea_sshwire_write(&writer, bytes, sizeof(bytes));
	cardea_sshwire_put_u8(&writer, 0xfe);
	cardea_sshwire_put_u32(&writer, 0x01020304);
	cardea_sshwire_put_text(&writer, "testing");
	cardea_sshwire_put_string(&writer, NULL, 0);
	cardea_sshwire_put_bytes(&writer, "end", 3);
	assert_int_equal(cardea_sshwire_written(&writer), CARDEA_OK);
	/* RFC 4251, section 5, has "testing" */
	assert_int_equal(writer.len, 1 + 4 + 11 + 4 + 3);
	assert_memory_equal(bytes,
	    "\xfe\x01\x02\x03\x04\x00\x00\x00\x07testing\x00\x00\x00\x00"
	    "end",
	    writer.len);

	cardea_sshwire_read(&reader, bytes, writer.len);
	assert_int_equal(cardea_sshwire_get_u8(&reader), 0xfe);
	assert_int_equal(cardea_sshwire_get_u32(&reader), 0x01020304);
	string = cardea_sshwire_get_string(&reader);
	assert_true(cardea_sshwire_is(string, "testing"));
	assert_false(cardea_sshwire_is(string, "testin"));
	assert_false(cardea_sshwire_is(string, "testing "));
	assert_true(cardea_sshwire_is(cardea_sshwire_get_string(&reader), ""));
	assert_int_equal(cardea_sshwire_all_read(&reader), CARDEA_E_SYNTAX);
	assert_int_equal(cardea_sshwire_get_u8(&reader), 'e');
	assert_int_equal(cardea_sshwire_get_u8(&reader), 'n');
	assert_int_equal(cardea_sshwire_get_u8(&reader), 'd');
	assert_int_equal(cardea_sshwire_all_read(&reader), CARDEA_OK);

	cardea_sshwire_read(&reader, "\x01\x02\x03\x04\x05\x06\x07\x08...", 11);
	assert_true(cardea_sshwire_get_u64(&reader) == 0x0102030405060708u);
	assert_true(cardea_sshwire_get_u64(&reader) == 0);
	assert_true(reader.failed);
}

static void
what_does_not_fit_is_not_written_and_sticks(void **state)
{
	unsigned char bytes[8] = { 0 };
	struct cardea_sshwire_writer writer;

	(void)state;
	cardea_sshwire_write(&writer, bytes, 7);
	cardea_sshwire_put_text(&writer, "four");
	assert_int_equal(cardea_sshwire_written(&writer), CARDEA_E_RANGE);
	cardea_sshwire_put_u8(&writer, 1);
	assert_int_equal(cardea_sshwire_written(&writer), CARDEA_E_RANGE);
	assert_int_equal(writer.len, 4);
	assert_int_equal(bytes[7], 0);

	cardea_sshwire_write(&writer, bytes, 8);
	cardea_sshwire_put_text(&writer, "four");
	assert_int_equal(cardea_sshwire_written(&writer), CARDEA_OK);

	cardea_sshwire_write(&writer, bytes, 8);
	cardea_sshwire_put_string(&writer, bytes, (size_t)UINT32_MAX + 1);
	assert_int_equal(cardea_sshwire_written(&writer), CARDEA_E_RANGE);
	assert_int_equal(writer.len, 0);
}

static void
a_length_beyond_the_end_gives_nothing_and_sticks(void **state)
{
	static const char *const cases[] = { "\x00\x00\x00\x04"
					     "abc",
		"\xff\xff\xff\xff"
		"abc",
		"\x7f\xff\xff\xff"
		"abc" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_sshwire_reader reader;
		struct cardea_sshwire_string string;

		cardea_sshwire_read(&reader, cases[i], 7);
		string = cardea_sshwire_get_string(&reader);
		assert_int_equal(string.len, 0);
		assert_non_null(string.bytes);
		assert_int_equal(cardea_sshwire_get_u8(&reader), 0);
		assert_int_equal(cardea_sshwire_get_u32(&reader), 0);
		assert_int_equal(cardea_sshwire_get_string(&reader).len, 0);
		assert_int_equal(cardea_sshwire_get_positive(&reader).len, 0);
		assert_int_equal(
		    cardea_sshwire_all_read(&reader), CARDEA_E_SYNTAX);
	}
	for (size_t len = 0; len < 4; len++) {
		struct cardea_sshwire_reader reader;

		cardea_sshwire_read(&reader, "\0\0\0\0", len);
		assert_int_equal(cardea_sshwire_get_string(&reader).len, 0);
		assert_int_equal(
		    cardea_sshwire_all_read(&reader), CARDEA_E_SYNTAX);
	}
}

/* RFC 4251, section 5 */
static void
numbers_are_positive_and_have_one_form(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool good;
	} cases[] = {
		{ "\x01", 1, true },
		{ "\x7f", 1, true },
		{ "\x00\x80", 2, true },
		{ "\x09\xa3\x78\xf9\xb2\xe3\x32\xa7", 8, true },
		{ "", 0, false },	  /* zero */
		{ "\x00", 1, false },	  /* zero, longer than it is */
		{ "\x80", 1, false },	  /* negative */
		{ "\xed\xcc", 2, false }, /* -0x1234 */
		{ "\x00\x01", 2, false },
		{ "\x00\x00\x80", 3, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char bytes[16];
		struct cardea_sshwire_writer writer;
		struct cardea_sshwire_reader reader;
		struct cardea_sshwire_string number;

		cardea_sshwire_write(&writer, bytes, sizeof(bytes));
		cardea_sshwire_put_string(
		    &writer, cases[i].bytes, cases[i].len);
		cardea_sshwire_read(&reader, bytes, writer.len);
		number = cardea_sshwire_get_positive(&reader);
		assert_int_equal(cardea_sshwire_all_read(&reader),
		    cases[i].good ? CARDEA_OK : CARDEA_E_SYNTAX);
		assert_int_equal(number.len, cases[i].good ? cases[i].len : 0);
		assert_memory_equal(number.bytes, cases[i].bytes, number.len);
	}
}

/* ssh-keygen -l of a key whose blob has this digest */
static void
a_fingerprint_is_as_ssh_keygen_prints_it(void **state)
{
	static const unsigned char digest[32] = { 0xaf, 0x04, 0xff, 0x9b, 0x4b,
		0x44, 0x2f, 0x9b, 0x2e, 0x4c, 0x7f, 0x4e, 0x1b, 0xfe, 0x18,
		0x92, 0x97, 0x6f, 0x6b, 0x83, 0xb8, 0xfe, 0x0d, 0x6b, 0x52,
		0x9d, 0x41, 0x1d, 0x21, 0xe6, 0x7d, 0x3a };
	char text[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1];

	(void)state;
	assert_int_equal(cardea_sshwire_fingerprint(digest, text), CARDEA_OK);
	assert_string_equal(
	    text, "SHA256:rwT/m0tEL5suTH9OG/4Ykpdva4O4/g1rUp1BHSHmfTo");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(what_does_not_fit_is_not_written_and_sticks),
		cmocka_unit_test(
		    a_length_beyond_the_end_gives_nothing_and_sticks),
		cmocka_unit_test(numbers_are_positive_and_have_one_form),
		cmocka_unit_test(a_fingerprint_is_as_ssh_keygen_prints_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
