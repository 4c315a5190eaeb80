/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_SCHEMA_H
#define CARDEA_STORE_SCHEMA_H

#include <cardea/store.h>

/*
 * The schema: which kinds of records there are and how they are laid out, as
 * one number in the store itself (kind "schema").  A store of a newer release
 * is refused; one of an older release is brought up step by step when it is
 * next opened for writing.  Each step is a series of conditional commits that
 * may be cut off anywhere and run again; its number is written last.
 */
#define CARDEA_SCHEMA_VERSION 1u
#define CARDEA_KIND_SCHEMA "schema"

struct cardea_migration {
	uint32_t from; /* leads to from + 1 */
	enum cardea_status (*step)(
	    struct cardea_store *store, struct cardea_diag *diag);
};

/* cardea_schema_write: CONFLICT if there is another version than expected
 * (0: none). */
CARDEA_MUST_USE enum cardea_status
cardea_schema_write(struct cardea_store *store, uint64_t expected,
    uint32_t schema, struct cardea_diag *diag);

/* cardea_schema_migrate: to schema `goal` by the steps of the table. VERSION:
 * newer than goal, or no step leads on, or may_write is false. */
CARDEA_MUST_USE enum cardea_status cardea_schema_migrate(
    struct cardea_store *store, const struct cardea_migration *table,
    size_t count, uint32_t goal, bool may_write, struct cardea_diag *diag);

#endif
