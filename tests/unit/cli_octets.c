/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/octets.h"
#include "unit/test.h"

static struct cardea_json_object object;
static struct cardea_octets octets;

static enum cardea_status
open_text(const char *text)
{
	assert_int_equal(cardea_json_parse(text, &object, NULL), CARDEA_OK);
	return cardea_octets_begin(&octets, &object, NULL);
}

/* What the member "m" of this object is. */
static enum cardea_status
find(const char *text, unsigned char bytes[4], size_t *ret_len)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status = open_text(text);

	assert_int_equal(status, CARDEA_OK);
	status = cardea_octets_find(&octets, "m", bytes, 4, ret_len, &diag);
	assert_int_equal(status == CARDEA_OK, diag.reason[0] == '\0');
	cardea_json_object_clear(&object);
	return status;
}

static void
bytes_are_read_in_each_encoding(void **state)
{
	static const char *const same[] = { "{\"m\":\"fbff00\"}",
		"{\"m\":\"FBff00\"}", "{\"m_hex\":\"fbff00\"}",
		"{\"m_base64\":\"+/8A\"}", "{\"m_base64url\":\"-_8A\"}",
		"{\"encoding\":\"hex\",\"m\":\"fbff00\"}",
		"{\"encoding\":\"base64\",\"m\":\"+/8A\"}",
		"{\"encoding\":\"base64url\",\"m\":\"-_8A\"}",
		"{\"encoding\":\"text\",\"m_hex\":\"fbff00\"}" };
	unsigned char bytes[4];
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_int_equal(find(same[i], bytes, &len), CARDEA_OK);
		assert_int_equal(len, 3);
		assert_memory_equal(bytes, "\xfb\xff\x00", 3);
	}
	assert_int_equal(
	    find("{\"m_text\":\"\xc3\xbc=\"}", bytes, &len), CARDEA_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(bytes, "\xc3\xbc=", 3);
	assert_int_equal(find("{\"m\":\"\"}", bytes, &len), CARDEA_OK);
	assert_int_equal(len, 0);
}

static void
what_is_not_there_changes_nothing(void **state)
{
	unsigned char bytes[4];
	size_t len = 99;

	(void)state;
	assert_int_equal(find("{\"n\":\"00\"}", bytes, &len), CARDEA_OK);
	assert_int_equal(find("{\"m_base32\":\"00\"}", bytes, &len), CARDEA_OK);
	assert_int_equal(len, 99);
}

static void
other_text_is_refused(void **state)
{
	static const char *const bad[] = { "{\"m\":\"0\"}", "{\"m\":\"0g\"}",
		"{\"m\":\" 00\"}", "{\"m\":12}", "{\"m\":true}",
		"{\"m_base64\":\"AA\"}", "{\"m_base64\":\"-_8A\"}",
		"{\"m_base64url\":\"AA==\"}", "{\"m_base64url\":\"+/8A\"}",
		"{\"m_base64url\":\"AB\"}", "{\"m\":\"00\",\"m_hex\":\"00\"}",
		"{\"m_hex\":\"00\",\"m_base64\":\"AA==\"}",
		"{\"m\":\"00\",\"m_text\":1}" };
	static const char *const longer[] = { "{\"m\":\"0011223344\"}",
		"{\"m_base64\":\"AAAAAAA=\"}", "{\"m_text\":\"12345\"}" };
	unsigned char bytes[4];
	size_t len = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (find(bad[i], bytes, &len) != CARDEA_E_SYNTAX)
			fail_msg("%s", bad[i]);
	}
	for (size_t i = 0; i < sizeof(longer) / sizeof(longer[0]); i++)
		assert_int_equal(find(longer[i], bytes, &len), CARDEA_E_RANGE);
	assert_int_equal(len, 99);
}

static void
an_unknown_encoding_is_refused(void **state)
{
	static const char *const bad[] = { "{\"encoding\":\"base32\"}",
		"{\"encoding\":\"\"}", "{\"encoding\":\"HEX\"}",
		"{\"encoding\":1}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(open_text(bad[i]), CARDEA_E_SYNTAX);
		cardea_json_object_clear(&object);
	}
}

static void
what_must_be_there_is_missed(void **state)
{
	unsigned char bytes[4];
	char text[4] = "old";
	size_t len = 0;

	(void)state;
	assert_int_equal(
	    open_text("{\"t\":\"abc\",\"u\":\"abcd\",\"n\":1}"), CARDEA_OK);
	assert_int_equal(
	    cardea_octets_need(&octets, "m", bytes, sizeof(bytes), &len, NULL),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_octets_need_text(&octets, "m", text, sizeof(text), NULL),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_octets_need_text(&octets, "u", text, sizeof(text), NULL),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_octets_need_text(&octets, "n", text, sizeof(text), NULL),
	    CARDEA_E_SYNTAX);
	assert_string_equal(text, "old");
	assert_int_equal(
	    cardea_octets_need_text(&octets, "t", text, sizeof(text), NULL),
	    CARDEA_OK);
	assert_string_equal(text, "abc");
	cardea_json_object_clear(&object);
}

static void
a_key_is_told_by_its_suffix(void **state)
{
	(void)state;
	assert_true(cardea_octets_is("m", "m"));
	assert_true(cardea_octets_is("m_hex", "m"));
	assert_true(cardea_octets_is("m_base64url", "m"));
	assert_false(cardea_octets_is("m_", "m"));
	assert_false(cardea_octets_is("m_base32", "m"));
	assert_false(cardea_octets_is("mhex", "m"));
	assert_false(cardea_octets_is("client_data_hash", "client_data"));
	assert_int_equal(open_text("{\"m_text\":\"\",\"n\":1}"), CARDEA_OK);
	assert_true(cardea_octets_has(&octets, "m"));
	assert_true(cardea_octets_has(&octets, "n"));
	assert_false(cardea_octets_has(&octets, "o"));
	cardea_json_object_clear(&object);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_read_in_each_encoding),
		cmocka_unit_test(what_is_not_there_changes_nothing),
		cmocka_unit_test(other_text_is_refused),
		cmocka_unit_test(an_unknown_encoding_is_refused),
		cmocka_unit_test(what_must_be_there_is_missed),
		cmocka_unit_test(a_key_is_told_by_its_suffix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
