/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What it costs to look an address up in the list of the installed policy, file
 * opened and all, which `cardea refresh` has prepared.  JSON, one line.
 *
 *   netlists POLICY ENTRIES      called by tests/bench/netlists.sh
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "facts/netlist.h"

enum { COUNT = 2000 };

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static struct cardea_address
address_at(unsigned int i)
{
	struct cardea_address address = { .kind = CARDEA_ADDRESS_IP };
	unsigned int v4 = i * 2654435761u;

	address.bytes[10] = address.bytes[11] = 0xff;
	for (size_t k = 0; k < 4; k++)
		address.bytes[12 + k] = (unsigned char)(v4 >> (24 - 8 * k));
	return address;
}

int
main(int argc, char **argv)
{
	struct cardea_policy *policy = NULL;
	struct cardea_policy_list list;
	struct cardea_netlist_state state;
	static double us[COUNT];

	if (argc != 3 ||
	    cardea_policy_load(argv[1], &policy, NULL) != CARDEA_OK ||
	    cardea_policy_list(policy, 0, &list) != CARDEA_OK) {
		fprintf(stderr, "usage: netlists POLICY ENTRIES\n");
		return 2;
	}
	for (unsigned int i = 0; i < COUNT; i++) {
		const struct cardea_address address = address_at(i);
		double began = now_us();

		if (cardea_netlist_look_up(
			cardea_policy_settings(policy)->lists_path, &list,
			&address, time(NULL), &state) == CARDEA_UNKNOWN) {
			fprintf(stderr, "netlists: %s\n", state.diag.reason);
			return 1;
		}
		us[i] = now_us() - began;
	}
	cardea_policy_free(policy);
	qsort(us, COUNT, sizeof(*us), compare);
	printf("{\"part\":\"address list of %s entries: open and look up\","
	       "\"n\":%d,\"p50_us\":%.1f,\"p95_us\":%.1f}\n",
	    argv[2], COUNT, us[COUNT / 2], us[COUNT * 95 / 100]);
	return 0;
}
