/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/driver.h"
#include "store/guard.h"
#include "store/layout.h"
#include "store/row.h"

static enum cardea_status
damaged(struct cardea_diag *diag, const char *what)
{
	return cardea_diag_set(
	    diag, CARDEA_E_CORRUPT, "the store is damaged: %s", what);
}

/* ---- reading ---- */

static enum cardea_status
read_bytes(const struct cardea_guard *guard, size_t at, void *bytes, size_t len)
{
	ssize_t got = pread(guard->fd, bytes, len, (off_t)at);

	if (got < 0)
		return CARDEA_E_IO;
	return (size_t)got == len ? CARDEA_OK : CARDEA_E_CORRUPT;
}

static int
order_numbers(const void *a, const void *b)
{
	const size_t left = *(const size_t *)a, right = *(const size_t *)b;

	return (left > right) - (left < right);
}

static bool
is_free(const struct cardea_guard *guard, size_t number)
{
	return guard->freed_count > 0 &&
	    bsearch(&number, guard->freed, guard->freed_count,
		sizeof(*guard->freed), order_numbers) != NULL;
}

static bool
is_in_use(const struct cardea_guard *guard, size_t number)
{
	return number >= FIRST_PAGE && number <= guard->last_page &&
	    !is_free(guard, number);
}

/* ---- one page ---- */

static const struct node *
node_of(const struct page *page, size_t index)
{
	return (const struct node *)((const unsigned char *)page +
	    page->nodes[index]);
}

static size_t
node_count(const struct page *page)
{
	return (page->use.space.lower - HEAD) / sizeof(page->nodes[0]);
}

static size_t
child_of(const struct node *node)
{
	return (size_t)(node->low | (uint64_t)node->high << 16 |
	    (uint64_t)node->flags << 32);
}

static size_t
data_len(const struct node *node)
{
	return node->low | (size_t)node->high << 16;
}

static void
get_big(const struct node *node, size_t *ret_number)
{
	memcpy(ret_number, node->bytes + node->key_len, sizeof(*ret_number));
}

/* A long value: consecutive pages, the first of which says how many; more than
 * it needs, if it was longer once. */
static enum cardea_status
check_big(const struct cardea_guard *guard, const struct node *node)
{
	const size_t need = (HEAD - 1 + data_len(node)) / guard->page_size + 1;
	struct page head;
	enum cardea_status status;
	size_t number;

	get_big(node, &number);
	if (!is_in_use(guard, number))
		return CARDEA_E_CORRUPT;
	status = read_bytes(guard, number * guard->page_size, &head, HEAD);
	if (status != CARDEA_OK)
		return status;
	if (head.number != number || head.flags != PAGE_OVERFLOW ||
	    head.use.count < need ||
	    head.use.count > guard->last_page - number + 1)
		return CARDEA_E_CORRUPT;
	for (size_t i = 1; i < head.use.count; i++)
		if (is_free(guard, number + i))
			return CARDEA_E_CORRUPT;
	return CARDEA_OK;
}

static size_t
node_size(const struct page *page, const struct node *node)
{
	size_t size = sizeof(*node) + node->key_len;

	if (page->flags == PAGE_LEAF)
		size += (node->flags & NODE_BIG) != 0 ? sizeof(size_t)
						      : data_len(node);
	return size + size % 2;
}

/* The nodes of a page lie back to back from upper to its end: each within
 * it, all together exactly as long as that. */
static bool
check_nodes(const struct cardea_guard *guard, const struct page *page)
{
	const size_t count = node_count(page);
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		const size_t at = page->nodes[i];
		const struct node *node = node_of(page, i);

		if (at < page->use.space.upper || at % 2 != 0 ||
		    at > guard->page_size - sizeof(*node))
			return false;
		if (node->key_len > CARDEA_KEY_MAX ||
		    (page->flags == PAGE_LEAF &&
			(node->flags & ~NODE_BIG) != 0))
			return false;
		if (node_size(page, node) > guard->page_size - at)
			return false;
		total += node_size(page, node);
	}
	return total == guard->page_size - page->use.space.upper;
}

static bool
check_head(
    const struct cardea_guard *guard, const struct page *page, size_t number)
{
	const size_t lower = page->use.space.lower,
		     upper = page->use.space.upper;

	if (page->number != number || lower < HEAD || lower % 2 != 0 ||
	    upper < lower || upper > guard->page_size)
		return false;
	if (page->flags == PAGE_BRANCH)
		return node_count(page) >= 2;
	return page->flags == PAGE_LEAF && node_count(page) >= 1;
}

/* Reads a page into the room of its level and judges all of it but the order
 * of its keys, which depends on the tree. */
static enum cardea_status
read_page(struct cardea_guard *guard, size_t number, unsigned int level,
    unsigned int depth, const struct page **ret_page)
{
	unsigned char *room = guard->pages + level * guard->page_size;
	const struct page *page = (const struct page *)(const void *)room;
	enum cardea_status status;

	if (!is_in_use(guard, number))
		return CARDEA_E_CORRUPT;
	status = read_bytes(
	    guard, number * guard->page_size, room, guard->page_size);
	if (status != CARDEA_OK)
		return status;
	if (!check_head(guard, page, number) || !check_nodes(guard, page) ||
	    (page->flags == PAGE_LEAF) != (level + 1 == depth))
		return CARDEA_E_CORRUPT;
	for (size_t i = 0; page->flags == PAGE_LEAF && i < node_count(page);
	     i++) {
		if ((node_of(page, i)->flags & NODE_BIG) == 0)
			continue;
		status = check_big(guard, node_of(page, i));
		if (status != CARDEA_OK)
			return status;
	}
	*ret_page = page;
	return CARDEA_OK;
}

/* ---- the tree of rows ---- */

/* Keys ascend; the first of a branch stands for "anything less" and is not
 * looked at. */
static bool
check_order(const struct page *page)
{
	const size_t first = page->flags == PAGE_BRANCH ? 1 : 0;

	for (size_t i = first; i < node_count(page); i++) {
		const struct node *node = node_of(page, i);
		const struct node *prev;

		if (node->key_len == 0)
			return false;
		if (i == first)
			continue;
		prev = node_of(page, i - 1);
		if (cardea_row_order(prev->bytes, prev->key_len, node->bytes,
			node->key_len) >= 0)
			return false;
	}
	return true;
}

static enum cardea_status
read_row_page(struct cardea_guard *guard, size_t number, unsigned int level,
    const struct page **ret_page)
{
	enum cardea_status status = read_page(
	    guard, number, level, guard->depth, ret_page);

	if (status == CARDEA_OK && !check_order(*ret_page))
		status = CARDEA_E_CORRUPT;
	return status;
}

/* A page beside the path, down its first and its last child: where a merge
 * looks for the lowest key, and where a cursor steps back to. */
static enum cardea_status
check_beside(struct cardea_guard *guard, size_t number, unsigned int level)
{
	const struct page *page = NULL;
	size_t first, last;
	enum cardea_status status;

	status = read_row_page(guard, number, level, &page);
	if (status != CARDEA_OK || page->flags == PAGE_LEAF)
		return status;
	first = child_of(node_of(page, 0));
	last = child_of(node_of(page, node_count(page) - 1));
	status = check_beside(guard, first, level + 1);
	if (status == CARDEA_OK)
		status = check_beside(guard, last, level + 1);
	return status;
}

/* The last child whose separator is not above key. */
static size_t
choose_child(const struct page *page, const struct cardea_key *key)
{
	size_t index = 0;

	for (size_t i = 1; i < node_count(page); i++) {
		const struct node *node = node_of(page, i);

		if (cardea_row_order(
			node->bytes, node->key_len, key->bytes, key->len) > 0)
			break;
		index = i;
	}
	return index;
}

static enum cardea_status
check_siblings(struct cardea_guard *guard, const struct page *page,
    size_t index, unsigned int level)
{
	const size_t last = node_count(page) - 1;
	const size_t beside[] = { 0, index > 0 ? index - 1 : 0,
		index < last ? index + 1 : last, last };
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; status == CARDEA_OK && i < 4; i++)
		if (beside[i] != index)
			status = check_beside(
			    guard, child_of(node_of(page, beside[i])), level);
	return status;
}

enum cardea_status
cardea_guard_path(struct cardea_guard *guard, const struct cardea_key *key,
    struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	const struct page *page = NULL;
	size_t number = guard->root, index;

	for (unsigned int level = 0; level < guard->depth; level++) {
		status = read_row_page(guard, number, level, &page);
		if (status != CARDEA_OK || page->flags == PAGE_LEAF)
			break;
		index = choose_child(page, key);
		number = child_of(node_of(page, index));
		status = check_siblings(guard, page, index, level + 1);
		if (status != CARDEA_OK)
			break;
	}
	if (status == CARDEA_E_CORRUPT)
		return damaged(diag, "a page is not what it should be");
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "a page cannot be read");
	return CARDEA_OK;
}

/* ---- the free list ---- */

static bool
add_freed(struct cardea_guard *guard, const size_t *list, size_t len)
{
	size_t *more;

	/* a count, then so many page numbers, descending */
	if (len < sizeof(*list) || list[0] > len / sizeof(*list) - 1 ||
	    list[0] > guard->last_page)
		return false;
	for (size_t i = 1; i <= list[0]; i++)
		if (list[i] < FIRST_PAGE || list[i] > guard->last_page ||
		    (i > 1 && list[i] >= list[i - 1]))
			return false;
	more = reallocarray(
	    guard->freed, guard->freed_count + list[0] + 1, sizeof(*more));
	if (more == NULL)
		return false;
	memcpy(more + guard->freed_count, list + 1, list[0] * sizeof(*more));
	guard->freed = more;
	guard->freed_count += list[0];
	return true;
}

static enum cardea_status
read_freed(struct cardea_guard *guard, const struct node *node)
{
	const size_t len = data_len(node);
	size_t number = 0, *list;
	enum cardea_status status = CARDEA_OK;

	if (node->key_len != sizeof(size_t) ||
	    len > guard->last_page * guard->page_size)
		return CARDEA_E_CORRUPT;
	/* a copy, since it need not be aligned where it is */
	list = malloc(len + sizeof(*list));
	if (list == NULL)
		return CARDEA_E_MEMORY;
	if ((node->flags & NODE_BIG) == 0) {
		memcpy(list, node->bytes + node->key_len, len);
	} else {
		get_big(node, &number);
		status = read_bytes(
		    guard, number * guard->page_size + HEAD, list, len);
	}
	if (status == CARDEA_OK && !add_freed(guard, list, len))
		status = CARDEA_E_CORRUPT;
	free(list);
	return status;
}

/* The whole tree: it is small, and every commit goes through all of it. */
static enum cardea_status
walk_free(struct cardea_guard *guard, size_t number, unsigned int level,
    unsigned int depth)
{
	const struct page *page = NULL;
	enum cardea_status status;
	size_t key, last = 0;

	status = read_page(guard, number, level, depth, &page);
	for (size_t i = 0; status == CARDEA_OK && i < node_count(page); i++) {
		const struct node *node = node_of(page, i);

		if (page->flags == PAGE_BRANCH) {
			status = walk_free(
			    guard, child_of(node), level + 1, depth);
			continue;
		}
		status = read_freed(guard, node);
		if (status != CARDEA_OK)
			break;
		memcpy(&key, node->bytes, sizeof(key));
		/* keyed by the commit that freed them */
		if (key <= last || key > guard->revision)
			status = CARDEA_E_CORRUPT;
		last = key;
	}
	return status;
}

static enum cardea_status
load_freed(struct cardea_guard *guard, const struct tree *tree)
{
	size_t *freed = NULL;
	size_t count;
	enum cardea_status status = CARDEA_OK;

	free(guard->freed);
	guard->freed = NULL;
	guard->freed_count = 0;
	if (tree->root != NO_PAGE)
		status = walk_free(guard, tree->root, 0, tree->depth);
	freed = guard->freed;
	count = guard->freed_count;
	if (status != CARDEA_OK || count == 0)
		return status;
	qsort(freed, count, sizeof(*freed), order_numbers);
	for (size_t i = 1; i < count; i++)
		if (freed[i] == freed[i - 1])
			return CARDEA_E_CORRUPT;
	return CARDEA_OK;
}

/* ---- the roots ---- */

static bool
check_tree(const struct tree *tree, const struct meta *meta)
{
	if (tree->root == NO_PAGE)
		return tree->depth == 0 && tree->entries == 0;
	return tree->root >= FIRST_PAGE && tree->root <= meta->last_page &&
	    tree->depth >= 1 && tree->depth <= DEPTH_MAX && tree->entries > 0;
}

static bool
check_meta(const struct page *page, const struct meta *meta, size_t number,
    size_t page_size)
{
	return page->number == number && page->flags == PAGE_META &&
	    meta->magic == META_MAGIC && meta->free.pad == page_size &&
	    (meta->free.flags & ~TREE_NO_SUBDIR) == TREE_INTEGER_KEYS &&
	    meta->rows.flags == 0 && check_tree(&meta->free, meta) &&
	    check_tree(&meta->rows, meta);
}

static enum cardea_status
read_meta(const struct cardea_guard *guard, size_t number, size_t page_size,
    struct meta *ret_meta)
{
	unsigned char bytes[HEAD + sizeof(struct meta)];
	struct page page;
	enum cardea_status status;

	status = read_bytes(guard, number * page_size, bytes, sizeof(bytes));
	if (status != CARDEA_OK)
		return status;
	memcpy(&page, bytes, HEAD);
	memcpy(ret_meta, bytes + HEAD, sizeof(*ret_meta));
	if (page_size == 0) /* not known yet: the first root tells */
		page_size = ret_meta->free.pad;
	if (ret_meta->magic == META_MAGIC && ret_meta->version != META_VERSION)
		return CARDEA_E_VERSION;
	return check_meta(&page, ret_meta, number, page_size)
	    ? CARDEA_OK
	    : CARDEA_E_CORRUPT;
}

/* Commits alternate between the two roots, so their numbers follow each other
 * and the newer one's parity tells its place: a root whose number was damaged
 * cannot pass for the older state. */
static enum cardea_status
read_roots(struct cardea_guard *guard, struct meta *ret_newer)
{
	struct meta metas[2];
	enum cardea_status status;
	size_t newer, size;

	status = read_meta(guard, 0, 0, &metas[0]);
	if (status != CARDEA_OK)
		return status;
	size = metas[0].free.pad;
	if (size < PAGE_SIZE_MIN || size > PAGE_SIZE_MAX ||
	    (size & (size - 1)) != 0)
		return CARDEA_E_CORRUPT;
	status = read_meta(guard, 1, size, &metas[1]);
	if (status != CARDEA_OK)
		return status;
	newer = metas[1].revision > metas[0].revision ? 1 : 0;
	if (metas[newer].revision != metas[1 - newer].revision + 1 ||
	    metas[newer].revision % 2 != newer)
		return CARDEA_E_CORRUPT;
	guard->page_size = size;
	*ret_newer = metas[newer];
	return CARDEA_OK;
}

static enum cardea_status
take_root(struct cardea_guard *guard, const struct meta *meta)
{
	struct stat st;

	if (fstat(guard->fd, &st) != 0)
		return CARDEA_E_IO;
	if (st.st_size < 0 ||
	    meta->last_page >= (size_t)st.st_size / guard->page_size)
		return CARDEA_E_CORRUPT;
	if (guard->pages == NULL)
		guard->pages = malloc(DEPTH_MAX * guard->page_size);
	if (guard->pages == NULL)
		return CARDEA_E_MEMORY;
	guard->revision = meta->revision;
	guard->last_page = meta->last_page;
	guard->root = meta->rows.root;
	guard->depth = meta->rows.root == NO_PAGE ? 0 : meta->rows.depth;
	return load_freed(guard, &meta->free);
}

enum cardea_status
cardea_guard_enter(struct cardea_guard *guard, struct cardea_diag *diag)
{
	const size_t old_size = guard->page_size;
	const uint64_t old_revision = guard->revision;
	struct meta meta;
	enum cardea_status status = read_roots(guard, &meta);

	if (status == CARDEA_OK && old_size != 0 &&
	    old_size != guard->page_size)
		status = CARDEA_E_CORRUPT;
	if (status == CARDEA_OK && old_revision == meta.revision)
		return CARDEA_OK;
	if (status == CARDEA_OK)
		status = take_root(guard, &meta);
	if (status == CARDEA_OK)
		return CARDEA_OK;
	guard->revision = 0; /* nothing of it may be reused */
	guard->page_size = old_size;
	if (status == CARDEA_E_CORRUPT)
		return damaged(diag, "its roots do not fit the file");
	return cardea_diag_set(diag, status,
	    status == CARDEA_E_VERSION ? "written by another kind of LMDB"
				       : "the roots cannot be read");
}

void
cardea_guard_clear(struct cardea_guard *guard)
{
	free(guard->freed);
	free(guard->pages);
	*guard = (struct cardea_guard){ .fd = -1 };
}
