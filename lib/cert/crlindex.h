/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_CRLINDEX_H
#define CARDEA_CERT_CRLINDEX_H

#include "cert/cert.h"

/*
 * A CRL prepared for looking up (RFC 5280, section 5).  A list of a million
 * entries must not slow a login: `cardea refresh` reads it once, checks its
 * form (X03) and its signature, and writes an index: the CRL without its
 * entries, the digest of what was signed, the signature, who signed it, and the
 * entries sorted, in blocks that are each judged by a check sum when a look-up
 * comes by.  A login opens it in the same time whatever its length, and asks
 * OpenSSL to go on from there: scope, delta and indirect lists, reasons and the
 * path of the list's issuer are judged as for any CRL, and the signature is
 * checked again, over the digest in the index.
 */

/* Who may have signed it: any of these certificates (DER), by name and key. */
struct cardea_crlindex_issuers {
	size_t count;
	const struct cardea_cert_bytes *items;
};

/* cardea_crlindex_build: heap bytes that the caller frees.  crl is DER or PEM.
 * SYNTAX, RANGE; UNSAFE if none of the issuers signed it, or by an algorithm
 * that does not count.  nextUpdate and cRLNumber are demanded (RFC
 * 5280, 5.1.2.5 and 5.2.3).  Memory: the list, and its index once. */
CARDEA_MUST_USE enum cardea_status
cardea_crlindex_build(const struct cardea_cert_bytes *crl,
    const struct cardea_crlindex_issuers *issuers, unsigned char **ret_index,
    size_t *ret_len, struct cardea_diag *diag);

/* What an index says of its list. */
struct cardea_crlindex_info {
	char issuer[CARDEA_CERT_NAME_MAX + 1]; /* RFC 2253 */
	char number[48];		       /* cRLNumber, hex; "" if none */
	bool delta;
	bool indirect;
	int64_t this_update_s, next_update_s;
	uint32_t entries;
	uint64_t source_len; /* of the CRL */
};

/* cardea_crlindex_info: of an index that is mapped or read; judges the header,
 * not every entry.  CORRUPT, VERSION. */
CARDEA_MUST_USE enum cardea_status
cardea_crlindex_info(const struct cardea_cert_bytes *index,
    struct cardea_crlindex_info *ret_info, struct cardea_diag *diag);

#endif
