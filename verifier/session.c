/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "report.h"
#include "session.h"
#include "store/ledger.h"

static enum cardea_status
describe(const struct cardea_attempt *attempt, const char *rule,
    struct cardea_session *session)
{
	const struct cardea_request *request = &attempt->request;

	memcpy(session->user, request->user, sizeof(session->user));
	memcpy(
	    session->pam_user, attempt->begin.user, sizeof(session->pam_user));
	memcpy(session->service, request->service, sizeof(session->service));
	memcpy(session->tty, request->tty, sizeof(session->tty));
	memcpy(session->login_session, request->login_session,
	    sizeof(session->login_session));
	cardea_address_format(&request->source, session->source);
	session->pid = attempt->host.pid;
	session->pid_start = attempt->host.start;
	session->opened_s = attempt->clock.time_s;
	session->ends_s = session->opened_s +
	    (int64_t)attempt->selection.session_s;
	return cardea_text_copy(session->rule, sizeof(session->rule), rule);
}

enum cardea_status
cardea_session_open(struct cardea_attempt *attempt, const char *rule,
    char ret_id[CARDEA_TXN_MAX + 1], struct cardea_diag *diag)
{
	struct cardea_session session = { .pid = 0 };
	enum cardea_status status;

	ret_id[0] = '\0';
	if (attempt->selection.session_s == 0)
		return CARDEA_OK;
	if (attempt->store == NULL || !attempt->host_known)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "the session cannot be recorded");
	status = describe(attempt, rule, &session);
	if (status == CARDEA_OK)
		status = cardea_secret_random_hex(
		    session.id, CARDEA_TXN_MAX / 2);
	if (status == CARDEA_OK)
		status = cardea_ledger_open_session(
		    attempt->store, &session, diag);
	if (status == CARDEA_OK)
		memcpy(ret_id, session.id, sizeof(session.id));
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
