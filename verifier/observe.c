/* SPDX-License-Identifier: BSD-2-Clause */
#include "observe.h"
#include "report.h"
#include "storage.h"
#include "store/record.h"

/* The latest end of observing that was seen to pass; 0 if none was. */
static enum cardea_status
read_passed(struct cardea_attempt *attempt, const char *rule,
    struct cardea_key *key, int64_t *ret_passed_s, uint64_t *ret_version)
{
	struct cardea_value value = { .version = 0 };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	*ret_version = 0;
	*ret_passed_s = 0;
	status = cardea_key_make(CARDEA_KIND_OBSERVE, rule, "", key);
	if (status == CARDEA_OK && attempt->store == NULL)
		status = CARDEA_E_IO;
	if (status == CARDEA_OK)
		status = cardea_store_get(attempt->store, key, &value, &diag);
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status != CARDEA_OK) {
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "observe", &diag);
		return status;
	}
	status = cardea_record_decode_observe(&value, ret_passed_s);
	if (status == CARDEA_OK)
		*ret_version = value.version;
	cardea_value_clear(&value);
	return status;
}

/* Writes once what every later login reads.  A failure is no more than one
 * more try at the next login; the date has passed for this one anyway. */
static void
note_passed(struct cardea_attempt *attempt, const char *rule, int64_t until_s)
{
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT };
	struct cardea_value value = { .len = 0 };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;
	int64_t passed_s;

	if (cardea_storage_is_mirror(attempt) ||
	    read_passed(attempt, rule, &change.key, &passed_s,
		&change.version) != CARDEA_OK ||
	    passed_s >= until_s)
		return;
	status = cardea_record_encode_observe(until_s, &value);
	change.data = value.data;
	change.len = value.len;
	if (status == CARDEA_OK)
		status = cardea_store_commit(attempt->store, &change, 1, &diag);
	if (status != CARDEA_OK && status != CARDEA_E_CONFLICT)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "observe", &diag);
	cardea_value_clear(&value);
}

/* May observing under this name still go on? */
static bool
is_open(struct cardea_attempt *attempt, const char *rule, int64_t until_s)
{
	struct cardea_key key;
	uint64_t version;
	int64_t passed_s;

	return read_passed(attempt, rule, &key, &passed_s, &version) ==
	    CARDEA_OK &&
	    passed_s < until_s;
}

void
cardea_observe_all(struct cardea_attempt *attempt)
{
	int64_t until_s = attempt->settings->observe_until_s;

	attempt->observing = false;
	if (until_s == 0 || !attempt->request.time_known)
		return;
	if (attempt->request.time_s >= until_s)
		note_passed(attempt, "", until_s);
	else
		attempt->observing = is_open(attempt, "", until_s);
}

/* A rule that decides although it says "observe": its date has passed. */
static void
settle_decider(struct cardea_attempt *attempt, size_t index)
{
	struct cardea_rule rule;

	if (attempt->request.time_known &&
	    cardea_policy_rule(attempt->policy, index, &rule) == CARDEA_OK &&
	    rule.observe && attempt->request.time_s >= rule.observe_until_s)
		note_passed(attempt, rule.name, rule.observe_until_s);
}

bool
cardea_observe_rules(struct cardea_attempt *attempt)
{
	const struct cardea_selection *selection = &attempt->selection;
	struct cardea_rule rule;
	size_t i;

	for (i = 0; i < selection->observed_count; i++) {
		if (cardea_policy_rule(attempt->policy,
			selection->observed[i].rule, &rule) == CARDEA_OK &&
		    is_open(attempt, rule.name, rule.observe_until_s))
			continue;
		attempt->request.time_known = false;
		return false;
	}
	if (selection->matched)
		settle_decider(attempt, selection->rule);
	for (i = 0; i < selection->maybe_count; i++)
		settle_decider(attempt, selection->maybe_rules[i]);
	return true;
}
