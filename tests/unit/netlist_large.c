/* SPDX-License-Identifier: BSD-2-Clause */
/* A million entries: seconds to prepare, little memory, and a look-up that
 * reads four blocks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "unit/netlist_fixture.h"
#include "unit/random.h"
#include "unit/test.h"

#define ENTRIES 1000000u

static struct cardea_netlist_text text;

static double
processor_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Odd multipliers, so no address comes twice, nor in order, nor beside another;
 * every address is even. */
static unsigned int
address_at(unsigned int i)
{
	return (i * 2654435761u) << 1;
}

static void
feed_all(void)
{
	static char chunk[1 << 16];
	struct cardea_diag diag = { .line = 0 };
	size_t len = 0;

	for (unsigned int i = 0; i < ENTRIES; i++) {
		unsigned int v4 = address_at(i);

		len += (size_t)sprintf(chunk + len, "%u.%u.%u.%u\n", v4 >> 24,
		    v4 >> 16 & 255, v4 >> 8 & 255, v4 & 255);
		if (len < sizeof(chunk) - 32 && i + 1 < ENTRIES)
			continue;
		assert_int_equal(
		    cardea_netlist_text_feed(&text, chunk, len, &diag),
		    CARDEA_OK);
		len = 0;
	}
	assert_int_equal(cardea_netlist_text_end(&text, &diag), CARDEA_OK);
}

static struct cardea_address
v4_address(unsigned int v4)
{
	struct cardea_address address = { .kind = CARDEA_ADDRESS_IP };

	address.bytes[10] = address.bytes[11] = 0xff;
	for (size_t i = 0; i < 4; i++)
		address.bytes[12 + i] = (unsigned char)(v4 >> (24 - 8 * i));
	return address;
}

static enum cardea_known
known(unsigned int v4)
{
	const struct cardea_address address = v4_address(v4);
	struct cardea_netlist_state state;

	return cardea_netlist_look_up(
	    folder, &list, &address, LIST_NOW, &state);
}

static void
a_million_entries_are_prepared_and_looked_up(void **state)
{
	struct random random = { .state = 1 };
	double began = processor_s(), took;
	struct rusage usage;

	(void)state;
	feed_all();
	assert_int_equal(text.set.count, ENTRIES);
	write_list(&text.set, NULL);
	cardea_netlist_set_clear(&text.set);
	took = processor_s() - began;
	getrusage(RUSAGE_SELF, &usage);
	print_message(
	    "# %.2f s of processor, %ld MiB\n", took, usage.ru_maxrss / 1024);
	/* generous, for sanitizers and slow machines; the bench tells more */
	assert_true(took < 30);
	assert_true(usage.ru_maxrss < 400 * 1024);
	for (int i = 0; i < 300; i++) {
		unsigned int v4 = address_at(random_below(&random, ENTRIES));

		assert_int_equal(known(v4), CARDEA_YES);
		assert_int_equal(known(v4 | 1), CARDEA_NO);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_million_entries_are_prepared_and_looked_up),
	};

	return cmocka_run_group_tests(tests, folder_set_up, folder_tear_down);
}
