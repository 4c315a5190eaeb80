/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "device_judge.h"
#include "facts.h"
#include "plan.h"
#include "report.h"
#include "wire/channel.h"

#define DEVICE CARDEA_PLAN_BIT(CARDEA_FACTOR_DEVICE)
#define SSHCERT CARDEA_PLAN_BIT(CARDEA_FACTOR_SSHCERT)
#define BOTH (DEVICE | SSHCERT)
#define TRIES_MAX 4 /* of one agent's keys; each is judged */

enum cardea_device_step
cardea_device_end(
    struct cardea_device_try *try, enum cardea_result result, const char *why)
{
	try->result = result;
	try->why = why;
	return CARDEA_DEVICE_ENDED;
}

int
cardea_device_left_ms(const struct cardea_device_try *try)
{
	int64_t left_ms = try->deadline_ms - cardea_channel_now_ms();

	return left_ms > 1 ? (int)left_ms : 1;
}

enum cardea_status
cardea_device_show(
    struct cardea_device_try *try, const unsigned char *bytes, size_t len)
{
	struct cardea_device_chain *chain = &try->chain;
	size_t used = 0;

	if (chain->count == sizeof(chain->lens) / sizeof(chain->lens[0]))
		return CARDEA_E_RANGE;
	for (size_t i = 0; i < chain->count; i++)
		used += chain->lens[i];
	if (len == 0 || len > CARDEA_CERT_MAX ||
	    len > sizeof(chain->der) - used)
		return CARDEA_E_RANGE;
	memcpy(chain->der + used, bytes, len);
	chain->lens[chain->count++] = len;
	return CARDEA_OK;
}

/* --- the ways ----------------------------------------------------------------
 */

static const struct way {
	enum cardea_device_way way;
	bool in_sshd, elsewhere;
	bool named_in_sshd; /* there only where the rule names it */
	bool many;	    /* has more than one to show */
	enum cardea_device_step (*run)(struct cardea_device_try *try);
} ways[] = {
	{ CARDEA_DEVICE_WAY_HOST, true, true, true, false,
	    cardea_device_by_host },
	{ CARDEA_DEVICE_WAY_AGENT, false, true, false, true,
	    cardea_device_by_agent },
	{ CARDEA_DEVICE_WAY_REMOTE, true, false, false, false,
	    cardea_device_by_remote },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))
_Static_assert(CARDEA_SIGN_MS + CARDEA_KEY_TOUCH_MAX_S * 1000 +
	    (WAYS + TRIES_MAX) * CARDEA_CERT_JUDGE_MS <=
	CARDEA_WAIT_MAX_MS,
    "the module waits as long as all of it may take");

/* Which factors could this way still show here, of what is wanted? */
static unsigned int
open_factors(const struct cardea_attempt *attempt, const struct way *way,
    const struct cardea_requirement *wanted)
{
	bool sshd = cardea_facts_is_sshd(attempt);
	bool named = sshd && way->named_in_sshd;
	unsigned int open = 0;

	if (sshd ? !way->in_sshd : !way->elsewhere)
		return 0;
	if (cardea_device_want_way(
		wanted, CARDEA_FACTOR_DEVICE, way->way, named))
		open |= DEVICE;
	if (cardea_device_want_way(
		wanted, CARDEA_FACTOR_SSHCERT, way->way, named))
		open |= SSHCERT;
	return open;
}

/* What is left of the rule, after what was shown here or would have been. */
static void
look_what_is_wanted(struct cardea_device_try *try)
{
	const struct cardea_attempt *attempt = try->attempt;

	cardea_requirement_residual(try->rule, attempt->request.user,
	    try->invented ? &try->imagined : &attempt->evidence, &try->wanted);
}

/* A rule that wants what only sshd can show is no business of this line: to
 * call it absent would keep the gate from leaving it to the session. */
static unsigned int
all_open_factors(
    const struct cardea_attempt *attempt, const struct cardea_plan *plan)
{
	struct cardea_requirement wanted;
	unsigned int open = 0;

	cardea_plan_wanted(attempt, plan, BOTH, &wanted);
	for (size_t i = 0; i < WAYS; i++)
		open |= open_factors(attempt, &ways[i], &wanted);
	return open;
}

/* --- the line
 * ----------------------------------------------------------------- */

struct line {
	struct cardea_device_try *try;
	const struct cardea_plan *plan;
	unsigned int open;     /* factors that could be shown here */
	unsigned int verified; /* that were */
	bool said;	       /* something was logged */
};

static void
report(struct line *line)
{
	struct cardea_device_try *try = line->try;
	struct cardea_finding finding = {
		.factor = (line->open & DEVICE) != 0 ? CARDEA_FACTOR_DEVICE
						     : CARDEA_FACTOR_SSHCERT,
		.result = try->result,
		.why = try->why,
		.detail = try->detail,
	};

	line->said = true;
	cardea_report_finding(try->attempt, &finding);
}

/* One way, as often as it has something to show that could still help; false if
 * nobody listens any more. */
static bool
take_way(struct line *line, const struct way *way)
{
	struct cardea_device_try *try = line->try;
	enum cardea_device_step step;

	for (int i = 0; i < (way->many ? TRIES_MAX : 1); i++) {
		look_what_is_wanted(try);
		if (open_factors(try->attempt, way, &try->wanted) == 0)
			return true;
		try->way = way->way;
		try->chain.count = 0; /* another way's */
		try->detail[0] = '\0';
		step = way->run(try);
		if (step == CARDEA_DEVICE_SHOWN) {
			line->verified |= cardea_device_judge(try).verified;
			line->said = true;
			continue;
		}
		if (step == CARDEA_DEVICE_ENDED && !try->invented)
			report(line);
		return step != CARDEA_DEVICE_GONE;
	}
	return true;
}

static bool
take_ways(struct line *line)
{
	struct cardea_attempt *attempt = line->try->attempt;
	uint32_t ms = CARDEA_SIGN_MS + attempt->settings->touch_s * 1000;
	struct cardea_attempt_wait wait;
	bool listening = true;

	line->try->deadline_ms = cardea_channel_now_ms() + ms;
	wait = cardea_attempt_wait(
	    attempt, ms + (WAYS + TRIES_MAX) * CARDEA_CERT_JUDGE_MS);
	for (size_t i = 0; listening && i < WAYS; i++)
		listening = take_way(line, &ways[i]);
	cardea_attempt_waited(attempt, &wait);
	return listening;
}

/* A no is a no to what could have been shown here and was not. */
static void
note_missing(struct line *line)
{
	static const enum cardea_factor factors[] = { CARDEA_FACTOR_DEVICE,
		CARDEA_FACTOR_SSHCERT };
	struct cardea_device_try *try = line->try;

	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
		unsigned int bit = CARDEA_PLAN_BIT(factors[i]);

		if ((line->open & bit) != 0 && (line->verified & bit) == 0 &&
		    cardea_attempt_note(
			try->attempt, factors[i], try->result, "") != CARDEA_OK)
			(void)cardea_device_end(
			    try, CARDEA_RESULT_BROKEN, "evidence");
	}
}

/* sshd shows the key of a login by key alone in the session and not before, and
 * asks nobody: what it may still show is missing, not absent, so that the gate
 * can leave it to the session. */
static bool
is_left_to_session(const struct line *line)
{
	const struct cardea_attempt *attempt = line->try->attempt;

	return line->try->result == CARDEA_RESULT_ABSENT &&
	    attempt->phase == CARDEA_PHASE_ACCOUNT &&
	    attempt->begin.sshauth[0] == '\0' &&
	    cardea_facts_is_sshd(attempt) &&
	    cardea_device_want_way(&line->try->wanted, CARDEA_FACTOR_DEVICE,
		CARDEA_DEVICE_WAY_SSHD, false);
}

static enum cardea_outcome
outcome_of(const struct line *line)
{
	enum cardea_result result = line->verified != 0 ? CARDEA_RESULT_VERIFIED
							: line->try->result;

	if (is_left_to_session(line))
		return CARDEA_OUTCOME_NOT_NEEDED;
	return cardea_plan_outcome(line->try->attempt, line->open, result);
}

static enum cardea_status
run(struct line *line)
{
	struct cardea_device_try *try = line->try;
	const struct cardea_plan *plan = line->plan;

	(void)cardea_device_end(try, CARDEA_RESULT_ABSENT, "no device");
	if (!take_ways(line))
		return CARDEA_E_CLOSED;
	if (plan->kind != CARDEA_PLAN_JUDGE) {
		(void)cardea_device_end(try, CARDEA_RESULT_ABSENT, plan->why);
		try->detail[0] = '\0';
		report(line);
		return CARDEA_OK;
	}
	if (!line->said)
		report(line);
	if (!is_left_to_session(line))
		note_missing(line);
	return CARDEA_OK;
}

/* Somebody else's rule knows nothing of what this person has shown. */
static void
follow_rule(struct line *line, struct cardea_attempt *attempt,
    struct cardea_requirement *rule)
{
	struct cardea_device_try *try = line->try;

	try->attempt = attempt;
	try->rule = rule;
	try->invented = line->plan->kind != CARDEA_PLAN_JUDGE;
	if (cardea_plan_follow(attempt, line->plan, BOTH, rule))
		try->imagined = attempt->evidence;
	else
		memcpy(try->imagined.txn, attempt->txn, sizeof(attempt->txn));
}

enum cardea_outcome
cardea_device_verify(
    struct cardea_attempt *attempt, enum cardea_status *ret_status)
{
	struct cardea_plan plan = cardea_plan_make(attempt, BOTH);
	struct line line = { .plan = &plan };
	struct cardea_requirement rule;
	enum cardea_outcome outcome = CARDEA_OUTCOME_BROKEN;

	*ret_status = CARDEA_OK;
	if (plan.kind == CARDEA_PLAN_SKIP)
		return CARDEA_OUTCOME_NOT_NEEDED;
	if (plan.kind == CARDEA_PLAN_DENY)
		return CARDEA_OUTCOME_DENIED;
	line.open = all_open_factors(attempt, &plan);
	if (line.open == 0)
		return CARDEA_OUTCOME_NOT_NEEDED;
	if (attempt->asked_device) /* one question an attempt */
		return CARDEA_OUTCOME_REFUSED;
	attempt->asked_device = true;
	line.try = calloc(1, sizeof(*line.try));
	if (line.try == NULL) {
		*ret_status = CARDEA_E_MEMORY;
		return CARDEA_OUTCOME_BROKEN;
	}
	follow_rule(&line, attempt, &rule);
	*ret_status = run(&line);
	if (*ret_status == CARDEA_OK)
		outcome = outcome_of(&line);
	free(line.try);
	return outcome;
}
