/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_RETRY_H
#define CARDEA_STORE_RETRY_H

#include <cardea/diag.h>

/*
 * A conditional commit that lost is no failure but stale reading: read again,
 * judge again, commit again, until CARDEA_STORE_TIMEOUT_MS have passed.
 */

/* One whole try: reads, judges and commits once; CONFLICT if somebody else was
 * faster. It must leave nothing behind but what its context says. */
typedef enum cardea_status
cardea_retry_step(void *context, struct cardea_diag *diag);

/* cardea_retry: what the last try said, with its diag alone; TIMEOUT in place
 * of CONFLICT. There is always one try. */
CARDEA_MUST_USE enum cardea_status
cardea_retry(cardea_retry_step *step, void *context, struct cardea_diag *diag);

#endif
