/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <limits.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "harden.h"

/* of the one hierarchy that users are given parts of; "0" means oneself */
#define CONTROL_GROUP "/sys/fs/cgroup/cgroup.procs"

/* Nothing of a code, a key or a password reaches a core file or a debugger of
 * the same user, and nothing we execute could gain a privilege. */
static enum cardea_status
confine(void)
{
	static const struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0)
		return CARDEA_E_IO;
	return CARDEA_OK;
}

/* The terminal of a sudo is its caller's.  Ctrl-C may cancel a wait: a killed
 * process gives back its turn in the store.  Ctrl-Z must not stop us, or we
 * would hold that turn, and everybody else's login with it. */
static bool
may_stop_us(int number)
{
	return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

/* A signal that the host ignores or blocks stays so through execve(2);
 * SIGALRM must end us, and SIGINT must cancel a wait. */
static enum cardea_status
set_signals(void)
{
	struct sigaction action = { 0 };
	sigset_t none;

	for (int number = 1; number < NSIG; number++) {
		action.sa_handler = may_stop_us(number) ? SIG_IGN : SIG_DFL;
		(void)sigaction(number, &action, NULL);
	}
	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		return CARDEA_E_IO;
	return CARDEA_OK;
}

/* A caller may have made himself nice or idle, or sit on one busy processor;
 * whoever waits for our turn in the store must not wait for his. */
static void
reset_priority(void)
{
	static const struct sched_param normal = { .sched_priority = 0 };
	cpu_set_t all;

	(void)sched_setscheduler(0, SCHED_OTHER, &normal);
	(void)setpriority(PRIO_PROCESS, 0, 0);
	(void)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
	memset(&all, 0xff, sizeof(all));
	(void)sched_setaffinity(0, sizeof(all), &all);
}

/* A user owns the control groups below his service manager's: he may freeze
 * or starve what runs there, and with us whoever waits for our turn.  Where
 * the root group takes nobody (in a container) we stay. */
static void
leave_control_group(void)
{
	int fd = open(CONTROL_GROUP, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "0", 1);
	(void)close(fd);
}

enum cardea_status
cardea_harden(void)
{
	enum cardea_status status;

	status = confine();
	if (status != CARDEA_OK)
		return status;
	status = set_signals();
	if (status != CARDEA_OK)
		return status;

	/* libc reads TZ, RES_OPTIONS and others whenever it pleases (C07) */
	if (clearenv() != 0)
		return CARDEA_E_IO;
	if (close_range(CARDEA_VERIFIER_FD + 1, UINT_MAX, 0) != 0)
		return CARDEA_E_IO;
	reset_priority();
	leave_control_group();
	umask(077);
	if (chdir("/") != 0)
		return CARDEA_E_IO;
	cardea_watchdog_work();
	return CARDEA_OK;
}

static void
arm(int64_t ms)
{
	const struct itimerval timer = {
		.it_value = { .tv_sec = ms / 1000,
		    .tv_usec = ms % 1000 * 1000 },
	};

	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

void
cardea_watchdog_work(void)
{
	arm(CARDEA_REPLY_TIMEOUT_MS);
}

void
cardea_watchdog_wait(int64_t ms)
{
	arm((ms > 0 ? ms : 0) + CARDEA_REPLY_TIMEOUT_MS);
}
