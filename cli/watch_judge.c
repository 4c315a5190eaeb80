/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cli/watch_cert.h"
#include "cli/watch_last.h"
#include "facts/account.h"
#include "facts/zonetime.h"
#include "store/ledger_grant.h"

/* One judgement; too large for the stack. */
struct trial {
	struct cardea_admin *admin;
	const struct cardea_session *session;
	struct cardea_store *store; /* NULL: there is none to ask */
	struct cardea_watch_held *held;
	bool lost;   /* the cluster is out of reach */
	bool partly; /* and something could not be looked up for that */
	struct cardea_request request;
	struct cardea_evidence_set evidence;
	bool revoked; /* of what is left out of it */
	struct cardea_selection selection;
	struct cardea_watch_verdict verdict;
};

/* It ends, or nobody knows: nothing more is looked at. */
static bool
conclude(struct trial *trial, enum cardea_watch_state state, const char *reason,
    const char *words)
{
	trial->verdict.state = state;
	trial->verdict.reason = reason;
	trial->verdict.words = words;
	return false;
}

/* Where nobody could be asked, that is why. */
static bool
is_unsure(struct trial *trial, const char *words)
{
	if (trial->partly)
		return conclude(trial, CARDEA_WATCH_UNSURE,
		    CARDEA_WATCH_CUT_OFF, "the cluster is out of reach");
	return conclude(trial, CARDEA_WATCH_UNSURE, "not-known", words);
}

/* It is gone on without: that the session ends may be known from the rest. */
static bool
cannot_ask(struct trial *trial)
{
	if (trial->store != NULL)
		return false;
	trial->partly = true;
	return true;
}

static bool
may_last(struct trial *trial, const struct cardea_watch_list *list)
{
	const struct cardea_session *session = trial->session;

	trial->verdict.ends_s = session->ends_s;
	if (session->ends_s != 0 && trial->request.time_s >= session->ends_s)
		return conclude(trial, CARDEA_WATCH_ENDS, "session-over",
		    "its time is over");
	if (session->parent[0] == '\0' ||
	    cardea_watch_find(list, session->parent) != NULL)
		return true;
	if (!list->complete)
		return is_unsure(trial, "records cannot be read");
	return conclude(trial, CARDEA_WATCH_ENDS, "login-over",
	    "the login that it ran in is over");
}

/* --- the facts, anew ----------------------------------------------------- */

static void
set_time(struct trial *trial, int64_t time_s)
{
	struct cardea_request *request = &trial->request;
	const struct cardea_policy *policy = trial->admin->policy;
	size_t count = cardea_policy_timezone_count(policy), i;

	request->time_s = time_s;
	for (i = 0; i < count && i < CARDEA_TIMEZONES_MAX; i++)
		cardea_zonetime(cardea_policy_timezone(policy, i), time_s,
		    &request->local[i]);
	request->local_count = i;
}

static bool
has_clock(struct trial *trial)
{
	const struct cardea_clock *clock = &trial->admin->clock;

	trial->request.time_known = clock->plausible &&
	    (clock->synchronised ||
		!trial->admin->settings->require_synchronised_clock);
	return trial->request.time_known ||
	    is_unsure(trial, "the clock cannot be trusted");
}

static bool
is_named(const char *group, const void *context)
{
	return cardea_policy_names_group(context, group);
}

static bool
look_up_subject(struct trial *trial)
{
	struct cardea_request *request = &trial->request;
	struct cardea_account account;
	enum cardea_status status;

	status = cardea_account_find(request->user, &account, NULL);
	request->user_exists = status == CARDEA_OK;
	if (status == CARDEA_E_MISSING)
		return conclude(trial, CARDEA_WATCH_ENDS, "unknown-user",
		    "the account is gone");
	request->groups_known = false;
	request->group_text_len = 0;
	if (status == CARDEA_OK)
		status = cardea_account_groups(
		    &account, is_named, trial->admin->policy, request, NULL);
	return status == CARDEA_OK ||
	    is_unsure(trial, "the name service cannot be asked");
}

static bool
is_unlocked(struct trial *trial)
{
	struct cardea_lock lock;
	enum cardea_status status;

	if (cannot_ask(trial))
		return true;
	status = cardea_ledger_lock(trial->store, &trial->request, &lock, NULL);
	if (status == CARDEA_OK)
		return conclude(trial, CARDEA_WATCH_ENDS, "locked",
		    "the account is locked");
	return status == CARDEA_E_MISSING ||
	    is_unsure(trial, "the lock cannot be read");
}

static bool
read_grants(struct trial *trial)
{
	struct cardea_request *request = &trial->request;

	if ((cardea_policy_uses(trial->admin->policy) & CARDEA_USES_GRANTS) ==
	    0)
		return true;
	memset(&request->grants, 0, sizeof(request->grants));
	if (cannot_ask(trial))
		return true;
	return cardea_ledger_grants(trial->store, request, &request->grants,
		   NULL) == CARDEA_OK ||
	    is_unsure(trial, "grants cannot be read");
}

static bool
read_evidence(struct trial *trial)
{
	enum cardea_status status;
	bool partly;

	status = cardea_watch_standing(trial->store, trial->session,
	    trial->lost, &trial->evidence, &partly);
	trial->partly = trial->partly || partly;
	return status == CARDEA_OK ||
	    is_unsure(trial, "what was shown cannot be looked up");
}

/* --- the policy ---------------------------------------------------------- */

/* Of a rule that only a grant makes apply, the session ends with it. */
static void
note_end(struct trial *trial)
{
	struct cardea_watch_verdict *verdict = &trial->verdict;
	const struct cardea_granted *granted = NULL;
	struct cardea_rule rule;

	if (!trial->selection.matched ||
	    cardea_policy_rule(trial->admin->policy, trial->selection.rule,
		&rule) != CARDEA_OK)
		return;
	if (rule.grant)
		granted = cardea_grants_find(&trial->request.grants, rule.name);
	if (granted != NULL &&
	    (verdict->ends_s == 0 || granted->ends_s < verdict->ends_s))
		verdict->ends_s = granted->ends_s;
}

static bool
is_changed(const struct trial *trial)
{
	return strcmp(trial->session->policy,
		   cardea_policy_digest(trial->admin->policy)) != 0;
}

static bool
is_permitted(struct trial *trial)
{
	const struct cardea_settings *settings = trial->admin->settings;
	struct cardea_decision decision;

	if (settings->observe_until_s > trial->request.time_s)
		return is_unsure(trial, "Cardea only looks on");
	if (cardea_policy_select(trial->admin->policy, &trial->request,
		&trial->selection, NULL) != CARDEA_OK)
		return is_unsure(trial, "the policy cannot be read");
	cardea_decide(trial->admin->policy, &trial->selection, &trial->request,
	    &trial->evidence, &decision);
	memcpy(trial->verdict.rule, decision.rule, sizeof(decision.rule));
	if (decision.verdict == CARDEA_PERMIT) {
		note_end(trial);
		return true;
	}
	if (decision.reason == CARDEA_REASON_BROKEN || trial->selection.maybe)
		return is_unsure(
		    trial, "the policy asks for what is not known of it");
	if (trial->revoked && decision.reason == CARDEA_REASON_FACTOR_MISSING)
		return conclude(trial, CARDEA_WATCH_ENDS, "revoked",
		    "its certificate was revoked");
	return conclude(trial, CARDEA_WATCH_ENDS,
	    cardea_reason_text(decision.reason),
	    is_changed(trial) ? "by the policy of now it would not be let in"
			      : "it would not be let in now");
}

/* --- certificates --------------------------------------------------------- */

/* true if anything was left out */
static bool
leave_out(struct trial *trial, const bool which[CARDEA_EVIDENCE_MAX])
{
	struct cardea_evidence_set *set = &trial->evidence;
	size_t kept = 0, count = set->count;

	for (size_t i = 0; i < count; i++) {
		if (!which[i])
			set->items[kept++] = set->items[i];
	}
	set->count = kept;
	return kept < count;
}

/* What lists will say is not known before; and a process for each is the
 * dearest of all these questions, so it comes last. */
static bool
are_certificates_good(struct trial *trial)
{
	struct cardea_watch_certs_call call = {
		.settings = trial->admin->settings,
		.session = trial->session,
		.time_s = trial->request.time_s,
		.revocation_s = trial->selection.revocation_s,
		.held = trial->held,
	};
	struct cardea_evidence_set *whole;
	struct cardea_watch_certs certs;
	bool good = true;

	if (trial->request.time_s != trial->admin->clock.time_s)
		return true;
	whole = malloc(sizeof(*whole));
	if (whole == NULL)
		return is_unsure(trial, "no memory");
	*whole = trial->evidence;
	call.evidence = whole;
	certs = cardea_watch_certs(&call);
	trial->revoked = certs.revoked;
	if (leave_out(trial, certs.lost))
		good = is_permitted(trial);
	for (size_t i = 0; i < whole->count; i++)
		certs.doubt[i] = certs.doubt[i] || certs.lost[i];
	trial->evidence = *whole;
	free(whole);
	if (good && leave_out(trial, certs.doubt) && !is_permitted(trial))
		return is_unsure(
		    trial, "whether its certificate was revoked is not known");
	return good;
}

struct cardea_watch_verdict
cardea_watch_judge(struct cardea_admin *admin,
    const struct cardea_watch_list *list, const struct cardea_session *session,
    int64_t time_s)
{
	struct cardea_watch_verdict verdict = { .reason = "not-known",
		.words = "no memory" };
	struct trial *trial = calloc(1, sizeof(*trial));

	if (trial == NULL)
		return verdict;
	trial->admin = admin;
	trial->session = session;
	trial->store = cardea_watch_store(admin, list, session);
	trial->held = list->held;
	trial->lost = list->lost;
	trial->request = session->request;
	trial->evidence = session->evidence;
	set_time(trial, time_s);
	if (has_clock(trial) && may_last(trial, list) &&
	    look_up_subject(trial) && is_unlocked(trial) &&
	    read_grants(trial) && read_evidence(trial) && is_permitted(trial) &&
	    are_certificates_good(trial))
		(void)(trial->partly
			? is_unsure(trial, "")
			: conclude(trial, CARDEA_WATCH_STAYS, "", ""));
	verdict = trial->verdict;
	free(trial);
	return verdict;
}
