/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_TIMES_H
#define CARDEA_POLICY_TIMES_H

#include <stdbool.h>

#include "policy/image.h"

/*
 * Times of a policy against the wall clock of a request.  No arithmetic on
 * offsets anywhere: the wall clock that the facts hold is compared with the
 * wall clock that the rule names, so a change of summer time, whatever its
 * size, needs no care (C09).  Ends are exclusive.
 */

/* local may be NULL or not known: MAYBE. *ret_damaged is set for numbers that
 * lead nowhere, and then the answer is MAYBE too. */
enum cardea_truth cardea_times_hours(const struct cardea_policy *policy,
    const struct cardea_image_hours *hours,
    const struct cardea_local_time *local, bool *ret_damaged);

/* has the wall clock reached second of day? */
enum cardea_truth cardea_times_reached(
    const struct cardea_local_time *local, uint32_t day, uint32_t second);

#endif
