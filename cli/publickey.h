/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_PUBLICKEY_H
#define CARDEA_CLI_PUBLICKEY_H

#include "cli/octets.h"
#include "factor/fido2.h"

/*
 * The public key of a case, in one of the forms that libraries write:
 *
 *   "public_key"  raw, and "algorithm": x and y, also with 04 in front of them
 *                 (es256, es384), 32 bytes (eddsa), n and e (rs256)
 *   "cose_key"    COSE_Key
 *   "pem"         SubjectPublicKeyInfo, as openssl and fido2-cred print it
 */

/* cardea_publickey_find: fills algorithm, public_key and public_len.  SYNTAX:
 * not one key is given. CORRUPT: it is none. VERSION: not supported. */
CARDEA_MUST_USE enum cardea_status
cardea_publickey_find(const struct cardea_octets *octets,
    struct cardea_fido2_credential *credential, struct cardea_diag *diag);

#endif
