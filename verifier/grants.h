/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_GRANTS_H
#define CARDEA_VERIFIER_GRANTS_H

#include "attempt.h"

/*
 * What was granted to the subject for a while.  Looked at anew in each phase,
 * like a lock, so that a grant that is revoked between two of them is revoked;
 * one that is made between them waits for the next login.
 */

/* cardea_grants_recheck: in a phase that resumes: the frozen ones that still
 * count. */
void cardea_grants_recheck(struct cardea_attempt *attempt);

/* cardea_grants_settle: notes for good what has ended, when the answer is out:
 * it costs a commit, once, and the time would tell of the grant. */
void cardea_grants_settle(struct cardea_attempt *attempt);

#endif
