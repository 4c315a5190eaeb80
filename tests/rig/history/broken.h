/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_RIG_HISTORY_BROKEN_H
#define TESTS_RIG_HISTORY_BROKEN_H

#include "store/driver.h"

/*
 * Drivers that are wrong on purpose, around one that is right, so that a judge
 * of histories can be seen to notice:
 *
 *   stale   a record that was read is not read again for a while
 *   lost    a change is made whatever it had been read as
 *   early   what could not be done is said to be done, once in a while
 *
 * NULL: no such fault.
 */
const struct cardea_driver *
broken_driver(const struct cardea_driver *right, const char *fault);

#endif
