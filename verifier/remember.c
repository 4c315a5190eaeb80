/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "device_table.h"
#include "remember.h"
#include "report.h"
#include "store/ledger.h"

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

/* A code or key that was taken away has lost its word. */
static void
forget_removed(struct cardea_attempt *attempt)
{
	struct cardea_evidence_set *set = &attempt->evidence;
	size_t kept = 0;

	for (size_t i = 0; i < set->count; i++) {
		const struct cardea_evidence *item = &set->items[i];
		struct cardea_diag diag = { .line = 0 };
		bool stands = true;

		if (item->remembered &&
		    cardea_ledger_credential(attempt->store, item->subject,
			item->factor, item->credential, &stands,
			&diag) != CARDEA_OK) {
			stands = false;
			cardea_report_trouble(
			    attempt, CARDEA_SEVERITY_ERR, "remember", &diag);
		}
		if (stands)
			set->items[kept++] = *item;
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
	if (attempt->resumed || attempt->store == NULL || remember_s == 0 ||
	    !attempt->request.caller_known ||
	    attempt->request.caller_uid == 0 ||
	    cardea_remember_is_excluded(attempt))
		return;
	status = cardea_ledger_recall(attempt->store, &attempt->request,
	    &attempt->clock, remember_s, &attempt->evidence, &diag);
	if (status != CARDEA_OK)
		cardea_report_trouble(attempt,
		    status == CARDEA_E_CORRUPT || status == CARDEA_E_VERSION
			? CARDEA_SEVERITY_CRIT
			: CARDEA_SEVERITY_ERR,
		    "remember", &diag);
	if (attempt->evidence.count == 0)
		return;
	forget_removed(attempt);
	cardea_device_forget(attempt);
}

void
cardea_remember_keep(struct cardea_attempt *attempt)
{
	struct cardea_clock clock = cardea_clock_read();
	struct cardea_diag diag = { .line = 0 };

	if (attempt->resumed || attempt->store == NULL ||
	    attempt->selection.remember_s == 0 ||
	    attempt->request.login_session[0] == '\0' ||
	    cardea_remember_is_excluded(attempt))
		return;
	if (cardea_ledger_remember(attempt->store, &attempt->request, &clock,
		&attempt->evidence, attempt->selection.remember_s,
		&diag) != CARDEA_OK)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "remember", &diag);
}
