/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEVICE_TABLE_H
#define CARDEA_VERIFIER_DEVICE_TABLE_H

#include "attempt.h"
#include "cert/cert.h"
#include "factor/fido2.h"
#include "store/ledger_device.h"

/*
 * The device table at a login.  Whatever a device shows, it is this device: its
 * state and its owners count, by whatever identity it was found.
 */

/* cardea_device_look_up: by everything that a certificate that was judged says
 * of itself. MISSING; UNSAFE if that is two devices. */
CARDEA_MUST_USE enum cardea_status
cardea_device_look_up(const struct cardea_attempt *attempt,
    const struct cardea_cert_identity *identity,
    struct cardea_device *ret_device, struct cardea_diag *diag);

/* cardea_device_look_up_by: by one identity: its kind ("ssh-key:"), its text.
 */
CARDEA_MUST_USE enum cardea_status cardea_device_look_up_by(
    const struct cardea_attempt *attempt, const char *kind, const char *text,
    struct cardea_device *ret_device, struct cardea_diag *diag);

/* cardea_device_objection: why this user may not come by it; NULL if he may. */
const char *
cardea_device_objection(const struct cardea_device *device, const char *user);

/* cardea_device_key_objection: the same of the device that a security key
 * belongs to, its state alone; NULL also if it belongs to none.  "store" where
 * that cannot be known. */
const char *cardea_device_key_objection(struct cardea_attempt *attempt,
    const char *user, const struct cardea_fido2_credential *key);

/* cardea_device_sshkey_objection: and of that which has this key of OpenSSH. */
const char *cardea_device_sshkey_objection(
    struct cardea_attempt *attempt, const char *fingerprint);

#endif
