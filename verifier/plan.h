/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_PLAN_H
#define CARDEA_VERIFIER_PLAN_H

#include "attempt.h"

/*
 * What a factor's line is to do: the same question for codes and for keys.
 *
 * No oracle: in auth, until something is verified, a name is asked the same in
 * the same time whoever types it and whatever he typed before, and every no is
 * the same no.  A person is asked what his rule asks, after a wrong password as
 * after the right one; whom no rule is about, or whom it refuses, is asked what
 * some other rule asks, always the same one for a name.  Whom no proof
 * could help (unknown, locked, at the wrong place, or without the password that
 * must go with it) gets a decoy: nothing is judged, counted or spent.
 *
 * The password comes first in the stack: nothing is judged while the rule still
 * wants a password that was not proved, so that a stolen code list is not used
 * up, nor a proof told right, by somebody who only guesses.
 */

enum cardea_plan_kind {
	CARDEA_PLAN_DENY = 0, /* it cannot help, and nothing is given away */
	CARDEA_PLAN_SKIP,     /* not needed */
	CARDEA_PLAN_DECOY,    /* ask, and judge nothing */
	CARDEA_PLAN_JUDGE,
};

#define CARDEA_PLAN_BIT(factor) (1u << (factor))

struct cardea_plan {
	enum cardea_plan_kind kind;
	unsigned int factors; /* those of the line that help; JUDGE */
	/* of a DECOY: those that would help this person without the lock, or
	 * with the password; then the same is asked */
	unsigned int would_help;
	const char *why; /* constant text for the log, or NULL */
};

/* cardea_plan_make: factors are those that the line can verify, by bit. */
struct cardea_plan
cardea_plan_make(const struct cardea_attempt *attempt, unsigned int factors);

/* cardea_plan_prepare: once the rule is chosen, and before any of the others:
 * what a stranger is asked, whoever it is. */
void cardea_plan_prepare(struct cardea_attempt *attempt);

/* cardea_plan_asked: the requirement that a decoy follows. */
void cardea_plan_asked(const struct cardea_attempt *attempt,
    struct cardea_requirement *ret_requirement);

/* cardea_plan_wanted: what is left of the rule.  Whose rule wants none of the
 * line's factors, and who is asked nevertheless, is asked as others are. */
void cardea_plan_wanted(const struct cardea_attempt *attempt,
    const struct cardea_plan *plan, unsigned int factors,
    struct cardea_requirement *ret_wanted);

/* cardea_plan_follow: the whole rule that the line follows: the person's own,
 * or what a decoy imitates.  True if it is his own. */
bool cardea_plan_follow(const struct cardea_attempt *attempt,
    const struct cardea_plan *plan, unsigned int factors,
    struct cardea_requirement *ret_rule);

/* cardea_plan_outcome: of a line that found this of all these factors.  A no
 * where the rule can be met otherwise is "not needed", since PAM counts a no of
 * any line against the whole.  A decoy is answered like what it imitates, or a
 * stack that ends at the first no would tell. */
enum cardea_outcome cardea_plan_outcome(const struct cardea_attempt *attempt,
    unsigned int factors, enum cardea_result result);

/* cardea_plan_is_hidden: would what is answered tell somebody about the name
 * alone? */
bool cardea_plan_is_hidden(const struct cardea_attempt *attempt);

#endif
