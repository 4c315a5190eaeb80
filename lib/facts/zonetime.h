/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_ZONETIME_H
#define CARDEA_FACTS_ZONETIME_H

#include <stdint.h>

#include <cardea/request.h>

/*
 * What a clock on the wall shows in a named time zone, by libc and the tz
 * database.  The zone is the policy's, never the caller's: TZ, TZDIR and the
 * locale of the process do not matter and are as before afterwards (C07).
 *
 * For our own processes only, and one thread: while it runs, the process has
 * another environment.  Never call it inside somebody else's process.
 */

/* cardea_zonetime: known is false if there is no such zone on this machine,
 * its file is damaged, or the instant has no date. "UTC" needs no file. */
void cardea_zonetime(
    const char *zone, int64_t time_s, struct cardea_local_time *ret_local);

/* cardea_zonetime_in: the same with the tz database in another folder, whose
 * path is absolute (else nothing is known) */
void cardea_zonetime_in(const char *folder, const char *zone, int64_t time_s,
    struct cardea_local_time *ret_local);

#endif
