/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "defer.h"
#include "facts.h"
#include "gate.h"
#include "remember.h"
#include "report.h"
#include "resume.h"
#include "session.h"
#include "signals.h"
#include "start.h"
#include "storage.h"
#include "store/ledger.h"

/* Who approves for others proves himself, whatever the rule asks: no stack is
 * behind it that would have asked for a password. */
static bool
lacks_person(const struct cardea_attempt *attempt)
{
	return strcmp(attempt->request.service, CARDEA_SERVICE_APPROVE) == 0 &&
	    !cardea_evidence_shows_person(
		&attempt->evidence, attempt->request.user);
}

/* The decision of the heart, and above it what denies whatever it says. */
static void
judge(const struct cardea_attempt *attempt, struct cardea_decision *decision)
{
	enum cardea_reason reason = CARDEA_REASON_NONE;

	if (attempt->policy == NULL) {
		memset(decision, 0, sizeof(*decision));
		decision->reason = CARDEA_REASON_BROKEN;
		return;
	}
	cardea_decide(attempt->policy, &attempt->selection, &attempt->request,
	    &attempt->evidence, decision);
	if (attempt->broken || attempt->unsure)
		reason = attempt->store == NULL &&
			cardea_storage_is_mirror(attempt)
		    ? CARDEA_REASON_CUT_OFF
		    : CARDEA_REASON_BROKEN;
	else if (attempt->changed)
		reason = CARDEA_REASON_CHANGED;
	else if (!attempt->request.user_exists)
		reason = CARDEA_REASON_UNKNOWN_USER;
	else if (attempt->locked)
		reason = CARDEA_REASON_LOCKED;
	else if (attempt->delayed && decision->verdict != CARDEA_PERMIT)
		reason = CARDEA_REASON_LOCKED;
	else if (decision->verdict == CARDEA_PERMIT && lacks_person(attempt))
		reason = CARDEA_REASON_FACTOR_MISSING;
	if (reason == CARDEA_REASON_NONE)
		return;
	decision->verdict = CARDEA_DENY;
	decision->reason = reason;
}

static void
turn_down(struct cardea_decision *decision, enum cardea_reason reason)
{
	decision->verdict = CARDEA_DENY;
	decision->reason = reason;
}

/* The no that PAM hears.  In auth, before anything was shown, there is only
 * one, whatever the log has as the reason. */
static enum cardea_outcome
outcome_of(const struct cardea_attempt *attempt,
    const struct cardea_decision *decision)
{
	if (decision->verdict == CARDEA_PERMIT)
		return CARDEA_OUTCOME_PERMITTED;
	if (attempt->broken)
		return CARDEA_OUTCOME_BROKEN;
	if (attempt->phase == CARDEA_PHASE_AUTH &&
	    !cardea_attempt_has_verified(attempt))
		return CARDEA_OUTCOME_REFUSED;
	if (decision->reason == CARDEA_REASON_BROKEN)
		return CARDEA_OUTCOME_BROKEN;
	if (decision->reason == CARDEA_REASON_FACTOR_REFUSED)
		return CARDEA_OUTCOME_REFUSED;
	return attempt->delayed ? CARDEA_OUTCOME_EXHAUSTED
				: CARDEA_OUTCOME_DENIED;
}

static const char *
would(const struct cardea_decision *decision)
{
	if (decision->verdict == CARDEA_PERMIT)
		return "would-permit";
	return decision->reason == CARDEA_REASON_FACTOR_MISSING ? "would-ask"
								: "would-deny";
}

static void
tell_denial(
    struct cardea_attempt *attempt, const struct cardea_decision *decision)
{
	if (decision->text[0] != '\0')
		cardea_attempt_tell(attempt, CARDEA_FLAG_ERROR, decision->text);
}

/* Where nothing was shown the next phase may as well begin anew. */
static bool
has_nothing_to_leave(const struct cardea_attempt *attempt)
{
	return attempt->evidence.count == 0;
}

/* All that a yes must have written first. */
static void
settle_permit(struct cardea_attempt *attempt, struct cardea_decision *decision,
    struct cardea_verdict_body *body)
{
	struct cardea_diag diag = { .line = 0 };
	const char *what = "relay";
	enum cardea_status status;

	if (attempt->phase == CARDEA_PHASE_SESSION) {
		what = "store";
		status = cardea_session_open(
		    attempt, decision->rule, body->resume, &diag);
	} else {
		cardea_remember_keep(attempt);
		status = cardea_resume_leave(
		    attempt, false, body->resume, &diag);
		if (status != CARDEA_OK && has_nothing_to_leave(attempt))
			status = CARDEA_OK;
	}
	if (status == CARDEA_OK) {
		if (!attempt->resumed || attempt->deferred)
			cardea_signals_learn(attempt);
		return;
	}
	cardea_report_trouble(attempt, CARDEA_SEVERITY_ERR, what, &diag);
	turn_down(decision, CARDEA_REASON_BROKEN);
}

/* What sshd shows of a login by key alone could still help. */
static bool
sshd_may_show(const struct cardea_attempt *attempt)
{
	static const enum cardea_factor factors[] = { CARDEA_FACTOR_SSHKEY,
		CARDEA_FACTOR_SSHCERT, CARDEA_FACTOR_FIDO2,
		CARDEA_FACTOR_DEVICE };

	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
		if (cardea_decide_need(&attempt->selection, &attempt->request,
			&attempt->evidence, factors[i]) == CARDEA_NEED_HELPFUL)
			return true;
	}
	return false;
}

/* May this no be left to the session gate?  Only in account, only where sshd
 * has something that it shows later, only if that gate stands there. */
static bool
may_defer(struct cardea_attempt *attempt, uint32_t flags,
    const struct cardea_decision *decision)
{
	struct cardea_diag diag = { .line = 0 };

	if ((flags & CARDEA_FLAG_DEFER_SESSION) == 0 ||
	    attempt->phase != CARDEA_PHASE_ACCOUNT ||
	    decision->reason != CARDEA_REASON_FACTOR_MISSING ||
	    attempt->begin.sshauth[0] != '\0' || !cardea_facts_is_sshd(attempt))
		return false;
	if (!sshd_may_show(attempt))
		return false;
	if (cardea_defer_check(attempt->request.service, &diag) == CARDEA_OK)
		return true;
	cardea_report_trouble(attempt, CARDEA_SEVERITY_ERR, "defer", &diag);
	return false;
}

static bool
defer(struct cardea_attempt *attempt, struct cardea_decision *decision,
    struct cardea_verdict_body *body)
{
	struct cardea_diag diag = { .line = 0 };

	if (cardea_resume_leave(attempt, true, body->resume, &diag) ==
	    CARDEA_OK) {
		cardea_report_deferred(attempt, decision);
		return true;
	}
	cardea_report_trouble(attempt, CARDEA_SEVERITY_ERR, "relay", &diag);
	turn_down(decision, CARDEA_REASON_BROKEN);
	return false;
}

/* Nothing is enforced; the evidence is left all the same, so that the next
 * phase judges as it would then. */
static enum cardea_outcome
look_on(struct cardea_attempt *attempt, const struct cardea_decision *decision,
    struct cardea_verdict_body *body)
{
	cardea_report_decision(attempt, decision, would(decision), NULL);
	if (attempt->phase != CARDEA_PHASE_SESSION && !attempt->broken &&
	    cardea_resume_leave(attempt, false, body->resume, NULL) !=
		CARDEA_OK)
		body->resume[0] = '\0';
	return CARDEA_OUTCOME_OBSERVED;
}

enum cardea_outcome
cardea_gate_decide(struct cardea_attempt *attempt, uint32_t flags,
    struct cardea_verdict_body *ret_body)
{
	struct cardea_decision decision;
	bool shown;

	if ((flags & CARDEA_FLAG_CLOSE_SESSION) != 0) {
		cardea_session_close(attempt);
		return CARDEA_OUTCOME_PERMITTED;
	}
	if (attempt->phase == CARDEA_PHASE_SESSION && !attempt->broken &&
	    cardea_start_select(attempt) != CARDEA_OK)
		attempt->broken = true;

	judge(attempt, &decision);
	if (attempt->observing)
		return look_on(attempt, &decision, ret_body);
	if (attempt->denied_early)
		return CARDEA_OUTCOME_DENIED;
	cardea_report_observed(attempt);
	if (may_defer(attempt, flags, &decision) &&
	    defer(attempt, &decision, ret_body))
		return CARDEA_OUTCOME_PERMITTED;
	if (decision.verdict == CARDEA_PERMIT)
		settle_permit(attempt, &decision, ret_body);
	cardea_report_decision(attempt, &decision, NULL, NULL);

	shown = cardea_attempt_has_verified(attempt);
	if (decision.verdict != CARDEA_PERMIT && shown)
		tell_denial(attempt, &decision);
	return outcome_of(attempt, &decision);
}

enum cardea_outcome
cardea_gate_deny_early(struct cardea_attempt *attempt)
{
	struct cardea_decision decision;

	judge(attempt, &decision);
	turn_down(&decision, decision.reason);
	cardea_report_observed(attempt);
	cardea_report_decision(attempt, &decision, NULL, NULL);
	tell_denial(attempt, &decision);
	attempt->denied_early = true;
	return CARDEA_OUTCOME_DENIED;
}

void
cardea_gate_abandon(struct cardea_attempt *attempt)
{
	struct cardea_decision decision;

	if (attempt->decided || !attempt->objected)
		return;
	judge(attempt, &decision);
	turn_down(&decision,
	    decision.verdict == CARDEA_PERMIT ? CARDEA_REASON_BROKEN
					      : decision.reason);
	cardea_report_observed(attempt);
	cardea_report_decision(
	    attempt, &decision, NULL, "the stack ended before the gate");
}

enum cardea_status
cardea_gate_hear(
    struct cardea_attempt *attempt, const struct cardea_message *message)
{
	struct cardea_finding finding = {
		.factor = CARDEA_FACTOR_PASSWORD,
		.result = CARDEA_RESULT_VERIFIED,
		.outcome = CARDEA_OUTCOME_VERIFIED,
		.why = "told by the stack",
	};
	enum cardea_status status;
	char user[CARDEA_NAME_MAX + 1];

	status = cardea_message_get_text(message, user, sizeof(user));
	if (status != CARDEA_OK)
		return status;
	/* who one is does not change on the way (I03) */
	if (strcmp(user, attempt->begin.user) != 0)
		attempt->changed = true;

	if ((message->flags & CARDEA_FLAG_PASSWORD_PROVED) == 0)
		return CARDEA_OK;
	if (attempt->phase != CARDEA_PHASE_AUTH || attempt->broken ||
	    attempt->changed ||
	    strcmp(attempt->request.pam_user, attempt->request.user) != 0 ||
	    cardea_evidence_result(&attempt->evidence, attempt->request.user,
		CARDEA_FACTOR_PASSWORD, NULL, 0) != CARDEA_RESULT_NONE)
		return CARDEA_OK;
	status = cardea_attempt_note(
	    attempt, finding.factor, finding.result, finding.credential);
	if (status != CARDEA_OK)
		return status;
	cardea_report_finding(attempt, &finding);
	return CARDEA_OK;
}
