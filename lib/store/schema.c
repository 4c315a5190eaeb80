/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/schema.h"
#include "base/pack.h"

static enum cardea_status
malformed(struct cardea_diag *diag)
{
	return cardea_diag_set(
	    diag, CARDEA_E_CORRUPT, "schema record malformed");
}

/* A store that was never moved, and whose key was never changed, has the
 * number alone, as it always had. */
enum cardea_status
cardea_schema_decode(const struct cardea_value *value,
    struct cardea_schema *ret_schema, struct cardea_diag *diag)
{
	struct cardea_schema schema = { .version = value->version };
	struct cardea_unpack unpack;
	uint32_t state = CARDEA_SCHEMA_ACTIVE;

	cardea_unpack_init(&unpack, value->data, value->len);
	schema.number = cardea_unpack_u32(&unpack);
	if (unpack.at < unpack.len) {
		state = cardea_unpack_u32(&unpack);
		cardea_unpack_text(&unpack, schema.other, sizeof(schema.other));
		cardea_unpack_text(
		    &unpack, schema.transfer, sizeof(schema.transfer));
		cardea_unpack_text(&unpack, schema.key, sizeof(schema.key));
	}
	if (cardea_unpack_done(&unpack) != CARDEA_OK || schema.number == 0 ||
	    state > CARDEA_SCHEMA_FILLING)
		return malformed(diag);
	schema.state = (enum cardea_schema_state)state;
	*ret_schema = schema;
	return CARDEA_OK;
}

static enum cardea_status
read_schema(struct cardea_store *store, struct cardea_schema *ret_schema,
    struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_SCHEMA, "", "", &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_schema_decode(&value, ret_schema, diag);
	cardea_value_clear(&value);
	return status;
}

enum cardea_status
cardea_schema_put(struct cardea_store *store,
    const struct cardea_schema *schema, struct cardea_diag *diag)
{
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.version = schema->version };
	unsigned char bytes[sizeof(*schema) + 32];
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_u32(&pack, schema->number);
	if (schema->state != CARDEA_SCHEMA_ACTIVE ||
	    schema->transfer[0] != '\0' || schema->key[0] != '\0') {
		cardea_pack_u32(&pack, schema->state);
		cardea_pack_text(&pack, schema->other);
		cardea_pack_text(&pack, schema->transfer);
		cardea_pack_text(&pack, schema->key);
	}
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		status = cardea_key_make(
		    CARDEA_KIND_SCHEMA, "", "", &change.key);
	if (status != CARDEA_OK)
		return status;
	change.data = bytes;
	change.len = pack.len;
	status = cardea_store_commit(store, &change, 1, diag);
	return status == CARDEA_OK ? cardea_store_refresh(store, diag) : status;
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
    struct cardea_schema *schema, struct cardea_diag *diag)
{
	enum cardea_status status = step->step(store, diag);

	schema->number = step->from + 1;
	if (status == CARDEA_OK)
		status = cardea_schema_put(store, schema, diag);
	/* another process was first: so much the better */
	return status == CARDEA_E_CONFLICT ? CARDEA_OK : status;
}

enum cardea_status
cardea_schema_migrate(struct cardea_store *store,
    const struct cardea_migration *table, size_t count, uint32_t goal,
    bool may_write, struct cardea_diag *diag)
{
	const struct cardea_migration *step;
	struct cardea_schema schema = { .number = 0 };
	enum cardea_status status;

	status = read_schema(store, &schema, diag);
	while (status == CARDEA_OK && schema.number < goal) {
		step = may_write ? find_step(table, count, schema.number)
				 : NULL;
		if (step == NULL)
			break;
		status = migrate_once(store, step, &schema, diag);
		if (status == CARDEA_OK)
			status = read_schema(store, &schema, diag);
	}
	if (status == CARDEA_OK && schema.number != goal)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "store has schema %u, this release wants %u", schema.number,
		    goal);
	return status;
}
