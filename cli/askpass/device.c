/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/askpass/device.h"
#include "cli/askpass/device_conf.h"
#include "cli/askpass/device_sign.h"

/* What is too large for the stack. */
struct work {
	struct cardea_device_conf conf;
	struct cardea_remote_device_answer answer;
};

/* A courtesy: where the certificate goes is said before it goes. */
static void
announce(
    struct cardea_person *person, const struct cardea_device_conf_block *block)
{
	char text[CARDEA_DEVICE_CONF_NAME_MAX + 64];

	if (cardea_text_print(text, sizeof(text),
		"the certificate of this device (%s) is shown there.",
		block->name) == CARDEA_OK)
		cardea_person_note(person, text);
}

static enum cardea_status
ask_blocks(const struct cardea_remote_question *question,
    struct cardea_person *person, struct work *work, struct cardea_diag *diag)
{
	struct cardea_remote_device_answer *answer = &work->answer;
	struct cardea_diag last = { .line = 0 };
	enum cardea_status status = CARDEA_OK;

	answer->no = CARDEA_REMOTE_DEVICE_NONE;
	for (size_t i = 0; i < work->conf.count; i++) {
		const struct cardea_device_conf_block *block =
		    &work->conf.blocks[i];

		if (!cardea_device_conf_is_for(block, question->host))
			continue;
		announce(person, block);
		memset(&last, 0, sizeof(last));
		cardea_diag_place(
		    &last, work->conf.path, block->line, block->name);
		memset(answer, 0, sizeof(*answer));
		status = cardea_device_sign(
		    block, question, person, answer, &last);
		if (status != CARDEA_OK ||
		    answer->no != CARDEA_REMOTE_DEVICE_NO_KEY)
			break;
	}
	if (answer->no == CARDEA_REMOTE_DEVICE_NONE) {
		cardea_diag_place(diag, work->conf.path, 0, NULL);
		cardea_diag_set(diag, CARDEA_E_MISSING,
		    "no certificate is for %s", question->host);
	} else if (last.reason[0] != '\0') {
		*diag = last;
	}
	return status;
}

static enum cardea_status
run(const struct cardea_remote_question *question, struct cardea_person *person,
    struct work *work, struct cardea_remote_parts *ret_parts,
    struct cardea_diag *diag)
{
	struct cardea_remote_device_answer *answer = &work->answer;
	enum cardea_status status;

	status = cardea_device_conf_load(&work->conf, diag);
	if (status == CARDEA_OK)
		status = ask_blocks(question, person, work, diag);
	else if (status == CARDEA_E_MISSING)
		answer->no = CARDEA_REMOTE_DEVICE_NONE;
	else
		answer->no = CARDEA_REMOTE_DEVICE_FAILED;
	if (status == CARDEA_E_CLOSED)
		return status;
	status = cardea_remote_device_write(answer, ret_parts);
	if (status == CARDEA_E_RANGE || status == CARDEA_E_SYNTAX) {
		memset(answer, 0, sizeof(*answer));
		answer->no = CARDEA_REMOTE_DEVICE_FAILED;
		cardea_diag_set(diag, status,
		    "the certificates are too large to be sent; have them "
		    "enrolled, and send the fingerprint");
		status = cardea_remote_device_write(answer, ret_parts);
	}
	return status;
}

enum cardea_status
cardea_device_ask(const struct cardea_remote_question *question,
    struct cardea_person *person, struct cardea_remote_parts *ret_parts,
    struct cardea_diag *diag)
{
	struct work *work = calloc(1, sizeof(*work));
	enum cardea_status status;

	if (work == NULL)
		return CARDEA_E_MEMORY;
	status = run(question, person, work, ret_parts, diag);
	free(work);
	return status;
}
