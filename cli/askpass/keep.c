/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/askpass/keep.h"

#define NAME_BEGIN "cardea-askpass-"
#define NAME_SIZE 64

/* The directory must be the person's own, which the session manager makes:
 * in one that others can write a name could be taken or moved. */
static enum cardea_status
open_directory(int *ret_fd, struct cardea_diag *diag)
{
	const char *path = getenv("XDG_RUNTIME_DIR");
	struct stat info;
	char usual[64];
	int fd;

	if (path == NULL || path[0] != '/') {
		if (cardea_text_print(usual, sizeof(usual), "/run/user/%lu",
			(unsigned long)geteuid()) != CARDEA_OK)
			return CARDEA_E_INTERNAL;
		path = usual;
	}
	cardea_diag_place(diag, path, 0, NULL);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return cardea_diag_set(
		    diag, CARDEA_E_UNSAFE, "cannot be opened");
	if (fstat(fd, &info) != 0 || info.st_uid != geteuid() ||
	    (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		close(fd);
		return cardea_diag_set(
		    diag, CARDEA_E_UNSAFE, "is not a directory of yours alone");
	}
	*ret_fd = fd;
	return CARDEA_OK;
}

static enum cardea_status
file_name(
    const struct cardea_process *ssh, unsigned int part, char name[NAME_SIZE])
{
	return cardea_text_print(name, NAME_SIZE, NAME_BEGIN "%ld-%llu-%u",
	    (long)ssh->pid, (unsigned long long)ssh->start, part);
}

static bool
is_stale(const struct stat *info)
{
	int64_t age = cardea_clock_read().time_s - info->st_mtim.tv_sec;

	return age < 0 || age > CARDEA_KEEP_S;
}

/* What was never asked for: ssh or the server had gone. */
static void
sweep(int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (list == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(list)) != NULL) {
		struct stat info;

		if (strncmp(entry->d_name, NAME_BEGIN, strlen(NAME_BEGIN)) ==
			0 &&
		    fstatat(directory, entry->d_name, &info,
			AT_SYMLINK_NOFOLLOW) == 0 &&
		    is_stale(&info))
			(void)unlinkat(directory, entry->d_name, 0);
	}
	closedir(list);
}

static enum cardea_status
write_part(int directory, const char *name, const char *text)
{
	enum cardea_status status;
	int fd;

	/* an earlier challenge of the same ssh */
	if (unlinkat(directory, name, 0) != 0 && errno != ENOENT)
		return CARDEA_E_IO;
	fd = openat(directory, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return CARDEA_E_IO;
	status = cardea_file_write_open(fd, text, strlen(text));
	if (close(fd) != 0 && status == CARDEA_OK)
		status = CARDEA_E_IO;
	if (status != CARDEA_OK)
		(void)unlinkat(directory, name, 0);
	return status;
}

enum cardea_status
cardea_keep_write(const struct cardea_process *ssh,
    const struct cardea_remote_parts *parts, struct cardea_diag *diag)
{
	enum cardea_status status;
	int directory = -1;

	if (parts->count < 2)
		return CARDEA_OK;
	status = open_directory(&directory, diag);
	if (status != CARDEA_OK)
		return status;
	sweep(directory);
	for (unsigned int i = 1; i < parts->count && status == CARDEA_OK; i++) {
		char name[NAME_SIZE];

		status = file_name(ssh, i + 1, name);
		if (status == CARDEA_OK)
			status = write_part(directory, name, parts->texts[i]);
	}
	close(directory);
	if (status != CARDEA_OK)
		cardea_diag_set(diag, status, "cannot be written to");
	return status;
}

static enum cardea_status
read_part(int fd, char *text, size_t size)
{
	struct stat info;
	ssize_t len;

	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) ||
	    info.st_uid != geteuid() || info.st_nlink != 1 ||
	    (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return CARDEA_E_UNSAFE;
	if (is_stale(&info))
		return CARDEA_E_MISSING;
	do {
		len = read(fd, text, size - 1);
	} while (len < 0 && errno == EINTR);
	if (len <= 0 || len != info.st_size)
		return CARDEA_E_IO;
	text[len] = '\0';
	return CARDEA_OK;
}

enum cardea_status
cardea_keep_take(const struct cardea_process *ssh, unsigned int part,
    char ret_text[CARDEA_PROOF_CHUNK_MAX + 1], struct cardea_diag *diag)
{
	char name[NAME_SIZE], text[CARDEA_PROOF_CHUNK_MAX + 1];
	enum cardea_status status;
	int directory = -1, fd;

	status = open_directory(&directory, diag);
	if (status == CARDEA_OK)
		status = file_name(ssh, part, name);
	if (status != CARDEA_OK)
		goto out;
	fd = openat(
	    directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		status = errno == ELOOP ? CARDEA_E_UNSAFE : CARDEA_E_MISSING;
		goto out;
	}
	status = read_part(fd, text, sizeof(text));
	close(fd);
	(void)unlinkat(directory, name, 0);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    ret_text, CARDEA_PROOF_CHUNK_MAX + 1, text);
out:
	if (status != CARDEA_OK)
		cardea_diag_set(
		    diag, status, "there is no such part (any more)");
	if (directory >= 0)
		close(directory);
	return status;
}
