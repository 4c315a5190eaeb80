/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BENCH_KEYS_H
#define TESTS_BENCH_KEYS_H

#include <stddef.h>
#include <string.h>

/* The HOTP key of a measured user: made from the name, so that every tool of
 * the bench agrees without a file.  Worth nothing outside it. */
#define BENCH_KEY_LEN 20

static inline void
bench_key(const char *user, unsigned char key[BENCH_KEY_LEN])
{
	size_t len = strlen(user);

	for (size_t i = 0; i < BENCH_KEY_LEN; i++)
		key[i] = (unsigned char)(user[i % len] + 7 * (int)i);
}

#endif
