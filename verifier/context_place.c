/* SPDX-License-Identifier: BSD-2-Clause */
#include "context_parts.h"
#include "report.h"

/* One line for each database that tells nothing, so that an outage is seen in
 * the log before somebody asks why everybody is refused. */
static void
report_states(struct cardea_attempt *attempt)
{
	for (size_t i = 0; i < CARDEA_PLACE_BASE_COUNT; i++) {
		const struct cardea_place_state *state =
		    &attempt->place_states[i];

		if (state->diag.reason[0] != '\0')
			cardea_report_trouble(attempt, CARDEA_SEVERITY_WARNING,
			    "place", &state->diag);
	}
}

void
cardea_context_place(struct cardea_attempt *attempt)
{
	const uint32_t asked = CARDEA_USES_COUNTRY | CARDEA_USES_ASN |
	    CARDEA_USES_POSITION | CARDEA_USES_TRAITS;
	struct cardea_request *request = &attempt->request;
	struct cardea_diag diag = { .line = 0 };
	struct cardea_places *places;
	uint32_t uses = cardea_policy_uses(attempt->policy);

	if ((uses & asked) == 0)
		return;
	places = cardea_places_open(attempt->settings, uses,
	    attempt->clock.time_s, attempt->place_states);
	report_states(attempt);
	cardea_places_look_up(
	    places, &request->login_source, &request->place, &diag);
	if (diag.reason[0] != '\0')
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_WARNING, "place", &diag);
	cardea_places_close(places);
}
