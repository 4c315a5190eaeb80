/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address lists against a model that shares nothing with them: an address is a
 * number of 128 bits, an entry two of them, and a list is looked through from
 * its first entry to its last.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/netlist_fixture.h"
#include "unit/random.h"
#include "unit/test.h"

__extension__ typedef unsigned __int128 number;

#define ENTRIES 60
#define LAST (~(number)0)
#define MAPPED ((number)0xffff << 32)
#define HOUR 3600

static struct entry {
	number low, high;
	int64_t until_s;
} entries[ENTRIES];
static size_t entry_count;
static char text[ENTRIES * 160];

static struct cardea_address
address_of(number value)
{
	struct cardea_address address = { .kind = CARDEA_ADDRESS_IP };

	for (size_t i = 16; i-- > 0; value >>= 8)
		address.bytes[i] = (unsigned char)value;
	return address;
}

static bool
is_v4(number value)
{
	return value >> 32 == 0xffff;
}

/* Written by libc, not by us; v4 now and then in its mapped form. */
static void
write_address(char *target, number value, bool mapped)
{
	const struct cardea_address address = address_of(value);

	if (is_v4(value) && !mapped)
		inet_ntop(AF_INET, address.bytes + 12, target, 46);
	else
		inet_ntop(AF_INET6, address.bytes, target, 46);
}

/* Few bits that differ, so that entries meet: side by side, inside one another,
 * over one another's ends, and at both ends of everything. */
static number
draw_base(struct random *random)
{
	static const number bases[] = { 0, MAPPED, MAPPED + 0xc0000200,
		MAPPED + 0xffffffff - 300, (number)0x20010db8 << 96,
		((number)0x20010db8 << 96) + 0xff00, LAST - 300 };

	return bases[random_below(random, 7)] + random_below(random, 300);
}

static void
draw_prefix(struct random *random, struct entry *entry, char *line)
{
	number base = random_one_in(random, 8)
	    ? ((number)random_next(random) << 64) | random_next(random)
	    : draw_base(random);
	unsigned int shift = random_below(random, 9);
	char address[46];
	bool mapped = random_one_in(random, 4);

	if (random_one_in(random, 25)) /* as short as can be */
		shift = is_v4(base) ? 32 : 64 + random_below(random, 65);
	if (is_v4(base) && random_one_in(random, 10))
		shift = random_below(random, 33);
	entry->low = shift == 128 ? 0 : base >> shift << shift;
	entry->high = shift == 128 ? LAST
				   : entry->low + ((((number)1) << shift) - 1);
	write_address(address, entry->low, mapped);
	if (strchr(address, ':') == NULL)
		sprintf(line, shift == 0 && mapped ? "%s" : "%s/%u", address,
		    32 - shift);
	else
		sprintf(line, "%s/%u", address, 128 - shift);
}

static void
draw_range(struct random *random, struct entry *entry, char *line)
{
	char low[46], high[46];

	do {
		entry->low = draw_base(random);
		entry->high = entry->low + random_below(random, 100);
	} while (entry->high < entry->low ||
	    is_v4(entry->low) != is_v4(entry->high));
	write_address(low, entry->low, random_one_in(random, 4));
	write_address(high, entry->high, random_one_in(random, 4));
	sprintf(
	    line, random_one_in(random, 2) ? "%s - %s" : "%s-%s", low, high);
}

static void
draw_list(struct random *random)
{
	char *at = text;

	entry_count = 1 + random_below(random, ENTRIES);
	for (size_t i = 0; i < entry_count; i++) {
		struct entry *entry = &entries[i];
		unsigned int hour = random_below(random, 5);
		char line[120];

		if (random_one_in(random, 3))
			draw_range(random, entry, line);
		else
			draw_prefix(random, entry, line);
		entry->until_s = 0;
		at += sprintf(at, "%s", line);
		if (hour > 0) {
			/* 2030-03-17T18:00Z is 800 seconds behind LIST_NOW */
			entry->until_s = LIST_NOW + 800 +
			    (int64_t)(hour - 1) * HOUR;
			at += sprintf(
			    at, " until 2030-03-17T%02u:00Z", 17 + hour);
		}
		at += sprintf(
		    at, "%s", random_one_in(random, 5) ? "#\r\n" : "\n");
	}
}

static enum cardea_known
expected(number value, int64_t now_s)
{
	for (size_t i = 0; i < entry_count; i++) {
		if (entries[i].low <= value && value <= entries[i].high &&
		    (entries[i].until_s == 0 || now_s < entries[i].until_s))
			return CARDEA_YES;
	}
	return CARDEA_NO;
}

static void
compare(number value, int64_t now_s)
{
	const struct cardea_address address = address_of(value);
	struct cardea_netlist_state state;

	assert_int_equal(
	    cardea_netlist_look_up(folder, &list, &address, now_s, &state),
	    expected(value, now_s));
}

static void
compare_all(struct random *random)
{
	static const int64_t hours[] = { 799, 800, 800 + HOUR,
		800 + 3 * HOUR - 1, 800 + 3 * HOUR };
	int64_t now_s = LIST_NOW + hours[random_below(random, 5)];

	for (size_t i = 0; i < entry_count; i++) {
		compare(entries[i].low, now_s);
		compare(entries[i].high, now_s);
		compare(entries[i].low - 1, now_s); /* around at 0 */
		compare(entries[i].high + 1, now_s);
		compare(draw_base(random), now_s);
	}
	compare(0, now_s);
	compare(LAST, now_s);
	compare(MAPPED - 1, now_s);
	compare(MAPPED, now_s);
	compare(MAPPED + 0xffffffff, now_s);
	compare(MAPPED + ((number)1 << 32), now_s);
}

static void
C04_a_list_is_what_the_model_of_big_numbers_says(void **state)
{
	struct random random = { .state = 5 };

	(void)state;
	for (int round = 0; round < 150; round++) {
		draw_list(&random);
		prepare(text);
		compare_all(&random);
	}
}

/* --- what joining makes of it ----------------------------------------------
 */

struct walk {
	struct cardea_netlist_range last;
	size_t count;
};

static number
number_of(const unsigned char bytes[16])
{
	number value = 0;

	for (size_t i = 0; i < 16; i++)
		value = value << 8 | bytes[i];
	return value;
}

static enum cardea_status
visit(const struct cardea_netlist_range *range, void *context)
{
	struct walk *walk = context;

	assert_true(number_of(range->low) <= number_of(range->high));
	if (walk->count++ > 0) {
		number end = number_of(walk->last.high);

		assert_true(end < number_of(range->low));
		/* neighbours that end together would be one */
		assert_true(end + 1 < number_of(range->low) ||
		    walk->last.until_s != range->until_s);
	}
	walk->last = *range;
	return CARDEA_OK;
}

static void
ranges_come_in_order_and_apart(void **state)
{
	static struct cardea_netlist_text read;
	struct random random = { .state = 6 };
	struct cardea_diag diag;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct walk walk = { .count = 0 };

		draw_list(&random);
		assert_true(read_text(text, strlen(text), &read, &diag));
		assert_int_equal(
		    cardea_netlist_set_join(&read.set, visit, &walk),
		    CARDEA_OK);
		assert_in_range(walk.count, 1, 2 * entry_count);
		cardea_netlist_set_clear(&read.set);
	}
}

static void
a_list_twice_over_is_the_list(void **state)
{
	static const char once[] = "192.0.2.0/25\n192.0.2.128/25\n::/1\n";
	static const char often[] = "192.0.2.0/25\n192.0.2.128/25\n::/1\n"
				    "192.0.2.0/24\n192.0.2.7\n"
				    "192.0.2.9 until 2026-01-01\n";
	unsigned char *first, *second;
	size_t len, again;

	(void)state;
	prepare(once);
	first = read_list(&len);
	prepare(often);
	second = read_list(&again);
	assert_int_equal(len, again);
	assert_int_equal(len, CARDEA_NETLIST_HEADER + CARDEA_NETLIST_RANGE);
	assert_memory_equal(first + CARDEA_NETLIST_HEADER,
	    second + CARDEA_NETLIST_HEADER, CARDEA_NETLIST_RANGE);
	free(first);
	free(second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    C04_a_list_is_what_the_model_of_big_numbers_says),
		cmocka_unit_test(ranges_come_in_order_and_apart),
		cmocka_unit_test(a_list_twice_over_is_the_list),
	};

	return cmocka_run_group_tests(tests, folder_set_up, folder_tear_down);
}
