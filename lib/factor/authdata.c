/* SPDX-License-Identifier: BSD-2-Clause */
#include "factor/authdata.h"

#define AT_FLAGS 32
#define AT_COUNTER 33

static uint32_t
read_u32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	    (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3];
}

/* Model, length of the handle, handle, key; returns the bytes that they are, 0
 * if they are not all there. */
static size_t
read_attested(
    const unsigned char *bytes, size_t len, struct cardea_authdata *data)
{
	const size_t front = CARDEA_FIDO2_MODEL + 2;
	struct cardea_cbor reader;
	size_t handle_len;

	if (len < front)
		return 0;
	handle_len = (size_t)bytes[CARDEA_FIDO2_MODEL] << 8 |
	    (size_t)bytes[CARDEA_FIDO2_MODEL + 1];
	if (handle_len == 0 || handle_len > CARDEA_KEY_HANDLE_MAX ||
	    handle_len > len - front)
		return 0;
	data->model = bytes;
	data->handle.bytes = bytes + front;
	data->handle.len = handle_len;
	cardea_cbor_begin(
	    &reader, bytes + front + handle_len, len - front - handle_len);
	data->key = cardea_cbor_skip(&reader);
	return data->key.len == 0 ? 0 : front + handle_len + data->key.len;
}

/* Level 3, 6.1.3: what is backed up must have been eligible. */
static bool
flags_are_sound(unsigned int flags)
{
	return (flags & CARDEA_AUTHDATA_BS) == 0 ||
	    (flags & CARDEA_AUTHDATA_BE) != 0;
}

enum cardea_status
cardea_authdata_read(const unsigned char *bytes, size_t len, bool attested,
    struct cardea_authdata *ret_data)
{
	struct cardea_authdata data = { 0 };
	struct cardea_cbor reader;
	size_t at = CARDEA_AUTHDATA_MIN, used;

	if (len < CARDEA_AUTHDATA_MIN)
		return CARDEA_E_SYNTAX;
	data.rp_hash = bytes;
	data.flags = bytes[AT_FLAGS];
	data.counter = read_u32(bytes + AT_COUNTER);
	if (!flags_are_sound(data.flags) ||
	    ((data.flags & CARDEA_AUTHDATA_AT) != 0) != attested)
		return CARDEA_E_SYNTAX;
	if (attested) {
		used = read_attested(bytes + at, len - at, &data);
		if (used == 0)
			return CARDEA_E_SYNTAX;
		at += used;
	}
	cardea_cbor_begin(&reader, bytes + at, len - at);
	if ((data.flags & CARDEA_AUTHDATA_ED) != 0) {
		if (!cardea_cbor_is(&reader, CARDEA_CBOR_MAP))
			return CARDEA_E_SYNTAX;
		data.extensions = cardea_cbor_skip(&reader);
	}
	if (cardea_cbor_done(&reader) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	*ret_data = data;
	return CARDEA_OK;
}
