/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_FACTS_H
#define CARDEA_VERIFIER_FACTS_H

#include "attempt.h"

/*
 * From BEGIN to the request: the module's items, the kernel's word on the
 * host process, the name service's on the user, and the clock.  Each is asked
 * once; afterwards the request is frozen.
 */

/* cardea_facts_host: who is at the other end of the socket.  UNSAFE unless
 * its effective user was root when the socket was made (V20).  A process that
 * /proc does not tell leaves host_known false, which is no failure. */
CARDEA_MUST_USE enum cardea_status
cardea_facts_host(struct cardea_attempt *attempt, struct cardea_diag *diag);

/* cardea_facts_gather: fills attempt->request.  OK also for a user who does
 * not exist.  SYNTAX: the subject cannot be told from the items (the login is
 * broken). Trouble with the name service sets attempt->unsure. */
CARDEA_MUST_USE enum cardea_status
cardea_facts_gather(struct cardea_attempt *attempt, struct cardea_diag *diag);

/* cardea_facts_is_sshd: is the host process sshd, started by root?  Only then
 * its SSH_AUTH_INFO_0 says what it says. */
bool cardea_facts_is_sshd(const struct cardea_attempt *attempt);

#endif
