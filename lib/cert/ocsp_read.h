/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_OCSP_READ_H
#define CARDEA_CERT_OCSP_READ_H

#include "cert/der.h"

/*
 * An OCSP answer in its form (RFC 6960, 4.2.1), strict DER to the last byte;
 * all of it borrowed, nothing believed.
 */
struct cardea_ocsp_response {
	struct cardea_cert_bytes tbs, algorithm, signature;
	struct cardea_cert_bytes certificates; /* content; empty: none */
	/* who answers: one of both, the other is empty */
	struct cardea_cert_bytes responder_name, responder_key;
	int64_t produced_s;
	struct cardea_cert_bytes singles;    /* content */
	struct cardea_cert_bytes extensions; /* content; empty: none */
};

struct cardea_ocsp_single {
	struct cardea_cert_bytes hash;		      /* AlgorithmIdentifier */
	struct cardea_cert_bytes name_hash, key_hash; /* of the issuer */
	struct cardea_cert_bytes serial;	      /* INTEGER, whole */
	unsigned int status;			      /* the tag's number */
	int64_t this_update_s, next_update_s;
	bool has_next_update;
	struct cardea_cert_bytes extensions; /* content; empty: none */
};

enum {
	CARDEA_OCSP_TAG_GOOD = 0,
	CARDEA_OCSP_TAG_REVOKED = 1,
	CARDEA_OCSP_TAG_UNKNOWN = 2,
};

/* cardea_ocsp_read: each single answer is read too.  SYNTAX, RANGE; MISSING if
 * the responder says that it has none. */
CARDEA_MUST_USE enum cardea_status
cardea_ocsp_read(const struct cardea_cert_bytes *der,
    struct cardea_ocsp_response *ret_response, struct cardea_diag *diag);

/* cardea_ocsp_next: takes one single answer off. */
CARDEA_MUST_USE bool cardea_ocsp_next(
    struct cardea_cert_bytes *singles, struct cardea_ocsp_single *ret_single);

/* cardea_ocsp_nonce: the extension's value; empty if there is none. */
struct cardea_cert_bytes cardea_ocsp_nonce(struct cardea_cert_bytes extensions);

/* cardea_ocsp_request_nonce: of a request; false if that is malformed. */
CARDEA_MUST_USE bool cardea_ocsp_request_nonce(
    struct cardea_cert_bytes request, struct cardea_cert_bytes *ret_nonce);

/* cardea_ocsp_is_critical: is one of them critical that is not the nonce? */
bool cardea_ocsp_is_critical(struct cardea_cert_bytes extensions);

#endif
