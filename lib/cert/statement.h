/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_STATEMENT_H
#define CARDEA_CERT_STATEMENT_H

#include "cert/cert.h"

/*
 * A manager's word on a device, as far as it is bytes: did one of the pinned
 * keys sign it?  What it says is read by whoever asks, and only after that.
 *
 * Pinned means that the key itself stands in the settings: no path is built, no
 * key or certificate that comes with a statement is believed, and which
 * algorithm is checked follows from the pinned key, never from the statement
 * alone (RFC 8725, 3.1).
 */
struct cardea_statement_keys; /* opaque */

/* JSON Web Signature (RFC 7518, 3.1; RFC 8037): those that we take. */
enum cardea_statement_algorithm {
	CARDEA_STATEMENT_NONE = 0,
	CARDEA_STATEMENT_ES256, /* P-256, r and s of 32 bytes each */
	CARDEA_STATEMENT_EDDSA, /* Ed25519 */
	CARDEA_STATEMENT_RS256, /* RSA, PKCS #1 1.5 */
};

/* cardea_statement_algorithm_parse: NONE for every other text, "none" too. */
enum cardea_statement_algorithm
cardea_statement_algorithm_parse(const char *text);

/* cardea_statement_keys_load: certificates and public keys in PEM, at least one
 * and at most CARDEA_STATEMENT_KEYS_MAX.  SYNTAX, RANGE; the diag names the
 * block.  A certificate's key counts from its first second to its last. */
CARDEA_MUST_USE enum cardea_status
cardea_statement_keys_load(const struct cardea_cert_bytes *pem,
    struct cardea_statement_keys **ret_keys, struct cardea_diag *diag);
struct cardea_statement_keys *
cardea_statement_keys_free(struct cardea_statement_keys *keys);

/* cardea_statement_verify: a signature as JWS has it.  UNSAFE unless a pinned
 * key of that very algorithm made it; ret_signer is that certificate's subject,
 * or the fingerprint of the key. */
CARDEA_MUST_USE enum cardea_status
cardea_statement_verify(const struct cardea_statement_keys *keys,
    enum cardea_statement_algorithm algorithm,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature, int64_t time_s,
    char ret_signer[CARDEA_CERT_NAME_MAX + 1], struct cardea_diag *diag);

/* cardea_statement_open: CMS SignedData (RFC 5652), DER or PEM, with its
 * content inside, or detached with content beside it (NULL: inside).  One
 * signer, SHA-2.  SYNTAX, RANGE; UNSAFE unless a pinned key signed it.  The
 * content is on the heap and the caller's. */
CARDEA_MUST_USE enum cardea_status
cardea_statement_open(const struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *cms,
    const struct cardea_cert_bytes *content, int64_t time_s,
    unsigned char **ret_content, size_t *ret_len,
    char ret_signer[CARDEA_CERT_NAME_MAX + 1], struct cardea_diag *diag);

#endif
