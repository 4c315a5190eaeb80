/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_cardea_fido2: a security key: in this machine, behind the person's
 * ssh-agent, or at the far end of ssh.  The verifier reaches and judges it;
 * this line waits, and carries cues, prompts and answers.  Its success permits
 * nothing: the gate does.
 */
#include "modules/arguments.h"
#include "modules/run.h"

static enum cardea_outcome
verify(struct cardea_call *call)
{
	return cardea_run_verify(call, CARDEA_FACTOR_FIDO2);
}

static const struct cardea_module fido2 = {
	.name = "pam_cardea_fido2",
	.line = CARDEA_LINE_FIDO2,
	.arguments = CARDEA_ARGUMENT_AFTER_PASSWORD,
	.accepts = { CARDEA_OUTCOME_VERIFIED, CARDEA_OUTCOME_NOT_NEEDED,
	    CARDEA_OUTCOME_OBSERVED },
	.exchange = verify,
};

CARDEA_ENTRY int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(pamh, flags, CARDEA_PHASE_AUTH, &fido2, argc, argv);
}

CARDEA_ENTRY int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	return cardea_run_setcred(&fido2, argc, argv);
}

CARDEA_ENTRY int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(
	    pamh, flags, CARDEA_PHASE_ACCOUNT, &fido2, argc, argv);
}

CARDEA_ENTRY int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run_chauthtok(pamh, flags, &fido2, argc, argv);
}
