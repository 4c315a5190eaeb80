/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_WHY_WORDS_H
#define CARDEA_POLICY_WHY_WORDS_H

#include "policy/match_parts.h"
#include "policy/why.h"

/* One condition in words, of the match's request.  What does not fit is left
 * out, and seen to be: "a, b, ...". */

/* cardea_why_key: "" for a number that is none */
const char *cardea_why_key(uint32_t key);

/* cardea_why_values: NULL for a damaged image */
const uint32_t *cardea_why_values(const struct cardea_policy *policy,
    const struct cardea_image_condition *condition);

/* cardea_why_wanted: its values; of many, how many they are and the one that
 * the request has */
void cardea_why_wanted(struct cardea_match *match,
    const struct cardea_image_condition *condition,
    char text[CARDEA_WHY_WANTED_MAX + 1]);

/* cardea_why_found: the facts that they were compared with */
void cardea_why_found(struct cardea_match *match,
    const struct cardea_image_condition *condition,
    char text[CARDEA_WHY_FOUND_MAX + 1]);

/* Words one after the other, with commas. */
struct cardea_words {
	char *text; /* begins as "" */
	size_t size, len;
	bool cut;
};

void cardea_words_add(struct cardea_words *words, const char *format, ...)
    CARDEA_PRINTF(2, 3);

#endif
