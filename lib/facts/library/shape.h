/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_LIBRARY_SHAPE_H
#define CARDEA_FACTS_LIBRARY_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Values of a database of MaxMind's format, walked by ourselves before
 * libmaxminddb reads them.  It checks every offset, but up to 1.12 it skips
 * values by recursion without an end, and unfolds what is pointed at as often
 * as it is pointed at: nested arrays ran its stack out, and 850 bytes of
 * pointers to pairs of pointers took all memory (C11).  What passes here is
 * whole, flat and small, however it is read.  Pure.
 */

/* Real records nest five deep and unfold to some hundred values. */
#define CARDEA_SHAPE_DEPTH_MAX 16
#define CARDEA_SHAPE_VALUES_MAX 4096u
#define CARDEA_SHAPE_BYTES_MAX 262144u /* of texts, unfolded */

/* Metadata lies in the last octets of a file, behind the last marker. */
#define CARDEA_SHAPE_TAIL_MAX 131072u

/* cardea_shape_holds: the value at this offset, and all below it; pointers are
 * offsets in the section. */
bool
cardea_shape_holds(const unsigned char *section, size_t len, size_t offset);

/* cardea_shape_metadata_holds: the same for what a file says of itself, whose
 * arrays hold texts (libmaxminddb forgets to free others) */
bool cardea_shape_metadata_holds(const unsigned char *section, size_t len);

/* cardea_shape_metadata: in the tail of a file; borrowed, NULL if there is
 * none */
const unsigned char *
cardea_shape_metadata(const unsigned char *tail, size_t len, size_t *ret_len);

#endif
