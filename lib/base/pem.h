/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_PEM_H
#define CARDEA_BASE_PEM_H

#include <stddef.h>

#include <cardea/diag.h>

/*
 * Certificates of a PEM text (RFC 7468), taken out of their base64 and not
 * looked into.  A file of certificates holds nothing else: another kind of
 * block, a key above all, is an error.
 */

/* cardea_pem_next: the next block after *at, which moves on.  MISSING at the
 * end; SYNTAX; RANGE if it is larger than size. */
CARDEA_MUST_USE enum cardea_status cardea_pem_next(const char **at,
    unsigned char *der, size_t size, size_t *ret_len, struct cardea_diag *diag);

#endif
