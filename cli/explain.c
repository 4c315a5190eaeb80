/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/decide.h>

#include "base/paths.h"
#include "cli/facts.h"
#include "cli/moment.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "policy/source.h"

/*
 * `cardea explain`: the decision on a request, by the functions that decide
 * logins (invariant 4); nothing is judged here.  Locks and tries are in the
 * store, not in the policy: `cardea list USER` tells them.
 */

static const struct cardea_option explain_options[] = {
	{ "user", "USER", "who asks", false },
	{ "service", "SERVICE", "the PAM service: sshd, sudo, su ...", false },
	{ "from", "ADDRESS", "where from; without it, from no network", false },
	{ "tty", "TTY", "the terminal", false },
	{ "ruser", "USER", "who asks by PAM_RUSER", false },
	{ "caller", "USER", "whose process asks (root; sudo: the user)",
	    false },
	{ "group", "GROUP", "a group of the user, instead of looking up",
	    true },
	{ "host", "HOST", "this host's name in the policy", false },
	{ "at", "TIME", "when (now)", false },
	{ "have", "FACTORS", "what was shown: \"password,totp\"", false },
	{ "outage", "NAME", "as if this were out of order", true },
	{ "posture", "WORD", "as if this were so of this host's health", true },
	{ "source", NULL, "by the files in /etc, not by the installed policy",
	    false },
	{ NULL, NULL, NULL, false },
};

/* Everything that one answer needs. */
struct explanation {
	struct cardea_call *call;
	void *image; /* of --source; the policy borrows it */
	struct cardea_policy *policy;
	struct cardea_request request;
	struct cardea_evidence_set evidence;
	struct cardea_selection selection;
	struct cardea_decision decision;
};

static enum cardea_status
open_policy(struct explanation *explanation, struct cardea_diag *diag)
{
	const struct cardea_source_paths paths = cardea_source_default();
	size_t len = 0;
	enum cardea_status status;

	if (!cardea_call_has(explanation->call, "source"))
		return cardea_policy_load(
		    CARDEA_PATH_POLICY, &explanation->policy, diag);
	status = cardea_source_compile(&paths, &explanation->image, &len, diag);
	if (status != CARDEA_OK)
		return status;
	return cardea_policy_open(
	    explanation->image, len, &explanation->policy, diag);
}

static const char *
truth_text(enum cardea_truth truth)
{
	switch (truth) {
	case CARDEA_TRUE:
		return "yes";
	case CARDEA_MAYBE:
		return "maybe";
	case CARDEA_FALSE:
		break;
	}
	return "no";
}

/* --- the request --------------------------------------------------------- */

static void
put_part(struct cardea_json *json, const char *key, const char *text)
{
	if (text[0] != '\0')
		cardea_json_text(json, key, text);
}

static void
tell_request(struct explanation *explanation)
{
	const struct cardea_request *request = &explanation->request;
	struct cardea_json *json = &explanation->call->out;
	char source[CARDEA_ADDRESS_TEXT_MAX + 1];
	char time[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_address_format(&request->source, source);
	cardea_moment_format(request->time_s, time);
	cardea_json_open_object(json, "request");
	cardea_json_text(json, "user", request->user);
	cardea_json_bool(json, "user_exists", request->user_exists);
	cardea_json_text(json, "service", request->service);
	cardea_json_text(json, "source", source);
	cardea_json_text(json, "origin", cardea_origin_text(request->origin));
	put_part(json, "tty", request->tty);
	put_part(json, "caller", request->caller);
	cardea_json_text(json, "host", request->host);
	cardea_json_text(json, "time", time);
	cardea_json_open_array(json, "groups");
	for (size_t at = 0; at < request->group_text_len;
	     at += strlen(request->group_text + at) + 1)
		cardea_json_text(json, NULL, request->group_text + at);
	cardea_json_shut(json);
	cardea_json_shut(json);
	cardea_call_say(explanation->call,
	    "request   %s%s, service %s, source %s, origin %s, caller %s, "
	    "host %s, at %s",
	    request->user, request->user_exists ? "" : " (no such user)",
	    request->service, source, cardea_origin_text(request->origin),
	    request->caller_known ? request->caller : "unknown", request->host,
	    time);
	if (!request->groups_known)
		cardea_call_say(explanation->call, "groups    unknown");
}

/* --- the rules ----------------------------------------------------------- */

static void
tell_rule(struct explanation *explanation, size_t index,
    const struct cardea_rule *rule, enum cardea_truth truth)
{
	struct cardea_json *json = &explanation->call->out;
	bool deny = rule->kind != CARDEA_RULE_REQUIRE;
	const char *what = deny ? "deny" : "require";
	const char *text = deny ? rule->deny : rule->require;
	bool observed = rule->observe &&
	    explanation->request.time_s < rule->observe_until_s;

	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "name", rule->name);
	cardea_json_text(json, "match", truth_text(truth));
	cardea_json_text(json, what, text);
	cardea_json_bool(json, "observe", observed);
	cardea_json_text(json, "file", rule->file);
	cardea_json_number(json, "line", rule->line);
	cardea_json_shut(json);
	cardea_call_say(explanation->call, "%5zu %-5s %s  %s: %s%s  (%s:%u)",
	    index + 1, truth_text(truth), rule->name, what, text,
	    observed ? "  [only observed]" : "", rule->file, rule->line);
}

/* Down to the rule that decided: what stands below has no say. */
static enum cardea_status
tell_rules(struct explanation *explanation)
{
	const struct cardea_selection *selection = &explanation->selection;
	size_t count = cardea_policy_rule_count(explanation->policy);
	enum cardea_status status = CARDEA_OK;

	if (selection->matched && selection->rule < count)
		count = selection->rule + 1;
	cardea_json_open_array(&explanation->call->out, "rules");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		enum cardea_truth truth = CARDEA_FALSE;
		struct cardea_rule rule = { 0 };

		status = cardea_policy_rule(explanation->policy, i, &rule);
		if (status == CARDEA_OK)
			status = cardea_policy_match(explanation->policy, i,
			    &explanation->request, &truth);
		if (status == CARDEA_OK)
			tell_rule(explanation, i, &rule, truth);
	}
	cardea_json_shut(&explanation->call->out);
	return status;
}

/* --- the answer ---------------------------------------------------------- */

static enum cardea_status
tell_requirement(struct explanation *explanation)
{
	char text[CARDEA_REQUIREMENT_MAX + 1] = "";
	enum cardea_status status;

	status = cardea_requirement_format(
	    &explanation->selection.requirement, text, sizeof(text));
	cardea_json_text(&explanation->call->out, "requirement", text);
	cardea_call_say(explanation->call, "requires  %s", text);
	return status;
}

static void
tell_decision(struct explanation *explanation)
{
	const struct cardea_decision *decision = &explanation->decision;
	const char *verdict = cardea_verdict_text(decision->verdict);
	const char *reason = cardea_reason_text(decision->reason);
	struct cardea_json *json = &explanation->call->out;

	cardea_json_text(json, "missing", decision->missing);
	cardea_json_text(json, "decision", verdict);
	cardea_json_text(json, "reason", reason);
	put_part(json, "rule", decision->rule);
	put_part(json, "text", decision->text);
	cardea_json_bool(json, "maybe", explanation->selection.maybe);
	cardea_json_text(
	    json, "policy", cardea_policy_digest(explanation->policy));
	if (decision->missing[0] != '\0')
		cardea_call_say(
		    explanation->call, "missing   %s", decision->missing);
	cardea_call_say(explanation->call, "decision  %s (%s)%s%s%s%s", verdict,
	    reason, decision->rule[0] == '\0' ? "" : ", rule ", decision->rule,
	    decision->text[0] == '\0' ? "" : ": ", decision->text);
}

static void
tell_observation(struct explanation *explanation)
{
	int64_t until =
	    cardea_policy_settings(explanation->policy)->observe_until_s;
	char time[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_json_bool(&explanation->call->out, "observe",
	    explanation->request.time_s < until);
	if (explanation->request.time_s >= until)
		return;
	cardea_moment_format(until, time);
	cardea_call_say(explanation->call,
	    "          (only logged: Cardea observes until %s)", time);
}

/* What stands in the files is not what logins obey until it is installed. */
static void
warn_of_stale(struct explanation *explanation)
{
	const char *source = cardea_policy_stale(explanation->policy);

	if (source != NULL && explanation->image == NULL)
		cardea_call_warn(explanation->call,
		    "%s is not as it was when the policy was installed",
		    source);
	cardea_json_bool(&explanation->call->out, "stale", source != NULL);
}

static enum cardea_status
explain(struct explanation *explanation, struct cardea_diag *diag)
{
	enum cardea_status status;

	status = cardea_policy_select(explanation->policy,
	    &explanation->request, &explanation->selection, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_decide(explanation->policy, &explanation->selection,
	    &explanation->request, &explanation->evidence,
	    &explanation->decision);
	tell_request(explanation);
	status = tell_rules(explanation);
	if (status == CARDEA_OK)
		status = tell_requirement(explanation);
	if (status != CARDEA_OK)
		return status;
	tell_decision(explanation);
	tell_observation(explanation);
	warn_of_stale(explanation);
	return CARDEA_OK;
}

static enum cardea_exit
run_with(struct explanation *explanation)
{
	struct cardea_call *call = explanation->call;
	struct cardea_diag diag = { 0 };
	enum cardea_status status = open_policy(explanation, &diag);

	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	status = cardea_facts_read(
	    call, explanation->policy, &explanation->request, &diag);
	if (status == CARDEA_OK)
		status = cardea_facts_have(
		    call, &explanation->request, &explanation->evidence, &diag);
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	if (status == CARDEA_OK)
		status = explain(explanation, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	return explanation->decision.verdict == CARDEA_PERMIT ? CARDEA_EXIT_OK
							      : CARDEA_EXIT_NO;
}

static enum cardea_exit
run_explain(struct cardea_call *call)
{
	struct explanation *explanation = calloc(1, sizeof(*explanation));
	enum cardea_exit code;

	if (explanation == NULL)
		return cardea_call_refuse(
		    call, CARDEA_EXIT_TROUBLE, "out of memory");
	explanation->call = call;
	code = run_with(explanation);
	cardea_policy_free(explanation->policy);
	free(explanation->image);
	free(explanation);
	return code;
}

const struct cardea_command cardea_verb_explain = {
	"explain",
	"",
	0,
	0,
	"tell what the policy says to a request, rule by rule",
	false,
	explain_options,
	run_explain,
};
