/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "code.h"
#include "factor/recovery.h"
#include "plan.h"
#include "report.h"
#include "storage.h"
#include "store/ledger.h"

/* One text for every user, host and rule: what differs would be an oracle. */
#define PROMPT "One-time code: "

#define BIT CARDEA_PLAN_BIT
#define CODES                                                                  \
	(BIT(CARDEA_FACTOR_TOTP) | BIT(CARDEA_FACTOR_HOTP) |                   \
	    BIT(CARDEA_FACTOR_RECOVERY))
#define FEW_CODES 3

static const enum cardea_factor code_factors[] = {
	CARDEA_FACTOR_TOTP,
	CARDEA_FACTOR_HOTP,
	CARDEA_FACTOR_RECOVERY,
};
#define CODE_FACTORS (sizeof(code_factors) / sizeof(code_factors[0]))

enum cardea_status
cardea_code_stash(
    struct cardea_attempt *attempt, const struct cardea_message *message)
{
	char text[CARDEA_ANSWER_MAX + 1] = "";
	enum cardea_status status;

	status = cardea_message_get_text(message, text, sizeof(text));
	if (status == CARDEA_OK)
		status = cardea_secret_set(&attempt->stash, text, strlen(text));
	if (status == CARDEA_OK)
		attempt->stashed = true;
	CARDEA_WIPE(text);
	return status;
}

/* An answer that could be a code of any kind; others are no answer. */
static bool
is_shape(const struct cardea_secret *answer)
{
	const char *text = (const char *)answer->data;

	if (answer->len == 0 || strlen(text) != answer->len)
		return false;
	if (cardea_recovery_is_shape(text))
		return true;
	return cardea_text_digits(text) &&
	    answer->len >= CARDEA_CODE_DIGITS_MIN &&
	    answer->len <= CARDEA_CODE_DIGITS_MAX;
}

/* The stash serves once; an empty one was not typed at all. */
static enum cardea_status
get_answer(struct cardea_attempt *attempt, enum cardea_answer *ret_answer,
    struct cardea_secret *ret_text)
{
	enum cardea_status status;

	if (!attempt->stashed)
		return cardea_attempt_ask(
		    attempt, PROMPT, ret_answer, ret_text);
	attempt->stashed = false;
	status = cardea_secret_set(
	    ret_text, attempt->stash.data, attempt->stash.len);
	cardea_secret_clear(&attempt->stash);
	if (status == CARDEA_OK)
		*ret_answer = CARDEA_ANSWER_TEXT;
	return status;
}

/* The store does for a decoy what it does for a user who is not there: the
 * same reads and the same commit, on nobody's account. */
static void
spend_decoy(struct cardea_attempt *attempt, const char *answer,
    struct cardea_finding *finding)
{
	struct cardea_request nobody = attempt->request;
	struct cardea_clock clock = cardea_clock_read();
	struct cardea_diag diag = { .line = 0 };
	struct cardea_spend spend = { .left = 0 };

	nobody.user_exists = false;
	if (cardea_ledger_spend_code(attempt->store, attempt->settings, &nobody,
		&clock, CODES, answer, &spend, &diag) != CARDEA_OK)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "store", &diag);
	finding->result = CARDEA_RESULT_REFUSED;
	finding->outcome = CARDEA_OUTCOME_REFUSED;
}

/* What the store found becomes what is told and logged: one place. */
static void
take_spend(struct cardea_attempt *attempt, const struct cardea_spend *spend,
    struct cardea_finding *finding)
{
	finding->result = spend->result;
	finding->why = spend->why;
	finding->outcome = CARDEA_OUTCOME_REFUSED;
	if (spend->delayed) {
		attempt->delayed = true;
		finding->result = CARDEA_RESULT_REFUSED;
		if (cardea_attempt_has_verified(attempt))
			finding->outcome = CARDEA_OUTCOME_EXHAUSTED;
	} else if (spend->result == CARDEA_RESULT_VERIFIED) {
		finding->outcome = CARDEA_OUTCOME_VERIFIED;
	} else if (spend->result == CARDEA_RESULT_BROKEN) {
		finding->outcome = CARDEA_OUTCOME_BROKEN;
	}
	if (spend->factor != CARDEA_FACTOR_NONE)
		finding->factor = spend->factor;
	if (cardea_text_copy(finding->credential, sizeof(finding->credential),
		spend->credential) != CARDEA_OK)
		finding->credential[0] = '\0';
}

static void
spend_code(struct cardea_attempt *attempt, unsigned int factors,
    const char *answer, struct cardea_finding *finding)
{
	struct cardea_clock clock = cardea_clock_read();
	struct cardea_diag diag = { .line = 0 };
	struct cardea_spend spend = { .left = 0 };

	/* steps of time mean nothing on a clock that is not to be believed */
	if (!attempt->request.time_known)
		factors &= ~BIT(CARDEA_FACTOR_TOTP);
	if (factors == 0) {
		spend_decoy(attempt, answer, finding);
		finding->result = CARDEA_RESULT_BROKEN;
		finding->outcome = CARDEA_OUTCOME_BROKEN;
		finding->why = "clock not to be trusted";
		return;
	}
	if (cardea_ledger_spend_code(attempt->store, attempt->settings,
		&attempt->request, &clock, factors, answer, &spend,
		&diag) != CARDEA_OK) {
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "store", &diag);
		finding->result = CARDEA_RESULT_BROKEN;
		finding->outcome = CARDEA_OUTCOME_BROKEN;
		finding->why = "store";
		return;
	}
	take_spend(attempt, &spend, finding);
	if (spend.result == CARDEA_RESULT_VERIFIED &&
	    spend.factor == CARDEA_FACTOR_RECOVERY && spend.left <= FEW_CODES)
		cardea_attempt_tell(attempt, 0,
		    "Few recovery codes are left: ask for new ones.");
}

/* A code that was verified proves the one factor that it is; a no is a no to
 * every kind that was asked for by the one prompt. */
static void
note_finding(struct cardea_attempt *attempt, unsigned int factors,
    struct cardea_finding *finding)
{
	enum cardea_status status = CARDEA_OK;
	size_t i;

	if (finding->result == CARDEA_RESULT_VERIFIED) {
		status = cardea_attempt_note(attempt, finding->factor,
		    finding->result, finding->credential);
	} else {
		for (i = 0; i < CODE_FACTORS && status == CARDEA_OK; i++) {
			if (factors & BIT(code_factors[i]))
				status = cardea_attempt_note(attempt,
				    code_factors[i], finding->result, "");
		}
	}
	if (status == CARDEA_OK)
		return;
	finding->result = CARDEA_RESULT_BROKEN;
	finding->outcome = CARDEA_OUTCOME_BROKEN;
	finding->why = "evidence";
}

static enum cardea_status
ask_and_judge(struct cardea_attempt *attempt, const struct cardea_plan *plan,
    struct cardea_finding *finding)
{
	struct cardea_secret text = { .data = NULL };
	enum cardea_answer answer = CARDEA_ANSWER_NONE;
	enum cardea_status status;

	status = get_answer(attempt, &answer, &text);
	if (status != CARDEA_OK)
		goto out;
	if (answer != CARDEA_ANSWER_TEXT || !is_shape(&text)) {
		finding->result = CARDEA_RESULT_ABSENT;
		finding->outcome = CARDEA_OUTCOME_REFUSED;
		finding->why = "no code given";
	} else if (cardea_storage_is_mirror(attempt)) {
		/* the same for everybody, whatever the code */
		finding->result = CARDEA_RESULT_BROKEN;
		finding->outcome = CARDEA_OUTCOME_BROKEN;
		finding->why = "cluster out of reach";
	} else if (plan->kind == CARDEA_PLAN_DECOY) {
		spend_decoy(attempt, (const char *)text.data, finding);
	} else {
		spend_code(
		    attempt, plan->factors, (const char *)text.data, finding);
	}
	if (!attempt->delayed)
		note_finding(attempt, plan->factors, finding);
	cardea_report_finding(attempt, finding);
out:
	cardea_secret_clear(&text);
	return status;
}

enum cardea_outcome
cardea_code_verify(
    struct cardea_attempt *attempt, enum cardea_status *ret_status)
{
	struct cardea_finding finding = { .factor = CARDEA_FACTOR_TOTP };
	struct cardea_plan plan = cardea_plan_make(attempt, CODES);

	*ret_status = CARDEA_OK;
	if (plan.kind == CARDEA_PLAN_SKIP)
		return CARDEA_OUTCOME_NOT_NEEDED;
	if (plan.kind == CARDEA_PLAN_DENY)
		return CARDEA_OUTCOME_DENIED;
	if (attempt->asked_code) /* one question an attempt */
		return CARDEA_OUTCOME_REFUSED;
	attempt->asked_code = true;
	finding.why = plan.why;
	*ret_status = ask_and_judge(attempt, &plan, &finding);
	/* nobody's code is ever in trouble: the trouble would name somebody */
	if (finding.outcome == CARDEA_OUTCOME_BROKEN &&
	    cardea_plan_is_hidden(attempt))
		return CARDEA_OUTCOME_REFUSED;
	return finding.outcome;
}
