/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "base/pack.h"
#include "facts/netlist_form.h"
#include "store/crypto.h"

#define MAGIC_LEN 8

size_t
cardea_netlist_levels(uint64_t ranges,
    struct cardea_netlist_level levels[CARDEA_NETLIST_LEVELS],
    uint64_t *ret_len)
{
	uint64_t offset = CARDEA_NETLIST_HEADER, count = ranges;
	size_t level = 0;

	while (count > 0 && level < CARDEA_NETLIST_LEVELS) {
		struct cardea_netlist_level *at = &levels[level];

		at->item = level == 0 ? CARDEA_NETLIST_RANGE
				      : CARDEA_NETLIST_NODE;
		at->per_block = CARDEA_NETLIST_BLOCK / at->item;
		at->offset = offset;
		at->count = count;
		offset += count * at->item;
		level++;
		if (count <= at->per_block)
			break;
		count = (count + at->per_block - 1) / at->per_block;
	}
	*ret_len = offset;
	return level;
}

/* --- the header ------------------------------------------------------------
 */

static void
put_bytes(struct cardea_pack *pack, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		cardea_pack_u8(pack, ((const unsigned char *)bytes)[i]);
}

static void
get_bytes(struct cardea_unpack *unpack, unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = cardea_unpack_u8(unpack);
}

static enum cardea_status
sum_header(const unsigned char bytes[CARDEA_NETLIST_HEADER],
    unsigned char ret_sum[CARDEA_NETLIST_SUM])
{
	return cardea_crypto_sha256(bytes + CARDEA_NETLIST_PREFIX,
	    CARDEA_NETLIST_HEADER - CARDEA_NETLIST_PREFIX, ret_sum);
}

enum cardea_status
cardea_netlist_seal(const struct cardea_netlist_header *header,
    unsigned char ret_bytes[CARDEA_NETLIST_HEADER])
{
	static const unsigned char no_sum[CARDEA_NETLIST_SUM];
	unsigned char bytes[CARDEA_NETLIST_HEADER];
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	put_bytes(&pack, CARDEA_NETLIST_MAGIC, MAGIC_LEN);
	cardea_pack_u32(&pack, CARDEA_NETLIST_VERSION);
	put_bytes(&pack, no_sum, sizeof(no_sum));
	cardea_pack_u64(&pack, header->len);
	cardea_pack_u64(&pack, header->id);
	cardea_pack_i64(&pack, header->prepared_s);
	cardea_pack_i64(&pack, header->expires_s);
	cardea_pack_u64(&pack, header->entries);
	cardea_pack_u64(&pack, header->ranges);
	cardea_pack_u64(&pack, header->source.device);
	cardea_pack_u64(&pack, header->source.inode);
	cardea_pack_u64(&pack, header->source.size);
	cardea_pack_i64(&pack, header->source.modified_ns);
	cardea_pack_i64(&pack, header->source.changed_ns);
	put_bytes(&pack, header->top, sizeof(header->top));
	if (cardea_pack_done(&pack) != CARDEA_OK || pack.len != sizeof(bytes))
		return CARDEA_E_INTERNAL;
	status = sum_header(bytes, bytes + MAGIC_LEN + 4);
	if (status == CARDEA_OK)
		memcpy(ret_bytes, bytes, sizeof(bytes));
	return status;
}

/* Exactly len bytes; CORRUPT where the file ends before. */
static enum cardea_status
read_at(int fd, uint64_t offset, unsigned char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t got = pread(fd, bytes, len, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return CARDEA_E_IO;
		if (got == 0)
			return CARDEA_E_CORRUPT;
		bytes += got;
		offset += (uint64_t)got;
		len -= (size_t)got;
	}
	return CARDEA_OK;
}

static void
unpack_header(const unsigned char bytes[CARDEA_NETLIST_HEADER],
    struct cardea_netlist_header *header)
{
	struct cardea_unpack unpack;

	cardea_unpack_init(&unpack, bytes + CARDEA_NETLIST_PREFIX,
	    CARDEA_NETLIST_HEADER - CARDEA_NETLIST_PREFIX);
	header->len = cardea_unpack_u64(&unpack);
	header->id = cardea_unpack_u64(&unpack);
	header->prepared_s = cardea_unpack_i64(&unpack);
	header->expires_s = cardea_unpack_i64(&unpack);
	header->entries = cardea_unpack_u64(&unpack);
	header->ranges = cardea_unpack_u64(&unpack);
	header->source.device = cardea_unpack_u64(&unpack);
	header->source.inode = cardea_unpack_u64(&unpack);
	header->source.size = cardea_unpack_u64(&unpack);
	header->source.modified_ns = cardea_unpack_i64(&unpack);
	header->source.changed_ns = cardea_unpack_i64(&unpack);
	get_bytes(&unpack, header->top, sizeof(header->top));
}

static enum cardea_status
judge_header(const unsigned char bytes[CARDEA_NETLIST_HEADER],
    struct cardea_netlist_header *header, struct cardea_diag *diag)
{
	unsigned char sum[CARDEA_NETLIST_SUM];
	struct cardea_unpack unpack;
	enum cardea_status status;

	if (memcmp(bytes, CARDEA_NETLIST_MAGIC, MAGIC_LEN) != 0)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "this is not a prepared address list");
	cardea_unpack_init(&unpack, bytes + MAGIC_LEN, 4);
	if (cardea_unpack_u32(&unpack) != CARDEA_NETLIST_VERSION)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "was prepared by another version: run cardea refresh");
	status = sum_header(bytes, sum);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "cannot compute a check sum");
	if (memcmp(sum, bytes + MAGIC_LEN + 4, sizeof(sum)) != 0)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT, "is damaged");
	unpack_header(bytes, header);
	return CARDEA_OK;
}

bool
cardea_netlist_is_one(int fd)
{
	unsigned char magic[MAGIC_LEN];

	return read_at(fd, 0, magic, sizeof(magic)) == CARDEA_OK &&
	    memcmp(magic, CARDEA_NETLIST_MAGIC, sizeof(magic)) == 0;
}

enum cardea_status
cardea_netlist_open(
    int fd, struct cardea_netlist *ret_list, struct cardea_diag *diag)
{
	unsigned char bytes[CARDEA_NETLIST_HEADER];
	struct cardea_netlist list = { .fd = fd };
	enum cardea_status status;
	struct stat st;
	uint64_t len;

	status = read_at(fd, 0, bytes, sizeof(bytes));
	if (status == CARDEA_E_IO)
		return cardea_diag_set(diag, status, "cannot be read");
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "is cut");
	status = judge_header(bytes, &list.header, diag);
	if (status != CARDEA_OK)
		return status;
	if (fstat(fd, &st) != 0)
		return cardea_diag_set(diag, CARDEA_E_IO, "cannot be examined");
	if (list.header.ranges > CARDEA_NETLIST_RANGES_MAX)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT, "is damaged");
	list.level_count = cardea_netlist_levels(
	    list.header.ranges, list.levels, &len);
	if (len != list.header.len || st.st_size < 0 ||
	    (uint64_t)st.st_size != len)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "is cut or has grown");
	*ret_list = list;
	return CARDEA_OK;
}

/* --- blocks ----------------------------------------------------------------
 */

enum cardea_status
cardea_netlist_block(const struct cardea_netlist *list, size_t level,
    uint64_t block, const unsigned char wanted[CARDEA_NETLIST_SUM],
    unsigned char bytes[CARDEA_NETLIST_BLOCK], size_t *ret_count)
{
	const struct cardea_netlist_level *at = &list->levels[level];
	uint64_t first = block * at->per_block;
	unsigned char sum[CARDEA_NETLIST_SUM];
	enum cardea_status status;
	size_t count;

	if (level >= list->level_count || first >= at->count)
		return CARDEA_E_CORRUPT;
	count = at->count - first < at->per_block ? (size_t)(at->count - first)
						  : at->per_block;
	status = read_at(
	    list->fd, at->offset + first * at->item, bytes, count * at->item);
	if (status == CARDEA_OK)
		status = cardea_crypto_sha256(bytes, count * at->item, sum);
	if (status == CARDEA_OK && memcmp(sum, wanted, sizeof(sum)) != 0)
		status = CARDEA_E_CORRUPT;
	if (status == CARDEA_OK)
		*ret_count = count;
	return status;
}

/* --- looking up ------------------------------------------------------------
 */

/* The last item that does not begin behind the address; count if there is
 * none. */
static size_t
search(const unsigned char *items, size_t count, size_t item,
    const unsigned char address[16])
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(items + middle * item, address, 16) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low > 0 ? low - 1 : count;
}

static enum cardea_known
judge_range(const unsigned char range[CARDEA_NETLIST_RANGE],
    const unsigned char address[16], int64_t now_s)
{
	struct cardea_unpack unpack;
	int64_t until_s;

	if (memcmp(range + 16, address, 16) < 0)
		return CARDEA_NO;
	cardea_unpack_init(&unpack, range + 32, 8);
	until_s = cardea_unpack_i64(&unpack);
	return until_s == 0 || now_s < until_s ? CARDEA_YES : CARDEA_NO;
}

enum cardea_status
cardea_netlist_find(const struct cardea_netlist *list,
    const unsigned char address[16], int64_t now_s,
    enum cardea_known *ret_known)
{
	unsigned char bytes[CARDEA_NETLIST_BLOCK];
	unsigned char wanted[CARDEA_NETLIST_SUM];
	uint64_t block = 0;

	memcpy(wanted, list->header.top, sizeof(wanted));
	for (size_t level = list->level_count; level-- > 0;) {
		const struct cardea_netlist_level *at = &list->levels[level];
		enum cardea_status status;
		size_t count, found;

		status = cardea_netlist_block(
		    list, level, block, wanted, bytes, &count);
		if (status != CARDEA_OK)
			return status;
		found = search(bytes, count, at->item, address);
		if (found == count)
			break;
		if (level == 0) {
			*ret_known = judge_range(
			    bytes + found * at->item, address, now_s);
			return CARDEA_OK;
		}
		block = block * at->per_block + found;
		memcpy(wanted, bytes + found * at->item + 16, sizeof(wanted));
	}
	*ret_known = CARDEA_NO;
	return CARDEA_OK;
}
