/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_ETCD_BYTES_H
#define TESTS_UNIT_ETCD_BYTES_H

#include <string.h>

#include "store/library/message.h"

/* Messages of etcd put together by hand, number by number, so that what reads
 * and writes them is not its own judge. */
struct wire {
	unsigned char bytes[8192];
	size_t len;
};

static inline void
wire_varint(struct wire *wire, uint64_t number)
{
	for (; number > 127; number >>= 7)
		wire->bytes[wire->len++] = (unsigned char)(number | 128);
	wire->bytes[wire->len++] = (unsigned char)number;
}

static inline void
wire_number(struct wire *wire, unsigned int field, uint64_t number)
{
	wire_varint(wire, (uint64_t)field << 3);
	wire_varint(wire, number);
}

static inline void
wire_bytes(struct wire *wire, unsigned int field, const void *bytes, size_t len)
{
	wire_varint(wire, (uint64_t)field << 3 | 2);
	wire_varint(wire, len);
	memcpy(wire->bytes + wire->len, bytes, len);
	wire->len += len;
}

static inline void
wire_part(struct wire *wire, unsigned int field, const struct wire *part)
{
	wire_bytes(wire, field, part->bytes, part->len);
}

/* The head of an answer: cluster 17, member 7. */
static inline void
wire_head(struct wire *wire, uint64_t revision)
{
	struct wire head = { .len = 0 };

	wire_number(&head, 1, 17);
	wire_number(&head, 2, 7);
	wire_number(&head, 3, revision);
	wire_number(&head, 4, 3);
	wire_part(wire, 1, &head);
}

/* A record: "PREFIX" + key, made at 5, changed at mod. */
static inline void
wire_row(struct wire *wire, const char *prefix, const struct cardea_key *key,
    uint64_t mod, const char *text)
{
	unsigned char name[600];
	struct wire row = { .len = 0 };
	size_t len = strlen(prefix);

	memcpy(name, prefix, len);
	memcpy(name + len, key->bytes, key->len);
	wire_bytes(&row, 1, name, len + key->len);
	wire_number(&row, 2, 5);
	wire_number(&row, 3, mod);
	wire_number(&row, 4, 2);
	wire_bytes(&row, 5, text, strlen(text));
	wire_part(wire, 2, &row);
}

static inline struct cardea_etcd_bytes
wire_of(struct wire *wire)
{
	return (
	    struct cardea_etcd_bytes){ .data = wire->bytes, .len = wire->len };
}

#endif
