/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_RESUME_H
#define CARDEA_VERIFIER_RESUME_H

#include "attempt.h"

/*
 * From one phase to the next: the relay holds what was known and shown, an
 * opaque id names it, once, for a minute, to the same process or to the root
 * parent that it was forked from.  The store lends its seal and need not be
 * writable.
 */

/* cardea_resume_take: takes over facts and evidence, if begin.resume names a
 * record that is ours; else the phase begins fresh.  Another policy than the
 * one that the facts were judged by sets changed. Never fails: trouble is
 * logged, and what is not resumed is missing. */
void cardea_resume_take(struct cardea_attempt *attempt);

/* cardea_resume_leave: writes the record and gives its id.  "" where the host
 * process is not known, so that nobody could take it up. */
CARDEA_MUST_USE enum cardea_status
cardea_resume_leave(struct cardea_attempt *attempt, bool deferred,
    char ret_id[CARDEA_TXN_MAX + 1], struct cardea_diag *diag);

#endif
