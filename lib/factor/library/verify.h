/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_LIBRARY_VERIFY_H
#define CARDEA_FACTOR_LIBRARY_VERIFY_H

#include "factor/authdata.h"
#include "factor/library/statement.h"

/*
 * Signatures, by libfido2, which is told what must be so: relying party,
 * presence, verification.  It speaks to nobody, whatever the environment says
 * (K04).  The only unit of the library that knows it.
 */
CARDEA_MUST_USE enum cardea_status
cardea_verify_assertion(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion);

/* cardea_verify_attestation: the signature of a statement other than "none",
 * by its first certificate or, without any, by the credential's own key.
 * CORRUPT: it is wrong. SYNTAX, VERSION, INTERNAL, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_verify_attestation(const struct cardea_fido2_registration *registration,
    const struct cardea_statement *statement,
    const struct cardea_authdata *data, enum cardea_fido2_algorithm algorithm);

bool cardea_verify_has(int algorithm);

#endif
