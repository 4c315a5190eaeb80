/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_PROFILE_H
#define CARDEA_CERT_X509_PROFILE_H

#include <openssl/types.h>

#include "cert/x509_form.h"

/*
 * What one certificate must be like, whoever stands above it (X04): RFC 5280,
 * section 4, where OpenSSL does not insist on it, and what a device's
 * certificate must be beyond that.
 */

/* clientAuth, where the settings name no other */
#define CARDEA_X509_PURPOSE "1.3.6.1.5.5.7.3.2"

/* A purpose that `cardea test` alone may name: the path is judged as by RFC
 * 5280, section 6, and nothing is asked of its last certificate. */
#define CARDEA_X509_ANY "any"

/* cardea_x509_leaf_holds: a device's own; purpose NULL: whatever it says, but
 * something. */
bool cardea_x509_leaf_holds(
    const X509 *leaf, const char *purpose, struct cardea_x509_fault *fault);

/* cardea_x509_issuer_holds: one that vouches for others. */
bool cardea_x509_issuer_holds(const X509 *issuer, bool is_anchor,
    const char *purpose, struct cardea_x509_fault *fault);

#endif
