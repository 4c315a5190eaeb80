/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/askpass/next.h"

#define HINT "SSH_ASKPASS_PROMPT" /* ssh(1) */

static const char *const usual[] = {
	"/usr/bin/ssh-askpass",
	"/usr/lib/ssh/x11-ssh-askpass",
	"/usr/lib/openssh/gnome-ssh-askpass",
	"/usr/libexec/openssh/gnome-ssh-askpass",
	"/usr/libexec/openssh/ssh-askpass",
	"/usr/bin/ksshaskpass",
	"/usr/bin/lxqt-openssh-askpass",
};

static bool
is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && value[0] != '\0';
}

/* Somebody may well have made us the askpass of the whole system. */
static bool
is_ourselves(const char *path)
{
	struct stat other, self;

	return stat(path, &other) == 0 && stat("/proc/self/exe", &self) == 0 &&
	    other.st_dev == self.st_dev && other.st_ino == self.st_ino;
}

static bool
is_usable(const char *path)
{
	return path[0] == '/' && access(path, X_OK) == 0 && !is_ourselves(path);
}

static const char *
find(void)
{
	const char *chosen = getenv("CARDEA_ASKPASS_NEXT");

	if (chosen != NULL)
		return is_usable(chosen) ? chosen : NULL;
	if (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY"))
		return NULL;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (is_usable(usual[i]))
			return usual[i];
	}
	return NULL;
}

enum cardea_status
cardea_next_start(enum cardea_next_kind kind, const char *text,
    struct cardea_child *ret_child)
{
	const char *path = find();
	char *const arguments[] = { (char *)path, (char *)text, NULL };
	struct cardea_child_call call = { path, arguments, environ, -1 };

	if (path == NULL)
		return CARDEA_E_MISSING;
	if (kind == CARDEA_NEXT_QUESTION)
		call.caught = STDOUT_FILENO;
	if ((kind == CARDEA_NEXT_QUESTION ? unsetenv(HINT)
					  : setenv(HINT, "none", 1)) != 0)
		return CARDEA_E_MEMORY;
	call.environment = environ; /* which may have moved */
	return cardea_child_start(&call, ret_child);
}

void
cardea_next_become(const char *prompt)
{
	const char *path = find();
	char *const arguments[] = { (char *)path, (char *)prompt, NULL };
	const struct cardea_child_call call = { path, arguments, environ, -1 };

	if (path != NULL)
		cardea_child_become(&call);
}
