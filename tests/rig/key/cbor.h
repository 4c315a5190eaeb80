/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_CBOR_H
#define RIG_KEY_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * As much CBOR (RFC 8949) as CTAP2 speaks: definite lengths, integers, byte and
 * text strings, arrays, maps, false and true.  Whoever writes a map puts its
 * keys in the canonical order himself.
 */

/* --- writing ------------------------------------------------------------- */

/* A buffer that grows; all zero is an empty one. */
struct writer {
	unsigned char *bytes;
	size_t len, room;
};

void put_raw(struct writer *writer, const void *bytes, size_t len);
void put_byte(struct writer *writer, unsigned int byte);
void put_u16(struct writer *writer, unsigned int value); /* big endian */
void put_u32(struct writer *writer, uint32_t value);

void put_map(struct writer *writer, size_t pairs);
void put_array(struct writer *writer, size_t items);
void put_int(struct writer *writer, int64_t value);
void put_bytes(struct writer *writer, const void *bytes, size_t len);
void put_text(struct writer *writer, const char *text);
void put_bool(struct writer *writer, bool value);

void writer_clear(struct writer *writer);

/* --- reading ------------------------------------------------------------- */

/* Bytes that somebody else owns: one item, or several in a row. */
struct slice {
	const unsigned char *bytes;
	size_t len;
};

enum cbor_major {
	CBOR_UNSIGNED,
	CBOR_NEGATIVE,
	CBOR_BYTES,
	CBOR_TEXT,
	CBOR_ARRAY,
	CBOR_MAP,
	CBOR_TAG,
	CBOR_SIMPLE,
};

/* cbor_skip: moves the slice behind its first item, which goes to *ret_item
 * (may be NULL); false if there is none, or none that is well formed. */
bool cbor_skip(struct slice *slice, struct slice *ret_item);

/* The rest takes one well-formed item each and is false for another type. */
bool cbor_get_int(struct slice item, int64_t *ret_value);
bool cbor_get_bool(struct slice item, bool *ret_value);
bool cbor_get_bytes(struct slice item, struct slice *ret_bytes);
bool cbor_get_text(struct slice item, struct slice *ret_text);
/* the items of an array, one after the other, for cbor_skip */
bool cbor_get_array(struct slice item, struct slice *ret_items);
bool
cbor_get_map(struct slice item, size_t *ret_pairs, struct slice *ret_items);

/* The value of a key in a map; false if it is absent, or no map. */
bool cbor_find(struct slice map, int64_t key, struct slice *ret_value);
bool
cbor_find_named(struct slice map, const char *key, struct slice *ret_value);
/* Likewise, and the value is of that type. */
bool cbor_find_int(struct slice map, int64_t key, int64_t *ret_value);
bool cbor_find_bytes(struct slice map, int64_t key, struct slice *ret_bytes);

#endif
