/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_KEY_H
#define CARDEA_CERT_X509_KEY_H

#include <openssl/types.h>

#include "cert/x509_form.h"

/*
 * Which keys and which signatures count: RSA 2048 to 8192, P-256, P-384,
 * P-521, Ed25519; SHA-2 of 256 bits and more.  OpenSSL's security level says
 * the same for most of it; this says it without OpenSSL's settings.
 */

/* cardea_x509_key_holds: of the certificate's own key. */
bool
cardea_x509_key_holds(const X509 *certificate, struct cardea_x509_fault *fault);

/* cardea_x509_algorithm_holds: of the issuer's signature on it. */
bool cardea_x509_algorithm_holds(
    const X509 *certificate, struct cardea_x509_fault *fault);

/* cardea_x509_signature_holds: does the signature hold over the message, by
 * this key, with the one algorithm that goes with its kind
 * (CARDEA_CERT_PROOF_SIGNATURE)? spki: a SubjectPublicKeyInfo. */
CARDEA_MUST_USE bool cardea_x509_signature_holds(OSSL_LIB_CTX *context,
    const struct cardea_cert_bytes *spki,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature);

#endif
