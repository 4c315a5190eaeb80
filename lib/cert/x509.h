/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_H
#define CARDEA_CERT_X509_H

#include "cert/cert.h"

/*
 * X.509 (RFC 5280): a strict profile in front of OpenSSL's path validation.
 * OpenSSL has an OSSL_LIB_CTX of its own, in which no configuration file is
 * read.  Revocation is cert/revocation.h's.
 */

/* cardea_x509_judge: kind X509; fills identity as far as it goes.  Tries each
 * authority of the question for itself, so that the anchors of one never vouch
 * for another's name. */
void cardea_x509_judge(const struct cardea_cert_question *question,
    struct cardea_cert_verdict *ret_verdict);

/* cardea_x509_describe: reads a certificate and judges its profile alone, for
 * the device table and `cardea device show`. SYNTAX, RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_x509_describe(const struct cardea_cert_bytes *der,
    struct cardea_cert_identity *ret_identity, struct cardea_diag *diag);

/* cardea_x509_pem: the certificates of a PEM text, in its order, as one heap
 * block of DER that the caller frees; text between blocks is allowed, other
 * kinds of block are SYNTAX, more than max are RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_x509_pem(const struct cardea_cert_bytes *pem, size_t max,
    struct cardea_cert_bytes *ret_items, size_t *ret_count,
    unsigned char **ret_heap, struct cardea_diag *diag);

#endif
