/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig/once/etcd_setup.h"

static const char *
setting(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? value : otherwise;
}

static uint32_t
number(const char *name, uint32_t otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? (uint32_t)strtoul(value, NULL, 10) : otherwise;
}

void
etcd_setup(struct etcd_setup *setup)
{
	struct cardea_store_cluster *cluster = &setup->cluster;
	char *rest = NULL, *word;

	memset(setup, 0, sizeof(*setup));
	(void)snprintf(setup->endpoints, sizeof(setup->endpoints), "%s",
	    setting("FLEET_ENDPOINTS", ""));
	for (word = strtok_r(setup->endpoints, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest))
		if (cluster->endpoint_count < CARDEA_ENDPOINTS_MAX)
			cluster->endpoints[cluster->endpoint_count++] = word;
	cluster->trust = setting("FLEET_TRUST", "");
	cluster->certificate = setting("FLEET_CERTIFICATE", "");
	cluster->key = setting("FLEET_KEY", "");
	cluster->prefix = setting("FLEET_PREFIX", "/cardea/");
	cluster->try_ms = number("FLEET_TRY_MS", 1000);
	cluster->deadline_ms = number("FLEET_DEADLINE_MS", 4000);
	setup->config = (struct cardea_store_config){
		.path = setting("FLEET_PATH", "seen"), .cluster = cluster
	};
}
