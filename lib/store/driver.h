/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_DRIVER_H
#define CARDEA_STORE_DRIVER_H

#include <cardea/store.h>

/*
 * A driver: an engine below the store.  It keeps (key, bytes, version) and
 * knows nothing of seals, records or users.  Every driver passes the same
 * conformance tests (tests/unit/store_conformance.h):
 *
 * 1. commit is all or nothing and durable before CARDEA_OK;
 * 2. a version is never 0 and never given twice to one key, though it be
 *    deleted and made again (a store-wide counter, as etcd's mod_revision),
 *    so that no conditional commit can be fooled;
 * 3. MISSING is an answer, never a guess: a damaged engine says CORRUPT;
 * 4. no call lasts longer than CARDEA_STORE_TIMEOUT_MS for other users' sake;
 * 5. list gives whole records, each once, in an order of the engine's own;
 *    visit may call the driver again.
 *
 * Values are opaque, up to CARDEA_SEALED_MAX bytes.  The store has checked
 * what it hands down: keys of 1..CARDEA_KEY_MAX - 1 bytes, no key twice in a
 * commit, at most CARDEA_DRIVER_CHANGES_MAX changes.
 *
 * A shared engine is other people's too: the store gives it keys that say
 * nothing of users (names.h).
 */
#define CARDEA_DRIVER_CHANGES_MAX                                              \
	(CARDEA_CHANGES_MAX + 1) /* the store adds a look at its schema */
#define CARDEA_SEAL_OVERHEAD 37	 /* see seal.h */
#define CARDEA_SEAL_NAME_MAX (2 + CARDEA_KEY_MAX)
#define CARDEA_SEALED_MAX                                                      \
	(CARDEA_SEAL_NAME_MAX + CARDEA_VALUE_MAX + CARDEA_SEAL_OVERHEAD)

struct cardea_driver_state; /* each driver defines its own */

struct cardea_driver {
	const char *name;
	/* create: makes what is missing, and leaves what is there. */
	enum cardea_status (*open)(const struct cardea_store_config *config,
	    struct cardea_driver_state **ret_state, struct cardea_diag *diag);
	void (*close)(struct cardea_driver_state *state);

	enum cardea_status (*get)(struct cardea_driver_state *state,
	    const struct cardea_key *key, struct cardea_value *ret_value,
	    struct cardea_diag *diag);
	enum cardea_status (*commit)(struct cardea_driver_state *state,
	    const struct cardea_change *changes, size_t count,
	    struct cardea_diag *diag);
	enum cardea_status (*list)(struct cardea_driver_state *state,
	    const struct cardea_key *prefix, cardea_store_visit *visit,
	    void *context, struct cardea_diag *diag);
};

/* cardea_store_open_with: cardea_store_open on a driver of choice. */
CARDEA_MUST_USE enum cardea_status
cardea_store_open_with(const struct cardea_driver *driver,
    const struct cardea_store_config *config, struct cardea_store **ret_store,
    struct cardea_diag *diag);

#endif
