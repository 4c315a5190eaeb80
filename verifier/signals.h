/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_SIGNALS_H
#define CARDEA_VERIFIER_SIGNALS_H

#include "attempt.h"

/* cardea_signals_learn: notes a login that is let in, once, if a rule asks what
 * is usual and something was shown just now. What cannot be written is logged,
 * and costs nobody the login. */
void cardea_signals_learn(struct cardea_attempt *attempt);

#endif
