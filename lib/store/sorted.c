/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/sorted.h"

struct item {
	struct cardea_key key;
	struct cardea_value value;
};

struct gathered {
	size_t count, room;
	struct item *items;
	enum cardea_status status;
};

static enum cardea_status
make_room(struct gathered *all)
{
	size_t room = all->room == 0 ? 64 : 2 * all->room;
	struct item *items;

	if (all->count < all->room)
		return CARDEA_OK;
	items = reallocarray(all->items, room, sizeof(*items));
	if (items == NULL)
		return CARDEA_E_MEMORY;
	all->items = items;
	all->room = room;
	return CARDEA_OK;
}

static bool
gather(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct gathered *all = context;
	struct item *item;

	all->status = make_room(all);
	if (all->status != CARDEA_OK)
		return false;
	item = &all->items[all->count];
	item->key = *key;
	item->value = *value;
	item->value.data = malloc(value->len + 1);
	if (item->value.data == NULL) {
		all->status = CARDEA_E_MEMORY;
		return false;
	}
	memcpy(item->value.data, value->data, value->len);
	all->count++;
	return true;
}

static int
by_key(const void *a, const void *b)
{
	const struct cardea_key *x = &((const struct item *)a)->key;
	const struct cardea_key *y = &((const struct item *)b)->key;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->bytes, y->bytes, len);

	if (order != 0)
		return order;
	return (x->len > y->len) - (x->len < y->len);
}

enum cardea_status
cardea_store_list_sorted(struct cardea_store *store,
    const struct cardea_key *prefix, cardea_store_visit *visit, void *context,
    struct cardea_diag *diag)
{
	struct gathered all = { .status = CARDEA_OK };
	enum cardea_status status;
	bool go_on = true;

	status = cardea_store_list(store, prefix, gather, &all, diag);
	if (status == CARDEA_OK)
		status = all.status;
	if (all.count > 1)
		qsort(all.items, all.count, sizeof(*all.items), by_key);
	for (size_t i = 0; i < all.count; i++) {
		struct item *item = &all.items[i];

		if (status == CARDEA_OK && go_on)
			go_on = visit(&item->key, &item->value, context);
		cardea_value_clear(&item->value);
	}
	free(all.items);
	return status;
}
