/* SPDX-License-Identifier: BSD-2-Clause */
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "confine.h"

#define NOBODY 65534
#define MEMORY_MAX (256UL * 1024 * 1024)
#define CPU_MAX_S 30

static pid_t parent;

enum cardea_status
cardea_key_confine_first(void)
{
	const struct rlimit none = { 0, 0 };

	parent = getppid();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0)
		return CARDEA_E_IO;
	return CARDEA_OK;
}

void
cardea_key_confine_limit(uint32_t ms)
{
	const struct itimerval timer = {
		.it_value = { .tv_sec = (time_t)(ms / 1000),
		    .tv_usec = (suseconds_t)(ms % 1000 * 1000 + 1) },
	};

	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

static bool
is_nobody(void)
{
	uid_t uids[3];
	gid_t gids[3];

	return getresuid(&uids[0], &uids[1], &uids[2]) == 0 &&
	    getresgid(&gids[0], &gids[1], &gids[2]) == 0 && uids[0] == NOBODY &&
	    uids[1] == NOBODY && uids[2] == NOBODY && gids[0] == NOBODY &&
	    gids[1] == NOBODY && gids[2] == NOBODY && getgroups(0, NULL) == 0;
}

static bool
become_nobody(void)
{
	if (geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 &&
	    setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) == 0 && is_nobody();
}

static bool
set_limits(void)
{
	const struct rlimit none = { 0, 0 };
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };
	const struct rlimit cpu = { CPU_MAX_S, CPU_MAX_S };

	return setrlimit(RLIMIT_FSIZE, &none) == 0 &&
	    setrlimit(RLIMIT_NPROC, &none) == 0 &&
	    setrlimit(RLIMIT_AS, &memory) == 0 &&
	    setrlimit(RLIMIT_CPU, &cpu) == 0;
}

enum cardea_status
cardea_key_confine(void)
{
	if (!become_nobody() || !set_limits())
		return CARDEA_E_IO;
	/* a change of ids sets both of these back */
	if (prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0 ||
	    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGTERM, 0UL, 0UL, 0UL) != 0)
		return CARDEA_E_IO;
	return getppid() == parent ? CARDEA_OK : CARDEA_E_IO;
}
