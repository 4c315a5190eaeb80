/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rig/key/need.h"
#include "rig/key/state.h"

#define PATH_LEN 512

static void
path_of(const struct state *state, const char *name, char ret_path[PATH_LEN])
{
	int len = snprintf(ret_path, PATH_LEN, "%s/%s", state->folder, name);
	need(len > 0 && len < PATH_LEN, "a shorter path");
}

void
state_open(struct state *state, const char *folder)
{
	*state = (struct state){ .folder = folder };
	need(mkdir(folder, 0700) == 0 || errno == EEXIST, "a state folder");
	char path[PATH_LEN];
	path_of(state, "pid", path);
	(void)unlink(path); /* of somebody who is not ready any more */
}

size_t
state_read(
    const struct state *state, const char *name, void *ret_bytes, size_t len)
{
	char path[PATH_LEN];
	path_of(state, name, path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t got = read(fd, ret_bytes, len);
	close(fd);
	return got > 0 ? (size_t)got : 0;
}

void
state_write(
    const struct state *state, const char *name, const void *bytes, size_t len)
{
	char path[PATH_LEN], fresh[PATH_LEN];
	path_of(state, name, path);
	path_of(state, ".new", fresh);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	need(fd >= 0 && write(fd, bytes, len) == (ssize_t)len, "a state file");
	close(fd);
	need(rename(fresh, path) == 0, "a state file");
}

void
state_read_word(
    const struct state *state, const char *name, char *ret_word, size_t size)
{
	size_t len = state_read(state, name, ret_word, size - 1);
	ret_word[len] = '\0';
	ret_word[strcspn(ret_word, " \t\r\n")] = '\0';
}

void
state_write_number(const struct state *state, const char *name, uint32_t number)
{
	char text[16];
	int len = snprintf(text, sizeof text, "%u\n", number);
	state_write(state, name, text, (size_t)len);
}

/* The text alone does not tell whether it was written again, nor does the time
 * alone, which moves on in steps of milliseconds. */
void
state_refresh(struct state *state)
{
	char path[PATH_LEN], mode[sizeof state->mode];
	struct stat found = { .st_ino = 0 };
	path_of(state, "mode", path);
	(void)stat(path, &found); /* a missing file is one, too */
	size_t len = state_read(state, "mode", mode, sizeof mode - 1);
	mode[len] = '\0';
	if (strcmp(mode, state->mode) == 0 &&
	    found.st_ino == state->mode_inode &&
	    found.st_mtim.tv_sec == state->mode_time.tv_sec &&
	    found.st_mtim.tv_nsec == state->mode_time.tv_nsec)
		return;

	memcpy(state->mode, mode, sizeof mode);
	state->mode_inode = found.st_ino;
	state->mode_time = found.st_mtim;
	state->messages = 0;
	state->commands = 0;
}

void
state_log(const struct state *state, const char *format, ...)
{
	char path[PATH_LEN];
	path_of(state, "log", path);
	FILE *file = fopen(path, "ae");
	need(file != NULL, "a log");

	va_list arguments;
	va_start(arguments, format);
	vfprintf(file, format, arguments);
	va_end(arguments);
	fputc('\n', file);
	fclose(file);
}
