/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/device.h"
#include "cli/device_authority.h"
#include "cli/input.h"

/*
 * `cardea device ca`: a small authority for those who have none.  Its folder
 * holds the record, the root and the last list; its key may be elsewhere.
 */

#define ROOT_DAYS 3650
#define ROOT_DAYS_MAX 7300
#define LEAF_DAYS 90
#define LEAF_DAYS_MAX 825
#define LIST_DAYS 7
#define LIST_DAYS_MAX 366

#define FOLDER_OPTION                                                          \
	{                                                                      \
		"ca-dir", "DIR", "the authority's folder", false               \
	}
#define PIN_OPTIONS                                                            \
	{ "ca-pin-file", "FILE", "the PIN of its key", false },                \
	{                                                                      \
		"ca-pin", NULL, "ask for the PIN of its key", false            \
	}
#define NO_MORE                                                                \
	{                                                                      \
		NULL, NULL, NULL, false                                        \
	}

static enum cardea_exit
read_days(struct cardea_call *call, uint64_t otherwise, uint64_t max,
    uint32_t *ret_days)
{
	const uint64_t bounds[2] = { 1, max };
	struct cardea_diag diag = { 0 };
	uint64_t days = otherwise;

	if (cardea_call_number(call, "days", bounds, &days, &diag) != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	*ret_days = (uint32_t)days;
	return CARDEA_EXIT_OK;
}

static enum cardea_status
place(const struct cardea_ca_record *record, const char *name, char path[512])
{
	return cardea_text_print(path, 512, "%s/%s", record->folder, name);
}

/* --- init ---------------------------------------------------------------- */

static const struct cardea_option init_options[] = {
	CARDEA_DEVICE_KEY_OPTIONS,
	{ "subject", "NAME", "CN=Devices,O=Example (CN=Devices of this host)",
	    false },
	{ "days", "N", "how long the root holds (3650)", false },
	FOLDER_OPTION,
	NO_MORE,
};

static enum cardea_status
fill_record(struct cardea_call *call, struct cardea_ca_record *record)
{
	const char *key = cardea_call_text(call, "key");
	enum cardea_status status;

	status = key != NULL
	    ? cardea_text_copy(record->key, sizeof(record->key), key)
	    : cardea_text_print(record->key, sizeof(record->key), "%s/root.key",
		  record->folder);
	if (status == CARDEA_OK)
		status = cardea_text_copy(record->tpm, sizeof(record->tpm),
		    cardea_call_text(call, "tpm"));
	if (status == CARDEA_OK)
		status = cardea_text_copy(record->module,
		    sizeof(record->module), cardea_call_text(call, "pkcs11"));
	if (status == CARDEA_OK)
		status = cardea_text_copy(record->pin_file,
		    sizeof(record->pin_file),
		    cardea_call_text(call, "pin-file"));
	return status;
}

static enum cardea_exit
check_is_new(struct cardea_call *call, const struct cardea_ca_record *record)
{
	char path[512];

	for (int i = 0; i < 2; i++) {
		if (place(record, i == 0 ? "record" : CARDEA_AUTHORITY_ROOT,
			path) != CARDEA_OK ||
		    access(path, F_OK) == 0)
			return cardea_call_refuse(call, CARDEA_EXIT_NO,
			    "%s: there is an authority already",
			    record->folder);
	}
	return CARDEA_EXIT_OK;
}

static enum cardea_status
read_subject(struct cardea_call *call, char subject[CARDEA_CERT_NAME_MAX + 1])
{
	const char *given = cardea_call_text(call, "subject");
	char host[256] = "";

	if (given != NULL)
		return cardea_text_copy(
		    subject, CARDEA_CERT_NAME_MAX + 1, given);
	if (gethostname(host, sizeof(host) - 1) != 0)
		return CARDEA_E_IO;
	return cardea_text_print(
	    subject, CARDEA_CERT_NAME_MAX + 1, "CN=Devices of %s", host);
}

/* The record first: a root without one could never revoke. */
static enum cardea_exit
write_root(struct cardea_call *call, struct cardea_ca_record *record,
    const struct cardea_ca_made *made)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	char path[512];

	status = cardea_ca_record_write(record, &diag);
	if (status == CARDEA_OK)
		status = place(record, CARDEA_AUTHORITY_ROOT, path);
	if (status == CARDEA_OK)
		status = cardea_file_create(
		    path, made->pem, strlen(made->pem), 0644, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	cardea_json_text(&call->out, "key", record->key);
	cardea_json_text(&call->out, "root", path);
	cardea_device_authority_tell(call, made);
	cardea_call_say(
	    call, "The root is in %s, its key in %s.", path, record->key);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
make_root(struct cardea_call *call, struct cardea_device_authority *authority,
    enum cardea_sign_algorithm algorithm, uint32_t days)
{
	struct cardea_ca_made made = { .pem = NULL };
	struct cardea_ca_wish wish = { .days = days };
	char subject[CARDEA_CERT_NAME_MAX + 1];
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	if (read_subject(call, subject) != CARDEA_OK)
		return cardea_call_refuse(
		    call, CARDEA_EXIT_USAGE, "--subject: the name is too long");
	if (cardea_ca_check(subject, NULL, 0, &diag) != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	wish.subject = subject;
	wish.now_s = cardea_clock_read().time_s;
	code = cardea_device_key_make(call, &authority->key, algorithm);
	if (code != CARDEA_EXIT_OK)
		return code;
	authority->ca = (struct cardea_ca){ .key = &authority->key.key,
		.timeout_ms = CARDEA_DEVICE_SIGN_MS };
	status = cardea_ca_root(&authority->ca, &wish, &made, &diag);
	if (status == CARDEA_OK)
		code = write_root(call, &authority->record, &made);
	else
		code = cardea_call_fail(call,
		    status == CARDEA_E_SYNTAX ? CARDEA_EXIT_USAGE
					      : CARDEA_EXIT_TROUBLE,
		    &diag);
	free(made.pem);
	return code;
}

static enum cardea_exit
run_init(struct cardea_call *call)
{
	struct cardea_device_authority authority = { .record.lock_fd = -1 };
	enum cardea_sign_algorithm algorithm = CARDEA_SIGN_EC_P256;
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	uint32_t days = 0;

	if (cardea_device_key_algorithm(call, &algorithm, &diag) != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	code = read_days(call, ROOT_DAYS, ROOT_DAYS_MAX, &days);
	if (code != CARDEA_EXIT_OK)
		return code;
	if (cardea_ca_record_hold(cardea_device_authority_folder(call), true,
		&authority.record, &diag) != CARDEA_OK)
		code = cardea_call_fail(call, CARDEA_EXIT_TROUBLE, &diag);
	else if (fill_record(call, &authority.record) != CARDEA_OK)
		code = cardea_call_refuse(
		    call, CARDEA_EXIT_USAGE, "a path is too long");
	if (code == CARDEA_EXIT_OK)
		code = check_is_new(call, &authority.record);
	if (code == CARDEA_EXIT_OK)
		code = cardea_device_key_read(
		    call, authority.record.key, true, &authority.key);
	if (code == CARDEA_EXIT_OK)
		code = make_root(call, &authority, algorithm, days);
	cardea_device_authority_close(&authority);
	return code;
}

/* --- sign ---------------------------------------------------------------- */

static const struct cardea_option sign_options[] = {
	{ "subject", "NAME", "in place of the request's", false },
	{ "san", "NAME", "in place of the request's names", true },
	{ "days", "N", "how long the certificate holds (90)", false },
	{ "out", "FILE", "where the certificate goes (standard output)",
	    false },
	FOLDER_OPTION,
	PIN_OPTIONS,
	NO_MORE,
};

static enum cardea_exit
sign(struct cardea_call *call, struct cardea_device_authority *authority,
    const struct cardea_ca_wish *wish)
{
	const char *out = cardea_call_text(call, "out");
	struct cardea_ca_made made = { .pem = NULL };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;
	char *request = NULL;
	size_t len = 0;

	status = cardea_input_read(call->operands[0], CARDEA_DEVICE_REQUEST_MAX,
	    &request, &len, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	code = cardea_device_authority_open(call, authority);
	if (code == CARDEA_EXIT_OK)
		code = cardea_device_authority_issue(
		    call, authority, request, wish, &made);
	if (code == CARDEA_EXIT_OK)
		code = cardea_device_write(call, out, "certificate", made.pem);
	if (code == CARDEA_EXIT_OK && (out != NULL || call->json))
		cardea_device_authority_tell(call, &made);
	free(made.pem);
	free(request);
	return code;
}

static enum cardea_exit
run_sign(struct cardea_call *call)
{
	struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX];
	struct cardea_device_authority authority = { .record.lock_fd = -1 };
	struct cardea_ca_wish wish = { .names = names };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;

	if (cardea_device_key_names(call, names, &wish.name_count, &diag) !=
	    CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	wish.subject = cardea_call_text(call, "subject");
	wish.now_s = cardea_clock_read().time_s;
	code = read_days(call, LEAF_DAYS, LEAF_DAYS_MAX, &wish.days);
	if (code == CARDEA_EXIT_OK &&
	    cardea_ca_check(wish.subject != NULL ? wish.subject : "", names,
		wish.name_count, &diag) != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	if (code == CARDEA_EXIT_OK)
		code = sign(call, &authority, &wish);
	cardea_device_authority_close(&authority);
	return code;
}

/* --- revoke -------------------------------------------------------------- */

static const struct cardea_option revoke_options[] = {
	FOLDER_OPTION,
	NO_MORE,
};

/* A serial as we print it, or the certificate's file. */
static enum cardea_exit
find_serial(struct cardea_call *call, struct cardea_device_authority *authority,
    char serial[CARDEA_CA_SERIAL_MAX + 1])
{
	const char *operand = call->operands[0];
	struct cardea_ca_made made = { .pem = NULL };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0;

	if (operand[strspn(operand, "0123456789abcdef")] == '\0' &&
	    cardea_text_copy(serial, CARDEA_CA_SERIAL_MAX + 1, operand) ==
		CARDEA_OK)
		return CARDEA_EXIT_OK;
	status = cardea_input_read(
	    operand, CARDEA_CERT_FILE_MAX, &text, &len, &diag);
	if (status == CARDEA_OK)
		status = cardea_ca_identify(&authority->ca, text, &made, &diag);
	free(text);
	if (status == CARDEA_E_SYNTAX)
		return cardea_call_fail(call, CARDEA_EXIT_NO, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	return cardea_text_copy(
		   serial, CARDEA_CA_SERIAL_MAX + 1, made.serial) == CARDEA_OK
	    ? CARDEA_EXIT_OK
	    : CARDEA_EXIT_TROUBLE;
}

static enum cardea_exit
take_back(struct cardea_call *call, struct cardea_device_authority *authority)
{
	char serial[CARDEA_CA_SERIAL_MAX + 1] = "";
	struct cardea_ca_issued *issued;
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	code = find_serial(call, authority, serial);
	if (code != CARDEA_EXIT_OK)
		return code;
	issued = cardea_ca_record_find(&authority->record, serial);
	if (issued == NULL)
		return cardea_call_refuse(call, CARDEA_EXIT_NO,
		    "this authority has issued no certificate %s", serial);
	if (issued->revoked_s == 0) {
		issued->revoked_s = cardea_clock_read().time_s;
		status = cardea_ca_record_write(&authority->record, &diag);
		if (status != CARDEA_OK)
			return cardea_call_trouble(call, status, &diag);
	}
	cardea_json_text(&call->out, "serial", serial);
	cardea_json_text(&call->out, "subject", issued->subject);
	cardea_call_say(call,
	    "Revoked: %s of %s. It counts with the next `cardea device ca "
	    "crl`.",
	    serial, cardea_device_own_subject(issued->subject));
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_revoke(struct cardea_call *call)
{
	struct cardea_device_authority authority = { .record.lock_fd = -1 };
	enum cardea_exit code;

	code = cardea_device_authority_open(call, &authority);
	if (code == CARDEA_EXIT_OK)
		code = take_back(call, &authority);
	cardea_device_authority_close(&authority);
	return code;
}

/* --- crl ----------------------------------------------------------------- */

static const struct cardea_option crl_options[] = {
	{ "days", "N", "until there must be a newer one (7)", false },
	{ "out", "FILE", "where else it goes", false },
	FOLDER_OPTION,
	PIN_OPTIONS,
	NO_MORE,
};

/* One that has ended stays until one list after its end has told of it
 * (RFC 5280, 3.3). */
static size_t
gather(const struct cardea_ca_record *record, struct cardea_ca_revoked *revoked)
{
	size_t count = 0;

	for (size_t i = 0; i < record->count; i++) {
		const struct cardea_ca_issued *issued = &record->issued[i];

		if (issued->revoked_s == 0 ||
		    issued->not_after_s < record->list_time_s)
			continue;
		memcpy(revoked[count].serial, issued->serial,
		    sizeof(revoked[count].serial));
		revoked[count++].time_s = issued->revoked_s;
	}
	return count;
}

/* The number is spent before anything bears it: no two lists have the same. */
static enum cardea_status
make_list(struct cardea_device_authority *authority, uint32_t days,
    size_t *ret_count, char **ret_pem, struct cardea_diag *diag)
{
	struct cardea_ca_record *record = &authority->record;
	struct cardea_ca_revoked *revoked = calloc(
	    record->count + 1, sizeof(*revoked));
	struct cardea_ca_list list = { .revoked = revoked, .days = days };
	enum cardea_status status;

	if (revoked == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "a list");
	list.count = gather(record, revoked);
	list.now_s = cardea_clock_read().time_s;
	list.number = ++record->list_number;
	record->list_time_s = list.now_s;
	status = cardea_ca_record_write(record, diag);
	if (status == CARDEA_OK)
		status = cardea_ca_list(&authority->ca, &list, ret_pem, diag);
	*ret_count = list.count;
	free(revoked);
	return status;
}

static enum cardea_exit
write_list(struct cardea_call *call, struct cardea_device_authority *authority,
    uint32_t days)
{
	const char *out = cardea_call_text(call, "out");
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;
	char path[512] = "", *pem = NULL;
	size_t count = 0;

	status = make_list(authority, days, &count, &pem, &diag);
	if (status == CARDEA_OK)
		status = place(&authority->record, CARDEA_AUTHORITY_LIST, path);
	if (status == CARDEA_OK)
		status = cardea_file_replace(
		    path, pem, strlen(pem), 0644, &diag);
	if (status != CARDEA_OK) {
		free(pem);
		return cardea_call_trouble(call, status, &diag);
	}
	code = CARDEA_EXIT_OK;
	if (out != NULL)
		code = cardea_device_write(call, out, "crl", pem);
	else
		cardea_json_text(&call->out, "file", path);
	free(pem);
	if (code != CARDEA_EXIT_OK)
		return code;
	cardea_json_number(
	    &call->out, "number", (int64_t)authority->record.list_number);
	cardea_json_number(&call->out, "revoked", (int64_t)count);
	if (out == NULL || strcmp(out, "-") != 0)
		cardea_call_say(call, "List %llu, %zu revoked: %s.",
		    (unsigned long long)authority->record.list_number, count,
		    out != NULL ? out : path);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_crl(struct cardea_call *call)
{
	struct cardea_device_authority authority = { .record.lock_fd = -1 };
	enum cardea_exit code;
	uint32_t days = 0;

	code = read_days(call, LIST_DAYS, LIST_DAYS_MAX, &days);
	if (code == CARDEA_EXIT_OK)
		code = cardea_device_authority_open(call, &authority);
	if (code == CARDEA_EXIT_OK)
		code = write_list(call, &authority, days);
	cardea_device_authority_close(&authority);
	return code;
}

const struct cardea_command cardea_verb_device_ca_init = {
	"device ca init",
	"",
	0,
	0,
	"make a small authority for devices",
	false,
	init_options,
	run_init,
};

const struct cardea_command cardea_verb_device_ca_sign = {
	"device ca sign",
	"REQUEST",
	1,
	1,
	"certify a device by its request",
	false,
	sign_options,
	run_sign,
};

const struct cardea_command cardea_verb_device_ca_revoke = {
	"device ca revoke",
	"SERIAL|FILE",
	1,
	1,
	"take a certificate back",
	false,
	revoke_options,
	run_revoke,
};

const struct cardea_command cardea_verb_device_ca_crl = {
	"device ca crl",
	"",
	0,
	0,
	"write the list of what was taken back",
	false,
	crl_options,
	run_crl,
};
