/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LAYOUT_H
#define CARDEA_STORE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The layout of LMDB 0.9's file (data version 1), as its mdb.c has it: pages,
 * of which the first two hold the roots.  For guard.c alone.
 */

#define META_MAGIC 0xBEEFC0DEu
#define META_VERSION 1u
#define PAGE_BRANCH 0x01
#define PAGE_LEAF 0x02
#define PAGE_OVERFLOW 0x04
#define PAGE_META 0x08
#define NODE_BIG 0x01
#define TREE_INTEGER_KEYS 0x08
#define TREE_NO_SUBDIR 0x4000 /* kept from the flags of the first open */
#define NO_PAGE ((size_t)-1)
#define FIRST_PAGE 2 /* after the two roots */
#define PAGE_SIZE_MIN 512
#define PAGE_SIZE_MAX 65536
#define DEPTH_MAX 16

struct page {
	size_t number;
	uint16_t pad;
	uint16_t flags;
	union {
		struct {
			uint16_t lower, upper;
		} space;
		uint32_t count; /* of an overflow's pages */
	} use;
	uint16_t nodes[]; /* offsets */
};

#define HEAD offsetof(struct page, nodes)

struct node {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint16_t low, high; /* branch: page number; leaf: size of data */
#else
	uint16_t high, low;
#endif
	uint16_t flags; /* branch: the page number's third part */
	uint16_t key_len;
	unsigned char bytes[];
};

struct tree {
	uint32_t pad; /* free list's: the page size */
	uint16_t flags;
	uint16_t depth;
	size_t branch_pages, leaf_pages, overflow_pages, entries;
	size_t root;
};

struct meta {
	uint32_t magic, version;
	void *address;
	size_t map_size;
	struct tree free, rows;
	size_t last_page;
	size_t revision;
};

_Static_assert(sizeof(struct node) == 8, "LMDB's node");
_Static_assert(HEAD == sizeof(size_t) + 8, "LMDB's page");

#endif
