/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_MATCH_H
#define CARDEA_POLICY_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/policy.h>

/*
 * Does a rule's `when` hold?  Three-valued after Kleene: FALSE < MAYBE < TRUE,
 * "and" is the least, "or" the greatest, "not" turns them round; so a fact
 * that is unknown makes MAYBE and never tips a definite answer over.
 *
 * A match is one request prepared against one policy: its names are looked up
 * once and compared as numbers, zones and hours are judged once however many
 * rules name them.  It borrows both and is pure: no clock, no disk.
 */
struct cardea_match;

/* cardea_match_begin: MEMORY, CORRUPT. The caller frees. */
CARDEA_MUST_USE enum cardea_status
cardea_match_begin(const struct cardea_policy *policy,
    const struct cardea_request *request, struct cardea_match **ret_match);

/* cardea_match_rule: RANGE beyond the last rule, CORRUPT for a damaged image;
 * both must be answered with denial. */
CARDEA_MUST_USE enum cardea_status cardea_match_rule(
    struct cardea_match *match, size_t index, enum cardea_truth *ret_truth);

/* cardea_match_next: the next rule, in their order, that may match; begins with
 * the first.  All that are not handed out are certainly FALSE.  false at the
 * end, and where damage is met: ask cardea_image_is_damaged. */
bool cardea_match_next(struct cardea_match *match, size_t *ret_index);

/* cardea_match_rewind: cardea_match_next begins again */
void cardea_match_rewind(struct cardea_match *match);

/* cardea_match_impersonal: the same, and leaves out what is filed by users and
 * groups.  Where who somebody is is unknown, what is left out is MAYBE at most.
 */
void cardea_match_impersonal(struct cardea_match *match);

/* cardea_match_asking: opens the rules before end that ask who somebody is and
 * require something; how many.  A rule may be counted more than once.  None
 * where cardea_match_impersonal hands out every rule. */
size_t cardea_match_asking(struct cardea_match *match, size_t end);

/* cardea_match_asking_at: one of them, by its number */
bool cardea_match_asking_at(
    const struct cardea_match *match, size_t number, size_t *ret_index);

struct cardea_match *cardea_match_free(struct cardea_match *match);

/* cardea_match_service: the same knowing nothing but the service: FALSE means
 * that the rule cannot apply to it.  cardea_match_next hands out only those
 * that ask who somebody is. */
CARDEA_MUST_USE enum cardea_status
cardea_match_service(const struct cardea_policy *policy, const char *service,
    struct cardea_match **ret_match);

#endif
