/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_EXCHANGE_H
#define CARDEA_MODULES_EXCHANGE_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "wire/message.h"

/*
 * One exchange with the verifier: a message there, its questions carried to
 * the person and back, one verdict.  All waiting for the verifier together
 * lasts CARDEA_REPLY_TIMEOUT_MS at most, the time that the person takes not
 * counted, and CARDEA_WAIT_MAX_MS more if it says that a key is to be touched;
 * and it may say CARDEA_QUESTIONS_MAX things, no more.
 */

/* cardea_exchange: message is the first one and the room for all others; it
 * is wiped at the end.  RANGE if the verifier does not come to an end; else
 * the channel's statuses, SYNTAX for a message out of turn. */
CARDEA_MUST_USE enum cardea_status cardea_exchange(pam_handle_t *pamh, int fd,
    bool silent, struct cardea_message *message,
    enum cardea_outcome *ret_outcome, struct cardea_verdict_body *ret_verdict);

#endif
