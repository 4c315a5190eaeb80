/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "store/crypto.h"
#include "store/row.h"

#define CHECK 8

static enum cardea_status
compute_check(const struct cardea_key *key, const unsigned char *body,
    size_t len, unsigned char check[CHECK])
{
	unsigned char bytes[CARDEA_SHA256 + CARDEA_KEY_MAX];
	unsigned char digest[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_crypto_sha256(body, len, bytes);
	if (status != CARDEA_OK)
		return status;
	memcpy(bytes + CARDEA_SHA256, key->bytes, key->len);
	status = cardea_crypto_sha256(bytes, CARDEA_SHA256 + key->len, digest);
	if (status == CARDEA_OK)
		memcpy(check, digest, CHECK);
	return status;
}

enum cardea_status
cardea_row_encode(const struct cardea_key *key, const struct cardea_row *row,
    unsigned char **ret_bytes, size_t *ret_len)
{
	size_t size = CARDEA_ROW_OVERHEAD + row->len;
	unsigned char *bytes = malloc(size);
	struct cardea_pack pack;
	enum cardea_status status;

	if (bytes == NULL)
		return CARDEA_E_MEMORY;
	cardea_pack_init(&pack, bytes + CHECK, size - CHECK);
	cardea_pack_u64(&pack, row->version);
	cardea_pack_blob(&pack, row->next, row->next_len);
	cardea_pack_blob(&pack, row->data, row->len);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		status = compute_check(key, bytes + CHECK, pack.len, bytes);
	if (status != CARDEA_OK) {
		free(bytes);
		return status;
	}
	*ret_bytes = bytes; /* moved */
	*ret_len = CHECK + pack.len;
	return CARDEA_OK;
}

enum cardea_status
cardea_row_decode(const struct cardea_key *key, const unsigned char *bytes,
    size_t len, struct cardea_row *ret_row)
{
	unsigned char check[CHECK];
	struct cardea_unpack unpack;
	struct cardea_row row;
	enum cardea_status status;

	if (len < CHECK)
		return CARDEA_E_CORRUPT;
	status = compute_check(key, bytes + CHECK, len - CHECK, check);
	if (status != CARDEA_OK)
		return status;
	if (memcmp(check, bytes, CHECK) != 0)
		return CARDEA_E_CORRUPT;
	cardea_unpack_init(&unpack, bytes + CHECK, len - CHECK);
	row.version = cardea_unpack_u64(&unpack);
	cardea_unpack_blob(&unpack, &row.next, &row.next_len);
	cardea_unpack_blob(&unpack, &row.data, &row.len);
	if (cardea_unpack_done(&unpack) != CARDEA_OK ||
	    row.next_len >= CARDEA_KEY_MAX || row.len > CARDEA_SEALED_MAX)
		return CARDEA_E_CORRUPT;
	*ret_row = row;
	return CARDEA_OK;
}

int
cardea_row_order(
    const unsigned char *a, size_t a_len, const unsigned char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	if (order != 0)
		return order;
	return (a_len > b_len) - (a_len < b_len);
}
