/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEFER_H
#define CARDEA_VERIFIER_DEFER_H

#include <cardea/diag.h>

/*
 * Before a no in account is left to the session gate: does that gate stand
 * there?  Read from the service's file in /etc/pam.d, and the files that it
 * includes, one deep.  This is the verifier's own look at one line; whether
 * the whole stack is sound is `cardea check` and `cardea doctor`'s question.
 */

/* cardea_defer_check: OK if a session line of the service holds
 * pam_cardea_decide.so as required or requisite, and no line before it can end
 * the stack with a yes. MISSING, UNSAFE, SYNTAX, RANGE, IO. */
CARDEA_MUST_USE enum cardea_status
cardea_defer_check(const char *service, struct cardea_diag *diag);

/* cardea_defer_check_in: the same in another folder, for tests. */
CARDEA_MUST_USE enum cardea_status cardea_defer_check_in(
    const char *folder, const char *service, struct cardea_diag *diag);

#endif
