/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_CONSTRAINT_H
#define CARDEA_CERT_X509_CONSTRAINT_H

#include <openssl/x509v3.h>

#include "cert/x509_form.h"

/*
 * Name constraints (RFC 5280, 4.2.1.10), beside OpenSSL's own reading: its 3.0
 * takes "*.example.com" for a host below an excluded "secret.example.com", and
 * constraints that are malformed.  Both must agree.
 */

/* cardea_x509_constraint_holds: the form of the extension. */
bool cardea_x509_constraint_holds(
    const NAME_CONSTRAINTS *constraints, struct cardea_x509_fault *fault);

/* cardea_x509_constraints_hold: of each certificate of a path, leaf first,
 * anchor last, for all below it. */
bool cardea_x509_constraints_hold(
    const STACK_OF(X509) * path, struct cardea_x509_fault *fault);

#endif
