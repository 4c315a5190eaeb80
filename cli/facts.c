/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <sys/utsname.h>

#include <cardea/requirement.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/facts.h"
#include "cli/moment.h"
#include "facts/account.h"
#include "facts/posture.h"
#include "facts/zonetime.h"

/* names the transaction of evidence that was only claimed */
#define TXN "explain"

void
cardea_facts_said(const struct cardea_call *call, struct cardea_said *ret_said)
{
	const char *group;
	size_t at = 0;

	*ret_said = (struct cardea_said){
		.user = cardea_call_text(call, "user"),
		.service = cardea_call_text(call, "service"),
		.from = cardea_call_text(call, "from"),
		.tty = cardea_call_text(call, "tty"),
		.ruser = cardea_call_text(call, "ruser"),
		.caller = cardea_call_text(call, "caller"),
		.host = cardea_call_text(call, "host"),
		.at = cardea_call_text(call, "at"),
		.login_from = cardea_call_text(call, "login-from"),
		.groups_said = cardea_call_has(call, "group"),
	};
	while ((group = cardea_call_next(call, "group", &at)) != NULL)
		ret_said->groups[ret_said->group_count++] = group;
}

static enum cardea_status
read_names(const struct cardea_said *said, struct cardea_request *request,
    struct cardea_diag *diag)
{
	const struct {
		const char *name, *text;
		char *target;
		size_t size;
	} names[] = {
		{ "user", said->user, request->user, sizeof(request->user) },
		{ "user", said->user, request->pam_user,
		    sizeof(request->pam_user) },
		{ "ruser", said->ruser, request->ruser,
		    sizeof(request->ruser) },
		{ "service", said->service, request->service,
		    sizeof(request->service) },
		{ "host", said->host, request->host, sizeof(request->host) },
		{ "from", said->from, request->rhost, sizeof(request->rhost) },
		{ "caller", said->caller, request->caller,
		    sizeof(request->caller) },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (cardea_text_copy(names[i].target, names[i].size,
			names[i].text) != CARDEA_OK)
			return cardea_diag_set(diag, CARDEA_E_RANGE,
			    "%s: is too long", names[i].name);
	}
	return CARDEA_OK;
}

static enum cardea_status
read_place(const struct cardea_said *said, struct cardea_request *request,
    struct cardea_diag *diag)
{
	const char *tty = said->tty;

	if (tty != NULL && strncmp(tty, "/dev/", 5) == 0)
		tty += 5;
	if (cardea_text_copy(request->tty, sizeof(request->tty), tty) !=
	    CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "tty: is too long");
	request->source = cardea_address_parse(request->rhost);
	request->login_source = said->login_from == NULL
	    ? request->source
	    : cardea_address_parse(said->login_from);
	request->origin = cardea_request_origin(request->rhost, request->tty);
	return CARDEA_OK;
}

/* A daemon runs as root, sudo as whoever called it; of su it must be said. */
static enum cardea_status
read_caller(struct cardea_request *request, struct cardea_diag *diag)
{
	struct cardea_account account = { 0 };
	const char *caller = request->caller;
	enum cardea_status status;

	if (caller[0] == '\0' &&
	    cardea_request_service_is("su", request->service))
		return CARDEA_OK;
	if (caller[0] == '\0')
		caller = cardea_request_service_is("sudo", request->service)
		    ? request->user
		    : "root";
	status = cardea_account_find(caller, &account, diag);
	if (status == CARDEA_E_MISSING && request->caller[0] == '\0')
		return CARDEA_OK;
	if (status == CARDEA_E_MISSING)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "caller: no such user");
	if (status != CARDEA_OK)
		return status;
	memcpy(request->caller, account.name, sizeof(request->caller));
	request->caller_uid = account.uid;
	request->caller_known = true;
	return CARDEA_OK;
}

static bool
want_named_group(const char *group, const void *context)
{
	return cardea_policy_names_group(context, group);
}

static enum cardea_status
look_up_groups(const struct cardea_policy *policy,
    struct cardea_request *request, struct cardea_diag *diag)
{
	struct cardea_account account = { 0 };
	enum cardea_status status;

	status = cardea_account_find(request->user, &account, diag);
	if (status == CARDEA_E_MISSING) {
		*diag = (struct cardea_diag){ 0 };
		return CARDEA_OK;
	}
	if (status != CARDEA_OK)
		return status;
	request->user_exists = true;
	return cardea_account_groups(
	    &account, want_named_group, policy, request, diag);
}

static enum cardea_status
read_groups(const struct cardea_said *said, const struct cardea_policy *policy,
    struct cardea_request *request, struct cardea_diag *diag)
{
	if (!said->groups_said)
		return request->user[0] == '\0'
		    ? CARDEA_OK
		    : look_up_groups(policy, request, diag);
	request->user_exists = true;
	request->groups_known = true;
	for (size_t i = 0; i < said->group_count; i++) {
		if (said->groups[i][0] == '\0' ||
		    cardea_request_add_group(request, said->groups[i]) !=
			CARDEA_OK)
			return cardea_diag_set(diag, CARDEA_E_RANGE,
			    "group: empty, too many or too long");
	}
	return CARDEA_OK;
}

void
cardea_facts_locals(
    const struct cardea_policy *policy, struct cardea_request *request)
{
	size_t count = cardea_policy_timezone_count(policy), i;

	for (i = 0; i < count && i < CARDEA_TIMEZONES_MAX; i++)
		cardea_zonetime(cardea_policy_timezone(policy, i),
		    request->time_s, &request->local[i]);
	request->local_count = i;
}

static enum cardea_status
read_time(const struct cardea_said *said, const struct cardea_policy *policy,
    struct cardea_request *request, struct cardea_diag *diag)
{
	request->time_s = cardea_clock_read().time_s;
	request->time_known = true;
	if (said->at != NULL &&
	    cardea_moment_parse(said->at, &request->time_s) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "at: wants seconds, or a time like 2026-12-25T10:00:00Z");
	cardea_facts_locals(policy, request);
	return CARDEA_OK;
}

static enum cardea_status
read_outages(const struct cardea_call *call, struct cardea_request *request,
    struct cardea_diag *diag)
{
	const char *name;
	size_t at = 0;

	while ((name = cardea_call_next(call, "outage", &at)) != NULL) {
		size_t i = 0;

		while (i < CARDEA_OUTAGE_COUNT &&
		    strcmp(name, cardea_outage_text(i)) != 0)
			i++;
		if (i == CARDEA_OUTAGE_COUNT)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "--outage: no outage of this name");
		request->outages |= 1u << i;
	}
	return CARDEA_OK;
}

/* "WORD" or "not-WORD" of a fact, "os=ID" or "os=ID-VERSION" */
static bool
set_posture(struct cardea_posture *posture, const char *word)
{
	bool negated = strncmp(word, "not-", 4) == 0;
	const char *dash;

	for (int i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++) {
		if (strcmp(word + (negated ? 4 : 0),
			cardea_posture_text((enum cardea_posture_fact)i)) != 0)
			continue;
		posture->facts[i] = negated ? CARDEA_NO : CARDEA_YES;
		return true;
	}
	if (strncmp(word, "os=", 3) != 0 || !cardea_posture_is_word(word))
		return false;
	word += 3;
	dash = strrchr(word, '-');
	posture->os_version[0] = '\0';
	if (dash != NULL &&
	    cardea_text_copy(posture->os_version, sizeof(posture->os_version),
		dash + 1) != CARDEA_OK)
		return false;
	return cardea_text_print(posture->os, sizeof(posture->os), "%.*s",
		   (int)(dash != NULL ? (size_t)(dash - word) : strlen(word)),
		   word) == CARDEA_OK;
}

/* As this host is, but for what is said. */
static enum cardea_status
read_posture(const struct cardea_call *call, struct cardea_request *request,
    struct cardea_diag *diag)
{
	const char *word;
	size_t at = 0;

	cardea_posture_read("", &request->posture);
	request->posture.facts[CARDEA_POSTURE_CLOCK_SYNCHRONISED] =
	    cardea_clock_read().synchronised ? CARDEA_YES : CARDEA_NO;
	while ((word = cardea_call_next(call, "posture", &at)) != NULL) {
		if (!set_posture(&request->posture, word))
			return cardea_diag_set(
			    diag, CARDEA_E_SYNTAX, "--posture: no such fact");
	}
	return CARDEA_OK;
}

enum cardea_status
cardea_facts_state(const struct cardea_call *call,
    struct cardea_request *request, struct cardea_diag *diag)
{
	enum cardea_status status = read_outages(call, request, diag);

	if (status == CARDEA_OK)
		status = read_posture(call, request, diag);
	return status;
}

enum cardea_status
cardea_facts_name_host(
    const struct cardea_policy *policy, struct cardea_request *request)
{
	const char *name = cardea_policy_settings(policy)->host;
	struct utsname system;

	if (request->host[0] != '\0')
		return CARDEA_OK;
	if (name[0] == '\0') {
		if (uname(&system) != 0)
			return CARDEA_E_IO;
		name = system.nodename;
	}
	return cardea_text_copy(request->host, sizeof(request->host), name);
}

enum cardea_status
cardea_facts_read(const struct cardea_said *said,
    const struct cardea_policy *policy, struct cardea_request *request,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	*request = (struct cardea_request){ 0 };
	status = read_names(said, request, diag);
	if (status == CARDEA_OK)
		status = cardea_facts_name_host(policy, request);
	if (status == CARDEA_OK)
		status = read_place(said, request, diag);
	if (status == CARDEA_OK)
		status = read_caller(request, diag);
	if (status == CARDEA_OK)
		status = read_groups(said, policy, request, diag);
	if (status == CARDEA_OK)
		status = read_time(said, policy, request, diag);
	return status;
}

/* --- what is supposed to be shown --------------------------------------- */

/* Commas between factors mean "and"; those inside brackets part qualifiers. */
static enum cardea_status
join_claims(const char *text, char target[CARDEA_REQUIREMENT_MAX + 1])
{
	int depth = 0;

	if (cardea_text_copy(target, CARDEA_REQUIREMENT_MAX + 1, text) !=
	    CARDEA_OK)
		return CARDEA_E_RANGE;
	for (char *at = target; *at != '\0'; at++) {
		depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
		if (*at == ',' && depth == 0)
			*at = '+';
	}
	return CARDEA_OK;
}

static enum cardea_status
add_claim(const struct cardea_requirement *claims,
    const struct cardea_node *node, const struct cardea_request *request,
    struct cardea_evidence_set *set)
{
	struct cardea_evidence evidence = {
		.version = CARDEA_EVIDENCE_VERSION,
		.factor = node->factor,
		.result = CARDEA_RESULT_VERIFIED,
		.txn = TXN,
		.time_s = request->time_s,
	};

	if (node->quality_count > CARDEA_QUALITIES_MAX)
		return CARDEA_E_RANGE;
	memcpy(evidence.subject, request->user, sizeof(evidence.subject));
	for (size_t i = 0; i < node->quality_count; i++)
		evidence.qualities[i] =
		    claims->qualities[node->quality_first + i];
	evidence.quality_count = node->quality_count;
	return cardea_evidence_add(set, &evidence);
}

enum cardea_status
cardea_facts_have(const struct cardea_call *call,
    const struct cardea_request *request,
    struct cardea_evidence_set *ret_evidence, struct cardea_diag *diag)
{
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_requirement claims = { 0 };
	const char *text = cardea_call_text(call, "have");
	char joined[CARDEA_REQUIREMENT_MAX + 1];
	enum cardea_status status = CARDEA_OK;

	if (text != NULL)
		status = join_claims(text, joined);
	if (text != NULL && status == CARDEA_OK)
		status = cardea_requirement_parse(joined, &claims, diag);
	for (size_t i = 0; i < claims.node_count && status == CARDEA_OK; i++) {
		const struct cardea_node *node = &claims.nodes[i];

		if (node->kind == CARDEA_NODE_FACTOR)
			status = add_claim(&claims, node, request, &set);
		else if (node->kind != CARDEA_NODE_ALL)
			status = CARDEA_E_SYNTAX;
	}
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "--have: wants factors, as in \"password,totp\"");
	*ret_evidence = set;
	return CARDEA_OK;
}
