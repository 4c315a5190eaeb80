/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_cardea_totp: a one-time code or a recovery code.  Carries the verifier's
 * prompt to the person and the answer back; proves nothing itself, and its
 * success permits nothing: the gate does.
 */
#include "modules/arguments.h"
#include "modules/run.h"

static enum cardea_outcome
verify(struct cardea_call *call)
{
	return cardea_run_verify(call, CARDEA_FACTOR_TOTP);
}

static const struct cardea_module totp = {
	.name = "pam_cardea_totp",
	.line = CARDEA_LINE_TOTP,
	.arguments = CARDEA_ARGUMENT_AFTER_PASSWORD,
	.accepts = { CARDEA_OUTCOME_VERIFIED, CARDEA_OUTCOME_NOT_NEEDED,
	    CARDEA_OUTCOME_OBSERVED },
	.exchange = verify,
};

CARDEA_ENTRY int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(pamh, flags, CARDEA_PHASE_AUTH, &totp, argc, argv);
}

CARDEA_ENTRY int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	return cardea_run_setcred(&totp, argc, argv);
}

CARDEA_ENTRY int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(pamh, flags, CARDEA_PHASE_ACCOUNT, &totp, argc, argv);
}

CARDEA_ENTRY int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run_chauthtok(pamh, flags, &totp, argc, argv);
}
