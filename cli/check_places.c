/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check_places.h"

#define DAY_S 86400

static const uint32_t bits[CARDEA_PLACE_BASE_COUNT] = { CARDEA_USES_COUNTRY |
	    CARDEA_USES_POSITION,
	CARDEA_USES_ASN, CARDEA_USES_TRAITS };

static const char *
path_of(const struct cardea_policy *policy, size_t base)
{
	const struct cardea_settings *settings = cardea_policy_settings(policy);
	const char *const paths[CARDEA_PLACE_BASE_COUNT] = {
		settings->place_country, settings->place_asn,
		settings->place_traits
	};

	return paths[base];
}

void
cardea_check_places_open(struct cardea_check_places *places,
    const struct cardea_policy *policy, int64_t now_s)
{
	places->now_s = now_s;
	cardea_places_close(cardea_places_open(cardea_policy_settings(policy),
	    bits[0] | bits[1] | bits[2], now_s, places->states));
}

void
cardea_check_places_warn(const struct cardea_check_places *places,
    const struct cardea_policy *policy, cardea_lint_report *tell, void *context)
{
	uint32_t uses = cardea_policy_uses(policy);

	for (size_t i = 0; i < CARDEA_PLACE_BASE_COUNT; i++) {
		const struct cardea_place_state *state = &places->states[i];
		struct cardea_diag warning = { .line = 0 };

		if (state->diag.reason[0] != '\0')
			tell(&state->diag, context);
		if (state->configured || (uses & bits[i]) == 0)
			continue;
		cardea_diag_place(&warning, "", 0, "places");
		(void)cardea_diag_set(&warning, CARDEA_E_MISSING,
		    "rules ask for what a database of kind \"%s\" tells, and "
		    "none is named: it is unknown",
		    cardea_place_base_text((enum cardea_place_base)i));
		tell(&warning, context);
	}
}

void
cardea_check_places_say(const struct cardea_check_places *places,
    const struct cardea_policy *policy, struct cardea_call *call)
{
	cardea_json_open_array(&call->out, "places");
	for (size_t i = 0; i < CARDEA_PLACE_BASE_COUNT; i++) {
		const struct cardea_place_state *state = &places->states[i];
		const char *kind = cardea_place_base_text(
		    (enum cardea_place_base)i);
		int64_t days = (places->now_s - state->built_s) / DAY_S;

		if (!state->configured)
			continue;
		cardea_json_open_object(&call->out, NULL);
		cardea_json_text(&call->out, "kind", kind);
		cardea_json_text(&call->out, "path", path_of(policy, i));
		cardea_json_bool(&call->out, "usable", state->usable);
		if (state->built_s != 0)
			cardea_json_number(&call->out, "built", state->built_s);
		cardea_json_shut(&call->out);
		if (state->built_s == 0)
			cardea_call_say(call, "places: %s: %s: not usable",
			    kind, path_of(policy, i));
		else
			cardea_call_say(call,
			    "places: %s: %s: %s, %lld days old", kind,
			    path_of(policy, i),
			    state->usable ? "usable" : "not usable",
			    (long long)days);
	}
	cardea_json_shut(&call->out);
}
