/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "store/recordio.h"

enum cardea_status
cardea_recordio_start(struct cardea_recordio *io, size_t size, uint8_t format)
{
	unsigned char *bytes = malloc(size);

	if (bytes == NULL)
		return CARDEA_E_MEMORY;
	io->bytes = bytes;
	io->size = size;
	cardea_pack_init(&io->pack, bytes, size);
	cardea_pack_u8(&io->pack, format);
	return CARDEA_OK;
}

enum cardea_status
cardea_recordio_finish(
    struct cardea_recordio *io, struct cardea_value *ret_value)
{
	enum cardea_status status = cardea_pack_done(&io->pack);

	if (status != CARDEA_OK) {
		cardea_wipe(io->bytes, io->size);
		free(io->bytes);
		return status;
	}
	*ret_value = (struct cardea_value){ .data = io->bytes, /* moved */
		.len = io->pack.len };
	return CARDEA_OK;
}

enum cardea_status
cardea_recordio_open(struct cardea_unpack *unpack,
    const struct cardea_value *value, uint8_t format)
{
	cardea_unpack_init(unpack, value->data, value->len);
	if (cardea_unpack_u8(unpack) == format)
		return CARDEA_OK;
	return unpack->failed ? CARDEA_E_CORRUPT : CARDEA_E_VERSION;
}

enum cardea_status
cardea_recordio_done(const struct cardea_unpack *unpack)
{
	return cardea_unpack_done(unpack) == CARDEA_OK ? CARDEA_OK
						       : CARDEA_E_CORRUPT;
}

bool
cardea_recordio_get_bool(struct cardea_unpack *unpack)
{
	return cardea_recordio_get_count(unpack, 1) == 1;
}

size_t
cardea_recordio_get_count(struct cardea_unpack *unpack, size_t max)
{
	uint32_t count = cardea_unpack_u32(unpack);

	if (count <= max)
		return count;
	unpack->failed = true;
	return 0;
}

size_t
cardea_recordio_get_blob(
    struct cardea_unpack *unpack, unsigned char *bytes, size_t max)
{
	const unsigned char *blob = NULL;
	size_t len = 0;

	cardea_unpack_blob(unpack, &blob, &len);
	if (unpack->failed)
		return 0;
	if (len > max) {
		unpack->failed = true;
		return 0;
	}
	if (len > 0)
		memcpy(bytes, blob, len);
	return len;
}

void
cardea_recordio_get_bytes(
    struct cardea_unpack *unpack, unsigned char *bytes, size_t size)
{
	if (cardea_recordio_get_blob(unpack, bytes, size) != size)
		unpack->failed = true;
}

enum cardea_factor
cardea_recordio_get_factor(struct cardea_unpack *unpack)
{
	uint32_t factor = cardea_unpack_u32(unpack);

	if (factor > CARDEA_FACTOR_NONE && factor < CARDEA_FACTOR_COUNT)
		return (enum cardea_factor)factor;
	unpack->failed = true;
	return CARDEA_FACTOR_NONE;
}

void
cardea_recordio_put_i32(struct cardea_pack *pack, int32_t value)
{
	cardea_pack_i64(pack, value);
}

int32_t
cardea_recordio_get_i32(struct cardea_unpack *unpack)
{
	int64_t value = cardea_unpack_i64(unpack);

	if (value >= INT32_MIN && value <= INT32_MAX)
		return (int32_t)value;
	unpack->failed = true;
	return 0;
}

void
cardea_recordio_put_qualities(struct cardea_pack *pack,
    const struct cardea_quality *qualities, size_t count)
{
	if (count > CARDEA_QUALITIES_MAX) {
		pack->failed = true;
		return;
	}
	cardea_pack_u32(pack, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		cardea_pack_text(pack, qualities[i].key);
		cardea_pack_text(pack, qualities[i].value);
	}
}

size_t
cardea_recordio_get_qualities(
    struct cardea_unpack *unpack, struct cardea_quality *qualities)
{
	size_t count = cardea_recordio_get_count(unpack, CARDEA_QUALITIES_MAX);

	for (size_t i = 0; i < count; i++) {
		cardea_unpack_text(
		    unpack, qualities[i].key, sizeof(qualities[i].key));
		cardea_unpack_text(
		    unpack, qualities[i].value, sizeof(qualities[i].value));
	}
	return count;
}
