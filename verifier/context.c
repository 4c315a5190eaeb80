/* SPDX-License-Identifier: BSD-2-Clause */
#include "context.h"
#include "context_parts.h"

void
cardea_context_gather(struct cardea_attempt *attempt)
{
	cardea_context_login(attempt);
	cardea_context_place(attempt);
	cardea_context_lists(attempt);
	cardea_context_grants(attempt);
	cardea_context_signals(attempt);
}
