/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_GUARD_H
#define CARDEA_STORE_GUARD_H

#include <stddef.h>
#include <stdint.h>

#include <cardea/store.h>

/*
 * Looks at LMDB's file before LMDB does.  LMDB believes what it reads: a
 * damaged page makes it abort, run wild or answer wrongly.  So the pages that
 * an operation is about to visit are read and judged first: both roots, the
 * whole list of free pages, and for each key the path to it with the
 * neighbours that a merge could touch.  A page of the tree must not be a free
 * one: a pointer that went astray to an older copy of a page is seen by that.
 *
 * The cost is a dozen page reads from the cache, whatever the size.  Knows the
 * layout of LMDB 0.9 (data version 1), not its functions; reads only; the
 * caller sees to it that nobody writes meanwhile.
 */
struct cardea_guard {
	int fd;
	size_t page_size;
	uint64_t revision; /* of the newer root */
	size_t last_page;
	size_t root;	    /* of the rows; none: no rows */
	unsigned int depth; /* levels below root, itself included */
	size_t *freed;	    /* ascending */
	size_t freed_count;
	unsigned char *pages; /* one for each level */
};

/* cardea_guard_enter: judges roots and free pages; again at the start of each
 * transaction, cheap if nothing was committed since. Begin with fd set and
 * the rest zero. CORRUPT, VERSION, IO, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_guard_enter(struct cardea_guard *guard, struct cardea_diag *diag);

/* cardea_guard_path: judges the way to key. */
CARDEA_MUST_USE enum cardea_status cardea_guard_path(struct cardea_guard *guard,
    const struct cardea_key *key, struct cardea_diag *diag);

void cardea_guard_clear(struct cardea_guard *guard);

#endif
