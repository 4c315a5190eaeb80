/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/account.h"
#include "remember.h"
#include "report.h"
#include "session.h"
#include "storage.h"
#include "store/ledger.h"

/* Root's own steps are no login, and the clock's jobs are no session. */
static bool
is_recorded(const struct cardea_attempt *attempt)
{
	static const char *const clocks[] = { "cron", "crond", "atd" };

	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		if (strcmp(attempt->request.service, clocks[i]) == 0)
			return false;
	}
	return !cardea_attempt_is_maintenance(attempt);
}

/* Of what is known to end: the rule's session=, and the grant it rests on. */
static int64_t
known_end(const struct cardea_attempt *attempt)
{
	const struct cardea_selection *selection = &attempt->selection;
	const struct cardea_granted *granted = NULL;
	struct cardea_rule rule;
	int64_t ends_s = 0;

	if (selection->session_s > 0)
		ends_s = attempt->clock.time_s + (int64_t)selection->session_s;
	if (selection->matched &&
	    cardea_policy_rule(attempt->policy, selection->rule, &rule) ==
		CARDEA_OK &&
	    rule.grant)
		granted = cardea_grants_find(
		    &attempt->request.grants, rule.name);
	if (granted != NULL && (ends_s == 0 || granted->ends_s < ends_s))
		ends_s = granted->ends_s;
	return ends_s;
}

static enum cardea_status
describe(const struct cardea_attempt *attempt, const char *rule,
    struct cardea_session *session)
{
	const struct cardea_request *request = &attempt->request;
	struct cardea_diag unread = { .line = 0 };
	enum cardea_status status;

	memcpy(session->txn, attempt->txn, sizeof(session->txn));
	memcpy(session->host, request->host, sizeof(session->host));
	cardea_clock_boot_id(session->boot_id);
	memcpy(session->parent, request->login_record, sizeof(session->parent));
	memcpy(session->user, request->user, sizeof(session->user));
	memcpy(
	    session->pam_user, attempt->begin.user, sizeof(session->pam_user));
	memcpy(session->service, request->service, sizeof(session->service));
	memcpy(session->tty, request->tty, sizeof(session->tty));
	cardea_address_format(&request->source, session->source);
	session->pid = attempt->host.pid;
	session->pid_start = attempt->host.start;
	if (cardea_process_session(attempt->host.pid, session->login_session,
		&unread) != CARDEA_OK)
		session->login_session[0] = '\0';
	session->opened_s = attempt->clock.time_s;
	session->ends_s = known_end(attempt);
	session->request = *request;
	session->evidence = attempt->evidence;
	session->shown = attempt->shown;
	status = cardea_text_copy(session->policy, sizeof(session->policy),
	    cardea_policy_digest(attempt->policy));
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    session->rule, sizeof(session->rule), rule);
	if (status == CARDEA_OK)
		status = cardea_secret_random_hex(
		    session->id, CARDEA_TXN_MAX / 2);
	return status;
}

static bool
is_gone(const struct cardea_session *session, const void *context)
{
	const struct cardea_session *ours = context;

	if (strcmp(session->host, ours->host) != 0 || ours->boot_id[0] == '\0')
		return false;
	return strcmp(session->boot_id, ours->boot_id) != 0 ||
	    !cardea_process_is(session->pid, session->pid_start);
}

/* What is shown at a login, of itself and to a daemon of root's, is good for
 * sudo in that login; what a person shows to sudo is kept by cardea_remember_*.
 */
static void
remember(const struct cardea_attempt *attempt,
    struct cardea_session_opening *opening)
{
	const struct cardea_request *request = &attempt->request;
	struct cardea_account account;

	if ((cardea_policy_uses(attempt->policy) & CARDEA_USES_REMEMBER) == 0 ||
	    attempt->host.real_uid != 0 || request->login_record[0] != '\0' ||
	    strcmp(request->user, attempt->begin.user) != 0 ||
	    cardea_request_service_is("su", request->service) ||
	    cardea_request_service_is("sudo", request->service) ||
	    cardea_remember_is_excluded(attempt) ||
	    cardea_account_find(request->user, &account, NULL) != CARDEA_OK)
		return;
	opening->remember = true;
	opening->owner_uid = account.uid;
}

static enum cardea_status
record(struct cardea_attempt *attempt, const struct cardea_session *session,
    struct cardea_diag *diag)
{
	struct cardea_session_opening opening = {
		.session = session,
		.clock = &attempt->clock,
		.is_gone = is_gone,
		.context = session,
	};

	if (cardea_storage_is_mirror(attempt))
		return cardea_diag_set(diag, CARDEA_E_IO,
		    "the session cannot be recorded: the cluster is out of "
		    "reach");
	if (attempt->store == NULL || !attempt->host_known)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "the session cannot be recorded");
	remember(attempt, &opening);
	return cardea_ledger_open_session(attempt->store, &opening, diag);
}

enum cardea_status
cardea_session_open(struct cardea_attempt *attempt, const char *rule,
    char ret_id[CARDEA_TXN_MAX + 1], struct cardea_diag *diag)
{
	struct cardea_session *session;
	struct cardea_diag trouble = { .line = 0 };
	enum cardea_status status;

	ret_id[0] = '\0';
	if (!is_recorded(attempt))
		return CARDEA_OK;
	session = calloc(1, sizeof(*session));
	if (session == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "no memory");
	status = describe(attempt, rule, session);
	if (status == CARDEA_OK)
		status = record(attempt, session, &trouble);
	if (status == CARDEA_OK) {
		memcpy(ret_id, session->id, sizeof(session->id));
	} else if (session->ends_s != 0) {
		/* nobody would end it */
		if (diag != NULL)
			*diag = trouble;
	} else {
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "session", &trouble);
		status = CARDEA_OK;
	}
	free(session);
	return status;
}

void
cardea_session_close(struct cardea_attempt *attempt)
{
	/* at its end a session of sudo has root as PAM_USER; whose it is in
	 * the record are the subject of its beginning */
	const char *const owners[] = { attempt->begin.user,
		attempt->begin.ruser, attempt->request.caller };
	enum cardea_status status = CARDEA_E_MISSING;
	struct cardea_diag diag = { .line = 0 };
	size_t i;

	if (attempt->begin.resume[0] == '\0' || attempt->store == NULL)
		return;
	for (i = 0; i < 3 && status == CARDEA_E_MISSING; i++) {
		if (owners[i][0] != '\0')
			status = cardea_ledger_close_session(attempt->store,
			    owners[i], attempt->begin.resume, &diag);
	}
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "session", &diag);
}
