/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_ISSUER_H
#define CARDEA_CERT_ISSUER_H

#include "cert/cert.h"

/* cardea_cert_issuer: which of these certificates (DER) signed this one, by
 * name and key; those that cannot be read are passed over.  Says nothing of
 * whether anything is valid: it finds whom to ask. MISSING; SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_cert_issuer(const struct cardea_cert_bytes *certificate,
    const struct cardea_cert_bytes *candidates, size_t count,
    size_t *ret_index);

#endif
