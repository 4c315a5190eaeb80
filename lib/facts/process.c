/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "facts/process.h"

#define PROC_FILE_MAX 8192

static enum cardea_status
proc_path(pid_t pid, const char *name, char *path, size_t size)
{
	if (pid <= 0)
		return CARDEA_E_MISSING;
	return cardea_text_print(path, size, "/proc/%ld/%s", (long)pid, name);
}

static enum cardea_status
read_all(int fd, char *text, size_t size)
{
	size_t len = 0;

	while (len < size - 1) {
		ssize_t n = read(fd, text + len, size - 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == ESRCH ? CARDEA_E_MISSING : CARDEA_E_IO;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	if (len == size - 1)
		return CARDEA_E_RANGE;
	text[len] = '\0';
	return strlen(text) == len ? CARDEA_OK : CARDEA_E_SYNTAX;
}

static enum cardea_status
read_proc(pid_t pid, const char *name, char *text, struct cardea_diag *diag)
{
	enum cardea_status status;
	char path[64];
	int fd;

	status = proc_path(pid, name, path, sizeof(path));
	if (status != CARDEA_OK)
		return status;

	cardea_diag_place(diag, path, 0, NULL);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return cardea_diag_set(diag,
		    errno == ENOENT ? CARDEA_E_MISSING : CARDEA_E_IO,
		    "cannot be opened");
	status = read_all(fd, text, PROC_FILE_MAX);
	close(fd);
	if (status != CARDEA_OK)
		cardea_diag_set(diag, status, "cannot be read");
	return status;
}

/* The number that begins at text and ends at a blank or the end of the text;
 * *ret_next is what follows it. */
static enum cardea_status
take_number(const char *text, uint64_t high, uint64_t *ret_number,
    const char **ret_next)
{
	enum cardea_status status;
	size_t len = strcspn(text, " \t\n");
	char digits[24];

	if (len >= sizeof(digits))
		return CARDEA_E_RANGE;
	memcpy(digits, text, len);
	digits[len] = '\0';
	status = cardea_text_number(digits, 0, high, ret_number);
	if (status == CARDEA_OK)
		*ret_next = text + len + strspn(text + len, " \t");
	return status;
}

/* The value of a "Name:\tvalue" line of /proc/PID/status.  The name of the
 * process stands on a line of its own there, with newlines escaped, so it
 * cannot pretend to be another line. */
static const char *
status_line(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *line;

	for (line = text; *line != '\0';) {
		const char *end = strchr(line, '\n');

		if (strncmp(line, name, len) == 0)
			return line + len + strspn(line + len, " \t");
		if (end == NULL)
			break;
		line = end + 1;
	}
	return NULL;
}

static enum cardea_status
parse_status(const char *text, struct cardea_process *process)
{
	const char *uids = status_line(text, "Uid:");
	const char *gids = status_line(text, "Gid:");
	const char *parent = status_line(text, "PPid:");
	uint64_t real, effective, group, ppid;

	if (uids == NULL || gids == NULL || parent == NULL)
		return CARDEA_E_SYNTAX;
	if (take_number(uids, UINT32_MAX, &real, &uids) != CARDEA_OK ||
	    take_number(uids, UINT32_MAX, &effective, &uids) != CARDEA_OK ||
	    take_number(gids, UINT32_MAX, &group, &gids) != CARDEA_OK ||
	    take_number(parent, INT32_MAX, &ppid, &parent) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	process->real_uid = (uid_t)real;
	process->effective_uid = (uid_t)effective;
	process->real_gid = (gid_t)group;
	process->parent = (pid_t)ppid;
	return CARDEA_OK;
}

/* A field of /proc/PID/stat after the second, proc(5).  Field 2 is the name in
 * parentheses and may hold anything, so the count begins at the last one. */
static enum cardea_status
stat_field(const char *text, int wanted, uint64_t *ret_number)
{
	const char *at = strrchr(text, ')');
	int field;

	if (at == NULL)
		return CARDEA_E_SYNTAX;
	for (field = 2; field < wanted; field++) {
		at = strchr(at, ' ');
		if (at == NULL)
			return CARDEA_E_SYNTAX;
		at++;
	}
	return take_number(at, UINT64_MAX, ret_number, &at);
}

/* 7 is the terminal, a signed number that is none below 0; 22 the start. */
static enum cardea_status
parse_stat(const char *text, struct cardea_process *process)
{
	uint64_t tty;

	if (stat_field(text, 7, &tty) == CARDEA_OK && tty <= INT32_MAX)
		process->tty = (unsigned int)tty;
	return stat_field(text, 22, &process->start);
}

enum cardea_status
cardea_process_read(
    pid_t pid, struct cardea_process *ret_process, struct cardea_diag *diag)
{
	struct cardea_process process = { .pid = pid };
	enum cardea_status status;
	char text[PROC_FILE_MAX];

	status = read_proc(pid, "stat", text, diag);
	if (status != CARDEA_OK)
		return status;
	status = parse_stat(text, &process);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "has no start time");

	status = read_proc(pid, "status", text, diag);
	if (status != CARDEA_OK)
		return status;
	status = parse_status(text, &process);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "has no user ids");
	*ret_process = process;
	return CARDEA_OK;
}

enum cardea_status
cardea_process_session(pid_t pid, char ret_session[CARDEA_CREDENTIAL_MAX + 1],
    struct cardea_diag *diag)
{
	char text[PROC_FILE_MAX];
	enum cardea_status status;

	status = read_proc(pid, "sessionid", text, diag);
	if (status == CARDEA_E_MISSING) { /* a kernel without audit */
		ret_session[0] = '\0';
		return CARDEA_OK;
	}
	if (status != CARDEA_OK)
		return status;

	text[strcspn(text, "\n")] = '\0';
	if (!cardea_text_digits(text))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "is not a session number");
	if (strcmp(text, CARDEA_PROCESS_NO_SESSION) == 0)
		text[0] = '\0';
	return cardea_text_copy(ret_session, CARDEA_CREDENTIAL_MAX + 1, text);
}

enum cardea_status
cardea_process_login_uid(pid_t pid, uid_t *ret_uid, struct cardea_diag *diag)
{
	char text[PROC_FILE_MAX];
	enum cardea_status status;
	uint64_t number;

	status = read_proc(pid, "loginuid", text, diag);
	if (status != CARDEA_OK)
		return status;
	text[strcspn(text, "\n")] = '\0';
	status = cardea_text_number(text, 0, UINT32_MAX, &number);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "is not a user id");
	if (number == UINT32_MAX)
		return CARDEA_E_MISSING;
	*ret_uid = (uid_t)number;
	return CARDEA_OK;
}

bool
cardea_process_is(pid_t pid, uint64_t start)
{
	struct cardea_process process;
	enum cardea_status status = cardea_process_read(pid, &process, NULL);

	return status == CARDEA_OK ? process.start == start
				   : status != CARDEA_E_MISSING;
}

bool
cardea_process_runs(pid_t pid, const char *const *paths, size_t count)
{
	struct stat running, named;
	char exe[64];
	size_t i;

	if (proc_path(pid, "exe", exe, sizeof(exe)) != CARDEA_OK ||
	    stat(exe, &running) != 0)
		return false;
	for (i = 0; i < count; i++) {
		if (stat(paths[i], &named) == 0 &&
		    named.st_dev == running.st_dev &&
		    named.st_ino == running.st_ino)
			return true;
	}
	return false;
}
