/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_START_H
#define CARDEA_VERIFIER_START_H

#include "attempt.h"

/*
 * BEGIN: policy, facts, store, and what the last phase left; then the one rule
 * that holds from here on.
 */

/* cardea_start_hear: what BEGIN says. SYNTAX. */
CARDEA_MUST_USE enum cardea_status cardea_start_hear(
    struct cardea_attempt *attempt, const struct cardea_message *message);

/* cardea_start_run: OUTCOME_BEGUN, DENIED (early), OBSERVED or BROKEN.  In
 * the session phase nothing is selected yet: closing needs no rule. */
enum cardea_outcome cardea_start_run(struct cardea_attempt *attempt);

/* cardea_start_select: circumstances, lock, rule, remembered proofs, sshd's
 * keys.  Anything but OK breaks the attempt, and is logged. */
CARDEA_MUST_USE enum cardea_status
cardea_start_select(struct cardea_attempt *attempt);

#endif
