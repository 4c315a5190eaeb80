/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_COSE_H
#define CARDEA_FACTOR_COSE_H

#include "factor/fido2.h"

/*
 * A public key as keys and files write it, into the form of a credential: the
 * COSE_Key of an attestation (RFC 9053, 7; WebAuthn level 2, 5.8.5) and the
 * SubjectPublicKeyInfo of a PEM file (RFC 5480, RFC 8410, RFC 3279).  Of RSA
 * only 2048 bits with the usual exponent, which is what libfido2 takes.
 *
 * Exactly one form of each is read: every other parameter, repeated or missing
 * ones, a compressed point or a byte too many is SYNTAX.  VERSION: a sound key
 * of an algorithm that is not supported.  That a point lies on its curve is for
 * libfido2 to tell.
 */

/* cardea_cose_read: fills algorithm, public_len and public_key. */
CARDEA_MUST_USE enum cardea_status
cardea_cose_read(const unsigned char *bytes, size_t len,
    struct cardea_fido2_credential *credential, struct cardea_diag *diag);

/* cardea_cose_read_spki: the same from DER. */
CARDEA_MUST_USE enum cardea_status
cardea_cose_read_spki(const unsigned char *bytes, size_t len,
    struct cardea_fido2_credential *credential, struct cardea_diag *diag);

/* cardea_cose_public_len: bytes of a raw public key; 0 for NONE. */
size_t cardea_cose_public_len(enum cardea_fido2_algorithm algorithm);

#endif
