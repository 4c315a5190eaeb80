/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_STORAGE_H
#define CARDEA_VERIFIER_STORAGE_H

#include "attempt.h"

/*
 * The store of an attempt, or what stands in for it: one that can be read but
 * not written, or the mirror of a cluster that cannot be reached.  Both are
 * outages with a name, and facts of the request.
 */

/* cardea_storage_open: store stays NULL where nothing can be read. */
void cardea_storage_open(struct cardea_attempt *attempt);

/* cardea_storage_cannot_write: nothing of this attempt can be kept. */
bool cardea_storage_cannot_write(const struct cardea_attempt *attempt);

/* cardea_storage_is_mirror: what is spent, or was seen, is not known.  Of this
 * phase, where the request's outages are also those of the phase before. */
bool cardea_storage_is_mirror(const struct cardea_attempt *attempt);

#endif
