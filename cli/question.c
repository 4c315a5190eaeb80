/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/question.h"
#include "cli/terminal.h"

static enum cardea_exit
worse(enum cardea_exit a, enum cardea_exit b)
{
	return a > b ? a : b;
}

enum cardea_exit
cardea_question_batch(
    struct cardea_call *call, const struct cardea_question *question)
{
	enum cardea_exit code = CARDEA_EXIT_OK;
	enum cardea_status status = CARDEA_OK;

	while (status == CARDEA_OK) {
		struct cardea_secret line = { 0 };
		struct cardea_json json;

		status = cardea_terminal_read(question->line_max, &line);
		if (status != CARDEA_OK)
			break;
		cardea_json_begin(&json);
		code = worse(code,
		    question->answer(&json, (const char *)line.data, call));
		status = cardea_json_print(&json, stdout);
		cardea_json_clear(&json);
		cardea_secret_clear(&line);
	}
	call->json = false;
	if (status == CARDEA_E_CLOSED)
		return code;
	return cardea_call_refuse(
	    call, CARDEA_EXIT_TROUBLE, "batch: %s", cardea_status_text(status));
}

enum cardea_exit
cardea_question_finish(struct cardea_call *call, enum cardea_exit code,
    const struct cardea_diag *diag)
{
	if (code == CARDEA_EXIT_USAGE) {
		call->json = false;
		(void)cardea_call_fail(call, code, diag);
	}
	call->json = true;
	return code;
}

enum cardea_exit
cardea_question_bad(struct cardea_json *json, const struct cardea_diag *diag)
{
	cardea_json_text(
	    json, "result", cardea_result_text(CARDEA_RESULT_NONE));
	cardea_json_text(json, "why", "bad-question");
	cardea_json_text(json, "reason", diag->reason);
	return CARDEA_EXIT_USAGE;
}

struct search {
	const char *const *known;
	struct cardea_diag *diag;
};

static bool
is_known(const char *key, void *context)
{
	const struct search *search = context;

	for (size_t i = 0; search->known[i] != NULL; i++) {
		if (strcmp(search->known[i], key) == 0)
			return true;
	}
	(void)cardea_diag_set(
	    search->diag, CARDEA_E_SYNTAX, "\"%s\": unknown key", key);
	return false;
}

bool
cardea_question_keys(const struct cardea_json_object *object,
    const char *const *known, struct cardea_diag *diag)
{
	struct search search = { known, diag };

	return cardea_json_keys(object, is_known, &search);
}

enum cardea_exit
cardea_question_exit(enum cardea_result result)
{
	switch (result) {
	case CARDEA_RESULT_VERIFIED:
		return CARDEA_EXIT_OK;
	case CARDEA_RESULT_REFUSED:
		return CARDEA_EXIT_NO;
	case CARDEA_RESULT_NONE:
	case CARDEA_RESULT_ABSENT:
	case CARDEA_RESULT_BROKEN:
		break;
	}
	return CARDEA_EXIT_TROUBLE;
}
