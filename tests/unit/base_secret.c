/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/diag.h>

#include "base/clock.h"
#include "base/secret.h"
#include "unit/test.h"

static void
a_secret_replaces_its_contents_even_by_a_part_of_itself(void **state)
{
	struct cardea_secret secret = { 0 };

	(void)state;
	assert_int_equal(cardea_secret_set(&secret, "hunter22", 8), CARDEA_OK);
	assert_int_equal(
	    cardea_secret_set(&secret, secret.data + 6, 2), CARDEA_OK);
	assert_int_equal(secret.len, 2);
	assert_string_equal((char *)secret.data, "22");
	cardea_secret_clear(&secret);
	assert_null(secret.data);
	cardea_secret_clear(&secret);
}

static void
V17_equality_is_exact_in_length_and_bytes(void **state)
{
	(void)state;
	assert_true(cardea_secret_equal("123456", 6, "123456", 6));
	assert_true(cardea_secret_equal("", 0, "", 0));
	assert_false(cardea_secret_equal("123456", 6, "123457", 6));
	assert_false(cardea_secret_equal("023456", 6, "123456", 6));
	assert_false(cardea_secret_equal("123456", 6, "12345", 5));
	assert_false(cardea_secret_equal("a", 1, "A", 1));
}

static void
random_bytes_differ_and_hex_is_hex(void **state)
{
	unsigned char a[16] = { 0 }, b[16] = { 0 };
	char hex[33];

	(void)state;
	assert_int_equal(cardea_secret_random(a, 16), CARDEA_OK);
	assert_int_equal(cardea_secret_random(b, 16), CARDEA_OK);
	assert_memory_not_equal(a, b, 16);
	assert_int_equal(cardea_secret_random_hex(hex, 16), CARDEA_OK);
	assert_int_equal(strlen(hex), 32);
	assert_int_equal(strspn(hex, "0123456789abcdef"), 32);
	assert_int_equal(cardea_secret_random_hex(hex, 65), CARDEA_E_RANGE);
}

static void
wiping_leaves_zeroes(void **state)
{
	static const char zero[8];
	char bytes[8] = "secret!";

	(void)state;
	CARDEA_WIPE(bytes);
	assert_memory_equal(bytes, zero, sizeof(bytes));
}

static void
every_status_has_a_text_of_its_own(void **state)
{
	(void)state;
	for (int a = CARDEA_E_CONFLICT; a <= CARDEA_OK; a++) {
		assert_string_not_equal(
		    cardea_status_text((enum cardea_status)a),
		    "unknown status");
		for (int b = CARDEA_E_CONFLICT; b < a; b++)
			assert_string_not_equal(
			    cardea_status_text((enum cardea_status)a),
			    cardea_status_text((enum cardea_status)b));
	}
	assert_string_equal(
	    cardea_status_text((enum cardea_status)1), "unknown status");
}

static void
the_first_reason_stands_and_control_bytes_are_escaped(void **state)
{
	struct cardea_diag diag = { 0 };
	char text[256];

	(void)state;
	assert_int_equal(cardea_diag_set(&diag, CARDEA_E_SYNTAX, "a\nb%d", 1),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_diag_set(&diag, CARDEA_E_IO, "later"), CARDEA_E_IO);
	cardea_diag_place(&diag, "/etc/x\033.conf", 12, "rules");
	cardea_diag_place(&diag, "other", 13, "other");
	cardea_diag_format(&diag, text, sizeof(text));
	assert_string_equal(text, "/etc/x\\x1b.conf:12: rules: a\\x0ab1");
	for (size_t size = 1; size < 40; size++) {
		cardea_diag_format(&diag, text, size);
		assert_true(strlen(text) < size);
	}
	assert_int_equal(
	    cardea_diag_set(NULL, CARDEA_E_IO, "nobody listens"), CARDEA_E_IO);
}

static void
R09_the_clock_is_plausible_and_its_boot_is_named(void **state)
{
	struct cardea_clock first = cardea_clock_read();
	struct cardea_clock second = cardea_clock_read();
	char boot_id[37];

	(void)state;
	assert_true(first.plausible);
	assert_true(first.monotonic_ms > 0);
	assert_true(second.monotonic_ms >= first.monotonic_ms);
	cardea_clock_boot_id(boot_id);
	assert_int_equal(strlen(boot_id), 36);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_secret_replaces_its_contents_even_by_a_part_of_itself),
		cmocka_unit_test(V17_equality_is_exact_in_length_and_bytes),
		cmocka_unit_test(random_bytes_differ_and_hex_is_hex),
		cmocka_unit_test(wiping_leaves_zeroes),
		cmocka_unit_test(every_status_has_a_text_of_its_own),
		cmocka_unit_test(
		    the_first_reason_stands_and_control_bytes_are_escaped),
		cmocka_unit_test(
		    R09_the_clock_is_plausible_and_its_boot_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
