/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_KRL_H
#define CARDEA_CERT_KRL_H

#include "cert/cert.h"

/*
 * OpenSSH's key revocation lists (PROTOCOL.krl), all section types, signed or
 * not.  A list that is damaged anywhere revokes everything: it is never read in
 * part (S05).
 */
struct cardea_krl; /* opaque; borrows the bytes */

struct cardea_krl_info {
	uint64_t version;
	int64_t generated_s;
	bool is_signed; /* by one of the keys that were given */
	uint64_t entries;
};

/* cardea_krl_open: SYNTAX, RANGE for a damaged one; UNSAFE if signers are given
 * (lines of public keys) and none of them signed it. */
CARDEA_MUST_USE enum cardea_status
cardea_krl_open(const struct cardea_cert_bytes *bytes,
    const struct cardea_cert_bytes *signers, struct cardea_krl **ret_krl,
    struct cardea_krl_info *ret_info, struct cardea_diag *diag);
struct cardea_krl *cardea_krl_close(struct cardea_krl *krl);

/* cardea_krl_revokes: blob is a plain key or a certificate; of a certificate
 * also its plain key, its CA's key, serial and key id are looked up.  SYNTAX
 * for a malformed blob: take it as revoked. */
CARDEA_MUST_USE enum cardea_status
cardea_krl_revokes(const struct cardea_krl *krl,
    const struct cardea_cert_bytes *blob, bool *ret_revoked);

#endif
