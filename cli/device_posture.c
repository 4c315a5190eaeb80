/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/device.h"
#include "cli/device_meant.h"
#include "cli/input.h"
#include "cli/moment.h"
#include "cli/statement.h"

/*
 * `cardea device posture`: what a manager says of a device, kept with the
 * device if one of the keys that the settings pin has signed it and nothing
 * newer is known; and shown.
 */

static const struct cardea_option import_options[] = {
	{ "content", "FILE", "what a detached CMS signature is over", false },
	{ NULL, NULL, NULL, false },
};

static const struct cardea_option show_options[] = {
	{ NULL, NULL, NULL, false },
};

/* What a statement becomes; what came of it is of the last try. */
struct taking {
	const struct cardea_statement *statement;
	bool changed, replayed;
	struct cardea_device after;
};

static bool
is_as_kept(const struct cardea_device *device,
    const struct cardea_statement *statement)
{
	if (device->posture_ends_s != statement->ends_s ||
	    device->fact_count != statement->fact_count)
		return false;
	for (size_t i = 0; i < device->fact_count; i++) {
		if (strcmp(device->facts[i].name, statement->facts[i].name) !=
			0 ||
		    strcmp(device->facts[i].value, statement->facts[i].value) !=
			0)
			return false;
	}
	return true;
}

/* An old statement shown again must not take the place of a newer one that says
 * worse; of two of one second nobody knows which is the newer. */
static bool
take(struct cardea_device *device, void *context)
{
	struct taking *taking = context;
	const struct cardea_statement *statement = taking->statement;
	bool same = device->posture_s == statement->issued_s &&
	    is_as_kept(device, statement);

	taking->replayed = !same && device->posture_s >= statement->issued_s;
	taking->changed = !same && !taking->replayed;
	if (taking->changed) {
		device->posture_s = statement->issued_s;
		device->posture_ends_s = statement->ends_s;
		memcpy(device->posture_signer, statement->signer,
		    sizeof(device->posture_signer));
		device->fact_count = statement->fact_count;
		memcpy(device->facts, statement->facts, sizeof(device->facts));
	}
	taking->after = *device;
	return taking->changed;
}

/* ---- reading ---- */

/* Whatever is wrong with them is trouble: no statement is at fault. */
static enum cardea_exit
load_keys(
    const struct cardea_admin *admin, struct cardea_statement_keys **ret_keys)
{
	const char *path = admin->settings->statement_keys;
	struct cardea_call *call = admin->call;
	struct cardea_diag diag = { 0 };
	struct cardea_cert_bytes pem;
	char *text = NULL;
	size_t len = 0;
	enum cardea_status status;

	if (path[0] == '\0')
		return cardea_call_refuse(call, CARDEA_EXIT_NO,
		    "the installed settings pin no statement_keys, so that "
		    "nobody's word counts");
	status = cardea_file_read(
	    path, CARDEA_FILE_CONFIG, CARDEA_CERT_FILE_MAX, &text, &len, &diag);
	pem = (struct cardea_cert_bytes){ (unsigned char *)text, len };
	if (status == CARDEA_OK)
		status = cardea_statement_keys_load(&pem, ret_keys, &diag);
	free(text);
	if (status == CARDEA_OK)
		return CARDEA_EXIT_OK;
	cardea_diag_place(&diag, path, 0, NULL);
	return cardea_call_trouble(call, status, &diag);
}

/* What the call names: the statement, and its content if it is detached. */
struct given {
	char *text, *content;
	size_t len, content_len;
};

static enum cardea_status
read_given(const struct cardea_call *call, struct given *given,
    struct cardea_diag *diag)
{
	const char *content = cardea_call_text(call, "content");
	enum cardea_status status;

	status = cardea_input_read(call->operands[0], CARDEA_STATEMENT_MAX,
	    &given->text, &given->len, diag);
	if (status == CARDEA_OK && content != NULL)
		status = cardea_input_read(content, CARDEA_STATEMENT_MAX,
		    &given->content, &given->content_len, diag);
	return status;
}

static enum cardea_status
judge(const struct cardea_admin *admin,
    const struct cardea_statement_keys *keys, const struct given *given,
    struct cardea_statement *ret_statement, struct cardea_diag *diag)
{
	const struct cardea_cert_bytes bytes = { (unsigned char *)given->text,
		given->len };
	const struct cardea_cert_bytes content = {
		(unsigned char *)given->content, given->content_len
	};
	enum cardea_status status;

	if (!admin->clock.plausible)
		return cardea_diag_set(diag, CARDEA_E_IO,
		    "the clock cannot be right, so no statement can be new");
	status = cardea_statement_read(keys, &bytes,
	    given->content == NULL ? NULL : &content, admin->clock.time_s,
	    ret_statement, diag);
	if (status != CARDEA_OK)
		cardea_diag_place(diag, admin->call->operands[0], 0, NULL);
	return status;
}

/* ---- telling ---- */

static void
say_facts(struct cardea_call *call, const struct cardea_device *device)
{
	for (size_t i = 0; i < device->fact_count; i++)
		cardea_call_say(call, "  %s %s", device->facts[i].name,
		    device->facts[i].value);
}

static void
put_posture(struct cardea_json *json, const struct cardea_device *device)
{
	cardea_json_text(json, "id", device->id);
	cardea_device_put_time(json, "posture", device->posture_s);
	cardea_device_put_time(json, "posture_ends", device->posture_ends_s);
	cardea_json_text(json, "posture_signer", device->posture_signer);
	cardea_device_put_facts(json, "facts", device);
}

static void
tell(struct cardea_admin *admin, const struct taking *taking)
{
	const struct cardea_device *device = &taking->after;

	if (taking->changed)
		cardea_device_log(
		    admin, device->id, "device posture import", NULL);
	put_posture(&admin->call->out, device);
	cardea_json_bool(&admin->call->out, "changed", taking->changed);
	cardea_call_say(admin->call, "%s %s, by %s:", device->id,
	    taking->changed ? "is now known" : "was known so already",
	    device->posture_signer);
	say_facts(admin->call, device);
}

static bool
is_refusal(enum cardea_status status)
{
	return status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE ||
	    status == CARDEA_E_UNSAFE || status == CARDEA_E_CONFLICT;
}

/* ---- import ---- */

static enum cardea_exit
keep(struct cardea_admin *admin, const struct cardea_statement *statement)
{
	struct taking taking = { .statement = statement };
	struct cardea_call *call = admin->call;
	char id[CARDEA_CREDENTIAL_MAX + 1] = "";
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_device_meant(admin, statement, id, &diag);
	if (status == CARDEA_E_MISSING || status == CARDEA_E_UNSAFE) {
		cardea_diag_place(&diag, call->operands[0], 0, NULL);
		return cardea_call_fail(call, CARDEA_EXIT_NO, &diag);
	}
	if (status == CARDEA_OK)
		status = cardea_ledger_change_device(
		    admin->store, id, take, &taking, &diag);
	if (status != CARDEA_OK)
		return cardea_device_fail(call, id, status, &diag);
	if (taking.replayed)
		return cardea_call_refuse(call, CARDEA_EXIT_NO,
		    "%s: is not newer than what is known of %s",
		    call->operands[0], id);
	tell(admin, &taking);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
import(struct cardea_admin *admin, const struct cardea_statement_keys *keys)
{
	struct cardea_statement statement = { .issued_s = 0 };
	struct given given = { .text = NULL };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	status = read_given(admin->call, &given, &diag);
	if (status == CARDEA_OK)
		status = judge(admin, keys, &given, &statement, &diag);
	if (status == CARDEA_OK)
		code = keep(admin, &statement);
	else if (is_refusal(status))
		code = cardea_call_fail(admin->call, CARDEA_EXIT_NO, &diag);
	else
		code = cardea_call_trouble(admin->call, status, &diag);
	free(given.text);
	free(given.content);
	return code;
}

static enum cardea_exit
run_import(struct cardea_call *call)
{
	struct cardea_statement_keys *keys = NULL;
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	status = cardea_admin_open(&admin, call, false, &diag);
	code = status == CARDEA_OK ? load_keys(&admin, &keys)
				   : cardea_call_trouble(call, status, &diag);
	if (code == CARDEA_EXIT_OK)
		code = import(&admin, keys);
	(void)cardea_statement_keys_free(keys);
	cardea_admin_close(&admin);
	return code;
}

/* ---- show ---- */

static bool
is_stale(const struct cardea_admin *admin, const struct cardea_device *device)
{
	int64_t now_s = admin->clock.time_s;

	return now_s - device->posture_s >
	    (int64_t)admin->settings->statement_max_age_s ||
	    (device->posture_ends_s != 0 && device->posture_ends_s <= now_s);
}

static void
show(const struct cardea_admin *admin, const struct cardea_device *device)
{
	char since[CARDEA_MOMENT_TEXT_MAX + 1];
	struct cardea_call *call = admin->call;

	put_posture(&call->out, device);
	if (device->posture_s == 0) {
		cardea_call_say(call, "Nothing was said of %s.", device->id);
		return;
	}
	cardea_json_bool(&call->out, "stale", is_stale(admin, device));
	cardea_moment_format(device->posture_s, since);
	cardea_call_say(call, "%s, said %s by %s%s:", device->id, since,
	    device->posture_signer,
	    is_stale(admin, device) ? ", too old to count" : "");
	say_facts(call, device);
}

static enum cardea_exit
run_posture(struct cardea_call *call)
{
	const char *id = call->operands[0];
	enum cardea_exit code = CARDEA_EXIT_OK;
	struct cardea_admin admin = { 0 };
	struct cardea_device device;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_admin_open(&admin, call, true, &diag);
	if (status != CARDEA_OK) {
		code = cardea_call_trouble(call, status, &diag);
		goto out;
	}
	status = cardea_ledger_device(admin.store, id, &device, &diag);
	if (status == CARDEA_OK)
		show(&admin, &device);
	else
		code = cardea_device_fail(call, id, status, &diag);
out:
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_device_posture = {
	"device posture",
	"NAME",
	1,
	1,
	"show what a manager said of a device",
	true,
	show_options,
	run_posture,
};

const struct cardea_command cardea_verb_device_posture_import = {
	"device posture import",
	"FILE",
	1,
	1,
	"take over a manager's signed statement, - for standard input",
	true,
	import_options,
	run_import,
};
