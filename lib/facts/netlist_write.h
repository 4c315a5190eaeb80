/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_NETLIST_WRITE_H
#define CARDEA_FACTS_NETLIST_WRITE_H

#include "facts/netlist_form.h"
#include "facts/netlist_set.h"

/*
 * What `cardea refresh` writes.  The caller makes the file, which is empty,
 * writable and readable, and puts it in place by renaming when it is whole.
 */

/* cardea_netlist_write: the set, which is sorted by that, as a prepared list.
 * Of the header the caller fills id, times, entries and source; the rest is
 * filled here. Memory: a thousandth of the file. FULL, IO, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_netlist_write(int fd, struct cardea_netlist_set *set,
    struct cardea_netlist_header *header, struct cardea_diag *diag);

/* cardea_netlist_renew: the same list with another prepared_s, each block
 * judged on the way. CORRUPT: the old one is damaged. */
CARDEA_MUST_USE enum cardea_status
cardea_netlist_renew(const struct cardea_netlist *old, int64_t prepared_s,
    int fd, struct cardea_diag *diag);

#endif
