/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_POLICY_H
#define CARDEA_CERT_X509_POLICY_H

#include <openssl/x509v3.h>

#include "cert/x509_form.h"

/*
 * Certificate policies (RFC 5280, 6.1) beside OpenSSL's own reading, for two
 * reasons: what an anchor says of policies binds here (RFC 5937), and the size
 * stays small whatever a path says (RFC 9618; CVE-2023-0464).  Instead of a
 * tree there is a list of pairs: a policy of the anchor's domain, and what it
 * is called at this depth.
 */

/* cardea_x509_policies_hold: path is leaf first, anchor last.  Fills policies
 * of the identity: those of the anchor's domain that hold, as the question
 * wants them. */
bool cardea_x509_policies_hold(const STACK_OF(X509) * path,
    const struct cardea_cert_question *question,
    struct cardea_cert_identity *identity, struct cardea_x509_fault *fault);

#endif
