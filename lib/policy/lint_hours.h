/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_LINT_HOURS_H
#define CARDEA_POLICY_LINT_HOURS_H

#include "policy/image.h"

/*
 * Hours that time runs out on: a calendar of theirs tells of no more days, or
 * they are made of windows that are all over.
 */
typedef void cardea_lint_passing(const char *text, void *context);

void cardea_lint_hours(const struct cardea_policy *policy,
    const struct cardea_image_hours *hours, int64_t now_s,
    cardea_lint_passing *tell, void *context);

#endif
