/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "store/ledger_device.h"
#include "unit/test.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define PRINT "SHA256:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno+/"

static void
states_have_names_and_nothing_else_is_one(void **state)
{
	static const char *const names[] = { "active", "locked", "lost",
		"retired" };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(cardea_device_state_text(
					cardea_device_state_parse(names[i])),
		    names[i]);
	assert_int_equal(cardea_device_state_parse(""), CARDEA_DEVICE_NONE);
	assert_int_equal(
	    cardea_device_state_parse("Active"), CARDEA_DEVICE_NONE);
	assert_int_equal(
	    cardea_device_state_parse("unknown"), CARDEA_DEVICE_NONE);
	assert_string_equal(
	    cardea_device_state_text(CARDEA_DEVICE_NONE), "unknown");
}

static void
a_device_without_owners_is_everybodys_and_one_with_them_is_theirs(void **state)
{
	struct cardea_device device = { .owner_count = 0 };

	(void)state;
	assert_true(cardea_device_owned(&device, "alice"));
	device.owner_count = 2;
	strcpy(device.owners[0], "alice");
	strcpy(device.owners[1], "bob");
	strcpy(device.owners[2], "carol");
	assert_true(cardea_device_owned(&device, "alice"));
	assert_true(cardea_device_owned(&device, "bob"));
	assert_false(cardea_device_owned(&device, "carol"));
	assert_false(cardea_device_owned(&device, "Alice"));
	assert_false(cardea_device_owned(&device, "alic"));
	assert_false(cardea_device_owned(&device, "alicette"));
	assert_false(cardea_device_owned(&device, ""));
}

static void
names_are_letters_digits_and_three_signs(void **state)
{
	char text[CARDEA_CREDENTIAL_MAX + 2];

	(void)state;
	assert_true(cardea_device_is_name("laptop-7.example_org"));
	assert_true(cardea_device_is_name("7"));
	assert_false(cardea_device_is_name(""));
	assert_false(cardea_device_is_name("-x"));
	assert_false(cardea_device_is_name("a b"));
	assert_false(cardea_device_is_name("a/b"));
	assert_false(cardea_device_is_name("a\n"));
	assert_false(cardea_device_is_name("\303\244"));
	memset(text, 'a', sizeof(text));
	text[CARDEA_CREDENTIAL_MAX + 1] = '\0';
	assert_false(cardea_device_is_name(text));
	text[CARDEA_CREDENTIAL_MAX] = '\0';
	assert_true(cardea_device_is_name(text));
}

static void
each_form_of_an_identity_is_taken(void **state)
{
	static const char *const texts[] = { "x509-key:" HASH, "x509:" PRINT,
		"x509-name:example ca/dns:laptop-7.example.org",
		"x509-name:ca/uri:spiffe://x/y", "x509-name:ca/email:A@b.org",
		"x509-name:ca/upn:alice@EXAMPLE",
		"x509-name:ca/dirname:CN=x,O=y", "x509-name:ca/ip:192.0.2.1",
		"ssh-key:" PRINT, "ssh-cert:ca/laptop 7 of alice",
		"ssh-cert:ca/a/b", "fido2:alice/0123456789abcdef",
		"fido2:DOM\\a/b/0123456789abcdef" };
	struct cardea_device_identity identity;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(
		    cardea_device_parse_identity(texts[i], &identity, NULL),
		    CARDEA_OK);
		assert_string_equal(identity.text, texts[i]);
	}
}

static void
nothing_else_is_one(void **state)
{
	static const char *const texts[] = { "", "x509",
		"x509:", "x509-key:", "x509-key:0011", "X509-KEY:" HASH,
		"x509-key:" HASH "0",
		"x509-key:00112233445566778899AABBCCDDEEFF00112233445566778899a"
		"abbccddeeff",
		"x509:SHA1:abcdef", "x509:" PRINT "=", "x509-name:dns:a",
		"x509-name:/dns:a", "x509-name:ca/dns:", "x509-name:ca/a",
		"x509-name:c\303\244/dns:a", "x509-name:ca/dns:a\nb",
		"ssh-cert:ca/", "ssh-cert:/x", "ssh-cert:ca",
		"ssh-cert:ca/\x7f", "ssh-key:" HASH, "fido2:alice",
		"fido2:/abc", "fido2:alice/", "fido2:alice/-a",
		"fido2:alice/a b", "tpm:1", " x509:" PRINT };
	struct cardea_device_identity identity = { "untouched" };
	struct cardea_diag diag = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (cardea_device_parse_identity(texts[i], &identity, &diag) !=
		    CARDEA_E_SYNTAX)
			fail_msg("taken: %s", texts[i]);
		assert_non_null(strstr(diag.reason, "no identity"));
		assert_string_equal(identity.text, "untouched");
	}
}

static void
the_longest_identity_is_taken_and_one_byte_more_refused(void **state)
{
	char text[CARDEA_DEVICE_IDENTITY_MAX + 2];
	struct cardea_device_identity identity;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "ssh-cert:ca/", 12);
	text[CARDEA_DEVICE_IDENTITY_MAX + 1] = '\0';
	assert_int_equal(cardea_device_parse_identity(text, &identity, NULL),
	    CARDEA_E_RANGE);
	text[CARDEA_DEVICE_IDENTITY_MAX] = '\0';
	assert_int_equal(
	    cardea_device_parse_identity(text, &identity, NULL), CARDEA_OK);
}

/* RFC 4343: else LAPTOP.example would be nobody's, or another device's. */
static void
hosts_are_one_in_either_case_and_nothing_else_is(void **state)
{
	struct cardea_device_identity identity;

	(void)state;
	assert_int_equal(
	    cardea_device_parse_identity(
		"x509-name:CA/dns:LapTop.Example", &identity, NULL),
	    CARDEA_OK);
	assert_string_equal(identity.text, "x509-name:CA/dns:laptop.example");
	assert_int_equal(cardea_device_parse_identity(
			     "x509-name:CA/uri:Spiffe://X", &identity, NULL),
	    CARDEA_OK);
	assert_string_equal(identity.text, "x509-name:CA/uri:Spiffe://X");
	assert_int_equal(cardea_device_parse_identity(
			     "ssh-cert:CA/dns:Lap", &identity, NULL),
	    CARDEA_OK);
	assert_string_equal(identity.text, "ssh-cert:CA/dns:Lap");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_have_names_and_nothing_else_is_one),
		cmocka_unit_test(
		    a_device_without_owners_is_everybodys_and_one_with_them_is_theirs),
		cmocka_unit_test(names_are_letters_digits_and_three_signs),
		cmocka_unit_test(each_form_of_an_identity_is_taken),
		cmocka_unit_test(nothing_else_is_one),
		cmocka_unit_test(
		    the_longest_identity_is_taken_and_one_byte_more_refused),
		cmocka_unit_test(
		    hosts_are_one_in_either_case_and_nothing_else_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
