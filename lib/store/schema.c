/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/schema.h"
#include "base/pack.h"

static enum cardea_status
read_schema(struct cardea_store *store, uint32_t *ret_schema,
    uint64_t *ret_version, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_unpack unpack;
	struct cardea_key key;
	enum cardea_status status;
	uint32_t schema;

	status = cardea_key_make(CARDEA_KIND_SCHEMA, "", "", &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_unpack_init(&unpack, value.data, value.len);
	schema = cardea_unpack_u32(&unpack);
	if (cardea_unpack_done(&unpack) != CARDEA_OK || schema == 0)
		status = cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "schema record malformed");
	if (status == CARDEA_OK) {
		*ret_schema = schema;
		*ret_version = value.version;
	}
	cardea_value_clear(&value);
	return status;
}

enum cardea_status
cardea_schema_write(struct cardea_store *store, uint64_t expected,
    uint32_t schema, struct cardea_diag *diag)
{
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.version = expected };
	unsigned char bytes[4];
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_u32(&pack, schema);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		status = cardea_key_make(
		    CARDEA_KIND_SCHEMA, "", "", &change.key);
	if (status != CARDEA_OK)
		return status;
	change.data = bytes;
	change.len = pack.len;
	return cardea_store_commit(store, &change, 1, diag);
}

static const struct cardea_migration *
find_step(const struct cardea_migration *table, size_t count, uint32_t from)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].from == from)
			return &table[i];
	return NULL;
}

static enum cardea_status
migrate_once(struct cardea_store *store, const struct cardea_migration *step,
    uint64_t version, struct cardea_diag *diag)
{
	enum cardea_status status = step->step(store, diag);

	if (status == CARDEA_OK)
		status = cardea_schema_write(
		    store, version, step->from + 1, diag);
	/* another process was first: so much the better */
	return status == CARDEA_E_CONFLICT ? CARDEA_OK : status;
}

enum cardea_status
cardea_schema_migrate(struct cardea_store *store,
    const struct cardea_migration *table, size_t count, uint32_t goal,
    bool may_write, struct cardea_diag *diag)
{
	const struct cardea_migration *step;
	enum cardea_status status;
	uint64_t version = 0;
	uint32_t schema = 0;

	status = read_schema(store, &schema, &version, diag);
	while (status == CARDEA_OK && schema < goal) {
		step = may_write ? find_step(table, count, schema) : NULL;
		if (step == NULL)
			break;
		status = migrate_once(store, step, version, diag);
		if (status == CARDEA_OK)
			status = read_schema(store, &schema, &version, diag);
	}
	if (status == CARDEA_OK && schema != goal)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "store has schema %u, this release wants %u", schema, goal);
	return status;
}
