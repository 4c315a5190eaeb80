/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_GATE_H
#define CARDEA_VERIFIER_GATE_H

#include "attempt.h"

/*
 * The gate: the one place where a yes is said.  Everything that must be
 * written before (what the next phase resumes, the session's record) is
 * written before; a yes that cannot be kept becomes a no, and the log says the
 * same as the answer.
 */

/* cardea_gate_hear: what VERIFY and DECIDE bring: PAM_USER as it is now, and
 * perhaps the stack's word that the password was right. SYNTAX. */
CARDEA_MUST_USE enum cardea_status cardea_gate_hear(
    struct cardea_attempt *attempt, const struct cardea_message *message);

/* cardea_gate_decide: answers DECIDE. ret_body->resume names what the next
 * phase may take up. */
enum cardea_outcome cardea_gate_decide(struct cardea_attempt *attempt,
    uint32_t flags, struct cardea_verdict_body *ret_body);

/* cardea_gate_deny_early: a rule that depends on nobody's name denies before
 * anybody is asked. */
enum cardea_outcome cardea_gate_deny_early(struct cardea_attempt *attempt);

/* cardea_gate_abandon: the conversation ended without DECIDE.  A stack that
 * ends at a line of ours was ended by our no: that is a decision. */
void cardea_gate_abandon(struct cardea_attempt *attempt);

#endif
