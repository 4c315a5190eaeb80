/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_TABLE_H
#define CARDEA_STORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cardea/diag.h>
#include <cardea/store.h>

/*
 * One ordered table in one file: the only unit that knows LMDB.
 *
 * LMDB's own locks are switched off (MDB_NOLOCK): its mutexes wait for ever
 * on a stopped holder and its table of readers goes stale when one is killed.
 * The caller sees to it that no two processes are in a transaction at once,
 * readers too; then nobody can hold an old snapshot, and the file does not
 * grow with age.
 *
 * A commit is LMDB's: changed pages are written to free ones and synced by one
 * fdatasync, then the new root by one O_DSYNC write.  Space is allocated in
 * advance and the map is never larger than the file, so that neither a full
 * disk nor a short file is a SIGBUS.
 */
struct cardea_table;

/* cardea_table_make: a new file at path, synced, holding one row. */
CARDEA_MUST_USE enum cardea_status
cardea_table_make(const char *path, size_t size, const struct cardea_key *key,
    const unsigned char *bytes, size_t len, struct cardea_diag *diag);

/* cardea_table_open: judged_fd is a descriptor of the same file, by which it
 * was judged (F07). CORRUPT, VERSION, UNSAFE, IO. */
CARDEA_MUST_USE enum cardea_status
cardea_table_open(const char *path, int judged_fd, bool read_only,
    struct cardea_table **ret_table, struct cardea_diag *diag);

void cardea_table_close(struct cardea_table *table);

enum cardea_table_use { CARDEA_TABLE_READ = 0, CARDEA_TABLE_WRITE };

/* cardea_table_begin: one transaction at a time; end drops it. */
CARDEA_MUST_USE enum cardea_status
cardea_table_begin(struct cardea_table *table, enum cardea_table_use use,
    struct cardea_diag *diag);
void cardea_table_end(struct cardea_table *table);
CARDEA_MUST_USE enum cardea_status
cardea_table_commit(struct cardea_table *table, struct cardea_diag *diag);

/* cardea_table_revision: the number of the last commit. In a transaction. */
uint64_t cardea_table_revision(const struct cardea_table *table);

/* cardea_table_judge: looks at the pages on the way to key (guard.h). get and
 * before do it by themselves; who changes several keys in one transaction
 * judges all of them before the first change. CORRUPT. */
CARDEA_MUST_USE enum cardea_status
cardea_table_judge(struct cardea_table *table, const struct cardea_key *key,
    struct cardea_diag *diag);

/* cardea_table_get: bytes are borrowed until the next write. MISSING. */
CARDEA_MUST_USE enum cardea_status
cardea_table_get(struct cardea_table *table, const struct cardea_key *key,
    const unsigned char **ret_bytes, size_t *ret_len, struct cardea_diag *diag);

/* cardea_table_before: the last row before key. MISSING if there is none. */
CARDEA_MUST_USE enum cardea_status
cardea_table_before(struct cardea_table *table, const struct cardea_key *key,
    struct cardea_key *ret_key, const unsigned char **ret_bytes,
    size_t *ret_len, struct cardea_diag *diag);

/* put, delete: FULL with cardea_table_wants_room: end, grow, begin again;
 * FULL without it: the disk is full. */
CARDEA_MUST_USE enum cardea_status
cardea_table_put(struct cardea_table *table, const struct cardea_key *key,
    const unsigned char *bytes, size_t len, struct cardea_diag *diag);
CARDEA_MUST_USE enum cardea_status
cardea_table_delete(struct cardea_table *table, const struct cardea_key *key,
    struct cardea_diag *diag);

bool cardea_table_wants_room(const struct cardea_table *table);

/* cardea_table_grow: outside a transaction. FULL, IO. */
CARDEA_MUST_USE enum cardea_status
cardea_table_grow(struct cardea_table *table, struct cardea_diag *diag);

#endif
