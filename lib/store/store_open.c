/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/etcd.h"
#include "store/inside.h"
#include "store/lmdb.h"
#include "store/names.h"

/* The way up from every schema there has been. Version 1 is the first. */
static const struct cardea_migration *const migrations = NULL;
static const size_t migration_count = 0;

/* ---- names and seals ---- */

void
cardea_store_name(struct cardea_diag *diag, const struct cardea_key *key)
{
	const char *kind, *owner, *id;
	char name[sizeof(diag->key)];

	if (cardea_key_split(key, &kind, &owner, &id) != CARDEA_OK)
		return;
	if (cardea_text_print(name, sizeof(name), "%s/%s", kind, owner) ==
	    CARDEA_OK)
		cardea_diag_place(diag, NULL, 0, name);
}

bool
cardea_store_is_same_key(const struct cardea_key *a, const struct cardea_key *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

enum cardea_status
cardea_store_outer(const struct cardea_store *store,
    const struct cardea_key *key, struct cardea_key *ret_outer)
{
	if (store->driver->shared)
		return cardea_names_outer(&store->seal, key, ret_outer);
	*ret_outer = *key;
	return CARDEA_OK;
}

enum cardea_status
cardea_store_open_record(const struct cardea_store *store,
    const struct cardea_key *outer, const struct cardea_value *sealed,
    struct cardea_key *ret_key, struct cardea_value *ret_value,
    struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_key key = *outer, again;
	enum cardea_status status;

	if (!store->driver->shared)
		status = cardea_seal_open(
		    &store->seal, outer, sealed, &value, diag);
	else
		status = cardea_seal_open_named(
		    &store->seal, outer, sealed, &key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	if (store->driver->shared &&
	    (cardea_names_outer(&store->seal, &key, &again) != CARDEA_OK ||
		!cardea_store_is_same_key(&again, outer))) {
		cardea_value_clear(&value);
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "a record of another name");
	}
	*ret_key = key;
	*ret_value = value; /* moved */
	return CARDEA_OK;
}

/* ---- what the store says of itself ---- */

struct cardea_key
cardea_store_schema_key(void)
{
	return (struct cardea_key){ .bytes = CARDEA_KIND_SCHEMA "\0",
		.len = sizeof(CARDEA_KIND_SCHEMA "\0") };
}

static enum cardea_status
open_schema(const struct cardea_store *store, const struct cardea_value *sealed,
    struct cardea_schema *ret_schema, struct cardea_diag *diag)
{
	const struct cardea_key outer = cardea_store_schema_key();
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_store_open_record(
	    store, &outer, sealed, &key, &value, diag);
	if (status == CARDEA_OK)
		status = cardea_schema_decode(&value, ret_schema, diag);
	if (status != CARDEA_OK)
		cardea_store_name(diag, &outer);
	cardea_value_clear(&value);
	return status;
}

static enum cardea_status
judge_state(const struct cardea_schema *schema, struct cardea_diag *diag)
{
	switch (schema->state) {
	case CARDEA_SCHEMA_ACTIVE:
		return CARDEA_OK;
	case CARDEA_SCHEMA_MOVED:
		return cardea_diag_set(diag, CARDEA_E_CLOSED,
		    "the store was moved to %s", schema->other);
	case CARDEA_SCHEMA_FILLING:
		return cardea_diag_set(diag, CARDEA_E_CLOSED,
		    "the store is being filled from %s", schema->other);
	}
	return CARDEA_E_INTERNAL;
}

static enum cardea_status
prefer_key(struct cardea_seal *seal, const struct cardea_schema *schema,
    struct cardea_diag *diag)
{
	unsigned char id[CARDEA_SEAL_ID];

	if (schema->key[0] == '\0')
		return CARDEA_OK;
	if (cardea_text_unhex(id, sizeof(id), schema->key) != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "schema record malformed");
	if (cardea_seal_prefer(seal, id) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "the store is sealed under the key %s, which the key file "
		    "of this host has not",
		    schema->key);
	return CARDEA_OK;
}

/* Takes the schema as it was read for what holds from now on. */
static enum cardea_status
settle(struct cardea_store *store, const struct cardea_schema *schema,
    struct cardea_diag *diag)
{
	enum cardea_status status = prefer_key(&store->seal, schema, diag);

	if (status == CARDEA_OK && !store->closed_too)
		status = judge_state(schema, diag);
	if (status == CARDEA_OK)
		store->schema = *schema;
	return status;
}

static enum cardea_status
read_schema(struct cardea_store *store, struct cardea_diag *diag)
{
	const struct cardea_key key = cardea_store_schema_key();
	struct cardea_value sealed = { 0 };
	struct cardea_schema schema;
	enum cardea_status status;

	status = store->driver->get(store->state, &key, &sealed, diag);
	if (status == CARDEA_OK)
		status = open_schema(store, &sealed, &schema, diag);
	if (status == CARDEA_OK)
		status = settle(store, &schema, diag);
	cardea_value_clear(&sealed);
	return status;
}

enum cardea_status
cardea_store_refresh(struct cardea_store *store, struct cardea_diag *diag)
{
	struct cardea_seal seal = { .count = 0 };
	enum cardea_status status;

	status = cardea_seal_load(store->seal_key_path, &seal, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_seal_clear(&store->seal);
	store->seal = seal; /* moved */
	return read_schema(store, diag);
}

/* ---- open and close ---- */

/* A key is made for a new store only: one that already holds records would
 * lose them to it. */
static enum cardea_status
make_key(const struct cardea_store_config *config, struct cardea_diag *diag)
{
	struct cardea_diag ignored = { 0 };
	enum cardea_status status;

	if (!config->create)
		return cardea_diag_set(
		    diag, CARDEA_E_MISSING, "the store is not initialised");
	status = cardea_keyring_create(config->seal_key_path, &ignored);
	if (status == CARDEA_E_CONFLICT)
		return CARDEA_OK;
	if (status != CARDEA_OK && diag != NULL)
		*diag = ignored;
	return status;
}

static enum cardea_status
make_schema(struct cardea_store *store, struct cardea_diag *diag)
{
	const struct cardea_schema first = { .number = CARDEA_SCHEMA_VERSION };
	enum cardea_status status = cardea_schema_put(store, &first, diag);

	/* another init was first; its key is the one just loaded */
	return status == CARDEA_E_CONFLICT ? read_schema(store, diag) : status;
}

static enum cardea_status
climb(struct cardea_store *store, const struct cardea_store_config *config,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	if (store->schema.number == CARDEA_SCHEMA_VERSION)
		return CARDEA_OK;
	status = cardea_schema_migrate(store, migrations, migration_count,
	    CARDEA_SCHEMA_VERSION, !config->read_only, diag);
	return status == CARDEA_OK ? read_schema(store, diag) : status;
}

static enum cardea_status
prepare(struct cardea_store *store, const struct cardea_store_config *config,
    struct cardea_diag *diag)
{
	const struct cardea_key key = cardea_store_schema_key();
	struct cardea_value sealed = { 0 };
	struct cardea_schema schema;
	enum cardea_status status;
	bool fresh;

	status = store->driver->get(store->state, &key, &sealed, diag);
	fresh = status == CARDEA_E_MISSING;
	if (fresh)
		status = make_key(config, diag);
	if (status == CARDEA_OK)
		status = cardea_seal_load(
		    config->seal_key_path, &store->seal, diag);
	if (status == CARDEA_OK && fresh)
		status = make_schema(store, diag);
	if (status == CARDEA_OK && !fresh)
		status = open_schema(store, &sealed, &schema, diag);
	if (status == CARDEA_OK && !fresh)
		status = settle(store, &schema, diag);
	cardea_value_clear(&sealed);
	return status == CARDEA_OK ? climb(store, config, diag) : status;
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
	store->closed_too = config->closed_too;
	store->seal_key_path = strdup(config->seal_key_path);
	status = store->seal_key_path == NULL
	    ? CARDEA_E_MEMORY
	    : driver->open(config, &store->state, diag);
	if (status == CARDEA_OK)
		status = prepare(store, config, diag);
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
	free(store->seal_key_path);
	free(store);
	return NULL;
}
