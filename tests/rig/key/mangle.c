/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rig/key/mangle.h"

#define DEEP 1900 /* libfido2 takes 2048 bytes */

/* Where the map begins: after the status. */
#define MAP 1

static void
be_empty(struct writer *answer)
{
	answer->len = MAP;
}

static void
be_cut(struct writer *answer)
{
	answer->len -= answer->len / 4;
}

static void
be_more(struct writer *answer)
{
	put_byte(answer, 0);
}

static void
be_junk(struct writer *answer)
{
	memset(answer->bytes + MAP, 0xff, answer->len - MAP);
}

static void
be_not_map(struct writer *answer)
{
	unsigned int pairs = answer->bytes[MAP] & 0x1f;
	answer->bytes[MAP] = (unsigned char)(CBOR_ARRAY << 5 | 2 * pairs);
}

/* The first two pairs of the map; false if it has fewer. */
static bool
first_pairs(const struct writer *answer, struct slice ret_pairs[2],
    struct slice *ret_rest)
{
	size_t count;
	struct slice rest, map = { answer->bytes + MAP, answer->len - MAP };
	if (!cbor_get_map(map, &count, &rest) || count < 2)
		return false;
	for (int i = 0; i < 2; i++) {
		ret_pairs[i] = rest;
		if (!cbor_skip(&rest, NULL) || !cbor_skip(&rest, NULL))
			return false;
		ret_pairs[i].len -= rest.len;
	}
	*ret_rest = rest;
	return true;
}

/* The map with these two as its first pairs. */
static void
put_first(struct writer *answer, struct slice first, struct slice second,
    struct slice rest)
{
	struct writer changed = { .bytes = NULL };
	put_raw(&changed, answer->bytes, MAP + 1); /* fewer than 24 pairs */
	put_raw(&changed, first.bytes, first.len);
	put_raw(&changed, second.bytes, second.len);
	put_raw(&changed, rest.bytes, rest.len);
	writer_clear(answer);
	*answer = changed;
}

static void
be_out_of_order(struct writer *answer)
{
	struct slice pairs[2], rest;
	if (first_pairs(answer, pairs, &rest))
		put_first(answer, pairs[1], pairs[0], rest);
}

static void
be_double(struct writer *answer)
{
	struct slice pairs[2], rest;
	if (first_pairs(answer, pairs, &rest))
		put_first(answer, pairs[0], pairs[0], rest);
}

/* A number in place of the first value. */
static void
be_other_type(struct writer *answer)
{
	struct slice pairs[2], rest;
	unsigned char pair[2] = { 0, 0 };
	if (!first_pairs(answer, pairs, &rest))
		return;
	pair[0] = pairs[0].bytes[0];
	put_first(answer, (struct slice){ pair, sizeof pair }, pairs[1], rest);
}

/* From the first byte string of 24 bytes or more on, or from the beginning. */
static void
be_long(struct writer *answer)
{
	static const unsigned char head[] = { CBOR_BYTES << 5 | 26, 0xff, 0xff,
		0xff, 0xff };
	const unsigned char *map = answer->bytes + MAP;
	const unsigned char *found = memchr(
	    map, CBOR_BYTES << 5 | 24, answer->len - MAP);
	answer->len = (size_t)((found != NULL ? found : map) - answer->bytes);
	put_raw(answer, head, sizeof head);
}

static void
be_deep(struct writer *answer)
{
	answer->len = MAP;
	for (int i = 0; i < DEEP; i++)
		put_array(answer, 1);
	put_int(answer, 0);
}

static void
be_indefinite(struct writer *answer)
{
	answer->bytes[MAP] = CBOR_MAP << 5 | 31;
	put_byte(answer, 0xff); /* "break" */
}

static const struct kind {
	const char *name;
	void (*apply)(struct writer *answer);
} kinds[] = {
	{ "empty", be_empty },
	{ "cut", be_cut },
	{ "more", be_more },
	{ "junk", be_junk },
	{ "notmap", be_not_map },
	{ "order", be_out_of_order },
	{ "double", be_double },
	{ "type", be_other_type },
	{ "long", be_long },
	{ "deep", be_deep },
	{ "indefinite", be_indefinite },
};

static const struct kind *
find_kind(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strlen(kinds[i].name) == len &&
		    memcmp(kinds[i].name, name, len) == 0)
			return &kinds[i];
	}
	return NULL;
}

bool
mangle_is_known(const char *kind, size_t len)
{
	return find_kind(kind, len) != NULL;
}

void
mangle(struct writer *answer, const char *kind)
{
	const struct kind *found = find_kind(kind, strlen(kind));
	if (found != NULL && answer->len > MAP)
		found->apply(answer);
}
