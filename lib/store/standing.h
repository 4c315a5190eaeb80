/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_STANDING_H
#define CARDEA_STORE_STANDING_H

#include <cardea/evidence.h>
#include <cardea/store.h>

/*
 * Does what was shown some time ago still stand?  Not where the code or the key
 * was removed or disabled since, nor where the device is locked, lost, removed
 * or another's.  For proofs that are remembered, and for sessions that are
 * judged again.
 */

/* cardea_standing_forget: takes out of the evidence what no longer stands; with
 * remembered_only, nothing that was shown just now.  On failure nobody knows,
 * and the evidence is as it was. */
CARDEA_MUST_USE enum cardea_status cardea_standing_forget(
    struct cardea_store *store, const char *user, bool remembered_only,
    struct cardea_evidence_set *evidence, struct cardea_diag *diag);

#endif
