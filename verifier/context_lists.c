/* SPDX-License-Identifier: BSD-2-Clause */
#include "context_parts.h"
#include "facts/netlist.h"
#include "report.h"

/* One line for each list that tells nothing: gathered once a login, told once.
 */
static void
report(const struct cardea_diag *diag, void *context)
{
	cardea_report_trouble(context, CARDEA_SEVERITY_WARNING, "list", diag);
}

void
cardea_context_lists(struct cardea_attempt *attempt)
{
	if ((cardea_policy_uses(attempt->policy) & CARDEA_USES_LISTS) == 0)
		return;
	cardea_netlist_gather(
	    attempt->policy, report, attempt, &attempt->request);
}
