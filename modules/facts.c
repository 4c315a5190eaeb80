/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "modules/facts.h"

/* Not getenv: sudo puts its own over a scrubbed copy.  An address that no
 * socket can have is none. */
static void
find_agent(char *agent, size_t size)
{
	static const char name[] = "SSH_AUTH_SOCK=";

	for (char **at = environ; at != NULL && *at != NULL; at++) {
		if (strncmp(*at, name, strlen(name)) != 0)
			continue;
		if (cardea_text_copy(agent, size, *at + strlen(name)) !=
		    CARDEA_OK)
			agent[0] = '\0';
		return;
	}
}

struct fact {
	const char *name;
	int item;
	char *target;
	size_t size;
};

static enum cardea_status
gather_item(pam_handle_t *pamh, const struct fact *fact)
{
	const void *item = NULL;

	if (pam_get_item(pamh, fact->item, &item) != PAM_SUCCESS)
		return CARDEA_E_IO;
	return cardea_text_copy(fact->target, fact->size, item);
}

enum cardea_status
cardea_facts_gather(pam_handle_t *pamh, const char *user, const char *resume,
    struct cardea_begin *ret_begin, const char **ret_bad)
{
	const struct fact facts[] = {
		{ "service", PAM_SERVICE, ret_begin->service,
		    sizeof(ret_begin->service) },
		{ "ruser", PAM_RUSER, ret_begin->ruser,
		    sizeof(ret_begin->ruser) },
		{ "rhost", PAM_RHOST, ret_begin->rhost,
		    sizeof(ret_begin->rhost) },
		{ "tty", PAM_TTY, ret_begin->tty, sizeof(ret_begin->tty) },
	};
	enum cardea_status status;

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		*ret_bad = facts[i].name;
		status = gather_item(pamh, &facts[i]);
		if (status != CARDEA_OK)
			return status;
	}
	find_agent(ret_begin->agent, sizeof(ret_begin->agent));
	*ret_bad = "user";
	status = cardea_text_copy(
	    ret_begin->user, sizeof(ret_begin->user), user);
	if (status != CARDEA_OK)
		return status;
	*ret_bad = "CARDEA_TXN";
	status = cardea_text_copy(
	    ret_begin->resume, sizeof(ret_begin->resume), resume);
	if (status != CARDEA_OK)
		return status;
	*ret_bad = "SSH_AUTH_INFO_0";
	return cardea_text_copy(ret_begin->sshauth, sizeof(ret_begin->sshauth),
	    pam_getenv(pamh, "SSH_AUTH_INFO_0"));
}
