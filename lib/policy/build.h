/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_BUILD_H
#define CARDEA_POLICY_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/address.h>

#include "policy/image.h"

/*
 * Writes an image, item by item.  Errors stick: after the first one every
 * call is void and gives 0, and cardea_build_finish tells.  The caller has
 * judged what it hands in; ceilings on the whole are watched here.
 */
struct cardea_build;

struct cardea_build *cardea_build_new(void); /* NULL: out of memory */
struct cardea_build *cardea_build_free(struct cardea_build *build);

/* cardea_build_text: the number of a text, the same for equal texts */
uint32_t cardea_build_text(struct cardea_build *build, const char *text);

/* cardea_build_mark: sets flags of a text; were they all set before?  Flags
 * from 1 << 8 on are for the caller and leave no trace in the image. */
bool
cardea_build_mark(struct cardea_build *build, uint32_t text, uint32_t flags);

/* cardea_build_values: copies them; the number of the first */
uint32_t cardea_build_values(
    struct cardea_build *build, const uint32_t *values, size_t count);

/* these keep one item for equal names; timezone fails beyond
 * CARDEA_TIMEZONES_MAX with RANGE */
uint32_t cardea_build_timezone(struct cardea_build *build, const char *name);
void cardea_build_service(struct cardea_build *build, uint32_t text);
void cardea_build_subject(struct cardea_build *build, uint32_t text);

/* cardea_build_spots: what a zone holds besides ranges; sorts them in place;
 * the number of the first */
uint32_t cardea_build_spots(
    struct cardea_build *build, struct cardea_image_spot *spots, size_t count);

/* cardea_build_list: the number of an address list, one for each path; of two
 * ages the lesser. RANGE beyond CARDEA_LISTS_MAX. */
uint32_t cardea_build_list(
    struct cardea_build *build, const struct cardea_image_list *list);

/* cardea_build_risk: the weights; false if they were given before */
bool cardea_build_risk(
    struct cardea_build *build, const uint32_t weights[CARDEA_SIGNAL_COUNT]);

/* cardea_build_zone: fills first and count; sorts the prefixes in place */
uint32_t
cardea_build_zone(struct cardea_build *build, struct cardea_image_zone zone,
    struct cardea_prefix *prefixes, size_t count);

uint32_t
cardea_build_hours(struct cardea_build *build, struct cardea_image_hours hours);

/* by name; UINT32_MAX if there is none */
uint32_t
cardea_build_find_zone(const struct cardea_build *build, uint32_t name);
uint32_t
cardea_build_find_hours(const struct cardea_build *build, uint32_t name);

/* cardea_build_condition: sorts values in place and drops doubles, but for
 * from and until; a single value stands in the condition itself */
struct cardea_image_condition cardea_build_condition(struct cardea_build *build,
    enum cardea_image_key key, uint32_t *values, size_t count);

/* cardea_build_block: a block inside another; its number is a value of
 * CARDEA_KEY_UNLESS. Sorts conditions in place. */
uint32_t cardea_build_block(struct cardea_build *build,
    struct cardea_image_condition *conditions, size_t count);

void cardea_build_rule(struct cardea_build *build,
    const struct cardea_image_rule *rule,
    struct cardea_image_condition *conditions, size_t count);

void cardea_build_source(
    struct cardea_build *build, const struct cardea_image_source *source);

/* cardea_build_finish: the image, aligned to 8, on the heap. MEMORY, RANGE */
CARDEA_MUST_USE enum cardea_status
cardea_build_finish(struct cardea_build *build,
    const struct cardea_settings *settings, void **ret_image, size_t *ret_len);

/* cardea_build_status: what went wrong first */
enum cardea_status cardea_build_status(const struct cardea_build *build);

#endif
