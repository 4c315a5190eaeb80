/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SSHCERT_REVOCATION_H
#define CARDEA_CERT_SSHCERT_REVOCATION_H

#include "cert/cert.h"

/*
 * Revocation by the KRLs of one authority (S05).  All of them must be there,
 * whole, signed where signers are named, and young enough; then none of them
 * may know the certificate.  false: the verdict says why.
 */
CARDEA_MUST_USE bool
cardea_sshcert_not_revoked(const struct cardea_cert_question *question,
    const struct cardea_cert_trust *trust, struct cardea_cert_verdict *verdict);

#endif
