/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "base/text.h"
#include "cert/state.h"
#include "context.h"
#include "device.h"
#include "device_table.h"
#include "facts.h"
#include "facts/sshauth.h"
#include "gate.h"
#include "grants.h"
#include "key.h"
#include "observe.h"
#include "plan.h"
#include "remember.h"
#include "report.h"
#include "resume.h"
#include "start.h"
#include "storage.h"
#include "store/ledger.h"

static enum cardea_status
load_policy(struct cardea_attempt *attempt)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	status = cardea_policy_load(
	    CARDEA_PATH_POLICY, &attempt->policy, &diag);
	if (status != CARDEA_OK) {
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_CRIT, "policy", &diag);
		return status;
	}
	attempt->settings = cardea_policy_settings(attempt->policy);
	return CARDEA_OK;
}

/* Lists of revoked certificates that are missing or too old are an outage with
 * a name: a rule may have something to say of it.  Certificates themselves are
 * judged by the lists, whatever this says. */
static void
look_at_revocation(struct cardea_attempt *attempt)
{
	const struct cardea_settings *settings = attempt->settings;
	const struct cardea_authority *stale;
	struct cardea_diag diag = { .line = 0 };
	struct cardea_cert_state *state;
	enum cardea_status status;

	if (settings->authority_count == 0)
		return;
	state = calloc(1, sizeof(*state));
	if (state == NULL)
		return;
	status = cardea_cert_state_read(
	    settings->revocation_path, state, &diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING) {
		cardea_report_trouble(attempt, cardea_report_severity(status),
		    "revocation", &diag);
		memset(state, 0, sizeof(*state));
	}
	stale = cardea_cert_state_stale(state, settings, attempt->clock.time_s);
	if (stale != NULL)
		attempt->request.outages |= CARDEA_OUTAGE_REVOCATION_STALE;
	free(state);
}

static void
read_lock(struct cardea_attempt *attempt)
{
	struct cardea_diag diag = { .line = 0 };
	struct cardea_lock lock;
	enum cardea_status status;

	/* root must be able to become anybody, to mend what is locked */
	if (attempt->store == NULL || cardea_attempt_is_maintenance(attempt))
		return;
	status = cardea_ledger_lock(
	    attempt->store, &attempt->request, &lock, &diag);
	if (status == CARDEA_OK) {
		attempt->locked = true;
	} else if (status != CARDEA_E_MISSING) {
		attempt->unsure = true;
		cardea_report_trouble(attempt, cardea_report_severity(status),
		    "lock-unreadable", &diag);
	}
}

static enum cardea_status
select_rule(struct cardea_attempt *attempt)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	status = cardea_policy_select(
	    attempt->policy, &attempt->request, &attempt->selection, &diag);
	if (status != CARDEA_OK)
		cardea_report_trouble(
		    attempt, cardea_report_severity(status), "policy", &diag);
	return status;
}

static bool
is_noted(const struct cardea_attempt *attempt, enum cardea_factor factor,
    const char *credential)
{
	size_t i;

	for (i = 0; i < attempt->evidence.count; i++) {
		const struct cardea_evidence *item =
		    &attempt->evidence.items[i];

		if (item->factor == factor &&
		    strcmp(item->credential, credential) == 0)
			return true;
	}
	return false;
}

static enum cardea_status
note_key(struct cardea_attempt *attempt, const struct cardea_sshauth_key *key)
{
	struct cardea_quality qualities[] = {
		{ .key = "type" },
		{ .key = "fingerprint" },
	};

	if (is_noted(attempt, CARDEA_FACTOR_SSHKEY, key->fingerprint))
		return CARDEA_OK;
	memcpy(qualities[0].value, key->type, sizeof(key->type));
	memcpy(qualities[1].value, key->fingerprint, sizeof(key->fingerprint));
	return cardea_attempt_note_with(attempt, CARDEA_FACTOR_SSHKEY,
	    CARDEA_RESULT_VERIFIED, key->fingerprint, qualities, 2);
}

/* Its device is locked, say: sshd does not know. */
static bool
is_objected_to(
    struct cardea_attempt *attempt, const struct cardea_sshauth_key *key)
{
	struct cardea_finding finding = {
		.factor = CARDEA_FACTOR_SSHKEY,
		.result = CARDEA_RESULT_REFUSED,
	};

	finding.why = cardea_device_sshkey_objection(attempt, key->fingerprint);
	if (finding.why == NULL)
		return false;
	if (strcmp(finding.why, "store") == 0)
		finding.result = CARDEA_RESULT_BROKEN;
	memcpy(finding.credential, key->fingerprint, sizeof(key->fingerprint));
	cardea_report_finding(attempt, &finding);
	return true;
}

/* The keys by which sshd has let this person through already. */
static void
note_sshd_keys(struct cardea_attempt *attempt)
{
	struct cardea_finding finding = {
		.factor = CARDEA_FACTOR_SSHKEY,
		.result = CARDEA_RESULT_VERIFIED,
		.outcome = CARDEA_OUTCOME_BEGUN,
		.why = "verified by sshd",
	};
	struct cardea_diag diag = { .line = 0 };
	struct cardea_sshauth sshauth;
	size_t i;

	if (attempt->begin.sshauth[0] == '\0' || attempt->store == NULL ||
	    strcmp(attempt->request.user, attempt->begin.user) != 0 ||
	    !cardea_facts_is_sshd(attempt))
		return;
	if (cardea_sshauth_parse(attempt->begin.sshauth, &sshauth, &diag) !=
	    CARDEA_OK) {
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "sshauth", &diag);
		return;
	}
	for (i = 0; i < sshauth.count; i++) {
		if (is_objected_to(attempt, &sshauth.keys[i]))
			continue;
		if (note_key(attempt, &sshauth.keys[i]) != CARDEA_OK)
			return;
		memcpy(finding.credential, sshauth.keys[i].fingerprint,
		    sizeof(sshauth.keys[i].fingerprint));
		cardea_report_finding(attempt, &finding);
		cardea_key_note_sshd(attempt, &sshauth.keys[i]);
	}
	cardea_device_note_sshd(attempt, &sshauth);
}

static enum cardea_status
gather(struct cardea_attempt *attempt)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	attempt->clock = cardea_clock_read();
	status = cardea_secret_random_hex(attempt->txn, CARDEA_TXN_MAX / 2);
	if (status == CARDEA_OK)
		status = cardea_facts_host(attempt, &diag);
	if (status != CARDEA_OK)
		goto out;
	memcpy(attempt->evidence.txn, attempt->txn, sizeof(attempt->txn));
	status = load_policy(attempt);
	if (status != CARDEA_OK)
		return status;
	status = cardea_facts_gather(attempt, &diag);
out:
	if (status != CARDEA_OK)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "facts", &diag);
	return status;
}

enum cardea_status
cardea_start_hear(
    struct cardea_attempt *attempt, const struct cardea_message *message)
{
	if (message->code != CARDEA_PHASE_AUTH &&
	    message->code != CARDEA_PHASE_ACCOUNT &&
	    message->code != CARDEA_PHASE_SESSION &&
	    message->code != CARDEA_PHASE_PASSWORD)
		return CARDEA_E_SYNTAX;
	attempt->phase = (enum cardea_phase)message->code;
	attempt->silent = (message->flags & CARDEA_FLAG_SILENT) != 0;
	return cardea_message_get_begin(message, &attempt->begin);
}

/* A rule is chosen from facts alone; then comes what can be known of proofs
 * without asking anybody. */
enum cardea_status
cardea_start_select(struct cardea_attempt *attempt)
{
	enum cardea_status status;

	if (attempt->resumed)
		cardea_grants_recheck(attempt);
	else
		cardea_context_gather(attempt);
	read_lock(attempt);
	status = select_rule(attempt);
	if (status != CARDEA_OK)
		return status;
	if (!cardea_observe_rules(attempt)) {
		status = select_rule(attempt);
		if (status != CARDEA_OK)
			return status;
	}
	cardea_plan_prepare(attempt);
	if (attempt->store == NULL &&
	    !(cardea_attempt_is_maintenance(attempt) &&
		cardea_attempt_is_met(attempt)))
		return CARDEA_E_IO;
	cardea_remember_recall(attempt);
	note_sshd_keys(attempt);
	return CARDEA_OK;
}

static enum cardea_outcome
open_phase(struct cardea_attempt *attempt)
{
	if (gather(attempt) != CARDEA_OK)
		return CARDEA_OUTCOME_BROKEN;
	cardea_storage_open(attempt);
	look_at_revocation(attempt);
	cardea_resume_take(attempt);
	cardea_observe_all(attempt);
	if (attempt->phase != CARDEA_PHASE_SESSION &&
	    cardea_start_select(attempt) != CARDEA_OK)
		return CARDEA_OUTCOME_BROKEN;
	if (attempt->observing)
		return CARDEA_OUTCOME_OBSERVED;
	if (attempt->phase != CARDEA_PHASE_SESSION &&
	    attempt->selection.denied && attempt->selection.early)
		return cardea_gate_deny_early(attempt);
	return CARDEA_OUTCOME_BEGUN;
}

enum cardea_outcome
cardea_start_run(struct cardea_attempt *attempt)
{
	enum cardea_outcome outcome = open_phase(attempt);

	if (outcome == CARDEA_OUTCOME_BROKEN)
		attempt->broken = true;
	return outcome;
}
