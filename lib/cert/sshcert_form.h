/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SSHCERT_FORM_H
#define CARDEA_CERT_SSHCERT_FORM_H

#include "cert/sshpublic.h"

/*
 * An OpenSSH certificate as bytes (PROTOCOL.certkeys): each field in its place
 * to the last byte.  Nothing is judged here but form, and no signature.
 */
enum cardea_sshcert_type {
	CARDEA_SSHCERT_USER = 1,
	CARDEA_SSHCERT_HOST = 2,
};

struct cardea_sshcert { /* borrowed */
	struct cardea_sshpublic key, ca;
	uint64_t serial; /* 0: the CA numbers none */
	uint32_t type;
	struct cardea_sshwire_string key_id;
	size_t principal_count;
	struct cardea_sshwire_string principals; /* strings, to its end */
	uint64_t valid_after, valid_before;
	struct cardea_sshwire_string critical;	 /* pairs, to its end */
	struct cardea_sshwire_string extensions; /* likewise */
	struct cardea_sshwire_string ca_blob;
	struct cardea_cert_bytes signed_part, signature;
};

/* cardea_sshcert_parse: MISSING for something that is no certificate of ours,
 * SYNTAX, RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_sshcert_parse(const struct cardea_cert_bytes *blob,
    struct cardea_sshcert *ret_cert, struct cardea_diag *diag);

/* cardea_sshcert_subject: the key that a blob is about, be it a certificate or
 * a plain key; *ret_is_cert tells, and ret_cert is filled then.  As parse. */
CARDEA_MUST_USE enum cardea_status cardea_sshcert_subject(
    const struct cardea_cert_bytes *blob, struct cardea_sshcert *ret_cert,
    bool *ret_is_cert, struct cardea_diag *diag);

/* cardea_sshcert_identify: identity as far as the bytes tell it. INTERNAL. */
CARDEA_MUST_USE enum cardea_status
cardea_sshcert_identify(const struct cardea_sshcert *cert, bool is_cert,
    struct cardea_cert_identity *ret_identity);

/* cardea_sshcert_read_line: cardea_sshcert_line for text without a NUL. */
CARDEA_MUST_USE enum cardea_status
cardea_sshcert_read_line(struct cardea_sshwire_string line, unsigned char *blob,
    size_t size, size_t *ret_len, struct cardea_diag *diag);

/* cardea_sshcert_next_line: cuts the next line that is neither empty nor a
 * comment from the front of text; false at its end.  *number counts lines. */
bool cardea_sshcert_next_line(struct cardea_sshwire_string *text,
    struct cardea_sshwire_string *ret_line, unsigned int *number);

#endif
