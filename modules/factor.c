/* SPDX-License-Identifier: BSD-2-Clause */
#include "modules/factor.h"

enum cardea_outcome
cardea_factor_verify(struct cardea_call *call)
{
	return cardea_run_verify(call, call->module->factor);
}

CARDEA_ENTRY int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(
	    pamh, flags, CARDEA_PHASE_AUTH, &cardea_factor_module, argc, argv);
}

CARDEA_ENTRY int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	return cardea_run_setcred(&cardea_factor_module, argc, argv);
}

CARDEA_ENTRY int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run(pamh, flags, CARDEA_PHASE_ACCOUNT,
	    &cardea_factor_module, argc, argv);
}

CARDEA_ENTRY int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	return cardea_run_chauthtok(
	    pamh, flags, &cardea_factor_module, argc, argv);
}
