/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_WATCH_CERT_H
#define CARDEA_CLI_WATCH_CERT_H

#include "cli/admin.h"
#include "cli/watch_held.h"
#include "store/record.h"

/*
 * The certificates that a session rests on, judged again by the lists and
 * authorities of now.  That one has ended since then is nothing against it: it
 * was good when it was shown, and the rule's session= is there for those whom
 * that is too long.
 */

struct cardea_watch_certs_call {
	const struct cardea_settings *settings;
	const struct cardea_session *session;
	const struct cardea_evidence_set
	    *evidence; /* what is left of its own */
	int64_t time_s;
	uint32_t revocation_s;		/* of the rule of now */
	struct cardea_watch_held *held; /* NULL: each is asked about */
};

/* What became of the evidence, item by item. */
struct cardea_watch_certs {
	bool lost[CARDEA_EVIDENCE_MAX];	 /* it would not count now */
	bool doubt[CARDEA_EVIDENCE_MAX]; /* nobody knows */
	bool revoked; /* of those that are lost one was revoked */
};

/* cardea_watch_certs: asks cardea-cert for each; evidence without a certificate
 * holds. */
struct cardea_watch_certs
cardea_watch_certs(const struct cardea_watch_certs_call *call);

#endif
