/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/askpass/child.h"
#include "cli/askpass/parent.h"

#define STEPS_MAX 3
#define VERSION_MS 2000
#define VERSION_TEXT_MAX 1024

/* The first that says who it is connected to: "ssh(1): prefix keyboard
 * interactive prompts with (user@host)", release notes of 8.5. */
#define MAJOR_LEAST 8
#define MINOR_LEAST 5

static bool
is_named_ssh(pid_t pid)
{
	/* an upgrade may have taken the file away since */
	static const char deleted[] = " (deleted)";
	char link[64], path[PATH_MAX];
	const char *name;
	ssize_t len;

	if (cardea_text_print(link, sizeof(link), "/proc/%ld/exe", (long)pid) !=
	    CARDEA_OK)
		return false;
	len = readlink(link, path, sizeof(path) - 1);
	if (len <= 0)
		return false;
	path[len] = '\0';
	name = strrchr(path, '/');
	if (name == NULL || strncmp(name, "/ssh", 4) != 0)
		return false;
	return name[4] == '\0' || strcmp(name + 4, deleted) == 0;
}

enum cardea_status
cardea_parent_find(struct cardea_process *ret_ssh, struct cardea_diag *diag)
{
	struct cardea_process process;
	pid_t pid = getppid();

	for (int i = 0; i < STEPS_MAX && pid > 1; i++) {
		if (cardea_process_read(pid, &process, NULL) != CARDEA_OK)
			break;
		if (is_named_ssh(pid)) {
			*ret_ssh = process;
			return CARDEA_OK;
		}
		pid = process.parent;
	}
	return cardea_diag_set(
	    diag, CARDEA_E_MISSING, "this was not started by ssh");
}

static bool
take_number(const char **text, unsigned int *ret_number)
{
	const char *at = *text;
	unsigned int number = 0;

	while (*at >= '0' && *at <= '9' && at - *text < 4)
		number = number * 10 + (unsigned int)(*at++ - '0');
	if (at == *text || (*at >= '0' && *at <= '9'))
		return false;
	*text = at;
	*ret_number = number;
	return true;
}

bool
cardea_parent_is_new_enough(const char *text)
{
	static const char begin[] = "OpenSSH_";
	unsigned int major, minor;

	if (strncmp(text, begin, strlen(begin)) != 0)
		return false;
	text += strlen(begin);
	if (!take_number(&text, &major) || *text++ != '.' ||
	    !take_number(&text, &minor))
		return false;
	return major > MAJOR_LEAST ||
	    (major == MAJOR_LEAST && minor >= MINOR_LEAST);
}

static bool
is_same(const struct cardea_process *ssh)
{
	struct cardea_process now;

	return cardea_process_read(ssh->pid, &now, NULL) == CARDEA_OK &&
	    now.start == ssh->start;
}

/* By the link to what the process executes: the very file, whatever stands at
 * its path by now. */
static enum cardea_status
ask_version(pid_t pid, struct cardea_secret *ret_text)
{
	char path[64], name[] = "ssh", option[] = "-V";
	char *const arguments[] = { name, option, NULL };
	char *const environment[] = { NULL };
	const struct cardea_child_call call = { path, arguments, environment,
		STDERR_FILENO };
	struct cardea_child child = CARDEA_CHILD_NONE;
	enum cardea_status status;

	status = cardea_text_print(
	    path, sizeof(path), "/proc/%ld/exe", (long)pid);
	if (status == CARDEA_OK)
		status = cardea_child_start(&call, &child);
	if (status == CARDEA_OK)
		status = cardea_child_read(&child, VERSION_TEXT_MAX,
		    cardea_clock_read().monotonic_ms + VERSION_MS, -1,
		    ret_text);
	cardea_child_end(&child, 0);
	return status;
}

enum cardea_status
cardea_parent_check(const struct cardea_process *ssh, struct cardea_diag *diag)
{
	struct cardea_secret text = { 0 };
	enum cardea_status status = ask_version(ssh->pid, &text);
	bool enough = status == CARDEA_OK &&
	    cardea_parent_is_new_enough((const char *)text.data);

	cardea_secret_clear(&text);
	if (!enough)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "this ssh does not say whom it is connected to; OpenSSH "
		    "%d.%d "
		    "or later does",
		    MAJOR_LEAST, MINOR_LEAST);
	if (!is_same(ssh))
		return cardea_diag_set(
		    diag, CARDEA_E_MISSING, "ssh has gone meanwhile");
	return CARDEA_OK;
}

enum cardea_status
cardea_parent_watch(const struct cardea_process *ssh, int *ret_fd)
{
	int fd = (int)syscall(SYS_pidfd_open, ssh->pid, 0);

	if (fd < 0)
		return CARDEA_E_MISSING;
	if (!is_same(ssh)) { /* the number has gone to somebody else */
		close(fd);
		return CARDEA_E_MISSING;
	}
	*ret_fd = fd;
	return CARDEA_OK;
}
