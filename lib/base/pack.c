/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"

void
cardea_pack_init(struct cardea_pack *pack, void *bytes, size_t size)
{
	pack->bytes = bytes;
	pack->size = size;
	pack->len = 0;
	pack->failed = false;
}

static void
put(struct cardea_pack *pack, const void *bytes, size_t len)
{
	if (pack->failed || len > pack->size - pack->len) {
		pack->failed = true;
		return;
	}
	if (len > 0)
		memcpy(pack->bytes + pack->len, bytes, len);
	pack->len += len;
}

static void
put_number(struct cardea_pack *pack, uint64_t value, size_t width)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < width; i++)
		bytes[i] = (unsigned char)(value >> (8 * i));
	put(pack, bytes, width);
}

void
cardea_pack_u8(struct cardea_pack *pack, uint8_t value)
{
	put_number(pack, value, 1);
}

void
cardea_pack_u32(struct cardea_pack *pack, uint32_t value)
{
	put_number(pack, value, 4);
}

void
cardea_pack_u64(struct cardea_pack *pack, uint64_t value)
{
	put_number(pack, value, 8);
}

void
cardea_pack_i64(struct cardea_pack *pack, int64_t value)
{
	put_number(pack, (uint64_t)value, 8);
}

void
cardea_pack_blob(struct cardea_pack *pack, const void *bytes, size_t len)
{
	if (len > UINT32_MAX) {
		pack->failed = true;
		return;
	}
	cardea_pack_u32(pack, (uint32_t)len);
	put(pack, bytes, len);
}

void
cardea_pack_text(struct cardea_pack *pack, const char *text)
{
	cardea_pack_blob(pack, text, text == NULL ? 0 : strlen(text));
}

enum cardea_status
cardea_pack_done(const struct cardea_pack *pack)
{
	return pack->failed ? CARDEA_E_RANGE : CARDEA_OK;
}

void
cardea_unpack_init(struct cardea_unpack *unpack, const void *bytes, size_t len)
{
	unpack->bytes = bytes;
	unpack->len = len;
	unpack->at = 0;
	unpack->failed = false;
}

static const unsigned char *
take(struct cardea_unpack *unpack, size_t len)
{
	const unsigned char *bytes;

	if (unpack->failed || len > unpack->len - unpack->at) {
		unpack->failed = true;
		return NULL;
	}
	bytes = unpack->bytes + unpack->at;
	unpack->at += len;
	return bytes;
}

static uint64_t
take_number(struct cardea_unpack *unpack, size_t width)
{
	const unsigned char *bytes = take(unpack, width);
	uint64_t value = 0;

	if (bytes == NULL)
		return 0;
	for (size_t i = 0; i < width; i++)
		value |= (uint64_t)bytes[i] << (8 * i);
	return value;
}

uint8_t
cardea_unpack_u8(struct cardea_unpack *unpack)
{
	return (uint8_t)take_number(unpack, 1);
}

uint32_t
cardea_unpack_u32(struct cardea_unpack *unpack)
{
	return (uint32_t)take_number(unpack, 4);
}

uint64_t
cardea_unpack_u64(struct cardea_unpack *unpack)
{
	return take_number(unpack, 8);
}

int64_t
cardea_unpack_i64(struct cardea_unpack *unpack)
{
	return (int64_t)take_number(unpack, 8);
}

void
cardea_unpack_blob(struct cardea_unpack *unpack,
    const unsigned char **ret_bytes, size_t *ret_len)
{
	size_t len = cardea_unpack_u32(unpack);
	const unsigned char *bytes = take(unpack, len);

	*ret_bytes = bytes;
	*ret_len = bytes == NULL ? 0 : len;
}

void
cardea_unpack_text(struct cardea_unpack *unpack, char *text, size_t size)
{
	const unsigned char *bytes;
	size_t len;

	text[0] = '\0';
	cardea_unpack_blob(unpack, &bytes, &len);
	if (unpack->failed)
		return;
	/* a NUL inside would make two readers see two texts (I15) */
	if (len >= size || (len > 0 && memchr(bytes, 0, len) != NULL)) {
		unpack->failed = true;
		return;
	}
	if (len > 0)
		memcpy(text, bytes, len);
	text[len] = '\0';
}

enum cardea_status
cardea_unpack_done(const struct cardea_unpack *unpack)
{
	if (unpack->failed || unpack->at != unpack->len)
		return CARDEA_E_SYNTAX;
	return CARDEA_OK;
}
