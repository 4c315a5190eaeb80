/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_CODE_H
#define CARDEA_MODULES_CODE_H

#include <stdint.h>

#include "wire/message.h"

/*
 * The one table from outcomes to PAM codes (V02): no other line of a module
 * names a code that a service will see.
 */

/* Outcomes that no verifier says; far apart in bits from those (V26). */
#define CARDEA_OUTCOME_MISUSED 0x27cb1cb8u /* a bad argument in pam.d */
#define CARDEA_OUTCOME_IDLE 0x6ed13a2du	   /* nothing to do on this call */

/* cardea_code: an outcome that is not in the table is broken. */
int cardea_code(uint32_t outcome);

#endif
