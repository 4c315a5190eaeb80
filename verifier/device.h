/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEVICE_H
#define CARDEA_VERIFIER_DEVICE_H

#include "attempt.h"
#include "facts/sshauth.h"

/*
 * The device line: the key of a device signs a fresh challenge, and its
 * certificate is judged, by whichever way the request and the rule leave open:
 *
 *   sshd   in sshd itself, what sshd has verified already; no question asked
 *   remote in sshd itself, through keyboard-interactive and cardea-askpass
 *   host   elsewhere, this machine's own certificate; in sshd only on demand
 *   agent  elsewhere, the caller's own ssh-agent, which ssh may have forwarded
 *
 * It proves two factors: device, and sshcert for an OpenSSH certificate.  Whom
 * no device could help goes the same ways, in the same time, and nothing of it
 * counts (plan.h).
 */

/* cardea_device_verify: reaches, judges, keeps, logs.  A no where the rule can
 * be met without a device is "not needed".  *ret_status is not OK where the
 * conversation cannot go on. */
enum cardea_outcome cardea_device_verify(
    struct cardea_attempt *attempt, enum cardea_status *ret_status);

/* cardea_device_note_sshd: the keys and certificates by which sshd let this
 * person through; evidence where the rule wants it. */
void cardea_device_note_sshd(
    struct cardea_attempt *attempt, const struct cardea_sshauth *sshauth);

#endif
