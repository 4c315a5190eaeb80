/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <fido.h>

#include "base/text.h"
#include "device.h"
#include "factor/u2fstatement.h"
#include "node.h"

#define LIST_MAX 64 /* of all kinds; the first few that we can use are told */

static fido_dev_t *device;
static volatile sig_atomic_t is_asking;

/* Handles of the request, by their index: those that may answer, or that must
 * not be there twice. */
struct choice {
	bool of[CARDEA_KEYS_MAX];
};
static struct choice chosen;

/* --- enumeration --------------------------------------------------------- */

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

static void
add_device(const fido_dev_info_t *info, struct cardea_key_report *report)
{
	struct cardea_key_device *to = &report->devices[report->device_count];

	if (report->device_count == CARDEA_KEY_DEVICES_MAX ||
	    cardea_text_copy(to->path, sizeof(to->path),
		fido_dev_info_path(info)) != CARDEA_OK)
		return;
	write_label(info, to->label);
	report->device_count++;
}

enum cardea_status
cardea_device_list(struct cardea_key_report *ret_report)
{
	fido_dev_info_t *list;
	size_t found = 0;

	memset(ret_report, 0, sizeof(*ret_report));
	ret_report->say = CARDEA_KEY_SAY_DEVICES;
	fido_init(0);
	list = fido_dev_info_new(LIST_MAX);
	if (list == NULL)
		return CARDEA_E_MEMORY;
	/* where nothing is plugged in, that is an error to libfido2 */
	if (fido_dev_info_manifest(list, LIST_MAX, &found) != FIDO_OK)
		found = 0;
	for (size_t i = 0; i < found; i++)
		add_device(fido_dev_info_ptr(list, i), ret_report);
	fido_dev_info_free(&list, LIST_MAX);
	return CARDEA_OK;
}

/* --- opening ------------------------------------------------------------- */

/* libfido2 names a reader by its place in sysfs, or by "pcsc://". */
bool
cardea_device_is_reader(const char *path)
{
	return path[0] != '/' || strncmp(path, "/sys/", 5) == 0;
}

/* The first message is a long one to wait for, too: the limit comes before. */
static bool
open_device(const struct cardea_key_request *request)
{
	static const fido_dev_io_t node = { cardea_node_begin, cardea_node_end,
		cardea_node_read, cardea_node_write };

	fido_init(0);
	device = fido_dev_new();
	if (device == NULL ||
	    fido_dev_set_timeout(device, (int)request->timeout_ms) != FIDO_OK)
		return false;
	if (!cardea_device_is_reader(request->device) &&
	    (!cardea_node_lock(request->timeout_ms) ||
		fido_dev_set_io_functions(device, &node) != FIDO_OK))
		return false;
	return fido_dev_open(device, request->device) == FIDO_OK;
}

/* --- how it ended -------------------------------------------------------- */

/* Statuses of CTAP and of libfido2.  NO_PIN: the user can still be verified, in
 * another way.  A key cannot say that it was called off: we did not. */
static const struct {
	int error;
	enum cardea_touch_end end;
} ends[] = {
	{ FIDO_OK, CARDEA_TOUCH_DONE },
	{ FIDO_ERR_NO_CREDENTIALS, CARDEA_TOUCH_NOT_HELD },
	{ FIDO_ERR_CREDENTIAL_EXCLUDED, CARDEA_TOUCH_EXISTS },
	{ FIDO_ERR_OPERATION_DENIED, CARDEA_TOUCH_REFUSED },
	{ FIDO_ERR_NOT_ALLOWED, CARDEA_TOUCH_REFUSED },
	{ FIDO_ERR_KEEPALIVE_CANCEL, CARDEA_TOUCH_REFUSED },
	{ FIDO_ERR_KEY_STORE_FULL, CARDEA_TOUCH_REFUSED },
	{ FIDO_ERR_UNSUPPORTED_ALGORITHM, CARDEA_TOUCH_REFUSED },
	{ FIDO_ERR_RX, CARDEA_TOUCH_REFUSED },
	{ FIDO_ERR_TX, CARDEA_TOUCH_REFUSED },
	{ FIDO_ERR_TIMEOUT, CARDEA_TOUCH_TIMEOUT },
	{ FIDO_ERR_USER_ACTION_TIMEOUT, CARDEA_TOUCH_TIMEOUT },
	{ FIDO_ERR_ACTION_TIMEOUT, CARDEA_TOUCH_TIMEOUT },
	{ FIDO_ERR_PIN_INVALID, CARDEA_TOUCH_WRONG_PIN },
	{ FIDO_ERR_PIN_BLOCKED, CARDEA_TOUCH_BLOCKED },
	{ FIDO_ERR_PIN_AUTH_BLOCKED, CARDEA_TOUCH_BLOCKED },
	{ FIDO_ERR_PIN_NOT_SET, CARDEA_TOUCH_NO_UV },
	{ FIDO_ERR_PIN_REQUIRED, CARDEA_TOUCH_NO_PIN },
	{ FIDO_ERR_UV_BLOCKED, CARDEA_TOUCH_NO_PIN },
	{ FIDO_ERR_UV_INVALID, CARDEA_TOUCH_NO_PIN },
};

static enum cardea_touch_end
end_of(int error, bool uv)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (ends[i].error == error)
			return ends[i].end;
	}
	if (error == FIDO_ERR_UNSUPPORTED_OPTION ||
	    error == FIDO_ERR_INVALID_OPTION)
		return uv ? CARDEA_TOUCH_NO_UV : CARDEA_TOUCH_REFUSED;
	return CARDEA_TOUCH_FAILED;
}

static uint32_t
count_tries(int (*ask)(fido_dev_t *, int *))
{
	int tries = 0;

	if (ask(device, &tries) != FIDO_OK || tries < 0 ||
	    tries >= (int)CARDEA_KEY_TRIES_UNKNOWN)
		return CARDEA_KEY_TRIES_UNKNOWN;
	return (uint32_t)tries;
}

/* Two questions more, where somebody wants to know. */
static void
find_means(struct cardea_key_means *means)
{
	means->has_sensor = fido_dev_has_uv(device) &&
	    count_tries(fido_dev_get_uv_retry_count) != 0;
	means->has_pin = fido_dev_has_pin(device);
	means->pin_tries = means->has_pin
	    ? count_tries(fido_dev_get_retry_count)
	    : CARDEA_KEY_TRIES_UNKNOWN;
}

static void
report_end(struct cardea_key_report *report, enum cardea_touch_end end)
{
	report->say = CARDEA_KEY_SAY_ENDED;
	report->end = end;
}

/* A sensor that is not sure of a finger may be sure of the next; one that has
 * given up, and a key that wants its PIN although there is one, are for PIN. */
static void
report_error(struct cardea_key_report *report, int error, bool uv)
{
	struct cardea_key_means *means = &report->means;

	report_end(report, end_of(error, uv));
	if (report->end != CARDEA_TOUCH_NO_PIN)
		return;
	find_means(means);
	if (uv && error != FIDO_ERR_UV_INVALID)
		means->has_sensor = false;
	if (!means->has_sensor && !means->has_pin)
		report->end = error == FIDO_ERR_PIN_REQUIRED
		    ? CARDEA_TOUCH_NO_UV
		    : CARDEA_TOUCH_BLOCKED;
}

/* --- assertions ---------------------------------------------------------- */

/* Among the chosen, those that one question can be about. */
static bool
is_asked_with(const struct cardea_key_request *request,
    const struct choice *choice, size_t first, size_t at)
{
	return choice->of[at] &&
	    strcmp(request->handles[first].rp_id, request->handles[at].rp_id) ==
	    0;
}

/* first: the first of the choice, whose rp id the question is for */
static fido_assert_t *
make_question(const struct cardea_key_request *request,
    const struct choice *choice, size_t first)
{
	fido_assert_t *question = fido_assert_new();

	if (question == NULL ||
	    fido_assert_set_rp(question, request->handles[first].rp_id) !=
		FIDO_OK ||
	    fido_assert_set_clientdata_hash(question, request->client_hash,
		sizeof(request->client_hash)) != FIDO_OK)
		goto fail;
	for (size_t i = first; i < request->handle_count; i++) {
		if (is_asked_with(request, choice, first, i) &&
		    fido_assert_allow_cred(question, request->handles[i].bytes,
			request->handles[i].len) != FIDO_OK)
			goto fail;
	}
	return question;
fail:
	fido_assert_free(&question);
	return NULL;
}

/* Without a touch: nobody is to be asked in vain.  One handle at a time: keys
 * differ in how many they take in one question, how long, and in what they do
 * when one of them is not like theirs; so no handle spoils another (K06). */
static int
probe(const struct cardea_key_request *request, size_t at)
{
	struct choice one = { .of = { false } };
	fido_assert_t *question;
	int error = FIDO_ERR_INTERNAL;

	one.of[at] = true;
	question = make_question(request, &one, at);
	if (question != NULL &&
	    fido_assert_set_up(question, FIDO_OPT_FALSE) == FIDO_OK)
		error = fido_dev_get_assert(device, question, NULL);
	fido_assert_free(&question);
	/* a U2F key says so that it would answer */
	return error == FIDO_ERR_USER_PRESENCE_REQUIRED ? FIDO_OK : error;
}

/* May the key hold a credential that it does not show?  It may always want its
 * user verified, or know no question without a touch; and a credential may keep
 * silent until the user is verified (credProtect), who will be if that is
 * wanted anyway. */
static bool
may_hide(int error, bool will_verify)
{
	switch (error) {
	case FIDO_ERR_PIN_REQUIRED:
	case FIDO_ERR_UP_REQUIRED:
	case FIDO_ERR_UNSUPPORTED_OPTION:
	case FIDO_ERR_INVALID_OPTION:
		return true;
	case FIDO_ERR_NO_CREDENTIALS:
		return will_verify;
	default:
		return false;
	}
}

/* Chosen is the first handle that the key holds; failing that, all that it may
 * hide.  A key that was pulled out is not asked sixteen times. */
static enum cardea_touch_end
choose_handles(const struct cardea_key_request *request, bool *ret_certain)
{
	bool will_verify = request->uv == CARDEA_UV_NEED &&
	    (fido_dev_has_pin(device) || fido_dev_has_uv(device));
	enum cardea_touch_end end = CARDEA_TOUCH_NOT_HELD;

	for (size_t i = 0; i < request->handle_count; i++) {
		int error = probe(request, i);

		if (error == FIDO_OK) {
			memset(&chosen, 0, sizeof(chosen));
			chosen.of[i] = true;
			*ret_certain = true;
			return CARDEA_TOUCH_DONE;
		}
		if (error == FIDO_ERR_RX || error == FIDO_ERR_TX)
			return CARDEA_TOUCH_REFUSED;
		chosen.of[i] = may_hide(error, will_verify);
		if (chosen.of[i])
			end = CARDEA_TOUCH_DONE;
	}
	*ret_certain = false;
	return end;
}

/* Which handle answered; a key may leave it out where only one was named. */
static bool
find_handle(const struct cardea_key_request *request, size_t first,
    const fido_assert_t *answer, size_t *ret_handle)
{
	const unsigned char *id = fido_assert_id_ptr(answer, 0);
	size_t len = fido_assert_id_len(answer, 0);
	size_t alike = 0;

	for (size_t i = first; i < request->handle_count; i++) {
		const struct cardea_remote_handle *handle =
		    &request->handles[i];

		if (!is_asked_with(request, &chosen, first, i))
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
take_answer(const struct cardea_key_request *request, size_t first,
    const fido_assert_t *answer, struct cardea_key_report *report)
{
	struct cardea_fido2_assertion *assertion = &report->assertion;
	size_t len = fido_assert_sig_len(answer, 0);

	if (fido_assert_count(answer) < 1 ||
	    !find_handle(request, first, answer, &report->handle) ||
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

static int
ask_question(const struct cardea_key_request *request, size_t first, bool uv,
    const char *pin, struct cardea_key_report *report)
{
	fido_assert_t *question = make_question(request, &chosen, first);
	int error = FIDO_ERR_INTERNAL;

	if (question != NULL &&
	    fido_assert_set_up(question, FIDO_OPT_TRUE) == FIDO_OK &&
	    (!uv || fido_assert_set_uv(question, FIDO_OPT_TRUE) == FIDO_OK)) {
		is_asking = 1;
		error = fido_dev_get_assert(device, question, pin);
		is_asking = 0;
	}
	if (error == FIDO_OK)
		take_answer(request, first, question, report);
	else
		report_error(report, error, uv);
	fido_assert_free(&question);
	return error;
}

static bool
is_first_of_rp(const struct cardea_key_request *request, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (is_asked_with(request, &chosen, at, i))
			return false;
	}
	return true;
}

/* One rp id after the other, where the key did not say which. */
static void
ask_assertion(const struct cardea_key_request *request, bool uv,
    const char *pin, struct cardea_key_report *report)
{
	int error = FIDO_ERR_NO_CREDENTIALS;

	for (size_t i = 0;
	     i < request->handle_count && error == FIDO_ERR_NO_CREDENTIALS;
	     i++) {
		if (chosen.of[i] && is_first_of_rp(request, i))
			error = ask_question(request, i, uv, pin, report);
	}
}

/* --- new credentials ----------------------------------------------------- */

/* A handle that the key holds already; no more than this one is named to it, as
 * with probe. */
static enum cardea_touch_end
choose_excluded(const struct cardea_key_request *request)
{
	for (size_t i = 0; i < request->handle_count; i++) {
		int error;

		if (strcmp(request->handles[i].rp_id, request->rp_id) != 0)
			continue;
		error = probe(request, i);
		if (error == FIDO_ERR_RX || error == FIDO_ERR_TX)
			return CARDEA_TOUCH_REFUSED;
		chosen.of[i] = error == FIDO_OK;
		if (chosen.of[i])
			break;
	}
	return CARDEA_TOUCH_DONE;
}

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
		if (chosen.of[i] &&
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
		report_error(report, error, uv);
	fido_cred_free(&wish);
}

/* --- the calls ----------------------------------------------------------- */

void
cardea_device_look(const struct cardea_key_request *request,
    struct cardea_key_report *ret_report)
{
	enum cardea_touch_end end = CARDEA_TOUCH_FAILED;

	memset(ret_report, 0, sizeof(*ret_report));
	ret_report->is_certain = true;
	if (open_device(request))
		end = request->task == CARDEA_KEY_TASK_ASSERT
		    ? choose_handles(request, &ret_report->is_certain)
		    : choose_excluded(request);
	if (end != CARDEA_TOUCH_DONE) {
		report_end(ret_report, end);
		return;
	}
	ret_report->say = CARDEA_KEY_SAY_READY;
	if (request->uv != CARDEA_UV_NO)
		find_means(&ret_report->means);
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
