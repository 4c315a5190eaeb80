/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_REMEMBER_H
#define CARDEA_VERIFIER_REMEMBER_H

#include "attempt.h"

/*
 * Proofs that carry over, in one login session: from one sudo to the next, and
 * from the login itself.  Never for whom the settings name, nor for services
 * they name, whether these gave the proof or ask for it.
 */

/* cardea_remember_is_excluded: the subject, or the service. */
bool cardea_remember_is_excluded(const struct cardea_attempt *attempt);

/* cardea_remember_recall: adds to the evidence what still counts. */
void cardea_remember_recall(struct cardea_attempt *attempt);

/* cardea_remember_keep: what was shown in auth by a person's own process; a
 * failure costs the person a prompt later on, and nobody any safety. */
void cardea_remember_keep(struct cardea_attempt *attempt);

#endif
