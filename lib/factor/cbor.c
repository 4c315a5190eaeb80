/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "factor/cbor.h"

/* The first byte of an item and the number that belongs to it. */
struct head {
	enum cardea_cbor_kind kind;
	unsigned int info; /* the low five bits */
	uint64_t number;
};

#define SIMPLE_FALSE 20
#define SIMPLE_TRUE 21
#define SIMPLE_NULL 22

void
cardea_cbor_begin(
    struct cardea_cbor *reader, const unsigned char *bytes, size_t len)
{
	*reader = (struct cardea_cbor){ .bytes = bytes, .len = len };
}

static bool
take(struct cardea_cbor *reader, uint64_t len, const unsigned char **ret_bytes)
{
	if (reader->failed || len > reader->len - reader->at) {
		reader->failed = true;
		return false;
	}
	*ret_bytes = reader->bytes + reader->at;
	reader->at += (size_t)len;
	return true;
}

/* RFC 8949, 3: 24 to 27 say that the number is in the next 1, 2, 4 or 8 bytes;
 * 28 to 31 are reserved, or stand for a length that is not told. */
static bool
take_number(struct cardea_cbor *reader, struct head *head)
{
	const unsigned char *bytes;
	size_t width;

	head->number = head->info;
	if (head->info < 24)
		return true;
	if (head->info > 27)
		return false;
	width = (size_t)1 << (head->info - 24);
	if (!take(reader, width, &bytes))
		return false;
	head->number = 0;
	for (size_t i = 0; i < width; i++)
		head->number = head->number << 8 | bytes[i];
	return true;
}

/* Could a narrower number have held it?  Floating point is not a number here,
 * and simple values below 32 have one byte (RFC 8949, 3.3). */
static bool
is_shortest(const struct head *head)
{
	static const uint64_t least[] = { 24, UINT64_C(1) << 8,
		UINT64_C(1) << 16, UINT64_C(1) << 32 };

	if (head->info < 24)
		return true;
	if (head->kind == CARDEA_CBOR_SIMPLE)
		return head->info > 24 || head->number >= 32;
	return head->number >= least[head->info - 24];
}

static bool
take_head(struct cardea_cbor *reader, struct head *ret_head)
{
	const unsigned char *first;

	if (!take(reader, 1, &first))
		return false;
	ret_head->kind = (enum cardea_cbor_kind)(first[0] >> 5);
	ret_head->info = first[0] & 31;
	if (!take_number(reader, ret_head) || !is_shortest(ret_head)) {
		reader->failed = true;
		return false;
	}
	return true;
}

/* The head of an item that must be of this kind. */
static bool
expect(struct cardea_cbor *reader, enum cardea_cbor_kind kind,
    struct head *ret_head)
{
	if (!cardea_cbor_is(reader, kind))
		reader->failed = true;
	return take_head(reader, ret_head);
}

bool
cardea_cbor_is(const struct cardea_cbor *reader, enum cardea_cbor_kind kind)
{
	return !reader->failed && reader->at < reader->len &&
	    reader->bytes[reader->at] >> 5 == (int)kind;
}

int64_t
cardea_cbor_integer(struct cardea_cbor *reader)
{
	bool negative = cardea_cbor_is(reader, CARDEA_CBOR_NEGATIVE);
	struct head head;

	if (!expect(reader,
		negative ? CARDEA_CBOR_NEGATIVE : CARDEA_CBOR_UNSIGNED, &head))
		return 0;
	if (head.number > INT64_MAX) {
		reader->failed = true;
		return 0;
	}
	return negative ? -1 - (int64_t)head.number : (int64_t)head.number;
}

bool
cardea_cbor_bool(struct cardea_cbor *reader)
{
	struct head head;

	if (!expect(reader, CARDEA_CBOR_SIMPLE, &head))
		return false;
	if (head.info != SIMPLE_FALSE && head.info != SIMPLE_TRUE)
		reader->failed = true;
	return head.info == SIMPLE_TRUE;
}

struct cardea_cbor_span
cardea_cbor_string(struct cardea_cbor *reader, enum cardea_cbor_kind kind)
{
	struct cardea_cbor_span span = { (const unsigned char *)"", 0 };
	struct head head;

	if (expect(reader, kind, &head) &&
	    take(reader, head.number, &span.bytes))
		span.len = (size_t)head.number;
	return span;
}

/* Every item has at least one byte, so a count beyond the rest is a lie that
 * nobody shall loop over. */
static bool
count_items(struct cardea_cbor *reader, const struct head *head)
{
	size_t left = reader->len - reader->at;

	if (head->number > (head->kind == CARDEA_CBOR_MAP ? left / 2 : left))
		reader->failed = true;
	return !reader->failed;
}

size_t
cardea_cbor_open(struct cardea_cbor *reader, enum cardea_cbor_kind kind)
{
	struct head head;

	if (!expect(reader, kind, &head) || !count_items(reader, &head))
		return 0;
	return (size_t)head.number;
}

static void
skip_item(struct cardea_cbor *reader, unsigned int depth)
{
	const unsigned char *bytes;
	struct head head;
	uint64_t items;

	if (!take_head(reader, &head))
		return;
	switch (head.kind) {
	case CARDEA_CBOR_UNSIGNED:
	case CARDEA_CBOR_NEGATIVE:
		return;
	case CARDEA_CBOR_SIMPLE:
		/* what is neither truth, null nor floating point has no
		 * meaning yet */
		if (head.info < 25 &&
		    (head.info < SIMPLE_FALSE || head.info > SIMPLE_NULL))
			reader->failed = true;
		return;
	case CARDEA_CBOR_BYTES:
	case CARDEA_CBOR_TEXT:
		(void)take(reader, head.number, &bytes);
		return;
	case CARDEA_CBOR_ARRAY:
	case CARDEA_CBOR_MAP:
		if (depth >= CARDEA_CBOR_DEPTH || !count_items(reader, &head))
			break;
		items = head.kind == CARDEA_CBOR_MAP ? head.number * 2
						     : head.number;
		while (items-- > 0 && !reader->failed)
			skip_item(reader, depth + 1);
		return;
	case CARDEA_CBOR_TAG:
		break;
	}
	reader->failed = true;
}

struct cardea_cbor_span
cardea_cbor_skip(struct cardea_cbor *reader)
{
	struct cardea_cbor_span span = { (const unsigned char *)"", 0 };
	size_t from = reader->at;

	skip_item(reader, 0);
	if (!reader->failed) {
		span.bytes = reader->bytes + from;
		span.len = reader->at - from;
	}
	return span;
}

enum cardea_status
cardea_cbor_done(const struct cardea_cbor *reader)
{
	return reader->failed || reader->at != reader->len ? CARDEA_E_SYNTAX
							   : CARDEA_OK;
}

bool
cardea_cbor_equal(struct cardea_cbor_span span, const char *text)
{
	return span.len == strlen(text) &&
	    memcmp(span.bytes, text, span.len) == 0;
}
