/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_EXTENSION_H
#define CARDEA_CERT_EXTENSION_H

#include "cert/der.h"

/*
 * Extensions, as certificates, lists, their entries and OCSP have them:
 * Extension
 * ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }.  What is in a
 * value its reader judges.
 */
struct cardea_extension {
	struct cardea_cert_bytes oid, value; /* contents */
	bool critical;
};

#define CARDEA_EXTENSIONS_MAX 32 /* of one thing */

/* cardea_extension_next: takes one off; false if none stands there. */
bool cardea_extension_next(
    struct cardea_cert_bytes *bytes, struct cardea_extension *ret_extension);

/* cardea_extensions_hold: the content of a SEQUENCE OF them has one at least,
 * each in form, none twice (RFC 5280, 4.2). */
bool cardea_extensions_hold(struct cardea_cert_bytes bytes);

/* cardea_extension_ce: which of id-ce (2.5.29) it is, 0 if of another arc. */
unsigned int cardea_extension_ce(const struct cardea_extension *extension);

#endif
