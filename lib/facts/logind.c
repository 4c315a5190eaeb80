/* SPDX-License-Identifier: BSD-2-Clause */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "facts/logind.h"

#define LIBRARY "libsystemd.so.0"

static bool
take(void *object, const char *name, void *ret_call, size_t size)
{
	void *symbol = dlsym(object, name);

	/* ISO C knows no way from an object's pointer to a function's; POSIX
	 * says that both have one form */
	memcpy(ret_call, &symbol, size);
	return symbol != NULL;
}

const struct cardea_logind *
cardea_logind_load(void)
{
	static struct cardea_logind logind;
	static bool tried, loaded;
	void *object;

	if (tried)
		return loaded ? &logind : NULL;
	tried = true;
	object = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (object == NULL)
		return NULL;
	loaded = take(object, "sd_pid_get_session", &logind.pid_get_session,
		     sizeof(logind.pid_get_session)) &&
	    take(object, "sd_session_is_remote", &logind.session_is_remote,
		sizeof(logind.session_is_remote)) &&
	    take(object, "sd_session_get_remote_host",
		&logind.session_get_remote_host,
		sizeof(logind.session_get_remote_host));
	if (!loaded)
		dlclose(object);
	return loaded ? &logind : NULL;
}

static struct cardea_address
remote_source(const struct cardea_logind *logind, const char *session)
{
	struct cardea_address address = { .kind = CARDEA_ADDRESS_UNKNOWN };
	char *host = NULL;

	if (logind->session_get_remote_host(session, &host) >= 0 &&
	    host != NULL && host[0] != '\0')
		address = cardea_address_parse(host);
	free(host);
	return address;
}

struct cardea_address
cardea_logind_source(const struct cardea_logind *logind, pid_t pid)
{
	struct cardea_address address = { .kind = CARDEA_ADDRESS_UNKNOWN };
	char *session = NULL;
	int remote;

	if (logind == NULL || logind->pid_get_session(pid, &session) < 0 ||
	    session == NULL)
		goto out;
	remote = logind->session_is_remote(session);
	if (remote == 0)
		address.kind = CARDEA_ADDRESS_NONE;
	else if (remote > 0)
		address = remote_source(logind, session);
out:
	free(session);
	return address;
}
