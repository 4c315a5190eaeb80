/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "cert/crlindex_file.h"
#include "cert/crlindex_sort.h"

#define ITEM CARDEA_CRLINDEX_ENTRY

/* The key, then the reason: every other one before removeFromCRL. */
static bool
is_below(const unsigned char *one, const unsigned char *other)
{
	int order = memcmp(one, other, CARDEA_CRLINDEX_KEY);

	if (order != 0)
		return order < 0;
	return one[CARDEA_CRLINDEX_KEY] != CARDEA_CRL_REMOVED &&
	    other[CARDEA_CRLINDEX_KEY] == CARDEA_CRL_REMOVED;
}

static void
sink(unsigned char *items, size_t at, size_t count)
{
	unsigned char item[ITEM];

	memcpy(item, items + at * ITEM, ITEM);
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= count)
			break;
		if (child + 1 < count &&
		    is_below(items + child * ITEM, items + (child + 1) * ITEM))
			child++;
		if (!is_below(item, items + child * ITEM))
			break;
		memcpy(items + at * ITEM, items + child * ITEM, ITEM);
		at = child;
	}
	memcpy(items + at * ITEM, item, ITEM);
}

static bool
is_sorted(const unsigned char *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (is_below(items + i * ITEM, items + (i - 1) * ITEM))
			return false;
	}
	return true;
}

void
cardea_crlindex_sort(unsigned char *items, size_t count)
{
	if (is_sorted(items, count))
		return;
	for (size_t i = count / 2; i-- > 0;)
		sink(items, i, count);
	while (count-- > 1) {
		unsigned char item[ITEM];

		memcpy(item, items, ITEM);
		memcpy(items, items + count * ITEM, ITEM);
		memcpy(items + count * ITEM, item, ITEM);
		sink(items, 0, count);
	}
}

size_t
cardea_crlindex_unique(unsigned char *items, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned char *item = items + i * ITEM;

		if (kept > 0 &&
		    memcmp(items + (kept - 1) * ITEM, item,
			CARDEA_CRLINDEX_KEY) == 0)
			continue;
		if (kept != i)
			memcpy(items + kept * ITEM, item, ITEM);
		kept++;
	}
	return kept;
}
