/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_TERMINAL_H
#define CARDEA_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cardea/diag.h>

#include "base/secret.h"

/*
 * The person at the terminal.  Everything shown is escaped, since names and
 * reasons come from strangers.  Questions go to stderr and are read from
 * stdin, and only if both are terminals; echo stays on where the answers are
 * codes that are good once, or a secret that the screen shows anyway.  A PIN is
 * neither: for that alone the mode of the terminal is changed, and put back
 * before any signal that would end or stop us is let through.
 */

/* cardea_terminal_utf8: length of the well-formed character that text begins
 * with (RFC 3629), 0 if there is none; ret_point may be NULL. */
size_t cardea_terminal_utf8(const char *text, uint32_t *ret_point);

/* cardea_terminal_write: control characters, stray bytes and marks that turn
 * the direction of writing come out as \xHH of their bytes. */
void cardea_terminal_write(FILE *stream, const char *text);

bool cardea_terminal_is_interactive(void);
bool cardea_terminal_is_utf8(void); /* the locale's own character set */

/* cardea_terminal_read: one line of stdin without its newline. RANGE if it
 * is longer than max, SYNTAX if it holds a NUL, CLOSED at the end. */
CARDEA_MUST_USE enum cardea_status
cardea_terminal_read(size_t max, struct cardea_secret *ret_line);

/* cardea_terminal_ask: prompt, then read. */
CARDEA_MUST_USE enum cardea_status cardea_terminal_ask(
    const char *prompt, size_t max, struct cardea_secret *ret_answer);

/* cardea_terminal_ask_hidden: the same without echo, of a terminal alone; what
 * was typed before the prompt is dropped.  Stopped and continued, it asks
 * again. TIMEOUT after CARDEA_ANSWER_TIMEOUT_MS. */
CARDEA_MUST_USE enum cardea_status cardea_terminal_ask_hidden(
    const char *prompt, size_t max, struct cardea_secret *ret_answer);

/* cardea_terminal_agree: "y" or "yes", nothing else. */
bool cardea_terminal_agree(const char *question);

#endif
