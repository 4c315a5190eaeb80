/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_SETUP_H
#define CARDEA_STORE_SETUP_H

#include <cardea/policy.h>
#include <cardea/store.h>

/* The store as the settings have it.  config points into the setup and into
 * the settings, which both outlive it. */
struct cardea_store_setup {
	struct cardea_store_config config;
	struct cardea_store_cluster cluster;
	char mirror[256]; /* its path */
};

enum cardea_store_use {
	CARDEA_STORE_AS_HOST = 0, /* a login */
	CARDEA_STORE_AS_ADMIN,	  /* the command: with the administrator's
				     certificate where its files are */
};

void cardea_store_setup(const struct cardea_settings *settings,
    enum cardea_store_use use, struct cardea_store_setup *ret_setup);

/* cardea_store_setup_mirror: the copy that this host keeps of the cluster
 * (mirror.h). RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_store_setup_mirror(const struct cardea_settings *settings,
    struct cardea_store_setup *ret_setup);

#endif
