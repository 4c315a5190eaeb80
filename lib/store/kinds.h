/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_KINDS_H
#define CARDEA_STORE_KINDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Every kind of record there is, who writes it, and whether a host keeps a copy
 * for the time when its cluster cannot be reached.  In a fleet the cluster
 * holds hosts to it (conf/etcd/roles.sh), so that who has stolen a host's
 * certificate can neither enrol nor unlock nor grant.
 */
enum cardea_kind_writer {
	CARDEA_KIND_BY_ADMIN = 0,
	CARDEA_KIND_BY_HOST, /* and by administrators */
};

struct cardea_kind {
	const char *name;
	enum cardea_kind_writer writer;
	bool mirrored; /* see mirror.h */
};

extern const struct cardea_kind cardea_kinds[];
extern const size_t cardea_kind_count;

/* cardea_kind_is_mirrored: false for a kind that there is not. */
bool cardea_kind_is_mirrored(const char *name);

#endif
