/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "context_parts.h"
#include "grants.h"
#include "report.h"
#include "storage.h"
#include "store/ledger_grant.h"

static bool
is_asked_for(const struct cardea_attempt *attempt)
{
	return attempt->policy != NULL && attempt->store != NULL &&
	    (cardea_policy_uses(attempt->policy) & CARDEA_USES_GRANTS) != 0;
}

/* Not known is what is left where the store cannot tell. */
static void
read_grants(struct cardea_attempt *attempt, struct cardea_grants *ret_grants)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	status = cardea_ledger_grants(
	    attempt->store, &attempt->request, ret_grants, &diag);
	if (status != CARDEA_OK)
		cardea_report_trouble(attempt,
		    status == CARDEA_E_CORRUPT || status == CARDEA_E_VERSION
			? CARDEA_SEVERITY_CRIT
			: CARDEA_SEVERITY_ERR,
		    "grants", &diag);
}

void
cardea_context_grants(struct cardea_attempt *attempt)
{
	memset(&attempt->request.grants, 0, sizeof(attempt->request.grants));
	if (is_asked_for(attempt))
		read_grants(attempt, &attempt->request.grants);
}

static bool
is_among(
    const struct cardea_granted *granted, const struct cardea_grants *grants)
{
	for (size_t i = 0; i < grants->count; i++) {
		if (strcmp(grants->items[i].id, granted->id) == 0)
			return true;
	}
	return false;
}

void
cardea_grants_recheck(struct cardea_attempt *attempt)
{
	struct cardea_grants *frozen = &attempt->request.grants;
	struct cardea_grants now = { .known = false };
	size_t kept = 0;

	if (!is_asked_for(attempt))
		return;
	read_grants(attempt, &now);
	for (size_t i = 0; i < frozen->count && i < CARDEA_GRANTS_MAX; i++) {
		if (is_among(&frozen->items[i], &now))
			frozen->items[kept++] = frozen->items[i];
	}
	frozen->count = kept;
	frozen->known = frozen->known && now.known;
}

static bool
tell_over(const struct cardea_grant *grant, void *context)
{
	cardea_report_grant_over(context, grant);
	return true;
}

void
cardea_grants_settle(struct cardea_attempt *attempt)
{
	struct cardea_diag diag = { .line = 0 };

	if (!is_asked_for(attempt) || attempt->resumed ||
	    !attempt->request.user_exists || !attempt->request.time_known ||
	    cardea_storage_cannot_write(attempt))
		return;
	if (cardea_ledger_settle_grants(attempt->store, attempt->request.user,
		&attempt->clock, tell_over, attempt, &diag) != CARDEA_OK)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "grants", &diag);
}
