/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_LINT_H
#define CARDEA_POLICY_LINT_H

#include <cardea/policy.h>

/*
 * What is allowed and yet probably not meant.  Looks at a compiled policy, so
 * that it sees what a login would see; a warning never stops an installation.
 */

typedef void
cardea_lint_report(const struct cardea_diag *warning, void *context);

/* cardea_lint: calls report for each finding, rules first, in their order; the
 * key is the name of the rule, zone, hours, time zone or service. Looks for:
 * rules that an earlier one shadows; rules that ask for nothing but a place
 * (invariant 10), or for nothing of a caller they do not name; dates of
 * observe_until and review that have passed; zones and hours that no rule
 * names; hours whose calendars or windows are over; time zones that this
 * machine does not know; su and sudo without a way for root; security keys that
 * only this host would accept; scores of risk that nothing reaches, databases
 * that nobody has named, denials of everybody where a place is unknown, grants
 * that nobody can approve.  CORRUPT, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_lint(const struct cardea_policy *policy, int64_t now_s,
    cardea_lint_report *report, void *context);

/* cardea_lint_users and cardea_lint_groups: every name that a user (or group)
 * condition holds, for whoever can ask the name service about it */
typedef void cardea_lint_name(const char *name, void *context);
void cardea_lint_users(
    const struct cardea_policy *policy, cardea_lint_name *visit, void *context);
void cardea_lint_groups(
    const struct cardea_policy *policy, cardea_lint_name *visit, void *context);

#endif
