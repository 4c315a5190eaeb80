/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_RANDOM_H
#define TESTS_UNIT_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Numbers that look random and are the same on every machine and run: a
 * failure is repeated by its seed (splitmix64, in the public domain).
 */
struct random {
	uint64_t state;
};

static inline uint64_t
random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* random_below: 0..end-1 */
static inline unsigned int
random_below(struct random *random, unsigned int end)
{
	return (unsigned int)((random_next(random) >> 11) % end);
}

static inline bool
random_one_in(struct random *random, unsigned int n)
{
	return random_below(random, n) == 0;
}

#endif
