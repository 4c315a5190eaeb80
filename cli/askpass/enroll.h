/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_ENROLL_H
#define CARDEA_CLI_ASKPASS_ENROLL_H

#include <stdbool.h>

/* cardea_enroll_key: reads a ticket from a file (NULL: stdin), asks the person
 * at the terminal, has a key make a credential and prints what the server
 * wants back. device is a path, or NULL: every key. */
bool cardea_enroll_key(const char *device, const char *file);

#endif
