/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_SCHEMA_H
#define CARDEA_STORE_SCHEMA_H

#include <cardea/store.h>

#include "store/seal.h"

/*
 * What a store says of itself, in one record (kind "schema"): which kinds of
 * records there are and how they are laid out, as one number; whether it is in
 * use; and which key seals it.
 *
 * A store of a newer release is refused; one of an older release is brought up
 * step by step when it is next opened for writing.  Each step is a series of
 * conditional commits that may be cut off anywhere and run again; its number is
 * written last.
 *
 * Every commit checks that the record is the one that was read when the store
 * was opened.  So whoever writes it anew knows that nobody commits on what it
 * said before: not into a store that was moved away, nor under a key that is
 * about to be dropped.
 */
#define CARDEA_SCHEMA_VERSION 1u
#define CARDEA_KIND_SCHEMA "schema"
#define CARDEA_TRANSFER_ID 32 /* hex digits */

enum cardea_schema_state {
	CARDEA_SCHEMA_ACTIVE = 0,
	CARDEA_SCHEMA_MOVED,   /* what is here is of the past */
	CARDEA_SCHEMA_FILLING, /* not all is here yet */
};

struct cardea_schema {
	uint64_t version; /* of the record; 0: there is none */
	uint32_t number;
	enum cardea_schema_state state;
	char other[16]; /* the engine it was moved to, or is filled from */
	char transfer[CARDEA_TRANSFER_ID + 1]; /* the last one; "" none */
	char key[CARDEA_SEAL_ID_TEXT + 1]; /* id of what seals; "": the first
					      of the key file */
};

struct cardea_migration {
	uint32_t from; /* leads to from + 1 */
	enum cardea_status (*step)(
	    struct cardea_store *store, struct cardea_diag *diag);
};

/* cardea_schema_decode: the record's value. CORRUPT. */
CARDEA_MUST_USE enum cardea_status
cardea_schema_decode(const struct cardea_value *value,
    struct cardea_schema *ret_schema, struct cardea_diag *diag);

/* cardea_schema_put: CONFLICT if there is another version than schema's. Those
 * who have the store open must read again. */
CARDEA_MUST_USE enum cardea_status cardea_schema_put(struct cardea_store *store,
    const struct cardea_schema *schema, struct cardea_diag *diag);

/* cardea_schema_migrate: to schema `goal` by the steps of the table. VERSION:
 * newer than goal, or no step leads on, or may_write is false. */
CARDEA_MUST_USE enum cardea_status cardea_schema_migrate(
    struct cardea_store *store, const struct cardea_migration *table,
    size_t count, uint32_t goal, bool may_write, struct cardea_diag *diag);

/* cardea_store_schema: as it was last read; borrowed. */
const struct cardea_schema *
cardea_store_schema(const struct cardea_store *store);

/* cardea_store_refresh: reads key file and schema again. CLOSED, as open. */
CARDEA_MUST_USE enum cardea_status
cardea_store_refresh(struct cardea_store *store, struct cardea_diag *diag);

#endif
