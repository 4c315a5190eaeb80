/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_CBOR_H
#define CARDEA_FACTOR_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/status.h>

/*
 * Reads the CBOR that security keys write (RFC 8949, in the form that CTAP 2.1
 * asks for in section 8): lengths are definite and numbers as short as can be,
 * there are no tags, and nothing is nested deeper than four levels.  The order
 * of keys is not looked at, because clients that repack an attestation do not
 * keep it; whoever reads a map looks for repeated keys himself.
 *
 * The reader borrows its input and allocates nothing.  Errors stick: after the
 * first one all gets give 0 and "", and cardea_cbor_done tells.
 */
#define CARDEA_CBOR_DEPTH 4

/* the major types */
enum cardea_cbor_kind {
	CARDEA_CBOR_UNSIGNED = 0,
	CARDEA_CBOR_NEGATIVE = 1,
	CARDEA_CBOR_BYTES = 2,
	CARDEA_CBOR_TEXT = 3,
	CARDEA_CBOR_ARRAY = 4,
	CARDEA_CBOR_MAP = 5,
	CARDEA_CBOR_TAG = 6,
	CARDEA_CBOR_SIMPLE = 7, /* truth values, null, floating point */
};

struct cardea_cbor {
	const unsigned char *bytes;
	size_t len;
	size_t at;
	bool failed;
};

/* A piece of the input. */
struct cardea_cbor_span {
	const unsigned char *bytes;
	size_t len;
};

void cardea_cbor_begin(
    struct cardea_cbor *reader, const unsigned char *bytes, size_t len);

/* cardea_cbor_is: is the next item of this kind? False at the end. */
bool
cardea_cbor_is(const struct cardea_cbor *reader, enum cardea_cbor_kind kind);

/* cardea_cbor_integer: of either sign; fails beyond 63 bits. */
int64_t cardea_cbor_integer(struct cardea_cbor *reader);
bool cardea_cbor_bool(struct cardea_cbor *reader);

/* cardea_cbor_string: the contents of an item of kind BYTES or TEXT. */
struct cardea_cbor_span
cardea_cbor_string(struct cardea_cbor *reader, enum cardea_cbor_kind kind);

/* cardea_cbor_open: how many items (ARRAY) or pairs (MAP) follow; never more
 * than there are bytes left. */
size_t cardea_cbor_open(struct cardea_cbor *reader, enum cardea_cbor_kind kind);

/* cardea_cbor_skip: one well-formed item with all that is in it. */
struct cardea_cbor_span cardea_cbor_skip(struct cardea_cbor *reader);

/* cardea_cbor_done: SYNTAX unless all was read, without failure, to the last
 * byte. */
CARDEA_MUST_USE enum cardea_status
cardea_cbor_done(const struct cardea_cbor *reader);

bool cardea_cbor_equal(struct cardea_cbor_span span, const char *text);

#endif
