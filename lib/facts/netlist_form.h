/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_NETLIST_FORM_H
#define CARDEA_FACTS_NETLIST_FORM_H

#include <stdint.h>

#include "facts/netlist.h"

/*
 * A prepared list inside.
 *
 *   header     magic, version, check sum of the rest of the header
 *   level 0    the ranges, sorted and apart from one another, 204 to a block
 *   level 1..  of each block of the level below its first address and its
 *              SHA-256, 170 to a block; the last level is one block, whose
 *              SHA-256 stands in the header
 *
 * A look-up goes down from there: a block is read and judged, then searched,
 * and what it says of the next one is what that is judged by.  So it reads one
 * block a level, four of 8 KiB at most, whatever the length of the list.  Sums
 * find damage, not malice: a list is as safe as the folder that only root
 * writes.  Numbers are little endian; addresses are in network order, IPv4 as
 * v4-mapped.
 */

#define CARDEA_NETLIST_MAGIC "CARDEAL\n" /* 8 bytes */
#define CARDEA_NETLIST_VERSION 1u
#define CARDEA_NETLIST_SUM 32
#define CARDEA_NETLIST_BLOCK 8192 /* bytes at most */
#define CARDEA_NETLIST_RANGE 40	  /* low, high, end */
#define CARDEA_NETLIST_NODE 48	  /* first address, sum */
#define CARDEA_NETLIST_LEVELS 6

/* magic, version, sum; then the part that is summed */
#define CARDEA_NETLIST_PREFIX (8 + 4 + CARDEA_NETLIST_SUM)
#define CARDEA_NETLIST_HEADER                                                  \
	(CARDEA_NETLIST_PREFIX + 6 * 8 + 5 * 8 + CARDEA_NETLIST_SUM)

/* Overlaps of entries that end at different times split them. */
#define CARDEA_NETLIST_RANGES_MAX (2 * (uint64_t)CARDEA_LISTS_ENTRIES_MAX)

/* A state of a source file: whether it was written since, or replaced. */
struct cardea_netlist_source {
	uint64_t device, inode, size;
	int64_t modified_ns, changed_ns;
};

struct cardea_netlist_header {
	uint64_t len; /* of the file */
	uint64_t id;  /* of the list: a file under another's name is none */
	int64_t prepared_s, expires_s;
	uint64_t entries, ranges;
	struct cardea_netlist_source source;
	unsigned char top[CARDEA_NETLIST_SUM];
};

struct cardea_netlist_level {
	uint64_t offset, count; /* of items */
	size_t item, per_block;
};

/* cardea_netlist_levels: how many there are, and where; *ret_len is the whole
 * file. */
size_t cardea_netlist_levels(uint64_t ranges,
    struct cardea_netlist_level levels[CARDEA_NETLIST_LEVELS],
    uint64_t *ret_len);

/* cardea_netlist_seal: the header as bytes, its check sum in it. */
CARDEA_MUST_USE enum cardea_status
cardea_netlist_seal(const struct cardea_netlist_header *header,
    unsigned char ret_bytes[CARDEA_NETLIST_HEADER]);

/* An open prepared list. */
struct cardea_netlist {
	int fd; /* borrowed */
	struct cardea_netlist_header header;
	size_t level_count;
	struct cardea_netlist_level levels[CARDEA_NETLIST_LEVELS];
};

/* cardea_netlist_is_one: does it say that it is a prepared list, of whatever
 * version? */
bool cardea_netlist_is_one(int fd);

/* cardea_netlist_open: judges the header. CORRUPT, VERSION, IO. */
CARDEA_MUST_USE enum cardea_status cardea_netlist_open(
    int fd, struct cardea_netlist *ret_list, struct cardea_diag *diag);

/* cardea_netlist_block: one block, read and judged by the sum that the level
 * above has of it; how many items it has. CORRUPT, IO. */
CARDEA_MUST_USE enum cardea_status
cardea_netlist_block(const struct cardea_netlist *list, size_t level,
    uint64_t block, const unsigned char wanted[CARDEA_NETLIST_SUM],
    unsigned char bytes[CARDEA_NETLIST_BLOCK], size_t *ret_count);

/* cardea_netlist_find: is the address in it, now? CORRUPT, IO. */
CARDEA_MUST_USE enum cardea_status cardea_netlist_find(
    const struct cardea_netlist *list, const unsigned char address[16],
    int64_t now_s, enum cardea_known *ret_known);

#endif
