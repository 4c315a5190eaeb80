/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "context_parts.h"
#include "facts/account.h"
#include "facts/login.h"
#include "facts/logind.h"
#include "report.h"
#include "store/ledger.h"

/*
 * Where the person sits (C06).  A daemon that lets somebody in says so by
 * PAM_RHOST.  sudo and su do not know: there it is where the login session came
 * from that the calling process is in, by our own records, found by the
 * kernel's audit session or by descent, or by the word of logind.  Nothing of
 * it is the caller's to say: no environment, no argument, no terminal.
 */

static bool
is_asked_for(const struct cardea_attempt *attempt)
{
	const uint32_t signals = UINT32_MAX -
	    ((uint32_t)CARDEA_USES_SIGNAL - 1);

	return (cardea_policy_uses(attempt->policy) &
		   (CARDEA_USES_LOGIN_SOURCE | CARDEA_USES_REMEMBER |
		       signals)) != 0;
}

/* The login that was found, if any. */
struct found {
	size_t count; /* different ones */
	char record[CARDEA_TXN_MAX + 1];
	struct cardea_address source;
};

struct search {
	const struct cardea_attempt *attempt;
	char boot_id[37];
	char audit[CARDEA_CREDENTIAL_MAX + 1];
	struct cardea_ancestry ancestry;
	size_t furthest; /* ancestor that has a record */
	struct found by_audit, by_descent;
};

/* A session that was opened inside another one stands for that. */
static const char *
login_of(const struct cardea_session *session)
{
	return session->parent[0] != '\0' ? session->parent : session->id;
}

static void
take(struct found *found, const struct cardea_session *session)
{
	const char *record = login_of(session);

	if (found->count == 0 || strcmp(found->record, record) != 0)
		found->count++;
	memcpy(found->record, record, sizeof(found->record));
	found->source = session->request.login_source;
}

static bool
visit(const struct cardea_session *session, void *context)
{
	struct search *search = context;
	char led[CARDEA_CREDENTIAL_MAX + 1];
	size_t place;

	if (strcmp(session->host, search->attempt->request.host) != 0 ||
	    strcmp(session->boot_id, search->boot_id) != 0 ||
	    !cardea_process_is(session->pid, session->pid_start))
		return true;
	if (search->audit[0] != '\0') {
		cardea_login_led(session->pid, session->login_session,
		    cardea_session_joins(session), led);
		if (strcmp(led, search->audit) == 0)
			take(&search->by_audit, session);
	}
	place = cardea_ancestry_find(
	    &search->ancestry, session->pid, session->pid_start);
	/* the outermost of several, one inside the other */
	if (place < search->ancestry.count &&
	    (search->by_descent.count == 0 || place > search->furthest)) {
		search->furthest = place;
		search->by_descent.count = 0;
		take(&search->by_descent, session);
	}
	return true;
}

/* Whose login it is; its record is kept under that name. */
static bool
name_owner(const struct cardea_attempt *attempt, uid_t login_uid,
    bool has_login_uid, struct cardea_account *ret_owner)
{
	return cardea_account_of(
		   has_login_uid ? login_uid : attempt->host.real_uid,
		   ret_owner, NULL) == CARDEA_OK;
}

static void
look_up(struct search *search, struct cardea_attempt *attempt,
    const struct cardea_account *owner)
{
	struct cardea_diag diag = { .line = 0 };

	search->attempt = attempt;
	cardea_clock_boot_id(search->boot_id);
	if (attempt->store == NULL || search->boot_id[0] == '\0')
		return;
	if (cardea_process_session(attempt->host.pid, search->audit, NULL) !=
	    CARDEA_OK)
		search->audit[0] = '\0';
	cardea_ancestry_read(attempt->host.pid, &search->ancestry);
	if (cardea_ledger_list_sessions(
		attempt->store, owner->name, visit, search, &diag) != CARDEA_OK)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "login-session", &diag);
}

/* Two records that lead one audit session are one too many to tell by it. */
static const struct found *
choose(const struct search *search)
{
	if (search->by_audit.count == 1)
		return &search->by_audit;
	return search->by_descent.count == 1 ? &search->by_descent : NULL;
}

static void
find_login(struct cardea_attempt *attempt, const struct cardea_account *owner,
    bool is_roots_own)
{
	struct cardea_request *request = &attempt->request;
	struct search *search = calloc(1, sizeof(*search));
	const struct found *found;

	if (search == NULL)
		return;
	look_up(search, attempt, owner);
	found = choose(search);
	if (found != NULL) {
		request->login_source = found->source;
		memcpy(request->login_record, found->record,
		    sizeof(found->record));
	} else if (is_roots_own) {
		request->login_source = request->source;
	} else {
		request->login_source = cardea_logind_source(
		    cardea_logind_load(), attempt->host.pid);
	}
	free(search);
}

void
cardea_context_login(struct cardea_attempt *attempt)
{
	struct cardea_request *request = &attempt->request;
	struct cardea_account owner;
	uid_t login_uid = 0;
	bool joined, has_login_uid;

	joined = !attempt->host_known || attempt->host.real_uid != 0 ||
	    cardea_request_service_is("su", request->service) ||
	    cardea_request_service_is("sudo", request->service);
	request->login_record[0] = '\0';
	request->login_source = request->source;
	if (!is_asked_for(attempt) || request->rhost[0] != '\0' || !joined)
		return;

	memset(&request->login_source, 0, sizeof(request->login_source));
	if (!attempt->host_known)
		return;
	has_login_uid = cardea_process_login_uid(
			    attempt->host.pid, &login_uid, NULL) == CARDEA_OK;
	if (name_owner(attempt, login_uid, has_login_uid, &owner))
		find_login(attempt, &owner,
		    attempt->host.real_uid == 0 && login_uid == 0);
}
