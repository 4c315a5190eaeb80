/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "base/text.h"

#define PATH_SIZE 4096

/* Ours alone: root, or whoever runs us, who can become what he judges. */
static bool
is_owner_trusted(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

static enum cardea_status
fail_open(struct cardea_diag *diag, const char *path, int error)
{
	cardea_diag_place(diag, path, 0, NULL);
	if (error == ENOENT)
		return cardea_diag_set(diag, CARDEA_E_MISSING, "no such file");
	if (error == ELOOP)
		return cardea_diag_set(
		    diag, CARDEA_E_UNSAFE, "is a symbolic link");
	return cardea_diag_set(
	    diag, CARDEA_E_IO, "cannot be opened: %s", strerrordesc_np(error));
}

static enum cardea_status
judge(int fd, enum cardea_file_kind kind, struct cardea_diag *diag)
{
	const mode_t forbidden = kind == CARDEA_FILE_SECRET ? S_IRWXG | S_IRWXO
							    : S_IWGRP | S_IWOTH;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return cardea_diag_set(diag, CARDEA_E_IO, "cannot be examined");
	if (!S_ISREG(st.st_mode))
		return cardea_diag_set(
		    diag, CARDEA_E_UNSAFE, "is not a regular file");
	if (!is_owner_trusted(&st))
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "is owned by uid %u, not by root", (unsigned int)st.st_uid);
	if ((st.st_mode & forbidden) != 0)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "has mode %04o: %s", (unsigned int)(st.st_mode & 07777),
		    kind == CARDEA_FILE_SECRET
			? "a secret must be closed to group and others"
			: "must not be writable by group or others");
	return CARDEA_OK;
}

enum cardea_status
cardea_file_check(int fd, const char *path, enum cardea_file_kind kind,
    struct cardea_diag *diag)
{
	enum cardea_status status = judge(fd, kind, diag);

	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	return status;
}

bool
cardea_file_is_safe_directory(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) &&
	    is_owner_trusted(&st) && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Whoever can write the directory can replace the file in it. */
static enum cardea_status
open_directory(const char *path, int *ret_fd, const char **ret_name,
    struct cardea_diag *diag)
{
	char directory[PATH_SIZE];
	const char *slash = strrchr(path, '/');
	int fd;

	if (cardea_text_copy(directory, sizeof(directory), path) != CARDEA_OK) {
		cardea_diag_place(diag, path, 0, NULL);
		return cardea_diag_set(diag, CARDEA_E_RANGE, "path too long");
	}
	if (slash == NULL)
		strncpy(directory, ".", sizeof(directory));
	else
		directory[slash == path ? 1 : slash - path] = '\0';
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail_open(diag, path, errno);
	if (!cardea_file_is_safe_directory(fd)) {
		close(fd);
		cardea_diag_place(diag, path, 0, NULL);
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "its directory is not root's own, or others may write to "
		    "it");
	}
	*ret_fd = fd; /* moved */
	*ret_name = slash == NULL ? path : slash + 1;
	return CARDEA_OK;
}

enum cardea_status
cardea_file_open(const char *path, enum cardea_file_kind kind, int *ret_fd,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	const char *name;
	int directory, fd, error;

	status = open_directory(path, &directory, &name, diag);
	if (status != CARDEA_OK)
		return status;
	/* O_NONBLOCK: a FIFO in place of the file would hold us (F06) */
	fd = openat(directory, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	error = errno;
	close(directory);
	if (fd < 0)
		return fail_open(diag, path, error);
	status = cardea_file_check(fd, path, kind, diag);
	if (status != CARDEA_OK) {
		close(fd);
		return status;
	}
	*ret_fd = fd; /* moved */
	return CARDEA_OK;
}

static enum cardea_status
read_whole(int fd, char *bytes, size_t size, size_t *ret_len)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(fd, bytes + len, size - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return CARDEA_E_IO;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	*ret_len = len;
	return CARDEA_OK;
}

enum cardea_status
cardea_file_read_open(int fd, const char *path, size_t max, char **ret_bytes,
    size_t *ret_len, struct cardea_diag *diag)
{
	enum cardea_status status;
	struct stat st;
	char *bytes = NULL;
	size_t size = 0, len = 0;

	status = CARDEA_E_IO;
	if (fstat(fd, &st) != 0)
		goto out;
	status = CARDEA_E_RANGE;
	if (st.st_size < 0 || (uintmax_t)st.st_size > max)
		goto out;
	/* one byte more than it claims to have, to see it grow, and the NUL */
	size = (size_t)st.st_size + 2;
	status = CARDEA_E_MEMORY;
	bytes = malloc(size);
	if (bytes == NULL)
		goto out;
	status = read_whole(fd, bytes, size - 1, &len);
	if (status == CARDEA_OK && len == size - 1)
		status = CARDEA_E_CONFLICT;
	if (status != CARDEA_OK)
		goto out;
	bytes[len] = '\0';
	*ret_bytes = bytes;
	*ret_len = len;
	bytes = NULL; /* moved */
out:
	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	if (status == CARDEA_E_RANGE)
		cardea_diag_set(diag, status, "is larger than %zu bytes", max);
	else if (status != CARDEA_OK)
		cardea_diag_set(diag, status, "cannot be read: %s",
		    cardea_status_text(status));
	if (bytes != NULL)
		cardea_wipe(bytes, size);
	free(bytes);
	return status;
}

enum cardea_status
cardea_file_read(const char *path, enum cardea_file_kind kind, size_t max,
    char **ret_bytes, size_t *ret_len, struct cardea_diag *diag)
{
	enum cardea_status status;
	int fd = -1;

	status = cardea_file_open(path, kind, &fd, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_file_read_open(fd, path, max, ret_bytes, ret_len, diag);
	close(fd);
	return status;
}

enum cardea_status
cardea_file_write_open(int fd, const void *data, size_t len)
{
	const char *bytes = data;

	while (len > 0) {
		ssize_t put = write(fd, bytes, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno == ENOSPC || errno == EDQUOT
			    ? CARDEA_E_FULL
			    : CARDEA_E_IO;
		bytes += put;
		len -= (size_t)put;
	}
	return CARDEA_OK;
}

/* Never loosen what an administrator has tightened (F10). */
static mode_t
stricter_mode(int directory, const char *name, mode_t mode)
{
	struct stat st;

	if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode))
		mode &= st.st_mode;
	return mode & 0777;
}

/* flags: of renameat2(2) */
static enum cardea_status
put_file(const char *path, const void *bytes, size_t len, mode_t mode,
    unsigned int flags, struct cardea_diag *diag)
{
	char temporary[PATH_SIZE];
	char tag[17];
	enum cardea_status status;
	const char *name;
	int directory = -1, fd = -1;

	status = open_directory(path, &directory, &name, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_secret_random_hex(tag, 8);
	if (status == CARDEA_OK)
		status = cardea_text_print(
		    temporary, sizeof(temporary), ".%s.%s", name, tag);
	if (status != CARDEA_OK)
		goto out;
	fd = openat(directory, temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	status = fd < 0 ? CARDEA_E_IO : cardea_file_write_open(fd, bytes, len);
	if (status == CARDEA_OK &&
	    (fchmod(fd, stricter_mode(directory, name, mode)) != 0 ||
		fsync(fd) != 0 ||
		renameat2(directory, temporary, directory, name, flags) != 0 ||
		fsync(directory) != 0))
		status = errno == EEXIST ? CARDEA_E_CONFLICT : CARDEA_E_IO;
	if (status != CARDEA_OK && fd >= 0)
		(void)unlinkat(directory, temporary, 0);
out:
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, path, 0, NULL);
		cardea_diag_set(diag, status, "cannot be replaced: %s",
		    cardea_status_text(status));
	}
	if (fd >= 0)
		close(fd);
	close(directory);
	return status;
}

enum cardea_status
cardea_file_replace(const char *path, const void *bytes, size_t len,
    mode_t mode, struct cardea_diag *diag)
{
	return put_file(path, bytes, len, mode, 0, diag);
}

enum cardea_status
cardea_file_create(const char *path, const void *bytes, size_t len, mode_t mode,
    struct cardea_diag *diag)
{
	return put_file(path, bytes, len, mode, RENAME_NOREPLACE, diag);
}
