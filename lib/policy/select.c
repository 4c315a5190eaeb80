/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/policy.h>

#include "policy/image.h"
#include "policy/match.h"

/*
 * 1. Rules are read from the top; the first enforcing rule that matches for
 *    certain decides.  Nothing after it is looked at.
 * 2. An unknown fact never opens a door: a deny rule that may match denies, a
 *    require rule that may match adds its demand to what follows.
 * 3. An emergency rule that may match switches off, for what stands below it,
 *    only the denials that rest on unknown facts; its own demand stays.
 * 4. A rule in observe mode changes nothing but the list of observed rules;
 *    when the clock cannot be trusted, it is a rule that may match.
 * 5. While the cluster cannot be reached, nobody knows which codes were spent
 *    or who was locked elsewhere: a rule that requires something and has no
 *    word for that outage denies, as soon as it may match.
 * 6. Evidence is not an argument: nothing a person proves moves the rule.
 */
struct walk {
	const struct cardea_policy *policy;
	const struct cardea_request *request;
	struct cardea_diag *diag;
	struct cardea_selection selection;
	bool demanded;	/* the requirement holds a rule's demand */
	bool emergency; /* an emergency rule above may match */
	bool decided;
};

static bool
is_observing(
    const struct cardea_rule *rule, const struct cardea_request *request)
{
	return rule->observe && request->time_known &&
	    request->time_s < rule->observe_until_s;
}

static void
note_observed(struct walk *walk, size_t index, enum cardea_truth truth)
{
	struct cardea_selection *selection = &walk->selection;

	if (selection->observed_count >= CARDEA_OBSERVED_MAX) {
		selection->observed_left_out++;
		return;
	}
	selection->observed[selection->observed_count].rule = index;
	selection->observed[selection->observed_count].truth = truth;
	selection->observed_count++;
}

static enum cardea_status
add_text(struct walk *walk, const char *text)
{
	struct cardea_requirement *sum = &walk->selection.requirement;
	struct cardea_requirement one;
	enum cardea_status status;

	status = cardea_requirement_parse(text, &one, walk->diag);
	if (status != CARDEA_OK)
		return status;
	if (walk->demanded)
		status = cardea_requirement_and(sum, &one, sum);
	else
		*sum = one;
	walk->demanded = true;
	if (status != CARDEA_OK)
		return cardea_diag_set(walk->diag, status,
		    "the rules that may apply ask too much together");
	return CARDEA_OK;
}

/* add_requirement: what the rule demands under the outages there are.  Where
 * two of them are named, both clauses hold. */
static enum cardea_status
add_requirement(struct walk *walk, const struct cardea_rule *rule)
{
	unsigned int used = 0;

	for (unsigned int i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		enum cardea_status status;

		if ((walk->request->outages & (1u << i)) == 0 ||
		    rule->when_outage[i][0] == '\0')
			continue;
		status = add_text(walk, rule->when_outage[i]);
		if (status != CARDEA_OK)
			return status;
		used |= 1u << i;
	}
	walk->selection.outage_used |= used;
	return used != 0 ? CARDEA_OK : add_text(walk, rule->require);
}

/* of two limits; 0 is none */
static uint32_t
least(uint32_t a, uint32_t b)
{
	if (a == 0 || (b != 0 && b < a))
		return b;
	return a;
}

/* Root becoming another user is asked for nothing that a cluster could know. */
static enum cardea_status
judge_cut_off(
    struct walk *walk, const struct cardea_rule *rule, bool *ret_cut_off)
{
	struct cardea_requirement requirement;
	enum cardea_status status;

	*ret_cut_off = (walk->request->outages & CARDEA_OUTAGE_CLUSTER) != 0 &&
	    rule->when_outage[CARDEA_OUTAGE_CLUSTER_INDEX][0] == '\0';
	if (!*ret_cut_off || !cardea_request_is_descent(walk->request))
		return CARDEA_OK;
	status = cardea_requirement_parse(
	    rule->require, &requirement, walk->diag);
	if (status == CARDEA_OK)
		*ret_cut_off = cardea_requirement_kind(&requirement) !=
		    CARDEA_NODE_TRUE;
	return status;
}

static void
take_cut_off(struct walk *walk, size_t index, const struct cardea_rule *rule)
{
	struct cardea_selection *selection = &walk->selection;

	selection->matched = true;
	selection->denied = true;
	selection->cut_off = true;
	selection->rule = index;
	selection->alert = selection->alert || rule->alert;
	walk->decided = true;
}

static enum cardea_status
take_require(struct walk *walk, size_t index, const struct cardea_rule *rule,
    enum cardea_truth truth)
{
	struct cardea_selection *selection = &walk->selection;
	bool first = selection->maybe_count == 0;

	if (first || rule->remember_s < selection->remember_s)
		selection->remember_s = rule->remember_s;
	selection->session_s = least(selection->session_s, rule->session_s);
	selection->revocation_s = least(
	    selection->revocation_s, rule->revocation_s);
	selection->alert = selection->alert || rule->alert;
	if (truth == CARDEA_TRUE) {
		selection->matched = true;
		selection->rule = index;
		walk->decided = true;
	} else if (selection->maybe_count < CARDEA_MAYBE_MAX) {
		selection->maybe = true;
		selection->maybe_rules[selection->maybe_count++] = index;
		walk->emergency = walk->emergency ||
		    (rule->emergency && !rule->observe);
	} else {
		return cardea_diag_set(walk->diag, CARDEA_E_RANGE,
		    "more than %d rules may apply", CARDEA_MAYBE_MAX);
	}
	return add_requirement(walk, rule);
}

static void
take_deny(struct walk *walk, size_t index, const struct cardea_rule *rule,
    enum cardea_truth truth)
{
	struct cardea_selection *selection = &walk->selection;

	if (truth == CARDEA_MAYBE) {
		selection->maybe = true;
		if (walk->emergency)
			return;
	}
	selection->matched = true;
	selection->denied = true;
	selection->rule = index;
	selection->alert = selection->alert || rule->alert;
	walk->decided = true;
}

static enum cardea_status
take_rule(struct walk *walk, size_t index, enum cardea_truth truth)
{
	struct cardea_rule rule;
	enum cardea_status status;
	bool cut_off = false;

	status = cardea_policy_rule(walk->policy, index, &rule);
	if (status != CARDEA_OK)
		return status;
	if (is_observing(&rule, walk->request)) {
		note_observed(walk, index, truth);
		return CARDEA_OK;
	}
	/* without a clock nobody knows whether it observes still: it may */
	if (rule.observe && !walk->request->time_known)
		truth = CARDEA_MAYBE;
	if (rule.kind != CARDEA_RULE_REQUIRE) {
		take_deny(walk, index, &rule, truth);
		return CARDEA_OK;
	}
	status = judge_cut_off(walk, &rule, &cut_off);
	if (status != CARDEA_OK)
		return status;
	if (!cut_off)
		return take_require(walk, index, &rule, truth);
	take_cut_off(walk, index, &rule);
	return CARDEA_OK;
}

/* judge_early: would anybody at all who comes by this service be denied here?
 * One rule above that asks who the person is, and an early answer would tell
 * who is in it. */
static enum cardea_status
judge_early(struct walk *walk, struct cardea_match *anybody, size_t end)
{
	size_t i;

	while (cardea_match_next(anybody, &i) && i < end) {
		struct cardea_rule rule;
		enum cardea_truth truth;
		enum cardea_status status;

		status = cardea_match_rule(anybody, i, &truth);
		if (status == CARDEA_OK && truth != CARDEA_FALSE)
			status = cardea_policy_rule(walk->policy, i, &rule);
		if (status != CARDEA_OK)
			return status;
		if (truth != CARDEA_FALSE && !rule.early &&
		    !is_observing(&rule, walk->request))
			return CARDEA_OK;
	}
	walk->selection.early = true;
	return CARDEA_OK;
}

/* finish_denial: end is behind the last rule that had a say. */
static enum cardea_status
finish_denial(struct walk *walk, size_t end)
{
	struct cardea_selection *selection = &walk->selection;
	struct cardea_match *anybody = NULL;
	enum cardea_status status;

	memset(&selection->requirement, 0, sizeof(selection->requirement));
	selection->denied = true;
	selection->remember_s = 0;
	selection->session_s = 0;
	selection->revocation_s = 0;
	selection->outage_used = 0;
	status = cardea_match_service(
	    walk->policy, walk->request->service, &anybody);
	if (status == CARDEA_OK)
		status = judge_early(walk, anybody, end);
	cardea_match_free(anybody);
	return status;
}

static enum cardea_status
walk_rules(struct walk *walk, struct cardea_match *match)
{
	size_t end = cardea_policy_rule_count(walk->policy), i;

	while (!walk->decided && cardea_match_next(match, &i)) {
		enum cardea_truth truth;
		enum cardea_status status;

		status = cardea_match_rule(match, i, &truth);
		if (status == CARDEA_OK && truth != CARDEA_FALSE)
			status = take_rule(walk, i, truth);
		if (status != CARDEA_OK)
			return status;
		if (walk->decided)
			end = i + 1;
	}
	if (cardea_image_is_damaged(walk->policy))
		return CARDEA_E_CORRUPT;
	if (walk->selection.matched && !walk->selection.denied)
		return CARDEA_OK;
	return finish_denial(walk, end);
}

enum cardea_status
cardea_policy_select(const struct cardea_policy *policy,
    const struct cardea_request *request,
    struct cardea_selection *ret_selection, struct cardea_diag *diag)
{
	struct walk walk = {
		.policy = policy, .request = request, .diag = diag
	};
	struct cardea_match *match = NULL;
	enum cardea_status status;

	status = cardea_match_begin(policy, request, &match);
	if (status == CARDEA_OK)
		status = walk_rules(&walk, match);
	cardea_match_free(match);
	if (status == CARDEA_OK && cardea_image_is_damaged(policy))
		status = CARDEA_E_CORRUPT;
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the installed policy cannot be judged");
	*ret_selection = walk.selection;
	return CARDEA_OK;
}

/* --- strangers ------------------------------------------------------------ */

/* The request of somebody who has no name yet. */
static void
forget_person(struct cardea_request *request)
{
	memset(request->user, 0, sizeof(request->user));
	memset(request->pam_user, 0, sizeof(request->pam_user));
	request->groups_known = false;
	request->group_text_len = 0;
	memset(request->signals, 0, sizeof(request->signals));
	memset(&request->grants, 0, sizeof(request->grants));
}

struct stranger {
	const struct cardea_policy *policy;
	struct cardea_request request;
	struct cardea_match *match;
	size_t end; /* behind the rule that everybody meets */
	bool failed;
};

/* Would somebody with these facts be asked for something by this rule? */
static bool
may_ask(struct stranger *stranger, size_t index, enum cardea_truth *ret_truth,
    struct cardea_requirement *ret_requirement)
{
	struct cardea_rule rule;

	*ret_truth = CARDEA_FALSE;
	if (cardea_match_rule(stranger->match, index, ret_truth) != CARDEA_OK ||
	    cardea_policy_rule(stranger->policy, index, &rule) != CARDEA_OK) {
		stranger->failed = true;
		return false;
	}
	if (is_observing(&rule, &stranger->request))
		*ret_truth = CARDEA_FALSE;
	return *ret_truth != CARDEA_FALSE && rule.kind == CARDEA_RULE_REQUIRE &&
	    cardea_requirement_parse(rule.require, ret_requirement, NULL) ==
	    CARDEA_OK &&
	    cardea_requirement_kind(ret_requirement) != CARDEA_NODE_TRUE;
}

/* Of the rules that are about nobody in particular, down to the one that
 * everybody meets: the one with this number among those that ask, or, with
 * UINT64_MAX, how many ask. */
static uint64_t
find_impersonal(struct stranger *stranger, uint64_t number,
    struct cardea_requirement *ret_requirement)
{
	enum cardea_truth truth = CARDEA_FALSE;
	uint64_t found = 0;
	size_t i;

	cardea_match_impersonal(stranger->match);
	while (truth != CARDEA_TRUE && !stranger->failed &&
	    cardea_match_next(stranger->match, &i)) {
		if (may_ask(stranger, i, &truth, ret_requirement) &&
		    found++ == number)
			break;
		if (truth == CARDEA_TRUE)
			stranger->end = i + 1;
	}
	return found;
}

/* The first that asks, of so many from this one on, round and round: how many
 * are looked at hangs on where it begins, and not on how many there are. */
static bool
find_personal(struct stranger *stranger, uint64_t from, uint64_t count,
    struct cardea_requirement *ret_requirement)
{
	for (uint64_t i = 0; i < count && !stranger->failed; i++) {
		enum cardea_truth truth;
		size_t index;

		if (!cardea_match_asking_at(
			stranger->match, (size_t)((from + i) % count), &index))
			return false;
		if (may_ask(stranger, index, &truth, ret_requirement))
			return true;
	}
	return false;
}

static bool
find_any(struct stranger *stranger, uint64_t pick,
    struct cardea_requirement *ret_requirement)
{
	uint64_t impersonal = find_impersonal(
	    stranger, UINT64_MAX, ret_requirement);
	uint64_t personal = cardea_match_asking(stranger->match, stranger->end);
	uint64_t at;

	if (stranger->failed || impersonal + personal == 0)
		return false;
	at = pick % (impersonal + personal);
	if (at >= impersonal &&
	    find_personal(stranger, at - impersonal, personal, ret_requirement))
		return true;
	if (impersonal == 0)
		return false;
	at = at % impersonal;
	return find_impersonal(stranger, at, ret_requirement) == at + 1;
}

bool
cardea_policy_pretend(const struct cardea_policy *policy,
    const struct cardea_request *request, uint64_t pick,
    struct cardea_requirement *ret_requirement)
{
	struct stranger stranger = {
		.policy = policy,
		.request = *request,
		.end = cardea_policy_rule_count(policy),
	};
	struct cardea_requirement requirement;
	bool found;

	forget_person(&stranger.request);
	if (cardea_match_begin(policy, &stranger.request, &stranger.match) !=
	    CARDEA_OK)
		return false;
	found = find_any(&stranger, pick, &requirement) && !stranger.failed &&
	    !cardea_image_is_damaged(policy);
	if (found)
		*ret_requirement = requirement;
	cardea_match_free(stranger.match);
	return found;
}
