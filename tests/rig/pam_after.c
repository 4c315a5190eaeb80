/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_after: a line that a stack reaches only when the line of ours before it
 * was ignored; it tells so by a code that nothing of ours returns.
 */
#include <security/pam_modules.h>

#define ENTRY __attribute__((visibility("default")))

static int
reached(void)
{
	return PAM_CRED_ERR;
}

ENTRY int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh, (void)flags, (void)argc, (void)argv;
	return reached();
}

ENTRY int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh, (void)flags, (void)argc, (void)argv;
	return reached();
}

ENTRY int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh, (void)flags, (void)argc, (void)argv;
	return reached();
}

ENTRY int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh, (void)flags, (void)argc, (void)argv;
	return reached();
}

ENTRY int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh, (void)flags, (void)argc, (void)argv;
	return reached();
}
