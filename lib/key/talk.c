/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"
#include "key/talk.h"

#define MAGIC 0x43524459u /* "CRDY": of another talk than the module's */
#define GO 6u		  /* beside the tasks and what cardea-key says */

static void
put_head(struct cardea_pack *pack, void *packet, size_t size, uint32_t kind)
{
	cardea_pack_init(pack, packet, size);
	cardea_pack_u32(pack, MAGIC);
	cardea_pack_u32(pack, kind);
}

static uint32_t
get_head(struct cardea_unpack *unpack, const unsigned char *packet, size_t len)
{
	cardea_unpack_init(unpack, packet, len);
	if (cardea_unpack_u32(unpack) != MAGIC)
		unpack->failed = true;
	return cardea_unpack_u32(unpack);
}

static enum cardea_status
put_end(const struct cardea_pack *pack, size_t *ret_len)
{
	enum cardea_status status = cardea_pack_done(pack);

	if (status == CARDEA_OK)
		*ret_len = pack->len;
	return status;
}

static bool
get_bool(struct cardea_unpack *unpack)
{
	uint8_t value = cardea_unpack_u8(unpack);

	if (value > 1)
		unpack->failed = true;
	return value == 1;
}

/* At most high, or the whole is refused. */
static size_t
get_count(struct cardea_unpack *unpack, size_t high)
{
	uint32_t count = cardea_unpack_u32(unpack);

	if (count > high) {
		unpack->failed = true;
		return 0;
	}
	return count;
}

static size_t
get_bytes(
    struct cardea_unpack *unpack, unsigned char *bytes, size_t low, size_t high)
{
	const unsigned char *blob = NULL;
	size_t len = 0;

	cardea_unpack_blob(unpack, &blob, &len);
	if (unpack->failed || len < low || len > high) {
		unpack->failed = true;
		return 0;
	}
	if (len > 0)
		memcpy(bytes, blob, len);
	return len;
}

/* --- requests ------------------------------------------------------------ */

enum cardea_status
cardea_key_pack_request(const struct cardea_key_request *request,
    unsigned char *packet, size_t size, size_t *ret_len)
{
	struct cardea_pack pack;

	if (request->handle_count > CARDEA_KEYS_MAX)
		return CARDEA_E_RANGE;
	put_head(&pack, packet, size, request->task);
	cardea_pack_text(&pack, request->device);
	cardea_pack_u32(&pack, request->timeout_ms);
	cardea_pack_blob(
	    &pack, request->client_hash, sizeof(request->client_hash));
	cardea_pack_u32(&pack, request->uv);
	cardea_pack_u32(&pack, (uint32_t)request->handle_count);
	for (size_t i = 0; i < request->handle_count; i++) {
		cardea_pack_text(&pack, request->handles[i].rp_id);
		cardea_pack_blob(
		    &pack, request->handles[i].bytes, request->handles[i].len);
	}
	cardea_pack_text(&pack, request->rp_id);
	cardea_pack_text(&pack, request->user);
	cardea_pack_blob(
	    &pack, request->user_handle, sizeof(request->user_handle));
	cardea_pack_u32(&pack, (uint32_t)request->algorithm);
	cardea_pack_u8(&pack, request->resident);
	return put_end(&pack, ret_len);
}

static void
get_handles(struct cardea_unpack *unpack, struct cardea_key_request *request)
{
	request->handle_count = get_count(unpack, CARDEA_KEYS_MAX);
	for (size_t i = 0; i < request->handle_count; i++) {
		struct cardea_remote_handle *handle = &request->handles[i];

		cardea_unpack_text(
		    unpack, handle->rp_id, sizeof(handle->rp_id));
		handle->len = get_bytes(
		    unpack, handle->bytes, 1, sizeof(handle->bytes));
	}
}

enum cardea_status
cardea_key_unpack_request(const unsigned char *packet, size_t len,
    struct cardea_key_request *ret_request)
{
	struct cardea_unpack unpack;
	uint32_t task = get_head(&unpack, packet, len);

	memset(ret_request, 0, sizeof(*ret_request));
	if (task < CARDEA_KEY_TASK_LIST || task > CARDEA_KEY_TASK_MAKE)
		return CARDEA_E_SYNTAX;
	ret_request->task = (enum cardea_key_task)task;
	cardea_unpack_text(
	    &unpack, ret_request->device, sizeof(ret_request->device));
	ret_request->timeout_ms = cardea_unpack_u32(&unpack);
	(void)get_bytes(&unpack, ret_request->client_hash, CARDEA_FIDO2_HASH,
	    CARDEA_FIDO2_HASH);
	ret_request->uv = (enum cardea_uv)get_count(&unpack, CARDEA_UV_NEED);
	get_handles(&unpack, ret_request);
	cardea_unpack_text(
	    &unpack, ret_request->rp_id, sizeof(ret_request->rp_id));
	cardea_unpack_text(
	    &unpack, ret_request->user, sizeof(ret_request->user));
	(void)get_bytes(&unpack, ret_request->user_handle,
	    CARDEA_KEY_USER_HANDLE, CARDEA_KEY_USER_HANDLE);
	ret_request->algorithm = (enum cardea_fido2_algorithm)(
	    int32_t)cardea_unpack_u32(&unpack);
	ret_request->resident = get_bool(&unpack);
	if (ret_request->timeout_ms > CARDEA_WAIT_MAX_MS)
		return CARDEA_E_RANGE;
	return cardea_unpack_done(&unpack);
}

/* --- reports ------------------------------------------------------------- */

static void
put_assertion(
    struct cardea_pack *pack, const struct cardea_fido2_assertion *assertion)
{
	cardea_pack_blob(
	    pack, assertion->client_hash, sizeof(assertion->client_hash));
	cardea_pack_blob(pack, assertion->auth_data, assertion->auth_data_len);
	cardea_pack_blob(pack, assertion->signature, assertion->signature_len);
}

static void
get_assertion(
    struct cardea_unpack *unpack, struct cardea_fido2_assertion *assertion)
{
	(void)get_bytes(unpack, assertion->client_hash,
	    sizeof(assertion->client_hash), sizeof(assertion->client_hash));
	assertion->auth_data_len = get_bytes(
	    unpack, assertion->auth_data, 1, sizeof(assertion->auth_data));
	assertion->signature_len = get_bytes(
	    unpack, assertion->signature, 1, sizeof(assertion->signature));
}

static void
put_registration(struct cardea_pack *pack,
    const struct cardea_fido2_registration *registration)
{
	cardea_pack_blob(
	    pack, registration->client_hash, sizeof(registration->client_hash));
	cardea_pack_text(pack, registration->rp_id);
	cardea_pack_text(pack, registration->format);
	cardea_pack_blob(
	    pack, registration->auth_data, registration->auth_data_len);
	cardea_pack_blob(
	    pack, registration->statement, registration->statement_len);
}

static void
get_registration(struct cardea_unpack *unpack,
    struct cardea_fido2_registration *registration)
{
	(void)get_bytes(unpack, registration->client_hash,
	    sizeof(registration->client_hash),
	    sizeof(registration->client_hash));
	cardea_unpack_text(
	    unpack, registration->rp_id, sizeof(registration->rp_id));
	cardea_unpack_text(
	    unpack, registration->format, sizeof(registration->format));
	registration->auth_data_len = get_bytes(unpack, registration->auth_data,
	    1, sizeof(registration->auth_data));
	registration->statement_len = get_bytes(unpack, registration->statement,
	    0, sizeof(registration->statement));
}

static void
put_means(struct cardea_pack *pack, const struct cardea_key_means *means)
{
	cardea_pack_u8(pack, means->has_sensor);
	cardea_pack_u8(pack, means->has_pin);
	cardea_pack_u32(pack, means->pin_tries);
}

static void
get_means(struct cardea_unpack *unpack, struct cardea_key_means *means)
{
	means->has_sensor = get_bool(unpack);
	means->has_pin = get_bool(unpack);
	means->pin_tries = (uint32_t)get_count(
	    unpack, CARDEA_KEY_TRIES_UNKNOWN);
}

static void
put_body(struct cardea_pack *pack, const struct cardea_key_report *report)
{
	switch (report->say) {
	case CARDEA_KEY_SAY_DEVICES:
		cardea_pack_u32(pack, (uint32_t)report->device_count);
		for (size_t i = 0; i < report->device_count; i++) {
			cardea_pack_text(pack, report->devices[i].path);
			cardea_pack_text(pack, report->devices[i].label);
		}
		return;
	case CARDEA_KEY_SAY_READY:
		cardea_pack_u8(pack, report->is_certain);
		put_means(pack, &report->means);
		return;
	case CARDEA_KEY_SAY_SHOWN:
		cardea_pack_u32(pack, (uint32_t)report->handle);
		put_assertion(pack, &report->assertion);
		return;
	case CARDEA_KEY_SAY_MADE:
		put_registration(pack, &report->registration);
		return;
	case CARDEA_KEY_SAY_ENDED:
		cardea_pack_u32(pack, report->end);
		put_means(pack, &report->means);
		return;
	case CARDEA_KEY_SAY_NONE:
		break;
	}
	pack->failed = true;
}

enum cardea_status
cardea_key_pack_report(const struct cardea_key_report *report,
    unsigned char *packet, size_t size, size_t *ret_len)
{
	struct cardea_pack pack;

	put_head(&pack, packet, size, report->say);
	put_body(&pack, report);
	return put_end(&pack, ret_len);
}

/* A label goes into a prompt. */
static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

static void
get_devices(struct cardea_unpack *unpack, struct cardea_key_report *report)
{
	report->device_count = get_count(unpack, CARDEA_KEY_DEVICES_MAX);
	for (size_t i = 0; i < report->device_count; i++) {
		struct cardea_key_device *device = &report->devices[i];

		cardea_unpack_text(unpack, device->path, sizeof(device->path));
		cardea_unpack_text(
		    unpack, device->label, sizeof(device->label));
		if (device->path[0] == '\0' || !is_printable(device->label))
			unpack->failed = true;
	}
}

static void
get_body(struct cardea_unpack *unpack, struct cardea_key_report *report)
{
	switch (report->say) {
	case CARDEA_KEY_SAY_DEVICES:
		get_devices(unpack, report);
		return;
	case CARDEA_KEY_SAY_READY:
		report->is_certain = get_bool(unpack);
		get_means(unpack, &report->means);
		return;
	case CARDEA_KEY_SAY_SHOWN:
		report->handle = get_count(unpack, CARDEA_KEYS_MAX - 1);
		get_assertion(unpack, &report->assertion);
		return;
	case CARDEA_KEY_SAY_MADE:
		get_registration(unpack, &report->registration);
		return;
	case CARDEA_KEY_SAY_ENDED:
		report->end = (enum cardea_touch_end)get_count(
		    unpack, CARDEA_TOUCH_END_COUNT - 1);
		/* only an answer is an answer, and only the person calls off */
		if (report->end == CARDEA_TOUCH_DONE ||
		    report->end == CARDEA_TOUCH_CANCELLED)
			unpack->failed = true;
		get_means(unpack, &report->means);
		return;
	case CARDEA_KEY_SAY_NONE:
		break;
	}
	unpack->failed = true;
}

enum cardea_status
cardea_key_unpack_report(const unsigned char *packet, size_t len,
    struct cardea_key_report *ret_report)
{
	struct cardea_unpack unpack;
	uint32_t say = get_head(&unpack, packet, len);

	memset(ret_report, 0, sizeof(*ret_report));
	if (say < CARDEA_KEY_SAY_DEVICES || say > CARDEA_KEY_SAY_ENDED)
		return CARDEA_E_SYNTAX;
	ret_report->say = (enum cardea_key_say)say;
	get_body(&unpack, ret_report);
	return cardea_unpack_done(&unpack);
}

/* --- go ------------------------------------------------------------------ */

enum cardea_status
cardea_key_pack_go(bool uv, const struct cardea_secret *pin,
    unsigned char *packet, size_t size, size_t *ret_len)
{
	struct cardea_pack pack;

	if (pin->len > CARDEA_KEY_PIN_MAX)
		return CARDEA_E_RANGE;
	put_head(&pack, packet, size, GO);
	cardea_pack_u8(&pack, uv);
	cardea_pack_blob(&pack, pin->data, pin->len);
	return put_end(&pack, ret_len);
}

enum cardea_status
cardea_key_unpack_go(const unsigned char *packet, size_t len, bool *ret_uv,
    struct cardea_secret *ret_pin)
{
	struct cardea_unpack unpack;
	const unsigned char *pin = NULL;
	size_t pin_len = 0;
	enum cardea_status status;
	bool uv;

	if (get_head(&unpack, packet, len) != GO)
		return CARDEA_E_SYNTAX;
	uv = get_bool(&unpack);
	cardea_unpack_blob(&unpack, &pin, &pin_len);
	status = cardea_unpack_done(&unpack);
	if (status != CARDEA_OK)
		return status;
	if (pin_len > CARDEA_KEY_PIN_MAX ||
	    (pin_len > 0 && memchr(pin, '\0', pin_len) != NULL))
		return CARDEA_E_SYNTAX;
	status = cardea_secret_set(ret_pin, pin, pin_len);
	if (status == CARDEA_OK)
		*ret_uv = uv;
	return status;
}
