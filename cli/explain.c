/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "cli/explain.h"
#include "cli/facts.h"
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
	{ "login-from", "ADDRESS", "under sudo and su: where the login is from",
	    false },
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
	{ "country", "CODE", "as if from this country: DE", false },
	{ "subdivision", "CODE", "as if from this part of it: DE-BE", false },
	{ "asn", "NUMBER", "as if from a network of this owner", false },
	{ "position", "LAT,LON", "as if from there: 52.52,13.405", false },
	{ "trait", "WORD", "as if the network were so: vpn ... or none", true },
	{ "listed", "PATH", "as if the address stood in this list", true },
	{ "not-listed", "PATH", "as if it did not", true },
	{ "signal", "SIGNAL", "as if this were unusual", true },
	{ "not-signal", "SIGNAL", "as if it were not", true },
	{ "grant", "RULE", "as if this rule were granted", true },
	{ "txn", "ID", "a login of the past, by its id in the log", false },
	{ "log", "FILE",
	    "with --txn: where it is logged; \"-\" is standard "
	    "input (/var/log/auth.log)",
	    true },
	{ "facts", NULL, "tell what is known of the request, and no more",
	    false },
	{ "batch", NULL, "with --facts: of each line of JSON that is read",
	    false },
	{ "verbose", NULL, "conditions that hold as well", false },
	{ "source", NULL, "by the files in /etc, not by the installed policy",
	    false },
	{ NULL, NULL, NULL, false },
};

static enum cardea_status
open_policy(struct cardea_explanation *explanation, struct cardea_diag *diag)
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

/* --- the request ---------------------------------------------------------- */

static enum cardea_status
read_request(struct cardea_explanation *explanation, struct cardea_diag *diag)
{
	struct cardea_request *request = &explanation->request;
	struct cardea_call *call = explanation->call;
	struct cardea_said said;
	enum cardea_status status;

	cardea_facts_said(call, &said);
	if (!cardea_call_has(call, "facts") &&
	    (said.user == NULL || said.service == NULL))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "wants --user and --service");
	status = cardea_facts_read(&said, explanation->policy, request, diag);
	if (status == CARDEA_OK)
		status = cardea_facts_state(call, request, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_around_open(
	    &explanation->around, call, explanation->policy, request->time_s);
	cardea_around_place(&explanation->around, request);
	cardea_around_lists(&explanation->around, request);
	status = cardea_around_suppose_place(
	    &explanation->around, request, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_around_remembered(&explanation->around, request);
	status = cardea_around_suppose_rest(
	    &explanation->around, request, diag);
	if (status == CARDEA_OK)
		status = cardea_facts_have(
		    call, request, &explanation->evidence, diag);
	return status;
}

/* A login of the past is what its lines say it was: nothing is supposed. */
static enum cardea_status
read_past(struct cardea_explanation *explanation, struct cardea_pasts *pasts,
    struct cardea_diag *diag)
{
	static const char *const allowed[] = { "txn", "log", "verbose",
		"source", "facts", "json" };
	struct cardea_call *call = explanation->call;
	enum cardea_status status;
	size_t known = 0;

	for (size_t i = 0; i < call->option_count; i++) {
		for (size_t j = 0; j < sizeof(allowed) / sizeof(allowed[0]);
		     j++)
			known += strcmp(call->given[i].option->name,
				     allowed[j]) == 0;
	}
	if (known < call->option_count)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--txn: the log says all that there is to say");
	pasts->only = cardea_call_text(call, "txn");
	pasts->since_s = INT64_MIN;
	status = cardea_pasts_read(pasts, call, diag);
	if (status != CARDEA_OK)
		return status;
	if (pasts->count == 0)
		return cardea_diag_set(
		    diag, CARDEA_E_MISSING, "the log has no such login");
	explanation->past = pasts->items[0];
	return cardea_past_rebuild(explanation->past, explanation->policy,
	    &explanation->request, &explanation->evidence, diag);
}

/* --- the answer ----------------------------------------------------------- */

/* What stands in the files is not what logins obey until it is installed. */
static void
warn_of_stale(struct cardea_explanation *explanation)
{
	const char *source = cardea_policy_stale(explanation->policy);

	if (source != NULL && explanation->image == NULL)
		cardea_call_warn(explanation->call,
		    "%s is not as it was when the policy was installed",
		    source);
	cardea_json_bool(&explanation->call->out, "stale", source != NULL);
}

static enum cardea_status
explain(struct cardea_explanation *explanation, struct cardea_diag *diag)
{
	enum cardea_status status;

	status = cardea_policy_select(explanation->policy,
	    &explanation->request, &explanation->selection, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_decide(explanation->policy, &explanation->selection,
	    &explanation->request, &explanation->evidence,
	    &explanation->decision);
	status = cardea_explain_tell(explanation);
	if (status == CARDEA_OK)
		warn_of_stale(explanation);
	return status;
}

static enum cardea_exit
answer(struct cardea_explanation *explanation)
{
	struct cardea_call *call = explanation->call;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (!cardea_call_has(call, "facts")) {
		status = explain(explanation, &diag);
	} else {
		call->json = true;
		status = cardea_explain_put_facts(
		    &call->out, explanation->policy, &explanation->request);
		explanation->decision.verdict = CARDEA_PERMIT;
	}
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	return explanation->decision.verdict == CARDEA_PERMIT ? CARDEA_EXIT_OK
							      : CARDEA_EXIT_NO;
}

static enum cardea_exit
run_with(struct cardea_explanation *explanation, struct cardea_pasts *pasts)
{
	struct cardea_call *call = explanation->call;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (cardea_call_has(call, "batch") && !cardea_call_has(call, "facts"))
		return cardea_call_refuse(
		    call, CARDEA_EXIT_USAGE, "--batch: wants --facts");
	status = open_policy(explanation, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	if (cardea_call_has(call, "batch")) {
		cardea_around_open(&explanation->around, call,
		    explanation->policy, cardea_clock_read().time_s);
		return cardea_explain_batch(explanation);
	}
	status = cardea_call_has(call, "txn")
	    ? read_past(explanation, pasts, &diag)
	    : read_request(explanation, &diag);
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	if (status == CARDEA_E_MISSING)
		return cardea_call_fail(call, CARDEA_EXIT_NO, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	return answer(explanation);
}

static enum cardea_exit
run_explain(struct cardea_call *call)
{
	struct cardea_explanation *explanation = calloc(
	    1, sizeof(*explanation));
	struct cardea_pasts pasts = { 0 };
	enum cardea_exit code;

	if (explanation == NULL)
		return cardea_call_refuse(
		    call, CARDEA_EXIT_TROUBLE, "out of memory");
	explanation->call = call;
	code = run_with(explanation, &pasts);
	cardea_around_close(&explanation->around);
	cardea_pasts_clear(&pasts);
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
