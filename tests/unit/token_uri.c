/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/test.h"
#include "verifier/sign/uri.h"

static struct cardea_token_uri uri;

static enum cardea_status
parse(const char *text)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status = cardea_token_uri_parse(text, &uri, &diag);

	assert_true((status == CARDEA_OK) == (diag.reason[0] == '\0'));
	return status;
}

static void
what_a_uri_says_is_read(void **state)
{
	(void)state;
	assert_int_equal(parse("pkcs11:token=My%20token;manufacturer=m;"
			       "model=v2;serial=00ff;object=dev:key;"
			       "id=%00%01%FF;type=private;slot-id=7"
			       "?module-path=/usr/lib/a.so"),
	    CARDEA_OK);
	assert_string_equal(uri.token, "My token");
	assert_string_equal(uri.manufacturer, "m");
	assert_string_equal(uri.model, "v2");
	assert_string_equal(uri.serial, "00ff");
	assert_string_equal(uri.object, "dev:key");
	assert_int_equal(uri.id_len, 3);
	assert_memory_equal(uri.id, "\x00\x01\xff", 3);
	assert_true(uri.has_slot);
	assert_int_equal(uri.slot, 7);
	assert_string_equal(uri.module, "/usr/lib/a.so");
	assert_int_equal(parse("pkcs11:"), CARDEA_OK);
	assert_string_equal(uri.token, "");
	assert_int_equal(uri.id_len, 0);
	assert_false(uri.has_slot);
}

static void
what_would_pick_another_key_is_refused(void **state)
{
	static const char *const bad[] = {
		"pkcs12:token=a",
		"pkcs11:token",
		"pkcs11:token=",
		"pkcs11:=a",
		"pkcs11:token=a;token=b",
		"pkcs11:token=a;",
		"pkcs11:;token=a",
		"pkcs11:id=%01;id=%02",
		"pkcs11:token=a%00b",
		"pkcs11:token=a%0",
		"pkcs11:token=a%zz",
		"pkcs11:token=a b",
		"pkcs11:token=a\"b",
		"pkcs11:token=a\x01",
		"pkcs11:type=public",
		"pkcs11:slot-id=x",
		"pkcs11:slot-id=1;slot-id=1",
		"pkcs11:library-version=3",
		"pkcs11:x-mine=1",
		"pkcs11:object=a?module-name=b",
		"pkcs11:object=a?module-path=/a&module-path=/b",
		"pkcs11:object=a?",
		"pkcs11:token=123456789012345678901234567890123",
		"pkcs11:model=12345678901234567",
	};

	(void)state;
	memset(&uri, 0x5a, sizeof(uri));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i]), CARDEA_E_SYNTAX);
		/* untouched */
		assert_int_equal(uri.id_len, (size_t)0x5a5a5a5a5a5a5a5a);
	}
}

static void
a_pin_has_no_place_in_a_name(void **state)
{
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(
	    parse("pkcs11:object=a?pin-value=1234"), CARDEA_E_SYNTAX);
	assert_int_equal(
	    parse("pkcs11:object=a;pin-value=1234"), CARDEA_E_SYNTAX);
	assert_int_equal(
	    parse("pkcs11:object=a?pin-source=file:/etc/pin"), CARDEA_E_SYNTAX);
	assert_int_equal(cardea_token_uri_parse(
			     "pkcs11:object=a?pin-value=1234", &uri, &diag),
	    CARDEA_E_SYNTAX);
	assert_null(strstr(diag.reason, "1234"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_uri_says_is_read),
		cmocka_unit_test(what_would_pick_another_key_is_refused),
		cmocka_unit_test(a_pin_has_no_place_in_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
