/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lmdb.h>

#include "store/guard.h"
#include "store/table.h"

#define MIB ((size_t)1024 * 1024)
#define GROWTH_MAX (64 * MIB)

struct cardea_table {
	MDB_env *env;
	MDB_txn *txn; /* NULL outside a transaction */
	MDB_dbi dbi;
	enum cardea_table_use use;
	int fd;		 /* LMDB's own; not ours to close */
	size_t map_size; /* as the size of the file was last seen */
	bool wants_room;
	bool dirty; /* the transaction has changed something */
	struct cardea_guard guard;
	struct cardea_key judged; /* the last key whose way was judged */
};

static enum cardea_status
status_of(int error)
{
	switch (error) {
	case 0:
		return CARDEA_OK;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case MDB_MAP_FULL:
		return CARDEA_E_FULL;
	case ENOMEM:
		return CARDEA_E_MEMORY;
	case MDB_NOTFOUND:
		return CARDEA_E_MISSING;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_PANIC:
	case MDB_INVALID:
	case MDB_BAD_TXN:
		return CARDEA_E_CORRUPT;
	case MDB_VERSION_MISMATCH:
		return CARDEA_E_VERSION;
	default:
		return CARDEA_E_IO;
	}
}

static enum cardea_status
fail(struct cardea_diag *diag, const char *what, int error)
{
	return cardea_diag_set(
	    diag, status_of(error), "%s: %s", what, mdb_strerror(error));
}

/* For what LMDB may answer by "no such row" or "make room first". */
static enum cardea_status
answer(struct cardea_table *table, const char *what, int rc,
    struct cardea_diag *diag)
{
	if (rc == 0 || rc == MDB_NOTFOUND)
		return status_of(rc);
	table->wants_room = rc == MDB_MAP_FULL;
	return fail(table->wants_room ? NULL : diag, what, rc);
}

static MDB_val
value_of(const struct cardea_key *key)
{
	return (MDB_val){ key->len, (void *)(uintptr_t)key->bytes };
}

static enum cardea_status
open_env(const char *path, size_t map_size, unsigned int flags,
    MDB_env **ret_env, struct cardea_diag *diag)
{
	MDB_env *env = NULL;
	int rc = mdb_env_create(&env);

	if (rc == 0)
		rc = mdb_env_set_mapsize(env, map_size);
	if (rc == 0)
		rc = mdb_env_open(env, path, flags | MDB_NOSUBDIR | MDB_NOLOCK,
		    S_IRUSR | S_IWUSR);
	if (rc != 0) {
		if (env != NULL)
			mdb_env_close(env);
		return fail(diag, "the state cannot be opened", rc);
	}
	*ret_env = env; /* moved */
	return CARDEA_OK;
}

/* ---- transactions ---- */

/* The map follows the file, which another process may have made grow. */
static enum cardea_status
follow_file(struct cardea_table *table, struct cardea_diag *diag)
{
	struct stat st;
	int rc;

	if (fstat(table->fd, &st) != 0)
		return fail(diag, "the state cannot be examined", errno);
	if (st.st_size < 0 || (size_t)st.st_size < table->map_size)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "the state has been cut short");
	if ((size_t)st.st_size == table->map_size)
		return CARDEA_OK;
	rc = mdb_env_set_mapsize(table->env, (size_t)st.st_size);
	if (rc != 0)
		return fail(diag, "the state cannot be mapped", rc);
	table->map_size = (size_t)st.st_size;
	return CARDEA_OK;
}

enum cardea_status
cardea_table_begin(struct cardea_table *table, enum cardea_table_use use,
    struct cardea_diag *diag)
{
	const unsigned int flags = use == CARDEA_TABLE_READ ? MDB_RDONLY : 0;
	enum cardea_status status;
	int rc;

	if (table->txn != NULL)
		return CARDEA_E_INTERNAL;
	status = follow_file(table, diag);
	if (status == CARDEA_OK)
		status = cardea_guard_enter(&table->guard, diag);
	if (status != CARDEA_OK)
		return status;
	table->wants_room = false;
	table->dirty = false;
	table->judged.len = 0;
	table->use = use;
	rc = mdb_txn_begin(table->env, NULL, flags, &table->txn);
	if (rc == 0)
		rc = mdb_dbi_open(table->txn, NULL, 0, &table->dbi);
	if (rc != 0) {
		cardea_table_end(table);
		return fail(diag, "no transaction", rc);
	}
	if (cardea_table_revision(table) != table->guard.revision) {
		cardea_table_end(table);
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "LMDB sees another root");
	}
	return CARDEA_OK;
}

void
cardea_table_end(struct cardea_table *table)
{
	if (table->txn != NULL)
		mdb_txn_abort(table->txn);
	table->txn = NULL;
}

enum cardea_status
cardea_table_commit(struct cardea_table *table, struct cardea_diag *diag)
{
	MDB_txn *txn = table->txn;

	table->txn = NULL; /* moved: freed by commit whatever it returns */
	return answer(table, "not committed", mdb_txn_commit(txn), diag);
}

uint64_t
cardea_table_revision(const struct cardea_table *table)
{
	uint64_t id = mdb_txn_id(table->txn);

	return table->use == CARDEA_TABLE_WRITE ? id - 1 : id;
}

/* ---- rows ---- */

/* Pages that this transaction has changed are LMDB's own, in memory: what it
 * may still visit was judged before the first change. */
enum cardea_status
cardea_table_judge(struct cardea_table *table, const struct cardea_key *key,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	if (table->dirty ||
	    (key->len == table->judged.len &&
		memcmp(key->bytes, table->judged.bytes, key->len) == 0))
		return CARDEA_OK;
	status = cardea_guard_path(&table->guard, key, diag);
	if (status == CARDEA_OK)
		table->judged = *key;
	return status;
}

enum cardea_status
cardea_table_get(struct cardea_table *table, const struct cardea_key *key,
    const unsigned char **ret_bytes, size_t *ret_len, struct cardea_diag *diag)
{
	MDB_val at = value_of(key), data;
	enum cardea_status status = cardea_table_judge(table, key, diag);
	int rc;

	if (status != CARDEA_OK)
		return status;
	rc = mdb_get(table->txn, table->dbi, &at, &data);
	if (rc == 0) {
		*ret_bytes = data.mv_data;
		*ret_len = data.mv_size;
	}
	return answer(table, "a row cannot be read", rc, diag);
}

static int
move_before(MDB_cursor *cursor, MDB_val *key, MDB_val *data)
{
	int rc = mdb_cursor_get(cursor, key, data, MDB_SET_RANGE);

	if (rc != 0 && rc != MDB_NOTFOUND)
		return rc;
	return mdb_cursor_get(cursor, key, data, rc == 0 ? MDB_PREV : MDB_LAST);
}

enum cardea_status
cardea_table_before(struct cardea_table *table, const struct cardea_key *key,
    struct cardea_key *ret_key, const unsigned char **ret_bytes,
    size_t *ret_len, struct cardea_diag *diag)
{
	MDB_cursor *cursor = NULL;
	MDB_val at = value_of(key), data;
	enum cardea_status status = cardea_table_judge(table, key, diag);
	int rc;

	if (status != CARDEA_OK)
		return status;
	rc = mdb_cursor_open(table->txn, table->dbi, &cursor);
	if (rc == 0) {
		rc = move_before(cursor, &at, &data);
		mdb_cursor_close(cursor);
	}
	if (rc == 0 && at.mv_size >= sizeof(ret_key->bytes))
		rc = MDB_CORRUPTED;
	if (rc == 0) {
		*ret_key = (struct cardea_key){ .len = at.mv_size };
		memcpy(ret_key->bytes, at.mv_data, at.mv_size);
		*ret_bytes = data.mv_data;
		*ret_len = data.mv_size;
	}
	return answer(table, "a row cannot be read", rc, diag);
}

enum cardea_status
cardea_table_put(struct cardea_table *table, const struct cardea_key *key,
    const unsigned char *bytes, size_t len, struct cardea_diag *diag)
{
	MDB_val at = value_of(key), data = { len, (void *)(uintptr_t)bytes };

	table->dirty = true;
	return answer(table, "a row cannot be written",
	    mdb_put(table->txn, table->dbi, &at, &data, 0), diag);
}

enum cardea_status
cardea_table_delete(struct cardea_table *table, const struct cardea_key *key,
    struct cardea_diag *diag)
{
	MDB_val at = value_of(key);

	table->dirty = true;
	return answer(table, "a row cannot be removed",
	    mdb_del(table->txn, table->dbi, &at, NULL), diag);
}

/* ---- room ---- */

bool
cardea_table_wants_room(const struct cardea_table *table)
{
	return table->wants_room;
}

/* Half as much again, but not in ever larger steps; allocated, so that the
 * pages written later have their place already. */
enum cardea_status
cardea_table_grow(struct cardea_table *table, struct cardea_diag *diag)
{
	size_t step = table->map_size / 2;
	int error;

	table->wants_room = false; /* asked once: FULL from here is the disk */
	if (step > GROWTH_MAX)
		step = GROWTH_MAX;
	step = (step + MIB - 1) / MIB * MIB;
	error = posix_fallocate(table->fd, (off_t)table->map_size, (off_t)step);
	if (error != 0)
		return fail(diag, "the store cannot grow", error);
	return follow_file(table, diag);
}

/* ---- opening and making ---- */

static enum cardea_status
write_first(struct cardea_table *table, const struct cardea_key *key,
    const unsigned char *bytes, size_t len, struct cardea_diag *diag)
{
	MDB_val at = value_of(key), data = { len, (void *)(uintptr_t)bytes };
	int rc = mdb_txn_begin(table->env, NULL, 0, &table->txn);

	if (rc == 0)
		rc = mdb_dbi_open(table->txn, NULL, 0, &table->dbi);
	if (rc == 0)
		rc = mdb_put(table->txn, table->dbi, &at, &data, 0);
	if (rc != 0) {
		cardea_table_end(table);
		return fail(diag, "the store cannot be made", rc);
	}
	return cardea_table_commit(table, diag);
}

enum cardea_status
cardea_table_make(const char *path, size_t size, const struct cardea_key *key,
    const unsigned char *bytes, size_t len, struct cardea_diag *diag)
{
	struct cardea_table table = { .fd = -1 };
	enum cardea_status status;
	int error;

	status = open_env(path, size, 0, &table.env, diag);
	if (status != CARDEA_OK)
		return status;
	status = write_first(&table, key, bytes, len, diag);
	if (status != CARDEA_OK)
		goto out;
	(void)mdb_env_get_fd(table.env, &table.fd);
	error = posix_fallocate(table.fd, 0, (off_t)size);
	if (error == 0 && fsync(table.fd) != 0)
		error = errno;
	if (error != 0)
		status = fail(diag, "no room for the store", error);
out:
	mdb_env_close(table.env);
	return status;
}

/* LMDB opens by path: what it got must be what was judged (F07). */
static enum cardea_status
compare_files(int judged, int opened, struct cardea_diag *diag)
{
	struct stat a, b;

	if (fstat(judged, &a) != 0 || fstat(opened, &b) != 0)
		return fail(diag, "the state cannot be examined", errno);
	if (a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "the state was exchanged while it was opened");
	return CARDEA_OK;
}

enum cardea_status
cardea_table_open(const char *path, int judged_fd, bool read_only,
    struct cardea_table **ret_table, struct cardea_diag *diag)
{
	struct cardea_table *table = NULL;
	enum cardea_status status;
	struct stat st;

	if (fstat(judged_fd, &st) != 0)
		return fail(diag, "the state cannot be examined", errno);
	if (st.st_size <= 0)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "the state is empty");
	table = calloc(1, sizeof(*table));
	if (table == NULL)
		return CARDEA_E_MEMORY;
	table->map_size = (size_t)st.st_size;
	/* before LMDB reads its roots, and divides by what they say */
	table->guard.fd = judged_fd;
	status = cardea_guard_enter(&table->guard, diag);
	if (status != CARDEA_OK)
		goto out;
	status = open_env(path, table->map_size, read_only ? MDB_RDONLY : 0,
	    &table->env, diag);
	if (status != CARDEA_OK)
		goto out;
	(void)mdb_env_get_fd(table->env, &table->fd);
	status = compare_files(judged_fd, table->fd, diag);
	/* LMDB leaves this one open to programs that are started (F02) */
	if (status == CARDEA_OK && fcntl(table->fd, F_SETFD, FD_CLOEXEC) != 0)
		status = fail(diag, "the state cannot be examined", errno);
	if (status != CARDEA_OK)
		goto out;
	table->guard.fd = table->fd;
	*ret_table = table;
	table = NULL; /* moved */
out:
	cardea_table_close(table);
	return status;
}

void
cardea_table_close(struct cardea_table *table)
{
	if (table == NULL)
		return;
	cardea_table_end(table);
	if (table->env != NULL)
		mdb_env_close(table->env);
	cardea_guard_clear(&table->guard);
	free(table);
}
