/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "facts/shown.h"
#include "facts/signals.h"
#include "facts/text.h"
#include "report.h"

#define POLICY_DIGITS 12
#define LOG_PATIENCE 4

/* The texts of an event that the attempt does not hold ready-made. */
struct common {
	char user[CARDEA_NAME_MAX + 32];
	char policy[POLICY_DIGITS + 1];
	char detail[CARDEA_NAME_MAX];
};

/* A name that nobody has is often a password typed too early (I13). */
static void
name_user(const struct cardea_attempt *attempt, char *text, size_t size)
{
	const char *user = attempt->request.user;
	char mac[17] = "";

	if (attempt->request.user_exists &&
	    cardea_text_copy(text, size, user) == CARDEA_OK)
		return;
	if (attempt->store != NULL)
		cardea_store_mac(attempt->store,
		    user[0] != '\0' ? user : attempt->begin.user, mac);
	if (cardea_text_print(text, size, "unknown%s%s",
		mac[0] != '\0' ? ":" : "", mac) != CARDEA_OK)
		text[0] = '\0';
}

static struct cardea_event
begin_event(const struct cardea_attempt *attempt, struct common *common)
{
	struct cardea_event event = {
		.txn = attempt->txn,
		.user = common->user,
		.service = attempt->begin.service,
		.phase = cardea_phase_text(attempt->phase),
		.rhost = attempt->begin.rhost,
		.tty = attempt->begin.tty,
		.policy = common->policy,
	};

	memset(common, 0, sizeof(*common));
	name_user(attempt, common->user, sizeof(common->user));
	if (attempt->policy != NULL)
		memcpy(common->policy, cardea_policy_digest(attempt->policy),
		    POLICY_DIGITS);
	return event;
}

/* A reader that is stuck costs CARDEA_LOG_TIMEOUT_MS a line; it is not given
 * more than a second of anybody's login. */
static void
send_event(struct cardea_attempt *attempt, const struct cardea_event *event)
{
	bool json = attempt->settings != NULL && attempt->settings->log_json;

	if (attempt->log_timeouts >= LOG_PATIENCE)
		return;
	if (cardea_log_send(event,
		json ? CARDEA_LOG_JSON : CARDEA_LOG_LOGFMT) == CARDEA_E_TIMEOUT)
		attempt->log_timeouts++;
}

static enum cardea_severity
finding_severity(
    const struct cardea_attempt *attempt, const struct cardea_finding *finding)
{
	if (attempt->delayed)
		return CARDEA_SEVERITY_WARNING;
	switch (finding->result) {
	case CARDEA_RESULT_VERIFIED:
		return CARDEA_SEVERITY_INFO;
	case CARDEA_RESULT_BROKEN:
		return CARDEA_SEVERITY_ERR;
	case CARDEA_RESULT_NONE:
	case CARDEA_RESULT_ABSENT:
	case CARDEA_RESULT_REFUSED:
		return CARDEA_SEVERITY_NOTICE;
	}
	return CARDEA_SEVERITY_ERR;
}

static struct cardea_event
finding_event(struct cardea_attempt *attempt, struct common *common,
    const struct cardea_finding *finding)
{
	struct cardea_event event = begin_event(attempt, common);

	event.factor = cardea_factor_text(finding->factor);
	event.result = cardea_result_text(finding->result);
	event.credential = finding->credential;
	event.reason = finding->why;
	event.detail = finding->detail;
	event.has_took = true;
	event.took_ms = cardea_attempt_took_ms(attempt);
	return event;
}

void
cardea_report_finding(
    struct cardea_attempt *attempt, const struct cardea_finding *finding)
{
	struct common common;
	struct cardea_event event = finding_event(attempt, &common, finding);

	event.severity = finding_severity(attempt, finding);
	event.event = "verification";
	send_event(attempt, &event);
}

void
cardea_report_alert(
    struct cardea_attempt *attempt, const struct cardea_finding *finding)
{
	struct common common;
	struct cardea_event event = finding_event(attempt, &common, finding);

	event.severity = CARDEA_SEVERITY_WARNING;
	event.event = "alert";
	send_event(attempt, &event);
}

static enum cardea_severity
decision_severity(const struct cardea_attempt *attempt,
    const struct cardea_decision *decision)
{
	if (attempt->selection.outage_used != 0)
		return CARDEA_SEVERITY_WARNING;
	if (decision->verdict == CARDEA_PERMIT)
		return CARDEA_SEVERITY_INFO;
	if (decision->reason == CARDEA_REASON_BROKEN)
		return CARDEA_SEVERITY_ERR;
	if (decision->reason == CARDEA_REASON_LOCKED ||
	    decision->reason == CARDEA_REASON_CUT_OFF)
		return CARDEA_SEVERITY_WARNING;
	return CARDEA_SEVERITY_NOTICE;
}

/* The clause that stood in for the rule's own requirement. */
static const char *
outage_used(const struct cardea_attempt *attempt)
{
	size_t i;

	for (i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if (attempt->selection.outage_used & 1u << i)
			return cardea_outage_text(i);
	}
	return NULL;
}

/* The grant by which the decision's rule applied; NULL: it needed none. */
static const struct cardea_granted *
grant_used(const struct cardea_attempt *attempt,
    const struct cardea_decision *decision, bool *ret_emergency)
{
	struct cardea_rule rule;

	*ret_emergency = false;
	if (attempt->policy == NULL || !attempt->selection.matched ||
	    cardea_policy_rule(
		attempt->policy, attempt->selection.rule, &rule) != CARDEA_OK ||
	    !rule.grant || strcmp(rule.name, decision->rule) != 0)
		return NULL;
	*ret_emergency = rule.emergency;
	return cardea_grants_find(&attempt->request.grants, rule.name);
}

/* What the decision rests on beside proofs. */
static void
put_grounds(const struct cardea_attempt *attempt, struct common *common,
    const struct cardea_decision *decision)
{
	const char *outage = outage_used(attempt);
	bool emergency;
	const struct cardea_granted *grant = grant_used(
	    attempt, decision, &emergency);

	if (cardea_text_print(common->detail, sizeof(common->detail),
		"%s%s%s%s", outage != NULL ? outage : "",
		outage != NULL && grant != NULL ? ", " : "",
		grant != NULL ? "grant " : "",
		grant != NULL ? grant->id : "") != CARDEA_OK)
		common->detail[0] = '\0';
}

static bool
is_alarming(const struct cardea_attempt *attempt,
    const struct cardea_decision *decision)
{
	bool emergency;

	if (attempt->selection.alert)
		return true;
	return grant_used(attempt, decision, &emergency) != NULL && emergency;
}

static struct cardea_event
decision_event(struct cardea_attempt *attempt, struct common *common,
    const struct cardea_decision *decision)
{
	struct cardea_event event = begin_event(attempt, common);

	event.severity = decision_severity(attempt, decision);
	event.event = "decision";
	event.rule = decision->rule;
	event.decision = cardea_verdict_text(decision->verdict);
	event.reason = cardea_reason_text(decision->reason);
	event.missing = decision->verdict == CARDEA_PERMIT ? ""
							   : decision->missing;
	put_grounds(attempt, common, decision);
	event.detail = common->detail;
	event.has_took = true;
	event.took_ms = cardea_attempt_took_ms(attempt);
	return event;
}

struct facts {
	char signals[CARDEA_SIGNAL_COUNT * (CARDEA_SIGNAL_TEXT_MAX + 32)];
	char text[CARDEA_FACTS_TEXT_MAX + 1];
};

/* Once a login: the later phases judge the same facts. */
static void
add_facts(struct cardea_attempt *attempt, struct cardea_event *event,
    struct facts *facts)
{
	if (attempt->resumed || attempt->policy == NULL)
		return;
	cardea_signals_format(
	    &attempt->request, facts->signals, sizeof(facts->signals));
	event->signals = facts->signals;
	if (cardea_facts_format(&attempt->request, facts->text,
		sizeof(facts->text)) != CARDEA_OK)
		return;
	event->facts = facts->text;
	/* without room for it the proofs' own lines have to do */
	(void)!cardea_shown_add(
	    &attempt->evidence, facts->text, sizeof(facts->text));
}

void
cardea_report_decision(struct cardea_attempt *attempt,
    const struct cardea_decision *decision, const char *observe,
    const char *detail)
{
	struct common common;
	struct cardea_event event = decision_event(attempt, &common, decision);
	struct facts facts;

	attempt->decided = true;
	add_facts(attempt, &event, &facts);
	if (observe != NULL) {
		/* nobody is to be banned for what was not enforced */
		event.decision = NULL;
		event.observe = observe;
		event.severity = CARDEA_SEVERITY_INFO;
	}
	if (detail != NULL)
		event.detail = detail;
	send_event(attempt, &event);

	/* once a login: the later phases carry on what was alerted */
	if (is_alarming(attempt, decision) && !attempt->resumed) {
		event.event = "alert";
		event.severity = CARDEA_SEVERITY_WARNING;
		event.facts = NULL;
		send_event(attempt, &event);
	}
}

void
cardea_report_deferred(
    struct cardea_attempt *attempt, const struct cardea_decision *decision)
{
	struct common common;
	struct cardea_event event = decision_event(attempt, &common, decision);
	struct facts facts;

	attempt->decided = true;
	add_facts(attempt, &event, &facts);
	event.severity = CARDEA_SEVERITY_INFO;
	event.decision = "deferred";
	event.detail = "left to the session gate";
	send_event(attempt, &event);
}

static const char *
would(const struct cardea_attempt *attempt, const struct cardea_rule *rule)
{
	struct cardea_requirement requirement, residual;

	if (rule->kind != CARDEA_RULE_REQUIRE ||
	    cardea_requirement_parse(rule->require, &requirement, NULL) !=
		CARDEA_OK)
		return "would-deny";
	cardea_requirement_residual(
	    &requirement, attempt->request.user, &attempt->evidence, &residual);
	switch (cardea_requirement_kind(&residual)) {
	case CARDEA_NODE_TRUE:
		return "would-permit";
	case CARDEA_NODE_FACTOR:
	case CARDEA_NODE_ALL:
	case CARDEA_NODE_ANY:
		return "would-ask";
	case CARDEA_NODE_FALSE:
		break;
	}
	return "would-deny";
}

void
cardea_report_observed(struct cardea_attempt *attempt)
{
	const struct cardea_selection *selection = &attempt->selection;
	struct common common;
	struct cardea_event event = begin_event(attempt, &common);
	struct cardea_rule rule;
	size_t i;

	for (i = 0; i < selection->observed_count; i++) {
		if (cardea_policy_rule(attempt->policy,
			selection->observed[i].rule, &rule) != CARDEA_OK)
			continue;
		event.severity = CARDEA_SEVERITY_INFO;
		event.event = "observe";
		event.rule = rule.name;
		event.observe = would(attempt, &rule);
		event.reason = selection->observed[i].truth == CARDEA_MAYBE
		    ? "maybe"
		    : NULL;
		send_event(attempt, &event);
	}
}

void
cardea_report_stale(struct cardea_attempt *attempt)
{
	struct common common;
	struct cardea_event event;

	if (attempt->policy == NULL || attempt->resumed || !attempt->decided)
		return;
	event = begin_event(attempt, &common);
	event.detail = cardea_policy_stale(attempt->policy);
	if (event.detail == NULL)
		return;
	event.severity = CARDEA_SEVERITY_NOTICE;
	event.event = "admin";
	event.reason = "policy-not-installed";
	send_event(attempt, &event);
}

void
cardea_report_grant_over(
    struct cardea_attempt *attempt, const struct cardea_grant *grant)
{
	struct common common;
	struct cardea_event event = begin_event(attempt, &common);

	if (cardea_text_print(common.detail, sizeof(common.detail),
		"grant %s is over", grant->id) != CARDEA_OK)
		return;
	event.severity = CARDEA_SEVERITY_NOTICE;
	event.event = "admin";
	event.rule = grant->rule;
	event.reason = grant->reason;
	event.detail = common.detail;
	send_event(attempt, &event);
	if (!grant->emergency)
		return;
	event.event = "alert";
	event.severity = CARDEA_SEVERITY_WARNING;
	send_event(attempt, &event);
}

void
cardea_report_trouble(struct cardea_attempt *attempt,
    enum cardea_severity severity, const char *reason,
    const struct cardea_diag *diag)
{
	struct common common;
	struct cardea_event event = begin_event(attempt, &common);
	char text[1024] = "";

	event.severity = severity;
	event.event = "error";
	event.reason = reason;
	if (diag != NULL)
		cardea_diag_format(diag, text, sizeof(text));
	event.detail = text;
	send_event(attempt, &event);
}

/* What is unsafe or damaged has been tampered with, or looks so. */
enum cardea_severity
cardea_report_severity(enum cardea_status status)
{
	return status == CARDEA_E_UNSAFE || status == CARDEA_E_CORRUPT ||
		status == CARDEA_E_VERSION || status == CARDEA_E_MISSING
	    ? CARDEA_SEVERITY_CRIT
	    : CARDEA_SEVERITY_ERR;
}
