/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_LIBRARY_TABLE_H
#define CARDEA_FACTOR_LIBRARY_TABLE_H

#include "factor/fido2_library.h"

/* The one symbol of fido2.so; tests link it instead of loading. */
#define CARDEA_FIDO2_LIBRARY_SYMBOL "cardea_fido2_library"

extern __attribute__((visibility("default")))
const struct cardea_fido2_library cardea_fido2_library;

#endif
