/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "device_ssh.h"
#include "device_trust.h"
#include "report.h"

static void
tell_trouble(const struct cardea_diag *diag, const void *context)
{
	const struct cardea_device_try *try = context;

	cardea_report_trouble(
	    try->attempt, CARDEA_SEVERITY_ERR, "authority", diag);
}

static bool
is_wanted(const struct cardea_authority *authority, const void *context)
{
	const struct cardea_device_try *try = context;

	return cardea_device_want_authority(try->rule, authority);
}

struct cardea_cert_shown_item
cardea_device_shown(const struct cardea_device_try *try)
{
	const struct cardea_device_chain *chain = &try->chain;
	struct cardea_cert_shown_item item = { .kind = try->kind,
		.source = "" };
	size_t at = 0;

	for (size_t i = 0; i < chain->count; i++) {
		struct cardea_cert_bytes bytes = { chain->der + at,
			chain->lens[i] };

		if (i == 0)
			item.leaf = bytes;
		else
			item.chain[item.chain_count++] = bytes;
		at += chain->lens[i];
	}
	return item;
}

void
cardea_device_question_make(const struct cardea_device_try *try,
    struct cardea_device_question *question)
{
	const struct cardea_attempt *attempt = try->attempt;
	const struct cardea_cert_shown_item shown = cardea_device_shown(try);
	struct cardea_cert_question *plain = &question->inquiry.question;
	const struct cardea_cert_asker asker = {
		.settings = attempt->settings,
		.believes = is_wanted,
		.tell = tell_trouble,
		.context = try,
	};

	question->source[0] = '\0';
	cardea_cert_inquiry_start(&question->inquiry);
	plain->kind = shown.kind;
	plain->proof = try->proof;
	plain->leaf = shown.leaf;
	plain->chain_count = shown.chain_count;
	memcpy(plain->chain, shown.chain, sizeof(plain->chain));
	plain->time_s = attempt->clock.time_s;
	plain->revocation_s = attempt->selection.revocation_s;
	plain->user = attempt->request.user;
	if (attempt->request.source.kind == CARDEA_ADDRESS_IP)
		cardea_address_format(
		    &attempt->request.source, question->source);
	plain->source = question->source;
	plain->message.data = try->message;
	plain->message.len = try->message_len;
	plain->signature.data = try->signature;
	plain->signature.len = try->signature_len;
	cardea_cert_inquiry_read(&question->inquiry, &asker);
}

bool
cardea_device_is_vouched(const struct cardea_device_try *try,
    const struct cardea_cert_bytes *authority)
{
	const struct cardea_attempt *attempt = try->attempt;
	const struct cardea_settings *settings = attempt->settings;
	bool found = false;

	for (size_t i = 0; !found && i < settings->authority_count; i++) {
		const struct cardea_authority *one = &settings->authorities[i];
		struct cardea_diag diag = { .line = 0 };
		char *lines = NULL;
		size_t len;

		if (one->kind != CARDEA_AUTHORITY_SSH ||
		    !cardea_device_want_authority(try->rule, one))
			continue;
		if (cardea_file_read(one->trust, CARDEA_FILE_CONFIG,
			CARDEA_CERT_FILE_MAX, &lines, &len, &diag) == CARDEA_OK)
			found = cardea_device_ssh_is_listed(authority, lines);
		else
			tell_trouble(&diag, try);
		free(lines);
	}
	return found;
}
