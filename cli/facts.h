/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_FACTS_H
#define CARDEA_CLI_FACTS_H

#include <cardea/policy.h>
#include <cardea/request.h>

#include "cli/command.h"

/*
 * The request that the options of `cardea explain` describe.  What is not
 * said is looked up on this host, as the verifier would: groups in the name
 * service, the time on the clock, wall clocks in the tz database.
 */

/* cardea_facts_read: SYNTAX, RANGE: the call is at fault. */
CARDEA_MUST_USE enum cardea_status cardea_facts_read(
    const struct cardea_call *call, const struct cardea_policy *policy,
    struct cardea_request *ret_request, struct cardea_diag *diag);

/* cardea_facts_have: the evidence that --have claims ("password,totp",
 * "device(issuer=x) + fido2(uv)"), as if verified at the request's time. */
CARDEA_MUST_USE enum cardea_status cardea_facts_have(
    const struct cardea_call *call, const struct cardea_request *request,
    struct cardea_evidence_set *ret_evidence, struct cardea_diag *diag);

#endif
