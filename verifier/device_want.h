/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEVICE_WANT_H
#define CARDEA_VERIFIER_DEVICE_WANT_H

#include <cardea/policy.h>
#include <cardea/requirement.h>

#include "cert/cert.h"
#include "store/ledger_device.h"

/*
 * What the rest of a rule wants of a device: by which way, vouched for by whom,
 * in which state.  Pure.  Evidence is matched by equality of texts, so it
 * carries the way, and of the pairs that the rule names those that hold.
 */

enum cardea_device_way {
	CARDEA_DEVICE_WAY_HOST = 0, /* this machine's own certificate */
	CARDEA_DEVICE_WAY_AGENT,    /* behind the caller's ssh-agent */
	CARDEA_DEVICE_WAY_REMOTE,   /* at the far end of ssh */
	CARDEA_DEVICE_WAY_SSHD,	    /* sshd has verified it */
};

const char *cardea_device_way_text(enum cardea_device_way way);

/* One proof that was judged good. */
struct cardea_device_proof {
	enum cardea_device_way way;
	const struct cardea_cert_identity *identity;
	const struct cardea_device *device; /* of the table; NULL: not in it */
	const char *user;		    /* the subject */
	int64_t time_s;
	uint32_t statement_max_age_s;
};

/* cardea_device_want_qualities: of the factor, DEVICE or SSHCERT, for the
 * demands of this requirement; how many. */
size_t
cardea_device_want_qualities(const struct cardea_requirement *requirement,
    enum cardea_factor factor, const struct cardea_device_proof *proof,
    struct cardea_quality qualities[CARDEA_QUALITIES_MAX]);

/* cardea_device_want_way: does any demand leave this way open?  is_named: and
 * name it? */
bool cardea_device_want_way(const struct cardea_requirement *residual,
    enum cardea_factor factor, enum cardea_device_way way, bool is_named);

/* cardea_device_want_authority: could this authority's word meet any demand? */
bool cardea_device_want_authority(const struct cardea_requirement *requirement,
    const struct cardea_authority *authority);

#endif
