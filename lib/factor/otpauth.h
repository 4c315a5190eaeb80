/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_OTPAUTH_H
#define CARDEA_FACTOR_OTPAUTH_H

#include "factor/base32.h"
#include "factor/otp.h"

/*
 * otpauth:// key URIs as authenticator apps read them:
 * otpauth://totp/ISSUER:ACCOUNT?secret=BASE32&issuer=..&algorithm=..&digits=..&period=..
 * (hotp: counter=).  Strict: unknown type, repeated or unknown parameters, bad
 * base32 and ranges are refused with a reason that never shows the secret.
 */

#define CARDEA_OTPAUTH_MAX 1023

/* cardea_otpauth_parse: fills kind, hash, digits, period, key, name (the
 * label, decoded), sync_at = -1 and watermark: none (totp), counter - 1 (hotp);
 * the rest zero.  SYNTAX, RANGE, MEMORY with a diag; ret_token untouched then.
 * The caller clears the token. */
CARDEA_MUST_USE enum cardea_status cardea_otpauth_parse(const char *uri,
    struct cardea_otp_token *ret_token, struct cardea_diag *diag);

/* cardea_otpauth_format: every parameter is written out; issuer may be "".
 * RANGE if it does not fit, SYNTAX for a token that cardea_otp_check_token
 * refuses or an empty account. uri holds the key: wipe it. */
CARDEA_MUST_USE enum cardea_status
cardea_otpauth_format(const struct cardea_otp_token *token, const char *issuer,
    const char *account, char uri[CARDEA_OTPAUTH_MAX + 1]);

#endif
