/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_STILL_H
#define CARDEA_CERT_STILL_H

#include "cert/held.h"
#include "cert/shown.h"

/*
 * Does a certificate that was shown some time ago still hold, by the lists and
 * authorities of now?  For sessions that are judged again, and for proofs that
 * are remembered.  That it has ended since then is nothing against it: it was
 * good when it was shown, and the rule's session= and remember= are there for
 * those whom that is too long.
 */
enum cardea_cert_still {
	CARDEA_CERT_STILL_DOUBT = 0, /* nobody knows */
	CARDEA_CERT_STILL_HOLDS,
	CARDEA_CERT_STILL_RENAMED, /* it does, by another authority than the
				      one whose name the evidence has (ca=) */
	CARDEA_CERT_STILL_LOST,	   /* it would not count now */
	CARDEA_CERT_STILL_REVOKED, /* neither, for that reason */
};

struct cardea_cert_still_call {
	const struct cardea_settings *settings;
	const struct cardea_cert_shown *shown;
	const struct cardea_evidence *evidence; /* about its subject */
	int64_t time_s;
	uint32_t revocation_s;	       /* of the rule of now */
	struct cardea_cert_held *held; /* NULL: it is asked about each time */
};

/* cardea_cert_still: asks cardea-cert; what rests on no certificate holds.
 * RENAMED fills ret_authority. */
enum cardea_cert_still
cardea_cert_still(const struct cardea_cert_still_call *call,
    char ret_authority[CARDEA_AUTHORITY_NAME_MAX + 1]);

#endif
