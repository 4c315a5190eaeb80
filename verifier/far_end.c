/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <strings.h>

#include "far_end.h"

/* One question, one part; MISSING if nobody answered. */
static enum cardea_status
ask_part(struct cardea_attempt *attempt, const struct cardea_remote_form *form,
    const char *prompt, struct cardea_remote_parts *parts, bool *done)
{
	struct cardea_secret text = { .data = NULL };
	enum cardea_answer kind = CARDEA_ANSWER_NONE;
	enum cardea_status status;

	status = cardea_attempt_ask(attempt, prompt, &kind, &text);
	if (status != CARDEA_OK) {
		attempt->silent = true;
		status = CARDEA_E_CLOSED;
	} else if (kind != CARDEA_ANSWER_TEXT || text.len == 0) {
		status = CARDEA_E_MISSING;
	} else {
		status = strlen((const char *)text.data) == text.len
		    ? cardea_remote_add_part(
			  form, parts, (const char *)text.data, done)
		    : CARDEA_E_SYNTAX;
	}
	cardea_secret_clear(&text);
	return status;
}

enum cardea_status
cardea_far_end_hear(struct cardea_attempt *attempt,
    const struct cardea_remote_form *form, char *prompt, size_t size,
    struct cardea_remote_parts *ret_parts)
{
	enum cardea_status status;
	bool done = false;

	memset(ret_parts, 0, sizeof(*ret_parts));
	for (;;) {
		status = ask_part(attempt, form, prompt, ret_parts, &done);
		if (status != CARDEA_OK || done)
			return status;
		status = cardea_remote_more(ret_parts, prompt, size);
		if (status != CARDEA_OK)
			return status;
	}
}

bool
cardea_far_end_is_our_name(
    const struct cardea_attempt *attempt, const char *host)
{
	const struct cardea_settings *settings = attempt->settings;

	if (strcasecmp(host, attempt->request.host) == 0)
		return true;
	for (size_t i = 0; i < settings->ssh_name_count; i++) {
		if (strcasecmp(host, settings->ssh_names[i]) == 0)
			return true;
	}
	return false;
}
