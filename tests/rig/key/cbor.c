/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "rig/key/cbor.h"
#include "rig/key/need.h"

/* Deeper than anything that CTAP2 allows (four). */
#define DEPTH_MAX 8

/* --- writing ------------------------------------------------------------- */

void
put_raw(struct writer *writer, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	if (writer->len + len > writer->room) {
		writer->room = (writer->len + len) * 2;
		writer->bytes = realloc(writer->bytes, writer->room);
		need(writer->bytes != NULL, "memory");
	}
	memcpy(writer->bytes + writer->len, bytes, len);
	writer->len += len;
}

void
put_byte(struct writer *writer, unsigned int byte)
{
	unsigned char one = (unsigned char)byte;
	put_raw(writer, &one, 1);
}

void
put_u16(struct writer *writer, unsigned int value)
{
	put_byte(writer, value >> 8);
	put_byte(writer, value);
}

void
put_u32(struct writer *writer, uint32_t value)
{
	put_u16(writer, value >> 16);
	put_u16(writer, value & 0xffff);
}

/* In the shortest form, as canonical CBOR wants it. */
static void
put_head(struct writer *writer, enum cbor_major major, uint64_t value)
{
	unsigned int type = (unsigned int)major << 5;
	if (value < 24) {
		put_byte(writer, type | (unsigned int)value);
	} else if (value <= UINT8_MAX) {
		put_byte(writer, type | 24);
		put_byte(writer, (unsigned int)value);
	} else if (value <= UINT16_MAX) {
		put_byte(writer, type | 25);
		put_u16(writer, (unsigned int)value);
	} else {
		need(value <= UINT32_MAX, "a number that CTAP2 has use for");
		put_byte(writer, type | 26);
		put_u32(writer, (uint32_t)value);
	}
}

void
put_map(struct writer *writer, size_t pairs)
{
	put_head(writer, CBOR_MAP, pairs);
}

void
put_array(struct writer *writer, size_t items)
{
	put_head(writer, CBOR_ARRAY, items);
}

void
put_int(struct writer *writer, int64_t value)
{
	if (value < 0)
		put_head(writer, CBOR_NEGATIVE, (uint64_t)(-1 - value));
	else
		put_head(writer, CBOR_UNSIGNED, (uint64_t)value);
}

void
put_bytes(struct writer *writer, const void *bytes, size_t len)
{
	put_head(writer, CBOR_BYTES, len);
	put_raw(writer, bytes, len);
}

void
put_text(struct writer *writer, const char *text)
{
	put_head(writer, CBOR_TEXT, strlen(text));
	put_raw(writer, text, strlen(text));
}

void
put_bool(struct writer *writer, bool value)
{
	put_head(writer, CBOR_SIMPLE, value ? 21 : 20);
}

void
writer_clear(struct writer *writer)
{
	free(writer->bytes);
	*writer = (struct writer){ .bytes = NULL };
}

/* --- reading ------------------------------------------------------------- */

static void
advance(struct slice *slice, size_t len)
{
	slice->bytes += len;
	slice->len -= len;
}

/* The type of an item and its number: value, length or count. */
static bool
read_head(struct slice *slice, enum cbor_major *ret_major, uint64_t *ret_value)
{
	if (slice->len == 0)
		return false;
	enum cbor_major major = slice->bytes[0] >> 5;
	unsigned int info = slice->bytes[0] & 31;
	if (info > 27) /* reserved, and what has no definite length */
		return false;
	advance(slice, 1);

	uint64_t value = info;
	if (info >= 24) {
		size_t len = (size_t)1 << (info - 24);
		if (slice->len < len)
			return false;
		value = 0;
		for (size_t i = 0; i < len; i++)
			value = value << 8 | slice->bytes[i];
		advance(slice, len);
	}
	*ret_major = major;
	*ret_value = value;
	return true;
}

static bool skip_item(struct slice *slice, int depth);

static bool
skip_items(struct slice *slice, uint64_t count, int depth)
{
	for (; count > 0; count--) {
		if (!skip_item(slice, depth))
			return false;
	}
	return true;
}

static bool
skip_item(struct slice *slice, int depth)
{
	enum cbor_major major;
	uint64_t value;
	if (depth > DEPTH_MAX || !read_head(slice, &major, &value))
		return false;
	switch (major) {
	case CBOR_UNSIGNED:
	case CBOR_NEGATIVE:
	case CBOR_SIMPLE:
		return true;
	case CBOR_BYTES:
	case CBOR_TEXT:
		if (value > slice->len)
			return false;
		advance(slice, (size_t)value);
		return true;
	case CBOR_ARRAY:
		return skip_items(slice, value, depth + 1);
	case CBOR_MAP:
		/* an item has a byte at least, so the sum cannot overflow */
		return value <= slice->len &&
		    skip_items(slice, 2 * value, depth + 1);
	case CBOR_TAG:
		return false;
	}
	return false;
}

bool
cbor_skip(struct slice *slice, struct slice *ret_item)
{
	struct slice rest = *slice;
	if (!skip_item(&rest, 0))
		return false;
	if (ret_item != NULL) {
		ret_item->bytes = slice->bytes;
		ret_item->len = slice->len - rest.len;
	}
	*slice = rest;
	return true;
}

bool
cbor_get_int(struct slice item, int64_t *ret_value)
{
	enum cbor_major major;
	uint64_t value;
	if (!read_head(&item, &major, &value) || value > INT64_MAX ||
	    (major != CBOR_UNSIGNED && major != CBOR_NEGATIVE))
		return false;
	*ret_value = major == CBOR_NEGATIVE ? -1 - (int64_t)value
					    : (int64_t)value;
	return true;
}

bool
cbor_get_bool(struct slice item, bool *ret_value)
{
	enum cbor_major major;
	uint64_t value;
	if (!read_head(&item, &major, &value) || major != CBOR_SIMPLE ||
	    (value != 20 && value != 21))
		return false;
	*ret_value = value == 21;
	return true;
}

static bool
get_string(struct slice item, enum cbor_major want, struct slice *ret_string)
{
	enum cbor_major major;
	uint64_t len;
	if (!read_head(&item, &major, &len) || major != want || len > item.len)
		return false;
	ret_string->bytes = item.bytes;
	ret_string->len = (size_t)len;
	return true;
}

bool
cbor_get_bytes(struct slice item, struct slice *ret_bytes)
{
	return get_string(item, CBOR_BYTES, ret_bytes);
}

bool
cbor_get_text(struct slice item, struct slice *ret_text)
{
	return get_string(item, CBOR_TEXT, ret_text);
}

bool
cbor_get_array(struct slice item, struct slice *ret_items)
{
	enum cbor_major major;
	uint64_t count;
	if (!read_head(&item, &major, &count) || major != CBOR_ARRAY)
		return false;
	*ret_items = item;
	return true;
}

bool
cbor_get_map(struct slice item, size_t *ret_pairs, struct slice *ret_items)
{
	enum cbor_major major;
	uint64_t pairs;
	if (!read_head(&item, &major, &pairs) || major != CBOR_MAP)
		return false;
	*ret_pairs = (size_t)pairs;
	*ret_items = item;
	return true;
}

static bool
is_number(struct slice item, const void *wanted)
{
	int64_t value;
	return cbor_get_int(item, &value) && value == *(const int64_t *)wanted;
}

static bool
is_name(struct slice item, const void *wanted)
{
	struct slice text;
	return cbor_get_text(item, &text) && text.len == strlen(wanted) &&
	    memcmp(text.bytes, wanted, text.len) == 0;
}

static bool
find(struct slice map, bool (*is_wanted)(struct slice, const void *),
    const void *wanted, struct slice *ret_value)
{
	size_t pairs;
	struct slice rest, key, value;
	if (!cbor_get_map(map, &pairs, &rest))
		return false;
	for (; pairs > 0; pairs--) {
		if (!cbor_skip(&rest, &key) || !cbor_skip(&rest, &value))
			return false;
		if (is_wanted(key, wanted)) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

bool
cbor_find(struct slice map, int64_t key, struct slice *ret_value)
{
	return find(map, is_number, &key, ret_value);
}

bool
cbor_find_named(struct slice map, const char *key, struct slice *ret_value)
{
	return find(map, is_name, key, ret_value);
}

bool
cbor_find_int(struct slice map, int64_t key, int64_t *ret_value)
{
	struct slice value;
	return cbor_find(map, key, &value) && cbor_get_int(value, ret_value);
}

bool
cbor_find_bytes(struct slice map, int64_t key, struct slice *ret_bytes)
{
	struct slice value;
	return cbor_find(map, key, &value) && cbor_get_bytes(value, ret_bytes);
}
