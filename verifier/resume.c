/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/paths.h"
#include "base/text.h"
#include "report.h"
#include "resume.h"
#include "store/relay.h"

static struct cardea_relay
relay_of(const struct cardea_attempt *attempt)
{
	return (struct cardea_relay){ .directory = CARDEA_PATH_RUN,
		.store = attempt->store };
}

/* The frozen facts replace ours, and all evidence ours so far; what this
 * phase alone sees (sshd's methods) is added after.  A cluster that was lost
 * since then is lost: what was frozen knows nothing of the mirror. */
static void
take_over(struct cardea_attempt *attempt, const struct cardea_txn *txn)
{
	unsigned int lost = attempt->request.outages & CARDEA_OUTAGE_CLUSTER;

	memcpy(attempt->txn, txn->txn, sizeof(attempt->txn));
	attempt->request = txn->request;
	attempt->request.outages |= lost;
	attempt->evidence = txn->evidence;
	attempt->shown = txn->shown;
	attempt->resumed = true;
	attempt->deferred = txn->deferred;
	attempt->unsure = false;
	if (strcmp(txn->policy, cardea_policy_digest(attempt->policy)) != 0)
		attempt->changed = true;
}

void
cardea_resume_take(struct cardea_attempt *attempt)
{
	const struct cardea_resumer resumer = {
		.phase = attempt->phase,
		.pid = attempt->host.pid,
		.pid_start = attempt->host.start,
		.request = &attempt->request,
	};
	const struct cardea_relay relay = relay_of(attempt);
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;
	struct cardea_txn txn;

	if (attempt->begin.resume[0] == '\0' || attempt->store == NULL ||
	    !attempt->host_known || attempt->phase == CARDEA_PHASE_AUTH)
		return;
	status = cardea_relay_resume(&relay, attempt->begin.resume, &resumer,
	    &attempt->clock, &txn, &diag);
	if (status == CARDEA_OK)
		take_over(attempt, &txn);
	else if (status != CARDEA_E_MISSING)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "relay", &diag);
}

/* The parent matters only where the host process is a child that goes away,
 * as sshd's for keyboard-interactive; a shell above sudo is not such one. */
static void
note_parent(const struct cardea_attempt *attempt, struct cardea_txn *txn)
{
	struct cardea_process parent;

	if (cardea_process_read(attempt->host.parent, &parent, NULL) !=
		CARDEA_OK ||
	    parent.real_uid != 0 || parent.effective_uid != 0)
		return;
	txn->parent = parent.pid;
	txn->parent_start = parent.start;
}

enum cardea_status
cardea_resume_leave(struct cardea_attempt *attempt, bool deferred,
    char ret_id[CARDEA_TXN_MAX + 1], struct cardea_diag *diag)
{
	const struct cardea_relay relay = relay_of(attempt);
	struct cardea_txn txn = { .phase = attempt->phase };
	struct cardea_clock clock = cardea_clock_read();
	enum cardea_status status;

	if (!attempt->host_known) {
		ret_id[0] = '\0';
		return CARDEA_OK;
	}
	if (attempt->store == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "there is no store to seal it with");
	status = cardea_secret_random_hex(txn.id, CARDEA_TXN_MAX / 2);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "no random numbers");

	memcpy(txn.txn, attempt->txn, sizeof(txn.txn));
	txn.pid = attempt->host.pid;
	txn.pid_start = attempt->host.start;
	note_parent(attempt, &txn);
	txn.created_monotonic_ms = clock.monotonic_ms;
	cardea_clock_boot_id(txn.boot_id);
	status = cardea_text_copy(txn.policy, sizeof(txn.policy),
	    cardea_policy_digest(attempt->policy));
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "the digest is too long");
	txn.deferred = deferred;
	txn.request = attempt->request;
	txn.evidence = attempt->evidence;
	txn.shown = attempt->shown;
	status = cardea_relay_leave(&relay, &txn, diag);
	if (status == CARDEA_OK)
		memcpy(ret_id, txn.id, sizeof(txn.id));
	return status;
}
