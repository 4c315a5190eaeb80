/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/store_fixture.h"

/* The conformance tests on the embedded driver, an empty store for each. */
int
main(void)
{
	struct CMUnitTest tests[32];

	if (conformance_count > sizeof(tests) / sizeof(tests[0]))
		return 1;
	for (size_t i = 0; i < conformance_count; i++) {
		tests[i] = conformance_tests[i];
		tests[i].setup_func = fixture_make;
		tests[i].teardown_func = fixture_remove;
	}
	return _cmocka_run_group_tests(
	    "lmdb", tests, conformance_count, NULL, NULL);
}
