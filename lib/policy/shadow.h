/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_SHADOW_H
#define CARDEA_POLICY_SHADOW_H

#include "policy/image.h"

/*
 * Which rules can never decide, because an earlier one matches whatever they
 * match?  Sound, not complete: what it names is shadowed; two rules that
 * shadow a third only together are not found.
 */

/* cardea_shadow_covers: does block a hold whenever block b does? */
bool cardea_shadow_covers(
    const struct cardea_policy *policy, uint32_t a, uint32_t b);

/* cardea_shadow_values: the values of a condition, NULL if damaged */
const uint32_t *cardea_shadow_values(const struct cardea_policy *policy,
    const struct cardea_image_condition *condition);

/* cardea_shadow_find: the condition of a block on a key, NULL if none */
const struct cardea_image_condition *
cardea_shadow_find(const struct cardea_policy *policy, uint32_t block,
    enum cardea_image_key key);

/* cardea_shadow_rules: ret_by[i] becomes the first rule that shadows rule i,
 * or UINT32_MAX; skip[i] says that rule i shadows nobody (it observes).
 * *ret_finished is false if there were too many pairs to look at. MEMORY */
CARDEA_MUST_USE enum cardea_status
cardea_shadow_rules(const struct cardea_policy *policy, const bool *skip,
    uint32_t *ret_by, bool *ret_finished);

#endif
