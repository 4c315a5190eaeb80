/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_DECIDE_H
#define CARDEA_DECIDE_H

#include <cardea/evidence.h>
#include <cardea/policy.h>
#include <cardea/request.h>

/*
 * The decision.  Pure: no clock, disk, network, log or PAM.  What `cardea
 * explain` prints is what is enforced because it is this function.
 *
 * 1. The zero value denies.
 * 2. Only a requirement whose residual is TRUE permits.
 * 3. Evidence about another subject or transaction counts for nothing.
 *
 * Where several reasons are true, the first of this order is given: no rule,
 * a cluster that cannot be reached, a deny rule, and then among the factors
 * still missing one that was refused, broken, absent, or not shown.
 */

enum cardea_verdict {
	CARDEA_DENY = 0,
	CARDEA_PERMIT =
	    0x6b49d235, /* far from 0 and from small numbers (V26) */
};

enum cardea_reason {
	CARDEA_REASON_NONE = 0,
	CARDEA_REASON_REQUIREMENT_MET,
	CARDEA_REASON_NOTHING_MATCHED,
	CARDEA_REASON_DENIED_BY_RULE,
	CARDEA_REASON_MAYBE_DENIED,   /* by a deny rule, with facts unknown */
	CARDEA_REASON_FACTOR_MISSING, /* not shown, could still be */
	CARDEA_REASON_FACTOR_REFUSED,
	CARDEA_REASON_FACTOR_ABSENT, /* not enrolled, or no way to ask */
	CARDEA_REASON_FACTOR_BROKEN,
	CARDEA_REASON_LOCKED,	    /* user, or too many tries */
	CARDEA_REASON_BROKEN,	    /* policy, store or facts in trouble */
	CARDEA_REASON_CHANGED,	    /* user or policy changed on the way */
	CARDEA_REASON_UNKNOWN_USER, /* the name service knows no such user */
	CARDEA_REASON_CUT_OFF, /* the cluster cannot be reached, and the rule
				  says nothing of that */
	CARDEA_REASON_COUNT,
};

/* A struct, so that it cannot be written as a condition. */
struct cardea_decision {
	enum cardea_verdict verdict;
	enum cardea_reason reason;
	char rule[CARDEA_RULE_NAME_MAX + 1]; /* "" if none */
	char text[CARDEA_TEXT_MAX + 1];	     /* a deny rule's own words */
	char missing[CARDEA_REQUIREMENT_MAX +
	    1]; /* the requirement less what is verified, canonical */
};

/* Can a factor still help?  Asked before anybody is bothered. */
enum cardea_need {
	CARDEA_NEED_FUTILE = 0, /* denied whatever it finds */
	CARDEA_NEED_NOT_NEEDED, /* met without it, or does not contain it */
	CARDEA_NEED_HELPFUL,
};

/* cardea_decide: cannot fail; whatever is odd denies with REASON_BROKEN. */
void cardea_decide(const struct cardea_policy *policy,
    const struct cardea_selection *selection,
    const struct cardea_request *request,
    const struct cardea_evidence_set *evidence,
    struct cardea_decision *ret_decision);

enum cardea_need cardea_decide_need(const struct cardea_selection *selection,
    const struct cardea_request *request,
    const struct cardea_evidence_set *evidence, enum cardea_factor factor);

const char *
cardea_verdict_text(enum cardea_verdict verdict); /* "permit", "deny" */
const char *cardea_reason_text(enum cardea_reason reason);

#endif
