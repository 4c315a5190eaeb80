/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <fido.h>

#include "base/text.h"
#include "device.h"
#include "factor/u2fstatement.h"

#define REPORT                                                                 \
	64 /* bytes of a HID report; libfido2 writes its number before         \
	    */
#define LOCK_TRIES 100
#define LOCK_PAUSE_MS 50

static int node_fd = -1; /* the device, if it is a node that we opened */
static fido_dev_t *device;
static volatile sig_atomic_t is_asking;

static size_t candidate; /* the first handle that the key holds */

/* --- enumeration
 * --------------------------------------------------------------- */

/* What a maker wrote goes to a terminal some day. */
static void
write_label(const fido_dev_info_t *info, char label[CARDEA_KEY_LABEL_MAX + 1])
{
	const char *maker = fido_dev_info_manufacturer_string(info);
	const char *product = fido_dev_info_product_string(info);

	if (cardea_text_print(label, CARDEA_KEY_LABEL_MAX + 1, "%s %s",
		maker != NULL ? maker : "",
		product != NULL ? product : "") != CARDEA_OK)
		label[0] = '\0';
	for (char *at = label; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
}

enum cardea_status
cardea_device_list(struct cardea_key_report *ret_report)
{
	fido_dev_info_t *list;
	size_t found = 0;

	memset(ret_report, 0, sizeof(*ret_report));
	ret_report->say = CARDEA_KEY_SAY_DEVICES;
	fido_init(0);
	list = fido_dev_info_new(CARDEA_KEY_DEVICES_MAX);
	if (list == NULL)
		return CARDEA_E_MEMORY;
	if (fido_dev_info_manifest(list, CARDEA_KEY_DEVICES_MAX, &found) !=
	    FIDO_OK)
		found = 0;
	for (size_t i = 0; i < found; i++) {
		const fido_dev_info_t *info = fido_dev_info_ptr(list, i);
		struct cardea_key_device *to =
		    &ret_report->devices[ret_report->device_count];

		if (cardea_text_copy(to->path, sizeof(to->path),
			fido_dev_info_path(info)) != CARDEA_OK)
			continue;
		write_label(info, to->label);
		ret_report->device_count++;
	}
	fido_dev_info_free(&list, CARDEA_KEY_DEVICES_MAX);
	return CARDEA_OK;
}

/* --- a node that was opened with more rights than we have now
 * ---------------------- */

static void *
open_node(const char *path)
{
	(void)path;
	return node_fd >= 0 ? &node_fd : NULL;
}

static void
close_node(void *handle)
{
	(void)handle;
}

static bool
wait_for(short events, int ms)
{
	struct pollfd polled = { .fd = node_fd, .events = events };
	int ready;

	do
		ready = poll(&polled, 1, ms);
	while (ready < 0 && errno == EINTR);
	return ready == 1 && (polled.revents & events) != 0;
}

static int
read_node(void *handle, unsigned char *bytes, size_t len, int ms)
{
	ssize_t got;

	(void)handle;
	if (len != REPORT || !wait_for(POLLIN, ms))
		return -1;
	got = read(node_fd, bytes, len);
	return got == REPORT ? REPORT : -1;
}

static int
write_node(void *handle, const unsigned char *bytes, size_t len)
{
	ssize_t put;

	(void)handle;
	if (len != REPORT + 1)
		return -1;
	put = write(node_fd, bytes, len);
	return put == (ssize_t)len ? (int)len : -1;
}

/* One client at a time, as libfido2 has it between its own. */
static bool
lock_node(void)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000L };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(node_fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

static bool
hold_node(const char *path)
{
	struct stat info;

	node_fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return node_fd >= 0 && fstat(node_fd, &info) == 0 &&
	    S_ISCHR(info.st_mode) && lock_node();
}

/* Readers of other kinds (nfc:, pcsc:) are libfido2's own affair, rights and
 * all. */
enum cardea_touch_end
cardea_device_hold(const char *path)
{
	static const fido_dev_io_t node = { open_node, close_node, read_node,
		write_node };

	fido_init(0);
	device = fido_dev_new();
	if (device == NULL)
		return CARDEA_TOUCH_FAILED;
	if (path[0] != '/')
		return fido_dev_open(device, path) == FIDO_OK
		    ? CARDEA_TOUCH_DONE
		    : CARDEA_TOUCH_FAILED;
	if (!hold_node(path))
		return CARDEA_TOUCH_NO_KEY;
	return fido_dev_set_io_functions(device, &node) == FIDO_OK
	    ? CARDEA_TOUCH_DONE
	    : CARDEA_TOUCH_FAILED;
}

/* --- what libfido2 says
 * --------------------------------------------------------------- */

static enum cardea_touch_end
end_of(int error)
{
	switch (error) {
	case FIDO_OK:
		return CARDEA_TOUCH_DONE;
	case FIDO_ERR_OPERATION_DENIED:
	case FIDO_ERR_NOT_ALLOWED:
	case FIDO_ERR_RX:
	case FIDO_ERR_TX:
		return CARDEA_TOUCH_REFUSED;
	case FIDO_ERR_USER_ACTION_TIMEOUT:
	case FIDO_ERR_ACTION_TIMEOUT:
	case FIDO_ERR_TIMEOUT:
		return CARDEA_TOUCH_TIMEOUT;
	case FIDO_ERR_NO_CREDENTIALS:
		return CARDEA_TOUCH_NOT_HELD;
	case FIDO_ERR_CREDENTIAL_EXCLUDED:
		return CARDEA_TOUCH_EXISTS;
	case FIDO_ERR_PIN_INVALID:
		return CARDEA_TOUCH_WRONG_PIN;
	case FIDO_ERR_PIN_BLOCKED:
	case FIDO_ERR_PIN_AUTH_BLOCKED:
		return CARDEA_TOUCH_BLOCKED;
	case FIDO_ERR_PIN_REQUIRED:
	case FIDO_ERR_UV_BLOCKED:
	case FIDO_ERR_UV_INVALID:
		return CARDEA_TOUCH_NO_PIN;
	case FIDO_ERR_UNSUPPORTED_OPTION:
	case FIDO_ERR_INVALID_OPTION:
	case FIDO_ERR_PIN_NOT_SET:
		return CARDEA_TOUCH_NO_UV;
	case FIDO_ERR_KEEPALIVE_CANCEL:
		return CARDEA_TOUCH_CANCELLED;
	default:
		return CARDEA_TOUCH_FAILED;
	}
}

static void
report_end(struct cardea_key_report *report, enum cardea_touch_end end)
{
	report->say = CARDEA_KEY_SAY_ENDED;
	report->end = end;
}

/* --- assertions
 * ------------------------------------------------------------------------ */

static bool
is_same_rp(const struct cardea_key_request *request, size_t a, size_t b)
{
	return strcmp(request->handles[a].rp_id, request->handles[b].rp_id) ==
	    0;
}

/* A question about all handles of the rp id of the first one named. */
static fido_assert_t *
make_question(const struct cardea_key_request *request, size_t first)
{
	fido_assert_t *question = fido_assert_new();

	if (question == NULL ||
	    fido_assert_set_rp(question, request->handles[first].rp_id) !=
		FIDO_OK ||
	    fido_assert_set_clientdata_hash(question, request->client_hash,
		sizeof(request->client_hash)) != FIDO_OK)
		goto fail;
	for (size_t i = 0; i < request->handle_count; i++) {
		if (is_same_rp(request, first, i) &&
		    fido_assert_allow_cred(question, request->handles[i].bytes,
			request->handles[i].len) != FIDO_OK)
			goto fail;
	}
	return question;
fail:
	fido_assert_free(&question);
	return NULL;
}

static bool
is_first_of_rp(const struct cardea_key_request *request, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (is_same_rp(request, i, at))
			return false;
	}
	return true;
}

/* Without a touch: nobody is to be asked in vain.  A U2F key says by
 * USER_PRESENCE_REQUIRED that it would answer. */
static bool
holds(const struct cardea_key_request *request, size_t first)
{
	fido_assert_t *question = make_question(request, first);
	int error = FIDO_ERR_INTERNAL;

	if (question != NULL &&
	    fido_assert_set_up(question, FIDO_OPT_FALSE) == FIDO_OK)
		error = fido_dev_get_assert(device, question, NULL);
	fido_assert_free(&question);
	return error == FIDO_OK || error == FIDO_ERR_USER_PRESENCE_REQUIRED;
}

/* A credential may keep silent until the user is verified (credProtect): where
 * a PIN or finger is wanted anyway, the key gets its chance. */
static bool
find_candidate(const struct cardea_key_request *request, bool may_verify)
{
	for (size_t i = 0; i < request->handle_count; i++) {
		if (is_first_of_rp(request, i) && holds(request, i)) {
			candidate = i;
			return true;
		}
	}
	candidate = 0;
	return may_verify && request->uv == CARDEA_UV_NEED &&
	    request->handle_count > 0;
}

/* Which handle answered; a key may leave it out where only one was named. */
static bool
find_handle(const struct cardea_key_request *request,
    const fido_assert_t *answer, size_t *ret_handle)
{
	const unsigned char *id = fido_assert_id_ptr(answer, 0);
	size_t len = fido_assert_id_len(answer, 0);
	size_t alike = 0;

	for (size_t i = 0; i < request->handle_count; i++) {
		const struct cardea_remote_handle *handle =
		    &request->handles[i];

		if (!is_same_rp(request, candidate, i))
			continue;
		*ret_handle = i;
		alike++;
		if (len == handle->len && memcmp(id, handle->bytes, len) == 0)
			return true;
	}
	return len == 0 && alike == 1;
}

/* libfido2 gives authenticator data as the CBOR byte string that it came as
 * (RFC 8949, section 3.1, major type 2). */
static bool
strip_cbor(const unsigned char *cbor, size_t len,
    struct cardea_fido2_assertion *assertion)
{
	size_t head, body;

	if (cbor == NULL || len < 3)
		return false;
	if (cbor[0] == 0x58) {
		head = 2;
		body = cbor[1];
	} else if (cbor[0] == 0x59) {
		head = 3;
		body = (size_t)cbor[1] << 8 | cbor[2];
	} else {
		return false;
	}
	if (len - head != body || body > sizeof(assertion->auth_data))
		return false;
	memcpy(assertion->auth_data, cbor + head, body);
	assertion->auth_data_len = body;
	return true;
}

static void
take_answer(const struct cardea_key_request *request,
    const fido_assert_t *answer, struct cardea_key_report *report)
{
	struct cardea_fido2_assertion *assertion = &report->assertion;
	size_t len = fido_assert_sig_len(answer, 0);

	if (fido_assert_count(answer) < 1 ||
	    !find_handle(request, answer, &report->handle) ||
	    !strip_cbor(fido_assert_authdata_ptr(answer, 0),
		fido_assert_authdata_len(answer, 0), assertion) ||
	    len == 0 || len > sizeof(assertion->signature)) {
		report_end(report, CARDEA_TOUCH_REFUSED);
		return;
	}
	memcpy(assertion->signature, fido_assert_sig_ptr(answer, 0), len);
	assertion->signature_len = len;
	memcpy(assertion->client_hash, request->client_hash,
	    sizeof(assertion->client_hash));
	report->say = CARDEA_KEY_SAY_SHOWN;
}

static void
ask_assertion(const struct cardea_key_request *request, bool uv,
    const char *pin, struct cardea_key_report *report)
{
	fido_assert_t *question = make_question(request, candidate);
	int error = FIDO_ERR_INTERNAL;

	if (question != NULL &&
	    fido_assert_set_up(question, FIDO_OPT_TRUE) == FIDO_OK &&
	    (!uv || fido_assert_set_uv(question, FIDO_OPT_TRUE) == FIDO_OK)) {
		is_asking = 1;
		error = fido_dev_get_assert(device, question, pin);
		is_asking = 0;
	}
	if (error == FIDO_OK)
		take_answer(request, question, report);
	else
		report_end(report, end_of(error));
	fido_assert_free(&question);
}

/* --- new credentials
 * -------------------------------------------------------------------- */

static fido_cred_t *
make_wish(const struct cardea_key_request *request, bool uv)
{
	fido_cred_t *wish = fido_cred_new();

	if (wish == NULL ||
	    fido_cred_set_type(wish, request->algorithm) != FIDO_OK ||
	    fido_cred_set_clientdata_hash(wish, request->client_hash,
		sizeof(request->client_hash)) != FIDO_OK ||
	    fido_cred_set_rp(wish, request->rp_id, request->rp_id) != FIDO_OK ||
	    fido_cred_set_user(wish, request->user_handle,
		sizeof(request->user_handle), request->user, request->user,
		NULL) != FIDO_OK ||
	    (request->resident &&
		fido_cred_set_rk(wish, FIDO_OPT_TRUE) != FIDO_OK) ||
	    (uv && fido_cred_set_uv(wish, FIDO_OPT_TRUE) != FIDO_OK))
		goto fail;
	for (size_t i = 0; i < request->handle_count; i++) {
		if (strcmp(request->handles[i].rp_id, request->rp_id) == 0 &&
		    fido_cred_exclude(wish, request->handles[i].bytes,
			request->handles[i].len) != FIDO_OK)
			goto fail;
	}
	return wish;
fail:
	fido_cred_free(&wish);
	return NULL;
}

/* The statement in CBOR, as the key wrote it; that of a U2F key libfido2 makes
 * up, with a member that the format has not (WebAuthn level 2, 8.6). */
static bool
take_statement(
    const fido_cred_t *made, struct cardea_fido2_registration *registration)
{
	size_t len = fido_cred_attstmt_len(made);

	if (!fido_dev_is_fido2(device))
		return cardea_u2fstatement(fido_cred_sig_ptr(made),
			   fido_cred_sig_len(made), fido_cred_x5c_ptr(made),
			   fido_cred_x5c_len(made), registration->statement,
			   sizeof(registration->statement),
			   &registration->statement_len) == CARDEA_OK;
	if (len > sizeof(registration->statement))
		return false;
	if (len > 0)
		memcpy(
		    registration->statement, fido_cred_attstmt_ptr(made), len);
	registration->statement_len = len;
	return true;
}

static void
take_credential(const struct cardea_key_request *request,
    const fido_cred_t *made, struct cardea_key_report *report)
{
	struct cardea_fido2_registration *to = &report->registration;
	size_t auth_len = fido_cred_authdata_raw_len(made);

	if (auth_len == 0 || auth_len > sizeof(to->auth_data) ||
	    cardea_text_copy(to->format, sizeof(to->format),
		fido_cred_fmt(made)) != CARDEA_OK ||
	    !take_statement(made, to) ||
	    cardea_text_copy(to->rp_id, sizeof(to->rp_id), request->rp_id) !=
		CARDEA_OK) {
		report_end(report, CARDEA_TOUCH_REFUSED);
		return;
	}
	memcpy(to->auth_data, fido_cred_authdata_raw_ptr(made), auth_len);
	to->auth_data_len = auth_len;
	memcpy(to->client_hash, request->client_hash, sizeof(to->client_hash));
	report->say = CARDEA_KEY_SAY_MADE;
}

static void
ask_credential(const struct cardea_key_request *request, bool uv,
    const char *pin, struct cardea_key_report *report)
{
	fido_cred_t *wish = make_wish(request, uv);
	int error = FIDO_ERR_INTERNAL;

	if (wish != NULL) {
		is_asking = 1;
		error = fido_dev_make_cred(device, wish, pin);
		is_asking = 0;
	}
	if (error == FIDO_OK)
		take_credential(request, wish, report);
	else
		report_end(report, end_of(error));
	fido_cred_free(&wish);
}

/* --- the calls
 * ---------------------------------------------------------------------------
 */

void
cardea_device_look(const struct cardea_key_request *request,
    struct cardea_key_report *ret_report)
{
	int tries = (int)CARDEA_KEY_TRIES_UNKNOWN;

	memset(ret_report, 0, sizeof(*ret_report));
	if (request->device[0] == '/' &&
	    fido_dev_open(device, request->device) != FIDO_OK) {
		report_end(ret_report, CARDEA_TOUCH_FAILED);
		return;
	}
	/* a U2F key is asked again and again; this alone ends it */
	(void)fido_dev_set_timeout(device, (int)request->timeout_ms);
	ret_report->has_sensor = fido_dev_has_uv(device);
	ret_report->has_pin = fido_dev_has_pin(device);
	if (request->task == CARDEA_KEY_TASK_ASSERT &&
	    !find_candidate(
		request, ret_report->has_sensor || ret_report->has_pin)) {
		report_end(ret_report, CARDEA_TOUCH_NOT_HELD);
		return;
	}
	if (ret_report->has_pin &&
	    (fido_dev_get_retry_count(device, &tries) != FIDO_OK || tries < 0 ||
		tries > (int)CARDEA_KEY_TRIES_UNKNOWN))
		tries = (int)CARDEA_KEY_TRIES_UNKNOWN;
	ret_report->pin_tries = (uint32_t)tries;
	ret_report->say = CARDEA_KEY_SAY_READY;
}

void
cardea_device_ask(const struct cardea_key_request *request, bool uv,
    const struct cardea_secret *pin, struct cardea_key_report *ret_report)
{
	const char *text = pin->len > 0 ? (const char *)pin->data : NULL;

	memset(ret_report, 0, sizeof(*ret_report));
	if (request->task == CARDEA_KEY_TASK_MAKE)
		ask_credential(request, uv, text, ret_report);
	else
		ask_assertion(request, uv, text, ret_report);
}

void
cardea_device_cancel(void)
{
	if (is_asking && device != NULL)
		(void)fido_dev_cancel(device);
}
