/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_TOKEN_H
#define CARDEA_CLI_TOKEN_H

#include "cli/command.h"
#include "factor/otp.h"

/*
 * A new token as the options of `cardea enroll totp|hotp` describe it, with a
 * fresh id, and a key that is new or comes on stdin (--secret-stdin).  Its name
 * is "" unless --name was given.
 */

/* cardea_token_read: token has its kind set and is zero else; the caller
 * clears it in any case. SYNTAX, RANGE: the call is at fault. */
CARDEA_MUST_USE enum cardea_status
cardea_token_read(const struct cardea_call *call,
    struct cardea_otp_token *token, struct cardea_diag *diag);

#endif
