/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Moves the wall clock of every program of a box: preloaded through the box's
 * own /etc/ld.so.preload, so that it reaches setuid programs, too.  Tests
 * only; nothing in the suite knows it.
 *
 * /etc/testclock, read anew at each call, holds
 *   SECONDS    shift the clock by so many seconds (may be negative)
 *   @SECONDS   stand still at that moment since the epoch
 * No file, no change.  Monotonic clocks and what libc reads inside itself
 * (the time stamp of syslog(3)) are left alone.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* What libc declares for us to replace. */
EXPORT int clock_gettime(clockid_t clock, struct timespec *ret_time);
EXPORT int gettimeofday(struct timeval *restrict ret_time, void *restrict zone);
EXPORT time_t time(time_t *ret_time);

/* By raw system calls: the host may have replaced open and read. */
static void
move_clock(struct timespec *time)
{
	char text[32];
	long fd = syscall(
	    SYS_openat, AT_FDCWD, "/etc/testclock", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	long len = syscall(SYS_read, fd, text, sizeof text - 1);
	syscall(SYS_close, fd);
	if (len <= 0)
		return;
	text[len] = '\0';

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
