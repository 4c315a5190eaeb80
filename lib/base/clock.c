/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "config.h"

/* 2200-01-01: beyond it, something has gone wrong with the clock */
#define CLOCK_END INT64_C(7258118400)

struct cardea_clock
cardea_clock_read(void)
{
	struct cardea_clock clock = { 0 };
	struct timespec wall, since_boot;
	struct timex kernel = { 0 };

	if (clock_gettime(CLOCK_REALTIME, &wall) != 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0)
		return clock;
	clock.time_s = wall.tv_sec;
	clock.monotonic_ms = (int64_t)since_boot.tv_sec * 1000 +
	    since_boot.tv_nsec / 1000000;
	clock.plausible = clock.time_s >= CARDEA_BUILD_EPOCH &&
	    clock.time_s < CLOCK_END;
	clock.synchronised = adjtimex(&kernel) != TIME_ERROR;
	return clock;
}

void
cardea_clock_boot_id(char boot_id[37])
{
	char text[37];
	ssize_t got = -1;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		got = read(fd, text, sizeof(text));
		close(fd);
	}
	boot_id[0] = '\0';
	if (got < 36)
		return;
	memcpy(boot_id, text, 36);
	boot_id[36] = '\0';
}
