/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_BASE32_H
#define CARDEA_FACTOR_BASE32_H

#include <stddef.h>

#include <cardea/status.h>

#include "base/secret.h"

/*
 * RFC 4648 base32, as the keys of one-time codes are written.  Pure; no
 * table is indexed by a secret, so the cache tells nothing.
 */

/* cardea_base32_decode: takes either case, spaces and dashes between
 * characters, padding that is right or absent.  SYNTAX for the rest, bits
 * left over that are not zero included (RFC 4648, 3.5); MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_base32_decode(const char *text, struct cardea_secret *ret_bytes);

/* cardea_base32_encode: upper case, no padding. RANGE if it does not fit. */
CARDEA_MUST_USE enum cardea_status cardea_base32_encode(
    const unsigned char *bytes, size_t len, char *text, size_t size);

#endif
