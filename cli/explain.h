/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_EXPLAIN_H
#define CARDEA_CLI_EXPLAIN_H

#include <cardea/decide.h>

#include "cli/around.h"
#include "cli/past.h"
#include "policy/why.h"

/*
 * `cardea explain` in parts: explain.c reads the call and asks the functions
 * that decide logins, explain_tell.c says what they answer, explain_facts.c
 * what a request is known by.
 */
struct cardea_explanation {
	struct cardea_call *call;
	void *image; /* of --source; the policy borrows it */
	struct cardea_policy *policy;
	struct cardea_around around;
	struct cardea_past *past; /* of --txn; NULL: nothing past */
	struct cardea_request request;
	struct cardea_evidence_set evidence;
	struct cardea_selection selection;
	struct cardea_decision decision;
};

CARDEA_MUST_USE enum cardea_status
cardea_explain_tell(struct cardea_explanation *explanation);

/* cardea_explain_put_facts: the members of an object that is open */
CARDEA_MUST_USE enum cardea_status
cardea_explain_put_facts(struct cardea_json *json,
    const struct cardea_policy *policy, const struct cardea_request *request);

/* cardea_explain_say_facts: the same for people */
CARDEA_MUST_USE enum cardea_status
cardea_explain_say_facts(struct cardea_explanation *explanation);

/* cardea_explain_batch: lines of JSON from standard input, each answered by
 * one */
enum cardea_exit cardea_explain_batch(struct cardea_explanation *explanation);

#endif
