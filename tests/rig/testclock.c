/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Moves the wall clock of every program of a box: preloaded through the box's
 * own /etc/ld.so.preload, so that it reaches setuid programs, too.  Tests
 * only; nothing in the suite knows it.
 *
 * /etc/testclock, read anew at each call, holds
 *   SECONDS    shift the clock by so many seconds (may be negative)
 *   @SECONDS   stand still at that moment since the epoch
 * and /etc/testsync holds "yes" or "no": what adjtimex says of the clock.
 * No file, no change.  Monotonic clocks and what libc reads inside itself
 * (the time stamp of syslog(3)) are left alone.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* What libc declares for us to replace. */
EXPORT int clock_gettime(clockid_t clock, struct timespec *ret_time);
EXPORT int gettimeofday(struct timeval *restrict ret_time, void *restrict zone);
EXPORT time_t time(time_t *ret_time);
EXPORT int adjtimex(struct timex *ret_timex);

/* By raw system calls: the host may have replaced open and read. */
static long
read_file(const char *path, char *text, size_t size)
{
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	long len = syscall(SYS_read, fd, text, size - 1);
	syscall(SYS_close, fd);
	text[len > 0 ? len : 0] = '\0';
	return len;
}

static void
move_clock(struct timespec *time)
{
	char text[32];

	if (read_file("/etc/testclock", text, sizeof text) <= 0)
		return;
	if (text[0] == '@') {
		time->tv_sec = strtol(text + 1, NULL, 10);
		time->tv_nsec = 0;
	} else {
		time->tv_sec += strtol(text, NULL, 10);
	}
}

int
clock_gettime(clockid_t clock, struct timespec *ret_time)
{
	long status = syscall(SYS_clock_gettime, clock, ret_time);
	if (status == 0 &&
	    (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		move_clock(ret_time);
	return (int)status;
}

int
gettimeofday(struct timeval *restrict ret_time, void *restrict zone)
{
	(void)zone;
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	ret_time->tv_sec = now.tv_sec;
	ret_time->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *ret_time)
{
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return (time_t)-1;
	if (ret_time != NULL)
		*ret_time = now.tv_sec;
	return now.tv_sec;
}

int
adjtimex(struct timex *ret_timex)
{
	long state = syscall(SYS_adjtimex, ret_timex);
	char text[32];

	if (read_file("/etc/testsync", text, sizeof text) > 0)
		state = text[0] == 'y' ? TIME_OK : TIME_ERROR;
	return (int)state;
}
