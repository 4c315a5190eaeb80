/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"
#include "cert/shown.h"

static bool
is_revocable(enum cardea_cert_kind kind)
{
	return kind == CARDEA_CERT_X509 || kind == CARDEA_CERT_SSH;
}

/* ---- adding ---- */

static void
put_bytes(struct cardea_pack *pack, const struct cardea_cert_bytes *bytes)
{
	if (bytes->len == 0 || bytes->len > CARDEA_CERT_MAX)
		pack->failed = true;
	else
		cardea_pack_blob(pack, bytes->data, bytes->len);
}

static void
put_item(struct cardea_pack *pack, const struct cardea_cert_shown_item *item)
{
	if (!is_revocable(item->kind) ||
	    item->chain_count > CARDEA_CERT_CHAIN_MAX) {
		pack->failed = true;
		return;
	}
	cardea_pack_u32(pack, item->kind);
	cardea_pack_text(pack, item->credential);
	put_bytes(pack, &item->leaf);
	cardea_pack_u32(pack, (uint32_t)item->chain_count);
	for (size_t i = 0; i < item->chain_count; i++)
		put_bytes(pack, &item->chain[i]);
}

/* There is one encoding of an item. */
static bool
is_there(const struct cardea_cert_shown *shown, const unsigned char *bytes,
    size_t len)
{
	struct cardea_cert_shown_item item;
	size_t at = 0, begin = 0;

	while (cardea_cert_shown_next(shown, &at, &item) == CARDEA_OK) {
		if (at - begin == len &&
		    memcmp(shown->bytes + begin, bytes, len) == 0)
			return true;
		begin = at;
	}
	return false;
}

enum cardea_status
cardea_cert_shown_add(
    struct cardea_cert_shown *shown, const struct cardea_cert_shown_item *item)
{
	unsigned char *end = shown->bytes + shown->len;
	struct cardea_pack pack;
	enum cardea_status status;

	/* behind the others, where it stays if it is to */
	cardea_pack_init(&pack, end, sizeof(shown->bytes) - shown->len);
	put_item(&pack, item);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK && !is_there(shown, end, pack.len))
		shown->len += pack.len;
	return status;
}

/* ---- reading ---- */

static struct cardea_cert_bytes
get_bytes(struct cardea_unpack *unpack)
{
	struct cardea_cert_bytes bytes = { NULL, 0 };

	cardea_unpack_blob(unpack, &bytes.data, &bytes.len);
	if (bytes.len == 0 || bytes.len > CARDEA_CERT_MAX)
		unpack->failed = true;
	return bytes;
}

enum cardea_status
cardea_cert_shown_next(const struct cardea_cert_shown *shown, size_t *at,
    struct cardea_cert_shown_item *ret_item)
{
	struct cardea_cert_shown_item item = { CARDEA_CERT_NONE };
	struct cardea_unpack unpack;
	size_t count;

	if (shown->len > sizeof(shown->bytes) || *at > shown->len)
		return CARDEA_E_SYNTAX;
	if (*at == shown->len)
		return CARDEA_E_MISSING;
	cardea_unpack_init(&unpack, shown->bytes + *at, shown->len - *at);
	item.kind = (enum cardea_cert_kind)cardea_unpack_u32(&unpack);
	cardea_unpack_text(&unpack, item.credential, sizeof(item.credential));
	item.leaf = get_bytes(&unpack);
	count = cardea_unpack_u32(&unpack);
	if (!is_revocable(item.kind) || count > CARDEA_CERT_CHAIN_MAX)
		return CARDEA_E_SYNTAX;
	for (item.chain_count = 0; item.chain_count < count; item.chain_count++)
		item.chain[item.chain_count] = get_bytes(&unpack);
	if (unpack.failed)
		return CARDEA_E_SYNTAX;
	*at += unpack.at;
	*ret_item = item;
	return CARDEA_OK;
}
