/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/changes.h"
#include "store/kinds.h"
#include "store/rekey.h"
#include "store/schema.h"
#include "store/survey.h"

#define BATCH 16
#define TELL_EVERY 64
#define WALKS_MAX 1000 /* each of them lost a race against a login */

struct walk {
	struct cardea_store *store;
	struct cardea_rekey *rekey;
	const char *kind;
	bool may_write;
	struct cardea_changes changes;
	struct cardea_diag *diag;
	enum cardea_status status;
};

/* Who was faster has sealed it under the new key, or the next walk sees. */
static enum cardea_status
flush(struct walk *walk)
{
	struct cardea_changes *changes = &walk->changes;
	enum cardea_status status = CARDEA_OK;

	if (changes->count > 0)
		status = cardea_store_commit(
		    walk->store, changes->items, changes->count, walk->diag);
	if (status == CARDEA_OK)
		walk->rekey->written += changes->count;
	cardea_changes_clear(changes);
	return status == CARDEA_E_CONFLICT ? CARDEA_OK : status;
}

static enum cardea_status
plan(struct walk *walk, const struct cardea_survey_row *row)
{
	struct cardea_value copy = { .len = row->value->len };
	enum cardea_status status;

	copy.data = malloc(copy.len + 1);
	if (copy.data == NULL)
		return CARDEA_E_MEMORY;
	memcpy(copy.data, row->value->data, copy.len);
	status = cardea_changes_put(
	    &walk->changes, row->key, row->version, &copy);
	if (status == CARDEA_OK && walk->changes.count == BATCH)
		status = flush(walk);
	return status;
}

static bool
see(const struct cardea_survey_row *row, void *context)
{
	struct walk *walk = context;
	struct cardea_rekey *rekey = walk->rekey;

	if (++rekey->seen % TELL_EVERY == 0 && rekey->progress != NULL)
		rekey->progress(walk->kind, rekey->seen, rekey->context);
	if (row->status != CARDEA_OK)
		rekey->unreadable++;
	else if (!row->current)
		rekey->stale++;
	if (row->status == CARDEA_OK && !row->current && walk->may_write)
		walk->status = plan(walk, row);
	return walk->status == CARDEA_OK;
}

static enum cardea_status
walk_once(struct cardea_store *store, struct cardea_rekey *rekey,
    bool may_write, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	rekey->seen = rekey->stale = rekey->unreadable = 0;
	for (size_t i = 0; status == CARDEA_OK && i < cardea_kind_count; i++) {
		struct walk walk = { .store = store,
			.rekey = rekey,
			.kind = cardea_kinds[i].name,
			.may_write = may_write,
			.diag = diag };

		status = cardea_store_survey(
		    store, walk.kind, see, &walk, diag);
		if (status == CARDEA_OK)
			status = walk.status;
		if (status == CARDEA_OK)
			status = flush(&walk);
		cardea_changes_clear(&walk.changes);
	}
	return status;
}

enum cardea_status
cardea_rekey_count(struct cardea_store *store, struct cardea_rekey *rekey,
    struct cardea_diag *diag)
{
	return walk_once(store, rekey, false, diag);
}

enum cardea_status
cardea_rekey_seal(struct cardea_store *store, struct cardea_rekey *rekey,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	int walks = 0;

	rekey->written = 0;
	do {
		status = walk_once(store, rekey, true, diag);
	} while (
	    status == CARDEA_OK && rekey->stale > 0 && ++walks < WALKS_MAX);
	if (status == CARDEA_OK && rekey->stale > 0)
		return cardea_diag_set(diag, CARDEA_E_TIMEOUT,
		    "others were faster again and again");
	return status;
}

enum cardea_status
cardea_rekey_use(
    struct cardea_store *store, const char *id, struct cardea_diag *diag)
{
	struct cardea_schema schema = *cardea_store_schema(store);
	enum cardea_status status;

	if (strcmp(schema.key, id) == 0)
		return CARDEA_OK;
	status = cardea_text_copy(schema.key, sizeof(schema.key), id);
	return status == CARDEA_OK ? cardea_schema_put(store, &schema, diag)
				   : status;
}
