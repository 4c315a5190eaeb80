/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_INSIDE_H
#define CARDEA_STORE_INSIDE_H

#include "store/driver.h"
#include "store/schema.h"
#include "store/seal.h"

/* The inside of an open store, for store.c and store_open.c alone. */
struct cardea_store {
	const struct cardea_driver *driver;
	struct cardea_driver_state *state;
	struct cardea_seal seal;
	struct cardea_schema schema; /* as it was last read */
	char *seal_key_path;
	bool closed_too;
};

/* cardea_store_schema_key: the same outside as inside: it names nobody. */
struct cardea_key cardea_store_schema_key(void);

/* cardea_store_is_same_key: byte by byte. */
bool cardea_store_is_same_key(
    const struct cardea_key *a, const struct cardea_key *b);

/* cardea_store_name: kind and owner of a key into the diag; never an id, which
 * may be a hash of something that is not for the log. */
void cardea_store_name(struct cardea_diag *diag, const struct cardea_key *key);

/* cardea_store_outer: the key under which the driver has it. */
CARDEA_MUST_USE enum cardea_status
cardea_store_outer(const struct cardea_store *store,
    const struct cardea_key *key, struct cardea_key *ret_outer);

/* cardea_store_open_record: what is inside must be what belongs where it was
 * found. */
CARDEA_MUST_USE enum cardea_status cardea_store_open_record(
    const struct cardea_store *store, const struct cardea_key *outer,
    const struct cardea_value *sealed, struct cardea_key *ret_key,
    struct cardea_value *ret_value, struct cardea_diag *diag);

#endif
