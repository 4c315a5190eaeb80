/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include <cardea/limits.h>

#include "base/clock.h"
#include "store/retry.h"

enum cardea_status
cardea_retry(cardea_retry_step *step, void *context, struct cardea_diag *diag)
{
	int64_t deadline_ms = cardea_clock_read().monotonic_ms +
	    CARDEA_STORE_TIMEOUT_MS;
	struct cardea_diag trouble;
	enum cardea_status status;

	do {
		/* a conflict is no news unless it is the last word */
		trouble = (struct cardea_diag){ 0 };
		status = step(context, &trouble);
	} while (status == CARDEA_E_CONFLICT &&
	    cardea_clock_read().monotonic_ms < deadline_ms);
	if (status == CARDEA_E_CONFLICT)
		return cardea_diag_set(diag, CARDEA_E_TIMEOUT,
		    "lost against other commits until the deadline");
	if (status != CARDEA_OK && diag != NULL)
		*diag = trouble;
	return status;
}
