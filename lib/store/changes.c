/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/changes.h"

static enum cardea_status
add(struct cardea_changes *changes, enum cardea_change_kind kind,
    const struct cardea_key *key, uint64_t version)
{
	struct cardea_change *item;

	if (changes->count >= CARDEA_CHANGES_MAX)
		return CARDEA_E_RANGE;
	item = &changes->items[changes->count];
	*item = (struct cardea_change){
		.kind = kind, .key = *key, .version = version
	};
	changes->values[changes->count] = (struct cardea_value){ 0 };
	changes->count++;
	return CARDEA_OK;
}

enum cardea_status
cardea_changes_put(struct cardea_changes *changes, const struct cardea_key *key,
    uint64_t version, struct cardea_value *value)
{
	enum cardea_status status = add(
	    changes, CARDEA_CHANGE_PUT, key, version);
	size_t last = changes->count - 1;

	if (status != CARDEA_OK) {
		cardea_value_clear(value);
		return status;
	}
	changes->values[last] = *value; /* moved */
	*value = (struct cardea_value){ 0 };
	changes->items[last].data = changes->values[last].data;
	changes->items[last].len = changes->values[last].len;
	return CARDEA_OK;
}

enum cardea_status
cardea_changes_delete(struct cardea_changes *changes,
    const struct cardea_key *key, uint64_t version)
{
	return add(changes, CARDEA_CHANGE_DELETE, key, version);
}

enum cardea_status
cardea_changes_check(struct cardea_changes *changes,
    const struct cardea_key *key, uint64_t version)
{
	return add(changes, CARDEA_CHANGE_CHECK, key, version);
}

bool
cardea_changes_has(
    const struct cardea_changes *changes, const struct cardea_key *key)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct cardea_key *other = &changes->items[i].key;

		if (other->len == key->len &&
		    memcmp(other->bytes, key->bytes, key->len) == 0)
			return true;
	}
	return false;
}

size_t
cardea_changes_room(const struct cardea_changes *changes)
{
	return CARDEA_CHANGES_MAX - changes->count;
}

void
cardea_changes_clear(struct cardea_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++)
		cardea_value_clear(&changes->values[i]);
	changes->count = 0;
}
