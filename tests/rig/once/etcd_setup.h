/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_RIG_ONCE_ETCD_SETUP_H
#define TESTS_RIG_ONCE_ETCD_SETUP_H

#include "store/driver.h"

/* A cluster as a suite describes it in the environment:
 *   FLEET_ENDPOINTS  as cardea.conf has them, with spaces between
 *   FLEET_TRUST FLEET_CERTIFICATE FLEET_KEY  files
 *   FLEET_PREFIX FLEET_PATH  as cardea.conf has them
 *   FLEET_TRY_MS FLEET_DEADLINE_MS */
struct etcd_setup {
	struct cardea_store_config config;
	struct cardea_store_cluster cluster;
	char endpoints[4096];
};

void etcd_setup(struct etcd_setup *setup);

#endif
