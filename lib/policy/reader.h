/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_READER_H
#define CARDEA_POLICY_READER_H

#include <stddef.h>
#include <stdint.h>

#include "policy/build.h"
#include "policy/tree.h"

/*
 * What the readers of zones, hours, rules and settings share: one source file
 * at hand, the image being built, and typed values with their refusals.
 */
struct cardea_reader {
	struct cardea_build *build;
	const struct cardea_tree *tree;
	struct cardea_diag *diag;
};

/* One key of a group: read fills the target; NULL means that the key belongs
 * to the language and this version does not support it yet. */
typedef enum cardea_status cardea_reader_read(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target);

struct cardea_reader_key {
	const char *name;
	cardea_reader_read *read;
};

/* cardea_reader_group: each member by its key; unknown keys are refused. */
CARDEA_MUST_USE enum cardea_status cardea_reader_group(
    struct cardea_reader *reader, const struct cardea_setting *setting,
    const struct cardea_reader_key *keys, size_t key_count, void *target);

/* cardea_reader_member: one member by its key */
CARDEA_MUST_USE enum cardea_status cardea_reader_member(
    struct cardea_reader *reader, const struct cardea_setting *member,
    const struct cardea_reader_key *keys, size_t key_count, void *target);

/* cardea_reader_refuse: SYNTAX with place and reason; for broken values */
enum cardea_status cardea_reader_refuse(struct cardea_reader *reader,
    const struct cardea_setting *setting, const char *reason);

/* cardea_reader_text: 1..max bytes without control bytes; borrowed */
CARDEA_MUST_USE enum cardea_status
cardea_reader_text(struct cardea_reader *reader,
    const struct cardea_setting *setting, size_t max, const char **ret_text);

/* cardea_reader_name: letters, digits, '.', '_' and '-', 1..max */
CARDEA_MUST_USE enum cardea_status
cardea_reader_name(struct cardea_reader *reader,
    const struct cardea_setting *setting, size_t max, const char **ret_name);

CARDEA_MUST_USE enum cardea_status
cardea_reader_bool(struct cardea_reader *reader,
    const struct cardea_setting *setting, bool *ret_value);

CARDEA_MUST_USE enum cardea_status cardea_reader_number(
    struct cardea_reader *reader, const struct cardea_setting *setting,
    uint32_t low, uint32_t high, uint32_t *ret_number);

/* cardea_reader_duration: "30s", "15m", "10h", "7d" */
CARDEA_MUST_USE enum cardea_status cardea_reader_duration(
    struct cardea_reader *reader, const struct cardea_setting *setting,
    uint32_t low_s, uint32_t high_s, uint32_t *ret_s);

/* cardea_reader_date: days since 1970 of "2027-01-31" */
CARDEA_MUST_USE enum cardea_status
cardea_reader_date(struct cardea_reader *reader,
    const struct cardea_setting *setting, uint32_t *ret_day);

/* cardea_reader_items: a text counts as a list of one; an array holds texts
 * and at least one of them (an empty list would match nobody: V12). */
CARDEA_MUST_USE enum cardea_status
cardea_reader_items(struct cardea_reader *reader,
    const struct cardea_setting *setting, size_t max, size_t *ret_count);
/* cardea_reader_numbers: the same of numbers, each from low to high; the caller
 * frees them. */
CARDEA_MUST_USE enum cardea_status
cardea_reader_numbers(struct cardea_reader *reader,
    const struct cardea_setting *setting, size_t max, uint32_t low,
    uint32_t high, uint32_t **ret_numbers, size_t *ret_count);
const struct cardea_setting *
cardea_reader_item(const struct cardea_setting *setting, size_t index);

/* cardea_reader_country: "DE"; with subdivisions also "DE-BE" */
CARDEA_MUST_USE enum cardea_status
cardea_reader_country(struct cardea_reader *reader,
    const struct cardea_setting *setting, uint32_t *ret_text);

/* cardea_reader_timezone: an IANA name; only its shape is judged */
CARDEA_MUST_USE enum cardea_status
cardea_reader_timezone(struct cardea_reader *reader,
    const struct cardea_setting *setting, uint32_t *ret_timezone);

/* cardea_reader_clock: "07:30" in seconds; "24:00" is the end of the day.
 * false if it is no such time. */
bool cardea_reader_clock(const char *text, size_t len, uint32_t *ret_second);

/* cardea_reader_note: a file becomes a source of the policy.  Called before it
 * is read: what changes in between makes the installed policy look older,
 * never newer. MISSING, IO. */
CARDEA_MUST_USE enum cardea_status cardea_reader_note(
    struct cardea_build *build, const char *path, struct cardea_diag *diag);

/* the readers themselves, one file each */
/* all zones of all files at once, because they may name one another */
struct cardea_zone_source {
	struct cardea_reader reader;
	const struct cardea_setting *setting;
};
CARDEA_MUST_USE enum cardea_status
cardea_read_zones(const struct cardea_zone_source *zones, size_t count);
CARDEA_MUST_USE enum cardea_status cardea_read_risk(
    struct cardea_reader *reader, const struct cardea_setting *risk);
CARDEA_MUST_USE enum cardea_status cardea_read_hours(
    struct cardea_reader *reader, const struct cardea_setting *hours);
CARDEA_MUST_USE enum cardea_status cardea_read_rules(
    struct cardea_reader *reader, const struct cardea_setting *rules);
CARDEA_MUST_USE enum cardea_status cardea_read_settings(
    struct cardea_reader *reader, struct cardea_settings *ret_settings);

/* A when or unless block, read but not yet written. */
struct cardea_reader_block {
	struct cardea_image_condition conditions[CARDEA_KEY_END];
	size_t count;
	unsigned int depth;
	bool personal; /* a user or group stands in it, however deep */
	uint32_t timezone;
	const struct cardea_setting *timezone_at, *from, *until;
};

CARDEA_MUST_USE enum cardea_status
cardea_read_block(struct cardea_reader *reader,
    const struct cardea_setting *setting, struct cardea_reader_block *block);

#endif
