/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_KEY_H
#define CARDEA_VERIFIER_KEY_H

#include "attempt.h"
#include "facts/sshauth.h"

/*
 * The key line: a security key of the subject's answers a fresh challenge, by
 * whichever way the request and the rule leave open:
 *
 *   sshd   in sshd itself, what sshd has verified already; no question asked
 *   remote in sshd itself, through keyboard-interactive and cardea-askpass
 *   agent  elsewhere, the caller's own ssh-agent, which ssh may have forwarded
 *   local  elsewhere, a key that is plugged into this machine
 *
 * The agent comes before the machine's own keys, because an agent that holds
 * none of the enrolled ones says so at once.  Whom no key could help is asked
 * for decoys, all the way, and nothing of it is judged (plan.h).
 */

/* cardea_key_verify: asks if it helps, judges, keeps the counter, logs.  A no
 * where the rule can be met without a key is "not needed": what is missing is
 * for the next line to ask, and for the gate to miss.  *ret_status is not OK
 * where the conversation cannot go on. */
enum cardea_outcome cardea_key_verify(
    struct cardea_attempt *attempt, enum cardea_status *ret_status);

/* cardea_key_note_sshd: a key by which sshd let this person through; evidence
 * if it is enrolled, without touch and uv, which sshd does not tell. */
void cardea_key_note_sshd(
    struct cardea_attempt *attempt, const struct cardea_sshauth_key *key);

#endif
