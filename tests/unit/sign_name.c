/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sign/name.h"
#include "unit/test.h"

static void
a_subject_comes_back_as_it_was_typed(void **state)
{
	static const struct {
		const char *typed, *back;
	} rows[] = {
		{ "CN=laptop-7,O=Example", "CN=laptop-7,O=Example" },
		{ "CN=laptop-7, O=Example", "CN=laptop-7,O=Example" },
		{ "CN=a\\,b,OU=c\\2bd", "CN=a\\,b,OU=c\\+d" },
		{ "CN=J\xc3\xbcrgen", "CN=J\xc3\xbcrgen" },
		{ "DC=example,DC=org", "DC=example,DC=org" },
		{ "serialNumber=7,CN=x", "serialNumber=7,CN=x" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		X509_NAME *name = NULL;
		char text[256] = "?";

		assert_int_equal(
		    cardea_name_subject(rows[i].typed, &name, NULL), CARDEA_OK);
		assert_int_equal(
		    cardea_name_format(name, text, sizeof(text)), CARDEA_OK);
		assert_string_equal(text, rows[i].back);
		assert_int_equal(
		    cardea_name_format(name, text, strlen(rows[i].back)),
		    CARDEA_E_RANGE);
		X509_NAME_free(name);
	}
}

static void
what_is_no_subject_is_refused(void **state)
{
	static const char *const bad[] = { "laptop", "=x", "CN=", "CN=a,",
		",CN=a", "CN=a+O=b", "CN=a\"b", "CN=a\x01", "CN=a\\",
		"CN=a\\zz", "XYZ=a", "C=Germany", "CN=a,,O=b" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cardea_diag diag = { 0 };
		X509_NAME *name = NULL;

		assert_int_equal(
		    cardea_name_subject(bad[i], &name, &diag), CARDEA_E_SYNTAX);
		assert_null(name);
		assert_true(diag.reason[0] != '\0');
	}
}

static const char *const good_names[] = { "dns:laptop-7.example.org", "dns:a",
	"dns:_x.b", "email:alice@example.org", "uri:urn:device:7",
	"uri:https://example.org/a?b#c", "ip:192.0.2.1", "ip:2001:db8::1" };

static void
X04_names_are_what_they_say(void **state)
{
	static const char *const bad[] = { "laptop",
		"dns:", "dns:*.example.org", "dns:a..b", "dns:.a", "dns:a.",
		"dns:-a", "dns:a-.b", "dns:a b", "dns:a\nb", "dns:\xc3\xbc",
		"email:alice", "email:@b", "email:a b@c", "email:a@", "uri:x",
		"uri::x", "uri:a b:c", "uri:a:\x7f", "ip:1.2.3", "ip:1.2.3.4/8",
		"ip:fe80::1%lo", "upn:a@b", "dirname:CN=x", "DNS:a" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cardea_diag diag = { 0 };

		assert_int_equal(
		    cardea_name_check(bad[i], &diag), CARDEA_E_SYNTAX);
		assert_true(diag.reason[0] != '\0');
	}
	for (size_t i = 0; i < sizeof(good_names) / sizeof(good_names[0]); i++)
		assert_int_equal(
		    cardea_name_check(good_names[i], NULL), CARDEA_OK);
}

static void
names_come_back_as_they_were_typed(void **state)
{
	enum { count = sizeof(good_names) / sizeof(good_names[0]) };
	struct cardea_cert_name names[count], back[CARDEA_CERT_NAMES_MAX];
	GENERAL_NAMES *list = NULL;
	size_t found = 0;

	(void)state;
	memset(names, 0, sizeof(names));
	for (size_t i = 0; i < count; i++)
		strncpy(
		    names[i].text, good_names[i], sizeof(names[i].text) - 1);
	assert_int_equal(
	    cardea_name_list(names, count, &list, NULL), CARDEA_OK);
	assert_int_equal(
	    cardea_name_unlist(list, back, &found, NULL), CARDEA_OK);
	assert_int_equal(found, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(back[i].text, good_names[i]);
	GENERAL_NAMES_free(list);
}

static void
I15_a_name_with_a_nul_inside_is_refused(void **state)
{
	struct cardea_cert_name names[1] = { { "dns:a.example" } };
	struct cardea_cert_name back[CARDEA_CERT_NAMES_MAX];
	GENERAL_NAMES *list = NULL;
	ASN1_STRING *string;
	size_t found = 99;
	int type = 0;

	(void)state;
	assert_int_equal(cardea_name_list(names, 1, &list, NULL), CARDEA_OK);
	string = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(list, 0), &type);
	assert_int_equal(ASN1_STRING_set(string, "a\0.example", 10), 1);
	assert_int_equal(
	    cardea_name_unlist(list, back, &found, NULL), CARDEA_E_SYNTAX);
	assert_int_equal(found, 99);
	GENERAL_NAMES_free(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_subject_comes_back_as_it_was_typed),
		cmocka_unit_test(what_is_no_subject_is_refused),
		cmocka_unit_test(X04_names_are_what_they_say),
		cmocka_unit_test(names_come_back_as_they_were_typed),
		cmocka_unit_test(I15_a_name_with_a_nul_inside_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
