/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_remote.so NAME... [greet]: asks the far end for a proof, as the server
 * does, and says yes if it is for the user and for one of these host names.
 * "greet" sends a message first, which sshd glues to the prompt.  The keys of
 * the tests sign nothing: they send the hash itself.  Tests only.
 */
#include <stdlib.h>
#include <string.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "base/secret.h"
#include "factor/remote.h"

#define EXPORT __attribute__((visibility("default")))

static bool
prepare(struct cardea_remote_challenge *challenge, char *prompt, size_t size)
{
	challenge->uv = CARDEA_UV_NO;
	challenge->handle_count = 1;
	challenge->handles[0].len = 64;
	strcpy(challenge->service, "sshd");
	strcpy(challenge->handles[0].rp_id, "fleet.example");
	return cardea_secret_random(
		   challenge->nonce, sizeof(challenge->nonce)) == CARDEA_OK &&
	    cardea_remote_prompt(challenge, prompt, size) == CARDEA_OK;
}

static bool
ask_part(pam_handle_t *handle, const char *prompt,
    struct cardea_remote_parts *parts, bool *done)
{
	char *text = NULL;
	bool taken;

	if (pam_prompt(handle, PAM_PROMPT_ECHO_OFF, &text, "%s", prompt) !=
	    PAM_SUCCESS)
		return false;
	taken = text != NULL &&
	    cardea_remote_add_part(
		&cardea_remote_key_form, parts, text, done) == CARDEA_OK;
	free(text);
	return taken;
}

static bool
ask_all(pam_handle_t *handle, char *prompt, size_t size,
    struct cardea_remote_answer *answer)
{
	struct cardea_remote_parts parts = { 0 };
	bool done = false;

	while (ask_part(handle, prompt, &parts, &done)) {
		if (done)
			return cardea_remote_join(&parts, answer) == CARDEA_OK;
		if (cardea_remote_more(&parts, prompt, size) != CARDEA_OK)
			return false;
	}
	return false;
}

static bool
judge(const struct cardea_remote_challenge *challenge,
    const struct cardea_remote_answer *answer, const char *user, int argc,
    const char **argv)
{
	unsigned char hash[CARDEA_FIDO2_HASH];
	bool named = false;

	for (int i = 0; i < argc; i++)
		named = named || strcmp(argv[i], answer->host) == 0;
	return named && answer->no == CARDEA_REMOTE_PROOF &&
	    strcmp(answer->user, user) == 0 &&
	    cardea_remote_hash(challenge, answer->user, answer->host, hash) ==
	    CARDEA_OK &&
	    memcmp(hash, answer->auth_data, sizeof(hash)) == 0;
}

EXPORT int
pam_sm_authenticate(
    pam_handle_t *handle, int flags, int argc, const char **argv)
{
	static struct cardea_remote_challenge challenge;
	static struct cardea_remote_answer answer;
	char prompt[CARDEA_PROMPT_MAX + 1];
	const char *user = NULL;

	(void)flags;
	if (pam_get_user(handle, &user, NULL) != PAM_SUCCESS ||
	    !prepare(&challenge, prompt, sizeof(prompt)))
		return PAM_SERVICE_ERR;
	if (argc > 0 && strcmp(argv[argc - 1], "greet") == 0)
		(void)pam_info(handle, "%s", "Downtime on Friday");
	if (!ask_all(handle, prompt, sizeof(prompt), &answer))
		return PAM_AUTHINFO_UNAVAIL;
	return judge(&challenge, &answer, user, argc, argv) ? PAM_SUCCESS
							    : PAM_AUTH_ERR;
}

EXPORT int
pam_sm_setcred(pam_handle_t *handle, int flags, int argc, const char **argv)
{
	(void)handle;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}
