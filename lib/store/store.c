/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "store/survey.h"

/* A key may have come into use since the file was read. */
static bool
is_of_new_key(
    const struct cardea_store *store, const struct cardea_value *sealed)
{
	size_t index;

	return cardea_seal_find(&store->seal, sealed, &index) ==
	    CARDEA_E_MISSING;
}

/* ---- get ---- */

enum cardea_status
cardea_store_get(struct cardea_store *store, const struct cardea_key *key,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	struct cardea_value sealed = { 0 };
	struct cardea_key outer, inner;
	enum cardea_status status;

	status = cardea_store_outer(store, key, &outer);
	if (status == CARDEA_OK)
		status = store->driver->get(
		    store->state, &outer, &sealed, diag);
	if (status == CARDEA_OK && is_of_new_key(store, &sealed))
		status = cardea_store_refresh(store, diag);
	if (status == CARDEA_OK)
		status = cardea_store_open_record(
		    store, &outer, &sealed, &inner, ret_value, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		cardea_store_name(diag, key);
	cardea_value_clear(&sealed);
	return status;
}

/* ---- commit ---- */

static enum cardea_status
seal_record(const struct cardea_store *store, const struct cardea_key *outer,
    const struct cardea_change *change, struct cardea_value *ret_sealed)
{
	if (!store->driver->shared)
		return cardea_seal_value(
		    &store->seal, outer, change->data, change->len, ret_sealed);
	return cardea_seal_named(&store->seal, outer, &change->key,
	    change->data, change->len, ret_sealed);
}

/* What no driver should have to ask. */
static enum cardea_status
check_changes(const struct cardea_change *changes, size_t count)
{
	if (count > CARDEA_CHANGES_MAX)
		return CARDEA_E_RANGE;
	for (size_t i = 0; i < count; i++) {
		if (changes[i].key.len == 0 ||
		    changes[i].key.len >= CARDEA_KEY_MAX ||
		    changes[i].key.bytes[0] == '\0')
			return CARDEA_E_INTERNAL;
		if (changes[i].kind == CARDEA_CHANGE_PUT &&
		    changes[i].len > CARDEA_VALUE_MAX)
			return CARDEA_E_RANGE;
		for (size_t j = 0; j < i; j++)
			if (cardea_store_is_same_key(
				&changes[i].key, &changes[j].key))
				return CARDEA_E_INTERNAL;
	}
	return CARDEA_OK;
}

/* What goes to the driver, with what it borrows. */
struct sealed_commit {
	size_t count;
	struct cardea_change changes[CARDEA_DRIVER_CHANGES_MAX];
	struct cardea_value values[CARDEA_DRIVER_CHANGES_MAX];
};

static enum cardea_status
add_change(const struct cardea_store *store, const struct cardea_change *change,
    struct sealed_commit *sealed)
{
	struct cardea_change *to = &sealed->changes[sealed->count];
	struct cardea_value *value = &sealed->values[sealed->count];
	enum cardea_status status;

	*to = *change;
	*value = (struct cardea_value){ 0 };
	status = cardea_store_outer(store, &change->key, &to->key);
	if (status == CARDEA_OK && change->kind == CARDEA_CHANGE_PUT)
		status = seal_record(store, &to->key, change, value);
	if (status != CARDEA_OK)
		return status;
	to->data = value->data;
	to->len = value->len;
	sealed->count++;
	return CARDEA_OK;
}

static enum cardea_status
seal_changes(const struct cardea_store *store,
    const struct cardea_change *changes, size_t count,
    struct sealed_commit *ret_sealed)
{
	struct cardea_change look = { .kind = CARDEA_CHANGE_CHECK,
		.key = cardea_store_schema_key(),
		.version = store->schema.version };
	enum cardea_status status = CARDEA_OK;
	bool looks = look.version != 0;

	ret_sealed->count = 0;
	for (size_t i = 0; status == CARDEA_OK && i < count; i++) {
		status = add_change(store, &changes[i], ret_sealed);
		if (cardea_store_is_same_key(&changes[i].key, &look.key))
			looks = false; /* it is the change itself */
	}
	if (status == CARDEA_OK && looks)
		status = add_change(store, &look, ret_sealed);
	return status;
}

/* Somebody was faster; if it was with the schema, what is to be read again is
 * more than the records. */
static enum cardea_status
learn_why(struct cardea_store *store, struct cardea_diag *diag)
{
	const struct cardea_key key = cardea_store_schema_key();
	struct cardea_value sealed = { 0 };
	enum cardea_status status;

	status = store->driver->get(store->state, &key, &sealed, diag);
	if (status == CARDEA_OK && sealed.version != store->schema.version)
		status = cardea_store_refresh(store, diag);
	cardea_value_clear(&sealed);
	return status == CARDEA_OK ? CARDEA_E_CONFLICT : status;
}

enum cardea_status
cardea_store_commit(struct cardea_store *store,
    const struct cardea_change *changes, size_t count, struct cardea_diag *diag)
{
	struct sealed_commit sealed;
	enum cardea_status status;

	status = check_changes(changes, count);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    status == CARDEA_E_RANGE ? "too much for one commit"
					     : "malformed commit");
	status = seal_changes(store, changes, count, &sealed);
	if (status == CARDEA_OK)
		status = store->driver->commit(
		    store->state, sealed.changes, sealed.count, diag);
	else
		cardea_diag_set(diag, status, "record cannot be sealed");
	if (status == CARDEA_E_CONFLICT && store->schema.version != 0)
		status = learn_why(store, diag);
	for (size_t i = 0; i < sealed.count; i++)
		cardea_value_clear(&sealed.values[i]);
	return status;
}

/* ---- list ---- */

struct walk {
	struct cardea_store *store;
	cardea_store_visit *visit;
	void *context;
	struct cardea_diag *diag;
	enum cardea_status status;
};

static bool
show_opened(const struct cardea_key *outer, const struct cardea_value *sealed,
    void *context)
{
	struct walk *walk = context;
	struct cardea_value value = { 0 };
	struct cardea_key key;
	bool go_on;

	if (is_of_new_key(walk->store, sealed))
		walk->status = cardea_store_refresh(walk->store, walk->diag);
	if (walk->status == CARDEA_OK)
		walk->status = cardea_store_open_record(
		    walk->store, outer, sealed, &key, &value, walk->diag);
	if (walk->status != CARDEA_OK) {
		cardea_store_name(walk->diag, outer);
		return false;
	}
	go_on = walk->visit(&key, &value, walk->context);
	cardea_value_clear(&value);
	return go_on;
}

enum cardea_status
cardea_store_list(struct cardea_store *store, const struct cardea_key *prefix,
    cardea_store_visit *visit, void *context, struct cardea_diag *diag)
{
	struct walk walk = { .store = store,
		.visit = visit,
		.context = context,
		.diag = diag,
		.status = CARDEA_OK };
	struct cardea_key outer;
	enum cardea_status status;

	status = cardea_store_outer(store, prefix, &outer);
	if (status == CARDEA_OK)
		status = store->driver->list(
		    store->state, &outer, show_opened, &walk, diag);
	return status != CARDEA_OK ? status : walk.status;
}

/* ---- survey ---- */

struct survey {
	struct cardea_store *store;
	cardea_survey_visit *visit;
	void *context;
};

static bool
show_row(const struct cardea_key *outer, const struct cardea_value *sealed,
    void *context)
{
	struct survey *survey = context;
	struct cardea_store *store = survey->store;
	struct cardea_value value = { 0 };
	struct cardea_diag diag = { 0 };
	struct cardea_key key = *outer;
	struct cardea_survey_row row = { .version = sealed->version,
		.stored_len = outer->len + sealed->len };
	size_t index = CARDEA_SEAL_KEYS_MAX;
	bool go_on;

	row.status = cardea_store_open_record(
	    store, outer, sealed, &key, &value, &diag);
	row.key = &key;
	row.value = row.status == CARDEA_OK ? &value : NULL;
	row.reason = diag.reason;
	row.current = cardea_seal_find(&store->seal, sealed, &index) ==
		CARDEA_OK &&
	    index == store->seal.use;
	go_on = survey->visit(&row, survey->context);
	cardea_value_clear(&value);
	return go_on;
}

enum cardea_status
cardea_store_survey(struct cardea_store *store, const char *kind,
    cardea_survey_visit *visit, void *context, struct cardea_diag *diag)
{
	struct survey survey = {
		.store = store, .visit = visit, .context = context
	};
	struct cardea_key prefix, outer;
	enum cardea_status status;

	status = cardea_key_make(kind, NULL, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_outer(store, &prefix, &outer);
	if (status == CARDEA_OK)
		status = store->driver->list(
		    store->state, &outer, show_row, &survey, diag);
	return status;
}

/* ---- the rest ---- */

void
cardea_store_mac(
    const struct cardea_store *store, const char *text, char ret_hex[17])
{
	if (cardea_seal_mac(&store->seal, text, ret_hex) != CARDEA_OK)
		ret_hex[0] = '\0';
}

const struct cardea_seal *
cardea_store_seal(const struct cardea_store *store)
{
	return &store->seal;
}

const struct cardea_schema *
cardea_store_schema(const struct cardea_store *store)
{
	return &store->schema;
}
