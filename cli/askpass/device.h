/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_DEVICE_H
#define CARDEA_CLI_ASKPASS_DEVICE_H

#include "cli/askpass/person.h"
#include "factor/remote.h"

/*
 * A question for this machine's certificate, put to the blocks of
 * cardea-device.conf(5) that are for the host that asks, one after the other
 * until one signs.  Whoever refuses, a wrong PIN among them, ends it: the next
 * token is not to be locked as well.
 */

/* cardea_device_ask: the answer as parts, a refusal with its reason in diag
 * too; the question is of CARDEA_REMOTE_DEVICE. CLOSED: nobody waits for it. */
CARDEA_MUST_USE enum cardea_status cardea_device_ask(
    const struct cardea_remote_question *question, struct cardea_person *person,
    struct cardea_remote_parts *ret_parts, struct cardea_diag *diag);

#endif
