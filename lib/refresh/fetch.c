/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <unistd.h>

#include "refresh/fetch.h"
#include "refresh/stream.h"

#define MAGIC 0x46445243u /* "CRDF" */
#define SLACK_MS 2000	  /* for its own limits to be told in its own words */

enum cardea_status
cardea_fetch_pack(const struct cardea_fetch *fetch, unsigned char *bytes,
    size_t size, size_t *ret_len)
{
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, bytes, size);
	cardea_pack_u32(&pack, MAGIC);
	cardea_pack_text(&pack, fetch->url);
	cardea_pack_blob(
	    &pack, fetch->body, fetch->body == NULL ? 0 : fetch->body_len);
	cardea_pack_blob(
	    &pack, fetch->trust, fetch->trust == NULL ? 0 : fetch->trust_len);
	cardea_pack_u64(&pack, fetch->max);
	cardea_pack_u32(&pack, fetch->all_s);
	cardea_pack_u32(&pack, fetch->stall_s);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		*ret_len = pack.len;
	return status;
}

enum cardea_status
cardea_fetch_unpack(
    const unsigned char *bytes, size_t len, struct cardea_fetch *ret_fetch)
{
	struct cardea_fetch fetch = { .body_len = 0 };
	const unsigned char *trust = NULL;
	struct cardea_unpack unpack;
	enum cardea_status status;

	cardea_unpack_init(&unpack, bytes, len);
	if (cardea_unpack_u32(&unpack) != MAGIC)
		return CARDEA_E_SYNTAX;
	cardea_unpack_text(&unpack, fetch.url, sizeof(fetch.url));
	cardea_unpack_blob(&unpack, &fetch.body, &fetch.body_len);
	cardea_unpack_blob(&unpack, &trust, &fetch.trust_len);
	fetch.max = cardea_unpack_u64(&unpack);
	fetch.all_s = cardea_unpack_u32(&unpack);
	fetch.stall_s = cardea_unpack_u32(&unpack);
	status = cardea_unpack_done(&unpack);
	if (status == CARDEA_OK &&
	    (fetch.url[0] == '\0' || fetch.max == 0 || fetch.all_s == 0 ||
		fetch.stall_s == 0 || fetch.body_len > CARDEA_FETCH_BODY_MAX ||
		fetch.trust_len > CARDEA_CERT_FILE_MAX))
		status = CARDEA_E_RANGE;
	if (status != CARDEA_OK)
		return status;
	if (fetch.body_len == 0)
		fetch.body = NULL;
	fetch.trust = fetch.trust_len == 0 ? NULL : (const char *)trust;
	*ret_fetch = fetch;
	return CARDEA_OK;
}

static enum cardea_status
run(const struct cardea_fetch *fetch, struct cardea_stream_call *call,
    size_t *ret_len, struct cardea_diag *diag)
{
	struct cardea_stream_end end = { .info_len = 0 };
	unsigned char *request = malloc(CARDEA_FETCH_BYTES);
	enum cardea_status status;

	if (request == NULL)
		return CARDEA_E_MEMORY;
	status = cardea_fetch_pack(
	    fetch, request, CARDEA_FETCH_BYTES, &call->request_len);
	call->request = request;
	if (status == CARDEA_OK)
		status = cardea_stream_run(call, &end, ret_len, diag);
	else
		status = cardea_diag_set(
		    diag, status, "the request does not fit");
	free(request);
	return status;
}

enum cardea_status
cardea_fetch(const struct cardea_fetch *fetch,
    void (*progress)(size_t len, void *context), void *context, int *ret_fd,
    size_t *ret_len, struct cardea_diag *diag)
{
	struct cardea_stream_call call = {
		.path = CARDEA_FETCH_HELPER,
		.max = fetch->max,
		.all_ms = fetch->all_s * 1000 + SLACK_MS,
		.stall_ms = fetch->stall_s * 1000 + SLACK_MS,
		.progress = progress,
		.context = context,
		.sink = -1,
	};
	enum cardea_status status;
	size_t len = 0;

	status = cardea_stream_file(&call.sink, diag);
	if (status != CARDEA_OK)
		return status;
	status = run(fetch, &call, &len, diag);
	if (status == CARDEA_OK)
		status = cardea_stream_seal(call.sink, diag);
	if (status != CARDEA_OK) {
		(void)close(call.sink);
		return status;
	}
	*ret_fd = call.sink; /* moved */
	*ret_len = len;
	return CARDEA_OK;
}
