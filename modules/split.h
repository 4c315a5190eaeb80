/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_SPLIT_H
#define CARDEA_MODULES_SPLIT_H

#include <stddef.h>

/*
 * split=authtok: password and code in one prompt.  How many bytes of what was
 * typed are the code: digits, if it ends in at least so many ASCII digits and
 * something is left of it; else 0, and the typed text stays whole.
 */
size_t cardea_split_code_len(const char *typed, size_t digits);

#endif
