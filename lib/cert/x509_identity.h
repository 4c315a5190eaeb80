/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_IDENTITY_H
#define CARDEA_CERT_X509_IDENTITY_H

#include "cert/x509_room.h"

/*
 * What a certificate says of its holder, for conditions, the device table and
 * the log; nothing judged.
 */

/* cardea_x509_identity_fill: false for want of memory, or for a certificate
 * without the form. */
CARDEA_MUST_USE bool cardea_x509_identity_fill(
    const struct cardea_x509_room *room, const struct cardea_cert_bytes *der,
    const X509 *certificate, struct cardea_cert_identity *identity);

#endif
