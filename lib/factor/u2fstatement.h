/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_U2FSTATEMENT_H
#define CARDEA_FACTOR_U2FSTATEMENT_H

#include <stddef.h>

#include <cardea/status.h>

/*
 * The attestation statement of a U2F key (WebAuthn level 2, 8.6): CBOR around a
 * signature and a certificate, for those who have only these two.
 */

/* cardea_u2fstatement: SYNTAX for a signature or certificate of an impossible
 * length, RANGE if there is no room. */
CARDEA_MUST_USE enum cardea_status
cardea_u2fstatement(const unsigned char *signature, size_t signature_len,
    const unsigned char *certificate, size_t certificate_len,
    unsigned char *bytes, size_t size, size_t *ret_len);

#endif
