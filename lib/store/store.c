/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/driver.h"
#include "store/etcd.h"
#include "store/lmdb.h"
#include "store/schema.h"
#include "store/seal.h"

struct cardea_store {
	const struct cardea_driver *driver;
	struct cardea_driver_state *state;
	struct cardea_seal seal;
};

/* The way up from every schema there has been. Version 1 is the first. */
static const struct cardea_migration *const migrations = NULL;
static const size_t migration_count = 0;

/* ---- open and close ---- */

static enum cardea_status
is_fresh(struct cardea_store *store, bool *ret_fresh, struct cardea_diag *diag)
{
	struct cardea_value sealed = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_SCHEMA, "", "", &key);
	if (status == CARDEA_OK)
		status = store->driver->get(store->state, &key, &sealed, diag);
	cardea_value_clear(&sealed);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	*ret_fresh = status == CARDEA_E_MISSING;
	return CARDEA_OK;
}

/* A key is made for a new store only: one that already holds records would
 * lose them to it. */
static enum cardea_status
prepare(struct cardea_store *store, const struct cardea_store_config *config,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	bool fresh = false;

	status = is_fresh(store, &fresh, diag);
	if (status != CARDEA_OK)
		return status;
	if (fresh && !config->create)
		return cardea_diag_set(
		    diag, CARDEA_E_MISSING, "the store is not initialised");
	if (fresh) {
		status = cardea_seal_create(config->seal_key_path, diag);
		if (status == CARDEA_E_CONFLICT) {
			if (diag != NULL)
				memset(diag, 0, sizeof(*diag));
			status = CARDEA_OK;
		}
	}
	if (status == CARDEA_OK)
		status = cardea_seal_load(
		    config->seal_key_path, &store->seal, diag);
	if (status == CARDEA_OK && fresh) {
		status = cardea_schema_write(
		    store, 0, CARDEA_SCHEMA_VERSION, diag);
		/* another init was first; its key is the one just loaded */
		if (status == CARDEA_E_CONFLICT)
			status = CARDEA_OK;
	}
	return status;
}

enum cardea_status
cardea_store_open_with(const struct cardea_driver *driver,
    const struct cardea_store_config *config, struct cardea_store **ret_store,
    struct cardea_diag *diag)
{
	struct cardea_store *store;
	enum cardea_status status;

	if (config->create && config->read_only)
		return CARDEA_E_INTERNAL;
	store = calloc(1, sizeof(*store));
	if (store == NULL)
		return CARDEA_E_MEMORY;
	store->driver = driver;
	status = driver->open(config, &store->state, diag);
	if (status == CARDEA_OK)
		status = prepare(store, config, diag);
	if (status == CARDEA_OK)
		status = cardea_schema_migrate(store, migrations,
		    migration_count, CARDEA_SCHEMA_VERSION, !config->read_only,
		    diag);
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, config->path, 0, NULL);
		(void)cardea_store_close(store);
		return status;
	}
	*ret_store = store; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_store_open(const struct cardea_store_config *config,
    struct cardea_store **ret_store, struct cardea_diag *diag)
{
	const struct cardea_driver *driver = &cardea_lmdb;
	enum cardea_status status = CARDEA_OK;

	if (config->cluster != NULL)
		status = cardea_etcd_load(&driver, diag);
	return status == CARDEA_OK
	    ? cardea_store_open_with(driver, config, ret_store, diag)
	    : status;
}

struct cardea_store *
cardea_store_close(struct cardea_store *store)
{
	if (store == NULL)
		return NULL;
	if (store->state != NULL)
		store->driver->close(store->state);
	cardea_seal_clear(&store->seal);
	free(store);
	return NULL;
}

/* ---- get ---- */

/* Kind and owner of a key, for the diag; never an id, which may be a hash of
 * something that is not for the log. */
static void
name_record(struct cardea_diag *diag, const struct cardea_key *key)
{
	const char *kind, *owner, *id;
	char name[sizeof(diag->key)];

	if (cardea_key_split(key, &kind, &owner, &id) != CARDEA_OK)
		return;
	if (cardea_text_print(name, sizeof(name), "%s/%s", kind, owner) ==
	    CARDEA_OK)
		cardea_diag_place(diag, NULL, 0, name);
}

enum cardea_status
cardea_store_get(struct cardea_store *store, const struct cardea_key *key,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	struct cardea_value sealed = { 0 };
	enum cardea_status status;

	status = store->driver->get(store->state, key, &sealed, diag);
	if (status == CARDEA_OK)
		status = cardea_seal_open(
		    &store->seal, key, &sealed, ret_value, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		name_record(diag, key);
	cardea_value_clear(&sealed);
	return status;
}

/* ---- commit ---- */

static bool
is_same_key(const struct cardea_key *a, const struct cardea_key *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
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
			if (is_same_key(&changes[i].key, &changes[j].key))
				return CARDEA_E_INTERNAL;
	}
	return CARDEA_OK;
}

enum cardea_status
cardea_store_commit(struct cardea_store *store,
    const struct cardea_change *changes, size_t count, struct cardea_diag *diag)
{
	struct cardea_change sealed_changes[CARDEA_CHANGES_MAX] = { 0 };
	struct cardea_value sealed[CARDEA_CHANGES_MAX] = { 0 };
	enum cardea_status status;

	status = check_changes(changes, count);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    status == CARDEA_E_RANGE ? "too much for one commit"
					     : "malformed commit");
	for (size_t i = 0; status == CARDEA_OK && i < count; i++) {
		sealed_changes[i] = changes[i];
		if (changes[i].kind != CARDEA_CHANGE_PUT)
			continue;
		status = cardea_seal_value(&store->seal, &changes[i].key,
		    changes[i].data, changes[i].len, &sealed[i]);
		sealed_changes[i].data = sealed[i].data;
		sealed_changes[i].len = sealed[i].len;
	}
	if (status == CARDEA_OK)
		status = store->driver->commit(
		    store->state, sealed_changes, count, diag);
	else
		cardea_diag_set(diag, status, "record cannot be sealed");
	for (size_t i = 0; i < count; i++)
		cardea_value_clear(&sealed[i]);
	return status;
}

/* ---- list ---- */

struct walk {
	const struct cardea_store *store;
	cardea_store_visit *visit;
	void *context;
	struct cardea_diag *diag;
	enum cardea_status status;
};

static bool
show_opened(const struct cardea_key *key, const struct cardea_value *sealed,
    void *context)
{
	struct walk *walk = context;
	struct cardea_value value = { 0 };
	bool go_on;

	walk->status = cardea_seal_open(
	    &walk->store->seal, key, sealed, &value, walk->diag);
	if (walk->status != CARDEA_OK) {
		name_record(walk->diag, key);
		return false;
	}
	go_on = walk->visit(key, &value, walk->context);
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
	enum cardea_status status;

	status = store->driver->list(
	    store->state, prefix, show_opened, &walk, diag);
	return status != CARDEA_OK ? status : walk.status;
}

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
