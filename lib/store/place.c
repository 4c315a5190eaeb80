/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "store/place.h"

static enum cardea_status
fail(struct cardea_diag *diag, const char *path, int error)
{
	cardea_diag_place(diag, path, 0, NULL);
	switch (error) {
	case ENOENT:
		return cardea_diag_set(
		    diag, CARDEA_E_MISSING, "does not exist");
	case ELOOP:
	case ENOTDIR:
	case EISDIR:
	case ENXIO:
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "is not what it should be: %s", strerrordesc_np(error));
	case ENOSPC:
	case EDQUOT:
		return cardea_diag_set(
		    diag, CARDEA_E_FULL, "%s", strerrordesc_np(error));
	default:
		return cardea_diag_set(diag, CARDEA_E_IO,
		    "cannot be opened: %s", strerrordesc_np(error));
	}
}

static enum cardea_status
judge_directory(int fd, struct cardea_diag *diag)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return cardea_diag_set(diag, CARDEA_E_IO, "cannot be examined");
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "is owned by uid %u, not by root", (unsigned int)st.st_uid);
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "has mode %04o: must be closed to group and others",
		    (unsigned int)(st.st_mode & 07777));
	return CARDEA_OK;
}

enum cardea_status
cardea_place_enter(const char *path, bool create,
    struct cardea_place *ret_place, struct cardea_diag *diag)
{
	struct cardea_place place = { .fd = -1 };
	enum cardea_status status;

	status = cardea_text_copy(place.path, sizeof(place.path), path);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "path too long");
	if (create && mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
		return fail(diag, path, errno);
	place.fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (place.fd < 0)
		return fail(diag, path, errno);
	status = judge_directory(place.fd, diag);
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, path, 0, NULL);
		cardea_place_leave(&place);
		return status;
	}
	*ret_place = place; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_place_path(
    const struct cardea_place *place, const char *name, char *text, size_t size)
{
	return cardea_text_print(text, size, "%s/%s", place->path, name);
}

enum cardea_status
cardea_place_open(const struct cardea_place *place, const char *name, int flags,
    int *ret_fd, struct cardea_diag *diag)
{
	char path[sizeof(((struct cardea_diag *)NULL)->file)];
	enum cardea_status status;
	int fd;

	status = cardea_place_path(place, name, path, sizeof(path));
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "path too long");
	/* O_NONBLOCK: a FIFO in place of the file would hold us (F06) */
	fd = openat(place->fd, name,
	    flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
	    S_IRUSR | S_IWUSR);
	if (fd < 0)
		return fail(diag, path, errno);
	status = cardea_file_check(fd, path, CARDEA_FILE_SECRET, diag);
	if (status != CARDEA_OK) {
		(void)close(fd);
		return status;
	}
	*ret_fd = fd; /* moved */
	return CARDEA_OK;
}

void
cardea_place_leave(struct cardea_place *place)
{
	if (place->fd >= 0)
		(void)close(place->fd);
	place->fd = -1;
}
