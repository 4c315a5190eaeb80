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
 * 4. no call lasts longer than CARDEA_STORE_TIMEOUT_MS for other users' sake,
 *    or than the deadline that the cluster was given;
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

/* One server of a cluster, by its own account.  The texts are borrowed for the
 * call; of a server that did not answer only the first four are filled. */
struct cardea_member {
	const char *endpoint; /* as configured: "NAME=ADDRESS:PORT" */
	const char *name;     /* what its certificate must show */
	bool reachable;
	const char *reason; /* why not; else what it complains of, or "" */
	bool leader;
	bool has_leader; /* it knows of one */
	uint64_t cluster, id;
	const char *version; /* of the engine: "3.4.23" */
	uint64_t term, index, revision;
	uint64_t db_bytes, db_used_bytes; /* in the file; of it in use */
	uint64_t latency_us; /* of this answer, connecting included */
};

typedef void
cardea_member_visit(const struct cardea_member *member, void *context);

struct cardea_driver {
	const char *name;
	/* others hold it in their hands too: its operator, every host that
	 * uses it, whoever has its backups */
	bool shared;

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

	/* NULL where there are none.  Asks every configured server once, in
	 * the order of the settings; it needs no open store, because that is
	 * what cannot be had when one most wants to know.  Fails only where
	 * nobody could be asked at all: UNSAFE, MISSING, SYNTAX, MEMORY. */
	enum cardea_status (*members)(const struct cardea_store_config *config,
	    cardea_member_visit *visit, void *context,
	    struct cardea_diag *diag);
};

/* cardea_store_open_with: cardea_store_open on a driver of choice. */
CARDEA_MUST_USE enum cardea_status
cardea_store_open_with(const struct cardea_driver *driver,
    const struct cardea_store_config *config, struct cardea_store **ret_store,
    struct cardea_diag *diag);

#endif
