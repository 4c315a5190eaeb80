/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_MANGLE_H
#define RIG_KEY_MANGLE_H

#include <stdbool.h>

#include "rig/key/cbor.h"

/*
 * Answers as no honest key gives them.  Kinds of malformed CBOR:
 *
 *   empty        success, and nothing else
 *   cut          the last quarter is missing
 *   more         a byte too many at the end
 *   junk         bytes that mean nothing
 *   notmap       an array in place of the map
 *   order        the first two pairs of the map change places
 *   double       the first pair stands there twice
 *   type         the first value of the map is a number
 *   long         the first byte string says that it is 4 GiB long, and ends
 *   deep         1900 arrays within each other
 *   indefinite   a map without a length
 */
bool mangle_is_known(const char *kind, size_t len);

/* mangle: does that to an answer, a status byte and a map */
void mangle(struct writer *answer, const char *kind);

#endif
