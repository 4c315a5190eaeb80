/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"
#include "cert/shown.h"

static bool
is_revocable(enum cardea_cert_kind kind)
{
	return kind == CARDEA_CERT_X509 || kind == CARDEA_CERT_SSH;
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

/* With its NUL, so that it can be borrowed. */
static const char *
get_text(struct cardea_unpack *unpack)
{
	const unsigned char *bytes = NULL;
	size_t len = 0;

	cardea_unpack_blob(unpack, &bytes, &len);
	if (unpack->failed || len == 0 || len > CARDEA_NAME_MAX ||
	    strnlen((const char *)bytes, len) != len - 1) {
		unpack->failed = true;
		return "";
	}
	return (const char *)bytes;
}

/* The item at *at, which is moved on. */
static enum cardea_status
next(const struct cardea_cert_shown *shown, size_t *at,
    struct cardea_cert_shown_item *ret_item)
{
	struct cardea_cert_shown_item item = { CARDEA_CERT_NONE };
	struct cardea_unpack unpack;
	uint32_t cut, count;

	if (shown->len > sizeof(shown->bytes) || *at > shown->len)
		return CARDEA_E_SYNTAX;
	if (*at == shown->len)
		return CARDEA_E_MISSING;
	cardea_unpack_init(&unpack, shown->bytes + *at, shown->len - *at);
	item.kind = (enum cardea_cert_kind)cardea_unpack_u32(&unpack);
	cut = cardea_unpack_u32(&unpack);
	item.source = get_text(&unpack);
	item.leaf = get_bytes(&unpack);
	count = cardea_unpack_u32(&unpack);
	if (!is_revocable(item.kind) || cut > 1 ||
	    count > CARDEA_CERT_CHAIN_MAX)
		return CARDEA_E_SYNTAX;
	item.cut = cut == 1;
	for (; item.chain_count < count; item.chain_count++)
		item.chain[item.chain_count] = get_bytes(&unpack);
	if (unpack.failed)
		return CARDEA_E_SYNTAX;
	*at += unpack.at;
	*ret_item = item;
	return CARDEA_OK;
}

enum cardea_status
cardea_cert_shown_get(const struct cardea_cert_shown *shown, uint32_t number,
    struct cardea_cert_shown_item *ret_item)
{
	struct cardea_cert_shown_item item = { CARDEA_CERT_NONE };
	enum cardea_status status = CARDEA_E_MISSING;
	size_t at = 0;

	for (uint32_t i = 0; i < number; i++) {
		status = next(shown, &at, &item);
		if (status != CARDEA_OK)
			return status;
	}
	if (status == CARDEA_OK)
		*ret_item = item;
	return status;
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

static enum cardea_status
put_item(struct cardea_cert_shown *shown,
    const struct cardea_cert_shown_item *item, bool cut)
{
	size_t count = cut ? 0 : item->chain_count;
	struct cardea_pack pack;
	enum cardea_status status;

	if (!is_revocable(item->kind) ||
	    item->chain_count > CARDEA_CERT_CHAIN_MAX ||
	    strlen(item->source) >= CARDEA_NAME_MAX)
		return CARDEA_E_RANGE;
	cardea_pack_init(&pack, shown->bytes + shown->len,
	    sizeof(shown->bytes) - shown->len);
	cardea_pack_u32(&pack, item->kind);
	cardea_pack_u32(&pack, cut);
	cardea_pack_blob(&pack, item->source, strlen(item->source) + 1);
	put_bytes(&pack, &item->leaf);
	cardea_pack_u32(&pack, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		put_bytes(&pack, &item->chain[i]);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		shown->len += pack.len;
	return status;
}

static bool
is_same_bytes(
    const struct cardea_cert_bytes *a, const struct cardea_cert_bytes *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* One that was cut is the same with any chain. */
static bool
is_same(const struct cardea_cert_shown_item *kept,
    const struct cardea_cert_shown_item *item)
{
	if (kept->kind != item->kind ||
	    strcmp(kept->source, item->source) != 0 ||
	    !is_same_bytes(&kept->leaf, &item->leaf) ||
	    (!kept->cut && kept->chain_count != item->chain_count))
		return false;
	for (size_t i = 0; i < kept->chain_count; i++) {
		if (!is_same_bytes(&kept->chain[i], &item->chain[i]))
			return false;
	}
	return true;
}

enum cardea_status
cardea_cert_shown_add(struct cardea_cert_shown *shown,
    const struct cardea_cert_shown_item *item, uint32_t *ret_number)
{
	struct cardea_cert_shown_item kept;
	enum cardea_status status;
	uint32_t number = 1;
	size_t at = 0;

	while ((status = next(shown, &at, &kept)) == CARDEA_OK &&
	    !is_same(&kept, item))
		number++;
	if (status == CARDEA_E_MISSING) {
		status = put_item(shown, item, item->cut);
		if (status == CARDEA_E_RANGE && item->chain_count > 0)
			status = put_item(shown, item, true);
	}
	if (status == CARDEA_OK)
		*ret_number = number;
	return status;
}
