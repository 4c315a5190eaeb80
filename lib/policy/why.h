/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_WHY_H
#define CARDEA_POLICY_WHY_H

#include <cardea/policy.h>

/*
 * Why a rule applies to a request or does not: each of its conditions with what
 * it wants, what was found, and how it was judged.  Judges nothing by itself:
 * the truths are those of match.h, asked condition by condition (invariant 4).
 * Pure; borrows policy and request.
 */
#define CARDEA_WHY_WANTED_MAX 511
#define CARDEA_WHY_FOUND_MAX 1023

struct cardea_why {
	unsigned int depth; /* 0: the rule's own; more inside of "unless" */
	const char *key;    /* "zone"; "unless", "one of" for its blocks */
	enum cardea_truth truth;
	char wanted[CARDEA_WHY_WANTED_MAX + 1]; /* "" for those two */
	char found[CARDEA_WHY_FOUND_MAX + 1];
};

struct cardea_whys;

/* cardea_whys_begin: MEMORY, CORRUPT. The caller frees. */
CARDEA_MUST_USE enum cardea_status
cardea_whys_begin(const struct cardea_policy *policy,
    const struct cardea_request *request, struct cardea_whys **ret_whys);
struct cardea_whys *cardea_whys_free(struct cardea_whys *whys);

/* cardea_whys_rule: the rule's truth, and a visit for each condition, also for
 * those that the judge need not look at.  RANGE beyond the last rule, CORRUPT.
 */
typedef void cardea_why_visit(const struct cardea_why *why, void *context);
CARDEA_MUST_USE enum cardea_status
cardea_whys_rule(struct cardea_whys *whys, size_t index,
    cardea_why_visit *visit, void *context, enum cardea_truth *ret_truth);

/* cardea_whys_zones and cardea_whys_hours: each of the policy by its name, as
 * the image has them. CORRUPT. */
typedef void
cardea_why_name(const char *name, enum cardea_truth truth, void *context);
CARDEA_MUST_USE enum cardea_status cardea_whys_zones(
    struct cardea_whys *whys, cardea_why_name *visit, void *context);
CARDEA_MUST_USE enum cardea_status cardea_whys_hours(
    struct cardea_whys *whys, cardea_why_name *visit, void *context);

const char *cardea_truth_text(enum cardea_truth truth); /* "no" "maybe" "yes" */

#endif
