/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_CONTEXT_PARTS_H
#define CARDEA_VERIFIER_CONTEXT_PARTS_H

#include "attempt.h"

/* The parts of cardea_context_gather, in the order in which it calls them, one
 * file each; each looks only at what the policy asks for, and leaves the rest
 * unknown. */
void cardea_context_login(struct cardea_attempt *attempt);
void cardea_context_place(struct cardea_attempt *attempt);
void cardea_context_lists(struct cardea_attempt *attempt);
void cardea_context_grants(struct cardea_attempt *attempt);
void cardea_context_signals(struct cardea_attempt *attempt);

#endif
