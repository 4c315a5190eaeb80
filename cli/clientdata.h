/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_CLIENTDATA_H
#define CARDEA_CLI_CLIENTDATA_H

#include "cli/octets.h"
#include "factor/fido2.h"

/*
 * What the client made the key sign, from a case: "client_data", whose bytes
 * are hashed, or its hash itself, "client_data_hash", or "challenge" alone,
 * which is hashed then.
 *
 * If the client data are those of WebAuthn (level 2, 5.8.1), their type must
 * be what a browser writes for this kind of case, and challenge and origin
 * must be those of the case where it names them.  If it names them and the
 * client data say nothing of the kind, they are foreign too.
 */

/* cardea_clientdata_find: *ret_why is NULL, or names what is foreign:
 * "foreign-type", "foreign-challenge", "foreign-origin".  SYNTAX, RANGE for
 * what is no question. */
CARDEA_MUST_USE enum cardea_status
cardea_clientdata_find(const struct cardea_octets *octets, const char *type,
    unsigned char ret_hash[CARDEA_FIDO2_HASH], const char **ret_why,
    struct cardea_diag *diag);

#endif
