/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEVICE_TRUST_H
#define CARDEA_VERIFIER_DEVICE_TRUST_H

#include "cert/inquiry.h"
#include "cert/shown.h"
#include "device_way.h"

/*
 * Below whom what was shown may stand: of the authorities of the settings those
 * whose word could meet the rule.
 */

struct cardea_device_question {
	struct cardea_cert_inquiry inquiry;
	char source[CARDEA_ADDRESS_TEXT_MAX + 1];
};

/* cardea_device_question_make: borrows from try and from its attempt.  A file
 * that cannot be read is told to the log.  Ended by cardea_cert_inquiry_end. */
void cardea_device_question_make(const struct cardea_device_try *try,
    struct cardea_device_question *question);

/* cardea_device_shown: what was shown, for the session's record; borrows. */
struct cardea_cert_shown_item
cardea_device_shown(const struct cardea_device_try *try);

/* cardea_device_is_vouched: is the certificate's authority among the keys of
 * one that the rule would take? */
bool cardea_device_is_vouched(const struct cardea_device_try *try,
    const struct cardea_cert_bytes *authority);

#endif
