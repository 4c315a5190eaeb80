/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "cli/around.h"
#include "facts/netlist.h"
#include "facts/signals.h"
#include "store/ledger_grant.h"
#include "store/ledger_history.h"
#include "store/setup.h"

#define OF_PLACE                                                               \
	((uint32_t)CARDEA_USES_COUNTRY | CARDEA_USES_ASN |                     \
	    CARDEA_USES_POSITION | CARDEA_USES_TRAITS)
#define OF_STORE                                                               \
	((uint32_t)CARDEA_USES_GRANTS | ~((uint32_t)CARDEA_USES_SIGNAL - 1))

static void
warn(struct cardea_call *call, const struct cardea_diag *diag)
{
	char text[1024];

	cardea_diag_format(diag, text, sizeof(text));
	cardea_call_warn(call, "%s", text);
}

static void
open_store(struct cardea_around *around)
{
	const struct cardea_settings *settings = cardea_policy_settings(
	    around->policy);
	struct cardea_diag diag = { 0 };
	struct cardea_store_setup setup;

	cardea_store_setup(settings, CARDEA_STORE_AS_HOST, &setup);
	setup.config.read_only = true;
	if (cardea_store_open(&setup.config, &around->store, &diag) ==
	    CARDEA_OK)
		return;
	around->store = NULL;
	warn(around->call, &diag);
	cardea_call_warn(
	    around->call, "grants and signals from history are unknown");
}

/* Every place is told, also what no rule asks for. */
void
cardea_around_open(struct cardea_around *around, struct cardea_call *call,
    const struct cardea_policy *policy, int64_t now_s)
{
	*around = (struct cardea_around){
		.call = call, .policy = policy, .clock = cardea_clock_read()
	};
	around->places = cardea_places_open(
	    cardea_policy_settings(policy), OF_PLACE, now_s, around->states);
	for (size_t i = 0; i < CARDEA_PLACE_BASE_COUNT; i++) {
		if (around->states[i].configured && !around->states[i].usable)
			warn(call, &around->states[i].diag);
	}
	if ((cardea_policy_uses(policy) & OF_STORE) != 0)
		open_store(around);
}

void
cardea_around_close(struct cardea_around *around)
{
	around->places = cardea_places_close(around->places);
	around->store = cardea_store_close(around->store);
}

void
cardea_around_place(
    const struct cardea_around *around, struct cardea_request *request)
{
	struct cardea_diag diag = { 0 };

	cardea_places_look_up(
	    around->places, &request->login_source, &request->place, &diag);
	if (diag.reason[0] != '\0')
		warn(around->call, &diag);
}

static void
tell_list(const struct cardea_diag *diag, void *context)
{
	warn(context, diag);
}

void
cardea_around_lists(
    struct cardea_around *around, struct cardea_request *request)
{
	if ((cardea_policy_uses(around->policy) & CARDEA_USES_LISTS) == 0)
		return;
	/* once, not for each of a million lines */
	cardea_netlist_gather(around->policy,
	    around->lists_told ? NULL : tell_list, around->call, request);
	around->lists_told = true;
}

/* --- what the store remembers -------------------------------------------- */

static void
read_store(const struct cardea_around *around, struct cardea_request *request,
    struct cardea_signal_inputs *inputs, struct cardea_history *history)
{
	enum cardea_status status;

	if (cardea_ledger_grants(
		around->store, request, &request->grants, NULL) != CARDEA_OK)
		request->grants.known = false;
	status = cardea_ledger_history(around->store, inputs->settings,
	    request->user, request->time_s, history, NULL);
	inputs->history_known = status == CARDEA_OK ||
	    status == CARDEA_E_MISSING;
	inputs->history = status == CARDEA_OK ? history : NULL;
	inputs->failures_known = cardea_ledger_failures(around->store,
				     inputs->settings, request->user,
				     &around->clock, &inputs->failures,
				     NULL) == CARDEA_OK;
}

static void
judge_databases(
    const struct cardea_around *around, struct cardea_signal_inputs *inputs)
{
	const uint32_t needs[CARDEA_PLACE_BASE_COUNT] = { CARDEA_USES_COUNTRY |
		    CARDEA_USES_POSITION,
		CARDEA_USES_ASN, CARDEA_USES_TRAITS };

	inputs->databases_known = true;
	for (int i = 0; i < CARDEA_PLACE_BASE_COUNT; i++) {
		const char *name = cardea_place_base_text(
		    (enum cardea_place_base)i);

		if ((cardea_policy_uses(around->policy) & needs[i]) == 0 ||
		    around->states[i].usable || inputs->database_stale)
			continue;
		inputs->database_stale = true;
		memcpy(inputs->database, name, strlen(name) + 1);
	}
}

void
cardea_around_remembered(
    const struct cardea_around *around, struct cardea_request *request)
{
	struct cardea_signal_inputs inputs = {
		.settings = cardea_policy_settings(around->policy),
		.clock_synchronised = around->clock.synchronised,
	};
	struct cardea_history history = { .last_login_s = 0 };

	if (around->store != NULL && request->user[0] != '\0')
		read_store(around, request, &inputs, &history);
	judge_databases(around, &inputs);
	cardea_signals_judge(
	    &inputs, cardea_policy_uses(around->policy), request);
}
