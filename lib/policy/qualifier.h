/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_QUALIFIER_H
#define CARDEA_POLICY_QUALIFIER_H

#include <cardea/requirement.h>

/*
 * Which qualifiers mean something: a word that no proof will ever have denies
 * for ever, so a policy that says one is refused before it is installed.
 */

/* cardea_qualifier_check: SYNTAX with a diag that lists what there is. */
CARDEA_MUST_USE enum cardea_status cardea_qualifier_check(
    const struct cardea_requirement *requirement, struct cardea_diag *diag);

#endif
