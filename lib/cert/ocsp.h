/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_OCSP_H
#define CARDEA_CERT_OCSP_H

#include "cert/cert.h"

/*
 * OCSP (RFC 6960, RFC 5019), judged strictly (X02): one answer, for exactly
 * this certificate, by its issuer or by a responder that the issuer itself
 * appointed (id-kp-OCSPSigning; with id-pkix-ocsp-nocheck or for less than a
 * week, since nobody is asked whether it is revoked), no unknown critical
 * extension, its dates inside limits, no SHA-1 but in the certificate's name.
 * Answers are fetched ahead of time by `cardea refresh`.
 */
enum cardea_ocsp_answer {
	CARDEA_OCSP_NONE = 0,	       /* not about this certificate */
	CARDEA_OCSP_GOOD = 0x2b95d36c, /* far apart (V26) */
	CARDEA_OCSP_REVOKED = 0x54e38a19,
	CARDEA_OCSP_UNKNOWN = 0x196c47e2, /* the responder does not know it */
	CARDEA_OCSP_INVALID = 0x6d1ab8c5, /* no answer that can be believed */
	CARDEA_OCSP_STALE = 0x37f0259b,
};

struct cardea_ocsp_call {
	struct cardea_cert_bytes response;	      /* OCSPResponse, DER */
	struct cardea_cert_bytes certificate, issuer; /* DER */
	int64_t time_s;
	uint32_t max_age_s; /* of thisUpdate; 0: until nextUpdate */
	/* the request that it answers, whose nonce it must have; empty: not
	 * known, and no nonce is looked for.  Responders that answer from a
	 * store (RFC 5019) send none: about theirs nothing but age and
	 * nextUpdate tells an old answer from a new one. */
	struct cardea_cert_bytes request;
};

/* cardea_ocsp_judge: *ret_date_s is thisUpdate if GOOD or REVOKED; the reason
 * in diag unless GOOD. */
CARDEA_MUST_USE enum cardea_ocsp_answer
cardea_ocsp_judge(const struct cardea_ocsp_call *call, int64_t *ret_date_s,
    struct cardea_diag *diag);

/* cardea_ocsp_ask: a request for one certificate, with a fresh nonce; heap. */
CARDEA_MUST_USE enum cardea_status
cardea_ocsp_ask(const struct cardea_cert_bytes *certificate,
    const struct cardea_cert_bytes *issuer, unsigned char **ret_request,
    size_t *ret_len, struct cardea_diag *diag);

#endif
