/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_LIBRARY_ATTEST_H
#define CARDEA_FACTOR_LIBRARY_ATTEST_H

#include "factor/attestation.h"

/* cardea_attest: as struct cardea_fido2_library has it. */
CARDEA_MUST_USE enum cardea_status
cardea_attest(const struct cardea_fido2_registration *registration,
    const char *roots_path, struct cardea_attestation *ret_attestation,
    struct cardea_diag *diag);

#endif
