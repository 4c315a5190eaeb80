/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "policy/build.h"
#include "policy/build_index.h"
#include "policy/build_parts.h"
#include "policy/build_uses.h"
#include "policy/settings.h"

#define KEPT_FLAGS 0xffu       /* flags of a text that go into the image */
#define LISTED_FLAG (1u << 31) /* stands among the services */

void
cardea_build_fail(struct cardea_build *build, enum cardea_status status)
{
	if (build->status == CARDEA_OK)
		build->status = status;
}

bool
cardea_build_make_room(
    struct cardea_build *build, struct cardea_build_table *table, size_t more)
{
	size_t room = table->room != 0 ? table->room : 64;
	void *items;

	if (build->status != CARDEA_OK)
		return false;
	if (more > CARDEA_IMAGE_MAX / table->size - table->count) {
		cardea_build_fail(build, CARDEA_E_RANGE);
		return false;
	}
	while (room < table->count + more)
		room *= 2;
	if (room == table->room)
		return true;
	items = realloc(table->items, room * table->size);
	if (items == NULL) {
		cardea_build_fail(build, CARDEA_E_MEMORY);
		return false;
	}
	table->items = items;
	table->room = room;
	return true;
}

/* the number of the first item, 0 after a failure */
static uint32_t
append(struct cardea_build *build, struct cardea_build_table *table,
    const void *items, size_t count)
{
	uint32_t first = (uint32_t)table->count;

	if (!cardea_build_make_room(build, table, count))
		return 0;
	if (count != 0)
		memcpy(table->items + table->count * table->size, items,
		    count * table->size);
	table->count += count;
	return first;
}

uint32_t
cardea_build_append_part(struct cardea_build *build,
    enum cardea_image_part part, const void *items, size_t count)
{
	return append(build, &build->parts[part], items, count);
}

struct cardea_build *
cardea_build_new(void)
{
	static const struct cardea_image_text empty = { 0, 0, 0 };
	struct cardea_build *build = calloc(1, sizeof(*build));

	if (build == NULL)
		return NULL;
	for (int i = 0; i < CARDEA_PART_COUNT; i++)
		build->parts[i].size = cardea_image_item_size(
		    (enum cardea_image_part)i);
	build->inner.size = sizeof(struct cardea_image_block);
	cardea_build_append_part(build, CARDEA_PART_POOL, "", 1);
	cardea_build_append_part(build, CARDEA_PART_TEXTS, &empty, 1);
	return build;
}

struct cardea_build *
cardea_build_free(struct cardea_build *build)
{
	if (build == NULL)
		return NULL;
	for (int i = 0; i < CARDEA_PART_COUNT; i++)
		free(build->parts[i].items);
	free(build->inner.items);
	free(build);
	return NULL;
}

enum cardea_status
cardea_build_status(const struct cardea_build *build)
{
	return build->status;
}

static struct cardea_image_text *
text_at(const struct cardea_build *build, uint32_t text)
{
	return (struct cardea_image_text *)(void *)build
		   ->parts[CARDEA_PART_TEXTS]
		   .items +
	    text;
}

static uint32_t *
slots_of(const struct cardea_build *build)
{
	return (uint32_t *)(void *)build->parts[CARDEA_PART_SLOTS].items;
}

static const char *
pool_of(const struct cardea_build *build)
{
	return (const char *)build->parts[CARDEA_PART_POOL].items;
}

/* the slot that holds the text, or the free one where it belongs */
static uint32_t *
find_slot(const struct cardea_build *build, const char *bytes, size_t len)
{
	uint32_t *slots = slots_of(build);
	size_t mask = build->parts[CARDEA_PART_SLOTS].count - 1;
	size_t at = cardea_image_hash(bytes, len) & mask;

	while (slots[at] != 0) {
		const struct cardea_image_text *text = text_at(
		    build, slots[at]);

		if (text->len == len &&
		    memcmp(pool_of(build) + text->offset, bytes, len) == 0)
			break;
		at = (at + 1) & mask;
	}
	return &slots[at];
}

/* at most half full, so that a look-up ends soon */
static void
grow_slots(struct cardea_build *build)
{
	struct cardea_build_table *slots = &build->parts[CARDEA_PART_SLOTS];
	size_t texts = build->parts[CARDEA_PART_TEXTS].count;
	size_t count = slots->count != 0 ? slots->count : 64;

	while (count < 2 * (texts + 1))
		count *= 2;
	if (count == slots->count ||
	    !cardea_build_make_room(build, slots, count - slots->count))
		return;
	slots->count = count;
	memset(slots->items, 0, count * sizeof(uint32_t));
	for (uint32_t i = 1; i < texts; i++) {
		const struct cardea_image_text *text = text_at(build, i);

		*find_slot(build, pool_of(build) + text->offset, text->len) = i;
	}
}

uint32_t
cardea_build_text(struct cardea_build *build, const char *text)
{
	struct cardea_image_text item = { .len = (uint32_t)strlen(text) };
	uint32_t number, *slot;

	if (item.len == 0)
		return 0;
	grow_slots(build);
	if (build->status != CARDEA_OK)
		return 0;
	slot = find_slot(build, text, item.len);
	if (*slot != 0)
		return *slot;
	item.offset = cardea_build_append_part(
	    build, CARDEA_PART_POOL, text, item.len + 1);
	number = cardea_build_append_part(build, CARDEA_PART_TEXTS, &item, 1);
	if (build->status != CARDEA_OK)
		return 0;
	*slot = number;
	return number;
}

bool
cardea_build_mark(struct cardea_build *build, uint32_t text, uint32_t flags)
{
	struct cardea_image_text *item;
	bool before;

	if (build->status != CARDEA_OK)
		return false;
	item = text_at(build, text);
	before = (item->flags & flags) == flags;
	item->flags |= flags;
	return before;
}

uint32_t
cardea_build_values(
    struct cardea_build *build, const uint32_t *values, size_t count)
{
	return cardea_build_append_part(
	    build, CARDEA_PART_VALUES, values, count);
}

/* a part that is a set of texts: the place of this one */
static uint32_t
append_once(
    struct cardea_build *build, enum cardea_image_part part, uint32_t text)
{
	const uint32_t *items =
	    (const uint32_t *)(const void *)build->parts[part].items;

	for (size_t i = 0; i < build->parts[part].count; i++) {
		if (items[i] == text)
			return (uint32_t)i;
	}
	return cardea_build_append_part(build, part, &text, 1);
}

uint32_t
cardea_build_timezone(struct cardea_build *build, const char *name)
{
	uint32_t at = append_once(
	    build, CARDEA_PART_TIMEZONES, cardea_build_text(build, name));

	if (at >= CARDEA_TIMEZONES_MAX)
		cardea_build_fail(build, CARDEA_E_RANGE);
	return at;
}

void
cardea_build_service(struct cardea_build *build, uint32_t text)
{
	if (!cardea_build_mark(build, text, LISTED_FLAG))
		cardea_build_append_part(build, CARDEA_PART_SERVICES, &text, 1);
}

void
cardea_build_subject(struct cardea_build *build, uint32_t text)
{
	append_once(build, CARDEA_PART_SUBJECTS, text);
}

uint32_t
cardea_build_hours(struct cardea_build *build, struct cardea_image_hours hours)
{
	if (build->parts[CARDEA_PART_HOURS].count == CARDEA_HOURS_MAX)
		cardea_build_fail(build, CARDEA_E_RANGE);
	return cardea_build_append_part(build, CARDEA_PART_HOURS, &hours, 1);
}

uint32_t
cardea_build_find_hours(const struct cardea_build *build, uint32_t name)
{
	const struct cardea_build_table *part =
	    &build->parts[CARDEA_PART_HOURS];
	const struct cardea_image_hours *hours =
	    (const struct cardea_image_hours *)(const void *)part->items;

	for (size_t i = 0; i < part->count; i++) {
		if (hours[i].name == name)
			return (uint32_t)i;
	}
	return UINT32_MAX;
}

static int
compare_numbers(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

struct cardea_image_condition
cardea_build_condition(struct cardea_build *build, enum cardea_image_key key,
    uint32_t *values, size_t count)
{
	struct cardea_image_condition condition = { .key = (uint32_t)key };
	size_t kept = 0;

	if (key != CARDEA_KEY_FROM && key != CARDEA_KEY_UNTIL) {
		qsort(values, count, sizeof(*values), compare_numbers);
		for (size_t i = 0; i < count; i++) {
			if (kept == 0 || values[kept - 1] != values[i])
				values[kept++] = values[i];
		}
		count = kept;
	}
	condition.count = (uint32_t)count;
	condition.first = count == 1
	    ? values[0]
	    : cardea_build_values(build, values, count);
	return condition;
}

static int
compare_conditions(const void *a, const void *b)
{
	const struct cardea_image_condition *left = a, *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

static struct cardea_image_block
add_conditions(struct cardea_build *build,
    struct cardea_image_condition *conditions, size_t count)
{
	struct cardea_image_block block;

	if (count > 1)
		qsort(
		    conditions, count, sizeof(*conditions), compare_conditions);
	block.first = cardea_build_append_part(
	    build, CARDEA_PART_CONDITIONS, conditions, count);
	block.count = (uint32_t)count;
	return block;
}

uint32_t
cardea_build_block(struct cardea_build *build,
    struct cardea_image_condition *conditions, size_t count)
{
	struct cardea_image_block block = add_conditions(
	    build, conditions, count);

	return append(build, &build->inner, &block, 1);
}

void
cardea_build_rule(struct cardea_build *build,
    const struct cardea_image_rule *rule,
    struct cardea_image_condition *conditions, size_t count)
{
	struct cardea_image_block block = add_conditions(
	    build, conditions, count);

	if (build->parts[CARDEA_PART_RULES].count == CARDEA_RULES_MAX)
		cardea_build_fail(build, CARDEA_E_RANGE);
	cardea_build_append_part(build, CARDEA_PART_BLOCKS, &block, 1);
	cardea_build_append_part(build, CARDEA_PART_RULES, rule, 1);
}

void
cardea_build_source(
    struct cardea_build *build, const struct cardea_image_source *source)
{
	cardea_build_append_part(build, CARDEA_PART_SOURCES, source, 1);
}

/* Inner blocks come behind those of the rules, whose count is known only
 * now: the numbers that lead to them move up. */
static void
join_blocks(struct cardea_build *build)
{
	struct cardea_build_table *conditions =
	    &build->parts[CARDEA_PART_CONDITIONS];
	struct cardea_image_condition *items =
	    (struct cardea_image_condition *)(void *)conditions->items;
	uint32_t *values =
	    (uint32_t *)(void *)build->parts[CARDEA_PART_VALUES].items;
	uint32_t rules = (uint32_t)build->parts[CARDEA_PART_BLOCKS].count;

	for (size_t i = 0; i < conditions->count; i++) {
		if (items[i].key != (uint32_t)CARDEA_KEY_UNLESS)
			continue;
		if (items[i].count == 1)
			items[i].first += rules;
		for (uint32_t k = 0; items[i].count > 1 && k < items[i].count;
		     k++)
			values[items[i].first + k] += rules;
	}
	cardea_build_append_part(
	    build, CARDEA_PART_BLOCKS, build->inner.items, build->inner.count);
}

static void
clear_flags(struct cardea_build *build)
{
	size_t texts = build->parts[CARDEA_PART_TEXTS].count;

	for (uint32_t i = 0; i < texts; i++)
		text_at(build, i)->flags &= KEPT_FLAGS;
}

static void
add_settings(struct cardea_build *build, const struct cardea_settings *settings)
{
	unsigned char bytes[CARDEA_SETTINGS_PACKED_MAX];
	size_t len = 0;

	if (cardea_settings_pack(settings, bytes, sizeof(bytes), &len) !=
	    CARDEA_OK)
		cardea_build_fail(build, CARDEA_E_INTERNAL);
	cardea_build_append_part(build, CARDEA_PART_SETTINGS, bytes, len);
}

/* the weights of signals, and which facts the conditions ask for */
static void
add_risk(struct cardea_build *build)
{
	struct cardea_build_parts parts = { .weights = build->weights };
	uint32_t uses;

#define TAKE(field, part)                                                      \
	parts.field = (const void *)build->parts[part].items;                  \
	parts.field##_count = build->parts[part].count
	TAKE(conditions, CARDEA_PART_CONDITIONS);
	TAKE(values, CARDEA_PART_VALUES);
	TAKE(zones, CARDEA_PART_ZONES);
	TAKE(spots, CARDEA_PART_SPOTS);
	TAKE(rules, CARDEA_PART_RULES);
#undef TAKE
	if (cardea_build_uses(&parts, &uses) != CARDEA_OK) {
		cardea_build_fail(build, CARDEA_E_MEMORY);
		return;
	}
	cardea_build_append_part(
	    build, CARDEA_PART_RISK, build->weights, CARDEA_SIGNAL_COUNT);
	cardea_build_append_part(build, CARDEA_PART_RISK, &uses, 1);
}

static size_t
padded(const struct cardea_build_table *part)
{
	return (part->count * part->size + 7) / 8 * 8;
}

/* room for the sums of all other parts, which cardea_image_seal writes */
static void
add_sums(struct cardea_build *build)
{
	static const struct cardea_image_sum none = { { 0 } };
	size_t len = 0, count;

	for (int i = CARDEA_PART_SUMS + 1; i < CARDEA_PART_COUNT; i++)
		len += padded(&build->parts[i]);
	count = cardea_image_sum_count(len);
	for (size_t i = 0; i < count; i++)
		cardea_build_append_part(build, CARDEA_PART_SUMS, &none, 1);
}

/* where each part goes; the length of the whole */
static size_t
lay_out(const struct cardea_build *build, struct cardea_image_header *header)
{
	size_t at = sizeof(*header);

	for (int i = 0; i < CARDEA_PART_COUNT; i++) {
		const struct cardea_build_table *part = &build->parts[i];

		header->parts[i].offset = (uint32_t)at;
		header->parts[i].count = (uint32_t)part->count;
		at += padded(part);
		if (at > CARDEA_IMAGE_MAX)
			return SIZE_MAX;
	}
	return at;
}

static enum cardea_status
write_image(const struct cardea_build *build, unsigned char **ret_bytes,
    size_t *ret_len)
{
	struct cardea_image_header header = { .version = CARDEA_IMAGE_VERSION,
		.endian = CARDEA_IMAGE_ENDIAN };
	size_t len = lay_out(build, &header);
	unsigned char *bytes;
	enum cardea_status status;

	if (len == SIZE_MAX)
		return CARDEA_E_RANGE;
	bytes = calloc(1, len);
	if (bytes == NULL)
		return CARDEA_E_MEMORY;
	memcpy(header.magic, CARDEA_IMAGE_MAGIC, sizeof(header.magic));
	header.len = len;
	memcpy(bytes, &header, sizeof(header));
	for (int i = 0; i < CARDEA_PART_COUNT; i++) {
		const struct cardea_build_table *part = &build->parts[i];

		if (part->count != 0)
			memcpy(bytes + header.parts[i].offset, part->items,
			    part->count * part->size);
	}
	status = cardea_image_seal(bytes, len);
	if (status != CARDEA_OK) {
		free(bytes);
		return status;
	}
	*ret_bytes = bytes;
	*ret_len = len;
	return CARDEA_OK;
}

enum cardea_status
cardea_build_finish(struct cardea_build *build,
    const struct cardea_settings *settings, void **ret_image, size_t *ret_len)
{
	unsigned char *bytes;
	enum cardea_status status;

	add_settings(build, settings);
	if (build->status != CARDEA_OK)
		return build->status;
	cardea_build_index(build);
	join_blocks(build);
	add_risk(build);
	add_sums(build);
	clear_flags(build);
	if (build->status != CARDEA_OK)
		return build->status;
	status = write_image(build, &bytes, ret_len);
	if (status == CARDEA_OK)
		*ret_image = bytes;
	return status;
}
