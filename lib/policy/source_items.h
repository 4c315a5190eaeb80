/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_SOURCE_ITEMS_H
#define CARDEA_POLICY_SOURCE_ITEMS_H

#include <cardea/policy.h>

#include "policy/reader.h"

/* Plain members of a block of cardea.conf, each a field of the settings. */

#define CARDEA_ITEM_PATH_SIZE 256

struct cardea_item {
	const char *name;
	enum {
		CARDEA_ITEM_IS_PATH,
		CARDEA_ITEM_IS_NUMBER,
		CARDEA_ITEM_IS_DURATION,
	} kind;
	size_t offset; /* in struct cardea_settings */
	uint32_t low, high;
};

#define CARDEA_ITEM_PATH(name, field)                                          \
	{                                                                      \
		name, CARDEA_ITEM_IS_PATH,                                     \
		    offsetof(struct cardea_settings, field), 0, 0              \
	}
#define CARDEA_ITEM_NUMBER(name, field, low, high)                             \
	{                                                                      \
		name, CARDEA_ITEM_IS_NUMBER,                                   \
		    offsetof(struct cardea_settings, field), low, high         \
	}
#define CARDEA_ITEM_DURATION(name, field, low, high)                           \
	{                                                                      \
		name, CARDEA_ITEM_IS_DURATION,                                 \
		    offsetof(struct cardea_settings, field), low, high         \
	}

/* cardea_read_items: each member by its name; others go by keys, or are refused
 * there. */
CARDEA_MUST_USE enum cardea_status cardea_read_items(
    struct cardea_reader *reader, const struct cardea_setting *setting,
    const struct cardea_item *items, size_t item_count,
    const struct cardea_reader_key *keys, size_t key_count, void *target);

#endif
