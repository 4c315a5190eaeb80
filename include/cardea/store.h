/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_H
#define CARDEA_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/diag.h>
#include <cardea/limits.h>

/*
 * The store: keyed records with conditional commits.  One interface, several
 * drivers (lmdb here; etcd for fleets).  Values are sealed (AES-256-GCM, the
 * key and schema version as associated data) before a driver sees them, so a
 * stolen database gives nothing and records cannot be swapped.
 *
 * 1. A commit is all or nothing, durable before CARDEA_OK is returned.
 * 2. Every change names the version it read; another version in the store
 *    loses with CARDEA_E_CONFLICT and changes nothing.
 * 3. CARDEA_E_MISSING is the only answer that means "no such record".  Every
 *    other failure means unknown, and unknown denies.
 * 4. A commit whose outcome is not known (TIMEOUT after sending, etcd) is
 *    reported as TIMEOUT: refuse, and take the code as burnt.
 *
 * Not for use by two threads, nor across fork: open and close in one process.
 */

struct cardea_store;

/* A key: kind, owner and id, joined by NULs; never a path, never parsed back
 * by a driver.  Names keep every byte they have (I01). */
struct cardea_key {
	unsigned char bytes[CARDEA_KEY_MAX];
	size_t len;
};

/* cardea_key_make: owner and id may be "" (kinds without one).  A prefix for
 * cardea_store_list: id NULL = all ids of the owner, owner NULL = all of the
 * kind.  CARDEA_E_RANGE if too long. */
CARDEA_MUST_USE enum cardea_status cardea_key_make(const char *kind,
    const char *owner, const char *id, struct cardea_key *ret_key);

/* cardea_key_split: borrowed pointers into the key's bytes. */
CARDEA_MUST_USE enum cardea_status
cardea_key_split(const struct cardea_key *key, const char **ret_kind,
    const char **ret_owner, const char **ret_id);

/* A value with the version it was read at; version 0 means "not there".
 * data is on the heap and may hold secrets: cardea_value_clear wipes. */
struct cardea_value {
	uint64_t version;
	unsigned char *data;
	size_t len;
};

void cardea_value_clear(struct cardea_value *value);

enum cardea_change_kind {
	CARDEA_CHANGE_CHECK =
	    0, /* must still be at this version; not written */
	CARDEA_CHANGE_PUT,
	CARDEA_CHANGE_DELETE,
};

struct cardea_change {
	enum cardea_change_kind kind;
	struct cardea_key key;
	uint64_t version;	   /* as read; 0: must not exist */
	const unsigned char *data; /* PUT; borrowed for the call */
	size_t len;
};

/* The cluster behind the etcd driver. All borrowed for the call. */
struct cardea_store_cluster {
	size_t endpoint_count;
	const char *endpoints[CARDEA_ENDPOINTS_MAX]; /* see cardea.conf(5) */
	const char *trust;	 /* PEM of the cluster's own authority */
	const char *certificate; /* PEM, who we are */
	const char *key;
	const char *prefix;
	uint32_t try_ms;      /* for one answer of one endpoint */
	uint32_t deadline_ms; /* for all tries of one call */
};

struct cardea_store_config {
	const char *path;	   /* lmdb: a directory, root, 0700; etcd: what
				      is kept here of the cluster */
	const char *seal_key_path; /* 32 bytes, hex, root, 0400 */
	uint32_t size_mb;	   /* preallocated; grows beyond it by itself */
	bool create;		   /* make what is missing (cardea init) */
	bool read_only;
	bool closed_too; /* the command alone: one that was moved away, or is
			    being filled */
	const struct cardea_store_cluster *cluster; /* etcd; NULL: lmdb */
};

/* cardea_store_open: MISSING (not initialised), UNSAFE, CORRUPT, VERSION,
 * IO, FULL, TIMEOUT, CLOSED (moved to another engine, or not all of it is here
 * yet); diag names file and reason. */
CARDEA_MUST_USE enum cardea_status
cardea_store_open(const struct cardea_store_config *config,
    struct cardea_store **ret_store, struct cardea_diag *diag);

struct cardea_store *cardea_store_close(struct cardea_store *store);

/* cardea_store_get: MISSING if there is none (ret_value untouched). CORRUPT
 * if seal or integrity fails. The caller clears ret_value. */
CARDEA_MUST_USE enum cardea_status
cardea_store_get(struct cardea_store *store, const struct cardea_key *key,
    struct cardea_value *ret_value, struct cardea_diag *diag);

/* cardea_store_commit: all changes or none. CONFLICT: read again. CLOSED: the
 * store has been moved away meanwhile. */
CARDEA_MUST_USE enum cardea_status cardea_store_commit(
    struct cardea_store *store, const struct cardea_change *changes,
    size_t count, struct cardea_diag *diag);

/* cardea_store_list: calls visit for each record below the prefix, in an order
 * of the engine's own; the value is valid during the call only. visit returns
 * false to stop. A damaged record ends the walk with CORRUPT. */
typedef bool cardea_store_visit(const struct cardea_key *key,
    const struct cardea_value *value, void *context);

CARDEA_MUST_USE enum cardea_status
cardea_store_list(struct cardea_store *store, const struct cardea_key *prefix,
    cardea_store_visit *visit, void *context, struct cardea_diag *diag);

/* cardea_store_mac: a keyed hash (hex, 16 digits) of a text that must not be
 * logged in clear, such as the name of a user who does not exist (I13). */
void cardea_store_mac(
    const struct cardea_store *store, const char *text, char ret_hex[17]);

#endif
