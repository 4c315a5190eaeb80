/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

/* scratch_make: a new directory below the one the test runs in; path is a
 * template that ends in XXXXXX. scratch_remove takes it away, contents too. */
void scratch_make(char *path);
void scratch_remove(const char *path);

#endif
