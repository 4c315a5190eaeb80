/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "facts/netlist_set.h"

#define FIRST 1024

enum cardea_status
cardea_netlist_set_add(
    struct cardea_netlist_set *set, const struct cardea_netlist_range *range)
{
	if (set->count == CARDEA_LISTS_ENTRIES_MAX)
		return CARDEA_E_RANGE;
	if (set->count == set->size) {
		size_t size = set->size == 0 ? FIRST : set->size * 3 / 2;
		struct cardea_netlist_range *items = realloc(
		    set->items, size * sizeof(*items));

		if (items == NULL)
			return CARDEA_E_MEMORY;
		set->items = items;
		set->size = size;
	}
	set->items[set->count++] = *range;
	return CARDEA_OK;
}

void
cardea_netlist_set_clear(struct cardea_netlist_set *set)
{
	free(set->items);
	memset(set, 0, sizeof(*set));
}

static int
compare(const void *a, const void *b)
{
	const struct cardea_netlist_range *left = a, *right = b;

	return memcmp(left->low, right->low, sizeof(left->low));
}

/* Most lists come in order, and sorting takes as much memory again. */
static void
sort(struct cardea_netlist_set *set)
{
	for (size_t i = 1; i < set->count; i++) {
		if (compare(&set->items[i - 1], &set->items[i]) > 0) {
			qsort(set->items, set->count, sizeof(*set->items),
			    compare);
			return;
		}
	}
}

/* --- numbers of 16 bytes ---------------------------------------------------
 */

/* false: it was the last there is */
static bool
step_up(unsigned char address[16])
{
	for (size_t i = 16; i-- > 0;) {
		if (++address[i] != 0)
			return true;
	}
	return false;
}

static void
step_down(unsigned char address[16])
{
	for (size_t i = 16; i-- > 0;) {
		if (address[i]-- != 0)
			return;
	}
}

/* --- what is over an address: a heap whose root lasts longest --------------
 */

struct join {
	const struct cardea_netlist_set *set;
	uint32_t *heap; /* numbers of items */
	size_t over, size;
	cardea_netlist_visit visit;
	void *context;
	struct cardea_netlist_range last; /* not visited yet */
	bool has_last;
};

static const struct cardea_netlist_range *
over(const struct join *join, size_t at)
{
	return &join->set->items[join->heap[at]];
}

static bool
lasts_longer(const struct join *join, size_t a, size_t b)
{
	int64_t left = over(join, a)->until_s, right = over(join, b)->until_s;

	if (left == right) /* the fewer come and go, the better */
		return memcmp(over(join, a)->high, over(join, b)->high, 16) > 0;
	return left == 0 || (right != 0 && left > right);
}

static void
swap(struct join *join, size_t a, size_t b)
{
	uint32_t held = join->heap[a];

	join->heap[a] = join->heap[b];
	join->heap[b] = held;
}

static enum cardea_status
push(struct join *join, size_t item)
{
	size_t at = join->over;

	if (join->over == join->size) {
		size_t size = join->size == 0 ? FIRST : join->size * 2;
		uint32_t *heap = realloc(join->heap, size * sizeof(*heap));

		if (heap == NULL)
			return CARDEA_E_MEMORY;
		join->heap = heap;
		join->size = size;
	}
	join->heap[join->over++] = (uint32_t)item;
	while (at > 0 && lasts_longer(join, at, (at - 1) / 2)) {
		swap(join, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
	return CARDEA_OK;
}

static void
pop(struct join *join)
{
	size_t at = 0;

	join->heap[0] = join->heap[--join->over];
	for (;;) {
		size_t first = at, child = 2 * at + 1;

		for (size_t i = child; i < child + 2 && i < join->over; i++) {
			if (lasts_longer(join, i, first))
				first = i;
		}
		if (first == at)
			return;
		swap(join, at, first);
		at = first;
	}
}

/* --- joining ---------------------------------------------------------------
 */

static enum cardea_status
emit(struct join *join, const unsigned char low[16],
    const unsigned char high[16], int64_t until_s)
{
	struct cardea_netlist_range *last = &join->last;
	enum cardea_status status = CARDEA_OK;
	unsigned char next[16];

	memcpy(next, last->high, 16);
	if (join->has_last && last->until_s == until_s && step_up(next) &&
	    memcmp(next, low, 16) == 0) {
		memcpy(last->high, high, 16);
		return CARDEA_OK;
	}
	if (join->has_last)
		status = join->visit(last, join->context);
	memcpy(last->low, low, 16);
	memcpy(last->high, high, 16);
	last->until_s = until_s;
	join->has_last = true;
	return status;
}

/* From address on, up to where something begins or the root ends. */
static enum cardea_status
emit_root(struct join *join, const unsigned char address[16], size_t next,
    unsigned char ret_end[16])
{
	const struct cardea_netlist_range *root = over(join, 0);
	const struct cardea_netlist_set *set = join->set;

	memcpy(ret_end, root->high, 16);
	if (next < set->count &&
	    memcmp(set->items[next].low, ret_end, 16) <= 0) {
		memcpy(ret_end, set->items[next].low, 16);
		step_down(ret_end); /* it begins behind address */
	}
	return emit(join, address, ret_end, root->until_s);
}

static enum cardea_status
sweep(struct join *join)
{
	const struct cardea_netlist_set *set = join->set;
	unsigned char address[16] = { 0 }, end[16];
	enum cardea_status status = CARDEA_OK;
	size_t next = 0;

	while (status == CARDEA_OK && (next < set->count || join->over > 0)) {
		if (join->over == 0)
			memcpy(address, set->items[next].low, 16);
		while (status == CARDEA_OK && next < set->count &&
		    memcmp(set->items[next].low, address, 16) <= 0)
			status = push(join, next++);
		while (join->over > 0 &&
		    memcmp(over(join, 0)->high, address, 16) < 0)
			pop(join);
		if (status != CARDEA_OK || join->over == 0)
			continue;
		status = emit_root(join, address, next, end);
		memcpy(address, end, 16);
		if (!step_up(address))
			break; /* that was the last address */
	}
	if (status == CARDEA_OK && join->has_last)
		status = join->visit(&join->last, join->context);
	return status;
}

enum cardea_status
cardea_netlist_set_join(
    struct cardea_netlist_set *set, cardea_netlist_visit visit, void *context)
{
	struct join join = {
		.set = set,
		.visit = visit,
		.context = context,
	};
	enum cardea_status status;

	sort(set);
	status = sweep(&join);
	free(join.heap);
	return status;
}
