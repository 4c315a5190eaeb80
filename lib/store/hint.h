/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_HINT_H
#define CARDEA_STORE_HINT_H

#include <stdbool.h>
#include <stdint.h>

#include <cardea/diag.h>

/*
 * That the cluster could not be reached a moment ago: so that the next phase of
 * a login, and the next login, do not wait as long for nothing.  A file of
 * root's in a folder of root's that lives no longer than the machine runs; it
 * makes a try short and decides nothing.
 */
#define CARDEA_HINT_MS 5000 /* for so long it says something */

/* cardea_hint_read: false for one that is old, of the future, or no hint. */
bool cardea_hint_read(const char *directory, int64_t monotonic_ms);

/* cardea_hint_leave, cardea_hint_drop: best effort. */
void cardea_hint_leave(const char *directory, int64_t monotonic_ms);
void cardea_hint_drop(const char *directory);

#endif
