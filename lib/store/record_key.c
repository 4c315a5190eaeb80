/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/record.h"
#include "store/recordio.h"

/* Security keys: what is enrolled, and what is about to be. */
enum {
	CREDENTIAL_FORMAT = 1,
	TICKET_FORMAT = 1,
};

/* More than either takes: a ticket names every credential of a user. */
#define CREDENTIAL_ROOM 4096
#define TICKET_ROOM 32768

/* ---- credential ---- */

enum cardea_status
cardea_record_encode_credential(
    const struct cardea_fido2_credential *credential,
    struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	struct cardea_pack *pack = &io.pack;
	enum cardea_status status;

	if (credential->public_len > CARDEA_KEY_PUBLIC_MAX ||
	    credential->handle_len > CARDEA_KEY_HANDLE_MAX)
		return CARDEA_E_RANGE;
	status = cardea_recordio_start(&io, CREDENTIAL_ROOM, CREDENTIAL_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_text(pack, credential->id);
	cardea_pack_text(pack, credential->name);
	cardea_pack_u32(pack, credential->kind);
	cardea_recordio_put_i32(pack, credential->algorithm);
	cardea_pack_blob(pack, credential->public_key, credential->public_len);
	cardea_pack_blob(pack, credential->handle, credential->handle_len);
	cardea_pack_text(pack, credential->rp_id);
	cardea_pack_blob(pack, credential->model, CARDEA_FIDO2_MODEL);
	cardea_pack_u32(pack, credential->counter);
	cardea_pack_u32(pack, credential->resident);
	cardea_pack_u32(pack, credential->demands_uv);
	cardea_pack_u32(pack, credential->attested);
	cardea_pack_u32(pack, credential->backup_eligible);
	cardea_pack_u32(pack, credential->backed_up);
	cardea_pack_u32(pack, credential->disabled);
	cardea_pack_i64(pack, credential->created_s);
	cardea_pack_i64(pack, credential->used_s);
	return cardea_recordio_finish(&io, ret_value);
}

static enum cardea_fido2_algorithm
get_algorithm(struct cardea_unpack *unpack)
{
	switch (cardea_recordio_get_i32(unpack)) {
	case CARDEA_FIDO2_ES256:
		return CARDEA_FIDO2_ES256;
	case CARDEA_FIDO2_EDDSA:
		return CARDEA_FIDO2_EDDSA;
	case CARDEA_FIDO2_ES384:
		return CARDEA_FIDO2_ES384;
	case CARDEA_FIDO2_RS256:
		return CARDEA_FIDO2_RS256;
	default:
		unpack->failed = true;
		return CARDEA_FIDO2_ALGORITHM_NONE;
	}
}

static enum cardea_fido2_kind
get_kind(struct cardea_unpack *unpack)
{
	size_t kind = cardea_recordio_get_count(unpack, CARDEA_FIDO2_SSH);

	if (kind == CARDEA_FIDO2_NONE)
		unpack->failed = true;
	return (enum cardea_fido2_kind)kind;
}

static void
get_credential(
    struct cardea_unpack *unpack, struct cardea_fido2_credential *credential)
{
	cardea_unpack_text(unpack, credential->id, sizeof(credential->id));
	cardea_unpack_text(unpack, credential->name, sizeof(credential->name));
	credential->kind = get_kind(unpack);
	credential->algorithm = get_algorithm(unpack);
	credential->public_len = cardea_recordio_get_blob(
	    unpack, credential->public_key, sizeof(credential->public_key));
	credential->handle_len = cardea_recordio_get_blob(
	    unpack, credential->handle, sizeof(credential->handle));
	cardea_unpack_text(
	    unpack, credential->rp_id, sizeof(credential->rp_id));
	cardea_recordio_get_bytes(
	    unpack, credential->model, sizeof(credential->model));
	credential->counter = cardea_unpack_u32(unpack);
	credential->resident = cardea_recordio_get_bool(unpack);
	credential->demands_uv = cardea_recordio_get_bool(unpack);
	credential->attested = cardea_recordio_get_bool(unpack);
	credential->backup_eligible = cardea_recordio_get_bool(unpack);
	credential->backed_up = cardea_recordio_get_bool(unpack);
	credential->disabled = cardea_recordio_get_bool(unpack);
	credential->created_s = cardea_unpack_i64(unpack);
	credential->used_s = cardea_unpack_i64(unpack);
}

enum cardea_status
cardea_record_decode_credential(const struct cardea_value *value,
    struct cardea_fido2_credential *ret_credential)
{
	struct cardea_fido2_credential credential = {
		.kind = CARDEA_FIDO2_NONE
	};
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, CREDENTIAL_FORMAT);
	if (status != CARDEA_OK)
		return status;
	get_credential(&unpack, &credential);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_credential = credential;
	return status;
}

/* ---- ticket ---- */

static void
put_handles(
    struct cardea_pack *pack, const struct cardea_remote_ticket *request)
{
	if (request->exclude_count > CARDEA_REMOTE_HANDLES_MAX) {
		pack->failed = true;
		return;
	}
	cardea_pack_u32(pack, (uint32_t)request->exclude_count);
	for (size_t i = 0; i < request->exclude_count; i++) {
		const struct cardea_remote_handle *handle =
		    &request->exclude[i];

		if (handle->len > sizeof(handle->bytes)) {
			pack->failed = true;
			return;
		}
		cardea_pack_text(pack, handle->rp_id);
		cardea_pack_blob(pack, handle->bytes, handle->len);
	}
}

static void
get_handles(struct cardea_unpack *unpack, struct cardea_remote_ticket *request)
{
	request->exclude_count = cardea_recordio_get_count(
	    unpack, CARDEA_REMOTE_HANDLES_MAX);
	for (size_t i = 0; i < request->exclude_count; i++) {
		struct cardea_remote_handle *handle = &request->exclude[i];

		cardea_unpack_text(
		    unpack, handle->rp_id, sizeof(handle->rp_id));
		handle->len = cardea_recordio_get_blob(
		    unpack, handle->bytes, sizeof(handle->bytes));
	}
}

enum cardea_status
cardea_record_encode_ticket(
    const struct cardea_ticket *ticket, struct cardea_value *ret_value)
{
	const struct cardea_remote_ticket *request = &ticket->request;
	struct cardea_recordio io;
	struct cardea_pack *pack = &io.pack;
	enum cardea_status status;

	status = cardea_recordio_start(&io, TICKET_ROOM, TICKET_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_text(pack, request->id);
	cardea_pack_blob(pack, request->nonce, sizeof(request->nonce));
	cardea_pack_text(pack, request->rp_id);
	cardea_pack_text(pack, request->user);
	cardea_pack_text(pack, request->host);
	cardea_pack_blob(
	    pack, request->user_handle, sizeof(request->user_handle));
	cardea_pack_u32(pack, request->resident);
	cardea_pack_u32(pack, request->uv);
	cardea_recordio_put_i32(pack, request->algorithm);
	put_handles(pack, request);
	cardea_pack_text(pack, ticket->name);
	cardea_pack_i64(pack, ticket->created_s);
	cardea_pack_i64(pack, ticket->ends_s);
	return cardea_recordio_finish(&io, ret_value);
}

static void
get_ticket(struct cardea_unpack *unpack, struct cardea_ticket *ticket)
{
	struct cardea_remote_ticket *request = &ticket->request;

	cardea_unpack_text(unpack, request->id, sizeof(request->id));
	cardea_recordio_get_bytes(
	    unpack, request->nonce, sizeof(request->nonce));
	cardea_unpack_text(unpack, request->rp_id, sizeof(request->rp_id));
	cardea_unpack_text(unpack, request->user, sizeof(request->user));
	cardea_unpack_text(unpack, request->host, sizeof(request->host));
	cardea_recordio_get_bytes(
	    unpack, request->user_handle, sizeof(request->user_handle));
	request->resident = cardea_recordio_get_bool(unpack);
	request->uv = (enum cardea_uv)cardea_recordio_get_count(
	    unpack, CARDEA_UV_NEED);
	request->algorithm = get_algorithm(unpack);
	get_handles(unpack, request);
	cardea_unpack_text(unpack, ticket->name, sizeof(ticket->name));
	ticket->created_s = cardea_unpack_i64(unpack);
	ticket->ends_s = cardea_unpack_i64(unpack);
}

enum cardea_status
cardea_record_decode_ticket(
    const struct cardea_value *value, struct cardea_ticket *ret_ticket)
{
	struct cardea_ticket ticket = { .created_s = 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, TICKET_FORMAT);
	if (status != CARDEA_OK)
		return status;
	get_ticket(&unpack, &ticket);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_ticket = ticket;
	return status;
}
