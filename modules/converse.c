/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "modules/converse.h"

/* say: the answer, or NULL if there is none.  After an error the application's
 * pointer is not looked at: it may be anything, freed memory included. */
static char *
say(pam_handle_t *pamh, int style, const char *text)
{
	const struct pam_message message = { .msg_style = style, .msg = text };
	const struct pam_message *messages = &message;
	struct pam_response *response = NULL;
	const void *item = NULL;
	const struct pam_conv *conv;
	char *answer;

	if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS || item == NULL)
		return NULL;
	conv = item;
	if (conv->conv == NULL ||
	    conv->conv(1, &messages, &response, conv->appdata_ptr) !=
		PAM_SUCCESS ||
	    response == NULL)
		return NULL;

	answer = response->resp; /* moved */
	free(response);
	return answer;
}

/* drop: wiped to its true end, however long it is. */
static void
drop(char *answer)
{
	if (answer == NULL)
		return;
	cardea_wipe(answer, strlen(answer));
	free(answer);
}

const char *
cardea_converse_authtok(pam_handle_t *pamh)
{
	const void *item = NULL;

	if (pam_get_item(pamh, PAM_AUTHTOK, &item) != PAM_SUCCESS ||
	    item == NULL)
		return "";
	return item;
}

/* judge: sshd's password method answers every prompt with the password, and
 * that must neither count as a try nor travel any further. */
static enum cardea_answer
judge(pam_handle_t *pamh, const char *answer)
{
	const char *password = cardea_converse_authtok(pamh);

	if (answer == NULL)
		return CARDEA_ANSWER_NONE;
	if (*password != '\0' &&
	    cardea_secret_equal(
		answer, strlen(answer), password, strlen(password)))
		return CARDEA_ANSWER_PASSWORD;
	if (strlen(answer) > CARDEA_ANSWER_MAX)
		return CARDEA_ANSWER_TOO_LONG;
	return CARDEA_ANSWER_TEXT;
}

enum cardea_status
cardea_converse_ask(pam_handle_t *pamh, struct cardea_message *message)
{
	char prompt[CARDEA_PROMPT_MAX + 1];
	enum cardea_answer kind;
	enum cardea_status status;
	char *answer;
	int style;

	status = cardea_message_get_text(message, prompt, sizeof(prompt));
	if (status != CARDEA_OK)
		return status;

	style = (message->flags & CARDEA_FLAG_ECHO) != 0 ? PAM_PROMPT_ECHO_ON
							 : PAM_PROMPT_ECHO_OFF;
	answer = say(pamh, style, prompt);
	kind = judge(pamh, answer);
	status = cardea_message_put_text(message, CARDEA_MESSAGE_ANSWER, kind,
	    0, kind == CARDEA_ANSWER_TEXT ? answer : "");
	drop(answer);
	return status;
}

void
cardea_converse_tell(
    pam_handle_t *pamh, const struct cardea_message *message, bool silent)
{
	char text[CARDEA_PROMPT_MAX + 1];
	int style;

	if (silent && (message->flags & CARDEA_FLAG_COURTESY) != 0)
		return;
	if (cardea_message_get_text(message, text, sizeof(text)) != CARDEA_OK)
		return;
	style = (message->flags & CARDEA_FLAG_ERROR) != 0 ? PAM_ERROR_MSG
							  : PAM_TEXT_INFO;
	drop(say(pamh, style, text));
}
