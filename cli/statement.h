/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_STATEMENT_H
#define CARDEA_CLI_STATEMENT_H

#include "cert/statement.h"
#include "store/ledger_device.h"

/*
 * A manager's word on a device: JSON, signed as JWS in compact form (RFC 7515)
 * or as CMS SignedData (RFC 5652).
 *
 *   "device": name in the device table, or "san" and "serial" of its
 * certificate "iat":    when it was said, in seconds; "nbf", "exp": from and
 * until when "facts":  names, each with true, false or a short text
 *
 * "iss", "sub" and "jti" may stand there for others; everything else, such as
 * "aud", would narrow what is meant, so that a statement with it is refused.
 * Nothing is read of what is not signed by a pinned key but the JWS header.
 */
struct cardea_statement {
	char device[CARDEA_CREDENTIAL_MAX + 1]; /* "": by san and serial */
	char san[CARDEA_CERT_NAME_MAX + 1];	/* "dns:..."; "": any */
	char serial[48];			/* hex, lower case; "": any */
	int64_t issued_s;
	int64_t ends_s; /* 0: without an end of its own */
	size_t fact_count;
	struct cardea_device_fact facts[CARDEA_POSTURE_FACTS_MAX];
	char signer[CARDEA_CERT_NAME_MAX + 1];
};

/* cardea_statement_read: bytes as they came; content is that of a detached CMS
 * message, else NULL.  SYNTAX, RANGE: not a statement.  UNSAFE: not by a pinned
 * key.  CONFLICT: not of this time: from the future, or ended. */
CARDEA_MUST_USE enum cardea_status
cardea_statement_read(const struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *bytes,
    const struct cardea_cert_bytes *content, int64_t now_s,
    struct cardea_statement *ret_statement, struct cardea_diag *diag);

#endif
