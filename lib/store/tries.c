/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/tries.h"

struct cardea_moment
cardea_moment_of(const struct cardea_clock *clock)
{
	struct cardea_moment now = { .clock = *clock };

	cardea_clock_boot_id(now.boot_id);
	return now;
}

bool
cardea_moment_is_same_boot(const struct cardea_moment *now, const char *boot_id)
{
	return boot_id[0] != '\0' && strcmp(now->boot_id, boot_id) == 0;
}

/* By the wall clock, which all hosts of a fleet have in common. */
static int64_t
wall_ms(const struct cardea_tries *tries, const struct cardea_moment *now)
{
	int64_t passed_ms;

	if (!now->clock.plausible ||
	    __builtin_sub_overflow(
		now->clock.time_s, tries->last_s, &passed_ms) ||
	    __builtin_mul_overflow(passed_ms, 1000, &passed_ms))
		return 0;
	return passed_ms > 0 ? passed_ms : 0;
}

/* Since the last refusal, never more than what really passed. */
static int64_t
elapsed_ms(const struct cardea_tries *tries, const struct cardea_moment *now)
{
	int64_t since_boot = now->clock.monotonic_ms;
	int64_t since_last = since_boot - tries->last_monotonic_ms;
	int64_t by_wall = wall_ms(tries, now);

	if (cardea_moment_is_same_boot(now, tries->boot_id))
		return since_last > 0 ? since_last : 0;
	/* Another boot, or another host, which may be up for years. */
	if (now->boot_id[0] != '\0' && tries->boot_id[0] != '\0')
		return since_boot < by_wall ? since_boot : by_wall;
	/* the boot is unknown, and so is whose clock that was: the least of all
	 * that are possible */
	if (since_last < 0)
		since_last = since_boot;
	return since_last < by_wall ? since_last : by_wall;
}

uint32_t
cardea_tries_count(const struct cardea_tries *tries,
    const struct cardea_limit *limit, const struct cardea_moment *now)
{
	int64_t forgotten;

	if (limit->delay_max_s == 0)
		return tries->count;
	forgotten = elapsed_ms(tries, now) /
	    ((int64_t)limit->delay_max_s * 1000);
	return forgotten >= tries->count ? 0
					 : tries->count - (uint32_t)forgotten;
}

void
cardea_tries_add(struct cardea_tries *tries, const struct cardea_limit *limit,
    const struct cardea_moment *now)
{
	uint32_t count = cardea_tries_count(tries, limit, now);

	tries->count = count == UINT32_MAX ? count : count + 1;
	tries->last_s = now->clock.time_s;
	tries->last_monotonic_ms = now->clock.monotonic_ms;
	memcpy(tries->boot_id, now->boot_id, sizeof(tries->boot_id));
}

/* The whole delay that the last refusal began. */
static int64_t
full_delay_s(uint32_t count, const struct cardea_limit *limit)
{
	int64_t delay_s = limit->delay_s;

	if (count == 0 || count < limit->tries || delay_s == 0)
		return 0;
	for (uint32_t i = limit->tries;
	     i < count && delay_s < limit->delay_max_s; i++)
		delay_s *= 2;
	return delay_s < limit->delay_max_s ? delay_s : limit->delay_max_s;
}

int64_t
cardea_tries_delay_ms(const struct cardea_tries *tries,
    const struct cardea_limit *limit, const struct cardea_moment *now)
{
	int64_t left = full_delay_s(tries->count, limit) * 1000 -
	    elapsed_ms(tries, now);

	return left > 0 ? left : 0;
}
