/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_CONTEXT_H
#define CARDEA_VERIFIER_CONTEXT_H

#include "attempt.h"

/*
 * The circumstances of a request: which login session the caller is in and
 * where that came from, the place of its address, lists, grants, signals.
 * Gathered when the store is open and a rule is about to be chosen, so not at
 * the end of a session; a phase that resumes takes over what was frozen.
 * Nothing fails here: what cannot be told is unknown, and logged.
 */
void cardea_context_gather(struct cardea_attempt *attempt);

#endif
