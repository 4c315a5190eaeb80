/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_cardea_decide: the gate, the only module whose success means yes.  It
 * asks the verifier for the decision on all that was shown in this attempt,
 * and ends the phase.  It decides nothing itself.
 */
#include "modules/arguments.h"
#include "modules/run.h"

static enum cardea_outcome
pass_gate(struct cardea_call *call)
{
	struct cardea_connection *connection = call->connection;
	uint32_t flags = cardea_run_password_flag(call);

	if ((call->arguments & CARDEA_ARGUMENT_DEFER_SESSION) != 0)
		flags |= CARDEA_FLAG_DEFER_SESSION;
	if (call->closing)
		flags |= CARDEA_FLAG_CLOSE_SESSION;
	if (cardea_message_put_text(&connection->message, CARDEA_MESSAGE_DECIDE,
		0, flags, connection->user) != CARDEA_OK)
		return cardea_run_trouble(call, "no message", NULL);
	return cardea_run_gate(call);
}

static const struct cardea_module gate = {
	.name = "pam_cardea_decide",
	.line = CARDEA_LINE_DECIDE,
	.arguments = CARDEA_ARGUMENT_AFTER_PASSWORD |
	    CARDEA_ARGUMENT_DEFER_SESSION,
	.accepts = { CARDEA_OUTCOME_PERMITTED, CARDEA_OUTCOME_OBSERVED },
	.exchange = pass_gate,
};

CARDEA_ENTRY int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(pamh, flags, CARDEA_PHASE_AUTH, &gate, argc, argv);
}

CARDEA_ENTRY int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	return cardea_run_setcred(&gate, argc, argv);
}

CARDEA_ENTRY int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(pamh, flags, CARDEA_PHASE_ACCOUNT, &gate, argc, argv);
}

CARDEA_ENTRY int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(pamh, flags, CARDEA_PHASE_SESSION, &gate, argc, argv);
}

CARDEA_ENTRY int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)argc;
	(void)argv;
	return cardea_run_close(pamh, flags, &gate);
}

CARDEA_ENTRY int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run_chauthtok(pamh, flags, &gate, argc, argv);
}
