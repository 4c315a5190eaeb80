/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_CONVERSE_H
#define CARDEA_MODULES_CONVERSE_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "wire/message.h"

/*
 * Carries one prompt to the person and one answer back.  One message a call,
 * because programs disagree on what several mean (I10).  Judges nothing but
 * whether there is an answer; the words go to the verifier and are wiped
 * here, the application's copy first.
 */

/* cardea_converse_ask: turns an ASK into the ANSWER to it, in place. */
CARDEA_MUST_USE enum cardea_status
cardea_converse_ask(pam_handle_t *pamh, struct cardea_message *message);

/* cardea_converse_tell: shows a TELL; a courtesy is dropped if silent.  That
 * nobody could be told changes nothing. */
void cardea_converse_tell(
    pam_handle_t *pamh, const struct cardea_message *message, bool silent);

/* cardea_converse_authtok: PAM_AUTHTOK as it stands, borrowed; "" if unset. */
const char *cardea_converse_authtok(pam_handle_t *pamh);

#endif
