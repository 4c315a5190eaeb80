/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_LINT_GRANT_H
#define CARDEA_POLICY_LINT_GRANT_H

#include <cardea/policy.h>

/* Rules by which somebody approves grants (service "cardea-approve"), and what
 * nobody can approve. */

/* cardea_lint_approver: why nobody can approve by a rule with this requirement;
 * NULL: somebody can. */
const char *cardea_lint_approver(const char *require);

#endif
