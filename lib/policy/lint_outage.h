/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_LINT_OUTAGE_H
#define CARDEA_POLICY_LINT_OUTAGE_H

#include <cardea/policy.h>

/* What a rule says of an outage, and cannot mean. */

/* cardea_lint_outage: tells each fault of the rule's clause for the cluster. */
void cardea_lint_outage(const struct cardea_settings *settings,
    const struct cardea_rule *rule,
    void (*tell)(const char *text, void *context), void *context);

/* cardea_lint_can_be_met: could somebody meet it who shows none of these? */
bool cardea_lint_can_be_met(const struct cardea_requirement *requirement,
    const enum cardea_factor *without, size_t count);

#endif
