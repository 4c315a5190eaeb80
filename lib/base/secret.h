/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_SECRET_H
#define CARDEA_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include <cardea/status.h>

/*
 * A secret from birth to wipe: prompt answers, OTP keys, recovery codes.  The
 * bytes lie on the heap, locked and kept out of core dumps as best effort,
 * followed by a NUL that is not counted.  clear wipes; the zero value is the
 * empty secret and may be cleared any number of times.  Never copy the struct.
 */
struct cardea_secret {
	unsigned char *data;
	size_t len;
	size_t cap;
};

/* cardea_secret_set: replaces the contents by a copy of bytes. */
CARDEA_MUST_USE enum cardea_status
cardea_secret_set(struct cardea_secret *secret, const void *bytes, size_t len);

/* cardea_secret_resize: len zero bytes, to be written through data. */
CARDEA_MUST_USE enum cardea_status
cardea_secret_resize(struct cardea_secret *secret, size_t len);

void cardea_secret_clear(struct cardea_secret *secret);

/* cardea_secret_equal: constant time in the contents; lengths are public. */
bool
cardea_secret_equal(const void *a, size_t a_len, const void *b, size_t b_len);

/* cardea_secret_random: len bytes of getrandom(2); IO if there are none. */
CARDEA_MUST_USE enum cardea_status
cardea_secret_random(void *bytes, size_t len);

/* cardea_secret_random_hex: 2 * bytes digits and a NUL. */
CARDEA_MUST_USE enum cardea_status
cardea_secret_random_hex(char *hex, size_t bytes);

void cardea_wipe(void *bytes, size_t len);

/* CARDEA_WIPE: an array or object; refuses a pointer at compile time, whose
 * size would be the wrong one. */
#define CARDEA_WIPE(array)                                                     \
	do {                                                                   \
		_Static_assert(                                                \
		    !__builtin_types_compatible_p(                             \
			__typeof__(array), __typeof__(&(array)[0])),           \
		    "an array is wanted, not a pointer");                      \
		cardea_wipe((array), sizeof(array));                           \
	} while (0)

#endif
