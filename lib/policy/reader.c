/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/reader.h"

enum cardea_status
cardea_reader_refuse(struct cardea_reader *reader,
    const struct cardea_setting *setting, const char *reason)
{
	return cardea_tree_refuse(
	    reader->tree, setting, CARDEA_E_SYNTAX, reader->diag, "%s", reason);
}

enum cardea_status
cardea_reader_member(struct cardea_reader *reader,
    const struct cardea_setting *member, const struct cardea_reader_key *keys,
    size_t key_count, void *target)
{
	const char *name = cardea_tree_key(member);

	for (size_t i = 0; i < key_count; i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		if (keys[i].read == NULL)
			return cardea_reader_refuse(
			    reader, member, "not supported by this version");
		return keys[i].read(reader, member, target);
	}
	return cardea_reader_refuse(reader, member, "unknown key");
}

enum cardea_status
cardea_reader_group(struct cardea_reader *reader,
    const struct cardea_setting *setting, const struct cardea_reader_key *keys,
    size_t key_count, void *target)
{
	size_t count = cardea_tree_count(setting);

	if (cardea_tree_kind(setting) != CARDEA_TREE_GROUP)
		return cardea_reader_refuse(
		    reader, setting, "expected a block { ... }");
	for (size_t i = 0; i < count; i++) {
		enum cardea_status status = cardea_reader_member(reader,
		    cardea_tree_at(setting, i), keys, key_count, target);

		if (status != CARDEA_OK)
			return status;
	}
	return CARDEA_OK;
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	}
	return false;
}

enum cardea_status
cardea_reader_text(struct cardea_reader *reader,
    const struct cardea_setting *setting, size_t max, const char **ret_text)
{
	const char *text = cardea_tree_text(setting);

	if (cardea_tree_kind(setting) != CARDEA_TREE_TEXT)
		return cardea_reader_refuse(
		    reader, setting, "expected a text in quotes");
	if (text[0] == '\0')
		return cardea_reader_refuse(
		    reader, setting, "an empty text says nothing");
	if (strlen(text) > max)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "longer than %zu bytes", max);
	if (has_control(text))
		return cardea_reader_refuse(
		    reader, setting, "a control byte in a text");
	*ret_text = text;
	return CARDEA_OK;
}

enum cardea_status
cardea_reader_name(struct cardea_reader *reader,
    const struct cardea_setting *setting, size_t max, const char **ret_name)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789._-";
	const char *name;
	enum cardea_status status;

	status = cardea_reader_text(reader, setting, max, &name);
	if (status != CARDEA_OK)
		return status;
	if (strspn(name, allowed) != strlen(name))
		return cardea_reader_refuse(reader, setting,
		    "a name holds letters, digits, '.', '_' and '-' only");
	*ret_name = name;
	return CARDEA_OK;
}

enum cardea_status
cardea_reader_bool(struct cardea_reader *reader,
    const struct cardea_setting *setting, bool *ret_value)
{
	if (cardea_tree_kind(setting) != CARDEA_TREE_BOOL)
		return cardea_reader_refuse(
		    reader, setting, "expected true or false");
	*ret_value = cardea_tree_bool(setting);
	return CARDEA_OK;
}

enum cardea_status
cardea_reader_number(struct cardea_reader *reader,
    const struct cardea_setting *setting, uint32_t low, uint32_t high,
    uint32_t *ret_number)
{
	int64_t number = cardea_tree_number(setting);

	if (cardea_tree_kind(setting) != CARDEA_TREE_NUMBER)
		return cardea_reader_refuse(
		    reader, setting, "expected a number");
	if (number < low || number > high)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "must be %u to %u", low, high);
	*ret_number = (uint32_t)number;
	return CARDEA_OK;
}

enum cardea_status
cardea_reader_duration(struct cardea_reader *reader,
    const struct cardea_setting *setting, uint32_t low_s, uint32_t high_s,
    uint32_t *ret_s)
{
	const char *text;
	enum cardea_status status;
	uint32_t seconds;

	status = cardea_reader_text(reader, setting, 16, &text);
	if (status != CARDEA_OK)
		return status;
	status = cardea_text_duration(text, high_s, &seconds);
	if (status == CARDEA_E_SYNTAX)
		return cardea_reader_refuse(reader, setting,
		    "expected a duration such as \"45s\", \"15m\", \"10h\" "
		    "or \"7d\"");
	if (status != CARDEA_OK || seconds < low_s)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "must be %u to %u seconds", low_s, high_s);
	*ret_s = seconds;
	return CARDEA_OK;
}

enum cardea_status
cardea_reader_date(struct cardea_reader *reader,
    const struct cardea_setting *setting, uint32_t *ret_day)
{
	const char *text;
	enum cardea_status status;
	int year, month, day;

	status = cardea_reader_text(reader, setting, 16, &text);
	if (status != CARDEA_OK)
		return status;
	if (cardea_text_date(text, &year, &month, &day) != CARDEA_OK)
		return cardea_reader_refuse(
		    reader, setting, "expected a date such as \"2027-01-31\"");
	*ret_day = (uint32_t)cardea_text_days(year, month, day);
	return CARDEA_OK;
}

enum cardea_status
cardea_reader_items(struct cardea_reader *reader,
    const struct cardea_setting *setting, size_t max, size_t *ret_count)
{
	enum cardea_tree_kind kind = cardea_tree_kind(setting);
	size_t count = kind == CARDEA_TREE_TEXT ? 1
						: cardea_tree_count(setting);

	if (kind != CARDEA_TREE_TEXT && kind != CARDEA_TREE_ARRAY)
		return cardea_reader_refuse(reader, setting,
		    "expected a text or an array [ \"...\", \"...\" ]");
	if (count == 0)
		return cardea_reader_refuse(reader, setting,
		    "an empty list matches nobody: leave the key out, or "
		    "remove the rule");
	if (count > max)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "more than %zu values", max);
	*ret_count = count;
	return CARDEA_OK;
}

enum cardea_status
cardea_reader_numbers(struct cardea_reader *reader,
    const struct cardea_setting *setting, size_t max, uint32_t low,
    uint32_t high, uint32_t **ret_numbers, size_t *ret_count)
{
	bool one = cardea_tree_kind(setting) == CARDEA_TREE_NUMBER;
	size_t count = one ? 1 : cardea_tree_count(setting);
	enum cardea_status status = CARDEA_OK;
	uint32_t *numbers;

	/* an array of libconfig's holds one width of numbers, a list any */
	if (!one && cardea_tree_kind(setting) != CARDEA_TREE_ARRAY &&
	    cardea_tree_kind(setting) != CARDEA_TREE_LIST)
		return cardea_reader_refuse(
		    reader, setting, "expected a number or an array [ 1, 2 ]");
	if (count == 0)
		return cardea_reader_refuse(
		    reader, setting, "an empty list matches nobody");
	if (count > max)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "more than %zu values", max);
	numbers = calloc(count, sizeof(*numbers));
	if (numbers == NULL)
		return cardea_diag_set(
		    reader->diag, CARDEA_E_MEMORY, "out of memory");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = cardea_reader_number(reader,
		    one ? setting : cardea_tree_at(setting, i), low, high,
		    &numbers[i]);
	if (status != CARDEA_OK) {
		free(numbers);
		return status;
	}
	*ret_numbers = numbers;
	*ret_count = count;
	return CARDEA_OK;
}

/* ISO 3166-1 alpha-2, or ISO 3166-2 with its one to three signs */
static bool
is_country(const char *code)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t rest;

	if (strspn(code, letters) != CARDEA_COUNTRY_MAX)
		return false;
	if (code[CARDEA_COUNTRY_MAX] == '\0')
		return true;
	rest = strlen(code + CARDEA_COUNTRY_MAX + 1);
	return code[CARDEA_COUNTRY_MAX] == '-' && rest >= 1 && rest <= 3 &&
	    strspn(code + CARDEA_COUNTRY_MAX + 1, signs) == rest;
}

enum cardea_status
cardea_reader_country(struct cardea_reader *reader,
    const struct cardea_setting *setting, uint32_t *ret_text)
{
	const char *code;
	enum cardea_status status;

	status = cardea_reader_text(reader, setting, CARDEA_TEXT_MAX, &code);
	if (status != CARDEA_OK)
		return status;
	if (!is_country(code))
		return cardea_reader_refuse(reader, setting,
		    "expected a country such as \"DE\" or a part of one such "
		    "as \"DE-BE\" (ISO 3166, in capitals)");
	*ret_text = cardea_build_text(reader->build, code);
	return CARDEA_OK;
}

const struct cardea_setting *
cardea_reader_item(const struct cardea_setting *setting, size_t index)
{
	return cardea_tree_kind(setting) == CARDEA_TREE_TEXT
	    ? setting
	    : cardea_tree_at(setting, index);
}

/* The name becomes part of a path below the tz database. */
static bool
is_timezone(const char *name)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_+-/";

	return name[0] != '/' && name[strlen(name) - 1] != '/' &&
	    strstr(name, "//") == NULL && strspn(name, allowed) == strlen(name);
}

enum cardea_status
cardea_reader_timezone(struct cardea_reader *reader,
    const struct cardea_setting *setting, uint32_t *ret_timezone)
{
	const char *name;
	enum cardea_status status;

	status = cardea_reader_text(
	    reader, setting, CARDEA_TIMEZONE_MAX, &name);
	if (status != CARDEA_OK)
		return status;
	if (!is_timezone(name))
		return cardea_reader_refuse(reader, setting,
		    "expected a time zone such as \"Europe/Berlin\"");
	*ret_timezone = cardea_build_timezone(reader->build, name);
	status = cardea_build_status(reader->build);
	if (status != CARDEA_OK)
		return cardea_tree_refuse(reader->tree, setting, status,
		    reader->diag, "more than %d time zones",
		    CARDEA_TIMEZONES_MAX);
	return CARDEA_OK;
}

bool
cardea_reader_clock(const char *text, size_t len, uint32_t *ret_second)
{
	uint32_t hour, minute;

	if (len != 5 || text[2] != ':')
		return false;
	for (size_t i = 0; i < 5; i++) {
		if (i != 2 && (text[i] < '0' || text[i] > '9'))
			return false;
	}
	hour = (uint32_t)(text[0] - '0') * 10 + (uint32_t)(text[1] - '0');
	minute = (uint32_t)(text[3] - '0') * 10 + (uint32_t)(text[4] - '0');
	if (minute > 59 || hour > 24 || (hour == 24 && minute != 0))
		return false;
	*ret_second = hour * 3600 + minute * 60;
	return true;
}

enum cardea_status
cardea_reader_note(
    struct cardea_build *build, const char *path, struct cardea_diag *diag)
{
	struct cardea_image_source item = { .size = 0 };
	struct stat st;

	if (lstat(path, &st) != 0) {
		cardea_diag_place(diag, path, 0, NULL);
		return cardea_diag_set(diag,
		    errno == ENOENT ? CARDEA_E_MISSING : CARDEA_E_IO, "%s",
		    strerror(errno));
	}
	item.path = cardea_build_text(build, path);
	item.size = (uint64_t)st.st_size;
	item.mtime_s = st.st_mtim.tv_sec;
	item.nanosecond = (uint32_t)st.st_mtim.tv_nsec;
	cardea_build_source(build, &item);
	return CARDEA_OK;
}
