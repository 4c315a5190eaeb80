/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <string.h>

#include "facts/library/shape.h"

/* MaxMind DB File Format Specification 2.0, "Data Field Format" */
enum kind {
	KIND_EXTENDED = 0,
	KIND_POINTER = 1,
	KIND_TEXT = 2,
	KIND_DOUBLE = 3,
	KIND_BYTES = 4,
	KIND_UINT16 = 5,
	KIND_UINT32 = 6,
	KIND_MAP = 7,
	KIND_INT32 = 8,
	KIND_UINT64 = 9,
	KIND_UINT128 = 10,
	KIND_ARRAY = 11,
	KIND_BOOLEAN = 14,
	KIND_FLOAT = 15,
};

struct walk {
	const unsigned char *section;
	size_t len;
	size_t values, bytes; /* so many may still come */
	bool texts;	      /* arrays hold nothing else */
};

/* One value without what is below it. */
struct value {
	unsigned int kind;
	size_t size;   /* octets, or members, as the kind has it */
	size_t target; /* of a pointer */
	size_t next;   /* behind the control octets */
};

static bool
take_number(
    const struct walk *walk, size_t *at, size_t octets, size_t *ret_number)
{
	size_t number = 0;

	if (octets > walk->len - *at)
		return false;
	for (size_t i = 0; i < octets; i++)
		number = number << 8 | walk->section[(*at)++];
	*ret_number = number;
	return true;
}

static bool
read_pointer(const struct walk *walk, unsigned int control, size_t at,
    struct value *value)
{
	static const size_t bases[] = { 0, 2048, 526336, 0 };
	size_t which = control >> 3 & 3;
	size_t low;

	if (!take_number(walk, &at, which + 1, &low))
		return false;
	value->target = low + bases[which];
	/* the longest form has no bits in the control octet */
	if (which < 3)
		value->target += (size_t)(control & 7) << 8 * (which + 1);
	value->next = at;
	return true;
}

static bool
read_value(const struct walk *walk, size_t at, struct value *ret_value)
{
	static const size_t bases[] = { 29, 285, 65821 };
	struct value value = { .kind = KIND_EXTENDED };
	size_t control, number;

	if (at >= walk->len || !take_number(walk, &at, 1, &control))
		return false;
	value.kind = (unsigned int)control >> 5;
	value.size = control & 31;
	if (value.kind == KIND_POINTER) {
		if (!read_pointer(walk, (unsigned int)control, at, &value))
			return false;
		*ret_value = value;
		return true;
	}
	if (value.kind == KIND_EXTENDED) {
		if (!take_number(walk, &at, 1, &number) || number == 0)
			return false;
		value.kind = KIND_MAP + (unsigned int)number;
	}
	if (value.size >= 29) {
		size_t which = value.size - 29;

		if (!take_number(walk, &at, which + 1, &number))
			return false;
		value.size = bases[which] + number;
	}
	value.next = at;
	*ret_value = value;
	return true;
}

/* false too for a kind that no file holds, such as an end marker */
static bool
size_holds(const struct value *value)
{
	switch (value->kind) {
	case KIND_TEXT:
	case KIND_BYTES:
	case KIND_MAP:
	case KIND_ARRAY:
		return true;
	case KIND_DOUBLE:
		return value->size == 8;
	case KIND_FLOAT:
		return value->size == 4;
	case KIND_BOOLEAN:
		return value->size <= 1;
	case KIND_UINT16:
		return value->size <= 2;
	case KIND_UINT32:
	case KIND_INT32:
		return value->size <= 4;
	case KIND_UINT64:
		return value->size <= 8;
	case KIND_UINT128:
		return value->size <= 16;
	default:
		return false;
	}
}

static bool walk_value(struct walk *walk, size_t *at, int depth, bool text);

static bool
walk_members(
    struct walk *walk, const struct value *value, size_t *at, int depth)
{
	bool map = value->kind == KIND_MAP;

	for (size_t i = 0; i < value->size; i++) {
		/* a key that is no text, and who reads on would read amiss */
		if (map && !walk_value(walk, at, depth + 1, true))
			return false;
		if (!walk_value(walk, at, depth + 1, !map && walk->texts))
			return false;
	}
	return true;
}

/* moves at behind the value as it stands there, pointers not followed */
static bool
walk_value(struct walk *walk, size_t *at, int depth, bool text)
{
	struct value value;
	size_t below;

	if (depth > CARDEA_SHAPE_DEPTH_MAX || walk->values-- == 0 ||
	    !read_value(walk, *at, &value))
		return false;
	*at = value.next;
	if (value.kind == KIND_POINTER) {
		below = value.target;
		/* the specification forbids a pointer to a pointer */
		if (!read_value(walk, below, &value) ||
		    value.kind == KIND_POINTER)
			return false;
		at = &below;
		below = value.next;
	}
	if (!size_holds(&value) || (text && value.kind != KIND_TEXT))
		return false;
	if (value.kind == KIND_MAP || value.kind == KIND_ARRAY)
		return walk_members(walk, &value, at, depth);
	if (value.kind == KIND_BOOLEAN) /* the size is the value */
		return true;
	if (value.size > walk->len - *at || value.size > walk->bytes)
		return false;
	walk->bytes -= value.size;
	*at += value.size;
	return true;
}

bool
cardea_shape_holds(const unsigned char *section, size_t len, size_t offset)
{
	struct walk walk = { section, len, CARDEA_SHAPE_VALUES_MAX,
		CARDEA_SHAPE_BYTES_MAX, false };

	return walk_value(&walk, &offset, 0, false);
}

bool
cardea_shape_metadata_holds(const unsigned char *section, size_t len)
{
	struct walk walk = { section, len, CARDEA_SHAPE_VALUES_MAX,
		CARDEA_SHAPE_BYTES_MAX, true };
	size_t offset = 0;

	return walk_value(&walk, &offset, 0, false);
}

const unsigned char *
cardea_shape_metadata(const unsigned char *tail, size_t len, size_t *ret_len)
{
	static const char marker[] = "\xab\xcd\xefMaxMind.com";
	const size_t size = sizeof(marker) - 1;

	for (size_t at = len; at >= size; at--) {
		if (memcmp(tail + at - size, marker, size) != 0)
			continue;
		*ret_len = len - at;
		return tail + at;
	}
	return NULL;
}
