/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_NETLIST_SET_H
#define CARDEA_FACTS_NETLIST_SET_H

#include <stddef.h>
#include <stdint.h>

#include <cardea/status.h>

/*
 * The entries of an address list as they were read: in any order, over one
 * another, and each until a time of its own.
 */
struct cardea_netlist_range {
	unsigned char low[16]; /* both ends belong to it; v4 as v4-mapped */
	unsigned char high[16];
	int64_t until_s; /* the first second in which it is over; 0: never */
};

struct cardea_netlist_set {
	struct cardea_netlist_range *items;
	size_t count, size;
};

/* cardea_netlist_set_add: RANGE beyond CARDEA_LISTS_ENTRIES_MAX, MEMORY. */
CARDEA_MUST_USE enum cardea_status cardea_netlist_set_add(
    struct cardea_netlist_set *set, const struct cardea_netlist_range *range);

void cardea_netlist_set_clear(struct cardea_netlist_set *set);

typedef enum cardea_status (*cardea_netlist_visit)(
    const struct cardea_netlist_range *range, void *context);

/* cardea_netlist_set_join: sorts the entries, and calls visit for ranges that
 * hold the same addresses until the same times, in order and apart from one
 * another: where entries lie over one another the one that lasts longest
 * counts, and neighbours that end together are one. visit's status ends it. */
CARDEA_MUST_USE enum cardea_status cardea_netlist_set_join(
    struct cardea_netlist_set *set, cardea_netlist_visit visit, void *context);

#endif
