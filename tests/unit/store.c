/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/lmdb.h"
#include "unit/scratch.h"
#include "unit/store_conformance.h"

/* The conformance tests on the embedded driver, an empty store for each. */
struct fixture {
	struct conformance conformance; /* first: the tests cast to it */
	char directory[32];
	char path[64], key_path[64];
};

static int
set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	snprintf(
	    fixture->directory, sizeof(fixture->directory), "store-XXXXXX");
	scratch_make(fixture->directory);
	snprintf(
	    fixture->path, sizeof(fixture->path), "%s/db", fixture->directory);
	snprintf(fixture->key_path, sizeof(fixture->key_path), "%s/key",
	    fixture->directory);
	fixture->conformance.driver = &cardea_lmdb;
	fixture->conformance.config = (struct cardea_store_config){
		.path = fixture->path,
		.seal_key_path = fixture->key_path,
		.size_mb = 1,
		.create = true,
	};
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	scratch_remove(fixture->directory);
	free(fixture);
	return 0;
}

int
main(void)
{
	struct CMUnitTest tests[32];

	if (conformance_count > sizeof(tests) / sizeof(tests[0]))
		return 1;
	for (size_t i = 0; i < conformance_count; i++) {
		tests[i] = conformance_tests[i];
		tests[i].setup_func = set_up;
		tests[i].teardown_func = tear_down;
	}
	return _cmocka_run_group_tests(
	    "lmdb", tests, conformance_count, NULL, NULL);
}
