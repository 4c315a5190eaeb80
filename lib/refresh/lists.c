/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "refresh/lists.h"

#define MAGIC 0x52445243u /* "CRDR" */
#define INDEX_MAX ((size_t)1 << 30)
#define ALL_MS 300000u /* ten million entries, on a slow machine */

static void
put(struct cardea_pack *pack, const struct cardea_cert_bytes *bytes)
{
	cardea_pack_blob(pack, bytes->data, bytes->len);
}

static struct cardea_cert_bytes
get(struct cardea_unpack *unpack, size_t max)
{
	struct cardea_cert_bytes bytes = { .data = NULL };

	cardea_unpack_blob(unpack, &bytes.data, &bytes.len);
	if (bytes.len > max)
		unpack->failed = true;
	return bytes;
}

static bool
get_bool(struct cardea_unpack *unpack)
{
	uint8_t value = cardea_unpack_u8(unpack);

	if (value > 1)
		unpack->failed = true;
	return value == 1;
}

static size_t
get_count(struct cardea_unpack *unpack, size_t max)
{
	uint32_t count = cardea_unpack_u32(unpack);

	if (count > max)
		unpack->failed = true;
	return unpack->failed ? 0 : count;
}

/* --- the call ------------------------------------------------------------ */

enum cardea_status
cardea_lists_pack_call(const struct cardea_lists_call *call,
    unsigned char *bytes, size_t size, size_t *ret_len)
{
	struct cardea_pack pack;
	enum cardea_status status;

	if (call->chain_count > CARDEA_CERT_CHAIN_MAX + 1)
		return CARDEA_E_RANGE;
	cardea_pack_init(&pack, bytes, size);
	cardea_pack_u32(&pack, MAGIC);
	cardea_pack_u32(&pack, call->task);
	cardea_pack_i64(&pack, call->now_s);
	cardea_pack_u32(&pack, call->max_age_s);
	put(&pack, &call->trust);
	put(&pack, &call->intermediates);
	put(&pack, &call->list_keys);
	cardea_pack_u32(&pack, (uint32_t)call->chain_count);
	for (size_t i = 0; i < call->chain_count; i++)
		put(&pack, &call->chain[i]);
	put(&pack, &call->certificate);
	put(&pack, &call->issuer);
	put(&pack, &call->request);
	cardea_pack_u8(&pack, call->same_source);
	cardea_pack_u8(&pack, call->has_list);
	cardea_pack_u8(&pack, call->has_old);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		*ret_len = pack.len;
	return status;
}

enum cardea_status
cardea_lists_unpack_call(
    const unsigned char *bytes, size_t len, struct cardea_lists_call *ret_call)
{
	struct cardea_lists_call call = { .task = CARDEA_LISTS_NONE };
	struct cardea_unpack unpack;
	enum cardea_status status;

	cardea_unpack_init(&unpack, bytes, len);
	if (cardea_unpack_u32(&unpack) != MAGIC)
		return CARDEA_E_SYNTAX;
	call.task = (enum cardea_lists_task)get_count(
	    &unpack, CARDEA_LISTS_ANSWER);
	call.now_s = cardea_unpack_i64(&unpack);
	call.max_age_s = cardea_unpack_u32(&unpack);
	call.trust = get(&unpack, CARDEA_CERT_FILE_MAX);
	call.intermediates = get(&unpack, CARDEA_CERT_FILE_MAX);
	call.list_keys = get(&unpack, CARDEA_CERT_FILE_MAX);
	call.chain_count = get_count(&unpack, CARDEA_CERT_CHAIN_MAX + 1);
	for (size_t i = 0; i < call.chain_count; i++)
		call.chain[i] = get(&unpack, CARDEA_CERT_MAX);
	call.certificate = get(&unpack, CARDEA_CERT_MAX);
	call.issuer = get(&unpack, CARDEA_CERT_MAX);
	call.request = get(&unpack, CARDEA_CERT_MAX);
	call.same_source = get_bool(&unpack);
	call.has_list = get_bool(&unpack);
	call.has_old = get_bool(&unpack);
	status = cardea_unpack_done(&unpack);
	if (status == CARDEA_OK && call.task == CARDEA_LISTS_NONE)
		status = CARDEA_E_SYNTAX;
	if (status == CARDEA_OK)
		*ret_call = call;
	return status;
}

/* --- what comes back ----------------------------------------------------- */

void
cardea_lists_pack_info(
    const struct cardea_lists_info *info, struct cardea_stream_end *end)
{
	struct cardea_pack pack;

	cardea_pack_init(&pack, end->info, sizeof(end->info));
	cardea_pack_i64(&pack, info->this_update_s);
	cardea_pack_i64(&pack, info->next_update_s);
	cardea_pack_text(&pack, info->number);
	cardea_pack_u64(&pack, info->entries);
	cardea_pack_u8(&pack, info->is_same);
	cardea_pack_u8(&pack, info->delta);
	cardea_pack_u32(&pack, info->answer);
	end->info_len = cardea_pack_done(&pack) == CARDEA_OK ? pack.len : 0;
}

static bool
is_number(const char *text)
{
	return text[strspn(text, "0123456789abcdef")] == '\0';
}

enum cardea_status
cardea_lists_unpack_info(
    const struct cardea_stream_end *end, struct cardea_lists_info *ret_info)
{
	struct cardea_lists_info info = { .entries = 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;
	uint32_t answer;

	cardea_unpack_init(&unpack, end->info, end->info_len);
	info.this_update_s = cardea_unpack_i64(&unpack);
	info.next_update_s = cardea_unpack_i64(&unpack);
	cardea_unpack_text(&unpack, info.number, sizeof(info.number));
	info.entries = cardea_unpack_u64(&unpack);
	info.is_same = get_bool(&unpack);
	info.delta = get_bool(&unpack);
	answer = cardea_unpack_u32(&unpack);
	status = cardea_unpack_done(&unpack);
	if (status != CARDEA_OK)
		return status;
	if (answer > CARDEA_LISTS_UNKNOWN || !is_number(info.number))
		return CARDEA_E_SYNTAX;
	info.answer = answer;
	*ret_info = info;
	return CARDEA_OK;
}

enum cardea_status
cardea_lists_pack_wishes(const struct cardea_lists_wish *wishes, size_t count,
    unsigned char *bytes, size_t size, size_t *ret_len)
{
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, bytes, size);
	cardea_pack_u32(&pack, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		put(&pack, &wishes[i].certificate);
		put(&pack, &wishes[i].issuer);
		put(&pack, &wishes[i].request);
	}
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		*ret_len = pack.len;
	return status;
}

enum cardea_status
cardea_lists_unpack_wishes(const unsigned char *bytes, size_t len,
    struct cardea_lists_wish ret_wishes[CARDEA_CERT_CHAIN_MAX + 1],
    size_t *ret_count)
{
	struct cardea_unpack unpack;
	enum cardea_status status;
	size_t count;

	cardea_unpack_init(&unpack, bytes, len);
	count = get_count(&unpack, CARDEA_CERT_CHAIN_MAX + 1);
	for (size_t i = 0; i < count; i++) {
		ret_wishes[i].certificate = get(&unpack, CARDEA_CERT_MAX);
		ret_wishes[i].issuer = get(&unpack, CARDEA_CERT_MAX);
		ret_wishes[i].request = get(&unpack, CARDEA_CERT_MAX);
	}
	status = cardea_unpack_done(&unpack);
	if (status == CARDEA_OK)
		*ret_count = count;
	return status;
}

/* --- the parent's end ---------------------------------------------------- */

static enum cardea_status
run(const struct cardea_lists_call *call, struct cardea_stream_call *stream,
    struct cardea_stream_end *end, size_t *ret_len, struct cardea_diag *diag)
{
	unsigned char *request = malloc(CARDEA_LISTS_CALL_BYTES);
	enum cardea_status status;

	if (request == NULL)
		return CARDEA_E_MEMORY;
	status = cardea_lists_pack_call(
	    call, request, CARDEA_LISTS_CALL_BYTES, &stream->request_len);
	stream->request = request;
	if (status == CARDEA_OK)
		status = cardea_stream_run(stream, end, ret_len, diag);
	else
		status = cardea_diag_set(
		    diag, status, "more certificates than there is room for");
	free(request);
	return status;
}

enum cardea_status
cardea_lists_run(const struct cardea_lists_call *call, int list, int old,
    int sink, struct cardea_lists_info *ret_info, size_t *ret_len,
    struct cardea_diag *diag)
{
	struct cardea_lists_call own = *call;
	struct cardea_stream_end end = { .info_len = 0 };
	struct cardea_stream_call stream = {
		.path = CARDEA_REVOCATION_HELPER,
		.sink = sink,
		.max = INDEX_MAX,
		.all_ms = ALL_MS,
		.stall_ms = ALL_MS,
	};
	enum cardea_status status;
	size_t len = 0;

	own.has_list = list >= 0;
	own.has_old = old >= 0;
	if (own.has_list)
		stream.files[stream.file_count++] = list;
	if (own.has_old)
		stream.files[stream.file_count++] = old;
	status = run(&own, &stream, &end, &len, diag);
	if (status == CARDEA_OK &&
	    cardea_lists_unpack_info(&end, ret_info) != CARDEA_OK)
		status = cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "cardea-revocation said what is no answer");
	if (status == CARDEA_OK)
		*ret_len = len;
	return status;
}
