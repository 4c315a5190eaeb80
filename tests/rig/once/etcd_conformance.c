/* SPDX-License-Identifier: BSD-2-Clause */
/* etcd_conformance: what every driver must do, by the driver of fleets on the
 * cluster of the environment (etcd_setup.h). */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rig/once/etcd_setup.h"
#include "store/library/table.h"
#include "unit/store_fixture.h"

static struct etcd_setup setup;
static char prefix[CARDEA_CLUSTER_PREFIX_MAX + 1];

/* An empty store is a prefix that nobody has used. */
static int
make(void **state)
{
	static unsigned int number;
	struct fixture *fixture;

	if (fixture_make(state) != 0)
		return -1;
	fixture = *state;
	(void)snprintf(
	    prefix, sizeof(prefix), "/t%d.%u/", (int)getpid(), ++number);
	setup.cluster.prefix = prefix;
	fixture->conformance.driver = cardea_etcd_library.driver;
	fixture->conformance.config.cluster = &setup.cluster;
	return 0;
}

int
main(void)
{
	struct CMUnitTest tests[64];

	etcd_setup(&setup);
	for (size_t i = 0; i < conformance_count; i++) {
		tests[i] = conformance_tests[i];
		tests[i].setup_func = make;
		tests[i].teardown_func = fixture_remove;
	}
	return _cmocka_run_group_tests(
	    "etcd", tests, conformance_count, NULL, NULL);
}
