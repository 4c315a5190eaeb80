/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/keyset.h"

/* As long as it has to be: a whole key has room for the longest. */
struct cardea_keyset_item {
	size_t len;
	unsigned char bytes[];
};

static enum cardea_status
make_room(struct cardea_keyset *set)
{
	size_t cap = set->cap == 0 ? 64 : 2 * set->cap;
	struct cardea_keyset_item **items;

	if (set->count < set->cap)
		return CARDEA_OK;
	items = reallocarray(
	    set->items, cap, sizeof(struct cardea_keyset_item *));
	if (items == NULL)
		return CARDEA_E_MEMORY;
	set->items = items;
	set->cap = cap;
	return CARDEA_OK;
}

enum cardea_status
cardea_keyset_add(struct cardea_keyset *set, const struct cardea_key *key)
{
	struct cardea_keyset_item *item;
	enum cardea_status status = make_room(set);

	if (status != CARDEA_OK)
		return status;
	item = malloc(sizeof(*item) + key->len);
	if (item == NULL)
		return CARDEA_E_MEMORY;
	item->len = key->len;
	memcpy(item->bytes, key->bytes, key->len);
	set->items[set->count++] = item;
	set->sorted = false;
	return CARDEA_OK;
}

static int
compare(
    const unsigned char *a, size_t a_len, const unsigned char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int
by_bytes(const void *a, const void *b)
{
	const struct cardea_keyset_item *x = *(
	    struct cardea_keyset_item *const *)a;
	const struct cardea_keyset_item *y = *(
	    struct cardea_keyset_item *const *)b;

	return compare(x->bytes, x->len, y->bytes, y->len);
}

static int
by_key(const void *wanted, const void *member)
{
	const struct cardea_key *key = wanted;
	const struct cardea_keyset_item *item = *(
	    struct cardea_keyset_item *const *)member;

	return compare(key->bytes, key->len, item->bytes, item->len);
}

bool
cardea_keyset_has(struct cardea_keyset *set, const struct cardea_key *key)
{
	if (set->count == 0)
		return false;
	if (!set->sorted)
		qsort(set->items, set->count, sizeof(set->items[0]), by_bytes);
	set->sorted = true;
	return bsearch(key, set->items, set->count, sizeof(set->items[0]),
		   by_key) != NULL;
}

void
cardea_keyset_clear(struct cardea_keyset *set)
{
	for (size_t i = 0; i < set->count; i++)
		free(set->items[i]);
	free(set->items);
	*set = (struct cardea_keyset){ .count = 0 };
}
