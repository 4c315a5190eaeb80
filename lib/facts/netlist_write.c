/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/pack.h"
#include "facts/netlist_write.h"
#include "store/crypto.h"

#define PER_BLOCK(item) (CARDEA_NETLIST_BLOCK / (item))

/* Nodes of one level, as they will stand in the file. */
struct nodes {
	unsigned char *bytes;
	size_t count, size;
};

struct writer {
	int fd;
	unsigned char block[CARDEA_NETLIST_BLOCK]; /* of ranges */
	size_t filled;				   /* items in it */
	uint64_t ranges;
	struct nodes nodes; /* of level 1 */
};

/* --- the levels ------------------------------------------------------------
 */

static enum cardea_status
add_node(struct nodes *nodes, const unsigned char *block, size_t len)
{
	unsigned char *node;

	if (nodes->count == nodes->size) {
		size_t size = nodes->size == 0 ? 64 : nodes->size * 2;
		unsigned char *bytes = realloc(
		    nodes->bytes, size * CARDEA_NETLIST_NODE);

		if (bytes == NULL)
			return CARDEA_E_MEMORY;
		nodes->bytes = bytes;
		nodes->size = size;
	}
	node = nodes->bytes + nodes->count++ * CARDEA_NETLIST_NODE;
	memcpy(node, block, 16);
	return cardea_crypto_sha256(block, len, node + 16);
}

static enum cardea_status
flush(struct writer *writer)
{
	size_t len = writer->filled * CARDEA_NETLIST_RANGE;
	enum cardea_status status;

	if (writer->filled == 0)
		return CARDEA_OK;
	writer->filled = 0;
	status = cardea_file_write_open(writer->fd, writer->block, len);
	if (status == CARDEA_OK)
		status = add_node(&writer->nodes, writer->block, len);
	return status;
}

static enum cardea_status
put_range(const struct cardea_netlist_range *range, void *context)
{
	struct writer *writer = context;
	unsigned char *item = writer->block +
	    writer->filled * CARDEA_NETLIST_RANGE;
	struct cardea_pack pack;

	memcpy(item, range->low, 16);
	memcpy(item + 16, range->high, 16);
	cardea_pack_init(&pack, item + 32, 8);
	cardea_pack_i64(&pack, range->until_s);
	writer->ranges++;
	if (++writer->filled < PER_BLOCK(CARDEA_NETLIST_RANGE))
		return cardea_pack_done(&pack);
	return flush(writer);
}

/* The level above: of each block of these nodes one. */
static enum cardea_status
rise(const struct nodes *nodes, struct nodes *ret_above)
{
	const size_t per_block = PER_BLOCK(CARDEA_NETLIST_NODE);
	struct nodes above = { .bytes = NULL };
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < nodes->count && status == CARDEA_OK;
	     i += per_block) {
		size_t left = nodes->count - i;

		status = add_node(&above,
		    nodes->bytes + i * CARDEA_NETLIST_NODE,
		    (left < per_block ? left : per_block) *
			CARDEA_NETLIST_NODE);
	}
	if (status == CARDEA_OK)
		*ret_above = above; /* moved */
	else
		free(above.bytes);
	return status;
}

/* A block whose node is alone in its level is the uppermost. */
static enum cardea_status
put_levels(struct writer *writer, unsigned char top[CARDEA_NETLIST_SUM])
{
	struct nodes *nodes = &writer->nodes;
	enum cardea_status status = CARDEA_OK;

	while (status == CARDEA_OK && nodes->count > 1) {
		struct nodes above = { .bytes = NULL };

		status = cardea_file_write_open(writer->fd, nodes->bytes,
		    nodes->count * CARDEA_NETLIST_NODE);
		if (status == CARDEA_OK)
			status = rise(nodes, &above);
		if (status == CARDEA_OK) {
			free(nodes->bytes);
			*nodes = above; /* moved */
		}
	}
	if (status == CARDEA_OK && nodes->count == 1)
		memcpy(top, nodes->bytes + 16, CARDEA_NETLIST_SUM);
	return status;
}

/* --- the file --------------------------------------------------------------
 */

static enum cardea_status
write_at(int fd, uint64_t offset, const void *bytes, size_t len)
{
	if (lseek(fd, (off_t)offset, SEEK_SET) < 0)
		return CARDEA_E_IO;
	return cardea_file_write_open(fd, bytes, len);
}

static enum cardea_status
put_header(int fd, const struct cardea_netlist_header *header)
{
	unsigned char bytes[CARDEA_NETLIST_HEADER];
	enum cardea_status status = cardea_netlist_seal(header, bytes);

	if (status == CARDEA_OK)
		status = write_at(fd, 0, bytes, sizeof(bytes));
	return status;
}

static enum cardea_status
tell(enum cardea_status status, struct cardea_diag *diag)
{
	return cardea_diag_set(
	    diag, status, "cannot be written: %s", cardea_status_text(status));
}

enum cardea_status
cardea_netlist_write(int fd, struct cardea_netlist_set *set,
    struct cardea_netlist_header *header, struct cardea_diag *diag)
{
	struct cardea_netlist_level levels[CARDEA_NETLIST_LEVELS];
	struct writer *writer = calloc(1, sizeof(*writer));
	enum cardea_status status;

	if (writer == NULL)
		return tell(CARDEA_E_MEMORY, diag);
	writer->fd = fd;
	memset(header->top, 0, sizeof(header->top));
	/* a header that is no header, until all is there */
	status = write_at(fd, 0, writer->block, CARDEA_NETLIST_HEADER);
	if (status == CARDEA_OK)
		status = cardea_netlist_set_join(set, put_range, writer);
	if (status == CARDEA_OK)
		status = flush(writer);
	if (status == CARDEA_OK)
		status = put_levels(writer, header->top);
	header->ranges = writer->ranges;
	(void)cardea_netlist_levels(header->ranges, levels, &header->len);
	if (status == CARDEA_OK)
		status = put_header(fd, header);
	free(writer->nodes.bytes);
	free(writer);
	return status == CARDEA_OK ? CARDEA_OK : tell(status, diag);
}

/* --- again -----------------------------------------------------------------
 */

/* One block, by what the level above has of it, to its place in the new file,
 * and all that is below it. */
static enum cardea_status
copy_block(const struct cardea_netlist *old, size_t level, uint64_t block,
    const unsigned char wanted[CARDEA_NETLIST_SUM], int fd)
{
	const struct cardea_netlist_level *at = &old->levels[level];
	unsigned char bytes[CARDEA_NETLIST_BLOCK];
	uint64_t first = block * at->per_block;
	enum cardea_status status;
	size_t count;

	status = cardea_netlist_block(old, level, block, wanted, bytes, &count);
	if (status == CARDEA_OK)
		status = write_at(
		    fd, at->offset + first * at->item, bytes, count * at->item);
	/* down the tree; its depth is CARDEA_NETLIST_LEVELS at most */
	for (size_t i = 0; level > 0 && i < count && status == CARDEA_OK; i++)
		status = copy_block(old, level - 1, first + i,
		    bytes + i * CARDEA_NETLIST_NODE + 16, fd);
	return status;
}

enum cardea_status
cardea_netlist_renew(const struct cardea_netlist *old, int64_t prepared_s,
    int fd, struct cardea_diag *diag)
{
	struct cardea_netlist_header header = old->header;
	enum cardea_status status = CARDEA_OK;

	header.prepared_s = prepared_s;
	if (old->level_count > 0)
		status = copy_block(
		    old, old->level_count - 1, 0, old->header.top, fd);
	if (status == CARDEA_OK)
		status = put_header(fd, &header);
	if (status == CARDEA_E_CORRUPT)
		return cardea_diag_set(diag, status, "is damaged");
	return status == CARDEA_OK ? CARDEA_OK : tell(status, diag);
}
