/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/still.h"
#include "remember.h"
#include "report.h"
#include "storage.h"
#include "store/ledger.h"
#include "store/standing.h"

bool
cardea_remember_is_excluded(const struct cardea_attempt *attempt)
{
	const struct cardea_settings *settings = attempt->settings;
	const struct cardea_request *request = &attempt->request;

	for (size_t i = 0; i < settings->forget_user_count; i++) {
		if (strcmp(settings->forget_users[i], request->user) == 0)
			return true;
	}
	for (size_t i = 0; i < settings->forget_service_count; i++) {
		if (cardea_request_service_is(
			settings->forget_services[i], request->service))
			return true;
	}
	return false;
}

static void
drop_remembered(struct cardea_evidence_set *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->count; i++) {
		if (!set->items[i].remembered)
			set->items[kept++] = set->items[i];
	}
	set->count = kept;
}

/* What may be revoked by now can only be shown again. */
static void
drop_revoked(struct cardea_attempt *attempt)
{
	struct cardea_evidence_set *set = &attempt->evidence;
	struct cardea_cert_still_call call = {
		.settings = attempt->settings,
		.shown = &attempt->shown,
		.time_s = attempt->clock.time_s,
		.revocation_s = attempt->selection.revocation_s,
	};
	char authority[CARDEA_AUTHORITY_NAME_MAX + 1];
	size_t kept = 0;

	for (size_t i = 0; i < set->count; i++) {
		call.evidence = &set->items[i];
		if (!set->items[i].remembered || set->items[i].shown == 0 ||
		    (attempt->request.time_known &&
			cardea_cert_still(&call, authority) ==
			    CARDEA_CERT_STILL_HOLDS))
			set->items[kept++] = set->items[i];
	}
	set->count = kept;
}

void
cardea_remember_recall(struct cardea_attempt *attempt)
{
	uint32_t remember_s = attempt->selection.remember_s;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	/* root's own processes stand for no person */
	if (attempt->resumed || attempt->store == NULL ||
	    cardea_storage_is_mirror(attempt) || remember_s == 0 ||
	    !attempt->request.caller_known ||
	    attempt->request.caller_uid == 0 ||
	    cardea_remember_is_excluded(attempt))
		return;
	status = cardea_ledger_recall(attempt->store, &attempt->request,
	    &attempt->clock, remember_s, &attempt->evidence, &attempt->shown,
	    &diag);
	if (status != CARDEA_OK)
		cardea_report_trouble(attempt,
		    status == CARDEA_E_CORRUPT || status == CARDEA_E_VERSION
			? CARDEA_SEVERITY_CRIT
			: CARDEA_SEVERITY_ERR,
		    "remember", &diag);
	if (attempt->evidence.count == 0)
		return;
	/* of what nobody can say that it stands, nothing counts */
	if (cardea_standing_forget(attempt->store, attempt->request.user, true,
		&attempt->evidence, &diag) != CARDEA_OK) {
		drop_remembered(&attempt->evidence);
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "remember", &diag);
	}
	drop_revoked(attempt);
}

void
cardea_remember_keep(struct cardea_attempt *attempt)
{
	struct cardea_clock clock = cardea_clock_read();
	struct cardea_diag diag = { .line = 0 };

	if (attempt->resumed || attempt->store == NULL ||
	    cardea_storage_cannot_write(attempt) ||
	    attempt->selection.remember_s == 0 ||
	    attempt->request.login_session[0] == '\0' ||
	    cardea_remember_is_excluded(attempt))
		return;
	if (cardea_ledger_remember(attempt->store, &attempt->request, &clock,
		&attempt->evidence, &attempt->shown,
		attempt->selection.remember_s, &diag) != CARDEA_OK)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "remember", &diag);
}
