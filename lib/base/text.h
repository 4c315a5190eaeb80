/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_TEXT_H
#define CARDEA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/status.h>

/* Text that is never cut: what does not fit is CARDEA_E_RANGE. */

/* cardea_text_copy: CARDEA_E_RANGE (target untouched) unless text and its
 * NUL fit into size. NULL text copies "". */
CARDEA_MUST_USE enum cardea_status
cardea_text_copy(char *target, size_t size, const char *text);

/* cardea_text_print: snprintf that refuses to cut (target becomes ""). */
CARDEA_MUST_USE enum cardea_status cardea_text_print(
    char *target, size_t size, const char *format, ...) CARDEA_PRINTF(3, 4);

/* cardea_text_number: decimal digits only, no sign, no space, no leading
 * zero but "0" itself; SYNTAX or RANGE outside [low, high]. */
CARDEA_MUST_USE enum cardea_status cardea_text_number(
    const char *text, uint64_t low, uint64_t high, uint64_t *ret_number);

/* cardea_text_duration: "45s", "15m", "10h", "7d"; a bare number is refused
 * so that nobody has to guess the unit. */
CARDEA_MUST_USE enum cardea_status
cardea_text_duration(const char *text, uint32_t max_s, uint32_t *ret_s);

/* cardea_text_date: "2026-12-25", a day that exists, 1970..9999. */
CARDEA_MUST_USE enum cardea_status
cardea_text_date(const char *text, int *ret_year, int *ret_month, int *ret_day);

/* cardea_text_days: days since 1970-01-01 of a date (proleptic Gregorian). */
int64_t cardea_text_days(int year, int month, int day);

/* cardea_text_weekday: 0 Monday .. 6 Sunday of a date. */
int cardea_text_weekday(int year, int month, int day);

/* cardea_text_hex / unhex: lower case out, either case in. */
void cardea_text_hex(char *hex, const unsigned char *bytes, size_t len);
CARDEA_MUST_USE enum cardea_status
cardea_text_unhex(unsigned char *bytes, size_t len, const char *hex);

/* cardea_text_uuid / parse_uuid: 8-4-4-4-12 hex digits (RFC 4122, 3), as the
 * models of security keys are written; lower case out, either case in. */
#define CARDEA_TEXT_UUID 36
void cardea_text_uuid(
    char text[CARDEA_TEXT_UUID + 1], const unsigned char bytes[16]);
CARDEA_MUST_USE enum cardea_status
cardea_text_parse_uuid(unsigned char bytes[16], const char *text);

/* cardea_text_digits: one or more ASCII digits and nothing else. */
bool cardea_text_digits(const char *text);

#endif
