/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"
#include "cert/crlindex_file.h"
#include "store/crypto.h"

#define MAGIC_LEN 8

size_t
cardea_crlindex_levels(const struct cardea_crlindex_header *header,
    struct cardea_crlindex_level levels[CARDEA_CRLINDEX_LEVELS],
    size_t *ret_len)
{
	size_t offset = CARDEA_CRLINDEX_HEADER + (size_t)header->skeleton_len +
	    header->issuers_len;
	size_t count = header->entries, level = 0;

	while (count > 0 && level < CARDEA_CRLINDEX_LEVELS) {
		struct cardea_crlindex_level *at = &levels[level];

		at->item = level == 0 ? CARDEA_CRLINDEX_ENTRY
				      : CARDEA_CRLINDEX_NODE;
		at->per_block = level == 0 ? CARDEA_CRLINDEX_ENTRIES
					   : CARDEA_CRLINDEX_NODES;
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

enum cardea_status
cardea_crlindex_key(unsigned int issuer, const struct cardea_cert_bytes *serial,
    unsigned char ret_key[CARDEA_CRLINDEX_KEY])
{
	if (serial->len == 0 || serial->len > CARDEA_CRL_SERIAL_MAX)
		return CARDEA_E_RANGE;
	memset(ret_key, 0, CARDEA_CRLINDEX_KEY);
	ret_key[0] = (unsigned char)(issuer >> 8);
	ret_key[1] = (unsigned char)issuer;
	ret_key[2] = (unsigned char)serial->len;
	memcpy(ret_key + 3, serial->data, serial->len);
	return CARDEA_OK;
}

static void
put_bytes(struct cardea_pack *pack, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		cardea_pack_u8(pack, ((const unsigned char *)bytes)[i]);
}

static enum cardea_status
sum_head(const struct cardea_crlindex_header *header,
    const unsigned char *bytes, unsigned char ret_sum[CARDEA_CRLINDEX_SUM])
{
	return cardea_crypto_sha256(bytes + CARDEA_CRLINDEX_PREFIX,
	    CARDEA_CRLINDEX_HEADER - CARDEA_CRLINDEX_PREFIX +
		(size_t)header->skeleton_len + header->issuers_len,
	    ret_sum);
}

enum cardea_status
cardea_crlindex_seal(
    const struct cardea_crlindex_header *header, unsigned char *bytes)
{
	unsigned char sum[CARDEA_CRLINDEX_SUM] = { 0 };
	struct cardea_pack pack;
	enum cardea_status status = CARDEA_OK;

	for (int pass = 0; pass < 2 && status == CARDEA_OK; pass++) {
		cardea_pack_init(&pack, bytes, CARDEA_CRLINDEX_HEADER);
		put_bytes(&pack, CARDEA_CRLINDEX_MAGIC, MAGIC_LEN);
		cardea_pack_u32(&pack, CARDEA_CRLINDEX_VERSION);
		cardea_pack_u64(&pack, header->len);
		put_bytes(&pack, sum, sizeof(sum));
		cardea_pack_u32(&pack, header->entries);
		cardea_pack_u32(&pack, header->skeleton_len);
		cardea_pack_u32(&pack, header->issuers_len);
		cardea_pack_u32(&pack, header->issuers);
		cardea_pack_u64(&pack, header->source_len);
		put_bytes(&pack, header->key_hash, sizeof(header->key_hash));
		put_bytes(&pack, header->digest, sizeof(header->digest));
		put_bytes(&pack, header->top, sizeof(header->top));
		status = cardea_pack_done(&pack);
		if (status == CARDEA_OK)
			status = sum_head(header, bytes, sum);
	}
	return status;
}

static void
get_bytes(struct cardea_unpack *unpack, unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = cardea_unpack_u8(unpack);
}

static enum cardea_status
damaged(struct cardea_diag *diag)
{
	return cardea_diag_set(
	    diag, CARDEA_E_CORRUPT, "the index of a list is damaged");
}

static enum cardea_status
read_header(const struct cardea_cert_bytes *bytes,
    struct cardea_crlindex_header *header, struct cardea_diag *diag)
{
	unsigned char sum[CARDEA_CRLINDEX_SUM], told[CARDEA_CRLINDEX_SUM];
	struct cardea_unpack unpack;

	if (bytes->len < CARDEA_CRLINDEX_HEADER ||
	    memcmp(bytes->data, CARDEA_CRLINDEX_MAGIC, MAGIC_LEN) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "this is not the index of a list");
	cardea_unpack_init(&unpack, bytes->data + MAGIC_LEN,
	    CARDEA_CRLINDEX_HEADER - MAGIC_LEN);
	if (cardea_unpack_u32(&unpack) != CARDEA_CRLINDEX_VERSION)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "the index of a list was made by another version: run "
		    "cardea refresh");
	header->len = cardea_unpack_u64(&unpack);
	get_bytes(&unpack, told, sizeof(told));
	header->entries = cardea_unpack_u32(&unpack);
	header->skeleton_len = cardea_unpack_u32(&unpack);
	header->issuers_len = cardea_unpack_u32(&unpack);
	header->issuers = cardea_unpack_u32(&unpack);
	header->source_len = cardea_unpack_u64(&unpack);
	get_bytes(&unpack, header->key_hash, sizeof(header->key_hash));
	get_bytes(&unpack, header->digest, sizeof(header->digest));
	get_bytes(&unpack, header->top, sizeof(header->top));
	if (cardea_unpack_done(&unpack) != CARDEA_OK ||
	    header->len != bytes->len ||
	    header->skeleton_len > CARDEA_CRL_HEAD_MAX ||
	    header->issuers_len > CARDEA_CRL_HEAD_MAX ||
	    header->entries > CARDEA_CRL_ENTRIES_MAX ||
	    (size_t)header->skeleton_len + header->issuers_len >
		bytes->len - CARDEA_CRLINDEX_HEADER ||
	    sum_head(header, bytes->data, sum) != CARDEA_OK ||
	    memcmp(sum, told, sizeof(sum)) != 0)
		return damaged(diag);
	return CARDEA_OK;
}

static bool
read_issuers(struct cardea_cert_bytes bytes, struct cardea_crlindex *index)
{
	while (bytes.len > 0) {
		struct cardea_der name;

		if (index->issuer_count == CARDEA_CRL_ISSUERS_MAX ||
		    !cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &name))
			return false;
		index->issuers[index->issuer_count++] = name.whole;
	}
	return index->issuer_count == index->header.issuers;
}

enum cardea_status
cardea_crlindex_open(const struct cardea_cert_bytes *bytes,
    struct cardea_crlindex *ret_index, struct cardea_diag *diag)
{
	struct cardea_crlindex index = { .bytes = *bytes };
	struct cardea_cert_bytes issuers;
	enum cardea_status status;
	size_t len;

	status = read_header(bytes, &index.header, diag);
	if (status != CARDEA_OK)
		return status;
	index.level_count = cardea_crlindex_levels(
	    &index.header, index.levels, &len);
	index.skeleton.data = bytes->data + CARDEA_CRLINDEX_HEADER;
	index.skeleton.len = index.header.skeleton_len;
	issuers.data = index.skeleton.data + index.skeleton.len;
	issuers.len = index.header.issuers_len;
	/* judged once more as a list is, so that no other rule holds for what
	 * an index says of itself */
	if (len != bytes->len || !read_issuers(issuers, &index) ||
	    cardea_crl_read(&index.skeleton, &index.crl, NULL) != CARDEA_OK ||
	    index.crl.entries.len != 0 ||
	    cardea_sigalg_read(&index.crl.algorithm, &index.algorithm) !=
		CARDEA_OK)
		return damaged(diag);
	*ret_index = index;
	return CARDEA_OK;
}

/* The last item whose key is not above this one; count if there is none. */
static size_t
search(const unsigned char *items, size_t count, size_t item,
    const unsigned char key[CARDEA_CRLINDEX_KEY])
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(items + middle * item, key, CARDEA_CRLINDEX_KEY) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low > 0 ? low - 1 : count;
}

/* One block, judged; its number of items, 0 if it is damaged. */
static size_t
judge_block(const struct cardea_crlindex *index, size_t level, size_t block,
    const unsigned char wanted[CARDEA_CRLINDEX_SUM],
    const unsigned char **ret_items)
{
	const struct cardea_crlindex_level *at = &index->levels[level];
	size_t first = block * at->per_block, count;
	unsigned char sum[CARDEA_CRLINDEX_SUM];

	if (first >= at->count)
		return 0;
	count = at->count - first < at->per_block ? at->count - first
						  : at->per_block;
	*ret_items = index->bytes.data + at->offset + first * at->item;
	if (cardea_crypto_sha256(*ret_items, count * at->item, sum) !=
		CARDEA_OK ||
	    memcmp(sum, wanted, sizeof(sum)) != 0)
		return 0;
	return count;
}

static void
read_entry(const unsigned char *item, struct cardea_crlindex_found *ret_found)
{
	struct cardea_unpack unpack;

	cardea_unpack_init(&unpack, item + CARDEA_CRLINDEX_KEY,
	    CARDEA_CRLINDEX_ENTRY - CARDEA_CRLINDEX_KEY);
	ret_found->reason = (enum cardea_crl_reason)cardea_unpack_u8(&unpack);
	ret_found->date_s = cardea_unpack_i64(&unpack);
}

enum cardea_status
cardea_crlindex_find(const struct cardea_crlindex *index, unsigned int issuer,
    const struct cardea_cert_bytes *serial,
    struct cardea_crlindex_found *ret_found)
{
	unsigned char key[CARDEA_CRLINDEX_KEY];
	const unsigned char *wanted = index->header.top;
	size_t block = 0;

	/* longer than any that a list can have: it cannot be told */
	if (cardea_crlindex_key(issuer, serial, key) != CARDEA_OK)
		return CARDEA_E_CORRUPT;
	for (size_t level = index->level_count; level-- > 0;) {
		const struct cardea_crlindex_level *at = &index->levels[level];
		const unsigned char *items;
		size_t count, found;

		count = judge_block(index, level, block, wanted, &items);
		if (count == 0)
			return CARDEA_E_CORRUPT;
		found = search(items, count, at->item, key);
		if (found == count)
			return CARDEA_E_MISSING;
		items += found * at->item;
		if (level == 0) {
			if (memcmp(items, key, sizeof(key)) != 0)
				return CARDEA_E_MISSING;
			read_entry(items, ret_found);
			return CARDEA_OK;
		}
		block = block * at->per_block + found;
		wanted = items + CARDEA_CRLINDEX_KEY + 1;
	}
	return CARDEA_E_MISSING; /* a list without entries */
}
