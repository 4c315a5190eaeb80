/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "usersocket.h"

/* Neither call tells of a failure; asking for an impossible id changes nothing
 * and gives the present one. */
static bool
take_rights(uid_t uid, gid_t gid)
{
	(void)setfsgid(gid);
	(void)setfsuid(uid);
	return (uid_t)setfsuid((uid_t)-1) == uid &&
	    (gid_t)setfsgid((gid_t)-1) == gid;
}

/* A process with half of somebody else's rights is nothing to go on with. */
static void
give_back_rights(void)
{
	if (!take_rights(geteuid(), getegid()))
		_exit(1);
}

static enum cardea_status
check_path(const char *path, struct cardea_diag *diag)
{
	if (path[0] != '/')
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "not an absolute path");
	if (strlen(path) > CARDEA_AGENT_PATH_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "longer than the address of a socket can be");
	return CARDEA_OK;
}

/* The file itself, whatever happens to its name from now on. */
static enum cardea_status
hold_file(const char *path, uid_t uid, int *ret_fd, struct cardea_diag *diag)
{
	const char *reason = NULL;
	struct stat st;
	int fd;

	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return cardea_diag_set(
		    diag, CARDEA_E_MISSING, "%s", strerror(errno));
	if (fstat(fd, &st) != 0)
		reason = "not to be looked at";
	else if (S_ISLNK(st.st_mode))
		reason = "a symbolic link";
	else if (!S_ISSOCK(st.st_mode))
		reason = "not a socket";
	else if (st.st_uid != uid)
		reason = "the socket belongs to another user";
	if (reason != NULL) {
		(void)close(fd);
		return cardea_diag_set(diag, CARDEA_E_UNSAFE, "%s", reason);
	}
	*ret_fd = fd;
	return CARDEA_OK;
}

/* By the descriptor and not by the name: what was judged is what is called. */
static enum cardea_status
call_file(int socket_fd, int file_fd, struct cardea_diag *diag)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	enum cardea_status status;

	status = cardea_text_print(address.sun_path, sizeof(address.sun_path),
	    "/proc/self/fd/%d", file_fd);
	if (status != CARDEA_OK)
		return status;
	if (connect(socket_fd, (const struct sockaddr *)&address,
		sizeof(address)) == 0)
		return CARDEA_OK;
	return cardea_diag_set(diag,
	    errno == EAGAIN ? CARDEA_E_FULL : CARDEA_E_MISSING, "%s",
	    strerror(errno));
}

/* As it was when the listener began to listen. */
static enum cardea_status
check_listener(int socket_fd, uid_t uid, struct cardea_diag *diag)
{
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(peer);

	if (getsockopt(socket_fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    peer.uid != uid)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "another user listens on the socket");
	return CARDEA_OK;
}

static enum cardea_status
call_with_rights(const char *path, uid_t uid, gid_t gid, int socket_fd,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	int file_fd = -1;

	if (!take_rights(uid, gid)) {
		give_back_rights();
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "the user's rights cannot be taken on");
	}
	status = hold_file(path, uid, &file_fd, diag);
	if (status == CARDEA_OK)
		status = call_file(socket_fd, file_fd, diag);
	give_back_rights();
	if (file_fd >= 0)
		(void)close(file_fd);
	return status;
}

enum cardea_status
cardea_usersocket_connect(const char *path, uid_t uid, gid_t gid, int *ret_fd,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	int fd;

	status = check_path(path, diag);
	if (status != CARDEA_OK)
		return status;
	if (uid != geteuid() && getgroups(0, NULL) != 0)
		return cardea_diag_set(diag, CARDEA_E_INTERNAL,
		    "supplementary groups were not given up");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "socket: %s", strerror(errno));
	status = call_with_rights(path, uid, gid, fd, diag);
	if (status == CARDEA_OK)
		status = check_listener(fd, uid, diag);
	if (status != CARDEA_OK) {
		(void)close(fd);
		return status;
	}
	*ret_fd = fd;
	return CARDEA_OK;
}
