/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_RECORD_KINDS_H
#define TESTS_UNIT_RECORD_KINDS_H

#include <stdint.h>
#include <stdlib.h>

#include "store/record.h"
#include "unit/test.h"

/*
 * Each kind is encoded and decoded through one pair of untyped functions, so
 * that the same demands are made of all of them.
 */
struct kind {
	const char *name;
	enum cardea_status (*encode)(
	    const void *object, struct cardea_value *ret_value);
	enum cardea_status (*decode)(
	    const struct cardea_value *value, void *ret_object);
	void (*fill)(void *object, unsigned int *seed);
	void (*clear)(void *object);
	size_t size;
};

#define WRAP(kind)                                                             \
	static enum cardea_status encode_##kind(                               \
	    const void *object, struct cardea_value *ret_value)                \
	{                                                                      \
		return cardea_record_encode_##kind(object, ret_value);         \
	}                                                                      \
	static enum cardea_status decode_##kind(                               \
	    const struct cardea_value *value, void *ret_object)                \
	{                                                                      \
		return cardea_record_decode_##kind(value, ret_object);         \
	}

#define KIND(kind, type, clear)                                                \
	{                                                                      \
#kind, encode_##kind, decode_##kind, fill_##kind, clear,       \
		    sizeof(struct cardea_##type)                               \
	}

void clear_plain(void *object);

/* Random contents, within what a field may hold. */
void fill_text(char *text, size_t size, unsigned int *seed);
#define FILL_TEXT(array) fill_text((array), sizeof(array), seed)
int64_t number(unsigned int *seed);

/* expect_refusal: decode must refuse with status and leave its output alone. */
void expect_refusal(const struct kind *kind, const struct cardea_value *value,
    enum cardea_status status);

/* What is demanded of every kind. */
void demand_same_bytes(const struct kind *kind);
void demand_no_truncation(const struct kind *kind);
void demand_no_trailing_bytes(const struct kind *kind);
void demand_its_format(const struct kind *kind);

/* A byte changed at random is refused or is another value: never a crash,
 * never something that encode would not have written. */
void demand_one_encoding(const struct kind *kind);

#endif
