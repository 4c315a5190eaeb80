/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_OBSERVE_H
#define CARDEA_VERIFIER_OBSERVE_H

#include "attempt.h"

/*
 * Observing ends on a date, for ever: once a date has been seen to pass the
 * store says so, and a clock set back does not reopen it.  Trouble with the
 * store, and a clock that cannot be trusted, enforce.
 */

/* cardea_observe_all: sets observing: nothing at all is enforced. */
void cardea_observe_all(struct cardea_attempt *attempt);

/* cardea_observe_rules: after a selection.  False: a rule that had ended was
 * observed again, so the clock has gone back; time_known is now false, and the
 * selection must be made anew. */
CARDEA_MUST_USE bool cardea_observe_rules(struct cardea_attempt *attempt);

#endif
