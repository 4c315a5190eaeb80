/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_PACK_H
#define CARDEA_BASE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/status.h>

/*
 * Bytes of records and messages: little endian numbers, texts and blobs with
 * their length in front.  Both ends check every bound.  Errors stick: after
 * the first one all puts are void and all gets give 0 and "", and
 * cardea_pack_done or cardea_unpack_done tells.  No allocation.
 */
struct cardea_pack {
	unsigned char *bytes;
	size_t size;
	size_t len; /* written so far */
	bool failed;
};

struct cardea_unpack {
	const unsigned char *bytes;
	size_t len;
	size_t at;
	bool failed;
};

void cardea_pack_init(struct cardea_pack *pack, void *bytes, size_t size);
void cardea_pack_u8(struct cardea_pack *pack, uint8_t value);
void cardea_pack_u32(struct cardea_pack *pack, uint32_t value);
void cardea_pack_u64(struct cardea_pack *pack, uint64_t value);
void cardea_pack_i64(struct cardea_pack *pack, int64_t value);
void
cardea_pack_text(struct cardea_pack *pack, const char *text); /* NULL as "" */
void cardea_pack_blob(struct cardea_pack *pack, const void *bytes, size_t len);

/* cardea_pack_done: RANGE if anything did not fit. */
CARDEA_MUST_USE enum cardea_status
cardea_pack_done(const struct cardea_pack *pack);

void
cardea_unpack_init(struct cardea_unpack *unpack, const void *bytes, size_t len);
uint8_t cardea_unpack_u8(struct cardea_unpack *unpack);
uint32_t cardea_unpack_u32(struct cardea_unpack *unpack);
uint64_t cardea_unpack_u64(struct cardea_unpack *unpack);
int64_t cardea_unpack_i64(struct cardea_unpack *unpack);

/* cardea_unpack_text: into text with its NUL; fails if it does not fit or
 * holds a NUL inside. */
void cardea_unpack_text(struct cardea_unpack *unpack, char *text, size_t size);

/* cardea_unpack_blob: borrowed from the input. */
void cardea_unpack_blob(struct cardea_unpack *unpack,
    const unsigned char **ret_bytes, size_t *ret_len);

/* cardea_unpack_done: SYNTAX unless all was read, without failure, to the
 * last byte. */
CARDEA_MUST_USE enum cardea_status
cardea_unpack_done(const struct cardea_unpack *unpack);

#endif
