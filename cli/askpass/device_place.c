/* SPDX-License-Identifier: BSD-2-Clause */
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/askpass/device_place.h"

#define MACHINES CARDEA_SYSCONFDIR "/device.conf"
#define PERSONS "/.config/cardea/device.conf"
#define ACCOUNT_MAX 16384 /* what a name service has to say of one */

/* Of the account, as ssh has it for its own files. */
static enum cardea_status
persons(char *path, size_t size)
{
	struct passwd entry, *found = NULL;
	char *text = malloc(ACCOUNT_MAX);
	enum cardea_status status = CARDEA_E_MISSING;

	if (text == NULL)
		return CARDEA_E_MEMORY;
	if (getpwuid_r(geteuid(), &entry, text, ACCOUNT_MAX, &found) == 0 &&
	    found != NULL && found->pw_dir[0] == '/')
		status = cardea_text_print(
		    path, size, "%s%s", found->pw_dir, PERSONS);
	free(text);
	return status;
}

enum cardea_status
cardea_device_place_conf(char *path, size_t size, struct cardea_diag *diag)
{
	const char *chosen = getenv("CARDEA_DEVICE_CONF");

	if (chosen != NULL && chosen[0] != '\0') {
		if (chosen[0] == '/' &&
		    cardea_text_copy(path, size, chosen) == CARDEA_OK)
			return CARDEA_OK;
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "CARDEA_DEVICE_CONF is no absolute path");
	}
	if (persons(path, size) == CARDEA_OK && access(path, F_OK) == 0)
		return CARDEA_OK;
	if (access(MACHINES, F_OK) == 0)
		return cardea_text_copy(path, size, MACHINES);
	return cardea_diag_set(diag, CARDEA_E_MISSING,
	    "no certificate is set up on this machine; see "
	    "cardea-device.conf(5)");
}

const char *
cardea_device_place_agent(void)
{
	const char *path = getenv("SSH_AUTH_SOCK");

	return path != NULL && path[0] == '/' ? path : NULL;
}
