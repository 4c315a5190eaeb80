/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_OTPAUTH_H
#define CARDEA_FACTOR_OTPAUTH_H

#include "factor/otp.h"

/*
 * otpauth:// key URIs as authenticator apps read them:
 * otpauth://totp/ISSUER:ACCOUNT?secret=BASE32&issuer=..&algorithm=..&digits=..&period=..
 * (hotp: counter=).  Strict: unknown type, repeated or unknown parameters, bad
 * base32 and ranges are refused with a reason that never shows the secret.
 */

#define CARDEA_OTPAUTH_MAX 1023

/* cardea_otpauth_parse: fills kind, hash, digits, period, key, name and (hotp)
 * watermark = counter - 1; the rest zero. The caller clears the token. */
CARDEA_MUST_USE enum cardea_status cardea_otpauth_parse(const char *uri,
    struct cardea_otp_token *ret_token, struct cardea_diag *diag);

/* cardea_otpauth_format: uri holds the key: wipe it. */
CARDEA_MUST_USE enum cardea_status
cardea_otpauth_format(const struct cardea_otp_token *token, const char *issuer,
    const char *account, char uri[CARDEA_OTPAUTH_MAX + 1]);

/* RFC 4648 base32; encode without padding. decode takes lower case, spaces
 * and dashes between groups, correct or absent padding; SYNTAX for the rest. */
CARDEA_MUST_USE enum cardea_status
cardea_base32_decode(const char *text, struct cardea_secret *ret_bytes);
CARDEA_MUST_USE enum cardea_status cardea_base32_encode(
    const unsigned char *bytes, size_t len, char *text, size_t size);

#endif
