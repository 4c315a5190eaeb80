/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_TRIES_H
#define CARDEA_STORE_TRIES_H

#include "base/clock.h"
#include "store/record.h"

/*
 * The arithmetic of limits on guessing; pure.  After `tries` refusals every
 * further one starts a delay: delay_s after the first of them, doubling up to
 * delay_max_s.  One refusal is forgotten for each delay_max_s that passed
 * since the last one, so that honest mistakes do not add up over months; in
 * the long run no more than one guess each delay_max_s can be made.
 *
 * Time is the monotonic clock inside a boot: no step of the wall clock
 * shortens a delay (R08).  After a reboot it is counted from the boot: time
 * that the machine was off does not count.  What another host of a fleet has
 * counted looks the same, so it is the lesser of that and of what passed by the
 * wall clock: who goes from host to host is not one who has waited.
 */
struct cardea_limit {
	uint32_t tries;
	uint32_t delay_s;
	uint32_t delay_max_s;
};

/* The present, as monotonic time means it. */
struct cardea_moment {
	struct cardea_clock clock;
	char boot_id[37];
};

/* cardea_moment_of: clock as given, boot id from the kernel. */
struct cardea_moment cardea_moment_of(const struct cardea_clock *clock);

/* cardea_moment_is_same_boot: false if either id is unknown. */
bool cardea_moment_is_same_boot(
    const struct cardea_moment *now, const char *boot_id);

/* cardea_tries_add: one more refusal. */
void cardea_tries_add(struct cardea_tries *tries,
    const struct cardea_limit *limit, const struct cardea_moment *now);

/* cardea_tries_count: refusals not yet forgotten. */
uint32_t cardea_tries_count(const struct cardea_tries *tries,
    const struct cardea_limit *limit, const struct cardea_moment *now);

/* cardea_tries_delay_ms: how long nothing is judged from now on; 0: no delay.
 */
int64_t cardea_tries_delay_ms(const struct cardea_tries *tries,
    const struct cardea_limit *limit, const struct cardea_moment *now);

#endif
