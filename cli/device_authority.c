/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/device_authority.h"
#include "cli/moment.h"

const char *
cardea_device_authority_folder(const struct cardea_call *call)
{
	const char *folder = cardea_call_text(call, "ca-dir");

	return folder != NULL ? folder : CARDEA_AUTHORITY_FOLDER;
}

static enum cardea_status
read_root(struct cardea_device_authority *authority, struct cardea_diag *diag)
{
	enum cardea_status status;
	char path[512];
	size_t len = 0;

	status = cardea_text_print(path, sizeof(path), "%s/%s",
	    authority->record.folder, CARDEA_AUTHORITY_ROOT);
	if (status == CARDEA_OK)
		status = cardea_file_read(path, CARDEA_FILE_CONFIG,
		    CARDEA_CERT_FILE_MAX, &authority->root, &len, diag);
	return status;
}

static const char *
or_none(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

enum cardea_exit
cardea_device_authority_open(
    struct cardea_call *call, struct cardea_device_authority *authority)
{
	struct cardea_ca_record *record = &authority->record;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_ca_record_hold(
	    cardea_device_authority_folder(call), false, record, &diag);
	if (status == CARDEA_OK)
		status = cardea_ca_record_read(record, &diag);
	if (status == CARDEA_OK)
		status = read_root(authority, &diag);
	if (status != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_TROUBLE, &diag);
	authority->ca = (struct cardea_ca){ .key = &authority->key.key,
		.timeout_ms = CARDEA_DEVICE_SIGN_MS,
		.root = authority->root };
	authority->key.key = (struct cardea_sign_key){ .uri = record->key,
		.tpm = or_none(record->tpm),
		.module = or_none(record->module),
		.pin = &authority->key.pin };
	return cardea_device_key_pin(call, &authority->key,
	    or_none(record->pin_file), "ca-pin-file", "ca-pin");
}

void
cardea_device_authority_close(struct cardea_device_authority *authority)
{
	cardea_device_key_clear(&authority->key);
	cardea_ca_record_clear(&authority->record);
	free(authority->root);
}

enum cardea_exit
cardea_device_authority_issue(struct cardea_call *call,
    struct cardea_device_authority *authority, const char *request,
    const struct cardea_ca_wish *wish, struct cardea_ca_made *made)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_ca_issue(&authority->ca, request, wish, made, &diag);
	if (status == CARDEA_OK)
		status = cardea_ca_record_add(&authority->record, made, &diag);
	if (status == CARDEA_OK)
		status = cardea_ca_record_write(&authority->record, &diag);
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE)
		return cardea_call_fail(call, CARDEA_EXIT_NO, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	return CARDEA_EXIT_OK;
}

const char *
cardea_device_own_subject(const char *subject)
{
	return subject[0] != '\0' ? subject : "an empty subject";
}

void
cardea_device_authority_tell(
    struct cardea_call *call, const struct cardea_ca_made *made)
{
	struct cardea_json *json = &call->out;
	char until[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(made->not_after_s, until);
	cardea_json_text(json, "serial", made->serial);
	cardea_json_text(json, "subject", made->subject);
	cardea_json_text(json, "not_after", until);
	cardea_json_open_array(json, "names");
	for (size_t i = 0; i < made->name_count; i++)
		cardea_json_text(json, NULL, made->names[i].text);
	cardea_json_shut(json);
	cardea_call_say(call, "Certificate %s of %s, until %s.", made->serial,
	    cardea_device_own_subject(made->subject), until);
	for (size_t i = 0; i < made->name_count; i++)
		cardea_call_say(call, "  %s", made->names[i].text);
}

enum cardea_exit
cardea_device_write(struct cardea_call *call, const char *path,
    const char *member, const char *text)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (path == NULL || strcmp(path, "-") == 0) {
		cardea_json_text(&call->out, member, text);
		if (!call->json)
			fputs(text, stdout);
		return CARDEA_EXIT_OK;
	}
	status = cardea_file_replace(path, text, strlen(text), 0644, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	cardea_json_text(&call->out, "file", path);
	return CARDEA_EXIT_OK;
}
