/* SPDX-License-Identifier: BSD-2-Clause */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/facts.h"
#include "cli/past.h"
#include "facts/shown.h"
#include "facts/text.h"

#define PASTS_MAX 1000000

/* --- collecting ---------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	const struct cardea_past *left = a, *right = b;

	return strcmp(left->txn, right->txn);
}

static void
free_past(struct cardea_past *past)
{
	free(past->user);
	free(past->service);
	free(past->rhost);
	free(past->tty);
	free(past->facts);
	free(past);
}

static char *
copy(const char *text)
{
	return strdup(text == NULL ? "" : text);
}

static enum cardea_status
make_past(const struct cardea_logline *line, struct cardea_past **ret_past)
{
	const struct cardea_event *event = &line->parsed.event;
	struct cardea_past *past = calloc(1, sizeof(*past));
	enum cardea_status status;

	if (past == NULL)
		return CARDEA_E_MEMORY;
	past->time_known = line->time_known;
	past->time_s = line->time_s;
	past->user = copy(event->user);
	past->service = copy(event->service);
	past->rhost = copy(event->rhost);
	past->tty = copy(event->tty);
	status = past->user == NULL || past->service == NULL ||
		past->rhost == NULL || past->tty == NULL
	    ? CARDEA_E_MEMORY
	    : cardea_text_copy(past->txn, sizeof(past->txn), event->txn);
	if (status != CARDEA_OK) {
		free_past(past);
		return status;
	}
	*ret_past = past;
	return CARDEA_OK;
}

static enum cardea_status
keep(struct cardea_pasts *pasts, struct cardea_past *past)
{
	struct cardea_past **items = pasts->items;
	size_t room = pasts->room == 0 ? 256 : pasts->room * 2;

	if (pasts->count == PASTS_MAX)
		return CARDEA_E_RANGE;
	if (pasts->count == pasts->room) {
		items = reallocarray(items, room, sizeof(struct cardea_past *));
		if (items == NULL)
			return CARDEA_E_MEMORY;
		pasts->items = items;
		pasts->room = room;
	}
	if (tsearch(past, &pasts->by_txn, compare) == NULL)
		return CARDEA_E_MEMORY;
	items[pasts->count++] = past;
	return CARDEA_OK;
}

static enum cardea_status
find_past(struct cardea_pasts *pasts, const struct cardea_logline *line,
    struct cardea_past **ret_past)
{
	struct cardea_past key, *past = NULL;
	enum cardea_status status;
	void *found;

	if (cardea_text_copy(
		key.txn, sizeof(key.txn), line->parsed.event.txn) != CARDEA_OK)
		return CARDEA_E_MISSING;
	found = tfind(&key, &pasts->by_txn, compare);
	if (found != NULL) {
		*ret_past = *(struct cardea_past **)found;
		return CARDEA_OK;
	}
	status = make_past(line, &past);
	if (status != CARDEA_OK)
		return status;
	status = keep(pasts, past);
	if (status != CARDEA_OK) {
		free_past(past);
		return status;
	}
	*ret_past = past;
	return CARDEA_OK;
}

static void
note_factor(struct cardea_past *past, const struct cardea_event *event)
{
	if (event->result == NULL || event->factor == NULL ||
	    strcmp(event->result, cardea_result_text(CARDEA_RESULT_VERIFIED)) !=
		0)
		return;
	past->factors |= 1u << cardea_factor_parse(event->factor);
}

static enum cardea_status
note_decision(struct cardea_past *past, const struct cardea_event *event)
{
	const char *decision = event->decision;

	if (event->facts != NULL && past->facts == NULL) {
		past->facts = strdup(event->facts);
		if (past->facts == NULL)
			return CARDEA_E_MEMORY;
	}
	past->observed = decision == NULL;
	if (decision == NULL)
		decision = event->observe != NULL &&
			strcmp(event->observe, "would-permit") == 0
		    ? "permit"
		    : "deny";
	/* a text of another version that does not fit is none of ours */
	if (cardea_text_copy(past->decision, sizeof(past->decision),
		decision) != CARDEA_OK ||
	    cardea_text_copy(past->reason, sizeof(past->reason),
		event->reason) != CARDEA_OK ||
	    cardea_text_copy(past->rule, sizeof(past->rule), event->rule) !=
		CARDEA_OK ||
	    cardea_text_copy(
		past->policy, sizeof(past->policy), event->policy) != CARDEA_OK)
		past->decision[0] = '\0';
	return CARDEA_OK;
}

enum cardea_status
cardea_pasts_hear(struct cardea_pasts *pasts, const struct cardea_logline *line)
{
	const struct cardea_event *event = &line->parsed.event;
	struct cardea_past *past = NULL;
	bool decision = strcmp(event->event, "decision") == 0;
	enum cardea_status status;

	if (event->txn == NULL ||
	    (!decision && strcmp(event->event, "verification") != 0) ||
	    (pasts->only != NULL && strcmp(event->txn, pasts->only) != 0) ||
	    (line->time_known && line->time_s < pasts->since_s))
		return CARDEA_OK;
	status = find_past(pasts, line, &past);
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	if (decision)
		return note_decision(past, event);
	note_factor(past, event);
	return CARDEA_OK;
}

static enum cardea_status
hear(const struct cardea_logline *line, void *context)
{
	return cardea_pasts_hear(context, line);
}

enum cardea_status
cardea_pasts_read(struct cardea_pasts *pasts, struct cardea_call *call,
    struct cardea_diag *diag)
{
	struct cardea_loglines lines = { hear, pasts, 0 };

	return cardea_loglines_read_logs(&lines, call, diag);
}

static void
leave(void *node)
{
	(void)node; /* the items own what the tree names */
}

void
cardea_pasts_clear(struct cardea_pasts *pasts)
{
	tdestroy(pasts->by_txn, leave);
	for (size_t i = 0; i < pasts->count; i++)
		free_past(pasts->items[i]);
	free(pasts->items);
	*pasts = (struct cardea_pasts){ 0 };
}

/* --- rebuilding ---------------------------------------------------------- */

static enum cardea_status
add_factors(const struct cardea_past *past,
    const struct cardea_request *request, struct cardea_evidence_set *evidence)
{
	enum cardea_status status = CARDEA_OK;

	for (int i = 1; i < CARDEA_FACTOR_COUNT && status == CARDEA_OK; i++) {
		struct cardea_evidence one = {
			.version = CARDEA_EVIDENCE_VERSION,
			.factor = (enum cardea_factor)i,
			.result = CARDEA_RESULT_VERIFIED,
			.time_s = request->time_s,
		};

		if ((past->factors & 1u << i) == 0 ||
		    cardea_evidence_result(evidence, request->user, one.factor,
			NULL, 0) == CARDEA_RESULT_VERIFIED)
			continue;
		memcpy(one.subject, request->user, sizeof(one.subject));
		memcpy(one.txn, evidence->txn, sizeof(one.txn));
		status = cardea_evidence_add(evidence, &one);
	}
	return status;
}

enum cardea_status
cardea_past_rebuild(const struct cardea_past *past,
    const struct cardea_policy *policy, struct cardea_request *request,
    struct cardea_evidence_set *evidence, struct cardea_diag *diag)
{
	enum cardea_status status;

	*request = (struct cardea_request){ 0 };
	*evidence = (struct cardea_evidence_set){ 0 };
	if (past->facts == NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the log has no facts of this login");
	if (cardea_text_copy(request->user, sizeof(request->user),
		past->user) != CARDEA_OK ||
	    cardea_text_copy(request->service, sizeof(request->service),
		past->service) != CARDEA_OK ||
	    cardea_text_copy(request->rhost, sizeof(request->rhost),
		past->rhost) != CARDEA_OK ||
	    cardea_text_copy(request->tty, sizeof(request->tty),
		strncmp(past->tty, "/dev/", 5) == 0 ? past->tty + 5
						    : past->tty) != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a name in the log is too long");
	request->source = cardea_address_parse(request->rhost);
	request->origin = cardea_request_origin(request->rhost, request->tty);
	memcpy(evidence->txn, past->txn, sizeof(evidence->txn));
	status = cardea_facts_parse(past->facts, request, diag);
	if (status == CARDEA_OK)
		status = cardea_shown_parse(
		    past->facts, request, evidence, diag);
	if (status == CARDEA_OK)
		status = add_factors(past, request, evidence);
	if (status == CARDEA_OK)
		cardea_facts_locals(policy, request);
	return status;
}

/* --- endings ------------------------------------------------------------- */

static bool
is_reason(const char *text, enum cardea_reason reason)
{
	return strcmp(text, cardea_reason_text(reason)) == 0;
}

static enum cardea_ending
ending_of(bool permit, const char *reason)
{
	static const enum cardea_reason said_no[] = {
		CARDEA_REASON_NOTHING_MATCHED, CARDEA_REASON_DENIED_BY_RULE,
		CARDEA_REASON_MAYBE_DENIED
	};
	static const enum cardea_reason asked[] = {
		CARDEA_REASON_FACTOR_MISSING, CARDEA_REASON_FACTOR_REFUSED,
		CARDEA_REASON_FACTOR_ABSENT, CARDEA_REASON_FACTOR_BROKEN
	};

	if (permit)
		return CARDEA_ENDING_PERMIT;
	for (size_t i = 0; i < sizeof(said_no) / sizeof(said_no[0]); i++) {
		if (is_reason(reason, said_no[i]))
			return CARDEA_ENDING_DENY;
	}
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		if (is_reason(reason, asked[i]))
			return CARDEA_ENDING_ASK;
	}
	return CARDEA_ENDING_NONE;
}

enum cardea_ending
cardea_past_ending(const struct cardea_past *past)
{
	bool permit = strcmp(past->decision,
			  cardea_verdict_text(CARDEA_PERMIT)) == 0;

	if (!permit &&
	    strcmp(past->decision, cardea_verdict_text(CARDEA_DENY)) != 0)
		return CARDEA_ENDING_NONE;
	return ending_of(permit, past->reason);
}

enum cardea_ending
cardea_decision_ending(const struct cardea_decision *decision)
{
	return ending_of(decision->verdict == CARDEA_PERMIT,
	    cardea_reason_text(decision->reason));
}

const char *
cardea_ending_text(enum cardea_ending ending)
{
	switch (ending) {
	case CARDEA_ENDING_DENY:
		return "deny";
	case CARDEA_ENDING_ASK:
		return "ask";
	case CARDEA_ENDING_PERMIT:
		return "permit";
	case CARDEA_ENDING_NONE:
		break;
	}
	return "undecided";
}
