/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_SESSION_H
#define CARDEA_VERIFIER_SESSION_H

#include "attempt.h"

/*
 * The record of a session whose rule limits its life.  It is there to be
 * listed and ended; it decides no login (R12).
 */

/* cardea_session_open: writes the record if the rule limits the session;
 * ret_id then is what closing must name, else "". */
CARDEA_MUST_USE enum cardea_status
cardea_session_open(struct cardea_attempt *attempt, const char *rule,
    char ret_id[CARDEA_TXN_MAX + 1], struct cardea_diag *diag);

/* cardea_session_close: removes the record that begin.resume names.  Trouble
 * is logged; a session ends whatever becomes of its record. */
void cardea_session_close(struct cardea_attempt *attempt);

#endif
