/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_MMDB_BYTES_H
#define TESTS_UNIT_MMDB_BYTES_H

#include <stdint.h>
#include <string.h>

#include "unit/test.h"

/*
 * Values of a database of MaxMind's format, built octet by octet as its
 * specification has them (2.0), damaged ones too.
 */

static unsigned char bytes[5000000];
static size_t len;

static inline void
begin(void)
{
	len = 0;
}

static inline void
put(const void *data, size_t size)
{
	assert_true(size <= sizeof(bytes) - len);
	memcpy(bytes + len, data, size);
	len += size;
}

static inline void
put_octet(unsigned int octet)
{
	unsigned char one = (unsigned char)octet;

	put(&one, 1);
}

static inline void
put_map(unsigned int pairs)
{
	put_octet(7u << 5 | pairs);
}

static inline void
put_array(unsigned int members)
{
	put_octet(members);
	put_octet(11 - 7);
}

static inline void
put_text(const char *text)
{
	assert_true(strlen(text) < 29);
	put_octet(2u << 5 | (unsigned int)strlen(text));
	put(text, strlen(text));
}

/* in four octets */
static inline void
put_pointer(size_t target)
{
	put_octet(1u << 5 | 3u << 3);
	for (int shift = 24; shift >= 0; shift -= 8)
		put_octet((unsigned int)(target >> shift) & 0xff);
}

static inline void
put_number(unsigned int kind, size_t size, uint64_t number)
{
	put_octet((kind <= 7 ? kind << 5 : 0) | (unsigned int)size);
	if (kind > 7)
		put_octet(kind - 7);
	while (size-- > 0)
		put_octet((unsigned int)(number >> 8 * size) & 0xff);
}

static inline void
put_nested(size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		put_array(1);
	put_text("x");
}

/* pairs of pointers to pairs of pointers; the offset of the last pair */
static inline size_t
put_fan(size_t section, int depth)
{
	size_t below = len - section;

	put_text("x");
	for (int i = 0; i < depth; i++) {
		size_t here = len - section;

		put_array(2);
		put_pointer(below);
		put_pointer(below);
		below = here;
	}
	return below;
}

#endif
