/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "helper/spawn.h"

static bool
set_descriptors(int socket_fd)
{
	int null_fd = open("/dev/null", O_RDWR | O_NOCTTY);

	if (null_fd < 0)
		return false;
	for (int fd = 0; fd < CARDEA_HELPER_FD; fd++)
		if (dup2(null_fd, fd) < 0)
			return false;
	return dup2(socket_fd, CARDEA_HELPER_FD) == CARDEA_HELPER_FD &&
	    close_range(CARDEA_HELPER_FD + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC) ==
	    0;
}

static void
become_helper(const char *path, int socket_fd, bool apart)
{
	char name[] = "cardea";
	char *const arguments[] = { name, NULL };
	char *const environment[] = { NULL };

	/* signals are as ours: a Ctrl-C ends it too, unless it is apart; a
	 * Ctrl-Z ignored by us is ignored by it */
	if (apart && setsid() < 0)
		_exit(127);
	if (set_descriptors(socket_fd))
		(void)execve(path, arguments, environment);
	_exit(127);
}

/* It starts with the rights that we have. */
static enum cardea_status
check_file(const char *path, struct cardea_diag *diag)
{
	enum cardea_status status;
	int fd = -1;

	status = cardea_file_open(path, CARDEA_FILE_CONFIG, &fd, diag);
	if (status == CARDEA_OK)
		(void)close(fd);
	return status;
}

static enum cardea_status
spawn(const char *path, bool apart, struct cardea_helper *ret_process,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	int fds[2], high;
	pid_t pid;

	status = check_file(path, diag);
	if (status != CARDEA_OK)
		return status;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
		return cardea_diag_set(diag, CARDEA_E_IO, "socketpair");
	/* above 3, or the helper's dup2 would close it */
	high = fcntl(fds[1], F_DUPFD_CLOEXEC, CARDEA_HELPER_FD + 1);
	(void)close(fds[1]);
	pid = high < 0 ? -1 : fork();
	if (pid == 0)
		become_helper(path, high, apart);
	if (high >= 0)
		(void)close(high);
	if (pid < 0) {
		(void)close(fds[0]);
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "no process can be made");
	}
	ret_process->pid = pid;
	ret_process->fd = fds[0];
	ret_process->apart = apart;
	return CARDEA_OK;
}

enum cardea_status
cardea_helper_spawn(const char *path, struct cardea_helper *ret_process,
    struct cardea_diag *diag)
{
	return spawn(path, false, ret_process, diag);
}

enum cardea_status
cardea_helper_spawn_apart(const char *path, struct cardea_helper *ret_process,
    struct cardea_diag *diag)
{
	return spawn(path, true, ret_process, diag);
}

enum cardea_status
cardea_helper_send(int fd, const unsigned char *packet, size_t len)
{
	ssize_t sent;

	do
		sent = send(fd, packet, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return errno == EPIPE || errno == ECONNRESET ? CARDEA_E_CLOSED
							     : CARDEA_E_IO;
	return (size_t)sent == len ? CARDEA_OK : CARDEA_E_IO;
}

enum cardea_status
cardea_helper_receive(
    int fd, unsigned char *packet, size_t size, size_t *ret_len)
{
	ssize_t len;

	do
		len = recv(fd, packet, size, MSG_DONTWAIT | MSG_TRUNC);
	while (len < 0 && errno == EINTR);
	if (len == 0 || (len < 0 && errno == ECONNRESET))
		return CARDEA_E_CLOSED;
	if (len < 0)
		return errno == EAGAIN ? CARDEA_E_TIMEOUT : CARDEA_E_IO;
	if ((size_t)len > size)
		return CARDEA_E_SYNTAX;
	*ret_len = (size_t)len;
	return CARDEA_OK;
}

/* The group has its leader's number, which nobody else can get before the
 * leader is waited for; the leader alone, too, for it may not lead yet. */
static void
signal_helper(const struct cardea_helper *process, int number)
{
	if (process->pid <= 0)
		return;
	if (process->apart)
		(void)kill(-process->pid, number);
	(void)kill(process->pid, number);
}

void
cardea_helper_call_off(const struct cardea_helper *process)
{
	signal_helper(process, SIGTERM);
}

/* A process that has ended makes its pidfd readable; where there is none, for
 * want of descriptors, there is no grace. */
static void
await_end(pid_t pid, int grace_ms)
{
	struct pollfd polled = { .fd = pidfd_open(pid, 0), .events = POLLIN };

	if (polled.fd < 0)
		return;
	(void)poll(&polled, 1, grace_ms);
	(void)close(polled.fd);
}

void
cardea_helper_reap(struct cardea_helper *process, int grace_ms)
{
	if (process->fd >= 0)
		(void)close(process->fd);
	process->fd = -1;
	if (process->pid <= 0)
		return;
	await_end(process->pid, grace_ms);
	signal_helper(process, SIGKILL);
	while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	process->pid = 0;
}
