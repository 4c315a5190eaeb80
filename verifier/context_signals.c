/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "context_parts.h"
#include "facts/signals.h"
#include "report.h"
#include "signals.h"
#include "storage.h"
#include "store/ledger_history.h"
#include "store/record.h"

#define DAY_S 86400

/* those that compare with what is remembered of the person's logins */
#define OF_HISTORY                                                             \
	((1u << CARDEA_SIGNAL_FIRST_SEEN_NETWORK |                             \
	     1u << CARDEA_SIGNAL_FIRST_SEEN_COUNTRY |                          \
	     1u << CARDEA_SIGNAL_IMPOSSIBLE_TRAVEL |                           \
	     1u << CARDEA_SIGNAL_UNUSUAL_HOUR |                                \
	     1u << CARDEA_SIGNAL_DORMANT_ACCOUNT) *                            \
	    CARDEA_USES_SIGNAL)

static bool
asks_for(uint32_t uses, enum cardea_signal signal)
{
	return (uses & (uint32_t)CARDEA_USES_SIGNAL << signal) != 0;
}

static void
report(struct cardea_attempt *attempt, const struct cardea_diag *diag)
{
	cardea_report_trouble(attempt, CARDEA_SEVERITY_ERR, "history", diag);
}

/* The same reads for a name that nobody has (P17). */
static void
read_history(struct cardea_attempt *attempt, struct cardea_history *history,
    struct cardea_signal_inputs *inputs)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	status = cardea_ledger_history(attempt->store, attempt->settings,
	    attempt->request.user, attempt->clock.time_s, history, &diag);
	inputs->history_known = status == CARDEA_OK ||
	    status == CARDEA_E_MISSING;
	if (status == CARDEA_OK)
		inputs->history = history;
	else if (status != CARDEA_E_MISSING)
		report(attempt, &diag);
}

static void
count_failures(
    struct cardea_attempt *attempt, struct cardea_signal_inputs *inputs)
{
	struct cardea_diag diag = { .line = 0 };

	inputs->failures_known = cardea_ledger_failures(attempt->store,
				     attempt->settings, attempt->request.user,
				     &attempt->clock, &inputs->failures,
				     &diag) == CARDEA_OK;
	if (!inputs->failures_known)
		report(attempt, &diag);
}

/* --- sessions --------------------------------------------------------------
 */

struct session_walk {
	struct cardea_session *session; /* room for one */
	const char *host;
	char boot_id[37];
	uint32_t count, seen;
	enum cardea_status status;
};

/* Of this host only those whose process still is; of others all. */
static bool
is_open(const struct session_walk *walk)
{
	const struct cardea_session *session = walk->session;

	if (strcmp(session->host, walk->host) != 0)
		return true;
	return strcmp(session->boot_id, walk->boot_id) == 0 &&
	    cardea_process_is(session->pid, session->pid_start);
}

static bool
count_session(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct session_walk *walk = context;

	(void)key;
	walk->status = cardea_record_decode_session(value, walk->session);
	if (walk->status != CARDEA_OK)
		return false;
	walk->count += is_open(walk);
	return ++walk->seen < CARDEA_SESSIONS_SEEN_MAX;
}

static void
count_sessions(
    struct cardea_attempt *attempt, struct cardea_signal_inputs *inputs)
{
	struct session_walk walk = { .session = calloc(
					 1, sizeof(*walk.session)),
		.host = attempt->request.host };
	struct cardea_diag diag = { .line = 0 };
	struct cardea_key prefix;
	enum cardea_status status = CARDEA_E_MEMORY;

	cardea_clock_boot_id(walk.boot_id);
	if (walk.session != NULL)
		status = cardea_key_make(
		    CARDEA_KIND_SESSION, attempt->request.user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    attempt->store, &prefix, count_session, &walk, &diag);
	if (status == CARDEA_OK)
		status = walk.status;
	free(walk.session);
	/* where not all were looked at, only what was reached is sure */
	inputs->sessions_known = status == CARDEA_OK &&
	    (walk.seen < CARDEA_SESSIONS_SEEN_MAX ||
		walk.count >= attempt->settings->sessions);
	inputs->sessions = walk.count;
	if (status != CARDEA_OK)
		report(attempt, &diag);
}

/* --- databases -------------------------------------------------------------
 */

/* The first database that a condition needs and that tells nothing. */
static void
judge_databases(
    struct cardea_attempt *attempt, struct cardea_signal_inputs *inputs)
{
	const uint32_t needs[CARDEA_PLACE_BASE_COUNT] = { CARDEA_USES_COUNTRY |
		    CARDEA_USES_POSITION,
		CARDEA_USES_ASN, CARDEA_USES_TRAITS };
	uint32_t uses = cardea_policy_uses(attempt->policy);

	inputs->databases_known = true;
	for (int i = 0; i < CARDEA_PLACE_BASE_COUNT; i++) {
		const struct cardea_place_state *state =
		    &attempt->place_states[i];
		const char *why = !state->configured ? "none is configured"
		    : state->old		     ? "too old"
						     : "cannot be read";

		if ((uses & needs[i]) == 0 || state->usable)
			continue;
		inputs->database_stale = true;
		if (cardea_text_print(inputs->database,
			sizeof(inputs->database), "%s: %s",
			cardea_place_base_text((enum cardea_place_base)i),
			why) != CARDEA_OK)
			inputs->database[0] = '\0';
		return;
	}
}

/* --- all -------------------------------------------------------------------
 */

void
cardea_context_signals(struct cardea_attempt *attempt)
{
	struct cardea_signal_inputs inputs = {
		.settings = attempt->settings,
		.clock_synchronised = attempt->clock.synchronised,
	};
	uint32_t uses = cardea_policy_uses(attempt->policy);
	struct cardea_history history = { .last_login_s = 0 };
	/* a mirror that has no history says nothing of it */
	bool known = attempt->store != NULL &&
	    !cardea_storage_is_mirror(attempt);

	if (uses < (uint32_t)CARDEA_USES_SIGNAL)
		return;
	if (known && (uses & OF_HISTORY) != 0)
		read_history(attempt, &history, &inputs);
	if (known && asks_for(uses, CARDEA_SIGNAL_RECENT_FAILURES))
		count_failures(attempt, &inputs);
	if (known && asks_for(uses, CARDEA_SIGNAL_MANY_SESSIONS))
		count_sessions(attempt, &inputs);
	judge_databases(attempt, &inputs);
	cardea_signals_judge(&inputs, uses, &attempt->request);
}

/* Something was shown just now; what was remembered proves nothing about where
 * the person is. */
static bool
has_fresh_proof(const struct cardea_attempt *attempt)
{
	for (size_t i = 0; i < attempt->evidence.count; i++) {
		const struct cardea_evidence *item =
		    &attempt->evidence.items[i];

		if (item->result == CARDEA_RESULT_VERIFIED && !item->remembered)
			return true;
	}
	return false;
}

void
cardea_signals_learn(struct cardea_attempt *attempt)
{
	struct cardea_diag diag = { .line = 0 };

	if (attempt->store == NULL || cardea_storage_cannot_write(attempt) ||
	    !has_fresh_proof(attempt) ||
	    (cardea_policy_uses(attempt->policy) & OF_HISTORY) == 0)
		return;
	if (cardea_ledger_note_login(attempt->store, attempt->settings,
		&attempt->request, &diag) != CARDEA_OK)
		report(attempt, &diag);
}
