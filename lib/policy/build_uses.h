/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_BUILD_USES_H
#define CARDEA_POLICY_BUILD_USES_H

#include <stddef.h>

#include "policy/image.h"

/* Which facts the conditions of a policy ask for, so that a login gathers no
 * others.  Pure. */
struct cardea_build_parts {
	const struct cardea_image_condition *conditions;
	size_t conditions_count;
	const uint32_t *values;
	size_t values_count;
	const struct cardea_image_zone *zones; /* each names lower ones */
	size_t zones_count;
	const struct cardea_image_spot *spots;
	size_t spots_count;
	const struct cardea_image_rule *rules;
	size_t rules_count;
	const uint32_t *weights; /* CARDEA_SIGNAL_COUNT */
};

/* cardea_build_uses: enum cardea_uses bits. MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_build_uses(const struct cardea_build_parts *parts, uint32_t *ret_uses);

#endif
