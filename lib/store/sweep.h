/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_SWEEP_H
#define CARDEA_STORE_SWEEP_H

#include "store/changes.h"
#include "store/tries.h"

/*
 * Ended proofs of all users, removed along the way: those never asked for
 * again.  Looks at a bounded number of records, so that no login pays for the
 * traffic of the others; what is not seen now is seen by a later one.  Only
 * proposes deletions, of records that the commit does not touch already;
 * damaged records are left for the command to report.
 */
CARDEA_MUST_USE enum cardea_status
cardea_sweep(struct cardea_store *store, const struct cardea_moment *now,
    struct cardea_changes *changes, struct cardea_diag *diag);

/* cardea_proof_is_over: older than it can ever be used, or from the future; of
 * this boot by the monotonic clock, of another one by the wall clock. */
bool cardea_proof_is_over(
    const struct cardea_proof *proof, const struct cardea_moment *now);

#endif
