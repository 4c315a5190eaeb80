/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_FORM_H
#define CARDEA_CERT_X509_FORM_H

#include "cert/cert.h"

/*
 * The outer form of a certificate (RFC 5280, 4.1), judged before OpenSSL reads
 * a byte of it: size, DER, the fields in their order, version, serial number,
 * both algorithm identifiers equal, no extension twice.
 */

/* What is wrong with something, and what to call it. */
struct cardea_x509_fault {
	enum cardea_cert_why why; /* NONE: nothing is */
	char text[160];
};

/* cardea_x509_fault_set: false, so that a check can end with it; the first
 * fault stands. */
bool cardea_x509_fault_set(struct cardea_x509_fault *fault,
    enum cardea_cert_why why, const char *format, ...) CARDEA_PRINTF(3, 4);

/* cardea_x509_form_holds: an anchor comes from the settings; its serial number
 * says nothing, and old ones have zero. */
bool cardea_x509_form_holds(const struct cardea_cert_bytes *der, bool is_anchor,
    struct cardea_x509_fault *fault);

/* cardea_x509_form_spki: the SubjectPublicKeyInfo of what has the form. */
bool cardea_x509_form_spki(
    const struct cardea_cert_bytes *der, struct cardea_cert_bytes *ret_spki);

#endif
