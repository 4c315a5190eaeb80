/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/record.h"
#include "store/record_txn.h"
#include "store/recordio.h"

/*
 * What one phase leaves for the next: request and evidence whole, but only as
 * much of their fixed fields as is in use.
 */
#define TXN_FORMAT 4

/* ---- request ---- */

static void
put_local(struct cardea_pack *pack, const struct cardea_local_time *local)
{
	cardea_pack_text(pack, local->zone);
	cardea_pack_u32(pack, local->known);
	cardea_recordio_put_i32(pack, local->year);
	cardea_recordio_put_i32(pack, local->month);
	cardea_recordio_put_i32(pack, local->day);
	cardea_recordio_put_i32(pack, local->weekday);
	cardea_recordio_put_i32(pack, local->second);
}

static void
get_local(struct cardea_unpack *unpack, struct cardea_local_time *local)
{
	cardea_unpack_text(unpack, local->zone, sizeof(local->zone));
	local->known = cardea_recordio_get_bool(unpack);
	local->year = cardea_recordio_get_i32(unpack);
	local->month = cardea_recordio_get_i32(unpack);
	local->day = cardea_recordio_get_i32(unpack);
	local->weekday = cardea_recordio_get_i32(unpack);
	local->second = cardea_recordio_get_i32(unpack);
}

static void
put_names(struct cardea_pack *pack, const struct cardea_request *request)
{
	cardea_pack_text(pack, request->user);
	cardea_pack_u32(pack, request->user_exists);
	cardea_pack_text(pack, request->pam_user);
	cardea_pack_text(pack, request->ruser);
	cardea_pack_text(pack, request->caller);
	cardea_pack_u32(pack, request->caller_known);
	cardea_pack_u32(pack, request->caller_uid);
	cardea_pack_text(pack, request->service);
	cardea_pack_text(pack, request->host);
	cardea_pack_text(pack, request->tty);
	cardea_pack_text(pack, request->rhost);
	cardea_pack_text(pack, request->login_session);
}

static void
get_names(struct cardea_unpack *unpack, struct cardea_request *request)
{
	cardea_unpack_text(unpack, request->user, sizeof(request->user));
	request->user_exists = cardea_recordio_get_bool(unpack);
	cardea_unpack_text(
	    unpack, request->pam_user, sizeof(request->pam_user));
	cardea_unpack_text(unpack, request->ruser, sizeof(request->ruser));
	cardea_unpack_text(unpack, request->caller, sizeof(request->caller));
	request->caller_known = cardea_recordio_get_bool(unpack);
	request->caller_uid = cardea_unpack_u32(unpack);
	cardea_unpack_text(unpack, request->service, sizeof(request->service));
	cardea_unpack_text(unpack, request->host, sizeof(request->host));
	cardea_unpack_text(unpack, request->tty, sizeof(request->tty));
	cardea_unpack_text(unpack, request->rhost, sizeof(request->rhost));
	cardea_unpack_text(
	    unpack, request->login_session, sizeof(request->login_session));
}

static void
put_posture(struct cardea_pack *pack, const struct cardea_posture *posture)
{
	for (size_t i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++)
		cardea_pack_u32(pack, posture->facts[i]);
	cardea_pack_text(pack, posture->os);
	cardea_pack_text(pack, posture->os_version);
	cardea_pack_text(pack, posture->kernel);
	cardea_pack_i64(pack, posture->kernel_built_s);
}

static enum cardea_known
get_known(struct cardea_unpack *unpack)
{
	return (enum cardea_known)cardea_recordio_get_count(unpack, CARDEA_YES);
}

static void
get_posture(struct cardea_unpack *unpack, struct cardea_posture *posture)
{
	for (size_t i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++)
		posture->facts[i] = get_known(unpack);
	cardea_unpack_text(unpack, posture->os, sizeof(posture->os));
	cardea_unpack_text(
	    unpack, posture->os_version, sizeof(posture->os_version));
	cardea_unpack_text(unpack, posture->kernel, sizeof(posture->kernel));
	posture->kernel_built_s = cardea_unpack_i64(unpack);
}

static void
put_address(struct cardea_pack *pack, const struct cardea_address *address)
{
	cardea_pack_u32(pack, address->kind);
	cardea_pack_blob(pack, address->bytes, sizeof(address->bytes));
}

static void
put_place(struct cardea_pack *pack, const struct cardea_place *place)
{
	cardea_pack_u32(pack, place->country_known);
	cardea_pack_text(pack, place->country);
	cardea_pack_u32(pack, place->subdivision_known);
	cardea_pack_text(pack, place->subdivision);
	cardea_pack_u32(pack, place->asn_known);
	cardea_pack_u32(pack, place->asn);
	cardea_pack_u32(pack, place->position_known);
	cardea_recordio_put_i32(pack, place->latitude_e4);
	cardea_recordio_put_i32(pack, place->longitude_e4);
	cardea_pack_u32(pack, place->accuracy_km);
	cardea_pack_u32(pack, place->traits_known);
	cardea_pack_u32(pack, place->traits);
}

static void
get_place(struct cardea_unpack *unpack, struct cardea_place *place)
{
	place->country_known = get_known(unpack);
	cardea_unpack_text(unpack, place->country, sizeof(place->country));
	place->subdivision_known = get_known(unpack);
	cardea_unpack_text(
	    unpack, place->subdivision, sizeof(place->subdivision));
	place->asn_known = get_known(unpack);
	place->asn = cardea_unpack_u32(unpack);
	place->position_known = get_known(unpack);
	place->latitude_e4 = cardea_recordio_get_i32(unpack);
	place->longitude_e4 = cardea_recordio_get_i32(unpack);
	place->accuracy_km = cardea_unpack_u32(unpack);
	place->traits_known = get_known(unpack);
	place->traits = cardea_unpack_u32(unpack);
}

static void
put_circumstances(
    struct cardea_pack *pack, const struct cardea_request *request)
{
	const struct cardea_grants *grants = &request->grants;

	if (request->listed_count > CARDEA_LISTS_MAX ||
	    grants->count > CARDEA_GRANTS_MAX) {
		pack->failed = true;
		return;
	}
	put_address(pack, &request->login_source);
	cardea_pack_text(pack, request->login_record);
	put_place(pack, &request->place);
	cardea_pack_u32(pack, (uint32_t)request->listed_count);
	for (size_t i = 0; i < request->listed_count; i++) {
		cardea_pack_u64(pack, request->listed[i].list);
		cardea_pack_u32(pack, request->listed[i].holds);
	}
	for (size_t i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		cardea_pack_u32(pack, request->signals[i].holds);
		cardea_pack_text(pack, request->signals[i].compared);
	}
	cardea_pack_u32(pack, grants->known);
	cardea_pack_u32(pack, (uint32_t)grants->count);
	for (size_t i = 0; i < grants->count; i++) {
		cardea_pack_text(pack, grants->items[i].rule);
		cardea_pack_text(pack, grants->items[i].id);
		cardea_pack_i64(pack, grants->items[i].ends_s);
	}
}

static void
get_address(struct cardea_unpack *unpack, struct cardea_address *address)
{
	address->kind = (enum cardea_address_kind)cardea_recordio_get_count(
	    unpack, CARDEA_ADDRESS_IP);
	cardea_recordio_get_bytes(
	    unpack, address->bytes, sizeof(address->bytes));
}

static void
get_circumstances(struct cardea_unpack *unpack, struct cardea_request *request)
{
	struct cardea_grants *grants = &request->grants;

	get_address(unpack, &request->login_source);
	cardea_unpack_text(
	    unpack, request->login_record, sizeof(request->login_record));
	get_place(unpack, &request->place);
	request->listed_count = cardea_recordio_get_count(
	    unpack, CARDEA_LISTS_MAX);
	for (size_t i = 0; i < request->listed_count; i++) {
		request->listed[i].list = cardea_unpack_u64(unpack);
		request->listed[i].holds = get_known(unpack);
	}
	for (size_t i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		struct cardea_signal_fact *fact = &request->signals[i];

		fact->holds = get_known(unpack);
		cardea_unpack_text(
		    unpack, fact->compared, sizeof(fact->compared));
	}
	grants->known = cardea_recordio_get_bool(unpack);
	grants->count = cardea_recordio_get_count(unpack, CARDEA_GRANTS_MAX);
	for (size_t i = 0; i < grants->count; i++) {
		struct cardea_granted *item = &grants->items[i];

		cardea_unpack_text(unpack, item->rule, sizeof(item->rule));
		cardea_unpack_text(unpack, item->id, sizeof(item->id));
		item->ends_s = cardea_unpack_i64(unpack);
	}
}

void
cardea_record_put_request(
    struct cardea_pack *pack, const struct cardea_request *request)
{
	if (request->group_text_len > CARDEA_GROUP_TEXT_MAX ||
	    request->local_count > CARDEA_TIMEZONES_MAX) {
		pack->failed = true;
		return;
	}
	put_names(pack, request);
	put_address(pack, &request->source);
	cardea_pack_u32(pack, request->origin);
	cardea_pack_u32(pack, request->groups_known);
	cardea_pack_blob(pack, request->group_text, request->group_text_len);
	cardea_pack_u32(pack, request->time_known);
	cardea_pack_i64(pack, request->time_s);
	put_posture(pack, &request->posture);
	put_circumstances(pack, request);
	cardea_pack_u32(pack, request->outages);
	cardea_pack_u32(pack, (uint32_t)request->local_count);
	for (size_t i = 0; i < request->local_count; i++)
		put_local(pack, &request->local[i]);
}

/* A blob of at most size bytes; its length. */
static size_t
get_blob(struct cardea_unpack *unpack, void *bytes, size_t size)
{
	const unsigned char *blob = NULL;
	size_t len = 0;

	cardea_unpack_blob(unpack, &blob, &len);
	if (unpack->failed)
		return 0;
	if (len > size) {
		unpack->failed = true;
		return 0;
	}
	if (len > 0)
		memcpy(bytes, blob, len);
	return len;
}

void
cardea_record_get_request(
    struct cardea_unpack *unpack, struct cardea_request *request)
{
	size_t len;

	get_names(unpack, request);
	get_address(unpack, &request->source);
	request->origin = (enum cardea_origin)cardea_recordio_get_count(
	    unpack, CARDEA_ORIGIN_REMOTE);
	request->groups_known = cardea_recordio_get_bool(unpack);
	request->group_text_len = get_blob(
	    unpack, request->group_text, CARDEA_GROUP_TEXT_MAX);
	/* each name has its NUL, the last one too */
	len = request->group_text_len;
	if (len > 0 && request->group_text[len - 1] != '\0')
		unpack->failed = true;
	request->time_known = cardea_recordio_get_bool(unpack);
	request->time_s = cardea_unpack_i64(unpack);
	get_posture(unpack, &request->posture);
	get_circumstances(unpack, request);
	request->outages = cardea_unpack_u32(unpack);
	request->local_count = cardea_recordio_get_count(
	    unpack, CARDEA_TIMEZONES_MAX);
	for (size_t i = 0; i < request->local_count; i++)
		get_local(unpack, &request->local[i]);
}

/* ---- evidence ---- */

void
cardea_record_put_evidence(
    struct cardea_pack *pack, const struct cardea_evidence_set *set)
{
	if (set->count > CARDEA_EVIDENCE_MAX) {
		pack->failed = true;
		return;
	}
	cardea_pack_text(pack, set->txn);
	cardea_pack_u32(pack, (uint32_t)set->count);
	for (size_t i = 0; i < set->count; i++) {
		const struct cardea_evidence *item = &set->items[i];

		cardea_pack_u32(pack, item->version);
		cardea_pack_u32(pack, item->factor);
		cardea_pack_u32(pack, item->result);
		cardea_pack_text(pack, item->subject);
		cardea_pack_text(pack, item->txn);
		cardea_pack_text(pack, item->credential);
		cardea_pack_i64(pack, item->time_s);
		cardea_pack_u32(pack, item->remembered);
		cardea_recordio_put_qualities(
		    pack, item->qualities, item->quality_count);
	}
}

static enum cardea_result
get_result(struct cardea_unpack *unpack)
{
	const enum cardea_result result = (enum cardea_result)cardea_unpack_u32(
	    unpack);

	switch (result) {
	case CARDEA_RESULT_NONE:
	case CARDEA_RESULT_ABSENT:
	case CARDEA_RESULT_REFUSED:
	case CARDEA_RESULT_BROKEN:
	case CARDEA_RESULT_VERIFIED:
		return result;
	}
	unpack->failed = true;
	return CARDEA_RESULT_NONE;
}

void
cardea_record_get_evidence(
    struct cardea_unpack *unpack, struct cardea_evidence_set *set)
{
	cardea_unpack_text(unpack, set->txn, sizeof(set->txn));
	set->count = cardea_recordio_get_count(unpack, CARDEA_EVIDENCE_MAX);
	for (size_t i = 0; i < set->count; i++) {
		struct cardea_evidence *item = &set->items[i];

		item->version = cardea_unpack_u32(unpack);
		/* evidence of an unknown version is no evidence */
		if (item->version != CARDEA_EVIDENCE_VERSION)
			unpack->failed = true;
		item->factor = cardea_recordio_get_factor(unpack);
		item->result = get_result(unpack);
		cardea_unpack_text(
		    unpack, item->subject, sizeof(item->subject));
		cardea_unpack_text(unpack, item->txn, sizeof(item->txn));
		cardea_unpack_text(
		    unpack, item->credential, sizeof(item->credential));
		item->time_s = cardea_unpack_i64(unpack);
		item->remembered = cardea_recordio_get_bool(unpack);
		item->quality_count = cardea_recordio_get_qualities(
		    unpack, item->qualities);
	}
}

void
cardea_record_put_shown(struct cardea_pack *pack,
    const struct cardea_evidence_set *set,
    const struct cardea_cert_shown *shown)
{
	cardea_pack_blob(pack, shown->bytes, shown->len);
	for (size_t i = 0; i < set->count; i++)
		cardea_pack_u32(pack, set->items[i].shown);
}

void
cardea_record_get_shown(struct cardea_unpack *unpack,
    struct cardea_evidence_set *set, struct cardea_cert_shown *shown)
{
	shown->len = cardea_recordio_get_blob(
	    unpack, shown->bytes, sizeof(shown->bytes));
	for (size_t i = 0; i < set->count; i++)
		set->items[i].shown = cardea_unpack_u32(unpack);
}

/* ---- txn ---- */

enum cardea_status
cardea_record_encode_txn(
    const struct cardea_txn *txn, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	struct cardea_pack *pack = &io.pack;
	enum cardea_status status;

	status = cardea_recordio_start(&io, CARDEA_VALUE_MAX, TXN_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_text(pack, txn->id);
	cardea_pack_text(pack, txn->txn);
	cardea_pack_u32(pack, txn->phase);
	cardea_recordio_put_i32(pack, txn->pid);
	cardea_pack_u64(pack, txn->pid_start);
	cardea_recordio_put_i32(pack, txn->parent);
	cardea_pack_u64(pack, txn->parent_start);
	cardea_pack_i64(pack, txn->created_monotonic_ms);
	cardea_pack_text(pack, txn->boot_id);
	cardea_pack_text(pack, txn->policy);
	cardea_pack_u32(pack, txn->deferred);
	cardea_record_put_request(pack, &txn->request);
	cardea_record_put_evidence(pack, &txn->evidence);
	cardea_record_put_shown(pack, &txn->evidence, &txn->shown);
	return cardea_recordio_finish(&io, ret_value);
}

static void
get_txn(struct cardea_unpack *unpack, struct cardea_txn *txn)
{
	cardea_unpack_text(unpack, txn->id, sizeof(txn->id));
	cardea_unpack_text(unpack, txn->txn, sizeof(txn->txn));
	txn->phase = (enum cardea_phase)cardea_recordio_get_count(
	    unpack, CARDEA_PHASE_PASSWORD);
	txn->pid = cardea_recordio_get_i32(unpack);
	txn->pid_start = cardea_unpack_u64(unpack);
	txn->parent = cardea_recordio_get_i32(unpack);
	txn->parent_start = cardea_unpack_u64(unpack);
	txn->created_monotonic_ms = cardea_unpack_i64(unpack);
	cardea_unpack_text(unpack, txn->boot_id, sizeof(txn->boot_id));
	cardea_unpack_text(unpack, txn->policy, sizeof(txn->policy));
	txn->deferred = cardea_recordio_get_bool(unpack);
	cardea_record_get_request(unpack, &txn->request);
	cardea_record_get_evidence(unpack, &txn->evidence);
	cardea_record_get_shown(unpack, &txn->evidence, &txn->shown);
}

enum cardea_status
cardea_record_decode_txn(
    const struct cardea_value *value, struct cardea_txn *ret_txn)
{
	struct cardea_unpack unpack;
	struct cardea_txn *txn;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, TXN_FORMAT);
	if (status != CARDEA_OK)
		return status;
	/* too large for a stack that somebody else may have filled */
	txn = calloc(1, sizeof(*txn));
	if (txn == NULL)
		return CARDEA_E_MEMORY;
	get_txn(&unpack, txn);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_txn = *txn;
	free(txn);
	return status;
}
