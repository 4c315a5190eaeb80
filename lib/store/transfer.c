/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/changes.h"
#include "store/keyset.h"
#include "store/kinds.h"
#include "store/schema.h"
#include "store/transfer.h"

#define BATCH 16	   /* records of one commit */
#define BATCH_BYTES 262144 /* an engine has its own ceiling for a commit */
#define TELL_EVERY 64

/* One kind on its way. */
struct pass {
	struct cardea_transfer *transfer;
	const char *kind;
	bool may_write;
	struct cardea_changes changes;
	size_t bytes;
	struct cardea_keyset brought; /* what the other side has */
	struct cardea_diag *diag;
	enum cardea_status status;
};

static enum cardea_status
flush(struct pass *pass)
{
	struct cardea_changes *changes = &pass->changes;
	enum cardea_status status = CARDEA_OK;

	if (changes->count > 0)
		status = cardea_store_commit(pass->transfer->to, changes->items,
		    changes->count, pass->diag);
	if (status == CARDEA_E_CONFLICT)
		cardea_diag_set(pass->diag, status,
		    "somebody else writes into the store that is filled");
	cardea_changes_clear(changes);
	pass->bytes = 0;
	return status;
}

static enum cardea_status
flush_if_full(struct pass *pass)
{
	return pass->changes.count >= BATCH || pass->bytes >= BATCH_BYTES
	    ? flush(pass)
	    : CARDEA_OK;
}

static void
tell(struct pass *pass)
{
	struct cardea_transfer *transfer = pass->transfer;

	if (transfer->progress != NULL && transfer->seen % TELL_EVERY == 0)
		transfer->progress(
		    pass->kind, transfer->seen, transfer->context);
}

static enum cardea_status
differ(struct pass *pass, const char *what)
{
	return cardea_diag_set(
	    pass->diag, CARDEA_E_CORRUPT, "a record (%s) %s", pass->kind, what);
}

/* version 0 where there is none */
static enum cardea_status
find_there(struct cardea_store *store, const struct cardea_key *key,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	enum cardea_status status = cardea_store_get(
	    store, key, ret_value, diag);

	return status == CARDEA_E_MISSING ? CARDEA_OK : status;
}

static enum cardea_status
plan_put(struct pass *pass, const struct cardea_key *key, uint64_t version,
    const struct cardea_value *value)
{
	struct cardea_value copy = { .len = value->len };
	enum cardea_status status;

	copy.data = malloc(value->len + 1);
	if (copy.data == NULL)
		return CARDEA_E_MEMORY;
	memcpy(copy.data, value->data, value->len);
	status = cardea_changes_put(&pass->changes, key, version, &copy);
	pass->bytes += value->len;
	pass->transfer->written++;
	return status == CARDEA_OK ? flush_if_full(pass) : status;
}

static bool
bring_one(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct pass *pass = context;
	struct cardea_value there = { 0 };

	pass->transfer->seen++;
	tell(pass);
	pass->status = cardea_keyset_add(&pass->brought, key);
	if (pass->status == CARDEA_OK)
		pass->status = find_there(
		    pass->transfer->to, key, &there, pass->diag);
	if (pass->status == CARDEA_OK &&
	    (there.version == 0 || there.len != value->len ||
		memcmp(there.data, value->data, value->len) != 0))
		pass->status = pass->may_write
		    ? plan_put(pass, key, there.version, value)
		    : differ(pass, "is not the same on both sides");
	cardea_value_clear(&there);
	return pass->status == CARDEA_OK;
}

/* Only what the walk did not bring is asked for by itself: it may have been
 * made behind the walk's back. */
static bool
drop_one(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct pass *pass = context;
	struct cardea_value there = { 0 };

	if (cardea_keyset_has(&pass->brought, key))
		return true;
	pass->status = find_there(
	    pass->transfer->from, key, &there, pass->diag);
	if (pass->status == CARDEA_OK && there.version == 0) {
		pass->status = pass->may_write
		    ? cardea_changes_delete(&pass->changes, key, value->version)
		    : differ(pass, "stands on one side only");
		pass->transfer->deleted++;
		if (pass->status == CARDEA_OK)
			pass->status = flush_if_full(pass);
	}
	cardea_value_clear(&there);
	return pass->status == CARDEA_OK;
}

static enum cardea_status
walk(struct pass *pass, struct cardea_store *store, cardea_store_visit *visit)
{
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(pass->kind, NULL, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, visit, pass, pass->diag);
	if (status == CARDEA_OK)
		status = pass->status;
	if (status == CARDEA_OK)
		return flush(pass);
	cardea_changes_clear(&pass->changes);
	return status;
}

static enum cardea_status
walk_all(
    struct cardea_transfer *transfer, bool may_write, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	transfer->seen = transfer->written = transfer->deleted = 0;
	for (size_t i = 0; status == CARDEA_OK && i < cardea_kind_count; i++) {
		struct pass pass = { .transfer = transfer,
			.kind = cardea_kinds[i].name,
			.may_write = may_write,
			.diag = diag };

		if (strcmp(pass.kind, CARDEA_KIND_SCHEMA) == 0 ||
		    (transfer->wanted != NULL && !transfer->wanted(pass.kind)))
			continue;
		status = walk(&pass, transfer->from, bring_one);
		if (status == CARDEA_OK)
			status = walk(&pass, transfer->to, drop_one);
		cardea_keyset_clear(&pass.brought);
	}
	return status;
}

enum cardea_status
cardea_transfer_copy(struct cardea_transfer *transfer, struct cardea_diag *diag)
{
	return walk_all(transfer, true, diag);
}

enum cardea_status
cardea_transfer_compare(
    struct cardea_transfer *transfer, struct cardea_diag *diag)
{
	return walk_all(transfer, false, diag);
}

static bool
note_any(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	bool *empty = context;

	(void)key;
	(void)value;
	*empty = false;
	return false;
}

enum cardea_status
cardea_transfer_is_empty(
    struct cardea_store *store, bool *ret_empty, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	bool empty = true;

	for (size_t i = 0; status == CARDEA_OK && i < cardea_kind_count; i++) {
		struct cardea_key prefix;

		if (strcmp(cardea_kinds[i].name, CARDEA_KIND_SCHEMA) == 0)
			continue;
		status = cardea_key_make(
		    cardea_kinds[i].name, NULL, NULL, &prefix);
		if (status == CARDEA_OK)
			status = cardea_store_list(
			    store, &prefix, note_any, &empty, diag);
	}
	if (status == CARDEA_OK)
		*ret_empty = empty;
	return status;
}
