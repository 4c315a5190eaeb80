/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/text.h"
#include "helper/confine.h"

#define NOBODY 65534
#define OPEN_FILES_MAX 32
#define NO_CAPABILITY 0u
#define TOKEN_FILES_MAX 256
#define TOKEN_FILE_MAX (16UL * 1024 * 1024)

static pid_t parent;

/* --- limits -------------------------------------------------------------- */

static bool
set_limit(int resource, rlim_t value)
{
	const struct rlimit limit = { value, value };

	return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

/* A limit that is lower already stays: only root could raise it. */
static bool
lower_limit(int resource, rlim_t value)
{
	struct rlimit limit;

	if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
		return false;
	return set_limit(
	    resource, limit.rlim_max < value ? limit.rlim_max : value);
}

/* Pages of address space: the first number of proc(5), statm.  A sanitizer has
 * reserved more of them than any limit of ours could allow it. */
static bool
read_pages(uint64_t *ret_pages)
{
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[128] = "";
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (len <= 0)
		return false;
	text[strcspn(text, " ")] = '\0';
	return cardea_text_number(text, 1, UINT64_MAX >> 16, ret_pages) ==
	    CARDEA_OK;
}

static bool
limit_memory(uint64_t memory)
{
	long page = sysconf(_SC_PAGESIZE);
	uint64_t pages = 0;

	return page > 0 && read_pages(&pages) &&
	    lower_limit(RLIMIT_AS, pages * (uint64_t)page + memory);
}

/* No file can grow by us, no process can come from us. */
static bool
set_limits(uint64_t memory, uint32_t cpu_s)
{
	return set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_FSIZE, 0) &&
	    set_limit(RLIMIT_NPROC, 0) &&
	    set_limit(RLIMIT_NOFILE, OPEN_FILES_MAX) &&
	    set_limit(RLIMIT_CPU, cpu_s) && limit_memory(memory);
}

static bool
begin(void)
{
	parent = getppid();
	return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) == 0 &&
	    prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 0 && clearenv() == 0;
}

enum cardea_status
cardea_confine_first(uint64_t memory, uint32_t cpu_s)
{
	return begin() && set_limits(memory, cpu_s) ? CARDEA_OK : CARDEA_E_IO;
}

enum cardea_status
cardea_confine_apart(uint64_t memory, uint32_t cpu_s)
{
	if (!begin() || !set_limit(RLIMIT_CORE, 0) ||
	    !lower_limit(RLIMIT_FSIZE, TOKEN_FILE_MAX) ||
	    !lower_limit(RLIMIT_NOFILE, TOKEN_FILES_MAX) ||
	    !lower_limit(RLIMIT_CPU, cpu_s) || !limit_memory(memory) ||
	    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL) != 0)
		return CARDEA_E_IO;
	/* it may have ended before */
	return getppid() == parent ? CARDEA_OK : CARDEA_E_IO;
}

void
cardea_confine_time(uint32_t ms)
{
	const struct itimerval timer = {
		.it_value = { .tv_sec = (time_t)(ms / 1000),
		    .tv_usec = (suseconds_t)(ms % 1000 * 1000 + 1) },
	};

	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

/* --- rights -------------------------------------------------------------- */

/* The first 32, which are all that anything here could want; the others are
 * given up in any case. */
static bool
keep_capabilities(uint32_t mask)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	const struct __user_cap_data_struct data[2] = {
		{ .effective = mask, .permitted = mask },
	};

	return syscall(SYS_capset, &header, data) == 0;
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
become_nobody(uint32_t capabilities)
{
	return prctl(PR_SET_KEEPCAPS, 1UL, 0UL, 0UL, 0UL) == 0 &&
	    setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) == 0 && is_nobody() &&
	    keep_capabilities(capabilities);
}

enum cardea_status
cardea_confine(bool for_reader)
{
	uint32_t capabilities = for_reader ? 1u << CAP_NET_ADMIN
					   : NO_CAPABILITY;

	if (geteuid() == 0 && !become_nobody(capabilities))
		return CARDEA_E_IO;
	/* a change of ids sets both of these back */
	if (prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0 ||
	    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGTERM, 0UL, 0UL, 0UL) != 0)
		return CARDEA_E_IO;
	/* it may have ended before */
	return getppid() == parent ? CARDEA_OK : CARDEA_E_IO;
}

enum cardea_status
cardea_confine_rest(void)
{
	return keep_capabilities(NO_CAPABILITY) ? CARDEA_OK : CARDEA_E_IO;
}
