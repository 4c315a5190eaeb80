/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include <cardea/address.h>

#include "unit/random.h"
#include "unit/test.h"

static struct cardea_address
address_of(const char *text)
{
	struct cardea_address address = cardea_address_parse(text);

	assert_int_equal(address.kind, CARDEA_ADDRESS_IP);
	return address;
}

static struct cardea_prefix
prefix_of(const char *text)
{
	struct cardea_prefix prefix = { .bits = 999 };

	assert_int_equal(cardea_prefix_parse(text, &prefix), CARDEA_OK);
	return prefix;
}

static void
addresses_have_one_form_whatever_they_were_written_as(void **state)
{
	static const char *const cases[][2] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "::ffff:192.0.2.1", "192.0.2.1" },
		{ "::ffff:c000:201", "192.0.2.1" },
		{ "::FFFF:C000:0201", "192.0.2.1" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "2001:DB8::0:1", "2001:db8::1" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "::192.0.2.1", "::192.0.2.1" },
		{ "fe80::1%eth0", "fe80::1" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
		{ "0000:0000:0000:0000:0000:ffff:192.168.100.200",
		    "192.168.100.200" },
	};
	char text[CARDEA_ADDRESS_TEXT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_address address = address_of(cases[i][0]);

		cardea_address_format(&address, text);
		assert_string_equal(text, cases[i][1]);
	}
}

static void
C03_what_is_not_numeric_is_unknown(void **state)
{
	static const char *const bad[] = { "UNKNOWN", "localhost",
		"host.example.com", "192.0.2", "192.0.2.1.", "192.0.2.01",
		"192.0.2.256", "0x7f.0.0.1", "3221225985", " 192.0.2.1",
		"192.0.2.1 ", "192.0.2.1\n", "192.0.2.1:22", "[::1]", "::1/128",
		"::1::", ":", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
		"-1.0.0.0", "\xff", "%", "%eth0" };
	char text[CARDEA_ADDRESS_TEXT_MAX + 1];
	char huge[100001];
	struct cardea_address address;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		address = cardea_address_parse(bad[i]);
		assert_int_equal(address.kind, CARDEA_ADDRESS_UNKNOWN);
	}
	memset(huge, '1', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	address = cardea_address_parse(huge);
	assert_int_equal(address.kind, CARDEA_ADDRESS_UNKNOWN);
	cardea_address_format(&address, text);
	assert_string_equal(text, "unknown");
	address.kind = (enum cardea_address_kind)77;
	cardea_address_format(&address, text);
	assert_string_equal(text, "unknown");
}

static void
no_text_is_no_network(void **state)
{
	char text[CARDEA_ADDRESS_TEXT_MAX + 1];
	struct cardea_address address = cardea_address_parse("");

	(void)state;
	assert_int_equal(address.kind, CARDEA_ADDRESS_NONE);
	assert_int_equal(cardea_address_parse(NULL).kind, CARDEA_ADDRESS_NONE);
	cardea_address_format(&address, text);
	assert_string_equal(text, "none");
}

static void
C05_a_scope_id_is_judged_and_dropped(void **state)
{
	static const char *const good[] = { "fe80::1%eth0", "fe80::1%2",
		"febf::1%wlan0.100", "fe80::1%br-0123456789ab" };
	static const char *const bad[] = { "fe80::1%", "fe80::1%eth0%eth1",
		"fe80::1%n%n", "fe80::1%s s", "fe80::1%e/0", "2001:db8::1%eth0",
		"192.0.2.1%eth0", "::ffff:192.0.2.1%eth0", "::1%lo",
		"fec0::1%eth0", "fe80::1%0123456789abcdef", "fe80::1%a\n" };
	struct cardea_address plain = address_of("fe80::1");

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(
		    cardea_address_parse(good[i]).kind, CARDEA_ADDRESS_IP);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    cardea_address_parse(bad[i]).kind, CARDEA_ADDRESS_UNKNOWN);
	assert_memory_equal(
	    address_of("fe80::1%eth0").bytes, plain.bytes, sizeof(plain.bytes));
}

static void
C04_bad_prefixes_are_refused(void **state)
{
	static const char *const bad[] = { "", "/", "/8", "10.0.0.0/",
		"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08",
		"10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.1/8",
		"10.0.0.0/255.0.0.0", "10/8", "10.0.0.0/128", "10.0.0.0/1000",
		"2001:db8::/129", "2001:db8::1/64", "2001:db8::/999",
		"fe80::%eth0/64", "fe80::1%eth0", "example.com/24", "::/00",
		"10.0.0.0/8a", "128.0.0.0/0", "0.0.0.0/", "::/", "::/0000",
		"::/12a", "::/1000", "::/a" };
	struct cardea_prefix prefix = { .bits = 999 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(
		    cardea_prefix_parse(bad[i], &prefix), CARDEA_E_SYNTAX);
	assert_int_equal(prefix.bits, 999);
}

static void
C04_prefixes_hold_what_the_table_says(void **state)
{
	static const struct {
		const char *prefix;
		const char *address;
		bool holds;
	} cases[] = {
		{ "192.0.2.0/24", "192.0.2.0", true },
		{ "192.0.2.0/24", "192.0.2.255", true },
		{ "192.0.2.0/24", "::ffff:192.0.2.7", true },
		{ "192.0.2.0/24", "192.0.3.0", false },
		{ "192.0.2.0/24", "192.0.1.255", false },
		{ "::ffff:192.0.2.0/120", "192.0.2.9", true },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7/32", "192.0.2.7", true },
		{ "192.0.2.7/32", "192.0.2.6", false },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "0.0.0.0/0", "::192.0.2.1", false },
		{ "0.0.0.0/1", "127.255.255.255", true },
		{ "0.0.0.0/1", "128.0.0.0", false },
		{ "::/0", "2001:db8::1", true },
		{ "::/0", "192.0.2.1", true }, /* address.h says so */
		{ "2001:db8::/32", "2001:db8:ffff::", true },
		{ "2001:db8::/32", "2001:db9::", false },
		{ "2001:db8::1/128", "2001:db8::1", true },
		{ "2001:db8::1", "2001:db8::2", false },
		{ "2001:db8::/127", "2001:db8::1", true },
		{ "2001:db8::/127", "2001:db8::2", false },
		{ "fe80::/10", "fe80::1%eth0", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_prefix prefix = prefix_of(cases[i].prefix);
		struct cardea_address address = address_of(cases[i].address);

		assert_int_equal(
		    cardea_prefix_contains(&prefix, &address), cases[i].holds);
	}
}

static void
C02_what_is_no_address_is_in_no_network(void **state)
{
	struct cardea_prefix all = prefix_of("::/0");
	struct cardea_address address = address_of("::");

	(void)state;
	assert_true(cardea_prefix_contains(&all, &address));
	address.kind = CARDEA_ADDRESS_UNKNOWN;
	assert_false(cardea_prefix_contains(&all, &address));
	address.kind = CARDEA_ADDRESS_NONE;
	assert_false(cardea_prefix_contains(&all, &address));
	address.kind = CARDEA_ADDRESS_IP;
	all.bits = 129;
	assert_false(cardea_prefix_contains(&all, &address));
}

/*
 * The model: an address is a number of 128 bits, a prefix of n bits that
 * starts at low holds low .. low + 2^(128-n) - 1.
 */
static bool
model_contains(const struct cardea_prefix *prefix, const unsigned char *number)
{
	unsigned char high[16];
	unsigned int left = 128 - prefix->bits;
	unsigned int carry = 0, borrow;

	if (memcmp(number, prefix->bytes, 16) < 0)
		return false;
	if (left == 128)
		return true;
	/* high = low + 2^left, which may be 2^128 */
	memcpy(high, prefix->bytes, 16);
	carry = 1u << (left % 8);
	for (int i = 15 - (int)(left / 8); i >= 0 && carry != 0; i--) {
		carry += high[i];
		high[i] = (unsigned char)(carry & 0xff);
		carry >>= 8;
	}
	/* high = high - 1, which undoes that overflow */
	borrow = 1;
	for (int i = 15; i >= 0 && borrow != 0; i--) {
		borrow = high[i] == 0;
		high[i]--;
	}
	return memcmp(number, high, 16) <= 0;
}

static void
draw_bytes(struct random *random, unsigned char bytes[16])
{
	for (size_t i = 0; i < 16; i++)
		bytes[i] = (unsigned char)random_below(random, 256);
	if (random_one_in(random, 2)) {
		memset(bytes, 0, 10);
		bytes[10] = bytes[11] = 0xff;
	}
}

/* draw_near: an address that shares a random number of leading bits. */
static void
draw_near(struct random *random, const struct cardea_prefix *prefix,
    unsigned char bytes[16])
{
	unsigned int keep = random_below(random, 129);

	draw_bytes(random, bytes);
	for (unsigned int bit = 0; bit < keep; bit++) {
		unsigned char mask = (unsigned char)(0x80u >> (bit % 8));

		bytes[bit / 8] = (unsigned char)((bytes[bit / 8] & ~mask) |
		    (prefix->bytes[bit / 8] & mask));
	}
}

static void
C04_prefix_match_agrees_with_arithmetic(void **state)
{
	struct random random = { .state = 4 };
	unsigned int inside = 0, parsed = 0;

	(void)state;
	for (unsigned int i = 0; i < 50000; i++) {
		struct cardea_prefix prefix = { .bits = random_below(
						    &random, 129) };
		struct cardea_prefix again = { .bits = 999 };
		struct cardea_address address = { .kind = CARDEA_ADDRESS_IP };
		char text[CARDEA_ADDRESS_TEXT_MAX + 1 + 8];
		unsigned int bits = prefix.bits;
		bool expected;

		draw_bytes(&random, prefix.bytes);
		for (unsigned int bit = bits; bit < 128; bit++)
			prefix.bytes[bit / 8] =
			    (unsigned char)(prefix.bytes[bit / 8] &
				~(0x80u >> (bit % 8)));
		draw_near(&random, &prefix, address.bytes);
		expected = model_contains(&prefix, address.bytes);
		inside += expected;
		assert_int_equal(
		    cardea_prefix_contains(&prefix, &address), expected);

		/* the same through text */
		memcpy(address.bytes, prefix.bytes, 16);
		cardea_address_format(&address, text);
		if (strchr(text, ':') == NULL && bits >= 96)
			bits -= 96;
		else if (strchr(text, ':') == NULL)
			continue;
		(void)snprintf(text + strlen(text), 8, "/%u", bits);
		assert_int_equal(cardea_prefix_parse(text, &again), CARDEA_OK);
		assert_int_equal(again.bits, prefix.bits);
		assert_memory_equal(again.bytes, prefix.bytes, 16);
		parsed++;
	}
	assert_in_range(inside, 10000, 40000);
	assert_in_range(parsed, 40000, 50000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    addresses_have_one_form_whatever_they_were_written_as),
		cmocka_unit_test(C03_what_is_not_numeric_is_unknown),
		cmocka_unit_test(no_text_is_no_network),
		cmocka_unit_test(C05_a_scope_id_is_judged_and_dropped),
		cmocka_unit_test(C04_bad_prefixes_are_refused),
		cmocka_unit_test(C04_prefixes_hold_what_the_table_says),
		cmocka_unit_test(C02_what_is_no_address_is_in_no_network),
		cmocka_unit_test(C04_prefix_match_agrees_with_arithmetic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
