/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_PHASE_H
#define CARDEA_VERIFIER_PHASE_H

/*
 * One phase: the conversation with a module, from BEGIN to the gate's answer.
 * What may come when stands in one table; anything else ends it, with the
 * verdict "broken" as the last word.
 */

/* cardea_phase_run: returns when the conversation is over, whoever ended it.
 * fd stays open. */
void cardea_phase_run(int fd);

#endif
