/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rig/history/broken.h"

#define KEPT 64
#define STALE_MS 200
#define EARLY_EVERY 5

static const struct cardea_driver *real;

struct kept {
	struct cardea_key key;
	struct cardea_value value;
	int64_t read_ms;
};
static struct kept kept[KEPT];

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
same_key(const struct cardea_key *left, const struct cardea_key *right)
{
	return left->len == right->len &&
	    memcmp(left->bytes, right->bytes, left->len) == 0;
}

static enum cardea_status
copy_value(const struct cardea_value *from, struct cardea_value *ret_value)
{
	struct cardea_value copy = { .version = from->version,
		.len = from->len };

	copy.data = malloc(from->len + 1);
	if (copy.data == NULL)
		return CARDEA_E_MEMORY;
	memcpy(copy.data, from->data, from->len);
	*ret_value = copy;
	return CARDEA_OK;
}

/* The place of the key; the oldest one where it has none. */
static struct kept *
place_of(const struct cardea_key *key)
{
	struct kept *oldest = &kept[0];

	for (size_t i = 0; i < KEPT; i++) {
		if (same_key(&kept[i].key, key))
			return &kept[i];
		if (kept[i].read_ms < oldest->read_ms)
			oldest = &kept[i];
	}
	return oldest;
}

static enum cardea_status
stale_get(struct cardea_driver_state *state, const struct cardea_key *key,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	struct kept *place = place_of(key);
	struct cardea_value value = { 0 };
	enum cardea_status status;

	if (same_key(&place->key, key) && now_ms() - place->read_ms < STALE_MS)
		return copy_value(&place->value, ret_value);
	status = real->get(state, key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_value_clear(&place->value);
	place->key = *key;
	place->read_ms = now_ms();
	status = copy_value(&value, &place->value);
	if (status != CARDEA_OK) {
		*place = (struct kept){ 0 };
		cardea_value_clear(&value);
		return status;
	}
	*ret_value = value;
	return CARDEA_OK;
}

/* Each change gets the version that its record has now. */
static enum cardea_status
lost_commit(struct cardea_driver_state *state,
    const struct cardea_change *changes, size_t count, struct cardea_diag *diag)
{
	struct cardea_change forced[CARDEA_CHANGES_MAX];

	memcpy(forced, changes, count * sizeof(*changes));
	for (size_t i = 0; i < count; i++) {
		struct cardea_value value = { 0 };
		enum cardea_status status = real->get(
		    state, &forced[i].key, &value, diag);

		if (status != CARDEA_OK && status != CARDEA_E_MISSING)
			return status;
		forced[i].version = value.version;
		cardea_value_clear(&value);
	}
	return real->commit(state, forced, count, diag);
}

static enum cardea_status
early_commit(struct cardea_driver_state *state,
    const struct cardea_change *changes, size_t count, struct cardea_diag *diag)
{
	static unsigned int calls;

	if (++calls % EARLY_EVERY == 0)
		return CARDEA_OK;
	return real->commit(state, changes, count, diag);
}

const struct cardea_driver *
broken_driver(const struct cardea_driver *right, const char *fault)
{
	static struct cardea_driver broken;

	real = right;
	broken = *right;
	if (strcmp(fault, "stale") == 0)
		broken.get = stale_get;
	else if (strcmp(fault, "lost") == 0)
		broken.commit = lost_commit;
	else if (strcmp(fault, "early") == 0)
		broken.commit = early_commit;
	else
		return NULL;
	return &broken;
}
