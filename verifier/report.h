/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_REPORT_H
#define CARDEA_VERIFIER_REPORT_H

#include <cardea/decide.h>
#include <cardea/log.h>

#include "attempt.h"
#include "store/ledger_grant.h"

/*
 * Events, one line each.  What is logged and what is answered come from the
 * same struct (V21); no function here can change either.  A log that cannot
 * be written changes no verdict.
 */

/* What became of one verification. */
struct cardea_finding {
	enum cardea_factor factor;
	enum cardea_result result;
	enum cardea_outcome outcome; /* told to the module */
	char credential[CARDEA_CREDENTIAL_MAX + 1];
	const char *why;    /* constant text, or NULL */
	const char *detail; /* what else there is to know, or NULL */
};

void cardea_report_finding(
    struct cardea_attempt *attempt, const struct cardea_finding *finding);

/* cardea_report_alert: a finding that somebody should look at. */
void cardea_report_alert(
    struct cardea_attempt *attempt, const struct cardea_finding *finding);

/* cardea_report_decision: the decision's one line, and the alert that its rule
 * may ask for; a grant of an emergency rule always does. observe is NULL, or
 * what would have happened. detail: constant text, or NULL. */
void cardea_report_decision(struct cardea_attempt *attempt,
    const struct cardea_decision *decision, const char *observe,
    const char *detail);

/* cardea_report_deferred: left to the session gate; no decision yet. */
void cardea_report_deferred(
    struct cardea_attempt *attempt, const struct cardea_decision *decision);

/* cardea_report_observed: one line for each rule in observe mode that would
 * have had a say. */
void cardea_report_observed(struct cardea_attempt *attempt);

/* cardea_report_stale: a policy whose source was changed and not installed,
 * told once a login, when the answer is out already. */
void cardea_report_stale(struct cardea_attempt *attempt);

/* cardea_report_grant_over: seen for the first time. */
void cardea_report_grant_over(
    struct cardea_attempt *attempt, const struct cardea_grant *grant);

/* cardea_report_severity: of trouble with this status. */
enum cardea_severity cardea_report_severity(enum cardea_status status);

/* cardea_report_trouble: something did not work; diag may be NULL. */
void cardea_report_trouble(struct cardea_attempt *attempt,
    enum cardea_severity severity, const char *reason,
    const struct cardea_diag *diag);

#endif
