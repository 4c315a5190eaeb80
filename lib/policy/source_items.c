/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "policy/source_items.h"
#include "policy/source_values.h"

static enum cardea_status
read_item(struct cardea_reader *reader, const struct cardea_setting *setting,
    const struct cardea_item *item, struct cardea_settings *settings)
{
	char *field = (char *)settings + item->offset;
	enum cardea_status status;
	uint32_t number;

	if (item->kind == CARDEA_ITEM_IS_PATH)
		return cardea_read_path(
		    reader, setting, field, CARDEA_ITEM_PATH_SIZE);
	status = item->kind == CARDEA_ITEM_IS_NUMBER
	    ? cardea_reader_number(
		  reader, setting, item->low, item->high, &number)
	    : cardea_reader_duration(
		  reader, setting, item->low, item->high, &number);
	if (status == CARDEA_OK)
		memcpy(field, &number, sizeof(number));
	return status;
}

enum cardea_status
cardea_read_items(struct cardea_reader *reader,
    const struct cardea_setting *setting, const struct cardea_item *items,
    size_t item_count, const struct cardea_reader_key *keys, size_t key_count,
    void *target)
{
	enum cardea_status status = CARDEA_OK;
	size_t count = cardea_tree_count(setting);

	if (cardea_tree_kind(setting) != CARDEA_TREE_GROUP)
		return cardea_reader_refuse(
		    reader, setting, "expected a block { ... }");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++) {
		const struct cardea_setting *member = cardea_tree_at(
		    setting, i);
		size_t k = 0;

		while (k < item_count &&
		    strcmp(items[k].name, cardea_tree_key(member)) != 0)
			k++;
		status = k < item_count
		    ? read_item(reader, member, &items[k], target)
		    : cardea_reader_member(
			  reader, member, keys, key_count, target);
	}
	return status;
}
