/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/ledger_grant.h"
#include "store/recordio.h"

#define GRANT_FORMAT 1
#define GRANT_BYTES 4096

static void
put_approvals(struct cardea_pack *pack, const struct cardea_grant *grant)
{
	if (grant->approval_count > CARDEA_APPROVALS_MAX) {
		pack->failed = true;
		return;
	}
	cardea_pack_u32(pack, grant->wanted);
	cardea_pack_u32(pack, (uint32_t)grant->approval_count);
	for (size_t i = 0; i < grant->approval_count; i++) {
		const struct cardea_approval *approval = &grant->approvals[i];

		cardea_pack_text(pack, approval->by);
		cardea_pack_i64(pack, approval->time_s);
		cardea_pack_text(pack, approval->txn);
	}
}

enum cardea_status
cardea_record_encode_grant(
    const struct cardea_grant *grant, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	struct cardea_pack *pack = &io.pack;
	enum cardea_status status;

	status = cardea_recordio_start(&io, GRANT_BYTES, GRANT_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_text(pack, grant->id);
	cardea_pack_text(pack, grant->user);
	cardea_pack_text(pack, grant->rule);
	cardea_pack_text(pack, grant->by);
	cardea_pack_text(pack, grant->reason);
	cardea_pack_u32(pack, grant->emergency);
	cardea_pack_i64(pack, grant->made_s);
	cardea_pack_u32(pack, grant->length_s);
	cardea_pack_i64(pack, grant->starts_s);
	cardea_pack_i64(pack, grant->ends_s);
	cardea_pack_text(pack, grant->boot_id);
	cardea_pack_i64(pack, grant->starts_monotonic_ms);
	cardea_pack_i64(pack, grant->over_s);
	cardea_pack_i64(pack, grant->revoked_s);
	cardea_pack_text(pack, grant->revoked_by);
	put_approvals(pack, grant);
	return cardea_recordio_finish(&io, ret_value);
}

static void
get_approvals(struct cardea_unpack *unpack, struct cardea_grant *grant)
{
	grant->wanted = (uint32_t)cardea_recordio_get_count(
	    unpack, CARDEA_APPROVALS_MAX);
	grant->approval_count = cardea_recordio_get_count(
	    unpack, grant->wanted);
	for (size_t i = 0; i < grant->approval_count; i++) {
		struct cardea_approval *approval = &grant->approvals[i];

		cardea_unpack_text(unpack, approval->by, sizeof(approval->by));
		approval->time_s = cardea_unpack_i64(unpack);
		cardea_unpack_text(
		    unpack, approval->txn, sizeof(approval->txn));
	}
}

static void
get_grant(struct cardea_unpack *unpack, struct cardea_grant *grant)
{
	cardea_unpack_text(unpack, grant->id, sizeof(grant->id));
	cardea_unpack_text(unpack, grant->user, sizeof(grant->user));
	cardea_unpack_text(unpack, grant->rule, sizeof(grant->rule));
	cardea_unpack_text(unpack, grant->by, sizeof(grant->by));
	cardea_unpack_text(unpack, grant->reason, sizeof(grant->reason));
	grant->emergency = cardea_recordio_get_bool(unpack);
	grant->made_s = cardea_unpack_i64(unpack);
	grant->length_s = (uint32_t)cardea_recordio_get_count(
	    unpack, CARDEA_GRANT_MAX_S);
	grant->starts_s = cardea_unpack_i64(unpack);
	grant->ends_s = cardea_unpack_i64(unpack);
	cardea_unpack_text(unpack, grant->boot_id, sizeof(grant->boot_id));
	grant->starts_monotonic_ms = cardea_unpack_i64(unpack);
	grant->over_s = cardea_unpack_i64(unpack);
	grant->revoked_s = cardea_unpack_i64(unpack);
	cardea_unpack_text(
	    unpack, grant->revoked_by, sizeof(grant->revoked_by));
	get_approvals(unpack, grant);
}

/* What began has all its approvals and ends when its length is over; what did
 * not lacks one. */
static bool
is_sound(const struct cardea_grant *grant)
{
	bool approved = grant->approval_count == grant->wanted;
	int64_t from_s = approved ? grant->starts_s : grant->made_s;
	int64_t lasts_s = approved ? (int64_t)grant->length_s
				   : CARDEA_GRANT_WAIT_S;
	int64_t ends_s;

	if (grant->made_s <= 0 || (grant->starts_s != 0) != approved)
		return false;
	return !__builtin_add_overflow(from_s, lasts_s, &ends_s) &&
	    ends_s == grant->ends_s;
}

enum cardea_status
cardea_record_decode_grant(
    const struct cardea_value *value, struct cardea_grant *ret_grant)
{
	struct cardea_grant grant = { .version = value->version };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, GRANT_FORMAT);
	if (status != CARDEA_OK)
		return status;
	get_grant(&unpack, &grant);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK && !is_sound(&grant))
		status = CARDEA_E_CORRUPT;
	if (status == CARDEA_OK)
		*ret_grant = grant;
	return status;
}
