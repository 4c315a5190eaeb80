/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/refresh.h"

/* One name is enough: the folder is locked, and one list is written at a time.
 * What a refresh that was killed left there is written over. */
#define COPY_BYTES 65536

enum cardea_status
cardea_refresh_enter(const char *folder, int *ret_fd, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	int fd;

	cardea_diag_place(diag, folder, 0, NULL);
	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		return cardea_diag_set(diag, CARDEA_E_IO, "cannot be made: %s",
		    strerrordesc_np(errno));
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return cardea_diag_set(diag, CARDEA_E_IO,
		    "cannot be opened: %s", strerrordesc_np(errno));
	if (!cardea_file_is_safe_directory(fd))
		status = cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "is not root's own, or others may write to it");
	else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		status = cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    "another refresh is at work there");
	if (status != CARDEA_OK) {
		(void)close(fd);
		return status;
	}
	*diag = (struct cardea_diag){ .line = 0 };
	*ret_fd = fd; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_refresh_create(int folder_fd, int *ret_fd, struct cardea_diag *diag)
{
	int fd;

	(void)unlinkat(folder_fd, CARDEA_REFRESH_TEMPORARY, 0);
	fd = openat(folder_fd, CARDEA_REFRESH_TEMPORARY,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return cardea_diag_set(diag, CARDEA_E_IO,
		    "nothing can be written beside it: %s",
		    strerrordesc_np(errno));
	*ret_fd = fd;
	return CARDEA_OK;
}

enum cardea_status
cardea_refresh_commit(
    int folder_fd, int fd, const char *path, struct cardea_diag *diag)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	/* a login may still have the old one open, and then goes on with it */
	if (fchmod(fd, 0644) == 0 && fsync(fd) == 0 &&
	    renameat(folder_fd, CARDEA_REFRESH_TEMPORARY, folder_fd, name) ==
		0 &&
	    fsync(folder_fd) == 0) {
		(void)close(fd);
		return CARDEA_OK;
	}
	(void)cardea_diag_set(diag, CARDEA_E_IO, "cannot be put in place: %s",
	    strerrordesc_np(errno));
	cardea_refresh_abandon(folder_fd, fd);
	return CARDEA_E_IO;
}

void
cardea_refresh_abandon(int folder_fd, int fd)
{
	(void)unlinkat(folder_fd, CARDEA_REFRESH_TEMPORARY, 0);
	(void)close(fd);
}

enum cardea_status
cardea_refresh_copy(int from, int to, size_t max, size_t *ret_len)
{
	static unsigned char bytes[COPY_BYTES];
	enum cardea_status status = CARDEA_OK;
	size_t len = 0;

	while (status == CARDEA_OK) {
		ssize_t got = pread(from, bytes, sizeof(bytes), (off_t)len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return CARDEA_E_IO;
		if (got == 0)
			break;
		if ((size_t)got > max - len)
			return CARDEA_E_RANGE;
		status = cardea_file_write_open(to, bytes, (size_t)got);
		len += (size_t)got;
	}
	if (status == CARDEA_OK)
		*ret_len = len;
	return status;
}

int
cardea_refresh_old(const char *path)
{
	int fd = -1;

	if (cardea_file_open(path, CARDEA_FILE_CONFIG, &fd, NULL) != CARDEA_OK)
		return -1;
	return fd;
}
