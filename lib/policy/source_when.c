/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/reader.h"

#define DAY_S 86400u

/* One value of a condition as the number that the image holds. */
typedef enum cardea_status convert_value(struct cardea_reader *reader,
    const struct cardea_setting *item, uint32_t *ret_value);

/* A condition whose values are texts. */
struct condition_kind {
	const char *name;
	enum cardea_image_key key;
	convert_value *convert;
};

/* Names are compared as they stand, whole and in their own case: whatever
 * elsewhere means a pattern, a group or a negation is refused, because here
 * it would silently match nobody. */
static enum cardea_status
convert_name(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	const char *name;
	enum cardea_status status;

	status = cardea_reader_text(reader, item, CARDEA_NAME_MAX, &name);
	if (status != CARDEA_OK)
		return status;
	if (strpbrk(name, "*?") != NULL)
		return cardea_reader_refuse(
		    reader, item, "wildcards are not supported: name a group");
	if (strchr("!%@+", name[0]) != NULL)
		return cardea_reader_refuse(reader, item,
		    "a name is compared as it stands: no sign goes before "
		    "it (use group, or unless)");
	if (strchr(name, ',') != NULL)
		return cardea_reader_refuse(reader, item,
		    "no name holds a comma: a list is [ \"...\", \"...\" ]");
	if (name[0] == ' ' || name[strlen(name) - 1] == ' ')
		return cardea_reader_refuse(reader, item,
		    "a blank before or after a name would be part of it");
	*ret_value = cardea_build_text(reader->build, name);
	return CARDEA_OK;
}

static enum cardea_status
convert_user(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	enum cardea_status status = convert_name(reader, item, ret_value);

	if (status == CARDEA_OK)
		cardea_build_mark(reader->build, *ret_value, CARDEA_TEXT_USER);
	return status;
}

static enum cardea_status
convert_group(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	enum cardea_status status = convert_name(reader, item, ret_value);

	if (status == CARDEA_OK)
		cardea_build_mark(reader->build, *ret_value, CARDEA_TEXT_GROUP);
	return status;
}

static enum cardea_status
convert_service(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	const char *name;
	enum cardea_status status;

	status = cardea_reader_name(reader, item, CARDEA_SERVICE_MAX, &name);
	if (status != CARDEA_OK)
		return status;
	*ret_value = cardea_build_text(reader->build, name);
	cardea_build_service(reader->build, *ret_value);
	return CARDEA_OK;
}

static enum cardea_status
convert_tty(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	if (strncmp(cardea_tree_text(item), "/dev/", 5) == 0)
		return cardea_reader_refuse(
		    reader, item, "a tty is named without \"/dev/\"");
	return convert_name(reader, item, ret_value);
}

static enum cardea_status
convert_origin(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	const char *text = cardea_tree_text(item);

	if (strcmp(text, "local") == 0)
		*ret_value = CARDEA_ORIGIN_LOCAL;
	else if (strcmp(text, "remote") == 0)
		*ret_value = CARDEA_ORIGIN_REMOTE;
	else
		return cardea_reader_refuse(
		    reader, item, "expected \"local\" or \"remote\"");
	return CARDEA_OK;
}

static enum cardea_status
convert_posture(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	const char *word;
	enum cardea_status status;

	status = cardea_reader_text(
	    reader, item, CARDEA_POSTURE_TEXT_MAX, &word);
	if (status != CARDEA_OK)
		return status;
	if (!cardea_posture_is_word(word))
		return cardea_reader_refuse(reader, item,
		    "expected disk-encrypted, secure-boot, firewall, "
		    "confinement, reboot-needed or clock-synchronised, each "
		    "also with not-; os=ID, os=ID-VERSION or "
		    "kernel-older-than=90d");
	*ret_value = cardea_build_text(reader->build, word);
	return CARDEA_OK;
}

static enum cardea_status
convert_country(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	return cardea_reader_country(reader, item, ret_value);
}

static enum cardea_status
convert_signal(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	enum cardea_signal signal = cardea_signal_parse(cardea_tree_text(item));

	if (signal == CARDEA_SIGNAL_COUNT)
		return cardea_reader_refuse(reader, item,
		    "expected first-seen-network, first-seen-country, "
		    "impossible-travel, unusual-hour, recent-failures, "
		    "many-sessions, dormant-account, clock-unsynchronised or "
		    "stale-database");
	*ret_value = (uint32_t)signal + 1;
	return CARDEA_OK;
}

static enum cardea_status
convert_zone(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	const char *name;
	enum cardea_status status;

	status = cardea_reader_text(reader, item, CARDEA_TEXT_MAX, &name);
	if (status != CARDEA_OK)
		return status;
	*ret_value = cardea_build_find_zone(
	    reader->build, cardea_build_text(reader->build, name));
	if (*ret_value == UINT32_MAX)
		return cardea_tree_refuse(reader->tree, item, CARDEA_E_SYNTAX,
		    reader->diag, "no zone is named \"%s\"", name);
	return CARDEA_OK;
}

static enum cardea_status
convert_hours(struct cardea_reader *reader, const struct cardea_setting *item,
    uint32_t *ret_value)
{
	const char *name;
	enum cardea_status status;

	status = cardea_reader_text(reader, item, CARDEA_TEXT_MAX, &name);
	if (status != CARDEA_OK)
		return status;
	*ret_value = cardea_build_find_hours(
	    reader->build, cardea_build_text(reader->build, name));
	if (*ret_value == UINT32_MAX)
		return cardea_tree_refuse(reader->tree, item, CARDEA_E_SYNTAX,
		    reader->diag, "no hours are named \"%s\"", name);
	return CARDEA_OK;
}

static void
add_condition(struct cardea_reader *reader, struct cardea_reader_block *block,
    enum cardea_image_key key, uint32_t *values, size_t count)
{
	block->conditions[block->count++] = cardea_build_condition(
	    reader->build, key, values, count);
}

static enum cardea_status
read_values(struct cardea_reader *reader, const struct cardea_setting *setting,
    const struct condition_kind *kind, struct cardea_reader_block *block)
{
	enum cardea_status status;
	uint32_t *values;
	size_t count = 0;

	status = cardea_reader_items(reader, setting, CARDEA_LIST_MAX, &count);
	if (status != CARDEA_OK)
		return status;
	values = calloc(count, sizeof(*values));
	if (values == NULL)
		return cardea_diag_set(
		    reader->diag, CARDEA_E_MEMORY, "out of memory");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = kind->convert(
		    reader, cardea_reader_item(setting, i), &values[i]);
	if (status == CARDEA_OK)
		add_condition(reader, block, kind->key, values, count);
	free(values);
	return status;
}

/* A window of time: "2026-12-24" or "2026-12-24 18:00". As an end, a day
 * alone means the whole of it. */
static enum cardea_status
read_instant(struct cardea_reader *reader, const struct cardea_setting *setting,
    bool end, uint32_t values[3])
{
	char date[11] = "";
	const char *text;
	enum cardea_status status;
	int year, month, day;

	status = cardea_reader_text(reader, setting, 32, &text);
	if (status != CARDEA_OK)
		return status;
	memcpy(date, text, strnlen(text, 10));
	values[2] = 0;
	if (cardea_text_date(date, &year, &month, &day) != CARDEA_OK ||
	    (strlen(text) != 10 &&
		(text[10] != ' ' ||
		    !cardea_reader_clock(
			text + 11, strlen(text + 11), &values[2]))))
		return cardea_reader_refuse(reader, setting,
		    "expected a time such as \"2026-12-24 18:00\" or a date");
	values[1] = (uint32_t)cardea_text_days(year, month, day);
	if ((end && strlen(text) == 10) || values[2] == DAY_S) {
		values[1]++;
		values[2] = 0;
	}
	return CARDEA_OK;
}

static enum cardea_status
add_instants(struct cardea_reader *reader, struct cardea_reader_block *block)
{
	uint32_t from[3] = { 0 }, until[3] = { 0 };
	enum cardea_status status = CARDEA_OK;

	if (block->from == NULL && block->until == NULL) {
		if (block->timezone_at == NULL)
			return CARDEA_OK;
		return cardea_reader_refuse(reader, block->timezone_at,
		    "says nothing without from or until");
	}
	if (block->timezone_at == NULL)
		block->timezone = cardea_build_timezone(reader->build, "UTC");
	from[0] = until[0] = block->timezone;
	if (block->from != NULL)
		status = read_instant(reader, block->from, false, from);
	if (status == CARDEA_OK && block->until != NULL)
		status = read_instant(reader, block->until, true, until);
	if (status != CARDEA_OK)
		return status;
	if (block->from != NULL && block->until != NULL &&
	    (from[1] > until[1] ||
		(from[1] == until[1] && from[2] >= until[2])))
		return cardea_reader_refuse(
		    reader, block->until, "does not come after from");
	if (block->from != NULL)
		add_condition(reader, block, CARDEA_KEY_FROM, from, 3);
	if (block->until != NULL)
		add_condition(reader, block, CARDEA_KEY_UNTIL, until, 3);
	return CARDEA_OK;
}

static enum cardea_status
read_asn(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	uint32_t *numbers = NULL;
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_numbers(
	    reader, setting, CARDEA_LIST_MAX, 1, UINT32_MAX, &numbers, &count);
	if (status == CARDEA_OK)
		add_condition(reader, target, CARDEA_KEY_ASN, numbers, count);
	free(numbers);
	return status;
}

static enum cardea_status
read_risk(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_reader_block *block = target;
	enum cardea_status status;
	uint32_t least = 0;

	status = cardea_reader_number(
	    reader, setting, 1, CARDEA_RISK_MAX, &least);
	if (status == CARDEA_OK)
		add_condition(reader, block, CARDEA_KEY_RISK, &least, 1);
	block->personal = true;
	return status;
}

static enum cardea_status
read_from(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_reader_block *block = target;

	(void)reader;
	block->from = setting;
	return CARDEA_OK;
}

static enum cardea_status
read_until(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_reader_block *block = target;

	(void)reader;
	block->until = setting;
	return CARDEA_OK;
}

static enum cardea_status
read_timezone(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_reader_block *block = target;

	block->timezone_at = setting;
	return cardea_reader_timezone(reader, setting, &block->timezone);
}

static enum cardea_status
read_inner(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct cardea_reader_block *outer, uint32_t *ret_number)
{
	struct cardea_reader_block inner = { .depth = outer->depth + 1 };
	enum cardea_status status;

	if (inner.depth > CARDEA_NESTING_MAX)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "unless is nested deeper than %d",
		    CARDEA_NESTING_MAX);
	status = cardea_read_block(reader, setting, &inner);
	if (status != CARDEA_OK)
		return status;
	outer->personal = outer->personal || inner.personal;
	*ret_number = cardea_build_block(
	    reader->build, inner.conditions, inner.count);
	return CARDEA_OK;
}

/* one block, or a list of blocks of which none may hold */
static enum cardea_status
read_unless(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_reader_block *block = target;
	bool list = cardea_tree_kind(setting) == CARDEA_TREE_LIST;
	size_t count = list ? cardea_tree_count(setting) : 1;
	enum cardea_status status = CARDEA_OK;
	uint32_t *values;

	if (count == 0)
		return cardea_reader_refuse(reader, setting,
		    "an empty list excludes nobody: leave the key out");
	if (count > CARDEA_LIST_MAX)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "more than %d blocks", CARDEA_LIST_MAX);
	values = calloc(count, sizeof(*values));
	if (values == NULL)
		return cardea_diag_set(
		    reader->diag, CARDEA_E_MEMORY, "out of memory");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_inner(reader,
		    list ? cardea_tree_at(setting, i) : setting, block,
		    &values[i]);
	if (status == CARDEA_OK)
		add_condition(reader, block, CARDEA_KEY_UNLESS, values, count);
	free(values);
	return status;
}

static const struct condition_kind kinds[] = {
	{ "user", CARDEA_KEY_USER, convert_user },
	{ "group", CARDEA_KEY_GROUP, convert_group },
	{ "ruser", CARDEA_KEY_RUSER, convert_name },
	{ "caller", CARDEA_KEY_CALLER, convert_name },
	{ "service", CARDEA_KEY_SERVICE, convert_service },
	{ "host", CARDEA_KEY_HOST, convert_name },
	{ "tty", CARDEA_KEY_TTY, convert_tty },
	{ "origin", CARDEA_KEY_ORIGIN, convert_origin },
	{ "posture", CARDEA_KEY_POSTURE, convert_posture },
	{ "country", CARDEA_KEY_COUNTRY, convert_country },
	{ "signal", CARDEA_KEY_SIGNAL, convert_signal },
	{ "zone", CARDEA_KEY_ZONE, convert_zone },
	{ "hours", CARDEA_KEY_HOURS, convert_hours },
};

static const struct cardea_reader_key block_keys[] = {
	{ "from", read_from },
	{ "until", read_until },
	{ "timezone", read_timezone },
	{ "unless", read_unless },
	{ "asn", read_asn },
	{ "risk_at_least", read_risk },
};

/* What only a person's name tells must not be told early (no oracle), and
 * what nobody's name narrows is worth a second look. */
static void
note_person(struct cardea_reader_block *block, enum cardea_image_key key)
{
	if (key == CARDEA_KEY_USER || key == CARDEA_KEY_GROUP ||
	    key == CARDEA_KEY_SIGNAL)
		block->personal = true;
}

static enum cardea_status
read_condition(struct cardea_reader *reader,
    const struct cardea_setting *setting, struct cardea_reader_block *block)
{
	const char *name = cardea_tree_key(setting);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) != 0)
			continue;
		note_person(block, kinds[i].key);
		return read_values(reader, setting, &kinds[i], block);
	}
	return cardea_reader_member(reader, setting, block_keys,
	    sizeof(block_keys) / sizeof(block_keys[0]), block);
}

enum cardea_status
cardea_read_block(struct cardea_reader *reader,
    const struct cardea_setting *setting, struct cardea_reader_block *block)
{
	enum cardea_status status = CARDEA_OK;
	size_t count = cardea_tree_count(setting);

	if (cardea_tree_kind(setting) != CARDEA_TREE_GROUP)
		return cardea_reader_refuse(
		    reader, setting, "expected a block { ... }");
	if (count == 0)
		return cardea_reader_refuse(reader, setting,
		    "an empty block: leave the key out to mean every "
		    "request");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_condition(
		    reader, cardea_tree_at(setting, i), block);
	if (status == CARDEA_OK)
		status = add_instants(reader, block);
	return status;
}
