/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_say.so CODE [ask]: a module that returns what it is told, in every phase,
 * and nothing else.  Put in the place of one of ours it shows what a stack does
 * with each PAM code (V11, V27).  Tests only.
 *
 * CODE is a number; with the word "ask" after it, auth and account ask for a
 * code first and throw it away.
 */
#include <stdlib.h>
#include <string.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#define EXPORT __attribute__((visibility("default")))

static int
say(int argc, const char **argv)
{
	return argc == 1 ? (int)strtol(argv[0], NULL, 10) : PAM_SERVICE_ERR;
}

static int
ask_and_say(pam_handle_t *handle, int argc, const char **argv)
{
	if (argc != 2 || strcmp(argv[1], "ask") != 0)
		return say(argc, argv);
	char *answer = NULL;
	(void)pam_prompt(
	    handle, PAM_PROMPT_ECHO_OFF, &answer, "One-time code: ");
	free(answer);
	return say(1, argv);
}

/* As ours: where auth did not fail, setcred succeeds. */
static int
say_setcred(int argc, const char **argv)
{
	int code = say(argc > 0 ? 1 : 0, argv);
	return code == PAM_IGNORE ? PAM_SUCCESS : code;
}

EXPORT int
pam_sm_authenticate(
    pam_handle_t *handle, int flags, int argc, const char **argv)
{
	(void)flags;
	return ask_and_say(handle, argc, argv);
}

EXPORT int
pam_sm_setcred(pam_handle_t *handle, int flags, int argc, const char **argv)
{
	(void)handle;
	(void)flags;
	return say_setcred(argc, argv);
}

EXPORT int
pam_sm_acct_mgmt(pam_handle_t *handle, int flags, int argc, const char **argv)
{
	(void)flags;
	return ask_and_say(handle, argc, argv);
}

EXPORT int
pam_sm_open_session(
    pam_handle_t *handle, int flags, int argc, const char **argv)
{
	(void)handle;
	(void)flags;
	return say(argc, argv);
}

EXPORT int
pam_sm_close_session(
    pam_handle_t *handle, int flags, int argc, const char **argv)
{
	(void)handle;
	(void)flags;
	return say(argc, argv);
}
