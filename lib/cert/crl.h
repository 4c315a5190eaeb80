/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_CRL_H
#define CARDEA_CERT_CRL_H

#include "cert/der.h"

/*
 * A CRL (RFC 5280, section 5) read strictly, without memory of its own, entry
 * by entry, so that a list of millions costs no more than its bytes.  Form
 * alone is judged here (X03); nothing is believed until somebody has checked
 * the signature.
 */
struct cardea_crl {
	struct cardea_cert_bytes tbs;	    /* what is signed */
	struct cardea_cert_bytes algorithm; /* AlgorithmIdentifier */
	struct cardea_cert_bytes signature; /* its octets */
	struct cardea_cert_bytes issuer;    /* Name */
	int64_t this_update_s, next_update_s;
	/* the parts of tbs: what stands before the entries, they themselves,
	 * and the extensions with their tag */
	struct cardea_cert_bytes head, entries, extensions;
	struct cardea_cert_bytes number, base; /* octets; empty: none */
	struct cardea_cert_bytes scope;	       /* issuingDistributionPoint */
	struct cardea_cert_bytes authority;    /* authorityKeyIdentifier */
	bool v2, delta, indirect;
	bool users_only, authorities_only, some_reasons;
};

/* cardea_crl_read: DER to the last byte; everything but the entries is judged.
 * No entries is no element, as RFC 5280 wants it (5.1.2.6). SYNTAX, RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_crl_read(const struct cardea_cert_bytes *der, struct cardea_crl *ret_crl,
    struct cardea_diag *diag);

/* Reasons of RFC 5280, 5.3.1. */
enum cardea_crl_reason {
	CARDEA_CRL_UNSPECIFIED = 0,
	CARDEA_CRL_REMOVED = 8, /* removeFromCRL: of deltas only */
	CARDEA_CRL_REASON_MAX = 10,
};

struct cardea_crl_entry {
	struct cardea_cert_bytes serial; /* octets of the INTEGER, 1 to 20 */
	struct cardea_cert_bytes issuer; /* Name; empty: the list's own */
	enum cardea_crl_reason reason;
	int64_t date_s;
};

#define CARDEA_CRL_SERIAL_MAX 20

struct cardea_crl_walk {
	const struct cardea_crl *crl;
	struct cardea_cert_bytes rest;	 /* empty: that was the last */
	struct cardea_cert_bytes issuer; /* of the entry before (5.3.3) */
};

void cardea_crl_walk_init(
    struct cardea_crl_walk *walk, const struct cardea_crl *crl);

/* cardea_crl_walk_next: SYNTAX, RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_crl_walk_next(struct cardea_crl_walk *walk,
    struct cardea_crl_entry *ret_entry, struct cardea_diag *diag);

/* cardea_crl_extensions: the list's own, into number to authority and the flags
 * of a list that is otherwise read. */
CARDEA_MUST_USE enum cardea_status
cardea_crl_extensions(struct cardea_cert_bytes bytes, struct cardea_crl *crl,
    struct cardea_diag *diag);

#endif
