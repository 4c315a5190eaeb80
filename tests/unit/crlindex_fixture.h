/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_CRLINDEX_FIXTURE_H
#define TESTS_UNIT_CRLINDEX_FIXTURE_H

#include "unit/revoker.h"

/* Lists as they are read, and their indexes; who uses them: revocation.c */

extern struct party root, other;

int make_parties(void **state);

int drop_parties(void **state);

struct built {
	enum cardea_status status;
	unsigned char *index;
	size_t len;
	char reason[256];
};

struct built build(struct octets list);

struct built build_made(struct list_make make);

#endif
