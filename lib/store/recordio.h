/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_RECORDIO_H
#define CARDEA_STORE_RECORDIO_H

#include <stdbool.h>

#include <cardea/evidence.h>
#include <cardea/store.h>

#include "base/pack.h"

/*
 * What all records share: the format byte in front, bytes on the heap that
 * are wiped when dropped, and numbers that may only be what their type says.
 * There is one encoding of each value: a boolean is 0 or 1, a count is below
 * its ceiling, an enumeration one of its constants.
 */

struct cardea_recordio {
	struct cardea_pack pack;
	unsigned char *bytes;
	size_t size;
};

/* cardea_recordio_start: room for size bytes. MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_recordio_start(struct cardea_recordio *io, size_t size, uint8_t format);

/* cardea_recordio_finish: moves the bytes to ret_value, or drops them. */
CARDEA_MUST_USE enum cardea_status cardea_recordio_finish(
    struct cardea_recordio *io, struct cardea_value *ret_value);

/* cardea_recordio_open: VERSION unless the value begins with format. */
CARDEA_MUST_USE enum cardea_status
cardea_recordio_open(struct cardea_unpack *unpack,
    const struct cardea_value *value, uint8_t format);

/* cardea_recordio_done: CORRUPT unless all was read, to the last byte. */
CARDEA_MUST_USE enum cardea_status
cardea_recordio_done(const struct cardea_unpack *unpack);

bool cardea_recordio_get_bool(struct cardea_unpack *unpack);

/* cardea_recordio_get_count: fails above max. */
size_t cardea_recordio_get_count(struct cardea_unpack *unpack, size_t max);

/* cardea_recordio_get_bytes: a blob of exactly size bytes. */
void cardea_recordio_get_bytes(
    struct cardea_unpack *unpack, unsigned char *bytes, size_t size);

/* cardea_recordio_get_blob: a blob of at most max bytes; its length. */
size_t cardea_recordio_get_blob(
    struct cardea_unpack *unpack, unsigned char *bytes, size_t max);

enum cardea_factor cardea_recordio_get_factor(struct cardea_unpack *unpack);

void cardea_recordio_put_i32(struct cardea_pack *pack, int32_t value);
int32_t cardea_recordio_get_i32(struct cardea_unpack *unpack);

void cardea_recordio_put_qualities(struct cardea_pack *pack,
    const struct cardea_quality *qualities, size_t count);
size_t cardea_recordio_get_qualities(
    struct cardea_unpack *unpack, struct cardea_quality *qualities);

#endif
