/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_LIBRARY_TABLE_H
#define CARDEA_FACTS_LIBRARY_TABLE_H

#include "facts/place_library.h"

/* The one symbol of place.so; tests link it instead of loading. */
#define CARDEA_PLACE_LIBRARY_SYMBOL "cardea_place_library"

extern __attribute__((visibility("default")))
const struct cardea_place_library cardea_place_library;

#endif
