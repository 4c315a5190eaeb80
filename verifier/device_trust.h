/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEVICE_TRUST_H
#define CARDEA_VERIFIER_DEVICE_TRUST_H

#include "cert/ask.h"
#include "device_way.h"

/*
 * The question that is put to the judge: what was shown, and below whom it may
 * stand.  Of the authorities of the settings only those whose word could meet
 * the rule are read, each with its lists of revoked certificates as `cardea
 * refresh` has left them.
 */

#define CARDEA_DEVICE_FILES_MAX                                                \
	(CARDEA_AUTHORITIES_MAX * (3 + CARDEA_OCSP_ANSWERS_MAX))

struct cardea_device_question {
	struct cardea_cert_question question;
	struct cardea_cert_lists lists;
	bool incomplete; /* an authority that may have vouched is left out */
	char source[CARDEA_ADDRESS_TEXT_MAX + 1];
	size_t file_count;
	char *files[CARDEA_DEVICE_FILES_MAX]; /* heap */
};

/* cardea_device_question_make: borrows from try and from its attempt.  A file
 * that cannot be read is told to the log, and leaves its authority, or its
 * list, out. */
void cardea_device_question_make(const struct cardea_device_try *try,
    struct cardea_device_question *question);
void cardea_device_question_clear(struct cardea_device_question *question);

/* cardea_device_is_vouched: is the certificate's authority among the keys of
 * one that the rule would take? */
bool cardea_device_is_vouched(const struct cardea_device_try *try,
    const struct cardea_cert_bytes *authority);

#endif
