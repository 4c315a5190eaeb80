/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_CLOCK_H
#define CARDEA_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The one clock.  Tests replace cardea_clock_read at link time (a program's
 * own definition wins over the archive's); there is no environment variable
 * and no hook, because sudo hands the caller's environment to us.
 */
struct cardea_clock {
	int64_t time_s; /* wall clock, seconds since the epoch */
	int64_t
	    monotonic_ms; /* CLOCK_BOOTTIME: goes on in suspend, never back */
	bool plausible; /* not before this program was built, not after 2200 */
	bool synchronised; /* the kernel says so (adjtimex) */
};

struct cardea_clock cardea_clock_read(void);

/* cardea_clock_boot_id: 36 characters from the kernel, "" if unreadable.
 * Monotonic times of two boots cannot be compared. */
void cardea_clock_boot_id(char boot_id[37]);

#endif
