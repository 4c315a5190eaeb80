/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_FAR_END_H
#define CARDEA_VERIFIER_FAR_END_H

#include "attempt.h"
#include "factor/remote_parts.h"

/*
 * cardea-askpass at the far end of ssh, as far as it is the same whatever it is
 * asked.  The host name that the client itself typed is part of what is signed
 * there; it must be one that we are called by, or else the person meant another
 * host, and somebody in the middle has shown him our challenge.
 */

/* cardea_far_end_hear: asks with prompt (of size bytes, used up), and for more
 * until all parts of an answer of that form are there.  MISSING: nobody
 * answered; SYNTAX, RANGE: that is no such answer; CLOSED: nobody listens any
 * more. */
CARDEA_MUST_USE enum cardea_status cardea_far_end_hear(
    struct cardea_attempt *attempt, const struct cardea_remote_form *form,
    char *prompt, size_t size, struct cardea_remote_parts *ret_parts);

bool cardea_far_end_is_our_name(
    const struct cardea_attempt *attempt, const char *host);

#endif
