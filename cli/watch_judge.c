/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cert/still.h"
#include "cli/watch_last.h"
#include "facts/account.h"
#include "facts/zonetime.h"
#include "store/ledger_grant.h"

/* One judgement; too large for the stack. */
struct trial {
	struct cardea_admin *admin;
	const struct cardea_session *session;
	struct cardea_store *store; /* NULL: there is none to ask */
	struct cardea_cert_held *held;
	bool lost;   /* the cluster is out of reach */
	bool partly; /* and something could not be looked up for that */
	struct cardea_request request;
	struct cardea_evidence_set evidence;
	bool revoked; /* of what is left out of it something was */
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
is_about_factors(enum cardea_reason reason)
{
	return reason == CARDEA_REASON_FACTOR_MISSING ||
	    reason == CARDEA_REASON_FACTOR_REFUSED ||
	    reason == CARDEA_REASON_FACTOR_ABSENT ||
	    reason == CARDEA_REASON_FACTOR_BROKEN;
}

static bool
select_rule(struct trial *trial)
{
	const struct cardea_settings *settings = trial->admin->settings;

	if (settings->observe_until_s > trial->request.time_s)
		return is_unsure(trial, "Cardea only looks on");
	return cardea_policy_select(trial->admin->policy, &trial->request,
		   &trial->selection, NULL) == CARDEA_OK ||
	    is_unsure(trial, "the policy cannot be read");
}

static bool
is_permitted(struct trial *trial)
{
	struct cardea_decision decision;

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
	if (trial->revoked && is_about_factors(decision.reason))
		return conclude(trial, CARDEA_WATCH_ENDS, "revoked",
		    "its certificate was revoked");
	return conclude(trial, CARDEA_WATCH_ENDS,
	    cardea_reason_text(decision.reason),
	    is_changed(trial) ? "by the policy of now it would not be let in"
			      : "it would not be let in now");
}

/* --- certificates --------------------------------------------------------- */

/* The authority has another name by now, and rules may ask for that one. */
static void
rename_authority(struct cardea_evidence *evidence, const char *name)
{
	for (size_t i = 0; i < evidence->quality_count; i++) {
		struct cardea_quality *quality = &evidence->qualities[i];

		if (strcmp(quality->key, "ca") == 0 &&
		    cardea_text_copy(quality->value, sizeof(quality->value),
			name) != CARDEA_OK)
			quality->value[0] = '\0';
	}
}

/* What is left of the evidence when that goes which is worth no more, and, if
 * so asked, that of which nobody knows. */
static void
leave(struct cardea_evidence_set *set, const struct cardea_evidence_set *whole,
    const enum cardea_cert_still words[CARDEA_EVIDENCE_MAX], bool in_doubt)
{
	set->count = 0;
	for (size_t i = 0; i < whole->count; i++) {
		struct cardea_evidence *item = &set->items[set->count];
		enum cardea_cert_still word = words[i];

		if (word == CARDEA_CERT_STILL_LOST ||
		    word == CARDEA_CERT_STILL_REVOKED ||
		    (word == CARDEA_CERT_STILL_DOUBT && !in_doubt))
			continue;
		*item = whole->items[i];
		set->count++;
	}
}

static void
ask_certificates(struct trial *trial, struct cardea_evidence_set *whole,
    enum cardea_cert_still words[CARDEA_EVIDENCE_MAX])
{
	struct cardea_cert_still_call call = {
		.settings = trial->admin->settings,
		.shown = &trial->session->shown,
		.time_s = trial->admin->clock.time_s,
		.revocation_s = trial->selection.revocation_s,
		.held = trial->held,
	};
	char authority[CARDEA_AUTHORITY_NAME_MAX + 1];

	for (size_t i = 0; i < whole->count; i++) {
		call.evidence = &whole->items[i];
		words[i] = cardea_cert_still(&call, authority);
		if (words[i] == CARDEA_CERT_STILL_RENAMED)
			rename_authority(&whole->items[i], authority);
		trial->revoked = trial->revoked ||
		    words[i] == CARDEA_CERT_STILL_REVOKED;
	}
}

/* The certificates are those of now, whatever moment is asked about: what lists
 * will say then nobody knows. */
static bool
is_permitted_still(struct trial *trial)
{
	enum cardea_cert_still words[CARDEA_EVIDENCE_MAX];
	struct cardea_evidence_set *whole;
	bool good;

	if (trial->session->shown.len == 0)
		return is_permitted(trial);
	whole = malloc(sizeof(*whole));
	if (whole == NULL)
		return is_unsure(trial, "no memory");
	*whole = trial->evidence;
	ask_certificates(trial, whole, words);
	leave(&trial->evidence, whole, words, true);
	good = is_permitted(trial);
	leave(&trial->evidence, whole, words, false);
	if (good && !is_permitted(trial))
		good = is_unsure(
		    trial, "whether its certificate was revoked is not known");
	free(whole);
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
	    read_grants(trial) && read_evidence(trial) && select_rule(trial) &&
	    is_permitted_still(trial))
		(void)(trial->partly
			? is_unsure(trial, "")
			: conclude(trial, CARDEA_WATCH_STAYS, "", ""));
	verdict = trial->verdict;
	free(trial);
	return verdict;
}
