/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/record.h"
#include "store/recordio.h"

/* Devices, whose an identity is, and the certificates that a device has. */
enum {
	DEVICE_FORMAT = 1,
	CLAIM_FORMAT = 1,
	CHAIN_FORMAT = 1,
};

/* More than each takes; none is beyond CARDEA_VALUE_MAX. */
#define DEVICE_ROOM 16384
#define CLAIM_ROOM 1024
#define CHAIN_ROOM (CARDEA_DEVICE_CHAIN_BYTES + 256)

/* ---- device ---- */

/* The counts come first and are judged here, whoever filled the struct. */
static bool
is_within(const struct cardea_device *device)
{
	return device->owner_count <= CARDEA_DEVICE_OWNERS_MAX &&
	    device->tag_count <= CARDEA_DEVICE_TAGS_MAX &&
	    device->identity_count <= CARDEA_DEVICE_IDENTITIES_MAX &&
	    device->fact_count <= CARDEA_POSTURE_FACTS_MAX;
}

static void
put_lists(struct cardea_pack *pack, const struct cardea_device *device)
{
	cardea_pack_u32(pack, (uint32_t)device->owner_count);
	for (size_t i = 0; i < device->owner_count; i++)
		cardea_pack_text(pack, device->owners[i]);
	cardea_pack_u32(pack, (uint32_t)device->tag_count);
	for (size_t i = 0; i < device->tag_count; i++)
		cardea_pack_text(pack, device->tags[i]);
	cardea_pack_u32(pack, (uint32_t)device->identity_count);
	for (size_t i = 0; i < device->identity_count; i++)
		cardea_pack_text(pack, device->identities[i].text);
	cardea_pack_u32(pack, (uint32_t)device->fact_count);
	for (size_t i = 0; i < device->fact_count; i++) {
		cardea_pack_text(pack, device->facts[i].name);
		cardea_pack_text(pack, device->facts[i].value);
	}
}

enum cardea_status
cardea_record_encode_device(
    const struct cardea_device *device, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	struct cardea_pack *pack = &io.pack;
	enum cardea_status status;

	if (!is_within(device) || device->state == CARDEA_DEVICE_NONE)
		return CARDEA_E_RANGE;
	status = cardea_recordio_start(&io, DEVICE_ROOM, DEVICE_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_text(pack, device->id);
	cardea_pack_u32(pack, device->state);
	cardea_pack_text(pack, device->state_by);
	cardea_pack_text(pack, device->state_reason);
	cardea_pack_i64(pack, device->state_s);
	put_lists(pack, device);
	cardea_pack_i64(pack, device->created_s);
	cardea_pack_i64(pack, device->seen_s);
	cardea_pack_text(pack, device->seen_user);
	cardea_pack_text(pack, device->seen_source);
	cardea_pack_i64(pack, device->expires_s);
	cardea_pack_i64(pack, device->posture_s);
	cardea_pack_i64(pack, device->posture_ends_s);
	cardea_pack_text(pack, device->posture_signer);
	return cardea_recordio_finish(&io, ret_value);
}

static enum cardea_device_state
get_state(struct cardea_unpack *unpack)
{
	switch (cardea_unpack_u32(unpack)) {
	case CARDEA_DEVICE_ACTIVE:
		return CARDEA_DEVICE_ACTIVE;
	case CARDEA_DEVICE_LOCKED:
		return CARDEA_DEVICE_LOCKED;
	case CARDEA_DEVICE_LOST:
		return CARDEA_DEVICE_LOST;
	case CARDEA_DEVICE_RETIRED:
		return CARDEA_DEVICE_RETIRED;
	default:
		unpack->failed = true;
		return CARDEA_DEVICE_NONE;
	}
}

#define GET_TEXT(unpack, array)                                                \
	cardea_unpack_text((unpack), (array), sizeof(array))

static void
get_lists(struct cardea_unpack *unpack, struct cardea_device *device)
{
	device->owner_count = cardea_recordio_get_count(
	    unpack, CARDEA_DEVICE_OWNERS_MAX);
	for (size_t i = 0; i < device->owner_count; i++)
		GET_TEXT(unpack, device->owners[i]);
	device->tag_count = cardea_recordio_get_count(
	    unpack, CARDEA_DEVICE_TAGS_MAX);
	for (size_t i = 0; i < device->tag_count; i++)
		GET_TEXT(unpack, device->tags[i]);
	device->identity_count = cardea_recordio_get_count(
	    unpack, CARDEA_DEVICE_IDENTITIES_MAX);
	for (size_t i = 0; i < device->identity_count; i++)
		GET_TEXT(unpack, device->identities[i].text);
	device->fact_count = cardea_recordio_get_count(
	    unpack, CARDEA_POSTURE_FACTS_MAX);
	for (size_t i = 0; i < device->fact_count; i++) {
		GET_TEXT(unpack, device->facts[i].name);
		GET_TEXT(unpack, device->facts[i].value);
	}
}

static void
get_device(struct cardea_unpack *unpack, struct cardea_device *device)
{
	GET_TEXT(unpack, device->id);
	device->state = get_state(unpack);
	GET_TEXT(unpack, device->state_by);
	GET_TEXT(unpack, device->state_reason);
	device->state_s = cardea_unpack_i64(unpack);
	get_lists(unpack, device);
	device->created_s = cardea_unpack_i64(unpack);
	device->seen_s = cardea_unpack_i64(unpack);
	GET_TEXT(unpack, device->seen_user);
	GET_TEXT(unpack, device->seen_source);
	device->expires_s = cardea_unpack_i64(unpack);
	device->posture_s = cardea_unpack_i64(unpack);
	device->posture_ends_s = cardea_unpack_i64(unpack);
	GET_TEXT(unpack, device->posture_signer);
}

enum cardea_status
cardea_record_decode_device(
    const struct cardea_value *value, struct cardea_device *ret_device)
{
	struct cardea_device device = { .state = CARDEA_DEVICE_NONE };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, DEVICE_FORMAT);
	if (status != CARDEA_OK)
		return status;
	get_device(&unpack, &device);
	status = cardea_recordio_done(&unpack);
	if (status != CARDEA_OK)
		return status;
	device.version = value->version;
	*ret_device = device;
	return CARDEA_OK;
}

/* ---- claim ---- */

enum cardea_status
cardea_record_encode_claim(
    const struct cardea_device_claim *claim, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	enum cardea_status status;

	status = cardea_recordio_start(&io, CLAIM_ROOM, CLAIM_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_text(&io.pack, claim->id);
	cardea_pack_text(&io.pack, claim->identity.text);
	return cardea_recordio_finish(&io, ret_value);
}

enum cardea_status
cardea_record_decode_claim(
    const struct cardea_value *value, struct cardea_device_claim *ret_claim)
{
	struct cardea_device_claim claim = { .id = "" };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, CLAIM_FORMAT);
	if (status != CARDEA_OK)
		return status;
	GET_TEXT(&unpack, claim.id);
	GET_TEXT(&unpack, claim.identity.text);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_claim = claim;
	return status;
}

/* ---- chain ---- */

enum cardea_status
cardea_record_encode_chain(
    const struct cardea_device_chain *chain, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	size_t at = 0;
	enum cardea_status status;

	if (chain->count > CARDEA_CERT_CHAIN_MAX + 1)
		return CARDEA_E_RANGE;
	status = cardea_recordio_start(&io, CHAIN_ROOM, CHAIN_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_u32(&io.pack, (uint32_t)chain->count);
	for (size_t i = 0; i < chain->count; i++) {
		size_t len = chain->lens[i];

		if (len > CARDEA_CERT_MAX || len > sizeof(chain->der) - at) {
			io.pack.failed = true;
			break;
		}
		cardea_pack_blob(&io.pack, chain->der + at, len);
		at += len;
	}
	return cardea_recordio_finish(&io, ret_value);
}

static void
get_chain(struct cardea_unpack *unpack, struct cardea_device_chain *chain)
{
	size_t at = 0;

	chain->count = cardea_recordio_get_count(
	    unpack, CARDEA_CERT_CHAIN_MAX + 1);
	for (size_t i = 0; i < chain->count; i++) {
		size_t left = sizeof(chain->der) - at;

		chain->lens[i] = cardea_recordio_get_blob(unpack,
		    chain->der + at,
		    left < CARDEA_CERT_MAX ? left : CARDEA_CERT_MAX);
		at += chain->lens[i];
	}
}

enum cardea_status
cardea_record_decode_chain(
    const struct cardea_value *value, struct cardea_device_chain *ret_chain)
{
	struct cardea_device_chain chain = { .count = 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, CHAIN_FORMAT);
	if (status != CARDEA_OK)
		return status;
	get_chain(&unpack, &chain);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_chain = chain;
	return status;
}
