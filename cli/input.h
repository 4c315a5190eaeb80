/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_INPUT_H
#define CARDEA_CLI_INPUT_H

#include <stddef.h>

#include <cardea/diag.h>

/*
 * What an administrator hands to a command: a file, or standard input.  It is
 * read because somebody with root's rights named it, and so it may lie in
 * anybody's folder; what is in it is believed no further than its reader says.
 */

/* cardea_input_read: the whole file, "-" for standard input, with a NUL behind
 * it; the caller frees.  MISSING, IO; RANGE beyond max. The diag names it. */
CARDEA_MUST_USE enum cardea_status cardea_input_read(const char *path,
    size_t max, char **ret_text, size_t *ret_len, struct cardea_diag *diag);

#endif
