/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "wire/launch.h"

/*
 * Between clone and exec we stand in a copy of somebody else's process, which
 * may have had threads and may have been stopped anywhere: no allocation, no
 * lock, no stdio, system calls only.  Where libc does more than the call
 * (setresuid waits for threads that do not exist here) the call is made raw.
 */

/* Where the verifier finds its socket; all above is closed. */
#define SOCKET_FD 3
#define FREE_FD (SOCKET_FD + 1)

#define STACK_BYTES (8u * 1024 * 1024)
#define LOCKED_BYTES (8u * 1024 * 1024)
#define CPU_SECONDS 60
#define OPEN_FILES 256

/* Limits are the caller's choice under sudo: a file size limit in the middle
 * of a commit must not be.  None of them is inherited. */
static const struct {
	int resource;
	rlim_t limit;
} limits[] = {
	{ RLIMIT_CORE, 0 },
	{ RLIMIT_CPU, CPU_SECONDS },
	{ RLIMIT_STACK, STACK_BYTES },
	{ RLIMIT_MEMLOCK, LOCKED_BYTES },
	{ RLIMIT_NOFILE, OPEN_FILES },
	{ RLIMIT_AS, RLIM_INFINITY },
	{ RLIMIT_DATA, RLIM_INFINITY },
	{ RLIMIT_FSIZE, RLIM_INFINITY },
};

static bool
change_limit(int resource, const struct rlimit *set, struct rlimit *get)
{
	return syscall(SYS_prlimit64, 0, resource, set, get) == 0;
}

/* set_limits: a container may forbid to raise a hard limit; then as much of
 * it as there is.  Too little shows as "broken", which denies. */
static void
set_limits(void)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit want = { limits[i].limit, limits[i].limit };
		struct rlimit have;

		if (change_limit(limits[i].resource, &want, NULL) ||
		    !change_limit(limits[i].resource, NULL, &have))
			continue;
		have.rlim_cur = have.rlim_max;
		(void)change_limit(limits[i].resource, &have, NULL);
	}
}

/* set_descriptors: 0-2 on /dev/null, 3 the socket, which comes in above it;
 * the rest goes when exec succeeds, so that a failure can still be told. */
static bool
set_descriptors(int socket_fd)
{
	int null_fd;

	null_fd = open("/dev/null", O_RDWR | O_NOCTTY);
	if (null_fd < 0)
		return false;
	for (int fd = 0; fd < SOCKET_FD; fd++)
		if (dup2(null_fd, fd) < 0)
			return false;
	if (dup2(socket_fd, SOCKET_FD) < 0)
		return false;
	return syscall(SYS_close_range, FREE_FD, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

/* set_identity: under sudo the real ids and the groups are the caller's. */
static bool
set_identity(void)
{
	return syscall(SYS_setgroups, 0, NULL) == 0 &&
	    syscall(SYS_setresgid, 0, 0, 0) == 0 &&
	    syscall(SYS_setresuid, 0, 0, 0) == 0;
}

/* set_signals: exec keeps what is ignored, so nothing is; the mask comes
 * last, or a pending Ctrl-C would run a handler of the host. */
static bool
set_signals(void)
{
	/* The kernel's own call: libc's refuses the two signals that it keeps
	 * for itself, and a host may have inherited them ignored.  All zero is
	 * SIG_DFL, whatever the members are called. */
	static const unsigned char default_action[64];
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)syscall(SYS_rt_sigaction, number, default_action, NULL,
		    (size_t)NSIG / 8);
	(void)sigemptyset(&none);
	return pthread_sigmask(SIG_SETMASK, &none, NULL) == 0;
}

static void
become_verifier(const char *path, int socket_fd, int error_fd)
{
	char name[] = "cardea-verify";
	char *const arguments[] = { name, NULL };
	char *const environment[] = { NULL };
	unsigned char error;

	(void)umask(077);
	set_limits();
	if (set_descriptors(socket_fd) && set_identity() && chdir("/") == 0 &&
	    set_signals())
		(void)execve(path, arguments, environment);

	error = (unsigned char)errno;
	(void)!write(error_fd, &error, sizeof(error));
	_exit(1);
}

/* await_exec: 0 when the verifier runs, else its errno.  A path on a file
 * system that hangs must not hold the host. */
static int
await_exec(int error_fd, pid_t verifier)
{
	struct pollfd pollfd = { .fd = error_fd, .events = POLLIN };
	unsigned char error = 0;

	if (poll(&pollfd, 1, CARDEA_REPLY_TIMEOUT_MS) <= 0) {
		(void)kill(verifier, SIGKILL);
		return ETIMEDOUT;
	}
	if (read(error_fd, &error, sizeof(error)) == 0)
		return 0;
	return error != 0 ? error : EIO;
}

/* raise_descriptor: to a number from low on, close-on-exec; gives up fd. */
static int
raise_descriptor(int fd, int low)
{
	int raised, error;

	if (fd < 0 || fd >= low)
		return fd;
	raised = fcntl(fd, F_DUPFD_CLOEXEC, low);
	error = errno;
	(void)close(fd);
	errno = error;
	return raised;
}

/*
 * run_intermediate: the process between host and verifier.  It leaves before
 * the verifier has anything to do, so the verifier's end is told to init and
 * not to the host.  All signals are blocked here.
 */
static void
run_intermediate(const char *path, int socket_fd)
{
	int error_fds[2];
	pid_t verifier;

	if (pipe2(error_fds, O_CLOEXEC) != 0)
		_exit(errno);
	error_fds[1] = raise_descriptor(error_fds[1], FREE_FD);
	if (error_fds[1] < 0)
		_exit(errno);

	verifier = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (verifier < 0)
		_exit(errno);
	if (verifier == 0)
		become_verifier(path, socket_fd, error_fds[1]);

	(void)close(error_fds[1]);
	_exit(await_exec(error_fds[0], verifier));
}

/* reap: OK if the verifier runs.  A host that reaps every kind of child may
 * have been faster; then the socket tells whether anybody is there. */
static enum cardea_status
reap(pid_t intermediate)
{
	int status = 0;

	while (waitpid(intermediate, &status, (int)__WCLONE) < 0) {
		if (errno == ECHILD)
			return CARDEA_OK;
		if (errno != EINTR)
			return CARDEA_E_IO;
	}
	if (!WIFEXITED(status)) {
		errno = ECHILD;
		return CARDEA_E_IO;
	}
	errno = WEXITSTATUS(status);
	if (errno == ETIMEDOUT)
		return CARDEA_E_TIMEOUT;
	return errno == 0 ? CARDEA_OK : CARDEA_E_IO;
}

/* start: the clone has no exit signal, so the host never sees SIGCHLD, even
 * if it ignores or handles it.  Signals wait meanwhile: a handler of the host
 * has no business in the copy. */
static enum cardea_status
start(const char *path, int socket_fd)
{
	sigset_t all, before;
	enum cardea_status status;
	pid_t intermediate;
	int error;

	(void)sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
		return CARDEA_E_IO;

	intermediate = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (intermediate == 0)
		run_intermediate(path, socket_fd);
	status = intermediate < 0 ? CARDEA_E_IO : reap(intermediate);

	error = errno;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return status;
}

/* check_file: what we are about to run as root, only root may have written */
static enum cardea_status
check_file(const char *path)
{
	struct stat info;

	if (lstat(path, &info) != 0)
		return errno == ENOENT || errno == ENOTDIR ? CARDEA_E_MISSING
							   : CARDEA_E_IO;
	if (!S_ISREG(info.st_mode) || info.st_uid != 0 ||
	    (info.st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
	    (info.st_mode & S_IXUSR) == 0)
		return CARDEA_E_UNSAFE;
	return CARDEA_OK;
}

enum cardea_status
cardea_launch(const char *path, int *ret_fd)
{
	enum cardea_status status;
	int fds[2] = { -1, -1 };
	int error;

	if (geteuid() != 0)
		return CARDEA_E_UNSAFE;
	status = check_file(path);
	if (status != CARDEA_OK)
		return status;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
		return CARDEA_E_IO;
	status = CARDEA_E_IO;
	fds[0] = raise_descriptor(fds[0], SOCKET_FD);
	fds[1] = raise_descriptor(fds[1], FREE_FD);
	if (fds[0] < 0 || fds[1] < 0)
		goto out;

	status = start(path, fds[1]);
	if (status != CARDEA_OK)
		goto out;
	*ret_fd = fds[0];
	fds[0] = -1; /* moved */
out:
	error = errno;
	if (fds[0] >= 0)
		(void)close(fds[0]);
	if (fds[1] >= 0)
		(void)close(fds[1]);
	errno = error;
	return status;
}
