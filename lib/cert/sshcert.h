/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SSHCERT_H
#define CARDEA_CERT_SSHCERT_H

#include "cert/cert.h"

/*
 * OpenSSH certificates and plain public keys (PROTOCOL.certkeys, RFC 4253,
 * RFC 5656, RFC 8709, PROTOCOL.u2f), and KRLs (PROTOCOL.krl): parsers of our
 * own, strict to the last byte.
 */

/* cardea_sshcert_judge: kinds SSH and SSH_KEY; fills identity as far as it
 * goes. */
void cardea_sshcert_judge(const struct cardea_cert_question *question,
    struct cardea_cert_verdict *ret_verdict);

/* cardea_sshcert_describe: what a blob of either kind says, nothing judged but
 * its form. SYNTAX, RANGE; MISSING for a type that is not ours. */
CARDEA_MUST_USE enum cardea_status
cardea_sshcert_describe(const struct cardea_cert_bytes *blob,
    struct cardea_cert_identity *ret_identity, struct cardea_diag *diag);

/* cardea_sshcert_line: the blob of a line "TYPE BASE64 [comment]" as in a .pub
 * file, without options; size is CARDEA_CERT_MAX. SYNTAX, RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_sshcert_line(const char *line, unsigned char *blob, size_t size,
    size_t *ret_len, struct cardea_diag *diag);

/* cardea_sshpublic_of_spki: a SubjectPublicKeyInfo's key as a plain SSH blob;
 * MISSING if SSH has no such type. */
CARDEA_MUST_USE enum cardea_status
cardea_sshpublic_of_spki(const struct cardea_cert_bytes *spki,
    unsigned char *blob, size_t size, size_t *ret_len);

/* cardea_sshsig_verify: does an SSH signature blob hold over message, by the
 * key of this plain blob?  False for anything malformed, for SHA-1, and for a
 * signature algorithm of another key type. For "sk-" keys *ret_flags and
 * *ret_counter are what was signed; presence is demanded here. */
CARDEA_MUST_USE bool cardea_sshsig_verify(const struct cardea_cert_bytes *key,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature, unsigned char *ret_flags);

#endif
