/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_ETCD_H
#define CARDEA_STORE_ETCD_H

#include <stdint.h>

#include "store/driver.h"

/*
 * The driver of fleets: an etcd cluster, reached by gRPC.  It stands in an
 * object of its own (etcd.so), because what it links (libcurl, and all that
 * libcurl links) is no business of a host that keeps its own store.
 */
#define CARDEA_ETCD_LIBRARY_VERSION 1u
#define CARDEA_ETCD_LIBRARY_SYMBOL "cardea_etcd_library"

struct cardea_etcd_library {
	uint32_t version;
	const struct cardea_driver *driver;
};

/* cardea_etcd_load: once a process; borrowed. MISSING, UNSAFE, IO, VERSION. */
CARDEA_MUST_USE enum cardea_status cardea_etcd_load(
    const struct cardea_driver **ret_driver, struct cardea_diag *diag);

#endif
