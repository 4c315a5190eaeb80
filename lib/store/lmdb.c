/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/lmdb.h"
#include "store/place.h"
#include "store/row.h"
#include "store/table.h"
#include "store/turn.h"

#define FRESH "state.new"
#define MIB ((size_t)1024 * 1024)
#define BATCH_ROWS 64
#define BATCH_BYTES (1 * MIB)

struct cardea_driver_state {
	struct cardea_place place;
	struct cardea_turn turn;
	struct cardea_table *table;
	bool read_only;
};

/* The head of the chain of rows: before every key, since a kind is never
 * empty.  Its version is the revision of the last commit, so that a root page
 * of another time is noticed. */
static const struct cardea_key head_key = { .bytes = { 0 }, .len = 1 };

static enum cardea_status
damaged(struct cardea_diag *diag, const char *what)
{
	return cardea_diag_set(
	    diag, CARDEA_E_CORRUPT, "the store is damaged: %s", what);
}

static enum cardea_status
decode(const struct cardea_key *key, const unsigned char *bytes, size_t len,
    struct cardea_row *ret_row, struct cardea_diag *diag)
{
	enum cardea_status status = cardea_row_decode(key, bytes, len, ret_row);

	return status == CARDEA_E_CORRUPT
	    ? damaged(diag, "a row fails its check")
	    : status;
}

static enum cardea_status
read_row(struct cardea_table *table, const struct cardea_key *key,
    struct cardea_row *ret_row, struct cardea_diag *diag)
{
	const unsigned char *bytes;
	size_t len;
	enum cardea_status status;

	status = cardea_table_get(table, key, &bytes, &len, diag);
	if (status == CARDEA_OK)
		status = decode(key, bytes, len, ret_row, diag);
	return status;
}

static enum cardea_status
write_row(struct cardea_table *table, const struct cardea_key *key,
    const struct cardea_row *row, struct cardea_diag *diag)
{
	unsigned char *bytes;
	size_t len;
	enum cardea_status status;

	status = cardea_row_encode(key, row, &bytes, &len);
	if (status != CARDEA_OK)
		return status;
	status = cardea_table_put(table, key, bytes, len, diag);
	free(bytes);
	return status;
}

/* ---- one transaction, in one turn ---- */

static enum cardea_status
start(struct cardea_table *table, enum cardea_table_use use,
    struct cardea_diag *diag)
{
	struct cardea_row head;
	enum cardea_status status;

	status = cardea_table_begin(table, use, diag);
	if (status == CARDEA_OK)
		status = read_row(table, &head_key, &head, diag);
	if (status == CARDEA_E_MISSING ||
	    (status == CARDEA_OK &&
		head.version != cardea_table_revision(table)))
		return damaged(diag, "its root is of another time");
	return status;
}

/* Whatever comes of it, end() gives the turn back. */
static enum cardea_status
begin(struct cardea_driver_state *state, enum cardea_table_use use,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	status = cardea_turn_take(&state->turn, CARDEA_STORE_TIMEOUT_MS, diag);
	if (status == CARDEA_OK)
		status = start(state->table, use, diag);
	return status;
}

static void
end(struct cardea_driver_state *state)
{
	cardea_table_end(state->table);
	cardea_turn_give(&state->turn);
}

/* ---- a place in the chain ---- */

struct spot {
	bool found;
	struct cardea_row row;	/* valid if found */
	struct cardea_key prev; /* the key before */
	struct cardea_row prev_row;
};

/* Where key is, or would be; the row before must say the same. */
static enum cardea_status
locate(struct cardea_table *table, const struct cardea_key *key,
    struct spot *ret_spot, struct cardea_diag *diag)
{
	const unsigned char *bytes;
	enum cardea_status status;
	size_t len;
	int order;

	status = read_row(table, key, &ret_spot->row, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	ret_spot->found = status == CARDEA_OK;
	status = cardea_table_before(
	    table, key, &ret_spot->prev, &bytes, &len, diag);
	if (status == CARDEA_E_MISSING)
		return damaged(diag, "its rows have no beginning");
	if (status == CARDEA_OK)
		status = decode(
		    &ret_spot->prev, bytes, len, &ret_spot->prev_row, diag);
	if (status != CARDEA_OK)
		return status;
	/* no next: every key that is asked for lies before the end */
	order = ret_spot->prev_row.next_len == 0
	    ? 1
	    : cardea_row_order(ret_spot->prev_row.next,
		  ret_spot->prev_row.next_len, key->bytes, key->len);
	if (ret_spot->found ? order != 0 : order <= 0)
		return damaged(diag, "a row is missing or misplaced");
	return CARDEA_OK;
}

/* ---- get ---- */

static enum cardea_status
copy_value(const struct cardea_row *row, struct cardea_value *ret_value)
{
	unsigned char *data = malloc(row->len + 1);

	if (data == NULL)
		return CARDEA_E_MEMORY;
	memcpy(data, row->data, row->len);
	*ret_value = (struct cardea_value){
		.version = row->version, .data = data, .len = row->len
	};
	return CARDEA_OK;
}

static enum cardea_status
get(struct cardea_driver_state *state, const struct cardea_key *key,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	struct spot spot;
	enum cardea_status status;

	status = begin(state, CARDEA_TABLE_READ, diag);
	if (status == CARDEA_OK)
		status = locate(state->table, key, &spot, diag);
	if (status == CARDEA_OK)
		status = spot.found ? copy_value(&spot.row, ret_value)
				    : CARDEA_E_MISSING;
	end(state);
	return status;
}

/* ---- list ---- */

struct batch {
	size_t count, bytes;
	bool more;
	struct cardea_key keys[BATCH_ROWS];
	struct cardea_value values[BATCH_ROWS];
};

static bool
has_prefix(const struct cardea_row *row, const struct cardea_key *prefix)
{
	return row->next_len >= prefix->len &&
	    memcmp(row->next, prefix->bytes, prefix->len) == 0;
}

/* Follows the chain from the first key not below from. */
static enum cardea_status
fill_batch(struct cardea_table *table, const struct cardea_key *from,
    const struct cardea_key *prefix, struct batch *batch,
    struct cardea_diag *diag)
{
	struct cardea_key key;
	struct spot spot;
	struct cardea_row row;
	enum cardea_status status;

	status = locate(table, from, &spot, diag);
	if (status != CARDEA_OK)
		return status;
	row = spot.prev_row;
	while (row.next_len > 0 && has_prefix(&row, prefix)) {
		batch->more = batch->count == BATCH_ROWS ||
		    batch->bytes >= BATCH_BYTES;
		if (batch->more)
			return CARDEA_OK;
		key = (struct cardea_key){ .len = row.next_len };
		memcpy(key.bytes, row.next, row.next_len);
		status = read_row(table, &key, &row, diag);
		if (status == CARDEA_E_MISSING)
			return damaged(diag, "a row is missing");
		if (status == CARDEA_OK)
			status = copy_value(&row, &batch->values[batch->count]);
		if (status != CARDEA_OK)
			return status;
		batch->keys[batch->count++] = key;
		batch->bytes += row.len;
	}
	return CARDEA_OK;
}

/* Reads in one turn what is then shown in none: a visitor may take his time,
 * and may call the store. */
static enum cardea_status
read_batch(struct cardea_driver_state *state, const struct cardea_key *from,
    const struct cardea_key *prefix, struct batch *batch,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	batch->count = 0;
	batch->bytes = 0;
	batch->more = false;
	status = begin(state, CARDEA_TABLE_READ, diag);
	if (status == CARDEA_OK)
		status = fill_batch(state->table, from, prefix, batch, diag);
	end(state);
	return status;
}

static bool
show_batch(const struct batch *batch, cardea_store_visit *visit, void *context)
{
	for (size_t i = 0; i < batch->count; i++)
		if (!visit(&batch->keys[i], &batch->values[i], context))
			return false;
	return true;
}

static enum cardea_status
list(struct cardea_driver_state *state, const struct cardea_key *prefix,
    cardea_store_visit *visit, void *context, struct cardea_diag *diag)
{
	struct cardea_key from = *prefix;
	struct batch *batch = calloc(1, sizeof(*batch));
	enum cardea_status status;
	bool more;

	if (batch == NULL)
		return CARDEA_E_MEMORY;
	do {
		status = read_batch(state, &from, prefix, batch, diag);
		more = status == CARDEA_OK &&
		    show_batch(batch, visit, context) && batch->more;
		if (more) {
			/* the least key after the last one shown */
			from = batch->keys[batch->count - 1];
			from.bytes[from.len++] = '\0';
		}
		for (size_t i = 0; i < batch->count; i++)
			cardea_value_clear(&batch->values[i]);
	} while (more);
	free(batch);
	return status;
}

/* ---- commit ---- */

/* Gives the row before another successor; row_encode copies before the table
 * moves what prev_row points into. */
static enum cardea_status
relink(struct cardea_table *table, const struct spot *spot,
    const unsigned char *next, size_t next_len, struct cardea_diag *diag)
{
	struct cardea_row prev = spot->prev_row;

	prev.next = next;
	prev.next_len = next_len;
	return write_row(table, &spot->prev, &prev, diag);
}

static enum cardea_status
put_row(struct cardea_table *table, const struct cardea_change *change,
    const struct spot *spot, struct cardea_diag *diag)
{
	const struct cardea_row *old = spot->found ? &spot->row
						   : &spot->prev_row;
	unsigned char next[CARDEA_KEY_MAX];
	const struct cardea_row row = {
		.version = cardea_table_revision(table) + 1,
		.next = next,
		.next_len = old->next_len,
		.data = change->data,
		.len = change->len,
	};
	enum cardea_status status = CARDEA_OK;

	memcpy(next, old->next, old->next_len);
	if (!spot->found)
		status = relink(
		    table, spot, change->key.bytes, change->key.len, diag);
	if (status == CARDEA_OK)
		status = write_row(table, &change->key, &row, diag);
	return status;
}

static enum cardea_status
delete_row(struct cardea_table *table, const struct cardea_change *change,
    const struct spot *spot, struct cardea_diag *diag)
{
	enum cardea_status status;

	if (!spot->found)
		return CARDEA_OK;
	status = relink(table, spot, spot->row.next, spot->row.next_len, diag);
	if (status == CARDEA_OK)
		status = cardea_table_delete(table, &change->key, diag);
	return status;
}

static enum cardea_status
apply(struct cardea_table *table, const struct cardea_change *change,
    struct cardea_diag *diag)
{
	struct spot spot;
	enum cardea_status status;

	status = locate(table, &change->key, &spot, diag);
	if (status != CARDEA_OK)
		return status;
	if (change->version != (spot.found ? spot.row.version : 0))
		return CARDEA_E_CONFLICT;
	switch (change->kind) {
	case CARDEA_CHANGE_CHECK:
		return CARDEA_OK;
	case CARDEA_CHANGE_PUT:
		return put_row(table, change, &spot, diag);
	case CARDEA_CHANGE_DELETE:
		return delete_row(table, change, &spot, diag);
	}
	return CARDEA_E_INTERNAL;
}

/* The head names the revision that this commit makes. */
static enum cardea_status
write_head(struct cardea_table *table, struct cardea_diag *diag)
{
	struct cardea_row head;
	enum cardea_status status;

	status = read_row(table, &head_key, &head, diag);
	if (status != CARDEA_OK)
		return status;
	head.version = cardea_table_revision(table) + 1;
	return write_row(table, &head_key, &head, diag);
}

static enum cardea_status
commit_once(struct cardea_table *table, const struct cardea_change *changes,
    size_t count, struct cardea_diag *diag)
{
	enum cardea_status status;
	bool writes = false;

	status = cardea_table_judge(table, &head_key, diag);
	for (size_t i = 0; status == CARDEA_OK && i < count; i++)
		status = cardea_table_judge(table, &changes[i].key, diag);
	for (size_t i = 0; status == CARDEA_OK && i < count; i++) {
		status = apply(table, &changes[i], diag);
		writes = writes || changes[i].kind != CARDEA_CHANGE_CHECK;
	}
	if (status != CARDEA_OK || !writes)
		return status;
	status = write_head(table, diag);
	if (status == CARDEA_OK)
		status = cardea_table_commit(table, diag);
	return status;
}

static enum cardea_status
commit(struct cardea_driver_state *state, const struct cardea_change *changes,
    size_t count, struct cardea_diag *diag)
{
	struct cardea_table *table = state->table;
	enum cardea_status status;

	if (state->read_only)
		return cardea_diag_set(
		    diag, CARDEA_E_INTERNAL, "the store is open for reading");
	status = begin(state, CARDEA_TABLE_WRITE, diag);
	if (status == CARDEA_OK)
		status = commit_once(table, changes, count, diag);
	while (status == CARDEA_E_FULL && cardea_table_wants_room(table)) {
		cardea_table_end(table);
		status = cardea_table_grow(table, diag);
		if (status == CARDEA_OK)
			status = start(table, CARDEA_TABLE_WRITE, diag);
		if (status == CARDEA_OK)
			status = commit_once(table, changes, count, diag);
	}
	end(state);
	return status;
}

/* ---- opening and making ---- */

/* Made under another name and renamed when whole, so that a kill leaves
 * either no store or a good one (F08). In the turn. */
static enum cardea_status
make_state(const struct cardea_place *place, uint32_t size_mb,
    struct cardea_diag *diag)
{
	const struct cardea_row head = { .version = 1 };
	char path[sizeof(diag->file)];
	unsigned char *bytes = NULL;
	size_t len = 0;
	enum cardea_status status;

	status = cardea_place_path(place, FRESH, path, sizeof(path));
	if (status == CARDEA_OK)
		status = cardea_row_encode(&head_key, &head, &bytes, &len);
	if (status != CARDEA_OK)
		return status;
	(void)unlinkat(place->fd, FRESH, 0);
	status = cardea_table_make(path, (size_mb > 0 ? size_mb : 1) * MIB,
	    &head_key, bytes, len, diag);
	free(bytes);
	if (status == CARDEA_OK &&
	    (renameat(place->fd, FRESH, place->fd, CARDEA_LMDB_STATE) != 0 ||
		fsync(place->fd) != 0))
		status = cardea_diag_set(diag, CARDEA_E_IO,
		    "the store cannot be made: %s", strerrordesc_np(errno));
	if (status != CARDEA_OK)
		(void)unlinkat(place->fd, FRESH, 0);
	return status;
}

static enum cardea_status
open_state(struct cardea_driver_state *state, struct cardea_diag *diag)
{
	char path[sizeof(diag->file)];
	enum cardea_status status;
	int judged = -1;

	status = cardea_place_path(
	    &state->place, CARDEA_LMDB_STATE, path, sizeof(path));
	if (status == CARDEA_OK)
		status = cardea_place_open(
		    &state->place, CARDEA_LMDB_STATE, O_RDONLY, &judged, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_table_open(
	    path, judged, state->read_only, &state->table, diag);
	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	(void)close(judged);
	return status;
}

static enum cardea_status
open_in_turn(struct cardea_driver_state *state,
    const struct cardea_store_config *config, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	struct stat st;

	if (config->create &&
	    fstatat(state->place.fd, CARDEA_LMDB_STATE, &st,
		AT_SYMLINK_NOFOLLOW) != 0)
		status = make_state(&state->place, config->size_mb, diag);
	if (status == CARDEA_OK)
		status = open_state(state, diag);
	return status;
}

static void
close_state(struct cardea_driver_state *state)
{
	if (state == NULL)
		return;
	cardea_table_close(state->table);
	cardea_turn_close(&state->turn);
	cardea_place_leave(&state->place);
	free(state);
}

static enum cardea_status
open_driver(const struct cardea_store_config *config,
    struct cardea_driver_state **ret_state, struct cardea_diag *diag)
{
	struct cardea_driver_state *state = calloc(1, sizeof(*state));
	enum cardea_status status;

	if (state == NULL)
		return CARDEA_E_MEMORY;
	state->place.fd = -1;
	state->turn = (struct cardea_turn)CARDEA_TURN_NONE;
	state->read_only = config->read_only;
	status = cardea_place_enter(
	    config->path, config->create, &state->place, diag);
	if (status == CARDEA_OK)
		status = cardea_turn_open(&state->place, CARDEA_LMDB_TURN,
		    config->read_only, &state->turn, diag);
	if (status == CARDEA_OK)
		status = cardea_turn_take(
		    &state->turn, CARDEA_STORE_TIMEOUT_MS, diag);
	if (status == CARDEA_OK)
		status = open_in_turn(state, config, diag);
	cardea_turn_give(&state->turn);
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, config->path, 0, NULL);
		close_state(state);
		return status;
	}
	*ret_state = state; /* moved */
	return CARDEA_OK;
}

const struct cardea_driver cardea_lmdb = {
	.name = "lmdb",
	.open = open_driver,
	.close = close_state,
	.get = get,
	.commit = commit,
	.list = list,
};
