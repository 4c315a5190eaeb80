/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_SOURCE_SPOTS_H
#define CARDEA_POLICY_SOURCE_SPOTS_H

#include "policy/reader.h"

/* What a zone holds besides networks: countries, subdivisions, asns, traits,
 * near, lists. */
struct cardea_spots {
	struct cardea_image_spot *items; /* heap; the caller's */
	size_t count, room;
	const struct cardea_setting *lists, *lists_max_age;
};

CARDEA_MUST_USE enum cardea_status
cardea_spots_add(struct cardea_reader *reader, struct cardea_spots *spots,
    const struct cardea_image_spot *spot);

/* cardea_read_spots: one key of a zone */
CARDEA_MUST_USE enum cardea_status
cardea_read_spots(struct cardea_reader *reader,
    const struct cardea_setting *setting, struct cardea_spots *spots);

/* cardea_spots_finish: lists, once their age is known; zone is to be blamed */
CARDEA_MUST_USE enum cardea_status
cardea_spots_finish(struct cardea_reader *reader,
    const struct cardea_setting *zone, struct cardea_spots *spots);

#endif
