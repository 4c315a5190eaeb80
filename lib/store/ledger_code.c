/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "store/ledger.h"
#include "store/mark.h"
#include "store/retry.h"
#include "store/trial.h"

/* What one answer did to one trial, before anything is stored. */
struct judgement {
	struct cardea_spend spend;
	bool finished; /* counts as a try: R04 */
	size_t token;  /* that was accepted; SIZE_MAX: none */
	size_t code;   /* recovery code that was accepted; SIZE_MAX: none */
	struct cardea_otp_verdict verdicts[CARDEA_TOKENS_MAX];
};

static bool
allows(unsigned int factors, enum cardea_factor factor)
{
	return (factors & 1u << factor) != 0;
}

static enum cardea_factor
factor_of(const struct cardea_otp_token *token)
{
	return token->kind == CARDEA_OTP_HOTP ? CARDEA_FACTOR_HOTP
					      : CARDEA_FACTOR_TOTP;
}

/* The more a verdict says, the higher: the best of all tokens is told. */
static int
rank(enum cardea_otp_why why)
{
	switch (why) {
	case CARDEA_OTP_ACCEPTED:
		return 7;
	case CARDEA_OTP_RESYNC:
		return 6;
	case CARDEA_OTP_REPLAYED:
		return 5;
	case CARDEA_OTP_WRONG:
		return 4;
	case CARDEA_OTP_BAD_TOKEN:
	case CARDEA_OTP_BAD_TIME:
	case CARDEA_OTP_FAILED:
		return 3;
	case CARDEA_OTP_DISABLED:
	case CARDEA_OTP_EXPIRED:
		return 2;
	case CARDEA_OTP_MALFORMED:
		return 1;
	case CARDEA_OTP_WHY_NONE:
	case CARDEA_OTP_WHY_COUNT:
		break;
	}
	return 0;
}

/* Nothing matches a decoy: its verdict is thrown away.  It makes an answer
 * cost the same whether or not there is a token behind the name (P17). */
static enum cardea_otp_why
judge_decoy(const struct cardea_trial *trial,
    const struct cardea_otp_window *window, const char *answer)
{
	unsigned char key[20] = "nothing matches this";
	struct cardea_otp_token decoy = {
		.kind = CARDEA_OTP_TOTP,
		.digits = CARDEA_CODE_DIGITS_MIN,
		.period_s = 30,
		.key = { .data = key, .len = sizeof(key) },
		.watermark = CARDEA_OTP_NO_WATERMARK,
		.sync_at = -1,
	};
	struct cardea_otp_verdict verdict;

	cardea_otp_judge(&decoy, window, trial->time_s, answer, &verdict);
	return verdict.why;
}

static void
name_credential(
    struct cardea_spend *spend, const struct cardea_otp_token *token)
{
	const char *name = token->name[0] != '\0' ? token->name : token->id;

	/* both fit: the fields have one ceiling */
	memcpy(spend->credential, name, strlen(name) + 1);
}

static void
tell_token(struct judgement *judgement, const struct cardea_otp_token *token,
    const struct cardea_otp_verdict *verdict)
{
	struct cardea_spend *spend = &judgement->spend;

	spend->factor = factor_of(token);
	spend->why = cardea_otp_why_text(verdict->why);
	switch (rank(verdict->why)) {
	case 7:
		spend->result = CARDEA_RESULT_VERIFIED;
		break;
	case 6:
	case 5:
	case 4:
		spend->result = CARDEA_RESULT_REFUSED;
		break;
	case 3:
		spend->result = CARDEA_RESULT_BROKEN;
		break;
	default: /* off, or digits that no token has: nothing to check */
		spend->result = CARDEA_RESULT_ABSENT;
		break;
	}
	if (verdict->why != CARDEA_OTP_WRONG &&
	    verdict->why != CARDEA_OTP_MALFORMED)
		name_credential(spend, token);
	judgement->finished = spend->result != CARDEA_RESULT_BROKEN &&
	    verdict->why != CARDEA_OTP_MALFORMED;
}

/* Every token is judged, whatever the first ones say. */
static void
judge_tokens(const struct cardea_trial *trial, const char *answer,
    struct judgement *judgement)
{
	const struct cardea_otp_window window = {
		.totp_steps = trial->ask->settings->totp_window,
		.hotp_ahead = trial->ask->settings->hotp_window,
		.hotp_sync = trial->ask->settings->hotp_sync_window,
	};
	unsigned int factors = trial->ask->factors;
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < trial->token_count; i++) {
		const struct cardea_otp_token *token = &trial->tokens[i].token;
		struct cardea_otp_verdict *verdict = &judgement->verdicts[i];

		cardea_otp_judge(
		    token, &window, trial->time_s, answer, verdict);
		if (!allows(factors, factor_of(token))) {
			*verdict = (struct cardea_otp_verdict){ 0 };
			continue;
		}
		if (verdict->why != CARDEA_OTP_DISABLED &&
		    verdict->why != CARDEA_OTP_EXPIRED)
			judgement->spend.enrolled = true;
		if (best == SIZE_MAX ||
		    rank(verdict->why) > rank(judgement->verdicts[best].why))
			best = i;
	}
	if (best != SIZE_MAX) {
		tell_token(judgement, &trial->tokens[best].token,
		    &judgement->verdicts[best]);
		if (judgement->spend.result == CARDEA_RESULT_VERIFIED)
			judgement->token = best;
		return;
	}
	judgement->spend.result = CARDEA_RESULT_ABSENT;
	judgement->spend.factor = allows(factors, CARDEA_FACTOR_TOTP)
	    ? CARDEA_FACTOR_TOTP
	    : CARDEA_FACTOR_HOTP;
	judgement->finished = judge_decoy(trial, &window, answer) !=
	    CARDEA_OTP_MALFORMED;
	judgement->spend.why = judgement->finished ? "not-enrolled"
						   : "malformed";
}

static void
judge_recovery(const struct cardea_trial *trial, const char *answer,
    struct judgement *judgement)
{
	struct cardea_recovery_set decoy = {
		.count = CARDEA_RECOVERY_CODES_MAX / 2
	};
	const struct cardea_recovery_set *set = &trial->recovery;
	struct cardea_spend *spend = &judgement->spend;
	bool enrolled = cardea_recovery_left(set) > 0;

	spend->factor = CARDEA_FACTOR_RECOVERY;
	spend->credential[0] = '\0';
	spend->result = cardea_recovery_judge(
	    set->count > 0 ? set : &decoy, answer, &judgement->code);
	if (!enrolled)
		spend->result = CARDEA_RESULT_ABSENT;
	judgement->finished = spend->result != CARDEA_RESULT_BROKEN;
	spend->left = (uint32_t)cardea_recovery_left(set);
	switch (spend->result) {
	case CARDEA_RESULT_VERIFIED:
		spend->why = "accepted";
		spend->left--;
		break;
	case CARDEA_RESULT_REFUSED:
		spend->why = "wrong";
		break;
	case CARDEA_RESULT_ABSENT:
		spend->why = "not-enrolled";
		break;
	case CARDEA_RESULT_BROKEN:
	case CARDEA_RESULT_NONE:
		spend->why = "failed";
		break;
	}
}

/* Digits go to the tokens and nothing else does; what has the shape of a
 * recovery code goes to the recovery codes; everything else means that nobody
 * answered us (another module's prompt, sshd's junk: I12) and is not counted.
 */
static void
judge(const struct cardea_trial *trial, struct judgement *ret_judgement)
{
	struct judgement judgement = { .token = SIZE_MAX, .code = SIZE_MAX };
	unsigned int factors = trial->ask->factors;
	const char *answer = trial->ask->answer;
	bool digits = cardea_text_digits(answer) &&
	    (allows(factors, CARDEA_FACTOR_TOTP) ||
		allows(factors, CARDEA_FACTOR_HOTP));
	bool recovery = cardea_recovery_is_shape(answer) &&
	    allows(factors, CARDEA_FACTOR_RECOVERY);

	judge_tokens(trial, digits ? answer : "", &judgement);
	if (allows(factors, CARDEA_FACTOR_RECOVERY) &&
	    cardea_recovery_left(&trial->recovery) > 0)
		judgement.spend.enrolled = true;
	if (recovery)
		judge_recovery(trial, answer, &judgement);
	if (cardea_trial_is_delayed(trial) && judgement.finished) {
		/* what was found above is known to nobody */
		bool enrolled = judgement.spend.enrolled;

		judgement = (struct judgement){
			.spend = { .factor = judgement.spend.factor,
			    .why = "delayed",
			    .delayed = true,
			    .enrolled = enrolled },
			.token = SIZE_MAX,
			.code = SIZE_MAX,
		};
	}
	*ret_judgement = judgement;
}

/* A token's mark: an accepted one's spent code, drift and time of use; of the
 * others only what a far code left or took away.  The token itself is only
 * checked: one that was removed, disabled or replaced meanwhile is not judged.
 */
static enum cardea_status
store_token(struct cardea_trial_token *held,
    const struct cardea_otp_verdict *verdict, int64_t used_s,
    struct cardea_changes *changes)
{
	struct cardea_otp_token *token = &held->token;
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_changes_check(changes, &held->key, held->version);
	if (status != CARDEA_OK)
		return status;
	if (used_s < 0 &&
	    (verdict->result != CARDEA_RESULT_REFUSED ||
		verdict->sync_at == token->sync_at))
		return CARDEA_OK;
	token->sync_at = verdict->sync_at;
	if (used_s >= 0) {
		token->watermark = verdict->watermark;
		token->drift = verdict->drift;
		token->used_s = used_s;
	}
	status = cardea_mark_encode_token(token, &value);
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_put(
	    changes, &held->mark_key, held->mark_version, &value);
}

/* When a credential was used; 0 would mean never, and a clock in trouble must
 * not say that. */
static int64_t
use_time(const struct cardea_trial *trial)
{
	int64_t time_s = trial->ask->now.clock.time_s;

	return time_s > 0 ? time_s : 1;
}

static enum cardea_status
store_recovery(const struct cardea_trial *trial, size_t code,
    struct cardea_changes *changes)
{
	struct cardea_recovery_set set = trial->recovery;
	struct cardea_value value = { 0 };
	enum cardea_status status;

	set.codes[code].used_s = use_time(trial);
	status = cardea_changes_check(
	    changes, &trial->recovery_key, trial->recovery_version);
	if (status == CARDEA_OK)
		status = cardea_mark_encode_recovery(&set, &value);
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_put(changes, &trial->recovery_mark_key,
	    trial->recovery_mark_version, &value);
}

/* Every token that shows the code, not only the one that is named: a secret
 * that was enrolled twice would be good twice (R01). */
static bool
is_spent(const struct judgement *judgement, size_t token)
{
	return judgement->token != SIZE_MAX &&
	    judgement->verdicts[token].result == CARDEA_RESULT_VERIFIED;
}

static enum cardea_status
collect(struct cardea_trial *trial, struct cardea_store *store,
    const struct judgement *judgement, struct cardea_changes *changes,
    struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	if (!judgement->finished)
		return cardea_trial_touch(trial, changes);
	for (size_t i = 0; status == CARDEA_OK && i < trial->token_count; i++)
		status = store_token(&trial->tokens[i], &judgement->verdicts[i],
		    is_spent(judgement, i) ? use_time(trial) : -1, changes);
	if (status == CARDEA_OK && judgement->code != SIZE_MAX)
		status = store_recovery(trial, judgement->code, changes);
	if (status != CARDEA_OK)
		return status;
	if (judgement->spend.result == CARDEA_RESULT_VERIFIED)
		return cardea_trial_succeed(trial, store, changes, diag);
	return cardea_trial_count(trial, changes);
}

struct spending {
	struct cardea_store *store;
	const struct cardea_ask *ask;
	struct cardea_spend *ret_spend;
};

static enum cardea_status
spend_once(void *context, struct cardea_diag *diag)
{
	const struct spending *spending = context;
	struct cardea_store *store = spending->store;
	struct cardea_trial trial;
	struct cardea_changes changes = { 0 };
	struct judgement judgement;
	enum cardea_status status;

	status = cardea_trial_read(&trial, store, spending->ask, diag);
	if (status != CARDEA_OK)
		goto out;
	judge(&trial, &judgement);
	status = collect(&trial, store, &judgement, &changes, diag);
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    store, changes.items, changes.count, diag);
	if (status == CARDEA_OK)
		*spending->ret_spend = judgement.spend;
out:
	cardea_changes_clear(&changes);
	cardea_trial_clear(&trial);
	return status;
}

enum cardea_status
cardea_ledger_spend_code(struct cardea_store *store,
    const struct cardea_settings *settings,
    const struct cardea_request *request, const struct cardea_clock *clock,
    unsigned int factors, const char *answer, struct cardea_spend *ret_spend,
    struct cardea_diag *diag)
{
	struct cardea_ask ask = {
		.settings = settings,
		.request = request,
		.now = cardea_moment_of(clock),
		.factors = factors,
		.answer = answer,
	};
	struct spending spending = { store, &ask, ret_spend };

	if (answer == NULL)
		return CARDEA_E_INTERNAL;
	return cardea_retry(spend_once, &spending, diag);
}
