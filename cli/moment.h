/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_MOMENT_H
#define CARDEA_CLI_MOMENT_H

#include <stdint.h>

#include <cardea/status.h>

/*
 * Instants as people write them: seconds since the epoch ("-1" too), a day
 * ("2026-12-25", its first second in UTC), or a day and a time with an offset
 * ("2026-12-25T10:00Z", "2026-12-25T10:00:00+01:00").  A time without an
 * offset is refused: nobody should have to guess whose clock is meant.
 */
#define CARDEA_MOMENT_TEXT_MAX 31

CARDEA_MUST_USE enum cardea_status
cardea_moment_parse(const char *text, int64_t *ret_time_s);

/* cardea_moment_parse_end: as above, but a bare day means its end, so that
 * "--not-after 2026-12-31" includes the whole of that day. */
CARDEA_MUST_USE enum cardea_status
cardea_moment_parse_end(const char *text, int64_t *ret_time_s);

/* cardea_moment_parse_log: the prefix of a syslog line: ISO with offset and
 * perhaps a fraction. SYNTAX for anything else. */
CARDEA_MUST_USE enum cardea_status
cardea_moment_parse_log(const char *text, int64_t *ret_time_s);

/* cardea_moment_format: "2026-12-25T10:00:00Z"; the number itself for years
 * beyond four digits. */
void
cardea_moment_format(int64_t time_s, char text[CARDEA_MOMENT_TEXT_MAX + 1]);

#endif
