/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "facts.h"
#include "facts/account.h"
#include "facts/posture.h"
#include "facts/zonetime.h"
#include "report.h"

/* sshd, and since OpenSSH 9.8 and 10.0 the programs it is split into */
static const char *const sshd_programs[] = {
	"/usr/sbin/sshd",
	"/usr/lib/openssh/sshd-session",
	"/usr/lib/openssh/sshd-auth",
};

bool
cardea_facts_is_sshd(const struct cardea_attempt *attempt)
{
	return attempt->host_known && attempt->host.real_uid == 0 &&
	    cardea_process_runs(attempt->host.pid, sshd_programs,
		sizeof(sshd_programs) / sizeof(sshd_programs[0]));
}

enum cardea_status
cardea_facts_host(struct cardea_attempt *attempt, struct cardea_diag *diag)
{
	struct cardea_diag unread = { .line = 0 };
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);
	enum cardea_status status;

	if (getsockopt(attempt->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) !=
		0 ||
	    len != sizeof(peer))
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "the peer cannot be told");
	if (peer.uid != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_UNSAFE, "the peer is not root");
	status = cardea_process_read(peer.pid, &attempt->host, &unread);
	attempt->host_known = status == CARDEA_OK;
	if (status != CARDEA_OK)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "host-process", &unread);
	return CARDEA_OK;
}

static const char *
without_dev(const char *tty)
{
	return strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty;
}

static enum cardea_status
copy_items(const struct cardea_begin *begin, struct cardea_request *request)
{
	if (cardea_text_copy(request->pam_user, sizeof(request->pam_user),
		begin->user) != CARDEA_OK ||
	    cardea_text_copy(request->ruser, sizeof(request->ruser),
		begin->ruser) != CARDEA_OK ||
	    cardea_text_copy(request->service, sizeof(request->service),
		begin->service) != CARDEA_OK ||
	    cardea_text_copy(request->tty, sizeof(request->tty),
		without_dev(begin->tty)) != CARDEA_OK ||
	    cardea_text_copy(request->rhost, sizeof(request->rhost),
		begin->rhost) != CARDEA_OK)
		return CARDEA_E_RANGE;
	request->source = cardea_address_parse(begin->rhost);
	request->origin = cardea_request_origin(begin->rhost, request->tty);
	return CARDEA_OK;
}

/* The caller is the real uid of the process, which only the kernel knows;
 * its audit session is a person's own unless root started the process: an
 * sshd that an admin restarted carries the admin's. */
static void
gather_caller(struct cardea_attempt *attempt)
{
	struct cardea_request *request = &attempt->request;
	struct cardea_account account;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	if (!attempt->host_known)
		return;
	if (attempt->host.real_uid != 0 &&
	    cardea_process_session(
		attempt->host.pid, request->login_session, &diag) != CARDEA_OK)
		request->login_session[0] = '\0';

	status = cardea_account_of(attempt->host.real_uid, &account, &diag);
	if (status != CARDEA_OK) {
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "caller-unknown", &diag);
		return;
	}
	memcpy(request->caller, account.name, sizeof(request->caller));
	request->caller_uid = attempt->host.real_uid;
	request->caller_known = true;
}

/* Whose factors are asked: PAM_USER, or where the settings say so the person
 * who calls. PAM_RUSER is only believed if the kernel agrees. */
static enum cardea_status
choose_subject(struct cardea_attempt *attempt, struct cardea_diag *diag)
{
	struct cardea_request *request = &attempt->request;
	const char *subject = request->pam_user;
	struct cardea_account ruser;

	if (cardea_policy_subject_is_ruser(attempt->policy, request->service) &&
	    request->ruser[0] != '\0') {
		if (!request->caller_known || request->caller_uid == 0 ||
		    cardea_account_find(request->ruser, &ruser, diag) !=
			CARDEA_OK ||
		    ruser.uid != request->caller_uid)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "PAM_RUSER is not the caller");
		subject = request->ruser;
	}
	if (subject[0] == '\0')
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "there is no user name");
	return cardea_text_copy(request->user, sizeof(request->user), subject);
}

static bool
is_named(const char *group, const void *context)
{
	const struct cardea_policy *policy = context;

	return cardea_policy_names_group(policy, group);
}

/* A login waits for the name service, which may be far away, only where a rule
 * asks for what it says. */
static enum cardea_status
look_up_groups(const struct cardea_attempt *attempt,
    const struct cardea_account *account, struct cardea_request *request,
    struct cardea_diag *diag)
{
	if ((cardea_policy_uses(attempt->policy) & CARDEA_USES_GROUPS) != 0)
		return cardea_account_groups(
		    account, is_named, attempt->policy, request, diag);
	request->groups_known = true; /* of those that the policy names */
	return CARDEA_OK;
}

/* The same work for a name that nobody has, so that the time it takes does not
 * tell (P17); what it finds is nobody's. */
static void
look_up_nobody(const struct cardea_attempt *attempt)
{
	struct cardea_account account = { .gid = (gid_t)-1 };
	struct cardea_request nobody = { .groups_known = false };

	memcpy(account.name, attempt->request.user, sizeof(account.name));
	nobody.groups_known = look_up_groups(attempt, &account, &nobody,
				  NULL) == CARDEA_OK;
}

static void
look_up_subject(struct cardea_attempt *attempt)
{
	struct cardea_request *request = &attempt->request;
	struct cardea_account account;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	status = cardea_account_find(request->user, &account, &diag);
	if (status == CARDEA_OK) {
		request->user_exists = true;
		status = look_up_groups(attempt, &account, request, &diag);
	} else {
		/* asked like everybody; where the name service is in trouble,
		 * denied by the gate even if the rule demands nothing */
		attempt->unsure = status != CARDEA_E_MISSING;
		look_up_nobody(attempt);
	}
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "name-service", &diag);
}

static void
gather_time(struct cardea_attempt *attempt)
{
	struct cardea_request *request = &attempt->request;
	const struct cardea_settings *settings = attempt->settings;
	const struct cardea_clock *clock = &attempt->clock;
	size_t count = cardea_policy_timezone_count(attempt->policy), i;

	request->time_s = clock->time_s;
	request->time_known = clock->plausible &&
	    (clock->synchronised || !settings->require_synchronised_clock);
	for (i = 0; i < count && i < CARDEA_TIMEZONES_MAX; i++)
		cardea_zonetime(cardea_policy_timezone(attempt->policy, i),
		    clock->time_s, &request->local[i]);
	request->local_count = i;
}

/* The clock was read before, and is no other one. */
static void
gather_posture(struct cardea_attempt *attempt)
{
	struct cardea_posture *posture = &attempt->request.posture;

	if (!cardea_policy_names_posture(attempt->policy))
		return;
	cardea_posture_read("", posture);
	posture->facts[CARDEA_POSTURE_CLOCK_SYNCHRONISED] =
	    attempt->clock.synchronised ? CARDEA_YES : CARDEA_NO;
}

static enum cardea_status
name_host(struct cardea_attempt *attempt)
{
	const char *name = attempt->settings->host;
	struct utsname system;

	if (name[0] == '\0') {
		if (uname(&system) != 0)
			return CARDEA_E_IO;
		name = system.nodename;
	}
	return cardea_text_copy(
	    attempt->request.host, sizeof(attempt->request.host), name);
}

enum cardea_status
cardea_facts_gather(struct cardea_attempt *attempt, struct cardea_diag *diag)
{
	enum cardea_status status;

	status = copy_items(&attempt->begin, &attempt->request);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "an item is too long");
	status = name_host(attempt);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "this host's name cannot be told");
	gather_time(attempt);
	gather_posture(attempt);
	gather_caller(attempt);
	status = choose_subject(attempt, diag);
	if (status != CARDEA_OK)
		return status;
	look_up_subject(attempt);
	return CARDEA_OK;
}
