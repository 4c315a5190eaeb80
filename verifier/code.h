/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_CODE_H
#define CARDEA_VERIFIER_CODE_H

#include "attempt.h"

/*
 * The code line: totp, hotp and recovery codes, by one prompt; plan.h says for
 * whom it is asked, and for whom only in appearance: then the answer is wiped
 * and the store works as hard.
 */

/* cardea_code_stash: keeps what split=authtok took off, for the code line. */
CARDEA_MUST_USE enum cardea_status cardea_code_stash(
    struct cardea_attempt *attempt, const struct cardea_message *message);

/* cardea_code_verify: asks if it helps, judges, spends, logs. *ret_status is
 * not OK where the conversation cannot go on. */
enum cardea_outcome cardea_code_verify(
    struct cardea_attempt *attempt, enum cardea_status *ret_status);

#endif
