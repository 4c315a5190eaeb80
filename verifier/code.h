/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_CODE_H
#define CARDEA_VERIFIER_CODE_H

#include "attempt.h"

/*
 * The code line: totp, hotp and recovery codes, by one prompt.
 *
 * No oracle: in auth, until something is verified, everybody is asked the same
 * question in the same time, and every no is the same no.  Somebody whom no
 * code could help (unknown, locked, at the wrong place, or without the
 * password that must go with it) gets a decoy: the answer is wiped, the store
 * works as hard, nothing is judged, counted or spent on the person's behalf.
 *
 * The password comes first in the stack: a code is not judged while the rule
 * still wants a password that was not proved, so that a stolen code list is
 * not used up, nor a code told right, by somebody who only guesses.
 */

/* cardea_code_stash: keeps what split=authtok took off, for the code line. */
CARDEA_MUST_USE enum cardea_status cardea_code_stash(
    struct cardea_attempt *attempt, const struct cardea_message *message);

/* cardea_code_verify: asks if it helps, judges, spends, logs. *ret_status is
 * not OK where the conversation cannot go on. */
enum cardea_outcome cardea_code_verify(
    struct cardea_attempt *attempt, enum cardea_status *ret_status);

#endif
