/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/explain.h"
#include "cli/moment.h"
#include "policy/why_words.h"

/* --- facts ----------------------------------------------------------------
 */

struct line {
	char text[2048];
	struct cardea_words words;
};

static void
begin(struct line *line)
{
	line->text[0] = '\0';
	line->words = (struct cardea_words){ line->text, sizeof(line->text), 0,
		false };
}

static void
say(const struct cardea_call *call, const char *what, const struct line *line)
{
	if (line->text[0] != '\0')
		cardea_call_say(call, "%-9s %s", what, line->text);
}

static void
add_truth(const char *name, enum cardea_truth truth, void *context)
{
	struct cardea_words *words = context;

	if (truth != CARDEA_FALSE)
		cardea_words_add(words, "%s%s",
		    truth == CARDEA_MAYBE ? "perhaps " : "", name);
}

static void
say_request(
    const struct cardea_call *call, const struct cardea_request *request)
{
	char source[CARDEA_ADDRESS_TEXT_MAX + 1];
	char login[CARDEA_ADDRESS_TEXT_MAX + 1];
	char time[CARDEA_MOMENT_TEXT_MAX + 1];
	bool elsewhere;

	cardea_address_format(&request->source, source);
	cardea_address_format(&request->login_source, login);
	cardea_moment_format(request->time_s, time);
	elsewhere = strcmp(source, login) != 0;
	cardea_call_say(call,
	    "request   %s%s, service %s, source %s%s%s, origin %s, caller %s, "
	    "host %s, at %s",
	    request->user, request->user_exists ? "" : " (no such user)",
	    request->service, source, elsewhere ? ", logged in from " : "",
	    elsewhere ? login : "", cardea_origin_text(request->origin),
	    request->caller_known ? request->caller : "unknown", request->host,
	    request->time_known ? time : "an unknown time");
	if (!request->groups_known)
		cardea_call_say(call, "groups    unknown");
}

static void
say_groups(const struct cardea_call *call, const struct cardea_request *request)
{
	struct line line;

	begin(&line);
	for (size_t at = 0; at < request->group_text_len;
	     at += strlen(request->group_text + at) + 1)
		cardea_words_add(&line.words, "%s", request->group_text + at);
	say(call, "groups", &line);
}

static void
say_place(const struct cardea_call *call, const struct cardea_place *place)
{
	struct line line;

	begin(&line);
	if (place->subdivision_known == CARDEA_YES)
		cardea_words_add(&line.words, "%s", place->subdivision);
	else if (place->country_known == CARDEA_YES)
		cardea_words_add(&line.words, "%s", place->country);
	if (place->asn_known == CARDEA_YES)
		cardea_words_add(&line.words, "AS%u", place->asn);
	if (place->position_known == CARDEA_YES)
		cardea_words_add(&line.words, "%.4f %.4f (within %u km)",
		    place->latitude_e4 / 10000.0, place->longitude_e4 / 10000.0,
		    place->accuracy_km);
	for (size_t i = 0; i < CARDEA_TRAIT_COUNT; i++) {
		if (place->traits_known == CARDEA_YES &&
		    (place->traits & 1u << i) != 0)
			cardea_words_add(
			    &line.words, "%s", cardea_trait_text(i));
	}
	say(call, "place", &line);
}

static void
say_signals(const struct cardea_call *call, const struct cardea_policy *policy,
    const struct cardea_request *request)
{
	uint32_t least, most;
	struct line line;

	begin(&line);
	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		const struct cardea_signal_fact *fact = &request->signals[i];

		if (fact->holds == CARDEA_NO || fact->compared[0] == '\0')
			continue;
		cardea_words_add(&line.words, "%s%s (%s)",
		    fact->holds == CARDEA_YES ? "" : "perhaps ",
		    cardea_signal_text((enum cardea_signal)i), fact->compared);
	}
	say(call, "signals", &line);
	cardea_policy_risk(policy, request, &least, &most);
	if (most > 0)
		cardea_call_say(call,
		    least == most ? "risk      %u" : "risk      %u to %u",
		    least, most);
}

static void
say_grants(const struct cardea_call *call, const struct cardea_grants *grants)
{
	struct line line;

	begin(&line);
	for (size_t i = 0; i < grants->count; i++)
		cardea_words_add(&line.words, "%s (%s)", grants->items[i].rule,
		    grants->items[i].id);
	say(call, "grants", &line);
}

enum cardea_status
cardea_explain_say_facts(struct cardea_explanation *explanation)
{
	const struct cardea_request *request = &explanation->request;
	const struct cardea_call *call = explanation->call;
	struct cardea_whys *whys = NULL;
	enum cardea_status status;
	struct line line;

	status = cardea_whys_begin(explanation->policy, request, &whys);
	if (status != CARDEA_OK)
		return status;
	say_request(call, request);
	say_groups(call, request);
	say_place(call, &request->place);
	begin(&line);
	status = cardea_whys_zones(whys, add_truth, &line.words);
	say(call, "zones", &line);
	begin(&line);
	if (status == CARDEA_OK)
		status = cardea_whys_hours(whys, add_truth, &line.words);
	say(call, "hours", &line);
	say_signals(call, explanation->policy, request);
	say_grants(call, &request->grants);
	cardea_whys_free(whys);
	return status;
}

/* --- the past ------------------------------------------------------------- */

static void
tell_past(const struct cardea_explanation *explanation)
{
	const struct cardea_past *past = explanation->past;
	const char *now = cardea_policy_digest(explanation->policy);
	struct cardea_json *json = &explanation->call->out;
	bool same = strncmp(now, past->policy, strlen(past->policy)) == 0 &&
	    past->policy[0] != '\0';

	cardea_json_open_object(json, "past");
	cardea_json_text(json, "txn", past->txn);
	cardea_json_text(json, "policy", past->policy);
	cardea_json_bool(json, "same_policy", same);
	cardea_json_text(json, "decision", past->decision);
	cardea_json_text(json, "reason", past->reason);
	cardea_json_text(json, "rule", past->rule);
	cardea_json_bool(json, "observed", past->observed);
	cardea_json_shut(json);
	cardea_call_say(explanation->call, "then      %s (%s)%s%s%s",
	    past->decision[0] == '\0' ? "undecided" : past->decision,
	    past->reason, past->rule[0] == '\0' ? "" : ", rule ", past->rule,
	    past->observed ? ", only observed" : "");
	if (!same)
		cardea_call_say(explanation->call,
		    "          by policy %s; what follows is by policy %.12s",
		    past->policy, now);
}

/* --- the rules ------------------------------------------------------------ */

struct teller {
	struct cardea_explanation *explanation;
	bool verbose;	     /* all conditions, not only those in the way */
	unsigned int within; /* depth of the "unless" that is told in full */
	size_t count, room;
	struct cardea_why *whys; /* of one rule: its line comes first */
	bool failed;
};

static void
hold(const struct cardea_why *why, void *context)
{
	struct teller *teller = context;
	struct cardea_why *whys;

	if (teller->count == teller->room) {
		size_t room = teller->room == 0 ? 16 : teller->room * 2;

		whys = reallocarray(teller->whys, room, sizeof(*whys));
		teller->failed = teller->failed || whys == NULL;
		if (whys == NULL)
			return;
		teller->whys = whys;
		teller->room = room;
	}
	teller->whys[teller->count++] = *why;
}

/* Those that stood in the way; of an "unless" that did, all that it holds. */
static bool
is_told(struct teller *teller, const struct cardea_why *why)
{
	if (teller->verbose)
		return true;
	if (teller->within != 0 && why->depth >= teller->within)
		return true;
	teller->within = 0;
	if (why->depth > 0 || why->truth == CARDEA_TRUE)
		return false;
	teller->within = why->depth + 1;
	return true;
}

static void
tell_why(struct teller *teller, const struct cardea_why *why)
{
	struct cardea_call *call = teller->explanation->call;
	struct cardea_json *json = &call->out;

	cardea_json_open_object(json, NULL);
	cardea_json_number(json, "depth", why->depth);
	cardea_json_text(json, "key", why->key);
	cardea_json_text(json, "match", cardea_truth_text(why->truth));
	if (why->wanted[0] != '\0') {
		cardea_json_text(json, "wanted", why->wanted);
		cardea_json_text(json, "found", why->found);
	}
	cardea_json_shut(json);
	if (!is_told(teller, why))
		return;
	if (why->wanted[0] == '\0')
		cardea_call_say(call, "            %*s%s: %s",
		    (int)why->depth * 2, "", why->key,
		    cardea_truth_text(why->truth));
	else
		cardea_call_say(call, "            %*s%s: %s, wants %s; is %s",
		    (int)why->depth * 2, "", why->key,
		    cardea_truth_text(why->truth), why->wanted, why->found);
}

static void
tell_rule(struct teller *teller, size_t index, const struct cardea_rule *rule,
    enum cardea_truth truth)
{
	struct cardea_call *call = teller->explanation->call;
	struct cardea_json *json = &call->out;
	bool deny = rule->kind != CARDEA_RULE_REQUIRE;
	const char *what = deny ? "deny" : "require";
	const char *text = deny ? rule->deny : rule->require;
	bool observed = rule->observe &&
	    teller->explanation->request.time_s < rule->observe_until_s;

	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "name", rule->name);
	cardea_json_text(json, "match", cardea_truth_text(truth));
	cardea_json_text(json, what, text);
	cardea_json_bool(json, "observe", observed);
	cardea_json_text(json, "file", rule->file);
	cardea_json_number(json, "line", rule->line);
	cardea_call_say(call, "%5zu %-5s %s  %s: %s%s  (%s:%u)", index + 1,
	    cardea_truth_text(truth), rule->name, what, text,
	    observed ? "  [only observed]" : "", rule->file, rule->line);
	cardea_json_open_array(json, "conditions");
	teller->within = 0;
	for (size_t i = 0; i < teller->count; i++)
		tell_why(teller, &teller->whys[i]);
	cardea_json_shut(json);
	cardea_json_shut(json);
}

/* Down to the rule that decided: what stands below has no say. */
static enum cardea_status
tell_rules(struct teller *teller, struct cardea_whys *whys)
{
	const struct cardea_explanation *explanation = teller->explanation;
	const struct cardea_selection *selection = &explanation->selection;
	size_t count = cardea_policy_rule_count(explanation->policy);
	enum cardea_status status = CARDEA_OK;

	if (selection->matched && selection->rule < count)
		count = selection->rule + 1;
	cardea_json_open_array(&explanation->call->out, "rules");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		enum cardea_truth truth = CARDEA_FALSE;
		struct cardea_rule rule = { 0 };

		teller->count = 0;
		/* why the one that decided applies is what people ask first */
		teller->verbose = teller->verbose ||
		    (selection->matched && i == selection->rule);
		status = cardea_policy_rule(explanation->policy, i, &rule);
		if (status == CARDEA_OK)
			status = cardea_whys_rule(
			    whys, i, hold, teller, &truth);
		if (status == CARDEA_OK && teller->failed)
			status = CARDEA_E_MEMORY;
		if (status == CARDEA_OK)
			tell_rule(teller, i, &rule, truth);
	}
	cardea_json_shut(&explanation->call->out);
	return status;
}

/* --- the answer ----------------------------------------------------------- */

static enum cardea_status
tell_requirement(struct cardea_explanation *explanation)
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
put_part(struct cardea_json *json, const char *key, const char *text)
{
	if (text[0] != '\0')
		cardea_json_text(json, key, text);
}

static void
tell_decision(struct cardea_explanation *explanation)
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
tell_observation(struct cardea_explanation *explanation)
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

enum cardea_status
cardea_explain_tell(struct cardea_explanation *explanation)
{
	struct teller teller = { .explanation = explanation,
		.verbose = cardea_call_has(explanation->call, "verbose") };
	struct cardea_json *json = &explanation->call->out;
	struct cardea_whys *whys = NULL;
	enum cardea_status status;

	status = cardea_whys_begin(
	    explanation->policy, &explanation->request, &whys);
	if (status != CARDEA_OK)
		return status;
	cardea_json_open_object(json, "request");
	status = cardea_explain_put_facts(
	    json, explanation->policy, &explanation->request);
	cardea_json_shut(json);
	if (status == CARDEA_OK)
		status = cardea_explain_say_facts(explanation);
	if (status == CARDEA_OK && explanation->past != NULL)
		tell_past(explanation);
	if (status == CARDEA_OK)
		status = tell_rules(&teller, whys);
	if (status == CARDEA_OK)
		status = tell_requirement(explanation);
	if (status == CARDEA_OK) {
		tell_decision(explanation);
		tell_observation(explanation);
	}
	cardea_whys_free(whys);
	free(teller.whys);
	return status;
}
