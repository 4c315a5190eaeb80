/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_NEED_H
#define RIG_KEY_NEED_H

#include <stdbool.h>

/* need: ends the program, which is there for tests only, if something failed
 * that does not fail: memory, OpenSSL, its own state folder. */
void need(bool well, const char *what);

#endif
