/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_cardea_context: begins the attempt, first line of its stack.  Hands the
 * facts to the verifier, which may deny what no proof and no identity can
 * change.  It proves nothing.  Its success tells the stack that the gate will
 * be obeyed, its PAM_IGNORE that Cardea only looks on (conf/pam.d).
 */
#include <security/pam_ext.h>
#include <string.h>

#include "base/secret.h"
#include "modules/arguments.h"
#include "modules/converse.h"
#include "modules/run.h"
#include "modules/split.h"

/* stash: hands the code over, to be judged at the totp line and only there. */
static enum cardea_outcome
stash(struct cardea_call *call, const char *code)
{
	struct cardea_verdict_body verdict = { 0 };

	if (cardea_message_put_text(&call->connection->message,
		CARDEA_MESSAGE_STASH, 0, 0, code) != CARDEA_OK)
		return cardea_run_trouble(call, "no message", NULL);
	return cardea_run_exchange(call, &verdict);
}

/* shorten: leaves the password alone as PAM_AUTHTOK, from a copy because
 * libpam wipes the text that it replaces. */
static enum cardea_outcome
shorten(struct cardea_call *call, const char *typed, size_t len)
{
	struct cardea_secret rest = { 0 };
	int code = PAM_BUF_ERR;

	if (cardea_secret_set(&rest, typed, len) == CARDEA_OK)
		code = pam_set_item(call->pamh, PAM_AUTHTOK, rest.data);
	cardea_secret_clear(&rest);
	if (code != PAM_SUCCESS)
		return cardea_run_trouble(
		    call, "the password is not set", NULL);
	return call->begun;
}

static enum cardea_outcome
split_authtok(struct cardea_call *call)
{
	enum cardea_outcome outcome;
	const char *typed = NULL;
	size_t code_len, len;

	if (pam_get_authtok(call->pamh, PAM_AUTHTOK, &typed, NULL) !=
		PAM_SUCCESS ||
	    typed == NULL)
		return cardea_run_trouble(call, "there is no password", NULL);

	code_len = cardea_split_code_len(typed, call->connection->split_digits);
	if (code_len == 0)
		return call->begun;
	len = strlen(typed) - code_len;
	outcome = stash(call, typed + len);
	if (outcome != CARDEA_OUTCOME_BEGUN &&
	    outcome != CARDEA_OUTCOME_OBSERVED)
		return outcome;
	return shorten(call, typed, len);
}

static enum cardea_outcome
begin(struct cardea_call *call)
{
	if ((call->arguments & CARDEA_ARGUMENT_SPLIT_AUTHTOK) == 0)
		return call->begun;
	return split_authtok(call);
}

static const struct cardea_module context = {
	.name = "pam_cardea_context",
	.line = CARDEA_LINE_CONTEXT,
	.arguments = CARDEA_ARGUMENT_SPLIT_AUTHTOK,
	.accepts = { CARDEA_OUTCOME_BEGUN, CARDEA_OUTCOME_OBSERVED },
	.begins = true,
	.exchange = begin,
};

CARDEA_ENTRY int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(pamh, flags, CARDEA_PHASE_AUTH, &context, argc, argv);
}

CARDEA_ENTRY int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	return cardea_run_setcred(&context, argc, argv);
}

CARDEA_ENTRY int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(
	    pamh, flags, CARDEA_PHASE_ACCOUNT, &context, argc, argv);
}

CARDEA_ENTRY int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(
	    pamh, flags, CARDEA_PHASE_SESSION, &context, argc, argv);
}

CARDEA_ENTRY int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)argc;
	(void)argv;
	return cardea_run_close(pamh, flags, &context);
}

CARDEA_ENTRY int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run_chauthtok(pamh, flags, &context, argc, argv);
}
