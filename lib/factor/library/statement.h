/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_LIBRARY_STATEMENT_H
#define CARDEA_FACTOR_LIBRARY_STATEMENT_H

#include "factor/attestation.h"
#include "factor/cbor.h"

/*
 * The statement of an attestation, taken apart (WebAuthn level 2, 8.2, 8.6 and
 * 8.7).  Pure; borrows from the registration.
 */
enum cardea_statement_format {
	CARDEA_STATEMENT_NONE = 0,
	CARDEA_STATEMENT_PACKED,
	CARDEA_STATEMENT_U2F,
};

struct cardea_statement {
	enum cardea_statement_format format;
	enum cardea_fido2_algorithm algorithm; /* of the signature */
	struct cardea_cbor_span signature;
	size_t cert_count; /* 0: signed by the credential's own key */
	struct cardea_cbor_span certs[CARDEA_KEY_CHAIN_MAX]; /* leaf first */
};

/* cardea_statement_read: SYNTAX; RANGE for a chain that is too long; VERSION
 * for a format or an algorithm that is not supported. */
CARDEA_MUST_USE enum cardea_status
cardea_statement_read(const struct cardea_fido2_registration *registration,
    struct cardea_statement *ret_statement, struct cardea_diag *diag);

#endif
