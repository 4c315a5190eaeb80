/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_KINDS_H
#define CARDEA_STORE_KINDS_H

#include <stdbool.h>

/* cardea_kind_is_mirrored: does the mirror keep it (mirror.h)? */
bool cardea_kind_is_mirrored(const char *kind);

#endif
