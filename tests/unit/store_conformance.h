/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_STORE_CONFORMANCE_H
#define TESTS_UNIT_STORE_CONFORMANCE_H

#include "unit/store_steps.h"
#include "unit/test.h"

/*
 * What every driver must do, told once.  The program of a driver hands the
 * driver and a configuration of an empty store to each test through the
 * tests' initial state, a struct conformance.
 */
extern const struct CMUnitTest conformance_tests[];
extern const size_t conformance_count;

#endif
