/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/askpass/await.h"
#include "cli/askpass/child.h"

#define TERM_MS 500 /* from being asked to end to being killed */

/* Between fork and exec. Nothing here returns. */
static void
run(const struct cardea_child_call *call, pid_t parent, int pipe_fd)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	if (null_fd < 0 || sigprocmask(SIG_SETMASK, &none, NULL) != 0 ||
	    dup2(null_fd, STDIN_FILENO) < 0 ||
	    dup2(null_fd, STDOUT_FILENO) < 0 ||
	    (pipe_fd >= 0 && dup2(pipe_fd, call->caught) < 0) ||
	    prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
		_exit(127);
	cardea_child_become(call);
	_exit(127);
}

enum cardea_status
cardea_child_start(
    const struct cardea_child_call *call, struct cardea_child *ret_child)
{
	pid_t parent = getpid(), pid;
	int ends[2] = { -1, -1 };

	if (call->caught >= 0 && pipe2(ends, O_CLOEXEC) != 0)
		return CARDEA_E_IO;
	pid = fork();
	if (pid == 0)
		run(call, parent, ends[1]);
	if (ends[1] >= 0)
		close(ends[1]);
	if (pid < 0) {
		if (ends[0] >= 0)
			close(ends[0]);
		return CARDEA_E_IO;
	}
	ret_child->pid = pid;
	ret_child->output = ends[0];
	return CARDEA_OK;
}

enum cardea_status
cardea_child_read(const struct cardea_child *child, size_t max,
    int64_t deadline_ms, int hangup_fd, struct cardea_secret *ret_output)
{
	struct cardea_secret output = { 0 };
	enum cardea_status status = cardea_secret_resize(&output, max + 1);
	size_t len = 0;

	while (status == CARDEA_OK) {
		ssize_t got;

		status = cardea_await(child->output, deadline_ms, hangup_fd);
		if (status != CARDEA_OK)
			break;
		got = read(child->output, output.data + len, max + 1 - len);
		if (got == 0)
			break;
		if (got < 0 && errno != EINTR)
			status = CARDEA_E_IO;
		else if (got > 0)
			len += (size_t)got;
		if (status == CARDEA_OK && len > max)
			status = CARDEA_E_RANGE;
	}
	if (status == CARDEA_OK)
		status = cardea_secret_set(ret_output, output.data, len);
	cardea_secret_clear(&output);
	return status;
}

/* True if it has ended, and is not reaped yet. */
static bool
ends_within(pid_t pid, int wait_ms)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool ended = false;

	if (fd >= 0) {
		int64_t deadline_ms = cardea_clock_read().monotonic_ms +
		    wait_ms;

		ended = cardea_await(fd, deadline_ms, -1) == CARDEA_OK;
		close(fd);
	}
	return ended;
}

bool
cardea_child_end(struct cardea_child *child, int wait_ms)
{
	bool by_itself;
	int status = 0;

	if (child->pid == 0)
		return false;
	by_itself = ends_within(child->pid, wait_ms);
	if (!by_itself) {
		kill(child->pid, SIGTERM);
		if (!ends_within(child->pid, TERM_MS))
			kill(child->pid, SIGKILL);
	}
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (child->output >= 0)
		close(child->output);
	child->pid = 0;
	child->output = -1;
	return by_itself && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void
cardea_child_become(const struct cardea_child_call *call)
{
	(void)execve(call->path, call->arguments, call->environment);
}
