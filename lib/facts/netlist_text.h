/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_NETLIST_TEXT_H
#define CARDEA_FACTS_NETLIST_TEXT_H

#include <stdbool.h>

#include <cardea/diag.h>
#include <cardea/limits.h>

#include "facts/netlist_set.h"

/*
 * Address lists as text, as the world publishes them:
 *
 *   # expires: 2026-12-01T00:00:00Z
 *   192.0.2.1
 *   192.0.2.0/24 ; a comment
 *   198.51.100.7 - 198.51.100.80
 *   2001:db8::/32 until 2026-12-01
 *
 * One address, prefix or range a line; comments from # or ; on, also behind an
 * entry; blank lines; LF or CR LF; a byte order mark of UTF-8 is skipped.  A
 * date alone means the whole day, in UTC.  Names are refused and never looked
 * up (C01, C03).  One bad line refuses the whole list, and so does a last line
 * without an end, which a download that was cut would leave: half an address is
 * another address.  A list without an entry is refused, unless a comment says
 * "may be empty": most likely something went wrong where it comes from.
 */
struct cardea_netlist_text {
	struct cardea_netlist_set set; /* for the caller to clear */
	uint64_t bytes;
	int64_t expires_s; /* the whole list; 0: never */
	unsigned int line;
	bool may_be_empty;

	/* a line that is not whole yet, and its NUL */
	char part[CARDEA_LISTS_LINE_MAX + 2];
	size_t part_len;
};

/* cardea_netlist_text_feed: the next bytes of a text; the zero value has read
 * nothing.  cardea_netlist_text_end: there are no more.  SYNTAX, RANGE, MEMORY;
 * the diag has the line and the reason, and of the file nothing. */
CARDEA_MUST_USE enum cardea_status
cardea_netlist_text_feed(struct cardea_netlist_text *text, const char *bytes,
    size_t len, struct cardea_diag *diag);
CARDEA_MUST_USE enum cardea_status cardea_netlist_text_end(
    struct cardea_netlist_text *text, struct cardea_diag *diag);

/* cardea_netlist_text_read: all of an open file. */
CARDEA_MUST_USE enum cardea_status cardea_netlist_text_read(
    int fd, struct cardea_netlist_text *text, struct cardea_diag *diag);

/* --- parts, of netlist_line.c and netlist_date.c ------------------------- */

/* cardea_netlist_entry: "ENTRY" or "ENTRY until TIME", without comment; NULL,
 * or the reason why it is none. */
const char *
cardea_netlist_entry(char *line, struct cardea_netlist_range *ret_range);

/* cardea_netlist_until: the first second behind "2026-12-01" or
 * "2026-12-01T00:00Z", with or without seconds. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_netlist_until(const char *text, int64_t *ret_time_s);

/* cardea_netlist_http_date: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7),
 * as some write it. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_netlist_http_date(const char *text, int64_t *ret_time_s);

#endif
