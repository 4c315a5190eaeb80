/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_BUILD_PARTS_H
#define CARDEA_POLICY_BUILD_PARTS_H

#include "policy/build.h"

/* What the files that write an image share. */

struct cardea_build_table {
	unsigned char *items;
	size_t count;
	size_t room;
	size_t size; /* of one item */
};

struct cardea_build {
	struct cardea_build_table parts[CARDEA_PART_COUNT];
	struct cardea_build_table
	    inner; /* blocks inside others: numbered from 0 */
	uint32_t weights[CARDEA_SIGNAL_COUNT];
	bool has_weights;
	enum cardea_status status;
};

/* cardea_build_fail: the first failure sticks */
void cardea_build_fail(struct cardea_build *build, enum cardea_status status);

bool cardea_build_make_room(
    struct cardea_build *build, struct cardea_build_table *table, size_t more);

/* cardea_build_append_part: the number of the first item, 0 after a failure */
uint32_t cardea_build_append_part(struct cardea_build *build,
    enum cardea_image_part part, const void *items, size_t count);

#endif
