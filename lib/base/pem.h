/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_PEM_H
#define CARDEA_BASE_PEM_H

#include <stddef.h>

#include <cardea/status.h>

/*
 * Bytes as text between two lines (RFC 7468), for who needs no more of them
 * than their digest.  Text around the blocks is an explanation and skipped, as
 * are blocks of other labels; a block of ours is base64 in lines and nothing
 * else.
 */

/* cardea_pem_next: the next block of that label in *text, which moves behind
 * it. MISSING: there is none; SYNTAX; RANGE beyond size bytes. */
CARDEA_MUST_USE enum cardea_status cardea_pem_next(const char **text,
    const char *label, unsigned char *bytes, size_t size, size_t *ret_len);

#endif
