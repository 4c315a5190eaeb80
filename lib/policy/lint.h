/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_LINT_H
#define CARDEA_POLICY_LINT_H

#include <cardea/diag.h>
#include <cardea/policy.h>

/*
 * What is well formed and yet hardly meant: rules that can never be reached,
 * rules whose only demand is a place (invariant 10), dates that have passed.
 * Warnings, never errors.  For the command only.
 */

/* Rules compared with those above them; beyond it only rules without any
 * condition are looked for. */
#define CARDEA_LINT_RULES_MAX 10000

typedef void
cardea_lint_visit(const struct cardea_diag *warning, void *context);

/* cardea_lint: calls visit for each warning, in the order of the rules, with
 * file, line and name of the rule. CORRUPT for a damaged image. */
CARDEA_MUST_USE enum cardea_status
cardea_lint(const struct cardea_policy *policy, int64_t now_s,
    cardea_lint_visit *visit, void *context);

#endif
