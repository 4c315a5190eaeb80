/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/pem.h"
#include "unit/test.h"

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

static unsigned char der[64];
static size_t len;

static enum cardea_status
next(const char **at)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	len = 0;
	status = cardea_pem_next(at, der, sizeof(der), &len, &diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		assert_string_not_equal(diag.reason, "");
	return status;
}

static enum cardea_status
first(const char *text)
{
	return next(&text);
}

static void
blocks_come_one_after_another(void **state)
{
	const char *at = "subject=x\n" BEGIN "TWF\nu\n" END "between\r\n"
			 "-----BEGIN CERTIFICATE-----\r\nTWE=\r\n" END;

	(void)state;
	assert_int_equal(next(&at), CARDEA_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(der, "Man", 3);
	assert_int_equal(next(&at), CARDEA_OK);
	assert_int_equal(len, 2);
	assert_memory_equal(der, "Ma", 2);
	assert_int_equal(next(&at), CARDEA_E_MISSING);
}

static void
what_is_no_certificate_is_refused(void **state)
{
	(void)state;
	assert_int_equal(first(""), CARDEA_E_MISSING);
	assert_int_equal(first("words\n"), CARDEA_E_MISSING);
	assert_int_equal(first(BEGIN END), CARDEA_E_SYNTAX);
	assert_int_equal(first(BEGIN "TWFu\n"), CARDEA_E_SYNTAX);
	assert_int_equal(first(BEGIN "TWF\n" END), CARDEA_E_SYNTAX);
	assert_int_equal(first(BEGIN "TW-u\n" END), CARDEA_E_SYNTAX);
	assert_int_equal(first(BEGIN "TWE=TWE=\n" END), CARDEA_E_SYNTAX);
	assert_int_equal(
	    first("-----BEGIN PRIVATE KEY-----\nTWFu\n"
		  "-----END PRIVATE KEY-----\n" BEGIN "TWFu\n" END),
	    CARDEA_E_SYNTAX);
	assert_int_equal(first(BEGIN BEGIN "TWFu\n" END END), CARDEA_E_SYNTAX);
}

static void
what_is_too_large_is_refused(void **state)
{
	char text[256] = BEGIN;

	(void)state;
	memset(text + strlen(BEGIN), 'A', 84);
	memcpy(text + strlen(BEGIN) + 84, "AA==" END, sizeof("AA==" END));
	assert_int_equal(first(text), CARDEA_OK);
	assert_int_equal(len, sizeof(der));
	memcpy(text + strlen(BEGIN) + 84, "AAA=" END, sizeof("AAA=" END));
	assert_int_equal(first(text), CARDEA_E_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_come_one_after_another),
		cmocka_unit_test(what_is_no_certificate_is_refused),
		cmocka_unit_test(what_is_too_large_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
