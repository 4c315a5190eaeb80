/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "key/pool.h"

static enum cardea_status
copy_handles(struct cardea_key_request *request,
    const struct cardea_touch_handle *handles, size_t count)
{
	enum cardea_status status = CARDEA_OK;

	if (count > CARDEA_KEYS_MAX)
		return CARDEA_E_RANGE;
	for (size_t i = 0; status == CARDEA_OK && i < count; i++) {
		struct cardea_remote_handle *copy = &request->handles[i];

		if (handles[i].len == 0 || handles[i].len > sizeof(copy->bytes))
			return CARDEA_E_RANGE;
		memcpy(copy->bytes, handles[i].bytes, handles[i].len);
		copy->len = handles[i].len;
		status = cardea_text_copy(
		    copy->rp_id, sizeof(copy->rp_id), handles[i].rp_id);
	}
	request->handle_count = count;
	return status;
}

enum cardea_status
cardea_touch_assert(const char *helper, const struct cardea_touch *touch,
    const struct cardea_touch_person *person,
    struct cardea_touch_answer *ret_answer, struct cardea_diag *diag)
{
	struct cardea_key_pool pool;
	enum cardea_touch_end end = CARDEA_TOUCH_FAILED;
	enum cardea_status status;

	status = cardea_key_pool_open(
	    &pool, helper, person, touch->timeout_ms, diag);
	if (status != CARDEA_OK)
		goto out;
	pool.request->task = CARDEA_KEY_TASK_ASSERT;
	pool.request->uv = touch->uv;
	memcpy(pool.request->client_hash, touch->client_hash,
	    sizeof(pool.request->client_hash));
	status = copy_handles(
	    pool.request, touch->handles, touch->handle_count);
	if (status == CARDEA_OK)
		status = cardea_key_pool_run(&pool, touch->device, &end);
	if (status != CARDEA_OK)
		goto out;
	ret_answer->end = end;
	if (end == CARDEA_TOUCH_DONE) {
		ret_answer->handle = pool.report->handle;
		ret_answer->assertion = pool.report->assertion;
		/* what was signed is what we asked, not what it says */
		memcpy(ret_answer->assertion.client_hash, touch->client_hash,
		    sizeof(ret_answer->assertion.client_hash));
	}
out:
	cardea_key_pool_close(&pool);
	return status;
}

static enum cardea_status
fill_wish(
    struct cardea_key_request *request, const struct cardea_touch_wish *wish)
{
	enum cardea_status status;

	request->task = CARDEA_KEY_TASK_MAKE;
	request->uv = wish->uv;
	request->algorithm = wish->algorithm;
	request->resident = wish->resident;
	memcpy(request->client_hash, wish->client_hash,
	    sizeof(request->client_hash));
	memcpy(request->user_handle, wish->user_handle,
	    sizeof(request->user_handle));
	status = cardea_text_copy(
	    request->rp_id, sizeof(request->rp_id), wish->rp_id);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    request->user, sizeof(request->user), wish->user);
	if (status == CARDEA_OK)
		status = copy_handles(
		    request, wish->exclude, wish->exclude_count);
	return status;
}

enum cardea_status
cardea_touch_make(const char *helper, const struct cardea_touch_wish *wish,
    const struct cardea_touch_person *person, enum cardea_touch_end *ret_end,
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag)
{
	struct cardea_key_pool pool;
	enum cardea_touch_end end = CARDEA_TOUCH_FAILED;
	enum cardea_status status;

	status = cardea_key_pool_open(
	    &pool, helper, person, wish->timeout_ms, diag);
	if (status == CARDEA_OK)
		status = fill_wish(pool.request, wish);
	if (status == CARDEA_OK)
		status = cardea_key_pool_run(&pool, wish->device, &end);
	if (status != CARDEA_OK)
		goto out;
	*ret_end = end;
	if (end == CARDEA_TOUCH_DONE) {
		*ret_registration = pool.report->registration;
		memcpy(ret_registration->client_hash, wish->client_hash,
		    sizeof(ret_registration->client_hash));
		status = cardea_text_copy(ret_registration->rp_id,
		    sizeof(ret_registration->rp_id), wish->rp_id);
	}
out:
	cardea_key_pool_close(&pool);
	return status;
}

const char *
cardea_touch_end_text(enum cardea_touch_end end)
{
	static const char *const texts[CARDEA_TOUCH_END_COUNT] = {
		[CARDEA_TOUCH_FAILED] = "failed",
		[CARDEA_TOUCH_DONE] = "done",
		[CARDEA_TOUCH_NO_KEY] = "no-key",
		[CARDEA_TOUCH_NOT_HELD] = "not-held",
		[CARDEA_TOUCH_REFUSED] = "refused",
		[CARDEA_TOUCH_TIMEOUT] = "no-touch",
		[CARDEA_TOUCH_CANCELLED] = "cancelled",
		[CARDEA_TOUCH_NO_UV] = "no-uv",
		[CARDEA_TOUCH_NO_PIN] = "no-pin",
		[CARDEA_TOUCH_WRONG_PIN] = "wrong-pin",
		[CARDEA_TOUCH_BLOCKED] = "pin-blocked",
		[CARDEA_TOUCH_EXISTS] = "exists",
	};

	return end < CARDEA_TOUCH_END_COUNT ? texts[end] : "unknown";
}
