/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_LINT_CONTEXT_H
#define CARDEA_POLICY_LINT_CONTEXT_H

#include "policy/image.h"

/*
 * The part of lint about circumstances: rules that hang on what nothing on this
 * machine tells, that can never hold, or that lock everybody out when it is not
 * known.
 */

/* key: what the finding is about, "" for the rule or zone at hand */
typedef void
cardea_lint_finding(const char *key, const char *text, void *context);

/* cardea_lint_rule_context: one rule; emergency: a rule above it keeps a way in
 * open while facts are unknown. */
void cardea_lint_rule_context(const struct cardea_policy *policy,
    uint32_t index, bool emergency, cardea_lint_finding *tell, void *context);

/* cardea_lint_databases: databases that some rule or signal needs, and that
 * cardea.conf does not name */
void cardea_lint_databases(const struct cardea_policy *policy,
    cardea_lint_finding *tell, void *context);

/* cardea_lint_zone_named: does another zone name this one? */
bool cardea_lint_zone_named(const struct cardea_policy *policy, uint32_t zone);

#endif
