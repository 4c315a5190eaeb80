/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_SCAN_H
#define CARDEA_POLICY_SCAN_H

#include <stddef.h>

#include <cardea/diag.h>

/*
 * A look at the text of a source file before libconfig reads it.  It does not
 * parse: it refuses what libconfig 1.5 would silently read as something else
 * (security.md A3):
 *
 *   NUL bytes, @include, a comment or string that is never closed, a comment
 *   inside a comment, a string over several lines, strings that would be
 *   joined because a comma is missing, \x00 and unknown escapes, numbers that
 *   would wrap, be read as octal-looking decimals or end in stray letters,
 *   brackets nested beyond CARDEA_BRACKETS_MAX.
 *
 * Whatever else is wrong is left for libconfig and the reader behind it.
 */

/* cardea_scan_text: SYNTAX or RANGE; the diag holds line and reason, the
 * caller adds the file. Text need not end in a newline or NUL. */
CARDEA_MUST_USE enum cardea_status
cardea_scan_text(const char *text, size_t len, struct cardea_diag *diag);

#endif
