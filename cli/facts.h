/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_FACTS_H
#define CARDEA_CLI_FACTS_H

#include <cardea/policy.h>
#include <cardea/request.h>

#include "cli/command.h"

/*
 * A request that is only supposed, by what is said of it: the options of
 * `cardea explain`, or the members of a line of JSON.  What is not said is
 * looked up on this host, as the verifier would: groups in the name service,
 * the time on the clock, wall clocks in the tz database.
 */
struct cardea_said { /* NULL: not said. Borrowed. */
	const char *user, *service, *from, *tty, *ruser, *caller, *host, *at;
	const char *login_from; /* under sudo and su: where the person sits */
	bool groups_said;
	size_t group_count;
	const char *groups[CARDEA_CALL_OPTIONS_MAX];
};

/* cardea_facts_said: what the options say */
void
cardea_facts_said(const struct cardea_call *call, struct cardea_said *ret_said);

/* cardea_facts_read: all but circumstances, outages and posture; user and
 * service may be unsaid. On failure the request is of no use. SYNTAX, RANGE:
 * what was said is at fault. */
CARDEA_MUST_USE enum cardea_status cardea_facts_read(
    const struct cardea_said *said, const struct cardea_policy *policy,
    struct cardea_request *request, struct cardea_diag *diag);

/* cardea_facts_state: --outage, and --posture of this host. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_facts_state(const struct cardea_call *call,
    struct cardea_request *request, struct cardea_diag *diag);

/* cardea_facts_locals: the wall clocks of the policy's time zones */
void cardea_facts_locals(
    const struct cardea_policy *policy, struct cardea_request *request);

/* cardea_facts_name_host: this host's name in the policy. IO, RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_facts_name_host(
    const struct cardea_policy *policy, struct cardea_request *request);

/* cardea_facts_have: the evidence that --have claims ("password,totp",
 * "device(issuer=x) + fido2(uv)"), as if verified at the request's time. */
CARDEA_MUST_USE enum cardea_status cardea_facts_have(
    const struct cardea_call *call, const struct cardea_request *request,
    struct cardea_evidence_set *ret_evidence, struct cardea_diag *diag);

#endif
