/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LMDB_H
#define CARDEA_STORE_LMDB_H

#include "store/driver.h"

/*
 * The embedded driver: rows (row.h) in a table (table.h) in one directory
 * (place.h), one transaction at a time (turn.h).  Readers queue with writers:
 * a turn lasts as long as one sync at most, and a login that reads five times
 * commits once.
 *
 * What remains: a root who cuts the file while a process has it mapped, and
 * whoever puts back an older copy of the whole directory.
 */
extern const struct cardea_driver cardea_lmdb;

#define CARDEA_LMDB_STATE "state"
#define CARDEA_LMDB_TURN "turn"

#endif
