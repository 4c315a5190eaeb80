/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "unit/store_conformance.h"

/* A directory of its own for each test, and where an embedded store in it
 * would be; nothing is made yet. */
struct fixture {
	struct conformance conformance; /* first: the conformance tests cast */
	char directory[32];
	char path[64], key_path[64], state_path[80], turn_path[80];
};

int fixture_make(void **state);
int fixture_remove(void **state);

/* The status of opening without creating; the reason lands in diag. */
enum cardea_status
fixture_try(const struct fixture *fixture, struct cardea_diag *diag);

#endif
