/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_PREPARE_H
#define CARDEA_CLI_PREPARE_H

#include <stdbool.h>

/* cardea_prepare: what each of our commands does first.  A file opened later
 * must not land on a standard descriptor (P07), keys must not land in a core,
 * and what we make belongs to its maker alone. */
bool cardea_prepare(void);

#endif
