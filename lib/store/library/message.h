/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LIBRARY_MESSAGE_H
#define CARDEA_STORE_LIBRARY_MESSAGE_H

#include "store/driver.h"

/*
 * What is asked of etcd, and what it answers, as bytes.  Pure: no network, no
 * clock.  An answer is read beside the question it belongs to, and whatever it
 * holds that was not asked for, or lacks, makes it CORRUPT.
 */

#define CARDEA_ETCD_RANGE "etcdserverpb.KV/Range"
#define CARDEA_ETCD_TXN "etcdserverpb.KV/Txn"
#define CARDEA_ETCD_STATUS "etcdserverpb.Maintenance/Status"

/* How large an answer may be: rows of the largest kind, and some room. */
#define CARDEA_ETCD_PAGE 64 /* rows of one answer to a list */
#define CARDEA_ETCD_ROW_MAX                                                    \
	(CARDEA_SEALED_MAX + CARDEA_KEY_MAX + CARDEA_CLUSTER_PREFIX_MAX + 64)
#define CARDEA_ETCD_ANSWER_MAX(rows) ((size_t)(rows)*CARDEA_ETCD_ROW_MAX + 512)

struct cardea_etcd_bytes {
	unsigned char *data; /* on the heap */
	size_t len;
};

/* What begins every answer. */
struct cardea_etcd_head {
	uint64_t cluster, member;
	uint64_t revision; /* of the whole store, when it was answered */
	uint64_t term;
};

/* --- one record --- */

/* prefix stands before every key, here and below */
CARDEA_MUST_USE enum cardea_status cardea_etcd_write_get(const char *prefix,
    const struct cardea_key *key, struct cardea_etcd_bytes *ret_bytes);
/* MISSING, or OK with a value that the caller clears; the head with both. */
CARDEA_MUST_USE enum cardea_status
cardea_etcd_read_get(const struct cardea_etcd_bytes *bytes, const char *prefix,
    const struct cardea_key *key, struct cardea_etcd_head *ret_head,
    struct cardea_value *ret_value, struct cardea_diag *diag);

/* --- records in order --- */

struct cardea_etcd_page {
	size_t count;
	bool more; /* there were some after these */
	struct cardea_key keys[CARDEA_ETCD_PAGE];
	struct cardea_value values[CARDEA_ETCD_PAGE];
};

/* from: the first key of interest; below: what all keys begin with */
CARDEA_MUST_USE enum cardea_status
cardea_etcd_write_list(const char *prefix, const struct cardea_key *from,
    const struct cardea_key *below, struct cardea_etcd_bytes *ret_bytes);
CARDEA_MUST_USE enum cardea_status
cardea_etcd_read_list(const struct cardea_etcd_bytes *bytes, const char *prefix,
    const struct cardea_key *from, const struct cardea_key *below,
    struct cardea_etcd_head *ret_head, struct cardea_etcd_page *ret_page,
    struct cardea_diag *diag);
void cardea_etcd_page_clear(struct cardea_etcd_page *page);

/* --- a conditional commit --- */

/* cardea_etcd_writes: done, it makes a revision of the store. */
bool cardea_etcd_writes(const struct cardea_change *changes, size_t count);

enum cardea_etcd_outcome {
	CARDEA_ETCD_LOST = 0, /* some version was another */
	CARDEA_ETCD_OURS, /* likewise, and every record that we wanted to put
			     is there, to the byte: an earlier try did it */
	CARDEA_ETCD_DONE,
};

CARDEA_MUST_USE enum cardea_status cardea_etcd_write_commit(const char *prefix,
    const struct cardea_change *changes, size_t count,
    struct cardea_etcd_bytes *ret_bytes);
CARDEA_MUST_USE enum cardea_status
cardea_etcd_read_commit(const struct cardea_etcd_bytes *bytes,
    const char *prefix, const struct cardea_change *changes, size_t count,
    struct cardea_etcd_head *ret_head, enum cardea_etcd_outcome *ret_outcome,
    struct cardea_diag *diag);

/* --- a server of itself --- */

struct cardea_etcd_status {
	struct cardea_etcd_head head;
	char version[32];
	char trouble[192]; /* "" if it has none */
	uint64_t leader, index, term;
	uint64_t db_bytes, db_used_bytes;
};

CARDEA_MUST_USE enum cardea_status
cardea_etcd_read_status(const struct cardea_etcd_bytes *bytes,
    struct cardea_etcd_status *ret_status, struct cardea_diag *diag);

#endif
